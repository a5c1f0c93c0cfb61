# SPDX-License-Identifier: Apache-2.0
"""Every printed cell of forvantat/ against the system's figures, by the README's tolerances."""

import os
from decimal import ROUND_HALF_UP, Decimal

import titles
from columns import number_of, read_columns, says_nothing
from rows import AreaRows, LineRows, is_about_lines, name_column
from support.codeplan import UNASSIGNED
from support.textfile import fold, read_dicts, read_rows


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
        self.unstated = 0  # forecasts where no manual one is in force
        self.manual = ManualForecasts(case.forecasts)

    def run(self):
        for path in self.case.expected:
            self.compare_file(path)

    # ---- one file ----------------------------------------------------------

    def compare_file(self, path):
        self.file = os.path.basename(path)
        header, rows = read_rows(path)
        if not rows:
            return self.not_understood("tabellen har inga rader")
        name = os.path.splitext(self.file)[0].casefold()
        span = self.span_of(name)
        self.figures = self.figures_for(span.period() if span.month and span.year else None)
        first = name_column(self.case, rows)
        columns, strange = read_columns(header, rows, name, span, first)
        for title in strange:
            self.not_understood(f"kolumnen ”{title}” förstås inte")
        if not columns and not strange:
            self.not_understood("ingen kolumn har tal")
        self.read_units(name, header, rows, columns)
        names = [row[first] for row in rows]
        subjects = (LineRows if is_about_lines(self.case, header[first], names)
                    else AreaRows)(self.case, rows, first)
        for row, subject in zip(rows, subjects):
            self.printed = {(column.layer, column.part, column.period): (
                row[index], self.units[index], self.steps[index])
                            for index, column in columns.items() if column.measure == "belopp"}
            for index, column in columns.items():
                self.compare_cell(row[first], header[index], subject, column, row[index], index)
        return None

    def span_of(self, name):
        """The year and the month of a table; a file name that does not say is about what the
        ledger holds, or about the budget where there is no ledger."""
        span = titles.find_span(name)
        year = span.year or self.year_of_case()
        month = span.month or self.case.last_months.get(year)
        return titles.Span(year, month)

    def read_units(self, name, header, rows, columns):
        """Öre per unit and per printed step of each column (a table in tkr may have been printed
        in mnkr), and the decimals of shares."""
        amounts = [index for index, column in columns.items() if column.measure == "belopp"]
        words = header + [cell for index, title in enumerate(header) if fold(title) == "enhet"
                          for cell in sorted({row[index] for row in rows})
                          if fold(cell) in ("kr", "tkr", "mnkr", "mkr")]
        own = {index: titles.stated_unit_ore(header[index]) for index in columns}
        rest = [word for word in words if word not in header or titles.stated_unit_ore(word) is None
                or header.index(word) not in columns]
        common = {unit for index, unit in own.items() if index in amounts and unit}
        table = (next(iter(common)) if len(common) == 1 else titles.unit_ore_of(
            name, rest, [[row[index] for row in rows] for index in amounts]))
        self.units = {index: own[index] or table for index in columns}
        numbers = [number_of(row[index]) for index in amounts for row in rows]
        numbers = [number for number in numbers if number]
        is_coarse = (len(numbers) > 5 and table == titles.TKR
                     and all(number % 100 == 0 for number in numbers))
        self.steps = {index: 100 * unit if is_coarse and unit == titles.TKR else self.step(unit)
                      for index, unit in self.units.items()}
        self.places = {index: max((-number_of(row[index]).as_tuple().exponent for row in rows
                                   if number_of(row[index]) is not None), default=0)
                       for index in columns}

    def not_understood(self, what):
        """Figures that the harness cannot read are not right: they count as one deviation."""
        self.compared += 1
        self.deviating += 1
        self.say(f"{self.file}: {what} och jämförs inte")

    def year_of_case(self):
        years = [titles.find_span(os.path.basename(path)).year
                 for path in self.case.expected + [path for path, _ in self.case.imports]]
        years = [year for year in years if year] or list(self.case.last_months)
        return max(sorted(set(years), reverse=True), key=years.count) if years else None

    # ---- cells -------------------------------------------------------------

    def compare_cell(self, row_name, title, subject, column, cell, index):
        if says_nothing(cell):
            return None
        if number_of(cell) is None:
            return self.deviates(row_name, title, cell, "är inget tal")
        self.unit, self.unit_step = self.units[index], self.steps[index]
        kind, node = subject
        if kind == "missing":
            return self.deviates(row_name, title, cell, "raden finns inte")
        if not self.is_stated(kind, node, column):
            self.unstated += 1
            return None
        actual = self.value(kind, node, column)
        if actual is None:
            return self.deviates(row_name, title, cell, "saknas i rapporten")
        self.compared += 1
        if not self.is_good(kind, node, column, number_of(cell), actual, self.places[index]):
            self.deviating += 1
            shown_value = actual if column.measure != "belopp" else actual / Decimal(self.unit)
            self.say(f"{self.file}: ”{row_name}”, {title}: väntat {cell}, "
                     f"fick {shown(shown_value)}")
        return None

    def is_good(self, kind, node, column, printed, actual, places):
        if column.measure != "belopp":
            allowed = Decimal("1.5") * Decimal(10) ** -places + self.share_drift(kind, node, column)
            return min(abs(actual - printed), abs(actual + printed)) <= allowed
        difference = actual - printed * self.unit
        tolerance = self.tolerance(kind, node, column)
        return (abs(difference) <= tolerance
                or abs(difference - self.drift(kind, node, column)) <= tolerance)

    def share_drift(self, kind, node, column):
        """A share is printed from figures that were rounded on their own: of a small base, that
        is more than its last digit."""
        step = next((step for _, _, step in self.printed.values()), self.unit_step)
        base = self.value(kind, node, titles.Column(
            "budget_år" if column.layer == "avvikelse_år" else "budget", column.part,
            column.period)) if column.measure == "procent" else 0
        return Decimal(0) if not base else abs(Decimal(100 * step) / Decimal(base))

    @staticmethod
    def step(unit):
        return unit // 10 if unit == 100_000_000 else unit

    def drift(self, kind, node, column):
        """A deviation is the difference of two figures that the row prints too: where those two
        were rounded apart (each within its own tolerance), the deviation follows them."""
        operands = {"avvikelse": ("utfall", "budget"),
                    "avvikelse_år": ("prognos", "budget_år")}.get(column.layer, ())
        drifts = []
        for layer in operands:
            operand = titles.Column(layer, column.part, column.period)
            cell, unit, _ = self.printed.get((layer, column.part, column.period), ("", 0, 0))
            printed, actual = number_of(cell), self.value(kind, node, operand)
            if printed is None or actual is None:
                return 0
            drifts.append(actual - printed * unit)
            if abs(drifts[-1]) > self.tolerance(kind, node, operand):
                return 0
        return drifts[0] - drifts[1] if drifts else 0

    def tolerance(self, kind, node, column):
        """Öre.  Gross figures of a leaf are exact; all else may differ by one printed unit."""
        step = self.unit_step
        is_exact = (kind == "area" and node is not None and node.is_leaf and self.unit == step
                    and column.part != "netto" and not column.layer.startswith("avvikelse"))
        return step // 2 if is_exact else step + step // 2

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
            if column.layer == "förändring":
                return percent(self.amount(kind, name, column.layer, column),
                               self.through(kind, name, "utfall", column.part,
                                            column.period - 100))
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
        if layer == "förändring":
            both = [self.through(kind, name, "utfall", part, month)
                    for month in (period, period - 100)]
            return None if None in both else both[0] - both[1]
        if kind == "line":
            return self.figures.line(name, layer, period)
        if name == "":
            roots = [root.name for root in self.case.areas.roots()] + [UNASSIGNED]
            return sum(self.through(kind, root, layer, part, period) or 0 for root in roots)
        if layer.startswith("avvikelse") and part != "netto":
            of, base = ("prognos", "budget_år") if layer.endswith("år") else ("utfall", "budget")
            both = [self.figures.area(name, own, period, part) for own in (of, base)]
            return None if None in both else both[0] - both[1]
        return self.figures.area(name, layer, period, part)


def percent(part, whole):
    if part is None or whole is None:
        return None
    return Decimal(0) if whole == 0 else abs(Decimal(part) * 100 / Decimal(whole))


def shown(value):
    return str(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)).replace(".", ",")
