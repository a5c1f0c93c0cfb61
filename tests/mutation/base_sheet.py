# SPDX-License-Identifier: Apache-2.0
"""Valid workbooks: a document's lines are the rows of its first sheet."""

import re
from dataclasses import dataclass

from base_list import CODES, TEXTS, YEAR
from document import Document, Line
from support import workbook

NUMBER = re.compile(r"-?\d+(,\d\d?)?$")
MARKS = {"#SAKNAS!": ("<f>1/0</f><v>#N/A</v>", "e"), "SANT": ("<v>1</v>", "b")}
SEPARATOR = "\0"


@dataclass
class SheetDocument(Document):
    """A word becomes a number, a text or what a spreadsheet has for an error, as it looks."""

    def cell(self, word):
        if word == "":
            return None
        if word in MARKS:
            return workbook.cell(*MARKS[word])
        if NUMBER.match(word):
            return workbook.number(word.replace(",", "."))
        return workbook.inline(word)

    def bytes(self):
        rows = [workbook.row(index + 1, map(self.cell, line.words)) if line.kind != "xml"
                else line.words[0].format(row=index + 1) for index, line in enumerate(self.lines)]
        part = workbook.sheet(rows).encode("utf-8", "surrogateescape")
        book = workbook.Book().add("Huvudbok", "")
        book.parts["xl/worksheets/sheet1.xml"] = part
        return book.bytes()


def line(kind, words):
    return Line(kind, tuple(words), SEPARATOR)


def kronor(ore):
    return f"{'-' if ore < 0 else ''}{abs(ore) // 100},{abs(ore) % 100:02d}"


def base(chance, has_sum):
    rows, total = [], 0
    for number in range(1, chance.randint(12, 30)):
        ore = chance.randint(-9_000_000, 9_000_000) or 7
        rows.append(line("row", (f"V{number}", f"{YEAR}{chance.randint(1, 8):02d}",
                                 chance.choice(("4611", "5011", "3011")), chance.choice(CODES),
                                 chance.choice(("100", "201", "301")), chance.choice(TEXTS),
                                 kronor(ore))))
        total += ore
    head = line("header", ("Ver.nr", "Period", "Konto", "Ansvar", "Verksamhet", "Beskrivning",
                           "Belopp"))
    ends = [line("sum", ("Summa", "", "", "", "", "", kronor(total)))] if has_sum else []
    return SheetDocument("sheet-summed" if has_sum else "sheet", "sheet", [head, *rows, *ends],
                         rows=len(rows), sum_ore=-total,
                         traits={"decimal": ",", "columns": {"period": 1, "account": 2, "code": 3,
                                                             "text": 5, "amount": 6}})


BASES = {"sheet": lambda chance: base(chance, False),
         "sheet-summed": lambda chance: base(chance, True)}
