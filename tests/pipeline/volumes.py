# SPDX-License-Identifier: Apache-2.0
"""Volumes: flows are added over months and stocks never, against sums made here."""

import unittest

import common
from support.instance import Instance

AREAS = "område;överordnat;verksamhet\nNämnd;;\nSkola;Nämnd;100|101\nVård;Nämnd;200\n"
LINES = "resultatrad;överordnad;radtyp;konton\nResultat;;netto;\nAllt;Resultat;post;*\n"
MEASURES = "mått;enhet;slag\nTimmar;timmar;flöde\nPlatser;årsplatser;bestånd\n"
HEADINGS = ("Verksamhet=verksamhet", "Mått=mått", "År=år", "Period=period", "Antal=antal")


class Source:
    def __init__(self, name, layer):
        self.name, self.format, self.mode = name, "csv", "snapshot"
        self.settings = {"layer": layer, "columns": list(HEADINGS)}


def text_of(rows):
    return "Verksamhet;Mått;År;Period;Antal\n" + "".join(
        ";".join(map(str, row)) + "\n" for row in rows)


OUTCOME = [("200", "Timmar", "", f"2020{month:02d}", f"{1000 + month},5") for month in (1, 2, 3)]
OUTCOME += [(unit, "Platser", "", f"2020{month:02d}", 50 + month)
            for unit in ("100", "101") for month in (1, 2, 3)]
BUDGET = [("200", "Timmar", 2020, "", 12000), ("100", "Platser", 2020, "", 110)]


class Volumes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = Instance(common.BINARIES, [Source("antal", "volym"),
                                                  Source("antalbudget", "volymbudget")],
                                {"omraden.csv": AREAS, "resultatrader.csv": LINES,
                                 "volymer.csv": MEASURES})
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()
        for name, source, rows in (("u.csv", "antal", OUTCOME), ("b.csv", "antalbudget", BUDGET)):
            result = cls.instance.take_in(cls.instance.write(name, text_of(rows)), source)
            assert result.returncode == 0, result.stdout + result.stderr

    def row(self, area, measure, period, *words):
        rows = self.instance.rows("report", "volymer", "--period", period, *words)
        return [row for row in rows if (row["omrade"], row["matt"]) == (area, measure)][0]

    def test_flows_are_added(self):
        row = self.row("Vård", "Timmar", "2020-03")
        self.assertEqual((row["manad"], row["ackumulerat"], row["medel"]),
                         (1003.5, 1001.5 + 1002.5 + 1003.5, None))
        self.assertEqual((row["budget_ackumulerat"], row["budget_ar"]), (3000, 12000))

    def test_stocks_are_never_added_over_months(self):
        row = self.row("Skola", "Platser", "2020-03")
        self.assertEqual((row["manad"], row["ackumulerat"], row["medel"]), (106, 106, 104))
        self.assertEqual((row["budget_ackumulerat"], row["budget_ar"]), (110, 110))
        self.assertEqual(self.row("Nämnd", "Platser", "2020-02", "--area", "Nämnd")["manad"], 104)

    def test_volumes_are_in_no_money(self):
        header, rows = self.instance.report("verksamheter", "2020-03")
        for row in rows:
            self.assertEqual({cell for key, cell in zip(header, row) if "netto" in key}
                             - {"", "0,00"}, set())

    def test_an_import_of_volumes_has_months_and_a_sum_that_is_no_money(self):
        rows = {row["fil"]: row for row in self.instance.rows("imports")}
        expected = sum(1000 + month + 0.5 + 2 * (50 + month) for month in (1, 2, 3))
        self.assertEqual([rows["u.csv"][key] for key in
                          ("lager", "fran", "till", "summa_ore", "mangd", "besked")],
                         ["volym", "2020-01", "2020-03", None, expected, "inläst"])
        self.assertEqual([rows["b.csv"][key] for key in ("lager", "fran", "till", "mangd")],
                         ["volymbudget", "2020-01", "2020-12", 12110])
        facts = {row["nyckel"]: row["varde"]
                 for row in self.instance.rows("imports", "show", str(rows["u.csv"]["nummer"]))}
        self.assertEqual(facts["mangd"], f"{expected:.3f}".replace(".", ","))
        self.assertNotIn("summa", facts)

    def test_a_measure_that_is_not_in_the_table_is_refused_by_name(self):
        path = self.instance.write("f.csv", text_of([("200", "Elever", "", 202005, 1)]))
        result = self.instance.take_in(path, "antal")
        self.assertEqual(result.returncode, common.EX_DATAERR)
        self.assertIn("Elever", result.stdout)


if __name__ == "__main__":
    common.main()
