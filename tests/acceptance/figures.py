# SPDX-License-Identifier: Apache-2.0
"""The system's own answers: both reports as CSV, asked once per period."""

from support.textfile import fold, ore_of

AREA_KEYS = {"utfall": "utfall_{}", "budget": "budget_period_{}", "budget_år": "budget_ar_{}",
             "prognos": "prognos_{}"}
LINE_KEYS = {"utfall": "utfall", "budget": "budget_period", "budget_år": "budget_ar"}


class ReportFigures:
    """@instance: running, with everything imported."""

    def __init__(self, instance, report_period=None):
        self.instance = instance
        self.report_period = report_period
        self.reports = {}

    def table(self, kind, period):
        """folded row name -> {column key: cell}; of two rows with one name the first."""
        if (kind, period) not in self.reports:
            header, rows = self.instance.report(kind, f"{period // 100}-{period % 100:02d}")
            table = {}
            for row in rows:
                cells = dict(zip(header, row))
                table.setdefault(fold(cells[header[0]].lstrip("'")), cells)
            self.reports[kind, period] = table
        return self.reports[kind, period]

    def cell(self, kind, name, period, key):
        row = self.table(kind, period).get(fold(name))
        if row is None:
            return None
        if key not in row:
            raise KeyError(f"rapporten {kind} saknar kolumnen {key}")
        return ore_of(row[key]) or 0

    def area(self, name, layer, period, part):
        """Öre; None when there is no such row."""
        word = part.replace("ä", "a")
        if layer == "utfall" and part == "netto" and self.is_year_before(period):
            return self.cell("verksamheter", name, self.report_period, "utfall_fg_ar_netto")
        if layer == "avvikelse" and part == "netto":
            return self.cell("verksamheter", name, period, "avvikelse_period")
        if layer == "avvikelse_år" and part == "netto":
            return self.cell("verksamheter", name, period, "avvikelse_ar")
        return self.cell("verksamheter", name, period, AREA_KEYS[layer].format(word))

    def line(self, name, layer, period):
        if layer == "utfall" and self.is_year_before(period):
            return self.cell("resultat", name, self.report_period, "utfall_fg_ar")
        if layer == "avvikelse":
            return self.cell("resultat", name, period, "avvikelse_period")
        return self.cell("resultat", name, period, LINE_KEYS[layer]) if layer in LINE_KEYS else None

    def is_year_before(self, period):
        return self.report_period is not None and period == self.report_period - 100
