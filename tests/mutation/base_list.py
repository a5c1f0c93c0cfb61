# SPDX-License-Identifier: Apache-2.0
"""Valid text lists in several programs' manners."""

from document import Document, Line

YEAR = 2020
TEXTS = ("Hyra för lägenhet", "Familjehem", "Återbetalning vårdavgift", "Löner", "Köp av plats")
CODES = ("504", "510", "Ö20", "731")


class Manner:
    def __init__(self, chance, decimal, delimiter):
        self.decimal = decimal
        self.delimiter = delimiter
        self.group = chance.choice(("", "", " ", "\u00a0"))
        self.minus_behind = chance.random() < 0.15
        self.quotes_texts = chance.random() < 0.5
        self.has_last_newline = chance.random() < 0.8

    def amount(self, ore):
        whole, part = divmod(abs(ore), 100)
        digits = f"{whole:,}".replace(",", self.group)
        text = f"{digits}{self.decimal}{part:02d}"
        if ore < 0:
            return f"{text}-" if self.minus_behind else f"-{text}"
        return text

    def text(self, words):
        return f'"{words}"' if self.quotes_texts else words

    def line(self, kind, words):
        return Line(kind, tuple(words), self.delimiter)


def document(name, source, manner, head, body, columns, **facts):
    lines = [manner.line("header", head)] + [manner.line("row", words) for words in body]
    traits = {"columns": columns, "decimal": manner.decimal}
    return Document(name, source, lines, has_last_newline=manner.has_last_newline, traits=traits,
                    **facts)


def ledger_base(chance, name):
    """Vouchers of a sub-ledger; @name: delta (periods) or snapshot (dates, every month)."""
    manner = Manner(chance, ",", ";")
    last = chance.randint(2, 8)
    rows, total = [], 0
    for number in range(1, chance.randint(12, 40)):
        month = number if number <= last else chance.randint(1, last)
        ore = chance.randint(-9_000_000, 9_000_000) or 7
        period = (f"{YEAR}{month:02d}" if name == "delta"
                  else f"{YEAR}-{month:02d}-{chance.randint(1, 28):02d}")
        rows.append((str(number), period, chance.choice(("4611", "5011", "3011")),
                     chance.choice(CODES), chance.choice(("100", "201", "301")),
                     manner.text(chance.choice(TEXTS)), manner.amount(ore)))
        total -= ore
    head = ("Ver.nr", "Period" if name == "delta" else "Datum", "Konto", "Ansvar", "Verksamhet",
            manner.text("Beskrivning på fakturan"), "Belopp")
    columns = {"period" if name == "delta" else "date": 1, "account": 2, "code": 3, "text": 5,
               "amount": 6}
    return document(name, name, manner, head, rows, columns, rows=len(rows), sum_ore=total)


def budget_base(chance):
    """Whole years with a key, or months; decimal point, tab, report sign."""
    manner = Manner(chance, ".", "\t")
    rows, total, count = [], 0, 0
    for area in ("Familjehem", "Hemtjänst", "Äldreboende"):
        for line in ("Intäkter", "Personal", "Köp av verksamhet"):
            ore = chance.randint(-900_000_000, 900_000_000) or 7
            is_year = chance.random() < 0.6
            rows.append((str(YEAR), "" if is_year else f"{YEAR}{chance.randint(1, 12):02d}", area,
                         line, "rak" if is_year else "", manner.amount(ore)))
            total, count = total + ore, count + (12 if is_year else 1)
    head = ("år", "period", "område", "resultatrad", "nyckel", "belopp")
    columns = {"year": 0, "period-of-year": 1, "code": 2, "spread": 4, "amount": 5}
    return document("budget", "budget", manner, head, rows, columns, rows=count, sum_ore=total)


BASES = {
    "delta": lambda chance: ledger_base(chance, "delta"),
    "snapshot": lambda chance: ledger_base(chance, "snapshot"),
    "budget": budget_base,
}
