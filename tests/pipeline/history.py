# SPDX-License-Identifier: Apache-2.0
"""A producer with another history than its follower has read: a stop with a reason, not a guess."""

import json
import os
import shutil
import unittest

import common
from common import EX_DATAERR, Instance, eventually, small

# producer -> its store, and who follows it
HOPS = {"aggregate": ("ledger", "forecast"), "forecast": ("forecast", "alert"),
        "alert": ("alert", "notify"), "ingest": ("ingest", "alert")}
RULES = "Utfall över budget;utfall;1;;100;5;50;;ja;30\n"
BAD = b"Ver.nr;Period;Konto;Verksamhet;Text;Belopp\n1;202001;4611;100;Rad;1x0,00\n"


class History(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(common.BINARIES, small.sources(),
                                 small.tables(RULES))
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()
        for name, content, source in (("budget.csv", small.budget(), "budget"),
                                      ("2020-01.se", small.ledger(1, Familjehem=300).bytes(),
                                       "bok")):
            path = self.instance.write(name, content)
            self.assertEqual(self.instance.take_in(path, source).returncode, 0)
        path = self.instance.write("fel.csv", BAD)
        self.assertEqual(self.instance.take_in(path, "listor").returncode, EX_DATAERR)
        self.instance.settle()

    def store(self, producer):
        return self.instance.path("state", HOPS[producer][0])

    def stop(self):
        self.assertEqual(self.instance.stop(), 0)
        os.truncate(self.instance.log, 0)

    def fact(self, daemon, key):
        result = self.instance.run("status", "--json")
        for row in json.loads(result.stdout)["rader"]:
            if (row["daemon"], row["nyckel"]) == (daemon, key):
                return row["text"]
        return None

    def run_doubted(self, producer, pattern):
        """The follower ends with 65 again and again, and status tells, also why."""
        follower = HOPS[producer][1]
        self.instance.start(patience=0)
        eventually(lambda: self.instance.log_text().count(
            f"budgetvakt-{follower} ended with {EX_DATAERR}") >= 2, "följaren stannar")
        self.assertRegex(self.instance.log_text(), pattern)
        eventually(lambda: self.fact(producer, "annan_historia") == follower, "källan säger det")
        eventually(lambda: self.fact(follower, "lage") == "nere", "status säger att den är nere")
        self.assertEqual(self.instance.run("status").returncode, common.EX_UNAVAILABLE)
        self.instance.kill()

    def check(self, producer, prepare, pattern):
        """@prepare puts another store there; with the right one back, all is as before."""
        before = self.instance.report_bytes("2020-12")
        self.stop()
        shutil.copytree(self.store(producer), self.instance.path("kept"))
        prepare(self.store(producer))
        self.run_doubted(producer, pattern)
        shutil.rmtree(self.store(producer))
        shutil.move(self.instance.path("kept"), self.store(producer))
        os.truncate(self.instance.log, 0)
        self.instance.start()
        self.instance.settle()
        self.assertEqual(self.instance.report_bytes("2020-12"), before)
        self.assertNotIn("ended with", self.instance.log_text(), "kontroll: den rätta godtas")
        self.assertIsNone(self.fact(producer, "annan_historia"))

    def test_a_producer_that_was_made_anew(self):
        for producer in HOPS:
            with self.subTest(producer):
                self.check(producer, shutil.rmtree,
                           f"{producer} has another history than the one followed so far")

    def test_a_producer_that_was_put_back_alone(self):
        """ingest has by then told anew of the file, at another time: as many records, but not the
        same."""
        doubts = {"aggregate": "aggregate knows [0-9]+ records, but [0-9]+ were applied here",
                  "ingest": "ingest has another record [0-9]+ than the one applied here"}
        self.stop()
        for producer in doubts:
            shutil.copytree(self.store(producer), self.instance.path("old-" + producer))
        self.instance.start()
        path = self.instance.write("2020-02.se", small.ledger(2, Familjehem=300).bytes())
        self.assertEqual(self.instance.take_in(path, "bok").returncode, 0)
        path = self.instance.write("fel2.csv", BAD + b"2;202001;4611;100;Rad;2x0,00\n")
        self.assertEqual(self.instance.take_in(path, "listor").returncode, EX_DATAERR)
        self.instance.settle()

        for producer, pattern in doubts.items():
            def put_back(store, old=self.instance.path("old-" + producer)):
                shutil.rmtree(store)
                shutil.copytree(old, store)
            with self.subTest(producer):
                self.check(producer, put_back, pattern)


if __name__ == "__main__":
    common.main()
