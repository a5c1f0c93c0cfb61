# SPDX-License-Identifier: Apache-2.0
"""A refused file is an alert until it leaves quarantine; each change is told exactly once."""

import hashlib
import json
import os
import random

import common
from common import EX_DATAERR, PipelineTest, eventually
from killing import Killer

HEAD = "Ver.nr;Period;Konto;Verksamhet;Text;Belopp\n"
GOOD = (HEAD + "1;202001;4611;100;Anna Andersson;100,00\n").encode()
BAD = (HEAD + "1;202001;4611;100;Anna Andersson;1x0,00\n"
       "2;202013;4611;100;Anna Andersson;5,00\n").encode()
SOURCE = "listor"
SEED = int(os.environ.get("SEED", "20200831"))
ROUNDS, KILLS, CHANCES = 12, 30, 100


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Told(PipelineTest):
    recipients = "Ekonomer;fil;larm.jsonl\n"

    def delivered(self):
        try:
            with open(self.instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
                return [json.loads(line) for line in file]
        except FileNotFoundError:
            return []

    def files(self, *options):
        return [row for row in self.instance.rows("alerts", *options) if row["fil"]]


class Life(Told):
    def setUp(self):
        self.instance.settle()
        self.told = len(self.delivered())

    def news(self):
        """What has been delivered since last asked: (fil, lage, orsak)."""
        self.instance.settle()
        new, self.told = self.delivered()[self.told:], len(self.delivered())
        return [(line["fil"], line["lage"], line["orsak"]) for line in new]

    def refuse_bad(self, name, content=BAD):
        code, text = self.take_in(name, content, SOURCE)
        self.assertEqual(code, EX_DATAERR, text)
        self.assertEqual(self.news(), [(name, "larm", "i karantän")])

    def test_a_refused_file_tells_what_a_controller_needs(self):
        self.refuse_bad("a.csv")
        line = self.delivered()[-1]
        place = self.instance.path("state", "quarantine", SOURCE, digest(BAD) + ".txt")
        for key, value in {"typ": "fil", "kalla": SOURCE, "sha256": digest(BAD), "kod": "F121",
                           "rad": 2, "antal_fel": 2, "rapport": place}.items():
            self.assertEqual(line[key], value, key)
        self.assertRegex(line["tid"], r"^20\d\d-\d\d-\d\dT")
        self.assertRegex(line["mottagen"], r"^20\d\d-\d\d-\d\dT")
        self.assertIn("belopp", line["text"].lower())
        self.assertNotIn("Anna", json.dumps(line, ensure_ascii=False))
        with open(line["rapport"], encoding="utf-8") as file:
            self.assertIn(line["text"], file.read())

        row = self.files()[0]
        for key in ("kalla", "fil", "sha256", "kod", "rad", "antal_fel", "text", "rapport"):
            self.assertEqual(row[key], line[key], key)
        self.assertEqual(row["lage"], "larm")
        shown = self.instance.ask("alerts")
        self.assertIn("a.csv", shown)
        self.assertIn("F121", shown)
        followed = self.instance.ask("subscribe", "--from", str(line["seq"]), "--max", "1")
        self.assertEqual(json.loads(followed), line)

        # The same file again is the same case.
        self.take_in("a.csv", BAD, SOURCE)
        self.assertEqual(self.news(), [])
        self.instance.ask("quarantine", "discard", digest(BAD), "--yes")
        self.assertEqual(self.news(), [("a.csv", "återställt", "slängd")])
        self.assertEqual(self.delivered()[-1]["rapport"], "")
        self.assertEqual(self.files(), [])
        self.assertIn(("a.csv", "återställt", "slängd"),
                      [(row["fil"], row["lage"], row["orsak"]) for row in self.files("--all")])

    def test_a_corrected_file_closes_the_case_wherever_the_old_one_lies(self):
        content = BAD + b"9;202001;4611;100;x;1,00\n"
        self.refuse_bad("b.csv", content)
        self.accept("b.csv", GOOD + b"2;202001;4611;100;x;2,00\n", SOURCE)
        self.assertEqual(self.news(), [("b.csv", "återställt", "ersatt")])
        report = self.delivered()[-1]["rapport"]
        self.assertIn("closed", report)
        self.assertTrue(os.path.exists(report))
        self.assertEqual(self.files(), [])
        # The bad one once more is a new case, and closed by nobody but who throws it away.
        self.refuse_bad("b.csv", content)
        self.instance.ask("quarantine", "discard", digest(content), "--yes")
        self.assertEqual(self.news(), [("b.csv", "återställt", "slängd")])

    def test_a_file_that_is_tried_again_is_told_of_again(self):
        content = BAD + b"8;202001;4611;100;x;1,00\n"
        self.refuse_bad("c.csv", content)
        self.instance.ask("quarantine", "retry", digest(content))
        self.assertEqual(self.news(), [("c.csv", "återställt", "prövas på nytt"),
                                       ("c.csv", "larm", "i karantän")])
        self.instance.ask("quarantine", "discard", digest(content), "--yes")
        self.news()

    def test_an_accepted_file_with_no_case_says_nothing(self):
        self.accept("d.csv", GOOD + b"3;202001;4611;100;x;3,00\n", SOURCE)
        self.assertEqual(self.news(), [])


class Away(Told):
    """What happened to quarantine while ingest was down, or before it could tell."""

    def test_the_next_start_tells_what_is_not_told(self):
        code, text = self.take_in("a.csv", BAD, SOURCE)
        self.assertEqual(code, EX_DATAERR, text)
        self.instance.settle()
        place = self.instance.path("state", "quarantine", SOURCE, digest(BAD))
        aside = self.instance.path("aside")
        expected = [("larm", "i karantän")]
        for source, target, news in ((place, aside, [("återställt", "slängd")]),
                                     (aside, place, [("larm", "i karantän")]), (None, None, [])):
            self.assertEqual(self.instance.stop(), 0)
            if source:
                os.rename(source, target)
            self.instance.start()
            self.instance.settle()
            expected += news
            lines = self.delivered()
            self.assertEqual([(line["lage"], line["orsak"]) for line in lines], expected)
        same = ("fil", "sha256", "kod", "rad", "antal_fel", "text", "mottagen")
        self.assertEqual([lines[0][key] for key in same], [lines[-1][key] for key in same])


class Unlucky(Told):
    """kill -9 on every daemon while files are refused, corrected and thrown away."""

    def until_verdict(self, name, content):
        for _ in range(CHANCES):
            code, text = self.take_in(name, content, SOURCE)
            if code in (0, EX_DATAERR):
                return code
        raise AssertionError(text + self.instance.log_tail())

    def discard(self, content):
        """Until it is gone: the answer to an order that was carried out may be lost."""
        for _ in range(CHANCES):
            self.instance.run("quarantine", "discard", digest(content), "--yes")
            if not os.path.exists(self.instance.path("state", "quarantine", SOURCE,
                                                     digest(content))):
                return

    def test_every_change_is_told_exactly_once(self):
        expected = []
        with Killer(self.instance, random.Random(SEED), KILLS) as killer:
            for number in range(ROUNDS):
                name, row = f"{number}.csv", f"7;202001;4611;100;x;{number},00\n".encode()
                self.assertEqual(self.until_verdict(name, BAD + row), EX_DATAERR)
                if number % 3 == 0:
                    self.discard(BAD + row)
                else:
                    self.assertEqual(self.until_verdict(name, GOOD + row), 0)
                end = "slängd" if number % 3 == 0 else "ersatt"
                expected += [(name, "larm", "i karantän"), (name, "återställt", end)]
        print(f"frö {SEED}: {killer.kills} dödade {killer.by_name}", flush=True)
        self.assertGreater(killer.kills, ROUNDS // 2)
        self.instance.settle(patience=120)
        eventually(lambda: len(self.delivered()) >= len(expected), "alla leveranser")
        lines = self.delivered()
        self.assertEqual([(line["fil"], line["lage"], line["orsak"]) for line in lines], expected)
        self.assertEqual(self.files(), [])
        self.assertEqual(len({line["id"] for line in lines}), len(lines))


if __name__ == "__main__":
    common.main()
