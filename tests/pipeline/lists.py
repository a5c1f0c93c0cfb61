# SPDX-License-Identifier: Apache-2.0
"""Lists as real programs write them: what `inspect` proposes of each, read by the daemons with that
proposal, gives the rows and the sum that are reckoned here from what is known about the list."""

import csv
import io
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as tree
import zipfile
from decimal import ROUND_HALF_UP, Decimal

import common
from support import small
from support.instance import ROOT, Instance
from support.textfile import plain_number

FOLDER = os.path.join(ROOT, "tests", "data", "lists")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MONTHS = ["Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec"]


class Layout:
    """How a person who knows the program reads its list.  @amounts: headings with the sign that
    gives the report's (income +); @parts: rows that a row becomes."""

    def __init__(self, encoding, delimiter, amounts, columns, layer="utfall", **more):
        self.encoding, self.delimiter = encoding, delimiter
        self.amounts, self.columns, self.layer = amounts, columns, layer
        self.decimal = more.get("decimal", ",")
        self.unit_ore = more.get("unit_ore", 100)
        self.parts = more.get("parts", 1)
        self.settings = more.get("settings", [])  # what else the proposal must say


COST = {"Belopp": -1}
LAYOUTS = {
    "agresso-2020.xlsx": Layout(None, None, COST, {
        "Konto": "konto", "Ansvar": "ansvar", "Verks": "verksamhet", "Aktiv": "aktivitet",
        "Projekt": "projekt", "Objekt": "objekt", "Motpart": "motpart", "Period": "period"}),
    "goteborg-2020-05.csv": Layout("cp1252", ";", COST, {
        "Konto": "konto", "Bokföringsdatum": "datum"}),
    "goteborg-2021-utf16.csv": Layout("utf-16", ",", COST, {"Konto": "konto", "Period": "period"},
                                      settings=['delimiter = ","']),
    "vgr-cr.csv": Layout("utf-8", ";", COST, {"Konto": "konto", "Fakturadatum": "datum"},
                         decimal=".", settings=['decimal = "."']),
    "vasteras-2020.csv": Layout("utf-8", ";", COST, {
        "Konto": "konto", "Verksamhet": "verksamhet", "Bokf.datum": "datum"}),
    "orebro-2020.xlsx": Layout(None, None, COST, {
        "Konto": "konto med text", "Verksamhet": "verksamhet", "Bokföringsdatum": "datum"}),
    "umea-2020.csv": Layout("utf-8", ";", COST, {
        "Konto": "konto", "Verksamhet": "verksamhet", "Bokföringsdatum": "period"}),
    "bjurholm-2026.csv": Layout("utf-8", ";", COST, {
        "Konto": "konto", "Ansvar": "ansvar", "Verksamhet": "verksamhet", "Bokf.datum": "datum"}),
    "siephp-2015.txt": Layout("utf-8", "\t", {"Debet": -1, "Kredit": 1}, {
        "Konto": "konto", "Period": "period"}, settings=['delimiter = "tab"']),
    "norge-budsjett-2016.csv": Layout("cp1252", ";", {"Regnskap 2015": -1}, {
        "Konto": "konto", "Ansvar": "ansvar", "Tjeneste": "verksamhet"}, parts=12,
        settings=['year = "2015"']),
    "levreskontra.csv": Layout("utf-8", ",", {"belopp": -1}, {
        "konto_nr": "konto", "datum": "datum"}, decimal=".",
        settings=['delimiter = ","', 'decimal = "."']),
    "simrishamn-budget-2019.csv": Layout("cp1252", ";", {"Årsbudget": 1}, {
        "Ansvar": "ansvar", "Verksamhet": "verksamhet", "Resultatrad": "resultatrad"}, "budget",
        unit_ore=100_000, parts=12, settings=['sign = "report"', 'unit = "tkr"', 'year = "2019"']),
    "manader-2020.csv": Layout("utf-8", ";", {month: -1 for month in MONTHS}, {
        "Konto": "konto", "Ansvar": "ansvar", "Verksamhet": "verksamhet"},
        settings=['year = "2020"']),
    "utskrift-cp437.txt": Layout("cp437", ";", COST, {
        "Konto": "konto", "Ansvar": "ansvar", "Verks": "verksamhet", "Period": "period"}),
}


def path_of(name):
    return os.path.join(FOLDER, name)


def text_rows(layout, name):
    with open(path_of(name), "rb") as file:
        text = file.read().decode(layout.encoding).replace("\ufeff", "")
    return list(csv.reader(io.StringIO(text, newline=None), delimiter=layout.delimiter))


def column_of(reference):
    column = 0
    for letter in re.match(r"[A-Z]+", reference)[0]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def sheet_rows(name):
    with zipfile.ZipFile(path_of(name)) as book:
        words = ["".join(part.itertext()) for part in
                 tree.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{MAIN}si")]
        sheet = tree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells = {}
        for cell in row.iter(f"{MAIN}c"):
            text = "".join(cell.itertext())
            cells[column_of(cell.get("r"))] = words[int(text)] if cell.get("t") == "s" else text
        rows.append([cells.get(i, "") for i in range(max(cells, default=-1) + 1)])
    return rows


def ore_of(layout, text):
    """None when there is nothing; an amount of a sheet has more decimals than there are öre."""
    if layout.encoding and layout.decimal == ",":
        text = text.replace(".", "")
    elif layout.encoding:
        text = text.replace(",", "")
    if not text.strip():
        return None
    number = plain_number(text) or "0"
    return int((Decimal(number) * layout.unit_ore).quantize(Decimal(1), ROUND_HALF_UP))


def reckon(layout, name):
    """(rows, öre in report sign)"""
    rows = text_rows(layout, name) if layout.encoding else sheet_rows(name)
    wanted = {*layout.columns, *layout.amounts}
    header, count, total = None, 0, 0
    for row in map(lambda row: [cell.strip() for cell in row], rows):
        if wanted <= set(row):
            header = {title: row.index(title) for title in wanted}
        elif header and len(row) > max(header.values()) and not is_no_row(row):
            for title, sign in layout.amounts.items():
                ore = ore_of(layout, row[header[title]])
                if ore is not None:
                    count, total = count + layout.parts, total + sign * ore
    return count, total


def is_no_row(row):
    return row[0] in ("Summa", "Totalt") or set("".join(row)) <= {"-"}


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = os.path.join(common.BINARIES, "budgetvakt")
        cls.proposed = {}
        for name in LAYOUTS:
            result = subprocess.run([program, "inspect", path_of(name), "--json"],
                                    capture_output=True, encoding="utf-8", check=False)
            cls.proposed[name] = json.loads(result.stdout), result.returncode
        sections = [proposal["avsnitt"] for proposal, _ in cls.proposed.values()]
        conf = ('instance = "prov"\ntables = "."\nstate = "state"\nruntime = "run"\n'
                'inbox = "inbox"\nstore_size_mib = 64\n' + "".join(sections))
        cls.instance = Instance(common.BINARIES, [], small.tables(), conf=conf)
        cls.addClassCleanup(cls.instance.__exit__, None, None, None)
        cls.instance.start()

    def of_each(self, check):
        for name, layout in LAYOUTS.items():
            with self.subTest(name):
                check(name, layout)

    def test_every_list_is_told_of(self):
        self.assertEqual(sorted(LAYOUTS), sorted(set(os.listdir(FOLDER)) - {"SOURCES.md"}))

    def test_what_is_proposed_is_what_the_list_is(self):
        def check(name, layout):
            proposal, code = self.proposed[name]
            self.assertEqual((code, proposal["forstadd"]), (0, True), proposal["fynd"])
            roles = {column["rubrik"]: column["roll"] for column in proposal["kolumner"]}
            for heading, role in layout.columns.items():
                self.assertEqual(roles.get(heading), role, heading)
            self.assertLessEqual(set(layout.amounts), set(roles))
            self.assertEqual(proposal["lager"], layout.layer)
            for setting in layout.settings:
                self.assertIn(setting, proposal["avsnitt"])
            self.assertEqual((proposal["rader"], proposal["summa_ore"]), reckon(layout, name))
        self.of_each(check)

    def test_the_proposal_reads_the_list(self):
        def check(name, layout):
            source = re.match(r'source "([^"]+)"', self.proposed[name][0]["avsnitt"])[1]
            result = self.instance.take_in(path_of(name), source)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            taken = [row for row in self.instance.rows("imports") if row["kalla"] == source]
            self.assertEqual([(row["rader"], row["summa_ore"]) for row in taken],
                             [reckon(layout, name)])
            self.assertEqual(taken[0]["format"], "xlsx" if name.endswith(".xlsx") else "csv")
        self.of_each(check)


if __name__ == "__main__":
    common.main()
