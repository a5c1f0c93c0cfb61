# SPDX-License-Identifier: Apache-2.0
"""What a printed table's file name and column headings ask for."""

import re
from dataclasses import dataclass

MONTHS = "jan feb mar apr maj jun jul aug sep okt nov dec".split()
MONTH = (r"(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
         r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|okt|nov|dec)")
WHOLE_YEAR = re.compile(r"hel\s?år|helår|årsbudget|årsprognos|årsavvik|årets budget|\bår\b|/år")
YEAR_BEFORE = re.compile(r"föreg\w*\.?\s*år|\bfg\.?\s*år|\bf\.?å\b|förra året|fjol")


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
    (prognos − budget_år); part: intäkter, kostnader, netto; measure: belopp, andel (of the
    total), procent (deviation of budget), förbrukning (outcome of the year's budget)."""

    layer: str
    part: str
    period: int
    measure: str = "belopp"
    month_only: bool = False


def month_number(word):
    return MONTHS.index(word[:3]) + 1


def find_span(text):
    """The year and the month that a text names; None where it says nothing."""
    text = text.casefold().replace("_", " ")
    exact = re.search(r"(?<!\d)((?:19|20)\d\d)[-. ]?(0[1-9]|1[0-2])(?!\d)", text)
    if exact:
        return Span(int(exact[1]), int(exact[2]))
    year = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)
    year = int(year[1]) if year else None
    months = re.findall(r"(?<![a-zåäö])" + MONTH + r"(?![a-zåäö])", text)
    if months:
        return Span(year, month_number(months[-1]))
    tertial = re.search(r"\bt(?:ertial)?[ -]?([123])\b|\btertial(?:rapport|bokslut)?[ -]?([123])\b",
                        text)
    if tertial:
        return Span(year, 4 * int(tertial[1] or tertial[2]))
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
    if re.search(r"avvik|differens|\bdiff\b", text):
        whole = "prognos" in text or WHOLE_YEAR.search(text)
        return "avvikelse_år" if whole else "avvikelse"
    for word, layer in (("prognos", "prognos"), ("utfall", "utfall"), ("bokslut", "utfall"),
                        ("redovisat", "utfall"), ("förbruk", "utfall"), ("budget", "budget"),
                        ("plan", "budget"), (r"\bram\b", "budget"), ("ack", "utfall")):
        if re.search(word, text):
            return layer
    if "prognos" in file_name:
        return "prognos"
    return "budget" if file_span.month is None or "budget" in file_name else "utfall"


def measure_of(text, layer):
    if "%" not in text and "procent" not in text and "andel" not in text:
        return "belopp"
    if layer.startswith("avvikelse"):
        return "procent"
    if "förbruk" in text or ("utfall" in text and "budget" in text):
        return "förbrukning"
    return "andel"


def read_title(title, file_name, file_span):
    """The Column for a heading, None when it is not understood or is no figure."""
    text = re.sub(r"\s+", " ", title.casefold()).strip()
    if not text or re.match(r"nivå|kommentar|område|verksamhet|insats|ansvar|kod\b|förändr", text):
        return None
    if re.search(r"(föreg|förra|tidigare)\w* prognos|prognos (föreg|förra)", text):
        return None
    layer = layer_of(text, file_name, file_span)
    span = find_span(text)
    year = span.year or file_span.year
    if year is None:
        return None
    if YEAR_BEFORE.search(text):
        text, year = YEAR_BEFORE.sub("", text), year - 1
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
    return Column(layer, part_of(text), year * 100 + (month or 12), measure_of(text, layer),
                  bool(re.search(r"månadens|\bmånad\b|denna period", text)))


def unit_ore_of(file_name, header, columns):
    """Öre per unit: tables are in tkr unless they say otherwise or print one decimal everywhere."""
    words = " ".join([file_name, *header]).casefold()
    if re.search(r"mnkr|mkr|miljoner", words):
        return 100_000_000
    cells = [cell for column in columns for cell in column if cell]
    decimals = sum(bool(re.search(r"[.,]\d\D*$", cell)) for cell in cells)
    return 100_000_000 if cells and decimals * 2 > len(cells) else 100_000
