# SPDX-License-Identifier: Apache-2.0
"""Valid SIE files in several programs' manners, whose figures agree with each other."""

import re
import zlib

from document import Document, Line

YEAR = 2020
COSTS = ("4611", "5011", "5410", "6210", "7010")
INCOMES = ("3011", "3510")
BANKS = ("1930", "1510")
NAMES = {"4611": "Köp av verksamhet", "5011": "Löner månadsanställda", "5410": "Förbrukning",
         "6210": "Telefon och porto", "7010": "Övriga kostnader", "1930": "Bank",
         "3011": "Avgifter för äldreomsorg", "3510": "Bidrag från Försäkringskassan",
         "1510": "Kundfordringar"}
OBJECTS = ("504", "510", "Ö20", "731")
WORDS = ("Hyra för lägenhet", "Familjehem", "Resor och kost", "Återbetalning", "Vårdavgift")
TOKEN = re.compile(r'"((?:\\"|[^"])*)"|([^\s{}"]+)')


class Manner:
    """How a program writes."""

    def __init__(self, chance):
        self.separator = chance.choice((" ", " ", "\t"))
        self.indent = chance.choice(("", "\t", "  ", "   "))
        self.always_quotes = chance.random() < 0.4
        self.always_decimals = chance.random() < 0.7
        self.row_dates = chance.random() < 0.6
        self.row_texts = self.row_dates and chance.random() < 0.6
        self.has_checksum = chance.random() < 0.5
        self.has_blank_lines = chance.random() < 0.2
        self.has_last_newline = chance.random() < 0.8
        self.brace_tail = chance.choice(("", "", "\t"))

    def quoted(self, text):
        return f'"{text}"' if self.always_quotes or " " in text else text

    def amount(self, ore):
        whole, part = divmod(abs(ore), 100)
        text = f"{whole}.{part:02d}" if part or self.always_decimals else str(whole)
        return ("-" if ore < 0 else "") + text

    def objects(self, *pairs):
        return "{" + " ".join(f"{number} {self.quoted(code)}" for number, code in pairs) + "}"

    def line(self, kind, *words, indent=""):
        return Line(kind, words, self.separator, indent)


def checksum(lines):
    """As #KSUMMA is reckoned: labels and the bytes of fields, in code page 437."""
    value = 0
    for line in lines:
        for quoted, bare in TOKEN.findall(line.text):
            value = zlib.crc32((quoted.replace('\\"', '"') or bare).encode("cp437"), value)
    return value


def head(manner, chance, type_number):
    line = manner.line
    lines = [line("flag", "#FLAGGA", "0")]
    if manner.has_checksum:
        lines.append(line("checksum-first", "#KSUMMA"))
    lines += [line("head", "#PROGRAM", '"Ekonomi för kommuner"', "7.2"),
              line("head", "#FORMAT", "PC8"), line("head", "#GEN", f"{YEAR}0905", '"Åsa"'),
              line("type", "#SIETYP", str(type_number)),
              line("head", "#FNAMN", '"Socialnämnden i Västerås"')]
    if chance.random() < 0.5:
        lines.append(line("head", "#ORGNR", "212000-1234"))
    lines += [line("year", "#RAR", "0", f"{YEAR}0101", f"{YEAR}1231"),
              line("year", "#RAR", "-1", f"{YEAR - 1}0101", f"{YEAR - 1}1231")]
    if type_number in (2, 3):
        lines.append(line("head", "#OMFATTN", f"{YEAR}0831"))
    lines += [line("account", "#KONTO", number, f'"{name}"') for number, name in NAMES.items()]
    return lines + [line("dimension", "#DIM", "1", '"Kostnadsställe"'),
                    line("dimension", "#DIM", "20", '"Verksamhet"')]


def voucher(manner, chance, number, balances):
    """Lines of one that balances; adds what it moves to @balances."""
    date = f"{YEAR}{chance.randint(1, 8):02d}{chance.randint(1, 28):02d}"
    lines = [manner.line("voucher", "#VER", manner.quoted("A"), manner.quoted(str(number)), date,
                         f'"{chance.choice(WORDS)}"'),
             Line("open", ("{" + manner.brace_tail,))]
    left = 0
    for index in range(chance.randint(2, 5), 0, -1):
        ore = -left if index == 1 else chance.randint(-5_000_000, 5_000_000) or 100
        account = chance.choice(BANKS if index == 1 else COSTS + INCOMES)
        pairs = () if index == 1 else (("1", chance.choice(OBJECTS)),
                                       ("20", chance.choice(("100", "201", "301"))))
        words = ["#TRANS", manner.quoted(account), manner.objects(*pairs), manner.amount(ore)]
        words += [date] if manner.row_dates else []
        words += [f'"{chance.choice(WORDS)}"'] if manner.row_texts else []
        lines.append(manner.line("row", *words, indent=manner.indent))
        balances[account] = balances.get(account, 0) + ore
        left += ore
    return lines + [Line("close", ("}" + manner.brace_tail,))]


def year_balances(manner, balances):
    lines = []
    for account, ore in sorted(balances.items()):
        if account[0] < "3":
            lines += [manner.line("opening", "#IB", "0", account, manner.amount(0)),
                      manner.line("balance", "#UB", "0", account, manner.amount(ore))]
        else:
            lines.append(manner.line("result", "#RES", "0", account, manner.amount(ore)))
    return lines


def ore_of(text):
    whole, _, part = text.strip("-").partition(".")
    ore = int(whole) * 100 + int((part + "00")[:2])
    return -ore if text.startswith("-") else ore


def finish(manner, document):
    lines = document.lines
    if manner.has_blank_lines:
        at = document.places("voucher", "period")
        for index in reversed(at[::3]):
            lines.insert(index, Line("blank", ("",)))
    if manner.has_checksum:
        lines.append(manner.line("checksum-last", "#KSUMMA", str(checksum(lines[2:]))))
    document.has_last_newline = manner.has_last_newline
    document.traits = {"checksum": manner.has_checksum, "row_dates": manner.row_dates,
                       "manner": manner}
    return document


def voucher_months(body):
    """(account, month) -> what the vouchers move of result accounts."""
    months, date = {}, ""
    for line in body:
        if line.kind == "voucher":
            date = line.words[3]
        elif line.kind == "row" and line.words[1].strip('"')[0] >= "3":
            key = line.words[1].strip('"'), date[:6]
            months[key] = months.get(key, 0) + ore_of(line.words[3])
    return months


def vouchers_base(chance, name):
    """@name: sie4e, sie4p (that states its months, too) or sie4i."""
    manner = Manner(chance)
    balances, body = {}, []
    for number in range(1, chance.randint(4, 12)):
        body += voucher(manner, chance, number, balances)
    lines = head(manner, chance, 4)
    if name != "sie4i":
        lines += year_balances(manner, balances)
    if name == "sie4p":
        lines += [manner.line("month", "#PSALDO", "0", month, account, "{}", manner.amount(ore))
                  for (account, month), ore in sorted(voucher_months(body).items())]
    document = Document(name, "sie", lines + body, sum_ore=0,
                        rows=sum(line.kind == "row" for line in body))
    return finish(manner, document)


def years_base(chance):
    """Type 1: what the year came to, and nothing else."""
    manner = Manner(chance)
    balances = {account: chance.randint(-9_000_000, 9_000_000) or 5
                for account in (*COSTS, *INCOMES)}
    result = sum(balances.values())
    balances[BANKS[0]] = -result
    document = Document("sie1", "sie", head(manner, chance, 1) + year_balances(manner, balances),
                        sum_ore=-result, rows=len(balances) - 1)
    return finish(manner, document)


def periods_base(chance, type_number):
    """Types 2 and 3: changes per month and account, in 3 also per object."""
    manner = Manner(chance)
    lines, body, total, balances = head(manner, chance, type_number), [], 0, {}
    for account in sorted(chance.sample(COSTS, 3)) + [INCOMES[0]]:
        for month in range(1, chance.randint(3, 9)):
            period = f"{YEAR}{month:02d}"
            ore = chance.randint(-9_000_000, 9_000_000) or 5
            budget = chance.randint(-9_000_000, 9_000_000) or 5
            body.append(manner.line("period", "#PSALDO", "0", period, account, "{}",
                                    manner.amount(ore)))
            if type_number == 3:
                pairs = manner.objects(("1", chance.choice(OBJECTS)))
                body.append(manner.line("period", "#PSALDO", "0", period, account, pairs,
                                        manner.amount(ore)))
            body.append(manner.line("period", "#PBUDGET", "0", period, account, "{}",
                                    manner.amount(budget)))
            total += ore + budget
            balances[account] = balances.get(account, 0) + ore
    lines += year_balances(manner, balances)
    return finish(manner, Document(f"sie{type_number}", "sie", lines + body, sum_ore=-total))


BASES = {
    "sie1": years_base,
    "sie4e": lambda chance: vouchers_base(chance, "sie4e"),
    "sie4p": lambda chance: vouchers_base(chance, "sie4p"),
    "sie4i": lambda chance: vouchers_base(chance, "sie4i"),
    "sie2": lambda chance: periods_base(chance, 2),
    "sie3": lambda chance: periods_base(chance, 3),
}
