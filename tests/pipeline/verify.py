# SPDX-License-Identifier: Apache-2.0
"""`budgetvakt verify` on a real year, running and stopped: it finds nothing in what is whole, and
each kind of damage that is planted, in the right words."""

import glob
import json
import os
import shutil
import subprocess
import time
import unittest

import common
from support.case import read_case
from support.instance import ROOT, Instance

EX_DATAERR = common.EX_DATAERR
CASE = os.path.join(ROOT, "tests", "data", "acceptance", "ekero-2020-myndighet")


def year_instance():
    """A real year taken in, with what people decided: a month closed, a forecast, an alert."""
    case = read_case(CASE)
    tables = dict(case.tables)
    tables["larmregler.csv"] += "Avvikelse;prognos;*;;100;5;50;;ja;30\n"
    tables["mottagare.csv"] += "loggen;fil;larm.jsonl\n"
    instance = Instance(common.BINARIES, case.sources, tables)
    instance.case, instance.tables = case, tables
    return instance


def leaf_of(case):
    return next(node.name for node in case.areas.nodes if node.is_leaf)


def fill(instance, last=None):
    """All files, or all but some of the last."""
    for path, source in instance.case.imports[:last]:
        result = instance.take_in(path, source)
        assert result.returncode == 0, result.stdout + result.stderr
    instance.settle()
    instance.ask("period", "close", "2020-02")
    instance.ask("forecast", "set", "--area", leaf_of(instance.case), "--period", "2020-08",
                 "--net", "-1234567", "--unit", "kr", "--comment", "egen bedömning")
    instance.settle()
    alerts = [row["id"] for row in instance.rows("alerts") if row["id"]]
    plans = [row["id"] for row in instance.rows("plans")]
    assert alerts and plans, "reglerna i provet ska ge larm och planer"
    instance.ask("alerts", "ack", str(alerts[0]), "--comment", "känt sedan mars")
    instance.ask("plans", "decide", str(plans[0]), "--reference", "SN 2020-09-17 § 88")
    instance.settle()


def state_of(instance):
    return next(row["text"] for row in instance.rows("verify")
                if row["slag"] == "tillstånd" and row["del"] == "alla")


class Verify(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = year_instance()
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()
        fill(cls.instance)

    def setUp(self):
        """Each test has its own copy of the folders to damage."""
        if self.instance.supervisor:
            self.running = self.verify()
            self.assertEqual(self.instance.stop(), 0)
        self.whole = self.instance.path("hel")
        if not os.path.isdir(self.whole):
            shutil.copytree(self.instance.path("state"), self.whole, symlinks=True)
        shutil.rmtree(self.instance.path("state"))
        shutil.copytree(self.whole, self.instance.path("state"), symlinks=True)

    def verify(self, *words):
        begun = time.monotonic()
        result = self.instance.run("verify", *words)
        self.seconds = time.monotonic() - begun
        return result

    def find(self, pattern):
        """65, and a line that says what is wrong."""
        result = self.verify()
        self.assertEqual(result.returncode, EX_DATAERR, result.stdout + result.stderr)
        self.assertRegex(result.stdout, pattern)
        return result.stdout

    def tamper(self, store, *words):
        helper = os.path.join(common.HELPERS, "test_tamper")
        subprocess.run([helper, self.instance.path("state", store), *words], check=True)

    def flip(self, path, offset):
        os.chmod(path, 0o600)
        with open(path, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)
            file.seek(offset)
            file.write(bytes([byte[0] ^ 1]))

    def archived(self):
        return sorted(glob.glob(self.instance.path("state", "archive", "huvudbok", "*")))

    def test_whole_stopped_and_running(self):
        stopped = self.verify()
        self.assertEqual(stopped.returncode, 0, stopped.stdout + stopped.stderr)
        self.assertIn("Allt stämmer.", stopped.stdout)
        print(f"figure verify_stopped={self.seconds:.2f} s")
        rows = json.loads(self.verify("--json").stdout)["rader"]
        seen = {(row["del"], row["krav"], row["provat"]): row["antal"] for row in rows
                if row["slag"] == "prövat"}
        files = len(self.instance.case.imports)
        self.assertEqual(seen["ingest", "I1", "importer mot sina filer i arkivet, lästa på nytt"],
                         files)
        self.assertEqual(seen["aggregate", "I1", "importer mot sina block"], files)
        self.assertEqual(seen["ingest", "I6", "filer i arkivet, var och en en import"], files)
        self.assertTrue(all(count > 0 for key, count in seen.items()
                            if key[1] in ("CRC", "I2")), seen)
        self.assertEqual(seen["forecast", "I3", "manuella prognoser mot besluten i journalen"], 1)
        before = state_of(self.instance)
        self.instance.start()
        self.instance.settle()
        running = self.verify()
        self.assertEqual(running.returncode, 0, running.stdout + running.stderr)
        self.assertEqual(state_of(self.instance), before, "samma tillstånd igång som stoppat")
        self.assertEqual(self.instance.stop(), 0)

    def test_value_with_a_flipped_byte(self):
        name = self.instance.case.imports[-1][0].rpartition("/")[2].encode()
        path = self.instance.path("state", "ledger", "data.mdb")
        with open(path, "rb") as file:
            content = file.read()
        offset, found = content.find(name), 0
        while offset >= 0:
            self.flip(path, offset)
            offset, found = content.find(name, offset + 1), found + 1
        self.assertGreater(found, 0)
        self.find("FEL aggregate CRC: ett värde i lagret ledger, tabell batch, är inte det")

    def test_store_that_is_cut_short_is_told_of_and_others_are_still_read(self):
        path = self.instance.path("state", "forecast", "data.mdb")
        os.truncate(path, 8192)
        text = self.find("FEL forecast CRC: lagret kan inte läsas")
        self.assertRegex(text, r"aggregate +I1 +importer mot sina block")

    def test_store_that_is_gone(self):
        shutil.rmtree(self.instance.path("state", "alert"))
        self.find("FEL alert CRC: lagret finns inte")

    def test_archived_file_with_a_flipped_byte(self):
        self.flip(self.archived()[0], os.path.getsize(self.archived()[0]) // 2)
        self.find("FEL ingest I1: import .*: arkivets fil är inte den som lästes in")

    def test_archived_file_gone(self):
        os.unlink(self.archived()[0])
        self.find("FEL ingest I1: import .* saknas i arkivet")

    def test_archived_file_that_no_batch_knows(self):
        shutil.copy(self.archived()[0], os.path.join(os.path.dirname(self.archived()[0]),
                                                     "ab" * 32))
        self.find("FEL ingest I6: arkivets fil huvudbok/abab.* är ingen import")

    def test_batch_that_the_ledger_has_forgotten(self):
        self.tamper("ledger", "batch", "drop", "1")
        text = self.find("FEL aggregate I1: import 2 saknas")
        self.assertIn("FEL ingest I6: arkivets fil", text)

    def test_cell_changed_with_a_valid_checksum(self):
        self.tamper("ledger", "cell", "change", "0", "8")
        self.find("FEL aggregate I2: cellerna för .* är inte summan av sina block")

    def test_block_changed_with_a_valid_checksum(self):
        self.tamper("ledger", "block", "change", "0", "-1")
        text = self.find("FEL aggregate I1: import .*: blocken har [0-9]+ rader, filen")
        self.assertIn("FEL aggregate I2: cellerna för", text)

    def test_rows_of_a_batch_changed_with_a_valid_checksum(self):
        self.tamper("ledger", "batch", "change", "-1", "73")
        text = self.find("FEL aggregate I1: import")
        self.assertRegex(text, "FEL ingest I1: import .*: filen har [0-9]+ rader och summan")

    def test_cursor_ahead_of_its_producer(self):
        self.tamper("forecast", "cursor", "change", "0", "17")
        self.find("FEL aggregate I4: forecast har läst till post [0-9]+, men journalen för "
                  "aggregate slutar med")

    def test_cursor_with_another_hash(self):
        self.tamper("alert", "cursor", "change", "0", "24")
        self.find("FEL forecast I4: alert har läst till post [0-9]+ i journalen för forecast, "
                  "men med ett annat innehåll")

    def test_cursor_in_another_history(self):
        self.tamper("forecast", "cursor", "change", "0", "0")
        self.find("FEL aggregate I4: forecast följer en annan historia")

    def test_journal_record_dropped(self):
        self.tamper("ledger", "journal", "drop", "2")
        self.find("FEL aggregate I3: journalen för aggregate saknar post 3 till 3")

    def test_journal_record_changed(self):
        self.tamper("forecast", "journal", "change", "1", "40")
        self.find("FEL forecast I3: (kedjan i journalen för forecast bryts vid post 3"
                  "|post 2 i journalen för forecast kan inte tydas)")

    def test_last_record_dropped_is_seen_by_who_has_read_it(self):
        self.tamper("alert", "journal", "drop", "-1")
        self.find("FEL alert I4: notify har läst till post")

    def test_controllers_forecast_changed(self):
        self.tamper("forecast", "manual", "change", "0", "17")
        self.find("FEL forecast I3: prognosen i beslut [0-9]+ är inte den som beslutades")

    def test_alert_in_another_state(self):
        self.tamper("alert", "alert", "change", "0", "8")
        self.find("FEL alert I7: larm 1 är inte i det läge som journalen berättade om sist")

    def test_alert_gone(self):
        self.tamper("alert", "alert", "drop", "-1")
        self.find("FEL alert ")


if __name__ == "__main__":
    common.main()
