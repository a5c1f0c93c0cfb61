# SPDX-License-Identifier: Apache-2.0
"""Headings seen together, rows as printed, and that every changed figure of the invented cases
is found."""

import csv
import os
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from columns import number_of, read_columns  # noqa: E402
from compare import Comparison  # noqa: E402
from rows import AreaRows, LineRows  # noqa: E402
from support.case import names, read_case  # noqa: E402
from support.codeplan import Node, Tree  # noqa: E402
from support.oracle import OracleFigures  # noqa: E402
from support.textfile import delimiter_of, read_rows, read_text  # noqa: E402
from titles import Span  # noqa: E402

CASES = os.path.join(HERE, "cases")
AUGUST = Span(2023, 8)
FAR_OFF = 40  # printed units: beyond every tolerance


class Plan:
    """Areas and lines without a folder."""

    def __init__(self, areas=(), lines=()):
        self.areas = Tree([Node(*area) for area in areas])
        self.lines = Tree([Node(*line) for line in lines])


class Columns(unittest.TestCase):
    def layers(self, header, *rows):
        columns, strange = read_columns(header, rows, "verksamheter-2023-08", AUGUST, 0)
        return [columns[index].layer for index in sorted(columns)], strange

    def test_a_budget_printed_twice_is_of_the_period_and_of_the_year(self):
        self.assertEqual(
            self.layers(["a", "Utfall", "Budget", "Avvikelse", "Prognos", "Budget", "Avvikelse"],
                        ["x", "-10", "-12", "2", "-15", "-18", "3"])[0],
            ["utfall", "budget", "avvikelse", "prognos", "budget_år", "avvikelse_år"])

    def test_a_deviation_is_of_what_it_is_the_difference_of(self):
        header = ["a", "Budget", "Utfall", "Prognos", "Avvikelse"]
        self.assertEqual(self.layers(header, ["x", "-180", "-100", "-210", "-30"])[0],
                         ["budget_år", "utfall", "prognos", "avvikelse_år"])
        self.assertEqual(self.layers(header, ["x", "-120", "-100", "-210", "20"])[0],
                         ["budget", "utfall", "prognos", "avvikelse"])

    def test_a_year_beside_months_is_the_whole_year(self):
        def first(*header):
            return read_columns(["a", *header], [["x", "1", "2"]], "t", AUGUST, 0)[0][1].period
        self.assertEqual(first("Utfall 2022", "Utfall jan-aug 2023"), 202212)
        self.assertEqual(first("Utfall 2022", "Utfall 2023"), 202208)

    def test_figures_that_are_not_understood_are_named(self):
        layers, strange = self.layers(["a", "nivå", "Utfall", "Antal", "Budget", "Kommentar"],
                                      ["x", "1", "5", "17", "5*", "bra"],
                                      ["y", "2", "i.u.", "18", "många", ""])
        self.assertEqual((layers, strange), (["utfall"], ["Antal", "Budget"]))


class Rows(unittest.TestCase):
    def test_a_repeated_name_is_told_apart_by_its_parent(self):
        plan = Plan([("Alla", ""), ("Barn", "Alla"), ("Övrigt (Barn)", "Barn"), ("Vuxna", "Alla"),
                     ("Övrigt (Vuxna)", "Vuxna")])

        def found(*rows):
            return [node and node.name for _, node in AreaRows(plan, rows, 0)]
        self.assertEqual(found(["Barn"], ["Övrigt"], ["VUXNA"], ["Övrigt"], ["Summa barn"],
                               ["Totalt"], ["Okänd"]),
                         ["Barn", "Övrigt (Barn)", "Vuxna", "Övrigt (Vuxna)", "Barn", "Alla", None])
        self.assertEqual(found(["Övrigt", "Vuxna"], ["Övrigt", "Barn"]),
                         ["Övrigt (Vuxna)", "Övrigt (Barn)"])

    def test_varav_is_below_the_sum_before_it(self):
        plan = Plan(lines=[("Netto", "", "netto"), ("Intäkter", "Netto", "summa"),
                           ("Avgifter, övriga", "Intäkter", "varav"),
                           ("Avgifter", "Intäkter", "varav"),
                           ("Hyra (intäkt)", "Intäkter", "varav"),
                           ("Hyra", "Netto", "post")])
        rows = [["Summa intäkter"], ["- varav avgifter"], ["därav Hyra"], ["Hyra"], ["Resultat"],
                ["varav okänd"]]
        self.assertEqual([node and node.name for _, node in LineRows(plan, rows, 0)],
                         ["Intäkter", "Avgifter", "Hyra (intäkt)", "Hyra", "Netto", None])


class EveryCell(unittest.TestCase):
    def compared(self, case, figures):
        case.forecasts = []
        comparison = Comparison(case, lambda _: figures, lambda _: None)
        comparison.run()
        return comparison

    def test_a_changed_figure_is_found_wherever_it_is(self):
        for name in ("exempel-listor", "exempel-tertial"):
            folder = os.path.join(tempfile.mkdtemp(prefix="bvt"), name)
            self.addCleanup(shutil.rmtree, os.path.dirname(folder))
            shutil.copytree(os.path.join(CASES, name), folder)
            case = read_case(folder)
            figures = OracleFigures(case)
            base = self.compared(case, figures)
            self.assertEqual(base.deviating, 0)
            found = sum(self.compared(case, figures).deviating > 0
                        for _ in changed_cells(case.expected))
            self.assertEqual(found, base.compared)
            self.assertGreater(found, 20)


def changed_cells(paths):
    """Writes each figure of each table changed, one at a time, and puts it back."""
    for path in paths:
        original = read_text(path)
        header, rows = read_rows(path)
        for row in rows:
            for index, cell in enumerate(row):
                number = number_of(cell)
                if number is None:
                    continue
                row[index] = str(number + FAR_OFF).replace(".", ",")
                with open(path, "w", encoding="utf-8", newline="") as file:
                    csv.writer(file, delimiter=delimiter_of(original)).writerows([header, *rows])
                yield path
                row[index] = cell
        with open(path, "w", encoding="utf-8") as file:
            file.write(original)


class Ledgers(unittest.TestCase):
    def test_files_of_their_own_months_add_and_repeating_ones_replace(self):
        modes = {os.path.basename(folder): {source.name: source.mode
                                            for source in read_case(folder).sources}
                 for folder in names(CASES) if os.path.isdir(folder)}
        self.assertEqual(modes["exempel-tertial"], {"budget": "snapshot", "huvudbok": "delta"})
        self.assertEqual(modes["exempel-listor"], {"budget": "snapshot", "listor": "delta"})
        nacka = read_case(os.path.join(os.path.dirname(HERE), "data", "acceptance", "nacka-2020"))
        self.assertEqual([source.mode for source in nacka.sources], ["snapshot"])


if __name__ == "__main__":
    unittest.main()
