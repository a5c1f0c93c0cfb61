# SPDX-License-Identifier: Apache-2.0
"""A year's beginning small enough to be done thousands of times: a budget, two months, a file that
is refused, a forecast, an alert; and what must come of it, reckoned from the files alone."""

import csv
import io
import os
import subprocess
import tempfile

from keeping import PATIENCE_SECONDS
from outcome import canonical, delivered_of
from support import small
from support.case import read_case
from support.instance import Failure, is_settled
from support.oracle import OracleFigures

MEMORY_FOLDER = "/dev/shm"
TRIES = 60
RULES = "Insatsens utfall;utfall;1;;500;2;300;1;nej;\nNämndens;prognos;0;;100;0,2;50;0,1;nej;\n"
BROKEN = b"#VER Z 1 20200101\r\n{\r\n#TRANS 4011 {} 1x,00\r\n}\r\n"
FORECAST = "år;prognosmånad;område;netto_tkr;kommentar\n2020;202003;Hemtjänst;-2500;Fler timmar\n"
PERIODS = ("2020-03", "2020-12")


def scratch_in_memory():
    """What a disk does is the business of other tortures."""
    if os.access(MEMORY_FOLDER, os.W_OK):
        tempfile.tempdir = MEMORY_FOLDER


def make(folder):
    """The files, laid out as a case; gives it as read."""
    books = os.path.join(folder, "huvudbok")
    os.makedirs(books)
    files = {"kodplan-omraden.csv": small.AREAS, "kodplan-resultat.csv": small.LINES,
             "budget-2020.csv": small.budget(), "huvudbok/2020-02.se": small.ledger(2).bytes(),
             "huvudbok/2020-03.se": small.ledger(3, Familjehem=900).bytes(),
             "refused.se": small.ledger(3).bytes() + BROKEN, "forecast.csv": FORECAST}
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    return read(folder)


def read(folder):
    return read_case(folder)


def tables(case):
    return {**case.tables, "larmregler.csv": small.RULES_HEAD + RULES,
            "mottagare.csv": "mottagare;slag;adress\nEkonomer;fil;larm.jsonl\n"}


def until(instance, alive, wanted, *words):
    """A command, again until it has its answer: whoever gives an order tries again."""
    result = None
    for _ in range(TRIES):
        try:
            result = instance.run(*words, timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure(f"{' '.join(words)}: inget svar på {PATIENCE_SECONDS} s") from None
        if result.returncode == wanted:
            return
        if result.returncode in (0, 65) or not alive():
            break
    raise Failure(f"{' '.join(words)}: kod {result.returncode}\n{result.stdout}{result.stderr}")


def perform(instance, case, alive):
    """Everything in, in its order."""
    book = next(source for path, source in case.imports if path.endswith(".se"))
    for number, (path, source) in enumerate(case.imports):
        if number == 1:
            refused = os.path.join(case.folder, "refused.se")
            until(instance, alive, 65, "import", refused, "--source", book)
        until(instance, alive, 0, "import", path, "--source", source)
    settle(instance, alive)
    until(instance, alive, 0, "forecast", "set", "--file",
          os.path.join(case.folder, "forecast.csv"))
    settle(instance, alive)


def settle(instance, alive):
    """Asked until what was in has gone all the way; each answer is an event."""
    for _ in range(TRIES * 50):
        status = instance.status()
        if status and is_settled(status):
            return
        if not alive():
            break
    raise Failure("kom inte till ro")


def outcome_of(instance):
    outcome = {f"report {period}": instance.report_bytes(period) for period in PERIODS}
    outcome["forecast"] = canonical(instance.rows("forecast", "--period", "2020-03"))
    outcome["alerts"] = canonical(instance.rows("alerts", "--all"))
    outcome["quarantine"] = canonical(instance.rows("quarantine", "list"), {"fil"})
    return outcome | delivered_of(instance)


def against_oracle(case, outcome):
    """Cells of the reports by area that are not what the files say."""
    oracle = OracleFigures(case)
    wrong = []
    for period in PERIODS:
        text = outcome[f"report {period}"].lstrip("\ufeff")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        head = rows[0]
        for row in rows[1:]:
            if len(row) != len(head) or row == head or not case.areas.find(row[0]):
                continue
            for layer in ("utfall", "budget"):
                key = f"{layer}_netto"
                if key not in head:
                    continue
                expected = oracle.area(row[0], layer, int(period.replace("-", "")), "netto")
                if ore(row[head.index(key)]) != expected:
                    wrong.append(f"{period} {row[0]} {key}")
    return wrong


def ore(text):
    """Öre of kronor as a report writes them."""
    digits = text.replace("\u2212", "-").replace("\u00a0", "").replace(" ", "").replace(".", ",")
    kronor, _, rest = digits.partition(",")
    sign = -1 if kronor.startswith("-") else 1
    return sign * (abs(int(kronor or "0")) * 100 + int((rest + "00")[:2] or "0"))
