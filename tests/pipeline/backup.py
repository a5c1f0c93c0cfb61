# SPDX-License-Identifier: Apache-2.0
"""`budgetvakt backup` of a running system and `restore` into an empty one: the same state, which
goes on by itself; a copy that is damaged is refused, and nothing is placed over anything."""

import os
import re
import shutil
import signal
import subprocess
import threading
import unittest

import common
from common import EX_DATAERR, EX_NOINPUT
from support.instance import Instance
from verify import fill, state_of, year_instance

EX_CANTCREAT = 73


def figures(name, text):
    """The times that the command prints, as figures."""
    copied, looked = re.search(r"Kopierat på ([0-9,]+) s, prövat på ([0-9,]+) s", text).groups()
    print(f"figure {name}_copy={copied.replace(',', '.')} s")
    print(f"figure {name}_verify={looked.replace(',', '.')} s")


def told_state(text):
    return re.search(r"Tillstånd: ([0-9a-f]{64})", text)[1]


class Backup(unittest.TestCase):
    def setUp(self):
        self.instance = year_instance()
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()
        self.folder = self.instance.path("kopia")

    def other(self):
        """Another instance with the same settings, and nothing in it."""
        other = Instance(common.BINARIES, self.instance.case.sources, self.instance.tables)
        self.addCleanup(other.__exit__, None, None, None)
        return other

    def restored(self, folder):
        other = self.other()
        text = other.ask("restore", folder)
        figures("restore", text)
        return other, told_state(text)

    def test_hot_backup_with_a_consumer_behind_goes_on_to_the_same_state(self):
        fill(self.instance, -1)
        last, source = self.instance.case.imports[-1]
        forecast = self.instance.daemons()["budgetvakt-forecast"]
        os.kill(forecast, signal.SIGSTOP)
        try:
            result = self.instance.take_in(last, source)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            text = self.instance.ask("backup", self.folder)
        finally:
            os.kill(forecast, signal.SIGCONT)
        figures("backup", text)
        self.instance.settle()
        live = state_of(self.instance)
        self.assertNotEqual(told_state(text), live, "forecast skulle vara efter i kopian")

        other, state = self.restored(self.folder)
        self.assertEqual(state, told_state(text))
        self.assertEqual(other.run("verify").returncode, 0)
        self.assertEqual(state_of(other), state)
        other.start()
        other.settle()
        self.assertEqual(state_of(other), live, "hinner ikapp till samma tillstånd")
        self.assertEqual(other.report_bytes("2020-08"), self.instance.report_bytes("2020-08"))
        result = other.take_in(last, source)
        self.assertIn("redan", result.stdout, "en inläst fil är känd")
        self.assertEqual(other.stop(), 0)

    def test_backups_while_files_are_read(self):
        done = threading.Event()
        results = []

        files = [(self.again(path, turn), source) for turn in range(2)
                 for path, source in self.instance.case.imports if source == "huvudbok"]

        def imports():
            for path, source in files:
                results.append(self.instance.take_in(path, source, "--older").returncode)
            done.set()

        thread = threading.Thread(target=imports)
        thread.start()
        folders = []
        while not done.is_set():
            folders.append(self.instance.path(f"kopia{len(folders)}"))
            self.instance.ask("backup", folders[-1])
        thread.join()
        self.assertEqual(set(results), {0})
        self.instance.settle()
        print(f"figure backups_during_import={len(folders)}")
        for folder in {folders[0], folders[-1]}:
            other, _ = self.restored(folder)
            other.start()
            for path, source in files:
                result = other.take_in(path, source, "--older")
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            other.settle()
            self.assertEqual(other.run("verify").returncode, 0)
            self.assertEqual(other.report_bytes("2020-08"),
                             self.instance.report_bytes("2020-08"))
            self.assertEqual(other.stop(), 0)

    def again(self, path, turn):
        """The file once more: with other bytes, and the same rows."""
        with open(path, "rb") as file:
            return self.instance.write(f"{turn}-{os.path.basename(path)}",
                                       file.read() + turn * b"\r\n")

    def test_copy_is_checked_and_nothing_is_overwritten(self):
        path, source = self.instance.case.imports[0]
        self.assertEqual(self.instance.take_in(path, source).returncode, 0)
        self.instance.settle()
        self.instance.ask("backup", self.folder)
        subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"],
                       cwd=self.folder, check=True)
        again = self.instance.run("backup", self.folder)
        self.assertEqual(again.returncode, EX_CANTCREAT, again.stderr)
        self.assertIn("finns redan", again.stderr)
        over = self.instance.run("restore", self.folder)
        self.assertEqual(over.returncode, EX_CANTCREAT, over.stderr)
        self.assertIn("är inte tom", over.stderr)
        other = self.other()
        none = other.run("restore", other.path("ingenting"))
        self.assertEqual(none.returncode, EX_NOINPUT, none.stderr)
        self.damaged(other)

    def damaged(self, other):
        store = os.path.join(self.folder, "ledger", "data.mdb")
        os.chmod(store, 0o600)
        with open(store, "r+b") as file:
            file.seek(os.path.getsize(store) // 2)
            file.write(b"\xa5")
        result = other.run("restore", self.folder)
        self.assertEqual(result.returncode, EX_DATAERR, result.stderr)
        self.assertIn("ledger/data.mdb är inte den fil som kopierades", result.stderr)
        self.assertFalse(os.path.exists(other.path("state")))
        shutil.rmtree(other.path("state.partial"))
        self.assertEqual(os.listdir(self.folder).count("SHA256SUMS"), 1)


if __name__ == "__main__":
    common.main()
