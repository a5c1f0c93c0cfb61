# SPDX-License-Identifier: Apache-2.0
"""Which cases there are: formats × encodings × line ends × kinds of damage, and their sources."""

import random

import base_list
import base_sie
import damage_list  # noqa: F401  (fills KINDS)
import damage_sie  # noqa: F401
from damage import KINDS
from support.case import Source

ENCODINGS = ("utf-8", "utf-8-bom", "cp1252", "cp437")
SETTING_OF = {"utf-8-bom": "utf-8", "cp1252": "windows-1252"}
NEWLINES = {"lf": "\n", "crlf": "\r\n"}
BASES = {**base_sie.BASES, **base_list.BASES}
BASES_PER_FORMAT = 24
TRIES = 40
LISTS = {
    "delta": {"mode": "delta", "columns": [
        "Period=period", "Konto=konto", "Ansvar=ansvar", "Verksamhet=verksamhet",
        "Belopp=belopp"]},
    "snapshot": {"mode": "snapshot", "columns": [
        "Datum=datum", "Konto=konto", "Ansvar=ansvar", "Verksamhet=verksamhet",
        "Belopp=belopp"]},
    "budget": {"mode": "snapshot", "layer": "budget", "sign": "report", "decimal": ".",
               "delimiter": "tab", "columns": [
                   "år=år", "period=period", "område=område", "resultatrad=resultatrad",
                   "nyckel=periodisering", "belopp=belopp"]},
}


def setting_of(encoding):
    return SETTING_OF.get(encoding, encoding)


def source_name(base, encoding):
    return f"{base}-{encoding}"


def sources():
    """Each base's with its encoding set, and left to be found out."""
    found = []
    for encoding in ("auto", *sorted({setting_of(encoding) for encoding in ENCODINGS})):
        found.append(Source(source_name("sie", encoding), "sie", "snapshot",
                            {"encoding": encoding}))
        for name, settings in LISTS.items():
            rest = {key: value for key, value in settings.items() if key != "mode"}
            found.append(Source(source_name(name, encoding), "csv", settings["mode"],
                                {"encoding": encoding, **rest}))
    return found


def combinations():
    """(format, encoding, newline, kind)"""
    return [(name, encoding, newline, kind) for name in BASES for encoding in ENCODINGS
            for newline in NEWLINES.values() for kind in KINDS.values()
            if kind.fits(name, encoding)]


class Bases:
    """Valid documents, made once and handed out in any encoding."""

    def __init__(self, seed):
        self.of_format = {name: [make(random.Random(f"{seed} {name} {number}"))
                                 for number in range(BASES_PER_FORMAT)]
                          for name, make in BASES.items()}

    def all(self):
        for name, documents in self.of_format.items():
            for encoding in ENCODINGS:
                for newline in NEWLINES.values():
                    for document in documents:
                        yield dressed(document, encoding, newline)

    def pick(self, chance, name, encoding, newline):
        return dressed(chance.choice(self.of_format[name]), encoding, newline)


def dressed(document, encoding, newline):
    copy = document.copy()
    copy.encoding, copy.newline = encoding, newline
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
            return Case(kind, document, expected, source_name(document.source, setting))
    return None


def cases(bases, seed, count):
    """@count of them, every combination as often as the others."""
    chance = random.Random(seed)
    every = combinations()
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
