# SPDX-License-Identifier: Apache-2.0
"""Cases of the same layout in other clothes: other encodings, column names, months and units
are read to the same figures as the originals."""

import os
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from compare import Comparison  # noqa: E402
from support.case import natural, read_case  # noqa: E402
from support.instance import conf_text  # noqa: E402
from support.oracle import OracleFigures  # noqa: E402
from support.textfile import decode  # noqa: E402

DATA = os.path.join(os.path.dirname(HERE), "data", "acceptance")


def million(ore):
    return f"{ore / 100_000_000:.1f}".replace(".", ",")


class Shapes(unittest.TestCase):
    def copy(self, name):
        folder = tempfile.mkdtemp(prefix="bvt")
        self.addCleanup(shutil.rmtree, folder)
        case = os.path.join(folder, name)
        shutil.copytree(os.path.join(DATA, name), case)
        return case

    @staticmethod
    def rewrite(folder, change):
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                content = change(decode(file.read()))
            with open(path, "wb") as file:
                file.write(content)

    def compare(self, folder):
        case, found = read_case(folder), []
        case.forecasts = []
        figures = OracleFigures(case)
        comparison = Comparison(case, lambda _: figures, found.append)
        comparison.run()
        self.assertEqual((comparison.deviating, found), (0, []))
        return comparison.compared

    def april_table(self, original, path):
        """What a report for April in mnkr would print, by the oracle on the original."""
        case = read_case(os.path.join(DATA, original))
        figures = OracleFigures(case)
        lines = ["Verksamhetsområde;Utfall jan-apr 2020;Budget jan-apr;Avvikelse;Årsbudget 2020;"
                 "Utfall föregående år"]
        for node in case.areas.nodes:
            values = [figures.area(node.name, layer, period, "netto") for layer, period in
                      (("utfall", 202004), ("budget", 202004), ("avvikelse", 202004),
                       ("budget_år", 202004), ("utfall", 201904))]
            lines.append(";".join([node.name.upper()] + [million(value) for value in values]))
        with open(path, "w", encoding="latin-1") as file:
            file.write("\n".join(lines) + "\n")
        return len(case.areas.nodes) * 5

    def test_lists_with_other_columns_in_utf_8(self):
        folder = self.copy("ekero-2020-egen-regi")
        head = {"Konto": "Kto", "Ansvar": "Kst", "Verksamhet": "Vht",
                "Bokf.datum": "Bokföringsdatum", "Belopp": "Belopp (kr)"}

        def change(text):
            first, rest = text.split("\n", 1)
            for old, new in head.items():
                first = first.replace(old, new)
            return ("\ufeff" + first + "\n" + rest).encode("utf-8")
        self.rewrite(os.path.join(folder, "huvudbok"), change)
        printed = self.april_table("ekero-2020-egen-regi",
                                   os.path.join(folder, "forvantat", "uppföljning-april-2020.csv"))
        compared = self.compare(folder)
        self.assertGreater(compared, printed + 100)

    def test_sie_in_utf_8_and_latin_1(self):
        for encoding in ("utf-8", "latin-1"):
            folder = self.copy("nacka-2020")
            self.rewrite(os.path.join(folder, "huvudbok"), lambda text: text.replace(
                '#DIM 20 "Verksamhet"', '#DIM 20 "Vht"').encode(encoding))
            self.assertGreater(self.compare(folder), 70)
            text = conf_text("x", read_case(folder).sources)
            self.assertIn('sie_dimensions = {"20=verksamhet"}', text)

    def test_files_arrive_in_natural_order(self):
        self.assertEqual(sorted(["t-10.se", "t-2.se", "T-1.se"], key=natural),
                         ["T-1.se", "t-2.se", "t-10.se"])


if __name__ == "__main__":
    unittest.main()
