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


def list_settings(path, areas, is_budget):
    """The settings of a text list, from its own head and amounts."""
    header, rows = read_rows(path)
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
                "delimiter": delimiter_of(read_text(path)),
                "sign": "report" if is_budget else "ledger",
                "columns": [f"{title}={role}" for title, role in columns.items()]}
    if is_budget:
        settings["layer"] = "budget"
    return settings


def sie_settings(paths, words):
    """Names of #DIM that are no word of ours need saying; the rest is by default."""
    extra = set()
    for text in map(read_text, paths):
        for number, name in re.findall(r'^#DIM\s+(\S+)\s+"?([^"\r\n]+)"?', text, re.MULTILINE):
            role = role_of(name.strip())[0]
            if role in DIMENSIONS:
                words[name.strip().casefold()] = role
                if name.strip().casefold() != role:
                    extra.add(f"{number}={role}")
    return {"sie_dimensions": sorted(extra)} if extra else {}


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
    for path in names(folder, ".csv"):
        if os.path.basename(path).startswith("budget"):
            source = source_for(sources, "budget", "csv", "snapshot",
                                list_settings(path, areas, True))
            source.files.append(path)
            imports.append((path, source.name))
    ledgers = names(os.path.join(folder, "huvudbok"))
    dialect = sie_settings(filter(is_sie, ledgers), words)
    for path in ledgers:
        if is_sie(path):
            source = source_for(sources, "huvudbok", "sie", "snapshot", dialect)
        else:
            source = source_for(sources, "listor", "csv", "delta",
                                list_settings(path, areas, False))
        source.files.append(path)
        imports.append((path, source.name))
    keep_claimed_dimensions(areas, sources)
    forecasts = [path for path in names(folder, ".csv")
                 if os.path.basename(path).startswith("prognos")]
    return Case(folder, areas, lines, {**EMPTY_TABLES, **tables}, sources, imports, forecasts,
                words)


def keep_claimed_dimensions(areas, sources):
    """Areas may claim more than the three dimensions that are kept by default."""
    claimed = {dimension for node in areas.nodes for dimension in node.claims}
    if claimed <= DEFAULT_DIMENSIONS:
        return
    for source in sources:
        source.settings["dimensions"] = sorted(claimed | DEFAULT_DIMENSIONS) + ["område",
                                                                               "resultatrad"]
