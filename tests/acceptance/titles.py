# SPDX-License-Identifier: Apache-2.0
"""What a printed table's file name and column headings ask for."""

import re
from dataclasses import dataclass, field

MONTHS = "jan feb mar apr maj jun jul aug sep okt nov dec".split()
MONTH = (r"(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
         r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|nov|dec)")
WHOLE_YEAR = re.compile(r"hel\s?år|helår|årsbudget|årsprognos|årsavvik|årets budget|\bår\b|/år")
YEAR_BEFORE = re.compile(r"föreg\w*\.?\s*år\w*|\bfg\.?\s*år|\bf\.?\s?å\b|förra året|fjol\w*")
# Columns that are about the row, not figures of it.
NO_FIGURE = re.compile(
    r"(nivå|level|kommentar|notering|område|verksamhet|insats|ansvar|enhet|kod|fotnot|not|källrad"
    r"|rad|radtyp|överordna[dt]|kostnadsslag|resultatrad|post|nr|id|ordning|sida|sign|tecken)"
    r"(?![a-zåäö])[^0-9]*")
FIGURE = re.compile(
    r"avvik|avv\b|differens|\bdiff\b|prognos|utfall|bokslut|redovisat|förbruk|budget|plan\b"
    r"|\bram\b|\back|netto|intäkt|kostnad|resultat|belopp|andel|förändr|perioden"
    r"|hel\s?år|\b(?:19|20)\d\d|" + MONTH)


@dataclass(frozen=True)
class Span:
    """A year, and the month it is seen through; no month means the whole year."""

    year: int | None
    month: int | None

    def period(self):
        return self.year * 100 + (self.month or 12)


@dataclass(frozen=True)
class Column:
    """layer: utfall, budget, budget_år, prognos, avvikelse (utfall − budget), avvikelse_år
    (prognos − budget_år), förändring (utfall − utfall of the year before); part: intäkter,
    kostnader, netto; measure: belopp, andel (of the total), procent (deviation of budget),
    förbrukning (outcome of the year's budget); is_bare: the heading names no period."""

    layer: str
    part: str
    period: int
    measure: str = "belopp"
    month_only: bool = False
    is_bare: bool = field(default=False, compare=False)


def month_number(word):
    return MONTHS.index(word[:3]) + 1


def find_span(text):
    """The year and the month that a text names; None where it says nothing."""
    text = text.casefold().replace("_", " ")
    exact = re.search(r"(?<!\d)((?:19|20)\d\d)[-. ]?(0[1-9]|1[0-2])(?!\d)", text)
    if exact:
        return Span(int(exact[1]), int(exact[2]))
    short = re.search(r"(?<![\d-])([2-4]\d)(0[1-9]|1[0-2])(?!\d)", text)
    year = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)
    if short and not year:
        return Span(2000 + int(short[1]), int(short[2]))
    year = year or re.search(MONTH + r"[ -]+'?(?P<short>[2-4]\d)(?!\d)", text)
    year = int(year[1]) if year and "short" not in year.groupdict() else (
        2000 + int(year["short"]) if year else None)
    months = re.findall(r"(?<![a-zåäö])" + MONTH + r"(?![a-zåäö])", text)
    if months:
        return Span(year, month_number(months[-1]))
    tertial = re.search(r"\bt(?:ertial)?[ -]?([123])\b"
                        r"|\btertial(?:rapport|bokslut)?[ -]?([123])\b"
                        r"|\bdelår(?:srapport|sbokslut)?[ -]?([12])\b", text)
    if tertial:
        return Span(year, 4 * int(tertial[1] or tertial[2] or tertial[3]))
    quarter = re.search(r"\b(?:kvartal[ -]?|kv|q)([1-4])\b", text)
    if quarter:
        return Span(year, 3 * int(quarter[1]))
    return Span(year, None)


def part_of(text):
    """The last word counts: 'Utfall netto kostnader' does not occur, 'Nettokostnad' does."""
    if "netto" in text:
        return "netto"
    if "intäkt" in text:
        return "intäkter"
    if "kostnad" in text:
        return "kostnader"
    return "netto"


def layer_of(text, file_name, file_span):
    if re.search(r"förändr", text) or (YEAR_BEFORE.search(text)
                                       and re.search(r"(avv\w*|diff\w*) (mot|jäm)", text)):
        return "förändring"
    if re.search(r"avvik|avv\b|differens|\bdiff\b", text):
        text = YEAR_BEFORE.sub("", text)
        whole = "prognos" in text or WHOLE_YEAR.search(text)
        return "avvikelse_år" if whole else "avvikelse"
    for word, layer in (("prognos", "prognos"), ("utfall", "utfall"), ("bokslut", "utfall"),
                        ("redovisat", "utfall"), ("förbruk", "utfall"), ("budget", "budget"),
                        ("plan", "budget"), (r"\bram\b", "budget"), ("ack", "utfall")):
        if re.search(word, text):
            return layer
    if "prognos" in file_name:
        return "prognos"
    is_plan = file_span.month is None or "budget" in file_name
    return "budget" if is_plan else "utfall"


def measure_of(text, layer):
    if "%" not in text and "procent" not in text and "andel" not in text:
        return "belopp"
    if layer.startswith("avvikelse") or layer == "förändring":
        return "procent"
    if "förbruk" in text or re.search(r"utfall.*budget|(%|procent|andel) av (års)?budget", text):
        return "förbrukning"
    return "andel"


def is_no_figure(title):
    """Whether the heading says that the column holds no figures, whatever its cells look like."""
    text = re.sub(r"\s+", " ", title.casefold()).strip()
    return not text or bool(NO_FIGURE.fullmatch(text) and not FIGURE.search(text))


def read_title(title, file_name, file_span):
    """The Column for a heading, None when it is not understood or is no figure."""
    text = re.sub(r"\s+", " ", title.casefold()).strip()
    if is_no_figure(title) or not FIGURE.search(text) or re.search(r"förändr.*sedan", text):
        return None
    if re.search(r"(föreg|förra|tidigare)\w* prognos|prognos (föreg|förra)", text):
        return None
    layer = layer_of(text, file_name, file_span)
    span = find_span(text)
    year = span.year or file_span.year
    if year is None:
        return None
    is_before = layer != "förändring" and YEAR_BEFORE.search(text)
    if is_before:
        text, year = YEAR_BEFORE.sub("", text), year - (0 if span.year else 1)
    elif layer == "förändring":
        year = max([year, *(int(word) for word in re.findall(r"(?<!\d)(?:19|20)\d\d", text))])
    month = span.month or file_span.month
    whole = WHOLE_YEAR.search(text) or "bokslut" in text or (span.year and not span.month)
    if layer == "budget":
        whole = whole or month is None or "plan" in text.split()
        layer = "budget_år" if whole else "budget"
        month = month or 12
    elif layer == "utfall" and ("bokslut" in text or (WHOLE_YEAR.search(text) and not span.month
                                                     and year < (file_span.year or 0))):
        month = 12
    elif layer == "prognos" and span.month is None:
        month = file_span.month
    is_bare = not (span.year or span.month or whole or is_before
                   or re.search(r"period|\back|prognos|utfall", text))
    return Column(layer, part_of(text), year * 100 + (month or 12), measure_of(text, layer),
                  bool(re.search(r"månadens|\bmånad\b|denna period", text)), is_bare)


TKR = 100_000
UNITS = ((r"mnkr|mkr|mn kr|miljoner|\bmsek\b", 1000 * TKR), (r"tkr|tusen|\bksek\b", TKR),
         (r"\bkr\b|\bkronor\b|\bsek\b", 100))


def stated_unit_ore(words):
    words = words.casefold().replace("_", " ")
    return next((ore for pattern, ore in UNITS if re.search(pattern, words)), None)


def unit_ore_of(file_name, header, columns):
    """Öre per unit: tables are in tkr unless they say otherwise or print one decimal everywhere."""
    stated = stated_unit_ore(" ".join([file_name, *header]))
    if stated:
        return stated
    cells = [cell for column in columns for cell in column if cell]
    decimals = sum(bool(re.search(r"[.,]\d\d?\D*$", cell)) for cell in cells)
    whole_digits = max((len(re.sub(r"[.,]\d*\D*$|\D", "", cell)) for cell in cells), default=0)
    return 1000 * TKR if decimals * 2 > len(cells) and whole_digits < 6 else TKR
