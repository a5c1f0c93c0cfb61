# SPDX-License-Identifier: Apache-2.0
"""Damage to SIE 1 to 4.  A damaged row is named itself, also when it is why its voucher does not
balance; a voucher whose rows are well written and do not balance is named by its #VER; a line that
is missing, by the number it had."""

from functools import partial

import damage as common
from damage import damage, pick, spoil_word
from document import Line

STATING = ("sie4e", "sie4p")
VOUCHERS = (*STATING, "sie4i")
PERIODS = ("sie2", "sie3")
ALL = (*VOUCHERS, *PERIODS, "sie1")
STATED = ("opening", "balance", "result")
AMOUNT_AT = {"row": 3, "opening": 3, "balance": 3, "result": 3, "period": 5, "month": 5}
ACCOUNT_AT = {"row": 1, "opening": 2, "balance": 2, "result": 2, "period": 3, "month": 3}
OBJECTS_AT = {"row": 2, "period": 4, "month": 4}
WITH_OBJECTS = (*VOUCHERS, *PERIODS)
DATE_AT = 4


def amount(document, chance, spoil):
    index, line = pick(document, chance, *AMOUNT_AT)
    at = AMOUNT_AT[line.kind]
    document.lines[index] = line.with_word(at, spoil(line.words[at], chance, "."))
    return index + 1


for name, spoil in common.AMOUNTS.items():
    damage(ALL, name=name)(partial(amount, spoil=spoil))
damage(ALL, name="amount_minus_behind")(
    partial(amount, spoil=lambda text, chance, sign: f"{text.strip('-')}-"))
damage(ALL, name="amount_plus")(
    partial(amount, spoil=lambda text, chance, sign: f"+{text.strip('-')}"))
damage(ALL, name="amount_thousands_comma")(
    partial(amount, spoil=lambda text, chance, sign: f"1,{text.strip('-').zfill(3)}.00"))


@damage(ALL)
def amount_missing(document, chance):
    index, line = pick(document, chance, *AMOUNT_AT)
    at = AMOUNT_AT[line.kind]
    document.lines[index] = line.without_word(at, len(line.words) - at)
    return index + 1


@damage(VOUCHERS)
def amount_thousands_blank(document, chance):
    return spoil_word(document, chance, ["row"], 3, lambda text, _: f"1 {text.strip('-')}")


@damage(ALL)
def account_missing(document, chance):
    index, line = pick(document, chance, *ACCOUNT_AT)
    document.lines[index] = line.without_word(ACCOUNT_AT[line.kind])
    return index + 1


@damage(ALL)
def account_too_long(document, chance):
    index, line = pick(document, chance, *ACCOUNT_AT)
    document.lines[index] = line.with_word(ACCOUNT_AT[line.kind], "4" * 200)
    return index + 1


def objects(document, chance, spoil, needs_pairs=True):
    """Of a row whose list holds something."""
    def list_of(index):
        line = document.lines[index]
        return line.words[OBJECTS_AT[line.kind]]
    places = [i for i in document.places(*OBJECTS_AT) if not needs_pairs or list_of(i) != "{}"]
    if not places:
        return None
    index = chance.choice(places)
    line = document.lines[index]
    at = OBJECTS_AT[line.kind]
    document.lines[index] = line.with_word(at, spoil(line.words[at]))
    return index + 1


@damage(WITH_OBJECTS)
def objects_missing(document, chance):
    index, line = pick(document, chance, *OBJECTS_AT)
    document.lines[index] = line.without_word(OBJECTS_AT[line.kind])
    return index + 1


LISTS = (*VOUCHERS, "sie3")

@damage(WITH_OBJECTS)
def objects_unclosed(document, chance):
    return objects(document, chance, lambda text: text[:-1], False)


@damage(WITH_OBJECTS)
def objects_unopened(document, chance):
    return objects(document, chance, lambda text: text[1:], False)


@damage(LISTS)
def dimension_without_object(document, chance):
    return objects(document, chance, lambda text: "{1}")


@damage(LISTS)
def object_without_dimension(document, chance):
    return objects(document, chance, lambda text: text.replace("1 ", "", 1))


@damage(LISTS)
def dimension_is_a_word(document, chance):
    return objects(document, chance, lambda text: text.replace("1 ", "kst ", 1))


@damage(LISTS)
def object_quote_unclosed(document, chance):
    return objects(document, chance, lambda text: '{1 "504}')


@damage(VOUCHERS)
def text_quote_unclosed(document, chance):
    return spoil_word(document, chance, ["voucher"], 4, lambda text, _: text[:-1])


def row_date(document, chance, date):
    if not document.traits["row_dates"]:
        return None
    return spoil_word(document, chance, ["row"], DATE_AT, lambda text, _: date)


def voucher_date(document, chance, date):
    """Rows with dates of their own do not need it."""
    if document.traits["row_dates"]:
        return None
    return spoil_word(document, chance, ["voucher"], 3, lambda text, _: date)


DATES = {"impossible": "20200230", "month_13": "20201305", "day_0": "20200100", "short": "2020010",
         "letters": "2020O105", "outside_year": "20210105", "long_ago": "19700101"}
for name, date in DATES.items():
    damage(VOUCHERS, name=f"row_date_{name}")(partial(row_date, date=date))
    damage(VOUCHERS, name=f"voucher_date_{name}")(partial(voucher_date, date=date))


@damage(VOUCHERS)
def voucher_date_missing(document, chance):
    index, line = pick(document, chance, "voucher")
    document.lines[index] = line.without_word(3, len(line.words) - 3)
    return index + 1


def line_removed(document, chance, kind):
    """Where it stood, which is where the reader misses it."""
    index, _ = pick(document, chance, kind)
    del document.lines[index]
    return min(index + 1, len(document.lines))


def line_doubled(document, chance, kind):
    index, line = pick(document, chance, kind)
    document.lines.insert(index, line)
    return index + 2


damage(VOUCHERS, name="brace_open_removed")(partial(line_removed, kind="open"))
damage(VOUCHERS, name="brace_close_removed")(partial(line_removed, kind="close"))
damage(VOUCHERS, name="voucher_head_removed")(partial(line_removed, kind="voucher"))
damage(VOUCHERS, name="brace_open_doubled")(partial(line_doubled, kind="open"))
damage(VOUCHERS, name="brace_close_doubled")(partial(line_doubled, kind="close"))
damage(VOUCHERS, name="voucher_head_doubled")(partial(line_doubled, kind="voucher"))


@damage(VOUCHERS)
def brace_with_text(document, chance):
    return spoil_word(document, chance, ["open", "close"], 0, lambda text, _: text.strip() + " x")


@damage(VOUCHERS)
def brace_twice_on_line(document, chance):
    return spoil_word(document, chance, ["open", "close"], 0, lambda text, _: text.strip() * 2)


@damage(VOUCHERS)
def row_outside_voucher(document, chance):
    _, row = pick(document, chance, "row")
    index, _ = pick(document, chance, "close")
    document.lines.insert(index + 1, row)
    return index + 2


def voucher_of(document, index):
    while document.lines[index].kind != "voucher":
        index -= 1
    return index + 1


def unbalance(document, chance, change):
    index, line = pick(document, chance, "row")
    expected = voucher_of(document, index)
    document.lines[index:index + 1] = change(line)
    return expected


def ore_added(line):
    text = line.words[3]
    whole, _, part = text.partition(".")
    part = (part + "00")[:2]
    return [line.with_word(3, f"{whole}.{int(part) + (1 if part != '99' else -1):02d}")]


def sign_turned(line):
    text = line.words[3]
    return [line.with_word(3, text[1:] if text.startswith("-") else f"-{text}")]


damage(VOUCHERS, name="voucher_one_ore_off")(partial(unbalance, change=ore_added))
damage(VOUCHERS, name="voucher_sign_turned")(partial(unbalance, change=sign_turned))
damage(VOUCHERS, name="voucher_row_removed")(partial(unbalance, change=lambda line: []))
damage(VOUCHERS, name="voucher_row_doubled")(partial(unbalance, change=lambda line: [line, line]))


def year(document, chance, words):
    index = document.places("year")[0]
    line = document.lines[index]
    document.lines[index] = Line("year", ("#RAR", *words), line.separator)
    return index + 1


damage(ALL, name="year_reversed")(partial(year, words=("0", "20201231", "20200101")))
damage(ALL, name="year_day_impossible")(partial(year, words=("0", "20200101", "20201232")))
damage(ALL, name="year_number_word")(partial(year, words=("i", "20200101", "20201231")))
damage(ALL, name="year_end_missing")(partial(year, words=("0", "20200101")))


@damage(ALL)
def year_number_of_figure(document, chance):
    return spoil_word(document, chance, [*STATED, "period", "month"], 1, lambda text, _: "o")


@damage(ALL)
def type_unknown(document, chance):
    return spoil_word(document, chance, ["type"], 1,
                      lambda text, _: chance.choice(("9", "0", "fyra", "44", "-4")))


@damage((*PERIODS, "sie4p"))
def period_month_13(document, chance):
    return spoil_word(document, chance, ["period", "month"], 2, lambda text, _: "202013")


@damage((*PERIODS, "sie4p"))
def period_outside_year(document, chance):
    return spoil_word(document, chance, ["period", "month"], 2, lambda text, _: "202201")


@damage((*PERIODS, "sie4p"))
def period_missing(document, chance):
    index, line = pick(document, chance, "period", "month")
    document.lines[index] = line.without_word(2)
    return index + 1


@damage(ALL)
def first_label_unknown(document, chance):
    return spoil_word(document, chance, ["flag"], 0,
                      lambda text, _: chance.choice(("FLAGGA", "%FLAGGA", "#", "PK\x03\x04")))


@damage(VOUCHERS)
def row_label_cut(document, chance):
    return spoil_word(document, chance, ["row"], 0,
                      lambda text, _: chance.choice(("#TRAN", "#TRA", "#T", "TRANS", "RANS")))


@damage(VOUCHERS)
def voucher_label_cut(document, chance):
    return spoil_word(document, chance, ["voucher"], 0,
                      lambda text, _: chance.choice(("#VE", "#V", "VER")))


@damage(VOUCHERS)
def cut_in_row(document, chance):
    index, line = pick(document, chance, "row")
    del document.lines[index + 1:]
    document.cut = chance.randint(len(line.indent) + 2, len(line.text) - 1)
    return index + 1


@damage(VOUCHERS)
def cut_in_voucher(document, chance):
    index, _ = pick(document, chance, "voucher", "open", "row")
    del document.lines[index + 1:]
    document.has_last_newline = chance.random() < 0.5
    return index + 1


@damage(ALL)
def cut_before_checksum(document, chance):
    """After a whole voucher or figure: only the checksum tells."""
    if not document.traits["checksum"]:
        return None
    index, _ = pick(document, chance, "close", "period", "result", "account")
    del document.lines[index + 1:]
    return index + 1


def checksum_line(document):
    places = document.places("checksum-last")
    return places[0] + 1 if places else None


@damage(ALL)
def checksum_wrong(document, chance):
    return spoil_word(document, chance, ["checksum-last"], 1,
                      lambda text, _: str((int(text) + chance.randint(1, 9999)) % 2**32))


@damage(ALL)
def checksum_is_a_word(document, chance):
    return spoil_word(document, chance, ["checksum-last"], 1, lambda text, _: f"{text}x")


@damage(ALL)
def text_changed_under_checksum(document, chance):
    index, line = pick(document, chance, "account")
    document.lines[index] = line.with_word(2, f'{line.words[2][:-1]}e"')
    return checksum_line(document)


@damage(ALL)
def line_removed_under_checksum(document, chance):
    index, _ = pick(document, chance, "account")
    del document.lines[index]
    return checksum_line(document)


damage(ALL)(common.garbage_line)
damage(ALL)(common.nul_byte)
damage(ALL, ("utf-8", "utf-8-bom"))(common.invalid_utf8)
