# SPDX-License-Identifier: Apache-2.0
"""Control files beside files: brought along by the command, held against what was read."""

import os
import unittest

import common
from common import EX_DATAERR, EX_NOINPUT, EX_USAGE
from support import small
from support.case import Source
from support.instance import Instance

COLUMNS = ["Konto=konto", "Verksamhet=verksamhet", "Period=period", "Belopp=belopp"]
HEAD = "Konto;Verksamhet;Period;Belopp\n"


def source(name, manifest, pattern="*.csv"):
    return Source(name, "csv", "delta", {"columns": COLUMNS, "manifest": manifest,
                                         "pattern": pattern})


class Manifest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sources = [source("strang", "krävs"), source("fri", "om den finns"),
                   source("alla", "krävs", "*"), source("utan", "ingen")]
        cls.instance = Instance(common.BINARIES, sources, small.tables())
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()

    def put(self, name, amount, control=None):
        os.makedirs(os.path.dirname(self.instance.path(name)), exist_ok=True)
        if control is not None:
            self.instance.write(name + ".sum", control)
        return self.instance.write(name, HEAD + f"4611;100;202001;{amount},00\n")

    def take_in(self, path, name):
        result = self.instance.take_in(path, name)
        return result.returncode, result.stdout + result.stderr

    def inbox(self, name):
        return os.listdir(self.instance.path("inbox", name))

    def test_a_required_control_file_comes_along(self):
        path = self.put("a.csv", 11, "rader=1\nsumma=11,00\n")
        code, text = self.take_in(path, "strang")
        self.assertEqual((code, self.inbox("strang")), (0, []), text)
        self.assertTrue(os.path.exists(path + ".sum"), "a copy, as the file is")
        batch = self.instance.rows("imports")[0]
        self.assertEqual(batch["fil"], "a.csv")
        kept = os.listdir(self.instance.path("state", "archive", "strang"))
        self.assertIn(batch["sha256"] + ".sum", kept)

    def test_a_file_that_deviates_from_it_is_refused(self):
        cases = [("strang", "rader=2\n"), ("fri", "summa=1,00\n")]
        for number, (name, control) in enumerate(cases):
            code, text = self.take_in(self.put(f"b{number}.csv", 20 + number, control), name)
            self.assertEqual(code, EX_DATAERR, text)
            self.assertIn("karantän", text)
            self.assertEqual(self.inbox(name), [])

    def test_without_one_nothing_is_left_in_the_inbox(self):
        code, text = self.take_in(self.put("c.csv", 31), "strang")
        self.assertEqual((code, self.inbox("strang")), (EX_NOINPUT, []), text)
        self.assertIn("c.csv.sum", text)
        for name in ("fri", "utan"):
            code, text = self.take_in(self.put("c.csv", 31), name)
            self.assertEqual((code, self.inbox(name)), (0, []), text)

    def test_a_source_without_them_does_not_look(self):
        path = self.put("d.csv", 41, "rader=99\n")
        self.assertEqual(self.take_in(path, "utan")[0], 0)
        self.assertEqual(self.inbox("utan"), [])

    def test_a_control_file_alone_is_no_file(self):
        path = self.put("e.csv", 51, "rader=1\n")
        code, text = self.take_in(path + ".sum", "strang")
        self.assertEqual(code, EX_USAGE, text)

    def test_a_folder_is_its_files_in_order(self):
        for name, number in (("2.csv", 62), ("1.csv", 61), ("3.csv", 63)):
            path = self.put(f"mapp/{name}", number, f"summa={number},00\n")
        self.instance.write("mapp/brev.txt", "Hej")
        code, text = self.take_in(os.path.dirname(path), "strang")
        self.assertEqual((code, self.inbox("strang")), (0, []), text)
        self.assertEqual([row["fil"] for row in self.instance.rows("imports")][:3],
                         ["3.csv", "2.csv", "1.csv"])
        # Where every name fits, the control files are still no files; nor are they by a glob.
        os.remove(self.instance.path("mapp", "brev.txt"))
        paths = sorted(os.path.join(os.path.dirname(path), name)
                       for name in os.listdir(os.path.dirname(path)))
        self.assertEqual(self.take_in(os.path.dirname(path), "alla")[0], 0)
        again = self.instance.run("import", *paths, "--source", "alla")
        self.assertEqual((again.returncode, again.stdout.count("redan inläst")), (0, 3))
        os.makedirs(self.instance.path("tom"), exist_ok=True)
        self.assertEqual(self.take_in(self.instance.path("tom"), "strang")[0], EX_NOINPUT)


if __name__ == "__main__":
    common.main()
