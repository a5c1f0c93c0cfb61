# SPDX-License-Identifier: Apache-2.0
"""Import of a large generated ledger, against wc and sqlite3 on the same file in the same run."""

import hashlib
import os
import shutil
import subprocess
import time

from measure import figure, median, peak_memory, ratio, seconds
from support.case import EMPTY_TABLES, Source
from support.instance import ROOT, Failure, Instance, scratch_folder

ROUNDS = 3
PATIENCE_SECONDS = 600
HISTORY_MONTHS = 60
HISTORY_ROWS = 20_000
AREAS = "område;överordnat;verksamhet\nNämnden;;\n" + "".join(
    f"Område {first};Nämnden;{first}-{first + 9}\n" for first in range(500, 620, 10))
LINES = """resultatrad;överordnad;radtyp;konton
Intäkter;Netto;post;3*
Köp av verksamhet;Kostnader;post;4*
Personal;Kostnader;post;5*
Övrigt;Kostnader;post;6*|7*|8*
Kostnader;Netto;summa;
Netto;;netto;
"""
SQL = ("SELECT count(*) FROM (SELECT Konto, Ansvar, Verksamhet, Period, SUM(Belopp) FROM t "
       "GROUP BY 1, 2, 3, 4)")


def sources():
    columns = {"decimal": ".", "columns": ["Period=period", "Konto=konto", "Ansvar=ansvar",
                                           "Verksamhet=verksamhet", "Belopp=belopp"]}
    return [Source("csv", "csv", "delta", columns), Source("sie", "sie", "snapshot")]


class Workshop:
    """A folder with the generator and its files."""

    def __init__(self, binaries, rows):
        self.binaries = binaries
        self.rows = rows
        self.folder = scratch_folder("bvb")
        self.generator = os.path.join(self.folder, "generate")
        source = os.path.join(ROOT, "tests", "bench", "generate.c")
        subprocess.run(["cc", "-std=c11", "-O2", "-o", self.generator, source], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def generate(self, kind, seed, year, rows=None, months=(1, 12)):
        path = os.path.join(self.folder, f"{kind}-{seed}-{year}.{kind}")
        with open(path, "wb") as file:
            subprocess.run([self.generator, kind, str(rows or self.rows), str(seed), str(year),
                            *map(str, months)], stdout=file, check=True)
        return path

    def instance(self):
        tables = {**EMPTY_TABLES, "omraden.csv": AREAS, "resultatrader.csv": LINES}
        return Instance(self.binaries, sources(), tables, store_size_mib=4096)

    def measure(self, kind):
        """Every round another file of the same size: the same file again is no work."""
        ours, wc, sqlite, memory = [], [], [], []
        with self.instance() as instance:
            instance.start()
            for seed in range(1, ROUNDS + 1):
                path = self.generate(kind, seed, 2017 + seed)
                ours.append(self.take_in(instance, path, kind))
                wc.append(seconds(["wc", "-l", path]))
                text_list = path if kind == "csv" else self.generate("csv", seed, 2017 + seed)
                database = os.path.join(self.folder, f"{kind}.db")
                sqlite.append(self.group_with_sqlite(database, text_list))
                os.remove(database)
                memory.append(self.group_with_sqlite(":memory:", text_list))
                self.check_sum(instance, text_list, 2017 + seed)
            peak_memory(instance, kind)
        figure(f"{kind}_rows", self.rows, "rader")
        figure(f"{kind}_import", median(ours), "s")
        figure(f"{kind}_import_rate", self.rows / median(ours) / 1e6, "Mrader/s")
        figure(f"{kind}_sqlite3", median(sqlite), "s")
        ratio(f"{kind}_vs_sqlite3", median(sqlite) / median(ours))
        ratio(f"{kind}_vs_sqlite3_memory", median(memory) / median(ours))
        ratio(f"{kind}_vs_wc", median(ours) / median(wc))

    @staticmethod
    def take_in(instance, path, source):
        """From the rename into the inbox until the file is archived, which it is when its rows
        are durably committed; the copying into the inbox is not counted, as for the others."""
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        archived = instance.path("state", "archive", source, digest)
        inbox = instance.path("inbox", source)
        hidden = os.path.join(inbox, ".in")
        shutil.copyfile(path, hidden)
        start = time.perf_counter()
        os.rename(hidden, os.path.join(inbox, os.path.basename(path)))
        while not (os.path.exists(archived) or os.path.exists(archived + ".zst")):
            if time.perf_counter() - start > PATIENCE_SECONDS:
                raise Failure(f"{path} blev inte inläst:\n{instance.log_tail()}")
            time.sleep(0.001)
        return time.perf_counter() - start

    @staticmethod
    def group_with_sqlite(database, path):
        return seconds(["sqlite3", database, ".mode csv", ".separator ;", f".import {path} t", SQL])

    @staticmethod
    def check_sum(instance, path, year):
        """Fast and wrong does not count: the year's net to the öre, added by awk in integers."""
        awk = subprocess.run(
            ["awk", "-F;", 'NR > 1 && $4 != "1930" { v = $8; sub(/\\./, "", v); sum += v } '
             'END { printf "%.0f", -sum }', path], capture_output=True, text=True, check=True)
        header, rows = instance.report("verksamheter", f"{year}-12")
        column = header.index("utfall_netto")
        net = sum(int(row[column].replace(",", "")) for row in rows
                  if row[header.index("niva")] == "0")
        assert net == int(awk.stdout), (net, awk.stdout)

    def measure_history(self):
        """The same month's file on an empty store and on years of history."""
        times = []
        with self.instance() as instance:
            instance.start()
            for number in range(HISTORY_MONTHS):
                year, month = 2016 + number // 12, number % 12 + 1
                path = self.generate("csv", 100 + number, year, HISTORY_ROWS, (month, month))
                times.append(self.take_in(instance, path, "csv"))
                os.remove(path)
            store = sum(os.path.getsize(os.path.join(folder, name))
                        for folder, _, found in os.walk(instance.path("state"))
                        for name in found if name == "data.mdb")
        figure("history_first_months", median(times[1:7]) * 1000, "ms")
        figure("history_last_months", median(times[-6:]) * 1000, "ms")
        figure("history_store", store / 2**20, "MiB")
        ratio("history_growth", median(times[-6:]) / median(times[1:7]))
