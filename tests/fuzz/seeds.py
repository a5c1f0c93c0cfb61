# SPDX-License-Identifier: Apache-2.0
"""First inputs of each fuzz target: cut-outs of the real files in tests/data, valid files of the
mutation harness in every encoding, the tables and settings that ship with the project."""

import glob
import os
import random
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [TESTS, os.path.join(TESTS, "mutation")]

import plan  # noqa: E402
from support.workbook import DATE_STYLE, Book, cell, inline, number  # noqa: E402

CUT_SIZE = 2000
FILES_MAX = 40
BASES_OF = {"sie": ("sie1", "sie4e", "sie4p", "sie4i", "sie2", "sie3"), "sie5": ("sie5",),
            "csv": ("delta", "snapshot", "summed"), "budget": ("budget",), "extract": ("delta",),
            "inspect": ("sie4e", "delta", "budget", "sides", "wide", "sheet-summed")}
ENDINGS = {"sie": (".se", ".si"), "sie5": (".sie",), "inspect": (".csv", ".txt", ".xlsx", ".se")}
TABLES = ("omraden", "resultatrader", "larmregler", "mottagare", "periodisering", "volymer")
PART_MARK = b"\x1e"


def cut(content, chance):
    """The head of a file and some lines from the middle."""
    lines = content.splitlines(keepends=True)
    start = chance.randrange(max(1, len(lines)))
    return (b"".join(lines[:40])[:CUT_SIZE] + b"".join(lines[start:start + 40])[:CUT_SIZE])


def data_files(*endings):
    paths = sorted(glob.glob(os.path.join(TESTS, "data", "**"), recursive=True) +
                   glob.glob(os.path.join(TESTS, "acceptance", "cases", "**"), recursive=True))
    paths = [path for path in paths if os.path.isfile(path) and path.lower().endswith(endings)]
    return random.Random(1).sample(paths, min(FILES_MAX, len(paths)))


def read(path):
    with open(path, "rb") as file:
        return file.read()


def valid_files(name):
    bases = plan.Bases(1)
    for base in BASES_OF[name]:
        for encoding in plan.encodings_of(base):
            for newline in plan.newlines_of(base):
                yield plan.dressed(bases.of_format[base][0], encoding, newline).bytes()


def table_files():
    """The number of the table comes first."""
    for path in data_files(".csv") + glob.glob(os.path.join(TESTS, "..", "config", "*.csv")):
        content = read(path)
        for number in range(len(TABLES)):
            yield bytes([number]) + content[:CUT_SIZE]


def workbooks():
    """As they are, and as parts with marks between them."""
    for base in plan.SHEETS:
        yield plan.Bases(1).of_format[base][0].bytes()
    row = [inline("2020-01-15"), number("4011"), number("1.5E2"), cell("<v>0</v>", "s")]
    dated = [number(43845, DATE_STYLE), inline("4011"), inline("1 234,50-")]
    book = Book().add("A", [[inline(word) for word in ("Datum", "Konto", "Belopp")], row, dated])
    book.shared("Summa")
    parts = book.usual_parts()
    yield PART_MARK.join(parts[f"xl/{name}.xml"].encode()
                         for name in ("worksheets/sheet1", "sharedStrings", "styles", "workbook"))


def seeds_of(name):
    chance = random.Random(name)
    if name in BASES_OF:
        yield from valid_files(name)
        for path in data_files(*ENDINGS.get(name, (".csv", ".txt"))):
            yield read(path) if path.endswith((".xlsx", ".sie")) else cut(read(path), chance)
    elif name == "sheet":
        yield from workbooks()
    elif name == "forecast":
        for path in data_files(".csv"):
            if "prognos" in os.path.basename(path):
                yield read(path)
        yield "år;prognosmånad;område;netto_tkr;kommentar\n2020;202008;Hem;-12,5;så\n".encode()
    elif name == "scan":
        yield from (b";\x40" + read(path)[:CUT_SIZE] for path in data_files(".csv"))
    elif name == "tables":
        yield from table_files()
    elif name == "conf":
        yield read(os.path.join(TESTS, "..", "config", "budgetvakt.conf")).replace(b"\n#", b"\n")
        yield b'instance = "prov"\nsource "a" { format = "sie" policy = {"S212=varning"} }\n'
    elif name == "report":
        yield ("Fil: 2020-08.se\nKälla: myndighet\nMottagen: 2020-09-03 10:15:22 +0200\n"
               f"SHA-256: {'9f' * 32}\nFel: 2, det första F121\n\n"
               "12:34: det här hittades; det här väntades\n").encode()
    elif name == "block":
        # Version, how many rows, which dimensions; each row its number, öre and rows.
        yield bytes.fromhex("b2" "02000000" "0100" "0e" "d00f" "01" "02" "cf0f" "02")
    else:
        yield b"prov"


def write_seeds(name, folder, programs):
    os.makedirs(folder, exist_ok=True)
    if name in ("message", "event"):
        subprocess.run([os.path.join(programs, "fuzz_seed_wire"), name, folder], check=True)
        return
    for number, content in enumerate(seeds_of(name)):
        with open(os.path.join(folder, f"fro-{number:03}"), "wb") as file:
            file.write(content)
