# SPDX-License-Identifier: Apache-2.0
"""Damage to SIE 1 to 4 that only a total tells: the total's line is named, for nothing says which
of its rows is wrong.

What no total covers is not here, since no reader can see it: #PBUDGET, object rows of #PSALDO
(nothing says that they are all of the account), and in type 1 #RES itself, of which only the sum
of the file's balances is known.  Files with a checksum are left out: there #KSUMMA tells first.
"""

from base_sie import ore_of
from damage import damage, pick
from damage_sie import AMOUNT_AT, PERIODS, STATING

STRICT = "sie-strict"


def changed(document, index, change):
    line = document.lines[index]
    at = AMOUNT_AT[line.kind]
    ore = change(ore_of(line.words[at]))
    document.lines[index] = line.with_word(at, document.traits["manner"].amount(ore))


def one_krona_more(document, chance, kind):
    """The index of the line, None in a file with a checksum."""
    index, _ = pick(document, chance, kind)
    if index is None or document.traits["checksum"]:
        return None
    changed(document, index, lambda ore: ore + 100)
    return index


def own_line(document, chance, kind):
    index = one_krona_more(document, chance, kind)
    return None if index is None else index + 1


def total_line(document, kind, account):
    """Of the line of that kind about the account."""
    return next((i + 1 for i in document.places(kind) if document.lines[i].words[2] == account),
                None)


@damage(STATING)
def result_wrong(document, chance):
    return own_line(document, chance, "result")


@damage(PERIODS, name="result_wrong_of_periods", source=STRICT)
def result_wrong_of_periods(document, chance):
    return own_line(document, chance, "result")


@damage(STATING, source=STRICT)
def balance_wrong(document, chance):
    return own_line(document, chance, "balance")


@damage(STATING, source=STRICT)
def opening_wrong(document, chance):
    index = one_krona_more(document, chance, "opening")
    return index and total_line(document, "balance", document.lines[index].words[2])


@damage(("sie4p",), needs_ledger=True)
def month_wrong(document, chance):
    return own_line(document, chance, "month")


def account_totals(document):
    """Indices of the #PSALDO of whole accounts, when nothing else tells of their loss."""
    return [i for i in document.places("period")
            if document.lines[i].words[0] == "#PSALDO" and document.lines[i].words[4] == "{}"
            and not document.traits["checksum"]]


def of_account_total(document, chance, change):
    places = account_totals(document)
    if not places:
        return None
    index = chance.choice(places)
    account = document.lines[index].words[3]
    change(index)
    return total_line(document, "result", account)


@damage(PERIODS, source=STRICT)
def period_sum_wrong(document, chance):
    return of_account_total(document, chance,
                            lambda index: changed(document, index, lambda ore: ore + 100))


@damage(PERIODS, source=STRICT)
def period_turned(document, chance):
    return of_account_total(document, chance,
                            lambda index: changed(document, index, lambda ore: -ore))


@damage(PERIODS, source=STRICT)
def period_lost(document, chance):
    return of_account_total(document, chance, lambda index: document.lines.pop(index))


def voucher_of_one(document, chance):
    """(first line, line after) of a voucher that moves one result account, and which; None when
    there is none."""
    found = []
    for start in document.places("voucher"):
        end = next(i for i in document.places("close") if i > start) + 1
        moved = {}
        for line in document.lines[start:end]:
            if line.kind == "row":
                account = line.words[1].strip('"')
                moved[account] = moved.get(account, 0) + ore_of(line.words[3])
        results = [account for account, ore in moved.items() if account >= "3" and ore]
        if len(results) == 1:
            found.append((start, end, results[0]))
    return chance.choice(found) if found and not document.traits["checksum"] else None


@damage(STATING)
def voucher_lost(document, chance):
    place = voucher_of_one(document, chance)
    if not place:
        return None
    start, end, account = place
    del document.lines[start:end]
    return total_line(document, "result", account)


@damage(STATING)
def voucher_turned(document, chance):
    """Debit and credit swapped: it balances as before."""
    place = voucher_of_one(document, chance)
    if not place:
        return None
    start, end, account = place
    for index in range(start, end):
        if document.lines[index].kind == "row":
            changed(document, index, lambda ore: -ore)
    return total_line(document, "result", account)
