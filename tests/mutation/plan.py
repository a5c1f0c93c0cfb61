# SPDX-License-Identifier: Apache-2.0
"""Which cases there are: formats × encodings × line ends × kinds of damage, and their sources."""

import random

import base_list
import base_sheet
import base_sie
import base_sie5
import damage_list  # noqa: F401  (fills KINDS)
import damage_sie  # noqa: F401
import damage_sie5  # noqa: F401
import damage_total  # noqa: F401
from damage import KINDS
from support import small
from support.case import Source

TEXT = ("utf-8", "utf-8-bom", "cp1252", "cp437", "cp850")
UTF16 = ("utf-16le", "utf-16be")
SETTING_OF = {"utf-8-bom": "utf-8", "cp1252": "windows-1252"}
SHEETS = ("sheet", "sheet-summed")
NEWLINES = {"lf": "\n", "crlf": "\r\n"}
BASES = {**base_sie.BASES, **base_sie5.BASES, **base_list.BASES, **base_sheet.BASES}
BASES_PER_FORMAT = 24
TRIES = 40
LISTS = {
    "delta": {"mode": "delta", "columns": [
        "Period=period", "Konto=konto", "Ansvar=ansvar", "Verksamhet=verksamhet",
        "Belopp=belopp"]},
    "snapshot": {"mode": "snapshot", "columns": [
        "Datum=datum", "Konto=konto", "Ansvar=ansvar", "Verksamhet=verksamhet",
        "Belopp=belopp"]},
    "sides": {"mode": "delta", "columns": [
        "Period=period", "Konto=konto", "Ansvar=ansvar", "Verksamhet=verksamhet",
        "Debet=debet", "Kredit=kredit"]},
    "wide": {"mode": "snapshot", "layer": "budget", "sign": "report", "columns": [
        "År=år", "Område=område", "Resultatrad=resultatrad",
        *(f"{month}={month.lower()}" for month in base_list.MONTH_NAMES)]},
    "budget": {"mode": "snapshot", "layer": "budget", "sign": "report", "decimal": ".",
               "delimiter": "tab", "columns": [
                   "år=år", "period=period", "område=område", "resultatrad=resultatrad",
                   "nyckel=periodisering", "beslutad=beslutsdatum", "referens=referens",
                   "belopp=belopp"]},
}


def setting_of(encoding):
    return SETTING_OF.get(encoding, encoding)


def source_name(base, encoding):
    return f"{base}-{encoding}"


def encodings_of(name):
    if name in SHEETS:
        return TEXT[:1]
    if name in base_sie5.BASES:
        return TEXT[:3]
    return TEXT if name in base_sie.BASES else TEXT + UTF16


def newlines_of(name):
    return ["\n"] if name in SHEETS else NEWLINES.values()


def settings_of(encodings):
    return ["auto", *sorted({setting_of(encoding) for encoding in encodings})]


STRICT = {"policy": ["S304=fel", "S308=fel"]}


def sources():
    """Each base's with its encoding set, and left to be found out."""
    found = []
    for encoding in settings_of(TEXT):
        for name, policy in (("sie", {}), ("sie-strict", STRICT)):
            found.append(Source(source_name(name, encoding), "sie", "snapshot",
                                {"encoding": encoding, **policy}))
    for encoding in settings_of(TEXT + UTF16):
        for name, settings in LISTS.items():
            rest = {key: value for key, value in settings.items() if key != "mode"}
            found.append(Source(source_name(name, encoding), "csv", settings["mode"],
                                {"encoding": encoding, **rest}))
    columns = {"columns": LISTS["delta"]["columns"]}
    return found + [Source(source_name("sheet", setting), "xlsx", "delta", columns)
                    for setting in settings_of(encodings_of("sheet"))]


def sources_of(document):
    """The document's own, and those of the kinds that need another."""
    return {document.source, *(kind.source for kind in KINDS.values()
                               if kind.source and document.format in kind.formats)}


def tables():
    return {**small.tables(), "periodisering.csv": small.SPREADS}


def combinations(needs_ledger):
    """(format, encoding, newline, kind)"""
    return [(name, encoding, newline, kind) for name in BASES for encoding in encodings_of(name)
            for newline in newlines_of(name) for kind in KINDS.values()
            if kind.fits(name, encoding) and kind.needs_ledger == needs_ledger]


class Bases:
    """Valid documents, made once and handed out in any encoding."""

    def __init__(self, seed):
        self.of_format = {name: [make(random.Random(f"{seed} {name} {number}"))
                                 for number in range(BASES_PER_FORMAT)]
                          for name, make in BASES.items()}

    def all(self):
        for name, documents in self.of_format.items():
            for encoding in encodings_of(name):
                for newline in newlines_of(name):
                    for document in documents:
                        yield dressed(document, encoding, newline)

    def pick(self, chance, name, encoding, newline):
        return dressed(chance.choice(self.of_format[name]), encoding, newline)


def dressed(document, encoding, newline):
    copy = document.copy()
    copy.encoding, copy.newline = encoding, newline
    if encoding in base_sie5.DECLARED and copy.lines[0].kind == "declaration":
        copy.lines[0] = base_sie5.declaration(base_sie5.DECLARED[encoding])
    return copy


class Case:
    def __init__(self, kind, document, expected, source):
        self.kind = kind
        self.document = document
        self.expected = expected
        self.source = source
        self.content = document.bytes()

    def __str__(self):
        newline = "crlf" if self.document.newline == "\r\n" else "lf"
        return (f"{self.document.format} {self.document.encoding} {newline} {self.kind.name}, "
                f"rad {self.expected}, källa {self.source}")


def make_case(bases, chance, combination):
    """None when no base of the format has such a place."""
    name, encoding, newline, kind = combination
    for _ in range(TRIES):
        document = bases.pick(chance, name, encoding, newline)
        expected = kind.apply(document, chance)
        if expected is not None:
            setting = chance.choice(("auto", setting_of(encoding)))
            source = source_name(kind.source or document.source, setting)
            return Case(kind, document, expected, source)
    return None


def cases(bases, seed, count, needs_ledger=False):
    """@count of them, every combination as often as the others."""
    chance = random.Random(seed)
    every = combinations(needs_ledger)
    made = 0
    while made < count:
        chance.shuffle(every)
        for combination in every:
            if made == count:
                return
            case = make_case(bases, chance, combination)
            if case:
                made += 1
                yield case
