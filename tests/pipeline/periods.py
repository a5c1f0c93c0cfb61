# SPDX-License-Identifier: Apache-2.0
"""A month is preliminary until somebody closes it; closing and opening are orders with a trace."""

import unittest

import common
from common import PipelineTest, small


class Periods(PipelineTest):
    def status(self, period):
        for row in self.instance.rows("period"):
            if period in row.values():
                return next((value for value in row.values()
                             if value in ("preliminär", "definitiv")), None)
        return None

    def test_close_and_open(self):
        self.accept("2020-03.se", small.ledger(3).bytes())
        self.assertEqual(self.status("2020-02"), "preliminär")
        self.instance.ask("period", "close", "2020-02")
        self.assertEqual(self.status("2020-02"), "definitiv")
        self.assertEqual(self.status("2020-03"), "preliminär")
        self.assertEqual(self.instance.stop(), 0)
        self.instance.start()
        self.assertEqual(self.status("2020-02"), "definitiv", "minns efter omstart")
        self.instance.ask("period", "close", "2020-02")
        self.instance.ask("period", "open", "2020-02")
        self.assertEqual(self.status("2020-02"), "preliminär")
        self.assertEqual(self.instance.run("period", "close", "2020-13").returncode,
                         common.EX_USAGE)


if __name__ == "__main__":
    common.main()
