# SPDX-License-Identifier: Apache-2.0
"""What rows say in words: to who has the right to it, harmless, and nowhere else."""

import json
import os
import subprocess
import unittest

import common
from support import small
from support.case import Source
from support.instance import Instance
from support.workbook import Book, inline, number

HEAD = "Period;Konto;Verksamhet;Text;Belopp"
COLUMNS = ["Period=period", "Konto=konto", "Verksamhet=verksamhet", "Belopp=belopp"]
CANARY = "Kanariefagel"
# Users and groups of every Debian; the one called nobody is named nowhere.
DAEMON, BIN, NOBODY = 1, 2, 65534
SIE5 = f"""<?xml version="1.0" encoding="utf-8"?>
<Sie xmlns="http://www.sie.se/sie5">
<FileInfo><FiscalYears><FiscalYear start="2020-01" end="2020-12" primary="true"/></FiscalYears>
</FileInfo><Dimensions><Dimension id="20" name="Verksamhet"/></Dimensions>
<Journal id="A"><JournalEntry id="1" journalDate="2020-01-15" text="{CANARY} &amp; Söner">
<LedgerEntry accountId="4611" amount="1" text="Åsa &#x9b;Ek"><ObjectReference dimId="20"
 objectId="100"/></LedgerEntry>
<LedgerEntry accountId="4611" amount="2"><ObjectReference dimId="20" objectId="100"/></LedgerEntry>
<LedgerEntry accountId="1930" amount="-3"/>
</JournalEntry></Journal>
</Sie>
"""


def text_list(*rows):
    """@rows: (text, whole kronor)"""
    lines = [f"202001;4611;100;{text};{kronor},00" for text, kronor in rows]
    return ("\r\n".join([HEAD, *lines]) + "\r\n").encode("latin-1")


class Texts(unittest.TestCase):
    def setUp(self):
        with_text = {"columns": COLUMNS + ["Text=text"]}
        sources = [Source("bok", "sie", "snapshot"), Source("lista", "csv", "delta", with_text),
                   Source("utan", "csv", "delta", {"columns": COLUMNS}),
                   Source("blad", "xlsx", "delta", with_text),
                   Source("hemlig", "csv", "delta", {**with_text, "redact": "yes"})]
        self.instance = Instance(common.BINARIES, sources, small.tables(),
                                 allowed_uids=[DAEMON, BIN, NOBODY],
                                 text_readers=["daemon", "@bin"])
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()

    def accept(self, name, content, source):
        path = self.instance.write(name, content)
        result = self.instance.take_in(path, source)
        os.unlink(path)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def shown(self, *words):
        return self.instance.json("explain", "--vouchers", "--texts", "--period", "2020-12", *words)

    def texts(self, *words):
        return [row["text"] for row in self.shown(*words)["rader"]]

    def log(self):
        with open(self.instance.log, encoding="utf-8") as file:
            return file.read()

    def run_as(self, uid, *words):
        """As another user, whom the folders let in by root's group."""
        if os.geteuid() != 0:
            self.skipTest("bara root kan fråga som en annan användare")
        for folder in (self.instance.folder, self.instance.path("run")):
            os.chmod(folder, 0o750)
        return subprocess.run(
            [self.instance.program("budgetvakt"), "explain", "--period", "2020-12", "--json",
             *words, "--config", self.instance.config], user=uid, group=0, extra_groups=[],
            stdin=subprocess.DEVNULL, capture_output=True, check=False, encoding="utf-8",
            timeout=60)

    def test_a_list_has_the_texts_of_its_rows(self):
        self.accept("a.csv", text_list(("Hyra för Åsa Ek", 1), ("", 2), ('"två ""ord"""', 3)),
                    "lista")
        self.assertEqual(self.texts(), ["Hyra för Åsa Ek", None, 'två "ord"'])
        self.assertNotIn("text", self.instance.json("explain", "--vouchers")["rader"][0])

    def test_a_workbook_has_the_texts_of_its_rows(self):
        rows = [[number("202001"), number("4611"), number("100"), text, number(kronor)]
                for text, kronor in ((inline("Hyra\nför Åsa"), "1"), (number("12"), "2"))]
        head = [inline(word) for word in HEAD.split(";")]
        self.accept("a.xlsx", Book().add("Blad1", [head, *rows]).bytes(), "blad")
        self.assertEqual(self.texts(), ["Hyra för Åsa", "12"])

    def test_a_ledger_has_them_of_rows_and_else_of_vouchers(self):
        book = small.Ledger(1).voucher(1, "100", "5.00").voucher(1, "100", "6.00")
        content = book.bytes().decode("cp437").replace('"Rad"', '"Köp åt Åsa"', 1) \
            .replace('"Rad"', '""').replace('"Faktura"', '"Märta Öst"')
        self.accept("bok.se", content.encode("cp437"), "bok")
        self.assertEqual(self.texts(), ["Köp åt Åsa", "Märta Öst"])

    def test_sie5_has_them_in_attributes(self):
        self.accept("bok.sie", SIE5.encode(), "bok")
        self.assertEqual(self.texts(), ["Åsa \ufffdEk", f"{CANARY} & Söner"])

    def test_a_text_does_no_harm_to_table_or_terminal(self):
        self.accept("a.csv", text_list(("\x1b[2J\x1b]0,x\x07\x08", 1), ("=1+1", 2),
                                       ('"rad\r\nbrytning"', 3), ("å" * 900, 4)), "lista")
        words = ("explain", "--vouchers", "--texts", "--unit", "kr")
        for more in ((), ("--wide",), ("--format", "csv"), ("--json",)):
            shown = self.instance.ask(*words, *more)
            for control in "\x1b\x07\x08":
                self.assertNotIn(control, shown)
        lines = self.instance.ask(*words).splitlines()
        first = next(i for i, line in enumerate(lines) if "\ufffd[2J\ufffd]0,x\ufffd\ufffd" in line)
        self.assertIn("rad brytning", lines[first + 2])
        self.assertRegex(lines[first + 3], "4,00  å{20,40}…$")
        self.assertIn("'=1+1", self.instance.ask(*words, "--format", "csv"))
        self.assertRegex(self.texts()[3], "^å{100,}…$")

    def test_a_source_without_texts_says_so(self):
        self.accept("a.csv", text_list((CANARY, 1)), "hemlig")
        self.accept("b.csv", text_list((CANARY, 2)), "hemlig")
        self.accept("c.csv", text_list((CANARY, 3)), "utan")
        answer = self.shown()
        self.assertEqual([row["text"] for row in answer["rader"]], [None] * 3)
        self.assertIn("Inga texter från hemlig (arkivet har inga, för källan har redact = yes), "
                      "utan (ingen kolumn i källans columns har rollen text).",
                      answer["anmarkningar"])

    def test_who_is_named_sees_them_and_is_logged(self):
        self.accept("a.csv", text_list((CANARY, 1), ("Hyra", 2)), "lista")
        for uid in (DAEMON, BIN):
            result = self.run_as(uid, "--vouchers", "--texts", "--area", "Familjehem", "--line",
                                 "Köp av verksamhet")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual([row["text"] for row in json.loads(result.stdout)["rader"]],
                             [CANARY, "Hyra"])
            self.assertRegex(self.log(),
                             rf"uid {uid} sees texts of 2 rows of lista/[0-9a-f]{{64}}, for area "
                             '"Familjehem", line "Köp av verksamhet", period 202012')

    def test_who_is_not_named_sees_rows_and_no_texts(self):
        self.accept("a.csv", text_list((CANARY, 1)), "lista")
        result = self.run_as(NOBODY, "--vouchers", "--texts")
        self.assertEqual(result.returncode, common.EX_NOPERM, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn("Du har inte rätt att se verifikationernas texter. Den som sköter Budgetvakt "
                      "kan ge dig den: se text_readers", result.stderr)
        self.assertIn(f"uid {NOBODY} may not see texts of lista", self.log())
        self.assertNotIn("sees texts", self.log())
        result = self.run_as(NOBODY, "--vouchers")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn(CANARY, result.stdout + result.stderr)
        self.assertEqual(json.loads(result.stdout)["rader"][0]["belopp_ore"], -100)

    def test_texts_are_kept_in_the_archived_file_alone(self):
        ledger = small.ledger(1).bytes().replace(b"Faktura", CANARY.encode())
        self.accept("bok.se", ledger, "bok")
        self.accept("a.csv", text_list((CANARY, 1)), "lista")
        self.accept("b.csv", text_list((CANARY, 1)), "hemlig")
        self.assertEqual(self.texts().count(CANARY), 1)
        archive = self.instance.path("state", "archive")
        common.eventually(lambda: all(name.endswith(".zst") for _, _, names in os.walk(archive)
                                      for name in names), "arkivet är packat")
        places = {os.path.dirname(path) for path in common.places_of(self.instance, CANARY)}
        self.assertEqual(places, {"state/archive/bok", "state/archive/lista"})

    def test_texts_belong_to_vouchers(self):
        result = self.instance.run("explain", "--texts", "--period", "2020-01")
        self.assertEqual(result.returncode, common.EX_USAGE, result.stderr)
        self.assertIn("--vouchers", result.stderr)


if __name__ == "__main__":
    common.main()
