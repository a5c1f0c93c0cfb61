# SPDX-License-Identifier: Apache-2.0
"""Every area, line and month of the running system against the oracle, which adds up the files."""

from collections import defaultdict

from asking import CUBE
from support import protobuf
from support.oracle import Oracle

FIGURES = (("utfall", "utfall"), ("budget", "budget_period"))
PERIOD = 3


class Books:
    """What must be so after the first @count imports of a case."""

    def __init__(self, case, year):
        self.year = year
        self.cells = defaultdict(int)  # (layer, month, area, line) -> öre from January
        for (layer, period, area, line), ore in Oracle(case).cells.items():
            if period // 100 == year:
                for month in range(period % 100, 13):
                    self.cells[layer, month, area, line] += ore
        self.cells = {cell: ore for cell, ore in self.cells.items() if ore}

    def differences(self, fleet):
        found = {}
        with fleet.client("aggregate") as client:
            for month in range(1, 13):
                for row in client.rows(CUBE, protobuf.number(PERIOD, self.year * 100 + month)):
                    for layer, column in FIGURES:
                        if row[column]:
                            found[layer, month, row["omrade"], row["resultatrad"]] = row[column]
        return [f"{cell}: {found.get(cell, 0)} öre, {self.cells.get(cell, 0)} enligt filerna"
                for cell in sorted(set(found) | set(self.cells), key=str)
                if found.get(cell, 0) != self.cells.get(cell, 0)]


class Prefix:
    """A case whose files have come as far as step @count."""

    def __init__(self, case, count):
        self.areas, self.lines, self.sources = case.areas, case.lines, case.sources
        self.dimension_words = case.dimension_words
        self.imports = [(step.path, step.source) for step in case.steps[:count] if step.counts]
