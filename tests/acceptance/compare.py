# SPDX-License-Identifier: Apache-2.0
"""Every printed cell of forvantat/ against the system's figures, by the README's tolerances."""

import difflib
import os
import re
from decimal import ROUND_HALF_UP, Decimal

import titles
from support.codeplan import UNASSIGNED, Node
from support.textfile import fold, plain_number, read_dicts, read_rows

TOTALS = {"totalt", "total", "summa", "sammanlagt", "nämnden totalt", "hela nämnden"}
DASHES = "-\u2013\u2212\u2022 "


class ManualForecasts:
    """Which leaves have a manual forecast made after which month, and whether it is split."""

    def __init__(self, paths):
        self.split = {}
        for path in paths:
            for row in read_dicts(path):
                digits = "".join(filter(str.isdigit, row.get("prognosmånad", "")))
                has_split = any(key.startswith(("intäkter", "kostnader")) and cell
                                for key, cell in row.items())
                self.split[int(digits[:6]), fold(row["område"])] = has_split

    def in_force(self, leaves, period, part):
        states = [self.split.get((period, fold(leaf.name))) for leaf in leaves]
        return bool(leaves) and all(state is not None and (state or part == "netto")
                                    for state in states)


class Comparison:
    def __init__(self, case, figures_for, say=print):
        """@figures_for: file period or None -> an object with area() and line()."""
        self.case = case
        self.figures_for = figures_for
        self.say = say
        self.compared = 0
        self.deviating = 0
        self.manual = ManualForecasts(case.forecasts)

    def run(self):
        for path in self.case.expected:
            self.compare_file(path)

    # ---- one file ----------------------------------------------------------

    def compare_file(self, path):
        self.file = os.path.basename(path)
        header, rows = read_rows(path)
        if not rows:
            return
        name = os.path.splitext(self.file)[0].casefold()
        span = titles.find_span(name)
        if span.year is None:
            span = titles.Span(self.year_of_case(), span.month)
        self.figures = self.figures_for(span.period() if span.month and span.year else None)
        columns = {}
        for index, title in enumerate(header[1:], 1):
            cells = [row[index] for row in rows]
            column = titles.read_title(title, name, span) if self.are_figures(cells) else None
            if column:
                columns[index] = column
            elif self.are_figures(cells) and fold(title) not in ("nivå", "level"):
                self.say(f"{self.file}: kolumnen ”{title}” förstås inte och jämförs inte")
        money = [[row[index] for row in rows] for index, column in columns.items()
                 if column.measure == "belopp"]
        self.unit = titles.unit_ore_of(name, header, money)
        self.step = self.unit // 10 if self.unit == 100_000_000 else self.unit
        resolve = self.line_rows if self.is_about_lines(header[0], rows) else self.area_rows
        for row, subject in zip(rows, resolve(rows)):
            self.printed = {(column.layer, column.part, column.period): row[index]
                            for index, column in columns.items() if column.measure == "belopp"}
            for index, column in columns.items():
                if plain_number(row[index]) is not None:
                    self.compare_cell(row[0], header[index], subject, column, row[index])

    @staticmethod
    def are_figures(cells):
        texts = [cell for cell in cells if cell.strip(DASHES)]
        return bool(texts) and all(re.fullmatch(r"[-+]?\d+(\.\d+)?", plain_number(cell) or "")
                                   for cell in texts)

    def year_of_case(self):
        years = [titles.find_span(os.path.basename(path)).year
                 for path in self.case.expected + [path for path, _ in self.case.imports]]
        years = [year for year in years if year]
        return max(set(years), key=years.count) if years else None

    def is_about_lines(self, first_title, rows):
        areas = sum(self.case.areas.find(row[0]) is not None for row in rows)
        lines = sum(self.case.lines.find(row[0]) is not None for row in rows)
        if areas == lines:
            return fold(first_title) in ("resultatrad", "post", "rad", "kostnadsslag", "belopp")
        return lines > areas

    # ---- rows --------------------------------------------------------------

    def area_rows(self, rows):
        for row in rows:
            node = self.case.areas.find(row[0]) or self.near(self.case.areas, row[0])
            if fold(row[0]) == fold(UNASSIGNED):
                yield ("area", Node(UNASSIGNED, ""))
            elif node:
                yield ("area", node)
            elif fold(row[0]) in TOTALS:
                roots = self.case.areas.roots()
                yield ("area", roots[0] if len(roots) == 1 else None)
            else:
                yield ("missing", None)

    @staticmethod
    def near(tree, name):
        close = difflib.get_close_matches(fold(name), list(tree.by_name), n=2, cutoff=0.9)
        return tree.by_name[close[0]] if len(close) == 1 else None

    def line_rows(self, rows):
        """'- varav X' is the next varav line of the sum printed before it: reports abbreviate."""
        parent, waiting = None, []
        for row in rows:
            varav = re.match(r"[-\u2013\u2212•\s]*(?:därav|varav)\s+(.*)", row[0], re.IGNORECASE)
            if varav:
                node = self.next_varav(waiting, varav[1]) or self.case.lines.find(varav[1])
            else:
                bare = row[0].lstrip(DASHES)
                node = self.case.lines.find(bare) or self.near(self.case.lines, bare)
                parent = node if node else parent
                waiting = [] if not parent else [child for child in parent.children
                                                 if child.kind == "varav"]
            yield ("line", node) if node else ("missing", None)

    @staticmethod
    def next_varav(waiting, printed):
        if not waiting:
            return None
        stem = fold(printed)[:7]
        index = next((index for index, node in enumerate(waiting)
                      if fold(node.name).startswith(stem)), 0)
        node = waiting[index]
        del waiting[:index + 1]
        return node

    # ---- cells -------------------------------------------------------------

    def compare_cell(self, row_name, title, subject, column, cell):
        kind, node = subject
        if kind == "missing":
            return self.deviates(row_name, title, cell, "raden finns inte")
        if not self.is_stated(kind, node, column):
            return None
        actual = self.value(kind, node, column)
        if actual is None:
            return self.deviates(row_name, title, cell, "saknas i rapporten")
        self.compared += 1
        if not self.is_good(kind, node, column, cell, actual):
            self.deviating += 1
            shown_value = actual if column.measure != "belopp" else actual / Decimal(self.unit)
            self.say(f"{self.file}: ”{row_name}”, {title}: väntat {cell}, "
                     f"fick {shown(shown_value)}")
        return None

    def is_good(self, kind, node, column, cell, actual):
        printed = Decimal(plain_number(cell))
        if column.measure != "belopp":
            return min(abs(actual - printed), abs(actual + printed)) <= Decimal("0.15")
        difference = actual - printed * self.unit
        tolerance = self.tolerance(kind, node, column)
        return (abs(difference) <= tolerance
                or abs(difference - self.drift(kind, node, column)) <= tolerance)

    def drift(self, kind, node, column):
        """A deviation is the difference of two figures that the row prints too: where those two
        were rounded apart (each within its own tolerance), the deviation follows them."""
        operands = {"avvikelse": ("utfall", "budget"),
                    "avvikelse_år": ("prognos", "budget_år")}.get(column.layer, ())
        drifts = []
        for layer in operands:
            operand = titles.Column(layer, column.part, column.period)
            cell = plain_number(self.printed.get((layer, column.part, column.period), ""))
            actual = self.value(kind, node, operand)
            if cell is None or actual is None:
                return 0
            drifts.append(actual - Decimal(cell) * self.unit)
            if abs(drifts[-1]) > self.tolerance(kind, node, operand):
                return 0
        return drifts[0] - drifts[1] if drifts else 0

    def tolerance(self, kind, node, column):
        """Öre.  Gross figures of a leaf are exact; all else may differ by one printed unit."""
        is_exact = (kind == "area" and node is not None and node.is_leaf
                    and self.unit == self.step and column.part != "netto"
                    and not column.layer.startswith("avvikelse"))
        return self.step // 2 if is_exact else self.step + self.step // 2

    def deviates(self, row_name, title, cell, why):
        self.compared += 1
        self.deviating += 1
        self.say(f"{self.file}: ”{row_name}”, {title}: väntat {cell}, {why}")

    def is_stated(self, kind, node, column):
        """Forecasts are compared only where the controllers' own are in force."""
        if column.layer not in ("prognos", "avvikelse_år"):
            return True
        if kind == "line":
            return False
        tops = [node] if node else self.case.areas.roots()
        leaves = [leaf for top in tops for leaf in self.case.areas.leaves_below(top)]
        return self.manual.in_force(leaves, column.period, column.part)

    def value(self, kind, node, column):
        name = node.name if node else ""
        if column.measure == "andel":
            whole = self.amount(kind, self.total_name(kind), column.layer, column)
            return percent(self.amount(kind, name, column.layer, column), whole)
        if column.measure == "procent":
            base = "budget_år" if column.layer == "avvikelse_år" else "budget"
            return percent(self.amount(kind, name, column.layer, column),
                           self.amount(kind, name, base, column))
        if column.measure == "förbrukning":
            return percent(self.amount(kind, name, "utfall", column),
                           self.amount(kind, name, "budget_år", column))
        return self.amount(kind, name, column.layer, column)

    def total_name(self, kind):
        if kind == "line":
            return next(node.name for node in self.case.lines.nodes if node.kind == "netto")
        roots = self.case.areas.roots()
        return roots[0].name if len(roots) == 1 else ""

    def amount(self, kind, name, layer, column):
        through = self.through(kind, name, layer, column.part, column.period)
        if not column.month_only or column.period % 100 == 1 or through is None:
            return through
        return through - (self.through(kind, name, layer, column.part, column.period - 1) or 0)

    def through(self, kind, name, layer, part, period):
        if kind == "line":
            return self.figures.line(name, layer, period)
        if name == "":
            roots = [root.name for root in self.case.areas.roots()] + [UNASSIGNED]
            return sum(self.through(kind, root, layer, part, period) or 0 for root in roots)
        if layer.startswith("avvikelse") and part != "netto":
            of, base = ("prognos", "budget_år") if layer.endswith("år") else ("utfall", "budget")
            return (self.figures.area(name, of, period, part)
                    - self.figures.area(name, base, period, part))
        return self.figures.area(name, layer, period, part)


def percent(part, whole):
    if part is None or whole is None:
        return None
    return Decimal(0) if whole == 0 else abs(Decimal(part) * 100 / Decimal(whole))


def shown(value):
    return str(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)).replace(".", ",")
