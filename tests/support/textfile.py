# SPDX-License-Identifier: Apache-2.0
"""Text lists as municipalities write them: encodings, delimiters, Swedish amounts."""

import csv
import io
import re

BLANKS = " \t\u00a0\u2009\u202f"
MINUSES = "-\u2212\u2013"


def decode(data):
    """The text of a file of unknown encoding: UTF-8, then what a PC wrote (CP437), then Latin-1."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    old = sum(data.count(bytes([byte])) for byte in b"\x81\x82\x84\x86\x8e\x8f\x90\x94\x99\x9a")
    new = sum(data.count(bytes([byte])) for byte in b"\xc4\xc5\xc9\xd6\xe4\xe5\xe9\xf6")
    return data.decode("cp437" if old > new else "latin-1")


def read_text(path):
    with open(path, "rb") as file:
        return decode(file.read())


def delimiter_of(text):
    first = text.split("\n", 1)[0]
    return max(";\t,", key=first.count)


def read_rows(path):
    """(header, rows): every row has a cell per column."""
    text = read_text(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    rows = [[cell.strip() for cell in row] for row in reader if any(cell.strip() for cell in row)]
    if not rows:
        return [], []
    width = len(rows[0])
    return rows[0], [(row + [""] * width)[:width] for row in rows[1:]]


def read_dicts(path):
    header, rows = read_rows(path)
    return [dict(zip([fold(title) for title in header], row)) for row in rows]


def fold(text):
    """For comparing names: case, blanks and quotes do not count."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).strip(" '\"").casefold()


def plain_number(text):
    """'1 234,50-' -> '-1234.50'; None when the cell is empty or a lone dash."""
    digits = "".join(character for character in text if character not in BLANKS)
    digits = digits.lstrip("'")
    negative = any(character in digits for character in MINUSES)
    digits = digits.strip(MINUSES + "+%").replace(",", ".")
    if not digits:
        return None
    return "-" + digits if negative else digits


def ore_of(text, unit_ore=100):
    """Whole öre of an amount in kronor (or @unit_ore öre), exactly; None when empty."""
    number = plain_number(text)
    if number is None:
        return None
    sign = -1 if number.startswith("-") else 1
    whole, _, part = number.lstrip("-").partition(".")
    scale = 10 ** len(part)
    value, rest = divmod(int((whole or "0") + part) * unit_ore, scale)
    if rest:
        raise ValueError(f"beloppet {text!r} har delar av ett öre")
    return sign * value


def kronor(ore):
    """-123456 -> '-1234.56'"""
    return f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02d}"
