# SPDX-License-Identifier: Apache-2.0
"""Workbooks through the parser: what spreadsheets may write, and what must be refused."""

import io
import json
import os
import subprocess
import tempfile
import unittest
import zipfile

import common
from support import workbook as wb
from support.case import Source
from support.instance import conf_text
from support.workbook import Book, formula, inline, number

COLUMNS = {"columns": ["Datum=datum", "Konto=konto", "Belopp=belopp"]}
HEAD = [inline("Datum"), inline("Konto"), inline("Belopp")]
SHEET1, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
STRINGS, RELATIONS = "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"
DAY = 43831  # 2020-01-01
DAYS_OF_1904 = 1462
BOMB_SIZE = 64 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096


def book(*rows, head=HEAD, **more):
    return Book(**more).add("Blad1", [head, *rows])


def plain(amount=number("10")):
    return [inline("2020-01-15"), number("4011"), amount]


class Workbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="bvx")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        sources = [Source("bok", "xlsx", "delta", COLUMNS),
                   Source("namngivet", "xlsx", "delta", {"sheet": "Utfall", **COLUMNS}),
                   Source("tusental", "xlsx", "delta", {"unit": "tkr", **COLUMNS})]
        with open(os.path.join(cls.folder, "budgetvakt.conf"), "w", encoding="utf-8") as file:
            file.write(conf_text("prov", sources))

    def read(self, content, source="bok"):
        """(findings as "CODE:line:column", rows, öre)"""
        path = os.path.join(self.folder, "fil.xlsx")
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.bytes())
        done = subprocess.run(
            [os.path.join(common.BINARIES, "budgetvakt-parse"), "--config",
             os.path.join(self.folder, "budgetvakt.conf"), "--source", source, path],
            capture_output=True, encoding="utf-8", check=False)
        self.assertIn(done.returncode, (0, common.EX_DATAERR), done.stderr)
        *findings, end = map(json.loads, done.stdout.splitlines())
        self.findings = findings
        return ([f"{each['kod']}:{each['rad']}:{each['kolumn']}" for each in findings],
                end["rader"], end["summa_ore"])

    def assert_reads(self, content, rows, ore, source="bok"):
        self.assertEqual(self.read(content, source), ([], rows, ore))

    def assert_refused(self, content, finding, source="bok"):
        self.assertEqual(self.read(content, source), ([finding], 0, 0))

    def amounts(self, *cells):
        return book(*map(plain, cells))

    # ---- what is read ---------------------------------------------------------

    def test_shared_and_inline_words_are_the_same(self):
        shared = Book()
        rows = [[shared.shared(word) for word in ("Datum", "Konto", "Belopp")],
                [shared.shared("2020-01-15"), shared.shared("4011"), number("10")]]
        self.assert_reads(shared.add("Blad1", rows), 1, -1000)
        self.assert_reads(book(plain()), 1, -1000)

    def test_rich_words_are_their_text_without_how_they_are_said(self):
        rich = Book()
        rich.words = ["Datum"]
        rich.parts[STRINGS] = (f'<sst xmlns="{wb.SPREADSHEET}"><si><r><t>Da</t></r><r><rPr/>'
                               "<t>tum</t></r><rPh><t>x</t></rPh></si></sst>")
        head = [wb.cell("<v>0</v>", "s"), *HEAD[1:]]
        self.assert_reads(rich.add("Blad1", [head, plain()]), 1, -1000)

    def test_numbers_are_rounded_to_ore_at_once(self):
        for text, ore in (("0.30000000000000004", 30), ("1.2345E+5", 12345000), ("1E-3", 0),
                          ("12.345", 1235), ("-12.345", -1235), ("1.0049999999999999", 100),
                          ("-0.0", 0), ("99.995", 10000), ("5e1", 5000), (".5", 50)):
            with self.subTest(text):
                self.assert_reads(self.amounts(number(text)), 1, -ore)

    def test_numbers_of_another_unit_are_rounded_to_its_ore(self):
        self.assert_reads(self.amounts(number("1.2345678")), 1, -123457, "tusental")

    def test_numbers_may_be_text(self):
        for text, ore in (("1 234,56", 123456), ("1\u00a0234,50-", -123450), ("(5,00)", -500),
                          ("\u22127,25", -725), ("12_x000D_", 1200)):
            with self.subTest(text):
                self.assert_reads(self.amounts(inline(text)), 1, -ore)

    def test_formulas_are_what_they_came_to(self):
        self.assert_reads(self.amounts(formula("SUM(A1:A2)", "12.5"),
                                       formula('"7,"&"5"', "7,5", "str")), 2, -2000)

    def test_days_are_serials_by_style_or_by_column(self):
        for style in (0, wb.DATE_STYLE, wb.OWN_DATE_STYLE):
            with self.subTest(style):
                content = book([number(DAY + 45, style), number("4011"), number("1")])
                self.assert_reads(content, 1, -100)

    def test_days_count_from_1904_where_the_workbook_says_so(self):
        content = book([number(DAY - DAYS_OF_1904, wb.DATE_STYLE), number("4011"), number("1")],
                       is_1904=True)
        self.assertIn("2020-01", self.inspected(content))
        content.properties = ""
        self.assertIn("2015-12", self.inspected(content))

    def inspected(self, content):
        path = os.path.join(self.folder, "dagar.xlsx")
        with open(path, "wb") as file:
            file.write(content.bytes())
        done = subprocess.run([os.path.join(common.BINARIES, "budgetvakt"), "inspect", path],
                              capture_output=True, encoding="utf-8", check=False)
        return done.stdout

    def test_the_first_sheet_is_read_or_the_named_one(self):
        two = book(plain()).add("utfall", [HEAD, plain(number("7"))])
        self.assert_reads(two, 1, -1000)
        self.assert_reads(two, 1, -700, "namngivet")

    def test_which_part_a_sheet_is_the_relations_say(self):
        odd = book(plain())
        odd.parts["xl/blad/ett.xml"] = odd.sheets["Blad1"]
        odd.parts[SHEET1] = wb.sheet([])
        odd.parts[RELATIONS] = (f'<Relationships xmlns="{wb.PACKAGE}"><Relationship Id="rId1" '
                                f'Type="{wb.DOCUMENT}/worksheet" Target="/xl/blad/ett.xml"/>'
                                "</Relationships>")
        self.assert_reads(odd, 1, -1000)

    def test_titles_gaps_and_odd_order_do_not_matter(self):
        rows = [wb.row(1, [inline("Huvudbok 2020")]), wb.row(4, HEAD),
                wb.row(7, plain()), wb.row(9, [None, None, None, inline("anmärkning")]),
                '<row r="12"><c r="C12"><v>2</v></c><c r="A12" t="inlineStr"><is><t>2020-01-02'
                '</t></is></c><c r="B12"><v>4011</v></c></row>']
        self.assertEqual(self.read(Book().add("Blad1", wb.sheet(rows)))[0], ["F120:9:3"])
        del rows[3]
        self.assert_reads(Book().add("Blad1", wb.sheet(rows)), 2, -1200)

    def test_prefixes_and_missing_parts_do_not_matter(self):
        text = (book(plain()).sheets["Blad1"].replace("<", "<x:").replace("<x:/", "</x:")
                .replace("<x:?xml", "<?xml").replace("xmlns=", "xmlns:x="))
        bare = Book().add("Blad1", text)
        parts = {**bare.usual_parts()}
        del parts[STRINGS], parts["xl/styles.xml"]
        self.assert_reads(zipped(parts), 1, -1000)

    # ---- what is refused ---------------------------------------------------------

    def test_a_cell_is_named_by_its_letters(self):
        self.assert_refused(book(plain(inline("1O,00"))), "F121:2:3")
        self.assertIn("cell C2: ", self.findings[0]["funnet"])
        far = [[None] * 26 + row for row in (HEAD, plain(inline("fel")))]
        self.assert_refused(Book().add("Blad1", far), "F121:2:29")
        self.assertIn("cell AC2: ", self.findings[0]["funnet"])

    def test_errors_and_truth_values_are_no_amounts(self):
        self.assert_refused(self.amounts(wb.cell("<v>#N/A</v>", "e")), "X406:2:3")
        self.assert_refused(self.amounts(wb.cell("<v>1</v>", "b")), "F121:2:3")

    def test_what_is_no_workbook(self):
        for content in (b"PK", b"PK\x03\x04" + b"\0" * 200, b"Datum;Konto;Belopp\n",
                        zipped({"readme.txt": "hej"})):
            with self.subTest(content[:20]):
                self.assert_refused(content, "X401:0:0")
        self.assert_refused(b"", "F101:0:0")

    def test_a_locked_workbook_or_an_old_one(self):
        self.assert_refused(OLE, "X402:0:0")

    def test_a_zip_with_a_password(self):
        content = bytearray(book(plain()).bytes())
        for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = content.find(mark)
            while at >= 0:
                content[at + flags] |= 1
                at = content.find(mark, at + 4)
        self.assert_refused(bytes(content), "X402:0:0")

    def test_a_sheet_that_is_not_there(self):
        self.assert_refused(book(plain()), "X403:0:0", "namngivet")
        gone = book(plain()).usual_parts()
        del gone[SHEET1]
        self.assert_refused(zipped(gone), "X403:0:0")

    def test_wherever_the_file_is_cut(self):
        content = book(*[plain()] * 50).bytes()
        for length in range(1, len(content), len(content) // 40):
            with self.subTest(length):
                self.assert_refused(content[:length], "X401:0:0")

    def test_a_byte_that_is_not_what_was_packed(self):
        content = bytearray(book(*[plain()] * 50).bytes(zipfile.ZIP_STORED))
        at = content.index(b"4011")
        content[at] ^= 1
        findings, rows, _ = self.read(bytes(content))
        self.assertEqual((len(findings), findings[0][:4], rows), (1, "X401", 0))

    def test_doctypes_and_entities(self):
        bomb = ('<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">'
                '<!ENTITY c SYSTEM "file:///etc/passwd">]>')
        parts = book(plain()).usual_parts()
        for name in (SHEET1, STRINGS, WORKBOOK, RELATIONS):
            with self.subTest(name):
                declaration, _, rest = parts[name].partition("\n")
                self.assert_refused(zipped({**parts, name: f"{declaration}{bomb}{rest}"}),
                                    "X404:0:0")

    def test_bombs(self):
        blanks = " " * BOMB_SIZE
        bombs = {SHEET1: wb.sheet([f"<row>{blanks}</row>"]),
                 STRINGS: f'<sst xmlns="{wb.SPREADSHEET}"><si><t>{blanks}</t></si></sst>'}
        for name, text in bombs.items():
            with self.subTest(name):
                content = zipped({**book(plain()).usual_parts(), name: text})
                self.assertLess(len(content), 1 << 20)
                findings, rows, _ = self.read(content)
                self.assertEqual(([each[:4] for each in findings], rows), (["X405"], 0))

    def test_elements_in_elements(self):
        deep = wb.sheet(["<a>" * 1000 + "</a>" * 1000])
        self.assert_refused(Book().add("Blad1", deep), "X404:0:0")

    def test_broken_rows_are_named(self):
        for text in ('<row r="3"><c r="A3" t="s"><v>9</v></c></row>', '<row r="3"><c></row>',
                     '<row r="3"><c r="A3" t="inlineStr"><is><t>&odd;</t></is></c></row>'):
            with self.subTest(text):
                rows = [wb.row(1, HEAD), wb.row(2, plain()), text]
                self.assert_refused(Book().add("Blad1", wb.sheet(rows)), "X404:3:0")

    def test_rows_go_down(self):
        rows = [wb.row(2, HEAD), wb.row(1, plain())]
        self.assert_refused(Book().add("Blad1", wb.sheet(rows)), "X404:2:0")
        rows = [wb.row(1, HEAD), wb.row(99999999, plain())]
        self.assert_refused(Book().add("Blad1", wb.sheet(rows)), "X404:1:0")


def zipped(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


if __name__ == "__main__":
    common.main()
