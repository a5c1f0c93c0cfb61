# SPDX-License-Identifier: Apache-2.0
"""Generated ledgers, what their sums are, and how the instance that reads them is set up."""

import hashlib
import os
import subprocess

from support.case import EMPTY_TABLES, Source

COLUMNS = ["period=period", "konto=konto", "verksamhet=verksamhet", "belopp=belopp"]
HALVES = (("A", "00", "49"), ("B", "50", "99"))
RESULT_GROUPS = range(30, 90)
UNASSIGNED = "Ej fördelat"


def area_name(activity):
    """Eighteen areas: each first digit of verksamhet, in two halves."""
    if not activity:
        return UNASSIGNED
    return f"Område {activity[0]}{'AB'[activity[1] >= '5']}"


def line_name(group):
    return f"Konto {group}"


def tables():
    """omraden.csv and resultatrader.csv: every konto group of class 3 to 8 is a result line."""
    areas = "område;överordnat;verksamhet\nNämnden;;\n" + "".join(
        f"Område {digit}{letter};Nämnden;{digit}{low}-{digit}{high}\n"
        for digit in range(1, 10) for letter, low, high in HALVES)
    lines = "resultatrad;överordnad;radtyp;konton\n" + "".join(
        f"{line_name(group)};Netto;post;{group}*\n" for group in RESULT_GROUPS)
    return {**EMPTY_TABLES, "omraden.csv": areas, "resultatrader.csv": lines + "Netto;;netto;\n"}


def sources():
    """As a municipality would have them: the encoding is found out from each file."""
    kept = {"dimensions": ["konto", "verksamhet"]}
    return [Source("lista", "csv", "delta", {"columns": COLUMNS, **kept}),
            Source("huvudbok", "sie", "snapshot", kept)]


class Ledger:
    """One ledger as files in a folder, with the sums it must come to."""

    def __init__(self, generator, folder, name, kinds=("csv",), encoding="utf-8", **settings):
        self.rows = settings["rows"]
        self.paths = {kind: os.path.join(folder, f"{name}.{kind}") for kind in (*kinds, "groups")}
        words = [f"{key}={value}" for key, value in {**settings, **self.paths}.items()]
        subprocess.run([generator, f"encoding={encoding}", *words], check=True)
        self.groups = read_groups(self.paths["groups"])

    def __getattr__(self, kind):
        if kind in ("csv", "sie"):
            return self.paths[kind]
        raise AttributeError(kind)

    def cells(self):
        """(area, line, YYYYMM) -> öre in report sign, of the result lines."""
        cells = {}
        for (activity, group, period), ore in self.groups.items():
            if int(group) in RESULT_GROUPS:
                key = (area_name(activity), line_name(group), period)
                cells[key] = cells.get(key, 0) - ore
        return cells

    def remove(self):
        for path in self.paths.values():
            os.remove(path)


def read_groups(path):
    """(verksamhet, konto group, YYYYMM) -> öre, from anybody's output."""
    sums = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            activity, group, period, ore = line.rstrip("\n").replace('"', "").split(";")
            sums[activity, group, period] = int(float(ore))
    return sums


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
