# SPDX-License-Identifier: Apache-2.0
"""Valid text lists in several programs' manners."""

from document import Document, Line

YEAR = 2020
TEXTS = ("Hyra för lägenhet", "Familjehem", "Återbetalning vårdavgift", "Löner", "Köp av plats")
KEYS = ("rak", "rak", "föregående år", "egen budget", "läsår")
DECISIONS = (f"{YEAR - 1}-11-25", f"{YEAR}-03-12")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")
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
    traits = {"columns": columns, "decimal": manner.decimal, "manner": manner}
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


def summed_base(chance):
    """A ledger whose last row is the sum of the others."""
    base = ledger_base(chance, "delta")
    manner, at = base.traits["manner"], base.traits["columns"]["amount"]
    words = [""] * len(base.lines[0].words)
    words[0], words[at] = chance.choice(("Summa", "Totalt", "SUMMA:")), manner.amount(-base.sum_ore)
    base.lines.append(manner.line("sum", words))
    base.format = "summed"
    return base


def sides_base(chance):
    """Debit and credit in columns of their own, and sums of both."""
    manner = Manner(chance, ",", ";")
    rows, sides = [], [0, 0]
    for number in range(1, chance.randint(12, 40)):
        ore, side = chance.randint(1, 9_000_000), chance.randint(0, 1)
        amounts = ["", ""]
        amounts[side] = manner.amount(ore)
        sides[side] += ore
        rows.append((str(number), f"{YEAR}{chance.randint(1, 8):02d}",
                     chance.choice(("4611", "5011", "3011")), chance.choice(CODES),
                     chance.choice(("100", "201", "301")), manner.text(chance.choice(TEXTS)),
                     *amounts))
    head = ("Ver.nr", "Period", "Konto", "Ansvar", "Verksamhet", "Beskrivning", "Debet", "Kredit")
    columns = {"period": 1, "account": 2, "code": 3, "text": 5, "debit": 6, "credit": 7}
    base = document("sides", "sides", manner, head, rows, columns, rows=len(rows),
                    sum_ore=sides[1] - sides[0])
    base.lines.append(manner.line("sum", ("Summa", "", "", "", "", "", *map(manner.amount, sides))))
    return base


def wide_base(chance):
    """A budget with its months side by side, and their sums."""
    manner = Manner(chance, ",", ";")
    rows, sums, count = [], [0] * 12, 0
    for area in ("Familjehem", "Hemtjänst", "Äldreboende"):
        for line in ("Intäkter", "Personal", "Köp av verksamhet"):
            months = [chance.randint(-900_000_000, 900_000_000) or 7 for _ in range(12)]
            sums = [total + ore for total, ore in zip(sums, months)]
            rows.append((str(YEAR), area, line, *map(manner.amount, months)))
            count += 12
    head = ("År", "Område", "Resultatrad", *MONTH_NAMES)
    columns = {"year": 0, "code": 1, "amount": 3 + chance.randrange(12)}
    base = document("wide", "wide", manner, head, rows, columns, rows=count, sum_ore=sum(sums))
    base.lines.append(manner.line("sum", ("Summa", "", "", *map(manner.amount, sums))))
    return base


def budget_base(chance):
    """Whole years with a key, or months; decimal point, tab, report sign."""
    manner = Manner(chance, ".", "\t")
    rows, total, count = [], 0, 0
    for area in ("Familjehem", "Hemtjänst", "Äldreboende"):
        for line in ("Intäkter", "Personal", "Köp av verksamhet"):
            ore = chance.randint(-900_000_000, 900_000_000) or 7
            is_year = chance.random() < 0.6
            key = chance.choice(KEYS) if is_year else ""
            decision = (chance.choice(DECISIONS), "KF 44") if chance.random() < 0.5 else ("", "")
            rows.append((str(YEAR), "" if is_year else f"{YEAR}{chance.randint(1, 12):02d}", area,
                         line, key, *decision, manner.amount(ore)))
            total, count = total + ore, count + (12 if key == "rak" else 1)
    head = ("år", "period", "område", "resultatrad", "nyckel", "beslutad", "referens", "belopp")
    columns = {"year": 0, "period-of-year": 1, "code": 2, "spread": 4, "decision": 5, "amount": 7}
    return document("budget", "budget", manner, head, rows, columns, rows=count, sum_ore=total)


BASES = {
    "delta": lambda chance: ledger_base(chance, "delta"),
    "snapshot": lambda chance: ledger_base(chance, "snapshot"),
    "budget": budget_base,
    "summed": summed_base,
    "sides": sides_base,
    "wide": wide_base,
}
