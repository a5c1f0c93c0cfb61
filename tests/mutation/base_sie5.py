# SPDX-License-Identifier: Apache-2.0
"""Valid SIE 5 files, one tag a line, whose figures agree with each other."""

from base_sie import BANKS, COSTS, INCOMES, NAMES, OBJECTS, WORDS, YEAR
from document import Document, Line

MONTHS = 8
DECLARED = {"cp1252": "windows-1252"}


def kronor(ore):
    return f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02d}"


def tag(kind, level, element, end="/>", /, **attributes):
    words = [f"<{element}"] + [f'{key}="{value}"' for key, value in attributes.items()]
    return Line(kind, (*words, end), indent="  " * level)


def closed(kind, level, name):
    return Line(kind, (f"</{name}>",), indent="  " * level)


def journal_entry(chance, number, balances):
    date = f"{YEAR}-{chance.randint(1, MONTHS):02d}-{chance.randint(1, 28):02d}"
    lines = [tag("voucher", 2, "JournalEntry", ">", id=number, journalDate=date,
                 text=chance.choice(WORDS))]
    left = 0
    for index in range(chance.randint(2, 5), 0, -1):
        ore = -left if index == 1 else chance.randint(-5_000_000, 5_000_000) or 100
        account = chance.choice(BANKS if index == 1 else COSTS + INCOMES)
        figures = {"accountId": account, "amount": kronor(ore)}
        if index == 1:
            lines.append(tag("row", 3, "LedgerEntry", **figures))
        else:
            lines += [tag("row", 3, "LedgerEntry", ">", **figures),
                      tag("object", 4, "ObjectReference", dimId="1",
                          objectId=chance.choice(OBJECTS)),
                      tag("object", 4, "ObjectReference", dimId="20",
                          objectId=chance.choice(("100", "201", "301"))),
                      closed("row-close", 3, "LedgerEntry")]
        balances[account] = balances.get(account, 0) + ore
        left += ore
    return lines + [closed("close", 2, "JournalEntry")]


def accounts(balances):
    lines = []
    for account in sorted(NAMES):
        is_bank = account in BANKS
        kind = "asset" if is_bank else "income" if account in INCOMES else "cost"
        lines.append(tag("account", 2, "Account", ">", id=account, name=NAMES[account], type=kind))
        if account in balances:
            lines.append(tag("opening", 3, "OpeningBalance", month=f"{YEAR}-01", amount="0.00"))
            lines.append(tag("balance" if is_bank else "result", 3, "ClosingBalance",
                             month=f"{YEAR}-{MONTHS:02d}", amount=kronor(balances[account])))
        lines.append(closed("account-close", 2, "Account"))
    return lines


def declaration(encoding):
    return Line("declaration", ("<?xml", 'version="1.0"', f'encoding="{encoding}"', "?>"))


def base(chance):
    balances, body = {}, []
    for number in range(1, chance.randint(4, 12)):
        body += journal_entry(chance, number, balances)
    lines = [declaration("UTF-8"),
             Line("root", ("<Sie", 'xmlns="http://www.sie.se/sie5"', ">")),
             tag("head", 1, "FileInfo", ">"),
             tag("head", 2, "SoftwareProduct", name="Ekonomi för kommuner", version="7.2"),
             tag("head", 2, "FileCreation", time=f"{YEAR}-09-05T10:00:00", by="Åsa"),
             tag("head", 2, "Company", organizationId="212000-1234", name="Socialnämnden"),
             tag("head", 2, "FiscalYears", ">"),
             tag("year", 3, "FiscalYear", start=f"{YEAR}-01", end=f"{YEAR}-12", primary="true",
                 lastCoveredDate=f"{YEAR}-08-31"),
             closed("head-close", 2, "FiscalYears"),
             tag("head", 2, "AccountingCurrency", currency="SEK"),
             closed("head-close", 1, "FileInfo"),
             tag("head", 1, "Accounts", ">"), *accounts(balances),
             closed("head-close", 1, "Accounts"),
             tag("head", 1, "Dimensions", ">"),
             tag("dimension", 2, "Dimension", id="1", name="Kostnadsställe"),
             tag("dimension", 2, "Dimension", id="20", name="Verksamhet"),
             closed("head-close", 1, "Dimensions"),
             tag("head", 1, "Journal", ">", id="A", name="Huvudbok"), *body,
             closed("head-close", 1, "Journal"), closed("root-close", 0, "Sie")]
    return Document("sie5", "sie", lines, sum_ore=0, rows=sum(line.kind == "row" for line in body),
                    has_last_newline=chance.random() < 0.8)


BASES = {"sie5": base}
