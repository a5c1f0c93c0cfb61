# SPDX-License-Identifier: Apache-2.0
"""A made year of one nämnd, small enough to be imported in seconds: ledgers month by month, lists,
a budget, files that are refused and files that come twice."""

import os
import tempfile

from support import codeplan, small
from support.case import Source

YEAR = 2020
RULES = """Nämndens prognos;prognos;0;;60;0,5;30;0,2;ja;30
Områdets prognos;prognos;1;;20;1,5;10;1;nej;
Områdets utfall;utfall;1;;15;2;8;1;ja;30
"""
RECIPIENTS = "Ekonomer;fil;larm.jsonl\n"
BROKEN = b"#VER Z 1 20200101\r\n{\r\n#TRANS 4611 {} 1x,00\r\n}\r\n"
WORDS = {"verksamhet": "verksamhet"}
LIST_HEAD = "Period;Konto;Verksamhet;Belopp"


def sources():
    plain = {"decimal": ",", "unit": "kr", "delimiter": ";"}
    return [
        Source("bok", "sie", "snapshot"),
        Source("listor", "csv", "delta", {**plain, "sign": "ledger", "columns": [
            "Period=period", "Konto=konto", "Verksamhet=verksamhet", "Belopp=belopp"]}),
        Source("budget", "csv", "snapshot", {
            **plain, "layer": "budget", "sign": "report", "decimal": ".",
            "columns": ["år=år", "period=period", "område=område", "resultatrad=resultatrad",
                        "belopp=belopp"]}),
    ]


class Step:
    """One file on its way in; @counts is false for those that must change nothing."""

    def __init__(self, path, source, counts=True, month=0):
        self.path = path
        self.source = source
        self.counts = counts
        self.month = month


class Year:
    """Use as a context manager: the files lie in a folder of their own."""

    def __init__(self, chance, months=12):
        self.chance = chance
        self.months = months
        self.tables = small.tables(RULES, RECIPIENTS)
        self.sources = sources()
        self.dimension_words = WORDS
        self.steps = []
        self.vouchers = []  # (month, activity, kronor)

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="bvy")
        self.areas = codeplan.read_areas(self.write("omraden.csv", small.AREAS.encode()))
        self.lines = codeplan.read_lines(self.write("resultatrader.csv", small.LINES.encode()))
        self.make()
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def write(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    @property
    def imports(self):
        """As the oracle wants them: what counts, in the order of arrival."""
        return [(step.path, step.source) for step in self.steps if step.counts]

    def amount(self, low=1000, high=90000):
        return f"{self.chance.randrange(low, high)}.{self.chance.randrange(100):02d}"

    def add(self, name, source, content, **more):
        self.steps.append(Step(self.write(name, content), source, **more))
        return self.steps[-1]

    def ledger(self, through):
        book = small.Ledger(through, YEAR)
        for month, activity, kronor in sorted(self.vouchers):
            book.voucher(month, activity, kronor)
        return book.bytes()

    def post(self, month):
        """What is booked in a month, and sometimes something late in one before."""
        for activity in small.ACTIVITIES.values():
            for _ in range(self.chance.randrange(1, 5)):
                late = self.chance.randrange(1, month + 1) if self.chance.random() < 0.2 else month
                self.vouchers.append((late, activity, self.amount()))

    def list_of(self, month):
        lines = [LIST_HEAD]
        for _ in range(self.chance.randrange(2, 8)):
            activity = self.chance.choice([*small.ACTIVITIES.values(), "999"])
            account = self.chance.choice(("4611", "5010", "3010", "8888"))
            amount = self.amount().replace(".", ",")
            lines.append(f"{YEAR}{month:02d};{account};{activity};{amount}")
        return ("\r\n".join(lines) + "\r\n").encode("latin-1")

    def make(self):
        self.add("budget.csv", "budget", small.budget(YEAR))
        for month in range(1, self.months + 1):
            self.post(month)
            name = f"{YEAR}-{month:02d}"
            book = self.ledger(month)
            if month % 3 == 0 or self.months == 1:
                self.add(f"{name}-fel.se", "bok", book + BROKEN, counts=False)
            self.add(f"{name}.se", "bok", book)
            newest = self.add(f"{name}.csv", "listor", self.list_of(month))
            if month % 2 == 0 or self.months == 1:
                self.steps.append(Step(newest.path, newest.source, counts=False))
            self.steps[-1].month = month
