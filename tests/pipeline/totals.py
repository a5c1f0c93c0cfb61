# SPDX-License-Identifier: Apache-2.0
"""Every area and every line of every month, to the öre, against an independent recomputation."""

import os
import unittest

import common
from support.case import read_case
from support.instance import ROOT, Instance
from support.oracle import OracleFigures
from support.textfile import ore_of

CASES = ("ekero-2020-myndighet", "ekero-2020-egen-regi", "nacka-2020", "osteraker-2020")
MONTHS = range(1, 13)
AREA_COLUMNS = (("utfall", "utfall"), ("budget_period", "budget"), ("budget_ar", "budget_år"))


class Totals(unittest.TestCase):
    def test_every_figure(self):
        for name in CASES:
            case = read_case(os.path.join(ROOT, "tests", "data", "acceptance", name))
            with Instance(common.BINARIES, case.sources, case.tables) as instance:
                instance.start()
                for path, source in case.imports:
                    self.assertEqual(instance.take_in(path, source).returncode, 0, path)
                count = self.compare(instance, OracleFigures(case))
                self.assertEqual(instance.stop(), 0)
            print(f"{name}: {count} belopp lika på öret")
            self.assertGreater(count, 1000)

    def compare(self, instance, figures):
        count = 0
        for month in MONTHS:
            period = 202000 + month
            header, rows = instance.report("verksamheter", f"2020-{month:02d}")
            for row in (dict(zip(header, cells)) for cells in rows):
                for key, layer in AREA_COLUMNS:
                    for part in ("intäkter", "kostnader", "netto"):
                        column = f"{key}_{part.replace('ä', 'a')}"
                        self.assertEqual(ore_of(row[column]),
                                         figures.area(row["omrade"], layer, period, part),
                                         (row["omrade"], column, period))
                        count += 1
                self.assertEqual(ore_of(row["utfall_fg_ar_netto"]),
                                 figures.area(row["omrade"], "utfall", period - 100, "netto"))
            header, rows = instance.report("resultat", f"2020-{month:02d}")
            for row in (dict(zip(header, cells)) for cells in rows):
                for key, layer, when in (("utfall", "utfall", period),
                                         ("utfall_fg_ar", "utfall", period - 100),
                                         ("budget_period", "budget", period),
                                         ("budget_ar", "budget_år", period)):
                    self.assertEqual(ore_of(row[key]),
                                     figures.line(row["resultatrad"], layer, when),
                                     (row["resultatrad"], key, period))
                    count += 1
        return count


if __name__ == "__main__":
    common.main()
