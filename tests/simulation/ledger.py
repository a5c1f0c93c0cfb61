# SPDX-License-Identifier: Apache-2.0
"""What aggregate must make of the files: sums per area, line and month, from their rows."""

from collections import defaultdict

OUTCOME, BUDGET = 1, 2
SNAPSHOT, DELTA = 1, 2
REGULAR_MONTHS = 2
MONTHS = 12


class File:
    def __init__(self, words):
        self.number, self.source = int(words[0]), words[1]
        (self.mode, self.layer, self.first, self.last, self.through, self.exported,
         self.is_allowed, self.is_broken) = map(int, words[2:10])
        self.rows = []
        for word in words[10:]:
            period, account, activity, ore, voucher = word.split(",")
            self.rows.append((int(period), account, activity, int(ore), voucher))

    def months(self):
        return range(self.first, self.last + 1)


class Ledger:
    def __init__(self, tables):
        self.tables = tables
        self.committed = {}  # number of a file -> number of its batch
        self.blocks = defaultdict(list)  # (layer, period, source) -> files
        self.coverage = {}  # the same -> the file that speaks for it
        self.closed = set()
        self.cache = {}

    def sums(self, layer, period, source):
        """(area, line) -> öre of one source and month."""
        key = (layer, period, source)
        if key not in self.cache:
            sums = defaultdict(int)
            for file in self.blocks[key]:
                self.add(sums, file, period)
            self.cache[key] = sums
        return self.cache[key]

    def add(self, sums, file, period):
        for month, account, activity, ore, _ in file.rows:
            if month == period:
                sums[self.tables.place(account, activity)] += ore

    def sources(self, layer, year):
        return sorted({source for (of, period, source) in self.coverage
                       if of == layer and period // 100 == year})

    def cube(self, year):
        """(area, line) -> (twelve of outcome, twelve of budget)"""
        cube = defaultdict(lambda: ([0] * MONTHS, [0] * MONTHS))
        for layer in (OUTCOME, BUDGET):
            for source in self.sources(layer, year):
                for month in range(MONTHS):
                    for place, ore in self.sums(layer, year * 100 + month + 1, source).items():
                        cube[place][layer - 1][month] += ore
        return {place: months for place, months in cube.items()
                if any(months[0]) or any(months[1])}

    def through(self, year, area):
        """Through which month outcome is complete: as far as the regular source that is last."""
        sources = self.sources(OUTCOME, year)
        here = [source for source in sources if any(
            place[0] == area and ore for month in range(1, MONTHS + 1)
            for place, ore in self.sums(OUTCOME, year * 100 + month, source).items())]
        ends = {source: self.end(year, source) for source in here or sources}
        covered = {source: max(self.covered(year, source), self.covered(year - 1, source))
                   for source in ends}
        regular = [end for source, end in ends.items() if end and
                   covered[source] >= REGULAR_MONTHS]
        return min(regular or [end for end in ends.values() if end] or [0])

    def months(self, year, source):
        return [month for month in range(1, MONTHS + 1)
                if (OUTCOME, year * 100 + month, source) in self.coverage]

    def covered(self, year, source):
        return len(self.months(year, source))

    def end(self, year, source):
        months = [month for month in self.months(year, source) if year * 100 + month <=
                  self.coverage[OUTCOME, year * 100 + month, source].through]
        return max(months or [0])

    # ---- verdicts

    def is_older(self, file):
        for period in file.months():
            present = self.coverage.get((file.layer, period, file.source))
            if present and (file.last < present.last or (
                    file.last == present.last and 0 < file.exported < present.exported)):
                return True
        return False

    def is_overlap(self, file):
        for period in file.months():
            held = {row[4] for other in self.blocks[file.layer, period, file.source]
                    for row in other.rows if row[0] == period}
            if any(row[4] in held for row in file.rows if row[0] == period):
                return True
        return False

    def is_closed(self, file, closed):
        for period in set(file.months()) & closed:
            before = self.sums(OUTCOME, period, file.source)
            after = defaultdict(int, {} if file.mode == SNAPSHOT else before)
            self.add(after, file, period)
            if any(before[place] != after[place] for place in set(before) | set(after)):
                return True
        return False

    def refusal(self, file, closed):
        """The code of what is wrong with the file now; "-": nothing."""
        if file.is_broken:
            return "K401"
        if file.mode == SNAPSHOT and not file.is_allowed and self.is_older(file):
            return "K406"
        if file.mode == DELTA and file.layer == OUTCOME and self.is_overlap(file):
            return "K411"
        return "K407" if file.layer == OUTCOME and self.is_closed(file, closed) else "-"

    def commit(self, file, batch):
        self.committed[file.number] = batch
        for period in file.months():
            key = (file.layer, period, file.source)
            if file.mode == SNAPSHOT:
                self.blocks[key] = []
            self.blocks[key].append(file)
            self.coverage[key] = file
            self.cache.pop(key, None)
