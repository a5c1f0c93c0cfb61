# SPDX-License-Identifier: Apache-2.0
"""Quarantine: every fault is told, and the file is shown, tried again, thrown away or replaced."""

import hashlib
import json
import os
import re

from common import EX_DATAERR, EX_USAGE, PipelineTest, main

HEAD = "Ver.nr;Period;Konto;Verksamhet;Text;Belopp\n"
BAD = (HEAD + "1;202001;4611;100;x;1x0,00\n2;202013;4611;100;x;100,00\n"
       "3;202002;4611;100;x;100,00\n4;202002;4611;100;x;100,123\n5;202002;4611\n").encode()
GOOD = (HEAD + "1;202001;4611;100;x;100,00\n2;202002;4611;100;x;250,50\n").encode()
PLACES = [(2, "F121"), (3, "T205"), (5, "F122"), (6, "T202")]
HASH = hashlib.sha256(BAD).hexdigest()
SOURCE = "listor"


class Quarantine(PipelineTest):
    def setUp(self):
        for case in self.cases():
            self.instance.ask("quarantine", "discard", case["sha256"], "--yes")

    def cases(self):
        return self.instance.rows("quarantine", "list")

    def quarantine(self):
        code, text = self.take_in("fel.csv", BAD, SOURCE)
        self.assertEqual(code, EX_DATAERR, text)
        self.assertEqual([case["sha256"] for case in self.cases()], [HASH])
        return text

    def test_every_fault_is_told_once_with_code_and_place(self):
        text = self.quarantine()
        for line, _ in PLACES:
            self.assertIn(f"rad {line}", text)
        shown = json.loads(self.instance.ask("quarantine", "show", HASH[:10], "--json"))
        self.assertEqual([(found["rad"], found["kod"]) for found in shown["fynd"]], PLACES)
        self.assertEqual((shown["antal_fel"], shown["fil"]), (len(PLACES), "fel.csv"))
        report = self.instance.ask("quarantine", "show", HASH[:10])
        for line, code in PLACES:
            self.assertRegex(report, f"(?m)^{line}[:0-9]*: fel {code}: ")

    def test_a_corrected_file_closes_the_case(self):
        self.quarantine()
        self.accept("fel.csv", GOOD, SOURCE)
        self.assertEqual(self.cases(), [])

    def test_a_file_is_tried_again(self):
        self.quarantine()
        self.instance.ask("quarantine", "retry", HASH[:12])
        self.instance.settle()
        self.assertEqual([case["sha256"] for case in self.cases()], [HASH])

    def report(self):
        return self.instance.path("state", "quarantine", SOURCE, f"{HASH}.txt")

    def edit(self, change):
        with open(self.report(), encoding="utf-8") as file:
            text = file.read()
        with open(self.report(), "w", encoding="utf-8") as file:
            file.write(change(text))

    def test_a_note_in_the_report_does_not_hinder_a_retry(self):
        self.quarantine()
        self.edit(lambda text: text + "\nRingde ekonomisystemets förvaltare 3 september.\n")
        self.instance.ask("quarantine", "retry", HASH[:12])
        self.instance.settle()
        self.assertEqual([case["sha256"] for case in self.cases()], [HASH])
        with open(self.report(), encoding="utf-8") as file:
            self.assertNotIn("Ringde", file.read(), "läst på nytt ger en ny rapport")

    def test_an_edited_report_leads_nowhere_else(self):
        inside = set(os.listdir(self.instance.folder))
        edits = {
            "väg ut": lambda text: re.sub("(?m)^Fil: .*$", "Fil: ../../../ut.csv", text),
            "mapp": lambda text: re.sub("(?m)^Fil: .*$", "Fil: bok/ut.csv", text),
            "gömd": lambda text: re.sub("(?m)^Fil: .*$", "Fil: .ut.csv", text),
            "inget namn": lambda text: re.sub("(?m)^Fil: .*$", "Fil: ", text),
            "långt namn": lambda text: re.sub("(?m)^Fil: .*$", f"Fil: {'x' * 3000}", text),
            "annan källa": lambda text: re.sub("(?m)^Källa: .*$", "Källa: ../bok", text),
            "annan fil": lambda text: re.sub("(?m)^SHA-256: .*$", f"SHA-256: {'0' * 64}", text),
            "tom": lambda text: "",
            "skräp": lambda text: "\x00\x01" * 500,
        }
        for name, change in edits.items():
            with self.subTest(name):
                self.quarantine()
                self.edit(change)
                result = self.instance.run("quarantine", "retry", HASH[:12])
                self.instance.settle()
                self.assertIn(result.returncode, (0, EX_DATAERR), result.stderr)
                self.assertTrue(result.stdout + result.stderr)
                self.assertEqual(set(os.listdir(self.instance.folder)), inside)
                with open(self.report()[:-len(".txt")], "rb") as file:
                    self.assertEqual(file.read(), BAD, "filen ligger kvar, eller igen")
                self.remove()

    def remove(self):
        """Whatever the report says: as an administrator would."""
        folder = os.path.dirname(self.report())
        for entry in os.listdir(folder):
            if entry.startswith(HASH):
                os.unlink(os.path.join(folder, entry))

    def test_a_file_is_thrown_away_only_when_it_is_meant(self):
        self.quarantine()
        self.assertEqual(self.instance.run("quarantine", "discard", HASH).returncode, EX_USAGE)
        self.assertEqual(len(self.cases()), 1)
        self.instance.ask("quarantine", "discard", HASH[:8], "--yes")
        self.assertEqual(self.cases(), [])

    def test_what_is_not_there_is_said(self):
        for word in ("show", "retry"):
            result = self.instance.run("quarantine", word, "00")
            self.assertEqual(result.returncode, EX_DATAERR, result.stderr)
            self.assertIn("karantän", result.stderr)


if __name__ == "__main__":
    main()
