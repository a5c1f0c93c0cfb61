# SPDX-License-Identifier: Apache-2.0
"""A nämnd small enough to reckon by hand: three areas, a SIE ledger, text lists and a budget."""

from .case import EMPTY_TABLES, Source

AREAS = """område;överordnat;verksamhet
Socialnämnden;;
Familjehem;Socialnämnden;100-109
Hemtjänst;Socialnämnden;20*
Administration;Socialnämnden;300|301
"""
LINES = """resultatrad;överordnad;radtyp;konton
Intäkter;Netto;post;30*|35*
Personal;Kostnader;post;50*
Köp av verksamhet;Kostnader;post;46*
Kostnader;Netto;summa;
Netto;;netto;
"""
SPREADS = """nyckel;jan;feb;mar;apr;maj;jun;jul;aug;sep;okt;nov;dec
läsår;1;1;1;1;1;0,5;0;0,5;1;1;1;1
"""
RULES_HEAD = EMPTY_TABLES["larmregler.csv"]
ACTIVITIES = {"Familjehem": "100", "Hemtjänst": "201", "Administration": "301"}
LIST_HEAD = "Ver.nr;Period;Konto;Verksamhet;Text;Belopp"


def sources():
    return [
        Source("bok", "sie", "snapshot"),
        Source("listor", "csv", "delta", {
            "columns": ["Period=period", "Konto=konto", "Verksamhet=verksamhet", "Belopp=belopp"]}),
        Source("budget", "csv", "snapshot", {
            "layer": "budget", "sign": "report", "decimal": ".",
            "columns": ["år=år", "period=period", "område=område", "resultatrad=resultatrad",
                        "belopp=belopp"]}),
    ]


def tables(rules="", recipients=""):
    return {"omraden.csv": AREAS, "resultatrader.csv": LINES, "larmregler.csv": RULES_HEAD + rules,
            "mottagare.csv": EMPTY_TABLES["mottagare.csv"] + recipients}


class Ledger:
    """A SIE file being written: vouchers of two rows, a cost and the bank."""

    def __init__(self, through=3, year=2020, exported=None):
        self.head = [
            "#FLAGGA 0", '#PROGRAM "Huvudbok" 7.2', "#FORMAT PC8",
            f"#GEN {exported or year * 10000 + through * 100 + 28}", "#SIETYP 4",
            '#FNAMN "Exempelkommun Socialnämnden"', f"#RAR 0 {year}0101 {year}1231",
            f"#OMFATTN {year}{through:02d}28", '#DIM 20 "Verksamhet"',
            '#KONTO 4611 "Köp av verksamhet"', '#KONTO 1930 "Bank"']
        self.year = year
        self.lines = []
        self.count = 0

    def voucher(self, month, activity, kronor, account="4611", date=None, bank=None):
        """@kronor: debit +, as text or number; the bank row balances it unless given."""
        self.count += 1
        date = date or f"{self.year}{month:02d}05"
        self.lines += [
            f'#VER A {self.count} {date} "Faktura"', "{",
            f'\t#TRANS {account} {{20 "{activity}"}} {kronor} {date} "Rad"',
            f"\t#TRANS 1930 {{}} {bank if bank is not None else minus(kronor)} {date}", "}"]
        return self

    def bytes(self, encoding="cp437"):
        return ("\r\n".join(self.head + self.lines) + "\r\n").encode(encoding)


def minus(kronor):
    text = str(kronor)
    return text[1:] if text.startswith("-") else "-" + text


def ledger(through=3, **changes):
    """The good ledger: every month 100, 200 and 50 tkr, with @changes {area: tkr a month}."""
    tkr = {"Familjehem": 100, "Hemtjänst": 200, "Administration": 50, **changes}
    book = Ledger(through)
    for month in range(1, through + 1):
        for area, amount in tkr.items():
            book.voucher(month, ACTIVITIES[area], f"{amount}000.00")
    return book


def text_list(rows, head=LIST_HEAD):
    """@rows: (period, konto, verksamhet, belopp as text)"""
    lines = [head] + [f"{number};{period};{account};{activity};Faktura;{amount}"
                      for number, (period, account, activity, amount) in enumerate(rows, 1)]
    return ("\r\n".join(lines) + "\r\n").encode("latin-1")


def budget(year=2020, **changes):
    """Every month as the good ledger, in report sign."""
    tkr = {"Familjehem": -100, "Hemtjänst": -200, "Administration": -50, **changes}
    lines = ["år;period;område;resultatrad;belopp"]
    for month in range(1, 13):
        lines += [f"{year};{year}{month:02d};{area};Köp av verksamhet;{amount}000.00"
                  for area, amount in tkr.items()]
    return ("\n".join(lines) + "\n").encode("utf-8")
