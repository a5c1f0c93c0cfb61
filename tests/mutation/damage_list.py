# SPDX-License-Identifier: Apache-2.0
"""Damage to lists, as text or as sheets: the row is named, or the header's line; what is only seen
in a sum at the end, by the sum's line.

Not here, for nothing tells: a row that is lost, doubled or turned in a list without sums (the
control file beside it does, without a line).  Of sheets: fractions of an öre, which spreadsheets
write (they are rounded), and fields beyond the header's."""

from functools import partial

import damage as common
from damage import damage, pick, spoil_word
from document import Line

LEDGERS = ("delta", "snapshot", "summed", "sides")
TEXTS = (*LEDGERS, "budget", "wide")
SHEETS = ("sheet", "sheet-summed")
ALL = (*TEXTS, *SHEETS)
SUMMED = ("summed", "sides", "wide", "sheet-summed")
FULL = tuple(name for name in ALL if name != "wide")  # an empty month is none
WITH_PERIOD = ("delta", "summed", "sides", *SHEETS)
AMOUNTS_IN = ("amount", "debit", "credit")


def spoil_column(document, chance, column, spoil):
    """In a row where the column is not empty."""
    at = document.traits["columns"].get(column)
    places = [i for i in document.places("row") if at is not None and document.lines[i].words[at]]
    if not places:
        return None
    index = chance.choice(places)
    line = document.lines[index]
    document.lines[index] = line.with_word(at, spoil(line.words[at]))
    return index + 1


def amount_column(document, chance):
    return chance.choice([name for name in AMOUNTS_IN if name in document.traits["columns"]])


def amount(document, chance, spoil):
    sign = document.traits["decimal"]
    return spoil_column(document, chance, amount_column(document, chance),
                        lambda text: spoil(text, chance, sign))


def list_damage(name, formats=ALL, encodings=()):
    """Kinds that SIE has too get a name of their own here."""
    return damage(formats, encodings, name=f"list_{name}")


for name, spoil in common.AMOUNTS.items():
    if name != "amount_only_sign":  # how spreadsheets write nothing
        list_damage(name, TEXTS if name == "amount_three_decimals" else ALL)(
            partial(amount, spoil=spoil))
AMOUNTS = {
    "amount_missing": lambda text, chance, sign: "",
    "amount_blank": lambda text, chance, sign: "  ",
    "amount_other_decimal_sign": lambda text, chance, sign: f"123{',' if sign == '.' else '.'}45",
    "amount_group_of_two": lambda text, chance, sign: f"12 34{sign}00",
    "amount_group_of_four": lambda text, chance, sign: f"1 2345{sign}00",
    "amount_two_thousands_signs": lambda text, chance, sign: f"1 234'567{sign}00",
    "amount_parenthesis_unclosed": lambda text, chance, sign: f"({text.strip('-')}",
    "amount_quote_inside": lambda text, chance, sign: common.inside(text, chance, '"'),
    "amount_is_a_text": lambda text, chance, sign: "#SAKNAS!",
}
for name, spoil in AMOUNTS.items():
    list_damage(name, FULL if name in ("amount_missing", "amount_blank") else ALL)(
        partial(amount, spoil=spoil))
TIMES = {
    "period": {"month_13": "202013", "month_0": "202000", "short": "20201", "letters": "2020O1",
               "missing": "", "of_year_9": "000901"},
    "date": {"impossible": "2020-02-30", "month_13": "2020-13-01", "letters": "2020-O1-01",
             "short": "2020-01-", "missing": "", "day_0": "2020-01-00"},
    "year": {"letters": "2O20", "short": "202", "of_period": "2019"},
    "period-of-year": {"month_13": "202013", "of_other_year": "201901", "letters": "januari 2020x"},
}


def time(document, chance, column, word):
    return spoil_column(document, chance, column, lambda text: word)


def year_of_row(document, chance, word):
    """A wrong year is only seen in a row with a period."""
    columns = document.traits["columns"]
    places = [i for i in document.places("row")
              if "year" in columns and document.lines[i].words[columns["period-of-year"]]]
    if not places:
        return None
    index = chance.choice(places)
    document.lines[index] = document.lines[index].with_word(columns["year"], word)
    return index + 1


for column, words in TIMES.items():
    for name, word in words.items():
        apply = (partial(year_of_row, word=word) if name == "of_period"
                 else partial(time, column=column, word=word))
        formats = {"period": WITH_PERIOD, "date": ["snapshot"],
               "year": ["budget"] if name == "of_period" else ["budget", "wide"],
               "period-of-year": ["budget"]}[column]
        list_damage(f"{column}_{name}", formats)(apply)


@list_damage("spread_unknown", ["budget"])
def spread_unknown(document, chance):
    return spoil_column(document, chance, "spread",
                        lambda text: chance.choice(("krokig", "rakt", "1/12")))


DECISIONS = {"impossible": "2020-02-30", "month_13": "2020-13-01", "letters": "2020-O3-12",
             "reversed": "12-03-2020x", "missing": ""}
for name, word in DECISIONS.items():
    list_damage(f"decision_{name}", ["budget"])(partial(time, column="decision", word=word))


@list_damage("year_missing", ["budget", "wide"])
def year_missing(document, chance):
    """Of a row about a whole year."""
    columns = document.traits["columns"]
    places = [i for i in document.places("row") if "period-of-year" not in columns
              or not document.lines[i].words[columns["period-of-year"]]]
    if not places:
        return None
    index = chance.choice(places)
    document.lines[index] = document.lines[index].with_word(columns["year"], "")
    return index + 1


@list_damage("field_removed")
def field_removed(document, chance):
    index, line = pick(document, chance, "row")
    document.lines[index] = line.without_word(chance.randrange(len(line.words)))
    return index + 1


@list_damage("field_added", TEXTS)
def field_added(document, chance):
    index, line = pick(document, chance, "row")
    at = chance.randrange(1, len(line.words))
    words = line.words[:at] + (chance.choice(("", "x", "1")),) + line.words[at:]
    document.lines[index] = Line("row", words, line.separator)
    return index + 1


def delimiter_replaced(document, chance, new):
    index, line = pick(document, chance, "row")
    if new == line.separator:
        return None
    at = chance.randrange(1, len(line.words))
    joined = line.words[at - 1] + new + line.words[at]
    document.lines[index] = Line(
        "row", (*line.words[:at - 1], joined, *line.words[at + 1:]), line.separator)
    return index + 1


for name, sign in {"tab": "\t", "comma": ",", "blank": " ", "semicolon": ";"}.items():
    list_damage(f"delimiter_is_{name}", TEXTS)(partial(delimiter_replaced, new=sign))


@list_damage("rows_joined", TEXTS)
def rows_joined(document, chance):
    places = [i for i in document.places("row") if i + 1 < len(document.lines)]
    index = chance.choice(places)
    line, after = document.lines[index:index + 2]
    document.lines[index:index + 2] = [Line(
        "row", (*line.words[:-1], line.words[-1] + after.words[0], *after.words[1:]),
        line.separator)]
    return index + 1


@list_damage("quote_unclosed", LEDGERS)
def quote_unclosed(document, chance):
    return spoil_column(document, chance, "text", lambda text: '"' + text.strip('"'))


@list_damage("quote_then_text", LEDGERS)
def quote_then_text(document, chance):
    return spoil_column(document, chance, "text", lambda text: f'"{text.strip(chr(34))}"x')


@list_damage("quote_inside_code")
def quote_inside_code(document, chance):
    return spoil_column(document, chance, "code", lambda text: common.inside(text, chance, '"'))


@list_damage("code_control_character")
def code_control_character(document, chance):
    bad = chance.choice("\x01\x07\x1b\x7f")
    return spoil_column(document, chance, "code", lambda text: common.inside(text, chance, bad))


@list_damage("code_too_long")
def code_too_long(document, chance):
    return spoil_column(document, chance, "code", lambda text: "5" * 200)


HEADER_COLUMNS = ("amount", "code", "period", "date", "year")


def header_column(document, chance):
    columns = document.traits["columns"]
    return chance.choice([columns[name] for name in HEADER_COLUMNS if name in columns])


@list_damage("header_renamed")
def header_renamed(document, chance):
    at = header_column(document, chance)
    return spoil_word(document, chance, ["header"], at, lambda text, _: text + "et")


@list_damage("header_doubled")
def header_doubled(document, chance):
    index, line = pick(document, chance, "header")
    at = header_column(document, chance)
    other = chance.choice([i for i in range(len(line.words)) if i != at])
    document.lines[index] = line.with_word(other, line.words[at])
    return index + 1


@list_damage("header_removed")
def header_removed(document, chance):
    del document.lines[0]
    return 1


@list_damage("cut_in_row", TEXTS)
def cut_in_row(document, chance):
    """Before its last field, so that it shows."""
    index, line = pick(document, chance, "row")
    del document.lines[index + 1:]
    document.cut = chance.randint(1, len(line.text) - len(line.words[-1]) - 1)
    return index + 1




def sum_line(document):
    return document.places("sum")[0] + 1


def turned(text):
    bare = text.strip("-")
    return bare if "-" in text else f"-{bare}"


def one_krona_more(text):
    """Of the last digit of the kronor, so that every manner of writing stays as it was."""
    at = max(i for i, sign in enumerate(text) if sign in ",.") - 1
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1:]}"


def row_changed(document, chance, change):
    spoil_column(document, chance, amount_column(document, chance), change)
    return sum_line(document)


list_damage("row_turned", SUMMED)(partial(row_changed, change=turned))
list_damage("row_one_krona_off", SUMMED)(partial(row_changed, change=one_krona_more))
list_damage("month_missing", ["wide"])(partial(row_changed, change=lambda text: ""))


@list_damage("sides_swapped", ["sides"])
def sides_swapped(document, chance):
    index, line = pick(document, chance, "row")
    debit, credit = (document.traits["columns"][name] for name in ("debit", "credit"))
    document.lines[index] = (line.with_word(debit, line.words[credit])
                             .with_word(credit, line.words[debit]))
    return sum_line(document)


@list_damage("row_lost", SUMMED)
def row_lost(document, chance):
    index, _ = pick(document, chance, "row")
    del document.lines[index]
    return sum_line(document)


@list_damage("row_doubled", SUMMED)
def row_doubled(document, chance):
    index, line = pick(document, chance, "row")
    document.lines.insert(index, line)
    return sum_line(document)


@list_damage("sum_wrong", SUMMED)
def sum_wrong(document, chance):
    at = document.traits["columns"][amount_column(document, chance)]
    return spoil_word(document, chance, ["sum"], at, lambda text, _: one_krona_more(text))


@list_damage("sum_is_a_text", SUMMED)
def sum_is_a_text(document, chance):
    at = document.traits["columns"][amount_column(document, chance)]
    return spoil_word(document, chance, ["sum"], at, lambda text, _: "#SAKNAS!")


for name, word in {"error": "#SAKNAS!", "boolean": "SANT"}.items():
    list_damage(f"cell_{name}", SHEETS)(
        partial(spoil_column, column="amount", spoil=lambda text, word=word: word))
list_damage("cell_error_in_code", SHEETS)(
    partial(spoil_column, column="code", spoil=lambda text: "#SAKNAS!"))
BROKEN_ROWS = {
    "tag_unclosed": '<row r="{row}"><c r="A{row}"><v>1</c></row>',
    "tag_cut": '<row r="{row}"><c r="A{row}" <v>1</v></c></row>',
    "word_beyond": '<row r="{row}"><c r="A{row}" t="s"><v>99</v></c></row>',
    "word_is_no_number": '<row r="{row}"><c r="A{row}" t="s"><v>x</v></c></row>',
    "entity_unknown": '<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>&a;</t></is></c></row>',
}


def row_broken(document, chance, text):
    index, _ = pick(document, chance, "row")
    document.lines[index] = Line("xml", (text,))
    return index + 1


for name, text in BROKEN_ROWS.items():
    list_damage(f"row_{name}", SHEETS)(partial(row_broken, text=text))
UTF16 = ("utf-16le", "utf-16be")


@list_damage("utf16_lone_surrogate", TEXTS, UTF16)
def utf16_lone_surrogate(document, chance):
    bad = chance.choice(("\ud83d", "\udc00"))
    return common.spoil_text(document, common.any_line(document, chance),
                             lambda word: word[:1] + bad + word[1:])


@list_damage("utf16_odd_byte", TEXTS, UTF16)
def utf16_odd_byte(document, chance):
    document.lost_at = len(document.bytes()) - 1
    return len(document.lines)


@list_damage("utf16_byte_lost", TEXTS, UTF16)
def utf16_byte_lost(document, chance):
    """From there on all characters are others."""
    index, line = pick(document, chance, "row")
    before = sum(len(each.text) + len(document.newline) for each in document.lines[:index])
    document.lost_at = 2 + 2 * (before + chance.randrange(1, len(line.text)))
    return index + 1


list_damage("garbage_line")(common.garbage_line)
list_damage("nul_byte")(common.nul_byte)
list_damage("invalid_utf8", ALL, ("utf-8", "utf-8-bom"))(common.invalid_utf8)
