# SPDX-License-Identifier: Apache-2.0
"""Decisions and periodisering of budgets, against sums and shares made here."""

import unittest
from fractions import Fraction

import common
from support.instance import Instance
from support.textfile import ore_of

AREAS = "område;överordnat;verksamhet\nNämnd;;\nSkola;Nämnd;100|101\nVård;Nämnd;200\n"
LINES = ("resultatrad;överordnad;radtyp;konton\nResultat;;netto;\nPersonal;Resultat;post;50*\n"
         "Lokaler;Resultat;post;60*\nAvgifter;Resultat;post;3*\n")
KEYS = "nyckel;" + "jan;feb;mar;apr;maj;jun;jul;aug;sep;okt;nov;dec\n" \
       "lön;8,2;8,1;8,2;8,2;8,3;8,9;9,4;8,6;8;8;8;8,1\n"
WEIGHTS = [Fraction(text) for text in "8.2 8.1 8.2 8.2 8.3 8.9 9.4 8.6 8 8 8 8.1".split()]
COLUMNS = {"Konto": "konto", "Verksamhet": "verksamhet", "År": "år", "Period": "period",
           "Belopp": "belopp", "Nyckel": "periodisering", "Beslut": "beslutsdatum",
           "Referens": "referens"}
MONTHS = range(1, 13)


class Source:
    def __init__(self, name, mode, layer, *headings):
        self.name, self.format, self.mode = name, "csv", mode
        self.settings = {"layer": layer,
                         "columns": [f"{word}={COLUMNS[word]}" for word in headings]}


OUTCOME = ("Konto", "Verksamhet", "Period", "Belopp")
BUDGET = ("Konto", "Verksamhet", "År", "Period", "Belopp", "Nyckel", "Beslut", "Referens")


def text_of(headings, rows):
    return ";".join(headings) + "\n" + "".join(";".join(map(str, row)) + "\n" for row in rows)


def share(ore, weights):
    """Largest remainder, earlier months first."""
    exact = [abs(ore) * Fraction(weight) / sum(weights) for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(12), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:abs(ore) - sum(parts)]:
        parts[i] += 1
    return [part if ore > 0 else -part for part in parts]


LAST_YEAR = [100 * month + month * month for month in MONTHS]  # kr, verksamhet 100
OWN = [(5001, 200, 300 + 10 * month) for month in MONTHS]
FIRST = ([("5010", "100", 2020, "", 120000, "föregående år", "2019-11-25", "KF § 120"),
          ("5010", "101", 2020, "", 1000, "föregående år", "2019-11-25", "KF § 120"),
          ("5001", "200", 2020, "", 777, "egen budget", "2019-11-25", "KF § 120"),
          ("6010", "200", 2020, "", 100, "lön", "2019-11-25", "KF § 120"),
          ("6011", "200", 2020, "", 7, "rak", "", ""),
          ("6012", "200", 2020, "", 11, "egen budget", "", "")]
         + [("5001", "200", "", f"2020{month:02d}", amount, "", "2019-11-25", "KF § 120")
            for month, (_, _, amount) in zip(MONTHS, OWN)])
REVISION = [("5010", "100", 2020, "", -6000, "egen budget", "2020-06-15", "KF § 92"),
            ("3010", "100", 2020, "", -1200, "", "2020-03-02", "")]


def expected_parts():
    """(verksamhet, konto, decision) -> twelve öre in report sign."""
    own = [amount for _, _, amount in OWN]
    school = share(-12000000, LAST_YEAR)
    other = share(-100000, LAST_YEAR)
    even = [1] * 12
    parts = [("Skola", "Personal", "2019-11-25", school),
             ("Skola", "Personal", "2019-11-25", other),
             ("Vård", "Personal", "2019-11-25", share(-77700, own)),
             ("Vård", "Personal", "2019-11-25", [-100 * amount for amount in own]),
             ("Vård", "Lokaler", "2019-11-25", share(-10000, WEIGHTS)),
             ("Skola", "Personal", "2020-06-15", share(600000, school_weights(school))),
             ("Skola", "Avgifter", "2020-03-02", [10000] * 12)]
    return parts, [("Vård", "Lokaler", 700), ("Vård", "Lokaler", 1100)], even


def school_weights(school):
    return [abs(part) for part in school]


class Budget(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        sources = [Source("bok", "snapshot", "utfall", *OUTCOME),
                   Source("budget", "delta", "budget", *BUDGET)]
        cls.instance = Instance(common.BINARIES, sources,
                                {"omraden.csv": AREAS, "resultatrader.csv": LINES,
                                 "periodisering.csv": KEYS})
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()
        before = [("5010", "100", f"2019{month:02d}", amount)
                  for month, amount in zip(MONTHS, LAST_YEAR)]
        cls.messages = {}
        for name, source, headings, rows in (("2019.csv", "bok", OUTCOME, before),
                                             ("budget.csv", "budget", BUDGET, FIRST),
                                             ("revision.csv", "budget", BUDGET, REVISION)):
            result = cls.instance.take_in(cls.instance.write(name, text_of(headings, rows)), source)
            cls.messages[name] = result.stdout + result.stderr
            assert result.returncode == 0, cls.messages[name]

    def budget(self, line, area, period, *words):
        header, rows = self.instance.report("resultat", period, "kr", "--area", area, *words)
        found = [dict(zip(header, row)) for row in rows if row[header.index("resultatrad")] == line]
        return ore_of(found[0]["budget_period"]), ore_of(found[0]["budget_ar"])

    def compare(self, as_of):
        words = ("--budget-as-of", as_of) if as_of else ()
        parts, straight, _ = expected_parts()
        for month in (1, 2, 6, 7, 11, 12):
            for area, line in (("Skola", "Personal"), ("Skola", "Avgifter"), ("Vård", "Personal")):
                own = [values for where, name, date, values in parts
                       if (where, name) == (area, line) and (not as_of or date <= as_of)]
                self.assertEqual(self.budget(line, area, f"2020-{month:02d}", *words),
                                 (sum(sum(values[:month]) for values in own),
                                  sum(sum(values) for values in own)), (area, line, month, as_of))
        total = sum(sum(values) for where, name, date, values in parts
                    if (where, name) == ("Vård", "Lokaler") and (not as_of or date <= as_of))
        self.assertEqual(self.budget("Lokaler", "Vård", "2020-12", *words)[1],
                         total - sum(ore for _, _, ore in straight))

    def test_the_budget_in_force_is_the_sum_of_all_decisions(self):
        self.compare(None)

    def test_the_budget_of_a_day_is_what_had_been_decided(self):
        for day in ("2019-11-24", "2019-11-25", "2020-03-01", "2020-03-02", "2020-06-14",
                    "2020-06-15"):
            self.compare(day)

    def test_decisions_are_listed_in_order(self):
        rows = self.instance.rows("budget", "--period", "2020-01")
        self.assertEqual([(row["datum"], row["referens"]) for row in rows],
                         [(None, None), ("2019-11-25", "KF § 120"), ("2020-03-02", None),
                          ("2020-06-15", "KF § 92")])
        parts, straight, _ = expected_parts()
        sums = [-sum(ore for _, _, ore in straight)]
        sums += [sum(sum(values) for _, _, date, values in parts if date == day)
                 for day in ("2019-11-25", "2020-03-02", "2020-06-15")]
        self.assertEqual([row["summa_ore"] for row in rows], sums)
        self.assertEqual(rows[-1]["gallande_ore"], sum(sums))
        only = self.instance.rows("budget", "--period", "2020-01", "--area", "Skola")
        self.assertEqual(len(only), 3)

    def test_another_profile_than_asked_for_is_warned_of(self):
        self.assertIn("områdets och resultatradens profil", self.messages["budget.csv"])
        self.assertIn("periodiseras rakt", self.messages["budget.csv"])
        self.assertNotIn("profil", self.messages["revision.csv"])

    def test_an_unknown_key_is_refused_by_name(self):
        rows = [("5010", "100", 2021, "", 1, "blå", "", "")]
        result = self.instance.take_in(
            self.instance.write("fel.csv", text_of(BUDGET, rows)), "budget")
        self.assertEqual(result.returncode, common.EX_DATAERR)
        self.assertIn("blå", result.stdout)

    def test_the_parts_of_a_budget_are_the_figure(self):
        answer = self.instance.json("explain", "--budget", "--area", "Skola", "--period", "2020-06")
        self.assertIn("lika med rapporten", " ".join(answer["anmarkningar"]))
        self.assertEqual(len(answer["rader"]), 2)


if __name__ == "__main__":
    common.main()
