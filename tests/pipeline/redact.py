# SPDX-License-Identifier: Apache-2.0
"""A redacted source: what was counted is kept, row by row, and what was written is not."""

import glob
import hashlib
import os
import subprocess
import unittest

import common
from support import small
from support.case import Source
from support.instance import Instance, conf_text

COLUMNS = ["Period=period", "Konto=konto", "Verksamhet=verksamhet", "Belopp=belopp",
           "Serie=serie", "Ver.nr=verifikation"]
HEAD = "Serie;Ver.nr;Period;Konto;Verksamhet;Text;Belopp"
SECRET = "Karlsson"
EXTRACT_HEAD = ("lager\trad\tperiod\tkonto\tansvar\tverksamhet\taktivitet\tprojekt\tobjekt\t"
                "motpart\tområde\tresultatrad\tbeslut\tperiodisering\tserie\tverifikation\tbelopp")


def extract_line(line, period, account, activity, series, number, ore):
    return "\t".join(["utfall", str(line), str(period), account, "", activity, *[""] * 8, series,
                      number, str(ore)])


def text_list(*rows):
    """@rows: (series, number, period, activity, kronor as text)"""
    lines = [f"{series};{number};{period};4611;{activity};{SECRET};{amount}"
             for series, number, period, activity, amount in rows]
    return ("\r\n".join([HEAD, *lines]) + "\r\n").encode("latin-1")


ROWS = (("A", 1, 202001, 100, "10,50"), ("Ö", 2, 202002, 201, "-3,00"), ("", "", 202002, 100, "1"))


class Redacted(unittest.TestCase):
    def setUp(self):
        self.sources = [Source("lista", "csv", "delta", {"columns": COLUMNS}),
                        Source("bok", "sie", "snapshot"),
                        Source("oppen", "sie", "snapshot"),
                        Source("plan", "csv", "snapshot", small.sources()[2].settings)]
        # As it is written by hand, without quotes.
        conf = conf_text("prov", self.sources)
        for name in ("lista", "bok", "plan"):
            conf = conf.replace(f'source "{name}" {{', f'source "{name}" {{\n\tredact = yes')
        self.instance = Instance(common.BINARIES, [], small.tables(), conf=conf)
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()

    def take_in(self, name, content, source):
        path = self.instance.write(name, content)
        result = self.instance.take_in(path, source)
        os.unlink(path)
        return result.returncode, result.stdout + result.stderr

    def accept(self, name, content, source):
        code, text = self.take_in(name, content, source)
        self.assertEqual(code, 0, text + self.instance.log_tail())
        return text

    def kept(self, source):
        return sorted(os.path.basename(path) for path in
                      glob.glob(self.instance.path("state", "archive", source, "*")))

    def extract(self, source, content):
        name = hashlib.sha256(content).hexdigest() + ".rows.zst"
        path = self.instance.path("state", "archive", source, name)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o400)
        result = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True)
        return result.stdout.decode("utf-8").splitlines()

    def vouchers(self, period="2020-12"):
        answer = self.instance.json("explain", "--vouchers", "--period", period)
        notes = " ".join(answer["anmarkningar"])
        self.assertIn("lika med rapporten på öret", notes)
        self.assertIn("lika med delarna på öret", notes)
        return answer["rader"]

    def verify(self):
        result = self.instance.run("verify")
        return result.returncode, result.stdout + result.stderr

    def rewrite(self, content, change):
        """The extract of a file, packed anew after @change."""
        name = hashlib.sha256(content).hexdigest() + ".rows.zst"
        path = self.instance.path("state", "archive", "lista", name)
        plain = subprocess.run(["zstd", "-dc", path], capture_output=True, check=True).stdout
        packed = subprocess.run(["zstd", "-c"], input=change(plain), capture_output=True,
                                check=True).stdout
        os.chmod(path, 0o600)
        with open(path, "wb") as file:
            file.write(packed)

    def test_an_extract_is_held_against_the_ledger(self):
        content = text_list(*ROWS)
        self.accept("a.csv", content, "lista")
        code, text = self.verify()
        self.assertEqual(code, 0, text)
        self.rewrite(content, lambda plain: plain.replace(b"-1050", b"-1051"))
        code, text = self.verify()
        self.assertEqual(code, 65, text)
        self.assertIn("filen har 3 rader och summan -851 öre, huvudboken 3 och -850", text)
        self.rewrite(content, lambda plain: plain.replace(b"-1051", b"-10x1"))
        code, text = self.verify()
        self.assertEqual(code, 65, text)
        self.assertIn("utdraget i arkivet är skadat", text)

    def test_what_was_counted_is_kept_and_nothing_else(self):
        content = text_list(*ROWS)
        self.accept("a.csv", content, "lista")
        self.assertEqual(self.extract("lista", content),
                         [EXTRACT_HEAD, extract_line(2, 202001, "4611", "100", "A", "1", -1050),
                          extract_line(3, 202002, "4611", "201", "Ö", "2", 300),
                          extract_line(4, 202002, "4611", "100", "", "", -100)])
        self.assertEqual(self.kept("lista"), [hashlib.sha256(content).hexdigest() + ".rows.zst"])
        self.assertEqual(common.places_of(self.instance, SECRET), [])
        self.assertEqual([(row["rad"], row["serie"], row["verifikation"], row["belopp_ore"])
                          for row in self.vouchers()],
                         [(2, "A", "1", -1050), (3, "Ö", "2", 300), (4, None, None, -100)])

    def test_a_ledger_has_the_same_rows_as_one_that_is_not_redacted(self):
        content = small.ledger(3).bytes().replace(b"Faktura", SECRET.encode())
        self.accept("bok.se", content, "bok")
        self.assertEqual(common.places_of(self.instance, SECRET), [])
        redacted = self.vouchers()
        self.accept("bok.se", content, "oppen")
        both = self.vouchers()
        self.assertEqual(len(both), 2 * len(redacted))
        other = [row for row in both if row["kalla"] == "oppen"]
        self.assertEqual([{**row, "kalla": "bok", "nummer": 1} for row in other], redacted)
        # Rows of no area are kept too: the extract is all that was counted.
        self.assertEqual(len(self.extract("bok", content)), 1 + 18)

    def test_a_budget_is_kept_with_its_layer(self):
        content = small.budget()
        self.accept("budget.csv", content, "plan")
        lines = self.extract("plan", content)
        self.assertEqual(len(lines), 1 + 36)
        self.assertTrue(all(line.startswith("budget\t") for line in lines[1:]))

    def test_the_same_file_again_is_known(self):
        content = text_list(*ROWS)
        self.accept("a.csv", content, "lista")
        self.assertIn("redan inläst", self.accept("a.csv", content, "lista"))
        self.assertEqual(len(self.kept("lista")), 1)
        self.assertEqual(common.places_of(self.instance, SECRET), [])

    def test_a_refused_file_is_whole_until_a_corrected_one_is_accepted(self):
        bad = text_list(*ROWS[:2], ("A", 3, 202001, 100, "1x"))
        code, text = self.take_in("a.csv", bad, "lista")
        self.assertEqual(code, common.EX_DATAERR, text)
        digest = hashlib.sha256(bad).hexdigest()
        self.assertEqual(common.places_of(self.instance, SECRET),
                         [os.path.join("state", "quarantine", "lista", digest)])
        self.assertEqual(self.kept("lista"), [])
        self.accept("a.csv", text_list(*ROWS), "lista")
        self.assertEqual(common.places_of(self.instance, SECRET), [])

    def test_what_a_crash_cut_short_is_finished(self):
        content = text_list(*ROWS)
        self.accept("a.csv", content, "lista")
        before = self.extract("lista", content)
        self.instance.stop()
        # As it is when ingest is killed after the commit: taken and counted, not decided.
        folder = self.instance.path("state", "archive", "lista")
        name = hashlib.sha256(content).hexdigest() + ".rows.zst"
        os.rename(os.path.join(folder, name), os.path.join(folder, "." + name))
        self.instance.write(os.path.join("state", "spool", "lista", "a.csv"), content)
        self.instance.start()
        self.instance.settle()
        common.eventually(lambda: self.kept("lista") == [name], "utdraget finns")
        self.assertEqual(self.extract("lista", content), before)
        self.assertEqual(sorted(os.listdir(folder)), [name])
        self.assertEqual(common.places_of(self.instance, SECRET), [])
        self.assertEqual(len(self.vouchers()), 3)


if __name__ == "__main__":
    common.main()
