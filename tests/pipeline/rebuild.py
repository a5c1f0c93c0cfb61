# SPDX-License-Identifier: Apache-2.0
"""`budgetvakt rebuild`: a year with all that people decide, once more from archive and decisions:
the same state, times and signatures with it, and nobody is told anything."""

import os
import re
import shutil
import unittest

import common
from common import EX_DATAERR
from verify import fill, state_of, year_instance

EX_CANTCREAT = 73


class Rebuild(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = year_instance()
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()
        fill(cls.instance, -1)
        cls.instance.ask("period", "open", "2020-02")
        cls.instance.ask("period", "close", "2020-01")
        last, source = cls.instance.case.imports[-1]
        assert cls.instance.take_in(last, source).returncode == 0
        cls.instance.settle()
        plans = [row["id"] for row in cls.instance.rows("plans") if row["lage"] == "Beslutad"]
        cls.instance.ask("plans", "close", str(plans[0]), "--comment", "åtgärderna är gjorda")
        cls.instance.settle()

    def setUp(self):
        if not self.instance.supervisor:
            self.instance.start()
            self.instance.settle()
        self.folder = self.instance.path("ny")
        shutil.rmtree(self.folder, ignore_errors=True)

    def rebuild(self):
        return self.instance.run("rebuild", "--into", self.folder)

    def told(self):
        with open(self.instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
            return file.read()

    def test_same_state_beside_the_running_system(self):
        before, lines = state_of(self.instance), self.told()
        result = self.rebuild()
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn(before, result.stdout)
        self.assertEqual(result.stdout.count("samma tillstånd"), 3)
        self.assertIn("10 importer och 7 beslut", result.stdout)
        seconds = re.search(r"beslut på ([0-9,]+) s", result.stdout)[1].replace(",", ".")
        print(f"figure rebuild={seconds} s")
        self.assertEqual(self.told(), lines)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith(".")], [])
        self.assertEqual(state_of(self.instance), before, "det som finns är orört")
        self.takes_over(before, lines)

    def takes_over(self, before, lines):
        """In the place of the old one it goes on, and tells nobody of what was."""
        shown = [self.instance.ask(*words) for words in
                 (("period",), ("alerts", "--all", "--wide"), ("plans", "--all", "--wide"),
                  ("forecast", "--period", "2020-08", "--wide"), ("imports", "--wide"))]
        self.assertEqual(self.instance.stop(), 0)
        os.rename(self.instance.path("state"), self.instance.path("gammal"))
        shutil.copytree(self.folder, self.instance.path("state"))
        shutil.copy(self.instance.path("gammal", "larm.jsonl"), self.instance.path("state"))
        self.instance.start()
        self.instance.settle()
        self.assertEqual(shown, [self.instance.ask(*words) for words in
                                 (("period",), ("alerts", "--all", "--wide"),
                                  ("plans", "--all", "--wide"),
                                  ("forecast", "--period", "2020-08", "--wide"),
                                  ("imports", "--wide"))])
        self.assertEqual(self.told(), lines)
        self.assertEqual(state_of(self.instance), before)
        self.assertEqual(self.instance.run("verify").returncode, 0)

    def test_another_state_is_told(self):
        """A cell that was changed: the archive says otherwise."""
        self.assertEqual(self.instance.stop(), 0)
        helper = os.path.join(common.HELPERS, "test_tamper")
        store = self.instance.path("state", "ledger")
        shutil.copytree(store, self.instance.path("ledger.hel"))
        common.subprocess.run([helper, store, "cell", "change", "0", "8"], check=True)
        result = self.rebuild()
        shutil.rmtree(store)
        os.rename(self.instance.path("ledger.hel"), store)
        self.assertEqual(result.returncode, EX_DATAERR, result.stdout + result.stderr)
        self.assertIn("aggregate: ett annat tillstånd", result.stdout)
        self.assertIn("forecast: samma tillstånd", result.stdout)
        self.assertIn("är inte summan av sina block", result.stderr)

    def test_folder_that_is_not_empty(self):
        os.mkdir(self.folder)
        with open(os.path.join(self.folder, "något"), "w", encoding="utf-8"):
            pass
        result = self.rebuild()
        self.assertEqual(result.returncode, EX_CANTCREAT, result.stderr)
        self.assertIn("är inte tom", result.stderr)

    def test_usage(self):
        self.assertEqual(self.instance.run("rebuild").returncode, common.EX_USAGE)


if __name__ == "__main__":
    common.main()
