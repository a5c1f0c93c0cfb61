# SPDX-License-Identifier: Apache-2.0
"""From a figure to the rows of the archived files, against the files themselves."""

import glob
import os
import re
import unittest

import common
from support import small
from support.case import Source, read_case
from support.instance import ROOT, Instance

HEAD = "Serie;Ver.nr;Period;Konto;Verksamhet;Text;Belopp"
COLUMNS = ["Period=period", "Konto=konto", "Verksamhet=verksamhet", "Belopp=belopp"]
VOUCHERS = ["Serie=serie", "Ver.nr=verifikation"]
SECRET = "Åsa Ek"
BALANCES = """#FLAGGA 0
#SIETYP 3
#RAR 0 20200101 20201231
#DIM 20 Verksamhet
#KONTO 4611 Köp
#PSALDO 0 202001 4611 {} 100.00
#PSALDO 0 202001 4611 {20 "100"} 60.00
#PSALDO 0 202001 4611 {20 "201"} 40.00
#PSALDO 0 202002 4611 {20 "100"} 7.00
#PSALDO 0 202002 4611 {} 7.00
"""


def text_list(*rows):
    """@rows: (series, number, period, activity, öre)"""
    lines = [f"{series};{number};{period};4611;{activity};{SECRET};{ore // 100},{ore % 100:02d}"
             for series, number, period, activity, ore in rows]
    return ("\r\n".join([HEAD, *lines]) + "\r\n").encode("latin-1")


class Drilldown(unittest.TestCase):
    def setUp(self):
        sources = [Source("bok", "sie", "snapshot"), Source("saldon", "sie", "snapshot"),
                   Source("lista", "csv", "delta", {"columns": COLUMNS + VOUCHERS}),
                   Source("hel", "csv", "snapshot", {"columns": COLUMNS})]
        self.instance = Instance(common.BINARIES, sources, small.tables())
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()

    def accept(self, name, content, source, *options):
        result = self.instance.take_in(self.instance.write(name, content), source, *options)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def vouchers(self, *words, period="2020-12"):
        return self.instance.json("explain", "--vouchers", "--period", period, *words)

    def rows(self, *words, period="2020-12"):
        answer = self.vouchers(*words, period=period)
        notes = " ".join(answer["anmarkningar"])
        self.assertIn("lika med rapporten på öret", notes)
        self.assertIn("lika med delarna på öret", notes)
        self.assertNotIn("FEL", notes)
        return [tuple(row[key] for key in ("fil", "rad", "serie", "verifikation", "belopp_ore"))
                for row in answer["rader"]]

    def test_rows_of_a_list_have_line_voucher_and_amount(self):
        self.accept("a.csv", text_list(("A", 7, 202001, 100, 1050), ("A", 7, 202001, 201, 300),
                                       ("Ö", 8, 202003, 100, 5), ("", "", 202002, 100, 1)), "lista")
        self.assertEqual(self.rows("--area", "Familjehem", period="2020-02"),
                         [("a.csv", 2, "A", "7", -1050), ("a.csv", 5, None, None, -1)])
        self.assertEqual(self.rows("--area", "Familjehem", "--line", "Köp av verksamhet"),
                         [("a.csv", 2, "A", "7", -1050), ("a.csv", 4, "Ö", "8", -5),
                          ("a.csv", 5, None, None, -1)])

    def test_rows_of_a_ledger_have_the_line_of_the_transaction(self):
        book = small.Ledger(2).voucher(1, "100", "12.50").voucher(2, "201", 3)
        self.accept("bok.se", book.bytes(), "bok")
        lines = book.bytes().decode("cp437").split("\r\n")
        place = next(i for i, line in enumerate(lines, 1) if "12.50" in line and "4611" in line)
        self.assertEqual(self.rows("--area", "Familjehem"), [("bok.se", place, "A", "1", -1250)])

    def test_balances_without_vouchers_have_their_lines(self):
        self.accept("saldon.se", BALANCES.encode("cp437"), "saldon")
        self.assertEqual(self.rows("--area", "Familjehem"),
                         [("saldon.se", 7, None, None, -6000), ("saldon.se", 9, None, None, -700)])

    def test_months_that_a_later_file_replaced_do_not_count(self):
        self.accept("tre.csv", text_list(*[("", "", 202000 + month, 100, 100 * month)
                                           for month in (1, 2, 3)]), "hel")
        self.accept("februari.csv", text_list(("", "", 202002, 100, 7)), "hel", "--older")
        self.assertEqual(self.rows("--area", "Familjehem"),
                         [("tre.csv", 2, None, None, -100), ("tre.csv", 4, None, None, -300),
                          ("februari.csv", 2, None, None, -7)])

    def test_a_compressed_file_gives_the_same_rows(self):
        self.accept("a.csv", text_list(*[("A", i, 202001, 100, i) for i in range(1, 3001)]),
                    "lista")
        first = self.rows("--area", "Familjehem", "--max", "4000")
        self.assertEqual(len(first), 3000)
        folder = self.instance.path("state", "archive", "lista", "*")
        common.eventually(lambda: [name[-4:] for name in glob.glob(folder)] == [".zst"],
                          "arkivet är packat")
        self.assertEqual(self.rows("--area", "Familjehem", "--max", "4000"), first)

    def test_the_number_of_rows_is_limited_and_said(self):
        self.accept("a.csv", text_list(*[("A", i, 202001, 100, i) for i in range(1, 2001)]),
                    "lista")
        self.accept("b.csv", text_list(("B", 1, 202001, 100, 9)), "lista")
        self.assertEqual(len(self.rows()), 1000)
        answer = self.vouchers("--max", "3")
        self.assertEqual([row["rad"] for row in answer["rader"]], [2, 3, 4])
        self.assertIn("2001 rader; de första 3 visas", " ".join(answer["anmarkningar"]))
        self.assertIn("-20010,09", " ".join(answer["anmarkningar"]))

    def test_no_text_is_shown_or_logged(self):
        self.accept("a.csv", text_list(("A", 1, 202001, 100, 100)), "lista")
        shown = self.instance.ask("explain", "--vouchers", "--wide", "--format", "csv")
        with open(self.instance.log, encoding="utf-8") as file:
            log = file.read()
        for text in (shown, log):
            self.assertNotIn("Åsa", text)
        self.assertRegex(log, r"uid \d+ asks for rows of lista/[0-9a-f]{64}")

    def test_a_file_that_is_gone_is_told_and_the_others_are_shown(self):
        self.accept("a.csv", text_list(("A", 1, 202001, 100, 100)), "lista")
        self.accept("b.csv", text_list(("B", 1, 202001, 100, 200)), "lista")
        for row in self.instance.rows("imports"):
            if row["fil"] == "a.csv":
                for path in glob.glob(self.instance.path("state", "archive", "lista",
                                                         row["sha256"] + "*")):
                    os.unlink(path)
        answer = self.vouchers()
        self.assertEqual([row["fil"] for row in answer["rader"]], ["b.csv"])
        notes = " ".join(answer["anmarkningar"])
        self.assertIn("FEL: a.csv (import 1): Filen finns inte i arkivet.", notes)
        self.assertIn("inte är delarnas summa", notes)

    def test_settings_that_have_changed_since_are_told(self):
        self.accept("a.csv", text_list(("A", 1, 202001, 100, 100)), "lista")
        with open(self.instance.config, encoding="utf-8") as file:
            conf = file.read()
        self.instance.stop()
        self.instance.write("budgetvakt.conf", conf.replace('mode = "delta"',
                                                            'mode = "delta"\n\tunit = "tkr"'))
        self.instance.start()
        notes = " ".join(self.vouchers()["anmarkningar"])
        self.assertIn("FEL: a.csv (import 1): raderna ger en annan summa", notes)

    def test_a_budget_has_no_vouchers(self):
        for option in ("--budget", "--codes"):
            result = self.instance.run("explain", "--vouchers", option, "--period", "2020-01")
            self.assertEqual(result.returncode, common.EX_USAGE, result.stderr)


class RealFiles(unittest.TestCase):
    def test_every_leaf_of_a_year_is_its_rows(self):
        case = read_case(os.path.join(ROOT, "tests", "data", "acceptance", "nacka-2020"))
        with Instance(common.BINARIES, case.sources, case.tables) as instance:
            instance.start()
            contents = {}
            for path, source in case.imports:
                self.assertEqual(instance.take_in(path, source).returncode, 0, path)
                with open(path, "rb") as file:
                    contents[os.path.basename(path)] = file.read().splitlines()
            header, areas = instance.report("verksamheter", "2020-12")
            names = [row[header.index("omrade")] for row in areas]
            count = 0
            for name in names[1:6]:
                answer = instance.json("explain", "--vouchers", "--area", name, "--period",
                                       "2020-12", "--max", "60000")
                self.assertIn("lika med delarna på öret", " ".join(answer["anmarkningar"]))
                count += len(answer["rader"])
                for row in answer["rader"][:200]:
                    line = contents[row["fil"]][row["rad"] - 1].decode("latin-1")
                    digits = re.sub(r"\D", "", line)
                    self.assertIn(row["konto"], line)
                    self.assertIn(str(abs(row["belopp_ore"]) // 100), digits)
            self.assertGreater(count, 100)
            self.assertEqual(instance.stop(), 0)


if __name__ == "__main__":
    common.main()
