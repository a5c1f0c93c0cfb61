# SPDX-License-Identifier: Apache-2.0
"""A small, independent SIE reader for tests: outcome and budget rows of one file."""

import re

from .textfile import ore_of, read_text

FIELD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\{[^}]*\})|(\S+)')
NUMBERED = {"1": "ansvar", "6": "projekt"}


def fields(line):
    return [quoted or braces or word for quoted, braces, word in FIELD.findall(line)]


def codes_of(braces, dimensions):
    parts = [quoted or word for quoted, _, word in FIELD.findall(braces[1:-1])]
    return {dimensions[number]: code for number, code in zip(parts[::2], parts[1::2])
            if number in dimensions}


def dimensions_of(text, words):
    """number -> dimension, by the names of #DIM and by number (@words: name or "#number" ->
    dimension)."""
    found = {**NUMBERED, **{name[1:]: word for name, word in words.items() if name[:1] == "#"}}
    for number, name in re.findall(r'^#DIM\s+(\S+)\s+"?([^"\r\n]+)"?', text, re.MULTILINE):
        if name.strip().casefold() in words:
            found[number] = words[name.strip().casefold()]
    return found


def read(path, words):
    """{'rows': [(layer, period, codes, öre in report sign)], 'year', 'last_month'}."""
    text = read_text(path)
    dimensions = dimensions_of(text, words)
    years = {}
    rows = []
    last = None
    voucher_date = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("#RAR"):
            word = fields(line)
            years[word[1]] = int(word[2][:4])
        elif line.startswith("#OMFATTN"):
            last = int(fields(line)[1][4:6])
        elif line.startswith("#VER"):
            voucher_date = fields(line)[3]
        elif line.startswith("#TRANS"):
            word = fields(line)
            date = word[4] if len(word) > 4 and word[4] else voucher_date
            codes = {"konto": word[1], **codes_of(word[2], dimensions)}
            rows.append(("utfall", int(date[:6]), codes, -ore_of(word[3])))
        elif line.startswith("#PBUDGET"):
            word = fields(line)
            if word[1] == "0":
                rows.append(("budget", int(word[2]),
                             {"konto": word[3], **codes_of(word[4], dimensions)}, -ore_of(word[5])))
    return {"rows": rows, "year": years.get("0"), "last_month": last or 12}
