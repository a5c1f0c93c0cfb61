# SPDX-License-Identifier: Apache-2.0
"""How printed column headings and file names are understood."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from support.textfile import ore_of  # noqa: E402
from titles import Column, Span, find_span, read_title, unit_ore_of  # noqa: E402

AUGUST = Span(2020, 8)
WHOLE = Span(2020, None)


class Titles(unittest.TestCase):
    def expect(self, title, column, span=AUGUST, name="verksamheter-2020-08"):
        self.assertEqual(read_title(title, name, span), column, title)

    def test_outcome(self):
        self.expect("Utfall 2019-08 netto", Column("utfall", "netto", 201908))
        self.expect("Utfall perioden Intäkter", Column("utfall", "intäkter", 202008))
        self.expect("Utfall jan-aug", Column("utfall", "netto", 202008))
        self.expect("Utfall jan–apr 2020", Column("utfall", "netto", 202004), Span(2020, 4))
        self.expect("Utfall föregående år", Column("utfall", "netto", 201908))
        self.expect("Bokslut 2019", Column("utfall", "netto", 201912))
        self.expect("Ack utfall Kostnader", Column("utfall", "kostnader", 202008))
        self.expect("Periodens nettokostnad utfall", Column("utfall", "netto", 202008))

    def test_budget(self):
        self.expect("Budget perioden Kostnader", Column("budget", "kostnader", 202008))
        self.expect("Budget 2020-08", Column("budget", "netto", 202008))
        self.expect("Budget helår 2020", Column("budget_år", "netto", 202008))
        self.expect("Budget helår Intäkter", Column("budget_år", "intäkter", 202008))
        self.expect("Budget 2020", Column("budget_år", "netto", 202012), WHOLE)
        self.expect("Plan 2021", Column("budget_år", "netto", 202112), WHOLE)
        self.expect("Årsbudget", Column("budget_år", "netto", 202008))
        self.expect("Kostnad", Column("budget_år", "kostnader", 202012), WHOLE, "områden-2020")
        self.expect("Netto i %", Column("budget_år", "netto", 202012, "andel"), WHOLE,
                    "områden-2020")

    def test_forecast_and_deviation(self):
        self.expect("Prognos helår netto", Column("prognos", "netto", 202008))
        self.expect("Helår Prognos netto", Column("prognos", "netto", 202008))
        self.expect("Avvik netto perioden", Column("avvikelse", "netto", 202008))
        self.expect("Avvikelse per 2020-08", Column("avvikelse", "netto", 202008))
        self.expect("Budget-avvikelse", Column("avvikelse", "netto", 202008))
        self.expect("Avvik helår netto", Column("avvikelse_år", "netto", 202008))
        self.expect("Prognos avvikelse", Column("avvikelse_år", "netto", 202008))
        self.expect("Avvikelse %", Column("avvikelse", "netto", 202008, "procent"))

    def test_no_figures(self):
        for title in ("nivå", "område", "Kommentar", "Förändring sedan april"):
            self.expect(title, None)

    def test_file_names(self):
        self.assertEqual(find_span("verksamheter-2020-08"), AUGUST)
        self.assertEqual(find_span("verksamheter-april-2021"), Span(2021, 4))
        self.assertEqual(find_span("resultat-t2-2020"), AUGUST)
        self.assertEqual(find_span("verksamhetsområden-2020"), WHOLE)
        self.assertEqual(find_span("ekonomisk-sammanfattning"), Span(None, None))

    def test_units(self):
        self.assertEqual(unit_ore_of("x", ["Utfall mnkr"], [["1"]]), 100_000_000)
        self.assertEqual(unit_ore_of("x", ["Utfall"], [["1,5", "-2,0"]]), 100_000_000)
        self.assertEqual(unit_ore_of("x", ["Utfall"], [["15", "-20"]]), 100_000)

    def test_amounts(self):
        self.assertEqual(ore_of("1\u00a0234,50-"), -123450)
        self.assertEqual(ore_of("\u22121 234,5"), -123450)
        self.assertEqual(ore_of("-1357", 100000), -135700000)
        self.assertIsNone(ore_of(" - "))


if __name__ == "__main__":
    unittest.main()
