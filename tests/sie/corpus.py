# SPDX-License-Identifier: Apache-2.0
"""Reads every file of tests/data/sie, prints what it holds as a table, and compares that with
expected.tsv.  Usage: corpus.py PROGRAM CONFIG FOLDER"""

import json
import pathlib
import subprocess
import sys

COLUMNS = ["RADER", "KONTO", "DIM", "OBJEKT", "VER", "TRANS", "RTRANS", "BTRANS", "DEBET", "PSALDO",
           "PBUDGET", "IB", "UB", "RES", "KSUMMA"]
MONEY = {"DEBET", "IB", "UB", "RES"}


def shown(column, value):
    if column in MONEY:
        return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)


def reading(program, config, path):
    done = subprocess.run([program, "--config", config, "--source", "myndighet", path],
                          capture_output=True, text=True, check=False)
    *findings, end = map(json.loads, done.stdout.splitlines())
    counts = end.get("sie", {})
    # What is told of each place: "S212:20", and of the file as a whole "S306".
    told = [finding["kod"] + (f":{finding['rad']}" if finding["rad"] else "")
            for finding in findings]
    return [{0: "läst", 65: "avvisad"}[done.returncode], str(end["rader"]),
            *(shown(column, counts[column]) if counts else "-" for column in COLUMNS),
            " ".join(told) or "-"]


def main():
    program, config, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    header, *lines = (folder / "expected.tsv").read_text().splitlines()
    expected = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    files = sorted(path for path in folder.iterdir()
                   if path.suffix.lower() in (".se", ".si", ".sie"))
    found = {path.name: reading(program, config, path) for path in files}
    table = [header.split("\t"), *([name, *row] for name, row in found.items())]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            print(f"{name}: expected\n  {expected.get(name)}, found\n  {found.get(name)}")
    sys.exit(found != expected)


main()
