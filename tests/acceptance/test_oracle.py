# SPDX-License-Identifier: Apache-2.0
"""The harness's comparison against the independent recomputation: the data and the tolerances
are right before any daemon has run, and an oracle in doubt is found here."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from compare import Comparison  # noqa: E402
from support.case import names, read_case  # noqa: E402
from support.oracle import OracleFigures  # noqa: E402


class Recomputed(unittest.TestCase):
    def test_every_cell_but_the_forecasts(self):
        real = names(os.path.join(os.path.dirname(HERE), "data", "acceptance"))
        for folder in real + names(os.path.join(HERE, "cases")):
            if not os.path.isdir(folder):
                continue
            with self.subTest(os.path.basename(folder)):
                case = read_case(folder)
                case.forecasts = []
                figures, found = OracleFigures(case), []
                comparison = Comparison(case, lambda _: figures, found.append)
                comparison.run()
                self.assertEqual((comparison.deviating, found), (0, []))
                self.assertGreater(comparison.compared, 20)


if __name__ == "__main__":
    unittest.main()
