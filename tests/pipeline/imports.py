# SPDX-License-Identifier: Apache-2.0
"""What an import changed, and what a figure is made of, against sums made here."""

import contextlib
import unittest

import common
from support.instance import Instance

AREAS = "område;överordnat;verksamhet\nNämnd;;\nSkola;Nämnd;100|101\nVård;Nämnd;200\n"
LINES = ("resultatrad;överordnad;radtyp;konton\nResultat;;netto;\nPersonal;Resultat;post;5*\n"
         "Avgifter;Resultat;post;3*\n")
AREA_OF = {"100": "Skola", "101": "Skola", "200": "Vård"}
LINE_OF = {"5": "Personal", "3": "Avgifter"}
HEADER = "Konto;Verksamhet;Period;Belopp\n"


class Source:
    def __init__(self, name, mode, layer):
        self.name, self.format, self.mode = name, "csv", mode
        self.settings = {"layer": layer, "columns": ["Konto=konto", "Verksamhet=verksamhet",
                                                     "Period=period", "Belopp=belopp"]}


def text_of(rows):
    return HEADER + "".join(f"{konto};{verksamhet};{period};{ore // 100},{ore % 100:02d}\n"
                            for konto, verksamhet, period, ore in rows)


def sums_of(rows):
    """(area, line, month) -> öre in report sign."""
    sums = {}
    for konto, verksamhet, period, ore in rows:
        key = (AREA_OF[verksamhet], LINE_OF[konto[0]], f"{str(period)[:4]}-{str(period)[4:]}")
        sums[key] = sums.get(key, 0) - ore
    return sums


FIRST = [("5010", verksamhet, 202000 + month, 100000 + 37 * month + int(verksamhet))
         for verksamhet in AREA_OF for month in range(1, 5)]
SECOND = [row if row[:3] != ("5010", "100", 202003) else (*row[:3], row[3] + 12345)
          for row in FIRST] + [("3011", "200", 202002, 777)]
ADDED = [("5011", "101", 202004, 4242)]


def months(first, last):
    return [("5010", "100", 202000 + month, 1) for month in range(first, last + 1)]


class Imports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sources = [Source("bok", "snapshot", "utfall"), Source("rest", "delta", "utfall")]
        cls.instance = Instance(common.BINARIES, sources,
                                {"omraden.csv": AREAS, "resultatrader.csv": LINES})
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()
        for name, rows, source in (("a.csv", FIRST, "bok"), ("b.csv", SECOND, "bok"),
                                   ("c.csv", ADDED, "rest")):
            path = cls.instance.write(name, text_of(rows))
            result = cls.instance.take_in(path, source)
            assert result.returncode == 0, result.stdout + result.stderr

    def differences(self, name):
        return {(row["omrade"], row["resultatrad"], row["period"]):
                (row["fore_ore"], row["efter_ore"], row["skillnad_ore"])
                for row in self.instance.rows("imports", "show", name)
                if row["nyckel"] == "skillnad"}

    def fact(self, name, key):
        return [row["varde"] for row in self.instance.rows("imports", "show", name)
                if row["nyckel"] == key]

    def test_a_corrected_export_tells_every_figure_that_moved(self):
        before, after = sums_of(FIRST), sums_of(SECOND)
        expected = {key: (before.get(key, 0), after.get(key, 0),
                          after.get(key, 0) - before.get(key, 0))
                    for key in before | after if before.get(key, 0) != after.get(key, 0)}
        self.assertEqual(len(expected), 2)
        self.assertEqual(self.differences("2"), expected)
        self.assertEqual(self.differences("1"), {})
        self.assertEqual(self.differences("3"), {}, "en ny källas första fil ersätter inget")

    def test_everything_is_told_about_an_import(self):
        self.assertEqual(self.fact("2", "fil"), ["b.csv"])
        self.assertEqual(self.fact("2", "rader"), [str(len(SECOND))])
        self.assertEqual(self.fact("2", "besked"), ["inläst"])
        self.assertEqual(self.fact("1", "besked"), ["ersatt av import 2"])
        digest = self.fact("2", "sha256")[0]
        self.assertEqual(self.fact(digest[:12], "nummer"), ["2"])
        self.assertIn("b.csv", self.instance.ask("imports", "show", "2"))
        self.assertEqual(self.instance.run("imports", "show", "99").returncode, common.EX_DATAERR)

    def test_every_import_is_listed_with_its_verdict(self):
        rows = {row["nummer"]: row for row in self.instance.rows("imports")}
        self.assertEqual([rows[number]["besked"] for number in (1, 2, 3)],
                         ["ersatt av import 2", "inläst", "inläst"])
        self.assertEqual([rows[number]["ersatt_av"] for number in (1, 2, 3)], [2, None, None])
        self.assertEqual((rows[2]["kalla"], rows[2]["fil"], rows[2]["lager"], rows[2]["fran"],
                          rows[2]["till"], rows[2]["rader"], rows[2]["summa_ore"]),
                         ("bok", "b.csv", "utfall", "2020-01", "2020-04", len(SECOND),
                          sum(sums_of(SECOND).values())))
        self.assertEqual(len(rows[2]["sha256"]), 64)
        self.assertRegex(self.instance.ask("imports"), r"a\.csv .*ersatt av import 2")

    def explain(self, *words):
        return self.instance.json("explain", *words)

    def test_the_parts_are_the_figure(self):
        answer = self.explain("--area", "Skola", "--line", "Personal", "--period", "2020-04")
        sums = sums_of(SECOND)
        own = sum(value for (area, line, _), value in sums.items()
                  if (area, line) == ("Skola", "Personal"))
        self.assertEqual([(row["nummer"], row["fil"], row["ackumulerat_ore"])
                          for row in answer["rader"]],
                         [(2, "b.csv", own), (3, "c.csv", -4242)])
        self.assertEqual(sum(row["rader"] for row in answer["rader"]), 9)
        self.assertIn("lika med rapporten", " ".join(answer["anmarkningar"]))

    def test_code_strings_are_the_same_figure(self):
        answer = self.explain("--area", "Nämnd", "--period", "2020-03", "--codes")
        expected = {}
        for konto, verksamhet, period, ore in SECOND:
            if period <= 202003:
                month, total = expected.get((konto, verksamhet), (0, 0))
                expected[konto, verksamhet] = (month - (ore if period == 202003 else 0),
                                               total - ore)
        self.assertEqual({(row["konto"], row["verksamhet"]):
                          (row["manad_ore"], row["ackumulerat_ore"]) for row in answer["rader"]},
                         expected)
        self.assertIn("lika med rapporten", " ".join(answer["anmarkningar"]))

    def test_warnings_and_partly_replaced_months_are_counted(self):
        with self.instance_of("listor") as instance:
            for name, rows in (("jan-mar.csv", [*months(1, 3), ("5010", "999", 202002, 1)]),
                               ("feb.csv", months(2, 2)), ("mar-apr.csv", months(3, 4))):
                result = instance.take_in(instance.write(name, text_of(rows)), "listor", "--older")
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            verdicts = [row["besked"] for row in reversed(instance.rows("imports"))]
            self.assertEqual(verdicts, ["delvis ersatt av import 3, 1 varning", "inläst", "inläst"])
            bad = instance.write("bad.csv", HEADER + "5010;100;202013;1\n5010;100;202001;x\n")
            self.assertEqual(instance.take_in(bad, "listor").returncode, common.EX_DATAERR)
            refused = instance.rows("imports", "--refused")
            self.assertEqual([(row["fil"], row["besked"], row["rad"]) for row in refused],
                             [("bad.csv", "i karantän, 2 fel", 2)])
            self.assertEqual(len(instance.rows("imports")), 3)
            # The rest of the first one's months go too.
            path = instance.write("year.csv", text_of(months(1, 4)))
            self.assertEqual(instance.take_in(path, "listor").returncode, 0)
            verdicts = [row["besked"] for row in reversed(instance.rows("imports"))]
            self.assertEqual(verdicts, ["ersatt av import 4, 1 varning", "ersatt av import 4",
                                        "ersatt av import 4", "inläst"])

    @contextlib.contextmanager
    def instance_of(self, name):
        with Instance(common.BINARIES, [Source(name, "snapshot", "utfall")],
                      {"omraden.csv": AREAS, "resultatrader.csv": LINES}) as instance:
            instance.start()
            yield instance
            instance.stop()

    def test_unknown_names_are_said_to_be_unknown(self):
        for words in (("--area", "Månen"), ("--line", "Månen")):
            result = self.instance.run("explain", "--period", "2020-03", *words)
            self.assertEqual(result.returncode, common.EX_DATAERR)
            self.assertIn("finns inte", result.stderr)


if __name__ == "__main__":
    common.main()
