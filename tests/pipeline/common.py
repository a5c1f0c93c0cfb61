# SPDX-License-Identifier: Apache-2.0
"""What every pipeline script starts with: the programs' folder, and an instance to drive."""

import hashlib
import os
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE)]

from support import small  # noqa: E402
from support.instance import Failure, Instance, find_binaries  # noqa: E402

BINARIES = ""
HELPERS = ""
EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_NOPERM, EX_CONFIG = 64, 65, 66, 69, 77, 78


def main():
    """SCRIPT [BIN_DIR [HELPER_DIR]] [unittest arguments]"""
    words = sys.argv[1:]
    folders = []
    while words and os.path.isdir(words[0]):
        folders.append(words.pop(0))
    module = sys.modules[__name__]
    module.BINARIES = find_binaries(folders[0] if folders else None)
    module.HELPERS = folders[1] if len(folders) > 1 else ""
    unittest.main(module="__main__", argv=[sys.argv[0], *words], verbosity=2)


def eventually(condition, what, seconds=60):
    """Waits for a state that no event tells of, with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"inträffade inte på {seconds} s: {what}")
        time.sleep(0.02)


def places_of(instance, text):
    """Every file of the instance that holds the text, packed or not."""
    found = []
    for folder, _, names in os.walk(instance.folder):
        for path in (os.path.join(folder, name) for name in names):
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                content = file.read()
            if path.endswith(".zst"):
                content = subprocess.run(["zstd", "-dc", path], capture_output=True,
                                         check=True).stdout
            if text.encode() in content:
                found.append(os.path.relpath(path, instance.folder))
    return found


class PipelineTest(unittest.TestCase):
    """One running instance of the small nämnd for all tests of a class."""

    rules = ""
    recipients = ""

    @classmethod
    def setUpClass(cls):
        cls.instance = Instance(BINARIES, small.sources(),
                                small.tables(cls.rules, cls.recipients))
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()

    def take_in(self, name, content, source="bok", *options):
        """(exit code, what was printed) of importing bytes under a file name."""
        path = self.instance.write(name, content)
        result = self.instance.take_in(path, source, *options)
        return result.returncode, result.stdout + result.stderr

    def accept(self, name, content, source="bok", *options):
        code, text = self.take_in(name, content, source, *options)
        self.assertEqual(code, 0, text + self.instance.log_tail())
        self.assertIn("inläst", text)
        return text

    def refuse(self, name, content, source, pattern, *options):
        """Refused: exit 65, the reason on the terminal and beside the quarantined file, and
        figures as before."""
        before = self.instance.report_bytes("2020-12")
        code, text = self.take_in(name, content, source, *options)
        self.assertEqual(code, EX_DATAERR, text)
        self.assertIn("karantän", text)
        self.assertRegex(text, pattern)
        digest = hashlib.sha256(content).hexdigest()
        quarantined = self.instance.path("state", "quarantine", source, digest)
        with open(quarantined, "rb") as file:
            self.assertEqual(file.read(), content)
        with open(quarantined + ".txt", encoding="utf-8") as file:
            report = file.read()
        self.assertIn(name, report)
        self.assertRegex(report, pattern.removeprefix("rad "))
        self.assertEqual(self.waiting(source), [])
        self.assertEqual(self.instance.report_bytes("2020-12"), before)
        return report

    def waiting(self, source):
        """What lies in the inbox of a source."""
        return [name for name in os.listdir(self.instance.path("inbox", source))
                if not name.startswith(".")]

    def net(self, name="Socialnämnden", period="2020-12", key="utfall_netto"):
        """One figure of the area report, as written: kronor with a decimal comma."""
        header, rows = self.instance.report("verksamheter", period)
        return next((row[header.index(key)] for row in rows if row[0] == name), None)
