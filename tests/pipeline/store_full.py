# SPDX-License-Identifier: Apache-2.0
"""A store has a fixed size: told long before it is full, stopped before it is, and never half."""

import json
import os
import resource
import unittest

import common
from common import Instance, eventually, small

SMALL_MIB = 16


def many_codes(first, count):
    """A list in which every row has a code of its own: what fills a ledger fastest."""
    return small.text_list([("202001", "4611", str(1000000 + number), "1,00")
                            for number in range(first, first + count)])


class StoreFull(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(common.BINARIES, small.sources(), small.tables(),
                                 store_size_mib=SMALL_MIB)
        self.addCleanup(self.instance.__exit__, None, None, None)

    def fact(self, daemon, key):
        return (self.instance.status() or {}).get(daemon, {}).get(key)

    def fill_percent(self):
        return float(self.fact("aggregate", "lager_fyllnad").split()[0].replace(",", "."))

    def rows_in(self):
        """-1 while aggregate is too busy to say."""
        result = self.instance.run("imports", "--json")
        if result.returncode != 0:
            return -1
        return sum(row["rader"] for row in json.loads(result.stdout)["rader"])

    def test_it_warns_refuses_to_begin_and_goes_on_with_more_room(self):
        self.instance.start()
        rows, step = 0, 48000  # a tenth of the store
        while self.fill_percent() < 80:
            self.assertIsNone(self.fact("aggregate", "varning"))
            path = self.instance.write("lista.csv", many_codes(rows, step))
            result = self.instance.take_in(path, "listor")
            self.assertEqual(result.returncode, 0, result.stdout + self.instance.log_tail())
            rows += step
        self.assertIn("store_size_mib", self.fact("aggregate", "varning"))
        eventually(lambda: "% full: raise store_size_mib" in self.instance.log_text(),
                   "varning i loggen")
        self.assertIn("höj store_size_mib", self.instance.ask("status"))
        step //= 4  # less than is kept back
        while not self.fact("ingest", "fel"):
            self.instance.drop(f"{rows}.csv", many_codes(rows, step), "listor")
            rows += step
            eventually(lambda: self.fact("ingest", "fel") or self.rows_in() == rows, "avgjord fil",
                       seconds=180)
        self.assertIn("store_size_mib", self.fact("ingest", "fel"))
        self.assertEqual(self.rows_in(), rows - step)
        self.assertEqual(self.instance.stop(), 0)
        self.assertNotIn("ended with", self.instance.log_text())
        self.instance.configure(store_size_mib=4 * SMALL_MIB)
        self.instance.start()
        eventually(lambda: self.rows_in() == rows, "filen som väntade")
        self.assertIsNone(self.fact("aggregate", "varning"))

    def test_a_file_that_is_too_large_ends_with_what_to_do_and_changes_nothing(self):
        self.instance.start()
        before = self.instance.report_bytes("2020-12")
        rows = 600000
        self.instance.drop("stor.csv", many_codes(0, rows), "listor")
        eventually(lambda: "budgetvakt-aggregate ended with 74" in self.instance.log_text(),
                   "aggregate slutar", seconds=180)
        self.assertRegex(self.instance.log_text(),
                         r"the store is full and nothing was changed: raise store_size_mib "
                         r"\(now 16\) in .*budgetvakt\.conf and restart")
        eventually(lambda: self.instance.run("report", "resultat", "--period",
                                             "2020-12").returncode == 0, "svarar igen")
        self.assertEqual(self.instance.report_bytes("2020-12"), before)
        self.instance.kill()
        self.instance.configure(store_size_mib=16 * SMALL_MIB)
        self.instance.start()
        eventually(lambda: self.rows_in() == rows, "filen", seconds=240)

    def test_a_commit_that_fails_ends_the_process_and_is_not_tried_in_place(self):
        """A file size limit makes the kernel refuse what LMDB writes, with another error than
        that of a full disk."""
        self.instance.start(restore_signals=False)  # SIGXFSZ stays ignored, as Python has it
        pid = self.instance.daemons()["budgetvakt-aggregate"]
        size = os.path.getsize(self.instance.path("state", "ledger", "data.mdb"))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))
        path = self.instance.write("lista.csv", many_codes(0, 60000))
        result = self.instance.take_in(path, "listor")
        self.assertEqual(result.returncode, 0, result.stdout + self.instance.log_tail())
        log = self.instance.log_text()
        self.assertEqual(log.count("budgetvakt-aggregate ended with 74"), 1, log[-3000:])
        self.assertNotEqual(self.instance.daemons()["budgetvakt-aggregate"], pid)
        self.assertEqual(self.rows_in(), 60000)


if __name__ == "__main__":
    common.main()
