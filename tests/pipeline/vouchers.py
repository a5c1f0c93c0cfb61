# SPDX-License-Identifier: Apache-2.0
"""The same voucher in two files that add to one another is counted once, or not at all."""

import re
import unittest

import common
from support import small
from support.case import Source
from support.instance import Instance

HEAD = "Serie;Ver.nr;Period;Konto;Verksamhet;Text;Belopp"
EX_DATAERR = common.EX_DATAERR


def sources():
    columns = ["Period=period", "Konto=konto", "Verksamhet=verksamhet", "Belopp=belopp",
               "Serie=serie", "Ver.nr=verifikation"]
    return [Source("filial", "sie", "delta"),
            Source("lista", "csv", "delta", {"columns": columns}),
            Source("varnad", "csv", "delta", {"columns": columns, "policy": ["K411=varning"]}),
            Source("fri", "csv", "delta", {"columns": columns, "policy": ["K411=ignoreras"]}),
            Source("hel", "csv", "snapshot", {"columns": columns})]


def text_list(*rows):
    """@rows: (series, number, period, kronor)"""
    return "\n".join([HEAD] + [f"{series};{number};{period};4611;100;Faktura Åsa Ek;{kronor},00"
                               for series, number, period, kronor in rows]) + "\n"


class Vouchers(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(common.BINARIES, sources(), small.tables())
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()

    def take_in(self, name, content, source):
        result = self.instance.take_in(self.instance.write(name, content), source)
        return result.returncode, result.stdout + result.stderr

    def accept(self, name, content, source):
        code, text = self.take_in(name, content, source)
        self.assertEqual(code, 0, text + self.instance.log_tail())
        return text

    def sum_kr(self):
        rows = self.instance.rows("explain", "--area", "Familjehem", "--period", "2020-12")
        return sum(row["ackumulerat_ore"] for row in rows) / -100

    def refused_places(self, name, content, source):
        """(line here, line there, file there, import there) of every K411."""
        before = self.sum_kr()
        code, text = self.take_in(name, content, source)
        self.assertEqual(code, EX_DATAERR, text)
        self.assertEqual(self.sum_kr(), before)
        case = next(row for row in self.instance.rows("quarantine") if row["fil"] == name)
        found = self.instance.json("quarantine", "show", case["sha256"])["fynd"]
        self.assertEqual({item["kod"] for item in found}, {"K411"})
        pattern = (r"^verifikationen finns redan på rad (\d+) i (.+) \(import (\d+), "
                   r"inläst \d{4}-\d\d-\d\d \d\d:\d\d\)$")
        places = [(item["rad"], *re.match(pattern, item["funnet"]).groups()) for item in found]
        return [(here, int(there), file, int(number)) for here, there, file, number in places]

    def test_a_list_that_overlaps_is_refused_with_both_places_named(self):
        self.accept("jan.csv", text_list(("A", 1, 202001, 100), ("A", 2, 202001, 50),
                                         ("A", 1, 202001, 25)), "lista")
        self.assertEqual(
            self.refused_places("omtag.csv", text_list(("A", 3, 202001, 7), ("A", 2, 202001, 50),
                                                       ("B", 1, 202001, 4), ("A", 1, 202001, 1)),
                                "lista"),
            [(3, 3, "jan.csv", 1), (5, 2, "jan.csv", 1)])
        self.assertEqual(self.sum_kr(), 175)

    def test_files_that_only_look_alike_are_added(self):
        self.accept("jan.csv", text_list(("A", 1, 202001, 100)), "lista")
        self.accept("feb.csv", text_list(("A", 1, 202002, 10), ("B", 1, 202001, 20)), "lista")
        blank = text_list(("A", "", 202001, 1), ("", "", 202001, 2))
        self.accept("utan.csv", blank, "lista")
        self.accept("utan2.csv", blank + "\n", "lista")
        self.assertEqual(self.sum_kr(), 136)

    def test_the_same_file_again_is_known_and_no_overlap(self):
        content = text_list(("A", 1, 202001, 100))
        self.accept("jan.csv", content, "lista")
        self.assertIn("redan inläst", self.accept("jan.csv", content, "lista"))

    def test_a_sie_file_names_its_vouchers(self):
        first = small.Ledger(1).voucher(1, "100", 10).voucher(1, "100", 20)
        other = small.Ledger(1)
        other.count = 1
        other.voucher(1, "100", 30).voucher(1, "100", 40)
        self.accept("ett.se", first.bytes(), "filial")
        begins = other.bytes().decode("cp437").split("\r\n").index('#VER A 2 20200105 "Faktura"')
        self.assertEqual(self.refused_places("två.se", other.bytes(), "filial"),
                         [(begins + 1, begins + 1 + 5, "ett.se", 1)])
        self.assertEqual(self.sum_kr(), 30)

    def test_a_snapshot_repeats_what_it_likes(self):
        rows = (("A", 1, 202001, 100), ("A", 2, 202001, 50))
        self.accept("jan.csv", text_list(*rows), "hel")
        self.accept("jan2.csv", text_list(*rows, ("A", 3, 202001, 1)), "hel")
        self.assertEqual(self.sum_kr(), 151)

    def test_the_owner_of_a_source_may_judge_otherwise(self):
        rows = (("A", 1, 202001, 100), ("A", 2, 202001, 50))
        for source in ("varnad", "fri"):
            self.accept("a.csv", text_list(*rows), source)
            text = self.accept("b.csv", text_list(*rows[1:]), source)
            warned = source == "varnad"
            self.assertEqual("K411 rad 2: verifikationen finns redan på rad 3 i a.csv" in text,
                             warned, text)
        self.assertEqual(self.sum_kr(), 2 * 200)

    def test_they_are_remembered_over_a_restart(self):
        self.accept("jan.csv", text_list(("A", 1, 202001, 100)), "lista")
        self.instance.stop()
        self.instance.start()
        self.assertEqual(self.refused_places("jan2.csv", text_list(("A", 1, 202001, 99)), "lista"),
                         [(2, 2, "jan.csv", 1)])
        with open(self.instance.log, encoding="utf-8") as file:
            log = file.read()
        self.assertNotIn("Åsa", log)


if __name__ == "__main__":
    common.main()
