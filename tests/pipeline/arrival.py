# SPDX-License-Identifier: Apache-2.0
"""How files arrive: twice, out of order, slowly, or not after all; and codes nobody knows."""

import os
import unittest

import common
from common import PipelineTest, eventually, small


class Arrival(PipelineTest):

    def imports(self):
        return self.instance.rows("imports")

    def imported(self, name):
        return [row for row in self.imports() if name in row.values()]

    def test_1_the_same_file_twice(self):
        content = small.ledger(3).bytes()
        self.accept("2020-03.se", content)
        before = self.instance.report_bytes("2020-12")
        self.assertIn("redan inläst", self.accept("2020-03.se", content))
        self.assertIn("redan inläst", self.accept("samma-igen.se", content))
        self.assertEqual(self.instance.report_bytes("2020-12"), before)
        self.assertEqual(self.net(), "-1050000,00")

    def test_2_an_older_export_after_a_newer(self):
        self.accept("2020-05.se", small.ledger(5).bytes())
        self.assertEqual(self.net(), "-1750000,00")
        older = small.ledger(4, Familjehem=150).bytes()
        self.refuse("2020-04.se", older, "bok", "(?i)äldre|nyare")
        self.accept("2020-04.se", older, "bok", "--older")
        self.assertEqual(self.net(), "-1950000,00")

    def test_3_an_unknown_account_is_accepted_and_shown(self):
        self.accept("2020-06.se", small.ledger(6).bytes())
        before = self.net()
        book = small.ledger(7)
        book.voucher(7, "999", "5000.00").voucher(7, "100", "250.00", account="9998")
        text = self.accept("2020-07.se", book.bytes())
        self.assertEqual(before, "-2100000,00")
        self.assertEqual(self.net(), "-2450000,00")
        self.assertEqual(self.net("Ej fördelat"), "-5250,00")
        self.assertEqual(self.net("Summa"), "-2455250,00")
        header, rows = self.instance.report("resultat", "2020-12")
        lines = {row[0]: row[header.index("utfall")] for row in rows}
        self.assertEqual(lines["Ej fördelat"], "-250,00")
        warned = text + self.instance.ask("imports") + self.instance.ask("imports", "--json")
        self.assertRegex(warned, "(?i)ej fördelat|varning")
        self.assertIn("9998", warned)
        self.assertRegex(text, "varning: 2 rader hamnar i Ej fördelat.*konto 9998.*verksamhet 999")

    def test_4_a_file_that_is_copied_slowly(self):
        content = small.text_list([("202008", "4611", "100", f"{number},00")
                                   for number in range(1, 1001)])
        path = self.instance.path("inbox", "listor", "langsam.csv")
        before = self.net("Familjehem")
        with open(path, "wb", buffering=0) as file:
            for start in range(0, len(content), 4000):
                file.write(content[start:start + 4000])
                if start % 16000 == 0:  # others come and go meanwhile
                    name = f"annan-{start}.csv"
                    row = ("202009", "4611", "201", f"{start + 1},00")
                    self.accept(name, small.text_list([row]), "listor")
                    self.assertTrue(os.path.exists(path))
                    self.assertEqual(self.imported("langsam.csv"), [])
                    self.assertEqual(self.net("Familjehem"), before)
        eventually(lambda: not os.path.exists(path), "filen lämnade inkorgen")
        self.assertEqual(len(self.imported("langsam.csv")), 1)
        self.assertEqual(kronor(self.net("Familjehem")), kronor(before) - 500500)

    def test_5_a_file_that_is_removed_while_it_is_read(self):
        before = kronor(self.net("Administration"))
        for number in range(20):
            rows = [("202010", "4611", "300", "1,00")] * 5000 + [("202010", "4611", "300",
                                                                 f"{number}00,00")]
            path = self.instance.path("inbox", "listor", f"borta-{number}.csv")
            hidden = self.instance.path("inbox", "listor", ".pågår")
            with open(hidden, "wb") as file:
                file.write(small.text_list(rows))
            os.rename(hidden, path)
            for _ in range(number * 200):
                os.path.exists(path)
            try:
                os.remove(path)
            except FileNotFoundError:
                pass
        self.accept("efter.csv", small.text_list([("202010", "4611", "201", "1,00")]), "listor")
        taken = [number for number in range(20) if self.imported(f"borta-{number}.csv")]
        expected = before - sum(5000 + number * 100 for number in taken)
        self.assertEqual(kronor(self.net("Administration")), expected)
        self.assertEqual(self.instance.rows("quarantine"), [])


def kronor(text):
    whole, _, part = text.partition(",")
    assert part == "00", text
    return int(whole)


if __name__ == "__main__":
    common.main()
