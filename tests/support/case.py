# SPDX-License-Identifier: Apache-2.0
"""A folder laid out like tests/data/acceptance/*: what it holds, and the configuration for it."""

import os
import re
from dataclasses import dataclass, field

from . import codeplan
from .textfile import delimiter_of, fold, read_rows, read_text

# How municipalities head the columns of a text list -> the role in budgetvakt.conf.
ROLES = {
    "konto": "konto kto kontonr kontonummer kod_konto",
    "ansvar": "ansvar ansv kst kostnadsställe enhet ansvarskod kod_ansvar",
    "verksamhet": "verksamhet verks verksamhetskod vht vksht vsh kod_verksamhet",
    "aktivitet": "aktivitet akt",
    "projekt": "projekt proj prj",
    "objekt": "objekt obj",
    "motpart": "motpart mpt motp",
    "område": "område verksamhetsområde insats",
    "resultatrad": "resultatrad kostnadsslag rad post",
    "period": "period perioden redovisningsperiod redov.period månad bokf.period",
    "år": "år räkenskapsår budgetår",
    "datum": "datum bokf.datum bokfdatum bokföringsdatum ver.datum verdatum verifikationsdatum",
    "belopp": "belopp summa saldo utfall budget",
    "periodisering": "periodisering fördelning",
}
ROLE_OF = {word: role for role, words in ROLES.items() for word in words.split()}
DIMENSIONS = ("konto", "ansvar", "verksamhet", "aktivitet", "projekt", "objekt", "motpart")
DEFAULT_NUMBERS = {("1", "ansvar"), ("6", "projekt")}
BUDGET_FILES = ("budget", "plan", "internbudget", "detaljbudget")
DEFAULT_DIMENSIONS = {"konto", "ansvar", "verksamhet"}


@dataclass
class Source:
    name: str
    format: str
    mode: str
    settings: dict = field(default_factory=dict)
    files: list = field(default_factory=list)


@dataclass
class Case:
    folder: str
    areas: codeplan.Tree
    lines: codeplan.Tree
    tables: dict  # name in the tables folder -> text
    sources: list
    imports: list  # (path, source name) in the order of arrival
    forecasts: list  # paths
    dimension_words: dict  # names of SIE dimensions -> ours
    last_months: dict = field(default_factory=dict)  # year -> last month that the ledger covers

    @property
    def expected(self):
        return names(os.path.join(self.folder, "forvantat"), ".csv")


def natural(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name.casefold())]


def names(folder, ending=""):
    if not os.path.isdir(folder):
        return []
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder), key=natural)
            if name.casefold().endswith(ending) and not name.startswith(".")]


def role_of(title):
    """(role, unit) of a column heading, (None, None) when it has none."""
    word = re.sub(r"\s*[(_ ]\s*(mnkr|mkr|tkr|kr|sek)\)?$", "", fold(title))
    unit = re.search(r"(mnkr|mkr|tkr|kr)\)?$", fold(title))
    return (ROLE_OF.get(word.replace(" ", "")) or ROLE_OF.get(word),
            {"mkr": "mnkr"}.get(unit[1], unit[1]) if unit else "kr")


def decimal_of(amounts):
    for amount in amounts:
        if re.search(r",\d{1,2}\D*$", amount):
            return ","
        if re.search(r"\.\d{1,2}\D*$", amount):
            return "."
    return ","


def list_settings(path, areas, is_budget, others=()):
    """The settings of a text list, from its head and the amounts in all lists with that head."""
    header, rows = read_rows(path)
    for other in others:
        other_header, other_rows = read_rows(other)
        rows = rows + other_rows if other_header == header and other != path else rows
    columns, unit, amounts = {}, "kr", []
    for index, title in enumerate(header):
        role, own_unit = role_of(title)
        cells = [row[index] for row in rows]
        if is_budget and role == "verksamhet" and cells and all(areas.find(cell) for cell in cells):
            role = "område"
        if role and role not in columns.values():
            columns[title] = role
            if role == "belopp":
                unit, amounts = own_unit, cells
    settings = {"decimal": decimal_of(amounts), "unit": unit,
                "delimiter": delimiter_of(read_text(path)).replace("\t", "tab"),
                "sign": "report" if is_budget else "ledger",
                "columns": [f"{title}={role}" for title, role in columns.items()]}
    if is_budget:
        settings["layer"] = "budget"
    return settings


def sie_settings(paths, words, areas):
    """Names of #DIM that are no word of ours need saying, and numbers that have no name at all
    are known by the codes that the areas claim; the rest is by default."""
    extra, texts = set(), list(map(read_text, paths))
    named = set()
    for text in texts:
        for number, name in re.findall(r'^#DIM\s+(\S+)\s+"?([^"\r\n]+)"?', text, re.MULTILINE):
            role = role_of(name.strip())[0]
            if role in DIMENSIONS:
                named.add(number)
                words[name.strip().casefold()] = role
                if name.strip().casefold() != role:
                    extra.add(f"{number}={role}")
    extra |= {f"{number}={role}" for number, role in claimed_numbers(texts, areas).items()
              if number not in named and (number, role) not in DEFAULT_NUMBERS}
    words.update({f"#{pair.partition('=')[0]}": pair.partition("=")[2] for pair in extra})
    return {"sie_dimensions": sorted(extra)} if extra else {}


OBJECTS = re.compile(r"^\s*#(?:TRANS|PBUDGET)[^{\r\n]*\{([^}\r\n]*)\}", re.MULTILINE)


def claimed_numbers(texts, areas):
    """number -> the dimension whose codes the objects of that number are."""
    codes = {}
    for text in texts:
        for braces in OBJECTS.findall(text):
            for number, code in re.findall(r'"?(\d+)"?\s+"?([^"\s]+)"?', braces):
                codes.setdefault(number, set()).add(code)
    found = {}
    for number, own in codes.items():
        shares = {}
        for node in areas.nodes:
            for dimension, claim in node.claims.items():
                shares.setdefault(dimension, set()).update(
                    code for code in own if codeplan.holds(claim, code))
        best = max(shares, key=lambda dimension: len(shares[dimension]), default=None)
        if best and len(shares[best]) * 2 > len(own):
            found[number] = best
    return found


def months_of(path):
    """month -> how many rows a ledger file has in it."""
    text = read_text(path)
    if is_sie(path):
        dates = re.findall(r"^\s*#VER\s+\S+\s+\S+\s+\"?(\d{6})", text, re.MULTILINE)
    else:
        header, rows = read_rows(path)
        roles = [role_of(title)[0] for title in header]
        own = [roles.index(role) for role in ("period", "datum") if role in roles][:1]
        dates = ["".join(filter(str.isdigit, row[index]))[:6] for row in rows for index in own]
    months = {}
    for date in dates:
        if len(date) == 6:
            months[int(date)] = months.get(int(date), 0) + 1
    return months


def mode_of(paths, usual):
    """snapshot when the files of a year repeat what the ones before had, delta when each has
    its own months, @usual when there is nothing to tell by."""
    repeated = new = 0
    last = {}
    for months in filter(None, map(months_of, paths)):
        year = max(months) // 100
        for month, count in last.get(year, {}).items():
            repeated += months.get(month, 0) >= count
            new += months.get(month, 0) < count
        last[year] = months
    return usual if repeated == new else "snapshot" if repeated > new else "delta"


def last_months_of(paths):
    last = {}
    for path in paths:
        for month in months_of(path):
            last[month // 100] = max(last.get(month // 100, 0), month % 100)
    return last


def is_sie(path):
    with open(path, "rb") as file:
        return b"#" in file.read(64).lstrip(b"\xef\xbb\xbf \r\n")[:1]


def source_for(sources, base, format_word, mode, settings):
    """The source with exactly these settings; a new one when there is none yet."""
    for source in sources:
        if (source.format, source.mode, source.settings) == (format_word, mode, settings):
            return source
    count = sum(source.name.startswith(base) for source in sources)
    source = Source(base if not count else f"{base}-{count + 1}", format_word, mode, settings)
    sources.append(source)
    return source


def read_tables(folder):
    areas = lines = None
    tables = {}
    for path in names(folder, ".csv"):
        if not os.path.basename(path).startswith("kodplan"):
            continue
        header, _ = read_rows(path)
        first = fold(header[0]) if header else ""
        if first == "område":
            areas, tables["omraden.csv"] = codeplan.read_areas(path), read_text(path)
        elif first == "resultatrad":
            lines, tables["resultatrader.csv"] = codeplan.read_lines(path), read_text(path)
    if not areas or not lines:
        raise ValueError(f"{folder}: kodplan för områden eller för resultatrader saknas")
    return areas, lines, tables


EMPTY_TABLES = {
    "larmregler.csv": "regel;mått;nivå;område;gräns_tkr;gräns_procent;återställning_tkr;"
                      "återställning_procent;åtgärdsplan;frist_dagar\n",
    "mottagare.csv": "mottagare;slag;adress\n",
}


def read_case(folder):
    areas, lines, tables = read_tables(folder)
    sources, imports, words = [], [], {word: word for word in DIMENSIONS}
    budgets = [path for path in names(folder, ".csv")
               if os.path.basename(path).casefold().startswith(BUDGET_FILES)]
    for path in budgets:
        source = source_for(sources, "budget", "csv", "snapshot",
                            list_settings(path, areas, True, budgets))
        source.files.append(path)
        imports.append((path, source.name))
    ledgers = names(os.path.join(folder, "huvudbok"))
    books = [path for path in ledgers if is_sie(path)]
    lists = [path for path in ledgers if path not in books]
    dialect = sie_settings(books, words, areas)
    modes = {"sie": mode_of(books, "snapshot"), "csv": mode_of(lists, "delta")}
    for path in ledgers:
        if path in books:
            source = source_for(sources, "huvudbok", "sie", modes["sie"], dialect)
        else:
            source = source_for(sources, "listor", "csv", modes["csv"],
                                list_settings(path, areas, False, lists))
        source.files.append(path)
        imports.append((path, source.name))
    keep_claimed_dimensions(areas, sources)
    forecasts = [path for path in names(folder, ".csv")
                 if os.path.basename(path).casefold().startswith("prognos")]
    return Case(folder, areas, lines, {**EMPTY_TABLES, **tables}, sources, imports, forecasts,
                words, last_months_of(ledgers))


def keep_claimed_dimensions(areas, sources):
    """Areas may claim more than the three dimensions that are kept by default."""
    claimed = {dimension for node in areas.nodes for dimension in node.claims}
    if claimed <= DEFAULT_DIMENSIONS:
        return
    for source in sources:
        source.settings["dimensions"] = sorted(claimed | DEFAULT_DIMENSIONS) + ["område",
                                                                               "resultatrad"]
