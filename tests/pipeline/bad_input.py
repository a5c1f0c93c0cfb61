# SPDX-License-Identifier: Apache-2.0
"""Every bad file is refused whole, with a report a controller understands; the figures stay."""

import unittest

import common
from common import PipelineTest, small

INT64_OVERFLOW = "99999999999999999999.00"


def broken(**change):
    """A good ledger with one voucher more that is wrong in one way."""
    return small.ledger(4).voucher(4, "100", change.pop("kronor", "10.00"), **change)


class BadLedger(PipelineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = cls.instance.write("2020-03.se", small.ledger(3).bytes())
        assert cls.instance.take_in(path, "bok").returncode == 0, cls.instance.log_tail()

    def refuse_ledger(self, name, content, pattern):
        return self.refuse(name, content, "bok", pattern)

    def test_empty_file(self):
        self.refuse_ledger("tom.se", b"", "(?i)tom")

    def test_html_page_named_se(self):
        page = b"<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>\n"
        self.refuse_ledger("2020-04.SE", page, "(?i)html|webb|xml")

    def test_sie5_with_a_voucher_that_does_not_balance(self):
        page = (b'<SieEntry xmlns="http://www.sie.se/sie5"><Journal id="A">\n'
                b'<JournalEntry id="1" journalDate="2020-04-01">\n'
                b'<LedgerEntry accountId="1930" amount="1.00"/>'
                b'</JournalEntry></Journal></SieEntry>')
        self.refuse_ledger("2020-04.sie", page, r"rad 2: verifikationen balanserar inte")

    def test_truncated_inside_a_voucher(self):
        content = small.ledger(4).bytes()
        cut = content.rindex(b"#TRANS")
        self.refuse_ledger("avkapad.se", content[:cut], r"\d+")

    def test_truncated_inside_a_row(self):
        content = small.ledger(4).bytes()
        self.refuse_ledger("avkapad-rad.se", content[:content.rindex(b"#TRANS 1930") + 9], r"\d+")

    def test_wrong_encoding(self):
        self.refuse_ledger("utf16.se", small.ledger(4).bytes("utf-16"), "(?i)UTF-16|teckenkod")

    def test_unbalanced_voucher(self):
        book = broken(bank="-11.00")
        line = len(book.head) + len(book.lines)
        report = self.refuse_ledger("obalans.se", book.bytes(), "(?i)balans|går inte jämnt|noll")
        self.assertRegex(report, rf"(?m)^({line}|{line - 4})[: ]")

    def test_amount_with_letters(self):
        book = broken(kronor="12O.00", bank="-120.00")
        line = len(book.head) + len(book.lines) - 2
        self.refuse_ledger("bokstav.se", book.bytes(), rf"rad {line}\b")

    def test_amount_beyond_int64(self):
        book = broken(kronor=INT64_OVERFLOW)
        line = len(book.head) + len(book.lines) - 2
        self.refuse_ledger("stort.se", book.bytes(), rf"rad {line}\b")

    def test_date_outside_the_year(self):
        book = broken(date="20210105")
        line = len(book.head) + len(book.lines)
        report = self.refuse_ledger("datum.se", book.bytes(), r"2021-?01-?05|#RAR|räkenskapsår")
        self.assertRegex(report, rf"(?m)^({line - 2}|{line - 4}):")

    def test_impossible_date(self):
        self.refuse_ledger("skott.se", broken(date="20200230").bytes(), r"2020-?02-?30")


class BadList(PipelineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        content = small.text_list([("202001", "4611", "100", "10,00")])
        path = cls.instance.write("202001.csv", content)
        assert cls.instance.take_in(path, "listor").returncode == 0, cls.instance.log_tail()

    def refuse_row(self, name, row, pattern):
        good = ("202002", "4611", "201", "7,00")
        self.refuse(name, small.text_list([good, row, good]), "listor", pattern)

    def test_empty_file(self):
        self.refuse("tom.csv", b"", "listor", "(?i)tom")

    def test_html_page_named_csv(self):
        self.refuse("fel.csv", b"  <html><body>Logga in</body></html>", "listor", "(?i)html|webb")

    def test_amount_with_letters(self):
        self.refuse_row("bokstav.csv", ("202002", "4611", "100", "1l,00"), r"rad 3\b")

    def test_amount_beyond_int64(self):
        self.refuse_row("stort.csv", ("202002", "4611", "100", "99999999999999999999,00"),
                        r"rad 3\b")

    def test_month_thirteen(self):
        self.refuse_row("manad.csv", ("202013", "4611", "100", "1,00"), r"rad 3\b")

    def test_column_missing(self):
        content = small.text_list([], "Ver.nr;Period;Konto;Verksamhet;Text;Summa")
        self.refuse("kolumn.csv", content, "listor", "Belopp")

    def test_sum_beyond_int64(self):
        row = ("202002", "4611", "100", "90000000000000000,00")
        self.refuse("summa.csv", small.text_list([row, row]), "listor", r".")


class WrongEncoding(PipelineTest):
    """A list that should be UTF-8 by configuration and is not."""

    @classmethod
    def setUpClass(cls):
        original = small.sources

        def with_encoding():
            sources = original()
            sources[1].settings["encoding"] = "utf-8"
            return sources
        small.sources = with_encoding
        try:
            super().setUpClass()
        finally:
            small.sources = original

    def test_latin_1_bytes(self):
        content = small.text_list([("202001", "4611", "100", "1,00")]).replace(
            b"Faktura", "Hemtjänst".encode("latin-1"))
        self.refuse("latin1.csv", content, "listor", r"(?i)UTF-8")


if __name__ == "__main__":
    common.main()
