# SPDX-License-Identifier: Apache-2.0
"""Damage to SIE 5.  A tag whose end is lost is met at the next of its kind; a voucher or a balance
that does not hold is named by its own line.

Not here: a name of an element that is wrong where the element has an end tag (the end is what does
not fit, and named).
"""

from functools import partial

import damage as common
from damage import damage, pick

SIE5 = ("sie5",)
FIGURES = ("row", "result", "balance", "opening")


def sie5_damage(name, **more):
    return damage(SIE5, name=f"sie5_{name}", **more)


def attribute_at(line, name):
    return next((i for i, word in enumerate(line.words) if word.startswith(f'{name}="')), None)


def spoil_attribute(document, chance, kinds, name, spoil):
    """Puts what @spoil makes of the value in its place; None takes the attribute away."""
    index, line = pick(document, chance, *kinds)
    at = None if line is None else attribute_at(line, name)
    if at is None:
        return None
    value = spoil(line.words[at][len(name) + 2:-1])
    document.lines[index] = (line.without_word(at) if value is None
                             else line.with_word(at, f'{name}="{value}"'))
    return index + 1


def amount(document, chance, spoil):
    return spoil_attribute(document, chance, FIGURES, "amount",
                           lambda text: spoil(text, chance, "."))


for name, spoil in common.AMOUNTS.items():
    sie5_damage(name)(partial(amount, spoil=spoil))
MISSING = {"amount": FIGURES, "accountId": ("row",), "dimId": ("object",), "objectId": ("object",),
           "journalDate": ("voucher",), "id": ("account",), "start": ("year",), "end": ("year",),
           "month": ("result", "balance", "opening")}
for name, kinds in MISSING.items():
    sie5_damage(f"{name}_missing")(partial(spoil_attribute, kinds=kinds, name=name,
                                           spoil=lambda text: None))
    sie5_damage(f"{name}_empty")(partial(spoil_attribute, kinds=kinds, name=name,
                                         spoil=lambda text: ""))
WORDS = {
    "date_impossible": ("voucher", "journalDate", "2020-02-30"),
    "date_month_13": ("voucher", "journalDate", "2020-13-01"),
    "date_outside_year": ("voucher", "journalDate", "2021-01-05"),
    "date_letters": ("voucher", "journalDate", "2020-O1-05"),
    "month_13": ("result", "month", "2020-13"),
    "month_letters": ("balance", "month", "augusti"),
    "year_reversed": ("year", "start", "2021-01"),
    "year_letters": ("year", "end", "2020-1Z"),
    "account_too_long": ("row", "accountId", "4" * 200),
    "dimension_is_a_word": ("object", "dimId", "kst"),
    "text_entity_unknown": ("voucher", "text", "Br&oslash;d"),
    "text_ampersand": ("voucher", "text", "Ko & Ko"),
    "text_tag_inside": ("voucher", "text", "Ko < 10"),
    "text_quote_inside": ("voucher", "text", 'Ko "ko" ko'),
    "text_nul": ("voucher", "text", "K\0"),
    "text_control_character": ("voucher", "text", "K\x01"),
    "namespace_wrong": ("root", "xmlns", "http://www.sie.se/sie6"),
    "encoding_unknown": ("declaration", "encoding", "x-okänd"),
}
for name, (kind, attribute, word) in WORDS.items():
    sie5_damage(name)(partial(spoil_attribute, kinds=(kind,), name=attribute,
                              spoil=lambda text, word=word: word))


@sie5_damage("attribute_doubled")
def attribute_doubled(document, chance):
    index, line = pick(document, chance, "row", "voucher", "object")
    at = chance.randrange(1, len(line.words) - 1)
    document.lines[index] = line.with_word(at, f"{line.words[at]} {line.words[at]}")
    return index + 1


@sie5_damage("attribute_unquoted")
def attribute_unquoted(document, chance):
    index, line = pick(document, chance, "row", "voucher", "object")
    at = chance.randrange(1, len(line.words) - 1)
    document.lines[index] = line.with_word(at, line.words[at].replace('"', ""))
    return index + 1


@sie5_damage("quote_lost")
def quote_lost(document, chance):
    """At the end of a value: the parser meets it in the next tag, and the row is named."""
    index, line = pick(document, chance, "row", "voucher", "object", "result")
    at = chance.randrange(1, len(line.words) - 1)
    document.lines[index] = line.with_word(at, line.words[at][:-1])
    return index + 1


def line_removed(document, chance, kind):
    """Where it stood, which is where the reader misses it."""
    index, _ = pick(document, chance, kind)
    del document.lines[index]
    return index + 1


def line_doubled(document, chance, kind):
    index, line = pick(document, chance, kind)
    document.lines.insert(index, line)
    return index + 2


for kind in ("row-close", "close", "account-close", "voucher"):
    sie5_damage(f"{kind}_removed")(partial(line_removed, kind=kind))
    sie5_damage(f"{kind}_doubled")(partial(line_doubled, kind=kind))


def row_span(document, chance):
    """(its voucher's line, first, after) of a row with its objects."""
    start = chance.choice(document.places("row"))
    end = start + 1
    if document.lines[start].words[-1] == ">":
        end = next(i for i in document.places("row-close") if i > start) + 1
    voucher = max(i for i in document.places("voucher") if i < start) + 1
    return voucher, start, end


@sie5_damage("row_lost")
def row_lost(document, chance):
    voucher, start, end = row_span(document, chance)
    del document.lines[start:end]
    return voucher


@sie5_damage("row_doubled")
def row_doubled(document, chance):
    voucher, start, end = row_span(document, chance)
    document.lines[start:start] = document.lines[start:end]
    return voucher


def turned(text):
    return text[1:] if text.startswith("-") else f"-{text}"


@sie5_damage("row_turned")
def row_turned(document, chance):
    line = spoil_attribute(document, chance, ("row",), "amount", turned)
    return max(i for i in document.places("voucher") if i < line - 1) + 1


@sie5_damage("row_outside_entry")
def row_outside_entry(document, chance):
    _, start, end = row_span(document, chance)
    index, _ = pick(document, chance, "close")
    document.lines[index + 1:index + 1] = document.lines[start:end]
    return index + 2


@sie5_damage("object_outside_row")
def object_outside_row(document, chance):
    _, line = pick(document, chance, "object")
    index, _ = pick(document, chance, "voucher")
    document.lines.insert(index + 1, line)
    return index + 2


def one_krona_more(text):
    whole, _, part = text.partition(".")
    return f"{int(whole) + 1 if whole != '-0' else 1}.{part}"


sie5_damage("result_wrong")(partial(spoil_attribute, kinds=("result",), name="amount",
                                    spoil=one_krona_more))
sie5_damage("balance_wrong", source="sie-strict")(
    partial(spoil_attribute, kinds=("balance",), name="amount", spoil=one_krona_more))


@sie5_damage("doctype")
def doctype(document, chance):
    document.insert(1, '<!DOCTYPE Sie [<!ENTITY a "Kommunen">]>')
    return 2


@sie5_damage("cut_after_line")
def cut_after_line(document, chance):
    index, _ = pick(document, chance, "row", "voucher", "close", "account")
    del document.lines[index + 1:]
    document.has_last_newline = chance.random() < 0.5
    return index + 1


@sie5_damage("cut_in_tag")
def cut_in_tag(document, chance):
    index, line = pick(document, chance, "row", "voucher")
    del document.lines[index + 1:]
    document.cut = chance.randint(len(line.indent) + 2, len(line.text) - 1)
    return index + 1


@sie5_damage("garbage_tag")
def garbage_tag(document, chance):
    index, _ = pick(document, chance, "row", "voucher", "account")
    document.insert(index, chance.choice(("</", "<>", "<1/>", "a < b", "&&")))
    return index + 1


damage(SIE5, ("utf-8", "utf-8-bom"), name="sie5_invalid_utf8")(common.invalid_utf8)
