# SPDX-License-Identifier: Apache-2.0
"""A small disk that fills: intake stops and says so, the alert comes, and with room all goes on."""

import json
import os
import shutil
import subprocess
import unittest

import common
from common import Instance, eventually, small

DISK_MIB, LIMIT_MIB, BALLAST_MIB = 48, 16, 4


@unittest.skipUnless(os.geteuid() == 0, "a disk of its own can only be mounted by root")
class DiskFull(unittest.TestCase):
    def make(self, **settings):
        settings = {"free_space_min_mib": LIMIT_MIB, "ballast_mib": BALLAST_MIB,
                    "store_size_mib": 64, **settings}
        instance = Instance(common.BINARIES, small.sources(),
                            small.tables("", "Ekonomer;fil;larm.jsonl\n"), **settings)
        self.addCleanup(instance.__exit__, None, None, None)
        state = instance.path("state")
        os.mkdir(state)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0750", "none", state],
                       check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", state], check=True)
        self.addCleanup(instance.kill)
        return instance

    @staticmethod
    def fill(instance, leave_mib=0):
        """What somebody else puts on the disk."""
        path = instance.path("state", "annat")
        block = bytes(64 * 1024)
        with open(path, "ab", buffering=0) as file:
            while shutil.disk_usage(path).free > leave_mib * 1024 * 1024:
                try:
                    file.write(block[:max(1, min(len(block), shutil.disk_usage(path).free))])
                except OSError:
                    break

    @staticmethod
    def clean(instance):
        os.unlink(instance.path("state", "annat"))

    @staticmethod
    def fact(instance, daemon, key):
        return (instance.status() or {}).get(daemon, {}).get(key)

    @staticmethod
    def told(instance):
        """(lage) of every line about room."""
        try:
            with open(instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
                lines = [json.loads(line) for line in file]
        except FileNotFoundError:
            return []
        return [line["lage"] for line in lines if line["typ"] == "utrymme"]

    def expected(self, *months):
        with Instance(common.BINARIES, small.sources(), small.tables()) as other:
            other.start()
            for month in months:
                path = other.write(f"2020-{month:02}.se", small.ledger(month).bytes())
                self.assertEqual(other.take_in(path, "bok").returncode, 0)
            return other.report_bytes("2020-12")

    def test_intake_stops_says_so_and_goes_on_by_itself(self):
        instance = self.make()
        instance.start()
        eventually(lambda: self.fact(instance, "alert", "reserv_mib") == BALLAST_MIB, "reserven")
        path = instance.write("2020-01.se", small.ledger(1).bytes())
        self.assertEqual(instance.take_in(path, "bok").returncode, 0)
        before = instance.report_bytes("2020-12")

        self.fill(instance, LIMIT_MIB - 2)
        eventually(lambda: self.fact(instance, "ingest", "fel"), "inläsningen stannar")
        self.assertIn("free_space_min_mib", self.fact(instance, "ingest", "fel"))
        eventually(lambda: self.told(instance) == ["larm"], "larmet levereras")
        self.assertIn("Disken nästan full",
                      [row["regel"] for row in instance.rows("alerts")])
        instance.drop("2020-02.se", small.ledger(2).bytes(), "bok")
        self.fill(instance)
        eventually(lambda: self.fact(instance, "ingest", "fel"), "väntar fortfarande")
        self.assertEqual(os.listdir(instance.path("inbox", "bok")), ["2020-02.se"])
        self.assertEqual(os.listdir(instance.path("state", "spool", "bok")), [])
        self.assertEqual(instance.report_bytes("2020-12"), before)

        self.clean(instance)
        eventually(lambda: len(instance.rows("imports")) == 2, "filen läses in av sig själv")
        eventually(lambda: self.told(instance) == ["larm", "återställt"], "larmet återställs")
        eventually(lambda: not self.fact(instance, "ingest", "fel"), "inget hindrar")
        instance.settle()
        self.assertEqual(instance.report_bytes("2020-12"), self.expected(1, 2))
        self.assertEqual(instance.stop(), 0)

    def restart_on_full_disk(self, **settings):
        """With stores for alert and notify that have to be written from nothing."""
        instance = self.make(**settings)
        instance.start()
        ballast = instance.settings["ballast_mib"]
        eventually(lambda: self.fact(instance, "alert", "reserv_mib") == ballast, "reserven")
        self.assertEqual(instance.stop(), 0)
        for name in ("alert", "notify"):
            shutil.rmtree(instance.path("state", name))
        self.fill(instance)
        return instance

    def test_the_reserve_is_given_up_so_that_the_alert_is_written(self):
        instance = self.restart_on_full_disk()
        instance.start()
        eventually(lambda: self.told(instance) == ["larm"], "larmet levereras")
        self.assertIn(f"the reserve of {BALLAST_MIB} MiB is given up", instance.log_text())
        self.clean(instance)
        eventually(lambda: self.fact(instance, "alert", "reserv_mib") == BALLAST_MIB,
                   "reserven tas igen")

    def test_without_a_reserve_nothing_can_be_told(self):
        """The control of the test above."""
        instance = self.restart_on_full_disk(ballast_mib=0)
        with self.assertRaises(common.Failure):
            instance.start(patience=5)
        self.assertEqual(self.told(instance), [])
        self.assertRegex(instance.log_text(), "the disk of .* is full and nothing was changed")

    def test_a_store_that_meets_the_full_disk_goes_on_where_it_was(self):
        """Without a limit, intake fills the disk itself; nothing is lost of what it offers."""
        instance = self.make(free_space_min_mib=0, ballast_mib=0)
        instance.start()
        path = instance.write("2020-01.se", small.ledger(1).bytes())
        self.assertEqual(instance.take_in(path, "bok").returncode, 0)
        self.fill(instance)
        rows = [("202001", "4611", str(1000000 + number), "1,00") for number in range(20000)]
        instance.drop("lista.csv", small.text_list(rows), "listor")
        eventually(lambda: "is full" in instance.log_text() or
                   "No space left" in instance.log_text(), "disken är full")
        self.clean(instance)
        eventually(lambda: len(instance.rows("imports")) == 2, "listan läses in av sig själv")
        instance.settle()
        self.assertEqual(instance.rows("imports")[-1]["rader"] +
                         instance.rows("imports")[0]["rader"], 6 + len(rows))
        self.assertEqual(instance.stop(), 0)


if __name__ == "__main__":
    common.main()
