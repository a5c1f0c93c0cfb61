# SPDX-License-Identifier: Apache-2.0
"""The controller's tables, read by themselves."""

import csv
import os

UNASSIGNED = "Ej fördelat"


def table(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def claims(words):
    return [word for word in words.split("|") if word]


def matches(words, code):
    return any(code.startswith(word[:-1]) if word.endswith("*") else code == word
               for word in words)


def tenths(text, unit):
    """A decimal number as a whole number of 1/@unit, None for nothing."""
    if not text:
        return None
    whole, _, part = text.partition(",")
    digits = len(str(unit)) - 1
    return int(whole) * unit + int((part + "0" * digits)[:digits] or 0)


class Rule:
    def __init__(self, row):
        self.name, self.measure = row["regel"], row["mått"]
        self.level, self.area = row["nivå"], row["område"]
        self.amount = tenths(row["gräns_tkr"], 1) * 100000 if row["gräns_tkr"] else None
        self.percent = tenths(row["gräns_procent"], 100)
        self.clear_amount = (tenths(row["återställning_tkr"], 1) * 100000
                             if row["återställning_tkr"] else None)
        self.clear_percent = tenths(row["återställning_procent"], 100)
        self.demands_plan = row["åtgärdsplan"] == "ja"
        self.days = int(row["frist_dagar"] or 0)

    def is_crossed(self, deficit, budget):
        return (deficit > 0 and (self.amount is None or deficit >= self.amount)
                and (self.percent is None or deficit * 10000 >= abs(budget) * self.percent))

    def is_cleared(self, deficit, budget):
        return (deficit <= 0 or (self.amount is not None and deficit < self.clear_amount)
                or (self.percent is not None
                    and deficit * 10000 < abs(budget) * self.clear_percent))


class Tables:
    def __init__(self, folder):
        rows = table(folder, "omraden.csv")
        parents = {row["område"]: row["överordnat"] for row in rows} | {UNASSIGNED: ""}
        self.areas = list(parents)
        self.activities = {row["område"]: claims(row["verksamhet"]) for row in rows
                           if row["verksamhet"]}
        self.leaves = set(self.activities) | {UNASSIGNED}
        self.above = {area: self.ancestors(parents, area) for area in self.areas}
        self.level = {area: len(self.above[area]) for area in self.areas}
        self.accounts = {row["resultatrad"]: claims(row["konton"])
                         for row in table(folder, "resultatrader.csv") if row["konton"]}
        self.rules = [Rule(row) for row in table(folder, "larmregler.csv")]
        self.recipients = len(table(folder, "mottagare.csv"))
        self.known = {}

    @staticmethod
    def ancestors(parents, area):
        found = []
        while parents[area]:
            area = parents[area]
            found.append(area)
        return found

    def place(self, account, activity):
        """(area, line) of a code string."""
        key = (account, activity)
        if key not in self.known:
            areas = [area for area, words in self.activities.items() if matches(words, activity)]
            lines = [line for line, words in self.accounts.items() if matches(words, account)]
            is_whole = areas and lines
            self.known[key] = (areas[0] if is_whole else UNASSIGNED,
                               lines[0] if lines else UNASSIGNED)
        return self.known[key]

    def is_income(self, line, amount):
        if line == UNASSIGNED:
            return amount > 0
        return self.accounts[line][0].startswith("3")
