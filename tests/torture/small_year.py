# SPDX-License-Identifier: Apache-2.0
"""A few months of the small nämnd, enough to pass every store, and what its ledger must say after
each of the files: reckoned from the files by support.oracle, which knows nothing of the daemons."""

import hashlib
import json
import os
from dataclasses import dataclass

from support import small
from support.case import Case
from support.codeplan import UNASSIGNED, read_areas, read_lines
from support.instance import Failure
from support.oracle import Oracle

RULES = ("Nämndens utfall;utfall;0;;10;0,1;5;0,05;ja;30\n"
         "Områdets prognos;prognos;1;;10;1;5;0,5;nej;\n")
RECIPIENTS = "Ekonomer;fil;larm.jsonl\n"
LIST_ROWS = [("202001", "5010", "201", "1234,50"), ("202002", "5010", "301", "-77,25"),
             ("202002", "3010", "100", "-400,00")]
BROKEN = b"#VER Z 1 20200101\r\n{\r\n#TRANS 4011 {} 1x,00\r\n}\r\n"
PASSED_OVER = {"tid", "nar", "när", "frist", "mottagen", "rapport", "id", "seq"}


@dataclass
class Step:
    name: str
    source: str
    content: bytes
    code: int = 0

    @property
    def hash(self):
        return hashlib.sha256(self.content).hexdigest()


def steps():
    return [
        Step("budget.csv", "budget", small.budget()),
        Step("2020-01.se", "bok", small.ledger(1).bytes()),
        Step("trasig.se", "bok", small.ledger(2, Familjehem=99).bytes() + BROKEN, 65),
        Step("lista.csv", "listor", small.text_list(LIST_ROWS)),
        Step("2020-02.se", "bok", small.ledger(2, Hemtjänst=260).bytes()),
        Step("2020-03.se", "bok", small.ledger(3, Familjehem=140).bytes()),
    ]


def tables():
    return small.tables(RULES, RECIPIENTS)


def take_in(instance, step, environment=None):
    path = instance.write(step.name, step.content)
    result = instance.run("import", path, "--source", step.source, environment=environment)
    if result.returncode != step.code:
        raise Failure(f"{step.name}: kod {result.returncode}\n{result.stdout}{result.stderr}\n"
                      f"{instance.log_tail()}")


def finish(instance):
    """Whatever is in already: everything once more, as somebody would who got no answer."""
    for step in steps():
        take_in(instance, step)
    instance.run("period", "close", "2020-01")  # it may be so already
    instance.settle(patience=120)


def outcome_of(instance):
    """name -> text, after everything; what is told of files is not told in one order."""
    with open(instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    numbers = [line["seq"] for line in lines]
    told = [canonical(line) for line in lines if line["typ"] != "fil"]
    return {"report": instance.report_bytes("2020-03"),
            "periods": canonical(instance.rows("period")),
            "alerts": canonical(instance.rows("alerts", "--all")),
            "plans": canonical(instance.rows("plans", "--all")),
            "delivered": "\n".join(told),
            "numbers": str(numbers == list(range(1, len(numbers) + 1)))}


def canonical(value):
    return json.dumps(without(value), ensure_ascii=False, sort_keys=True)


def without(value):
    if isinstance(value, list):
        return [without(item) for item in value]
    if isinstance(value, dict):
        return {key: without(item) for key, item in value.items() if key not in PASSED_OVER}
    return value


class Expected:
    """The cells of the ledger after the first @count accepted files."""

    def __init__(self, folder):
        for name, text in tables().items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        self.areas = read_areas(os.path.join(folder, "omraden.csv"))
        self.lines = read_lines(os.path.join(folder, "resultatrader.csv"))
        self.accepted = [step for step in steps() if step.code == 0]
        self.imports = []
        for step in self.accepted:
            path = os.path.join(folder, step.name)
            with open(path, "wb") as file:
                file.write(step.content)
            self.imports.append((path, step.source))
        self.memory = {}

    def sums(self, count):
        """As store_reading.Store.sums."""
        if count not in self.memory:
            self.memory[count] = self.reckon(self.imports[:count])
        return self.memory[count]

    def reckon(self, imports):
        sources = small.sources()
        for source in sources:  # what budgetvakt.conf has by default
            source.settings = {"unit": "kr", "sign": "ledger", **source.settings}
        words = {"verksamhet": "verksamhet"}
        case = Case("", self.areas, self.lines, {}, sources, imports, [], words)
        areas = {name: number for number, name in enumerate(self.names(self.areas))}
        lines = {name: number for number, name in enumerate(self.names(self.lines))}
        return {(layer, period, areas[area], lines[line]): ore
                for (layer, period, area, line), ore in Oracle(case).cells.items() if ore}

    @staticmethod
    def names(tree):
        return [node.name for node in tree.nodes] + [UNASSIGNED]
