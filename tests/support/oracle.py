# SPDX-License-Identifier: Apache-2.0
"""An independent recomputation: area × line × period straight from the files of a case."""

from collections import defaultdict

from . import sie
from .codeplan import UNASSIGNED, holds
from .textfile import ore_of, read_rows

UNIT_ORE = {"kr": 100, "tkr": 100000, "mnkr": 100000000}


class Oracle:
    """cells: (layer, period YYYYMM, leaf area, leaf line) -> öre in report sign."""

    def __init__(self, case):
        self.case = case
        self.area_leaves = [node for node in case.areas.nodes if node.is_leaf]
        self.line_leaves = [node for node in case.lines.nodes if node.is_leaf]
        self.cells = defaultdict(int)
        self.memory = {}
        by_source = defaultdict(dict)  # source -> (layer, period) -> rows
        formats = {source.name: source for source in case.sources}
        for path, name in case.imports:
            self.arrive(by_source[name], formats[name], path)
        for blocks in by_source.values():
            for (layer, period), rows in blocks.items():
                self.add(layer, period, rows)

    def arrive(self, blocks, source, path):
        if source.format == "sie":
            file = sie.read(path, self.case.dimension_words)
            rows = file["rows"]
            covered = {("utfall", file["year"] * 100 + month)
                       for month in range(1, file["last_month"] + 1)}
        else:
            rows = list_rows(path, source)
            covered = set()
        if source.mode == "snapshot":
            for block in covered | {(layer, period) for layer, period, _, _ in rows}:
                blocks[block] = []
        for layer, period, codes, ore in rows:
            blocks.setdefault((layer, period), []).append((codes, ore))

    def add(self, layer, period, rows):
        for codes, ore in rows:
            line = self.line_of(codes)
            if line:  # what has no line has no area either: the areas' lines must add up
                area = UNASSIGNED if line == UNASSIGNED else self.area_of(codes)
                self.cells[layer, period, area, line] += ore

    def area_of(self, codes):
        key = tuple(sorted(codes.items()))
        if key not in self.memory:
            named = self.case.areas.find(codes.get("område", ""))
            owners = [named] if named else [leaf for leaf in self.area_leaves
                                            if self.claims(leaf.claims, codes)]
            self.memory[key] = owners[0].name if len(owners) == 1 else UNASSIGNED
        return self.memory[key]

    @staticmethod
    def claims(claims, codes):
        answers = [holds(wanted, codes[dimension]) for dimension, wanted in claims.items()
                   if codes.get(dimension)]
        return bool(answers) and all(answers)

    def line_of(self, codes):
        named = self.case.lines.find(codes.get("resultatrad", ""))
        if named:
            return named.name
        account = codes.get("konto", "")
        for leaf in self.line_leaves:
            if holds(leaf.claims.get("konto", ""), account):
                return leaf.name
        return None if account[:1] in "12" else UNASSIGNED

    def sum(self, layer, first, last, areas=None, lines=None):
        return sum(ore for (own, period, area, line), ore in self.cells.items()
                   if own == layer and first <= period <= last
                   and (areas is None or area in areas) and (lines is None or line in lines))


def list_rows(path, source):
    header, rows = read_rows(path)
    wanted = dict(setting.split("=") for setting in source.settings["columns"])
    roles = [wanted.get(title) for title in header]
    sign = 1 if source.settings["sign"] == "report" else -1
    unit = UNIT_ORE[source.settings["unit"]]
    layer = source.settings.get("layer", "utfall")
    result = []
    for row in rows:
        cells = {role: cell for role, cell in zip(roles, row) if role}
        ore = sign * ore_of(cells.pop("belopp"), unit)
        digits = "".join(filter(str.isdigit, cells.get("period") or cells.get("datum") or ""))[:6]
        if digits:
            result.append((layer, int(digits), cells, ore))
            continue
        year = int(cells["år"])
        for month in range(1, 13):  # spread straight, the parts summing to the year
            part = rounded(ore * month, 12) - rounded(ore * (month - 1), 12)
            result.append((layer, year * 100 + month, cells, part))
    return result


def rounded(value, divisor):
    return (abs(value) + divisor // 2) // divisor * (1 if value >= 0 else -1)


class OracleFigures:
    """The same questions as ReportFigures, answered by the oracle."""

    def __init__(self, case):
        self.oracle = Oracle(case)
        self.case = case
        incomes, costs = set(), set()
        for leaf in self.oracle.line_leaves:
            side = incomes if leaf.claims.get("konto", "").startswith("3") else costs
            side.add(leaf.name)
        self.sides = {"intäkter": incomes, "kostnader": costs, "netto": None}

    def area(self, name, layer, period, part):
        if layer == "avvikelse":
            return (self.area(name, "utfall", period, part)
                    - self.area(name, "budget", period, part))
        node = self.case.areas.find(name)
        areas = {leaf.name for leaf in self.case.areas.leaves_below(node)} if node else {name}
        return self.value(layer, period, areas, self.sides[part])

    def line(self, name, layer, period):
        if layer == "avvikelse":
            return self.line(name, "utfall", period) - self.line(name, "budget", period)
        node = self.case.lines.find(name)
        return self.value(layer, period, None,
                          {leaf.name for leaf in self.case.lines.leaves_below(node)})

    def value(self, layer, period, areas, lines):
        last = period // 100 * 100 + 12 if layer == "budget_år" else period
        return self.oracle.sum("budget" if layer.startswith("budget") else layer,
                               period // 100 * 100 + 1, last, areas, lines)
