# SPDX-License-Identifier: Apache-2.0
"""The others, run on the same files: wall time, processor time, and their sums compared."""

import glob
import os
import shutil
import subprocess
import time
from dataclasses import dataclass

from ledger_files import read_groups
from support.instance import ROOT, Failure

HERE = os.path.dirname(os.path.abspath(__file__))
DUCKDB_COLUMNS = {"ver_serie": "VARCHAR", "ver_nr": "VARCHAR", "datum": "VARCHAR",
                  "period": "INTEGER", "konto": "INTEGER", "ansvar": "VARCHAR",
                  "verksamhet": "INTEGER", "aktivitet": "VARCHAR", "projekt": "VARCHAR",
                  "motpart": "VARCHAR", "belopp": "DECIMAL(18,2)", "text": "VARCHAR"}


@dataclass
class Run:
    wall: float
    cpu: float
    output: str = ""


def run(words, **options):
    """A command that must succeed, from its start until it is waited for."""
    start = time.perf_counter()
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, **options) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"{words[0]}: kod {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, output)


def npm_install():
    """The packages of peers/package.json into build/bench; a word why not."""
    target = os.path.join(ROOT, "build", "bench")
    if not shutil.which("npm"):
        return None, "npm is not installed"
    os.makedirs(target, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(os.path.join(HERE, "peers", name), target)
    if not find_duckdb(target):
        done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=target,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None, f"npm could not install it: {done.stderr.strip()[-200:]}"
    found = find_duckdb(target)
    return (found[0], "") if found else (None, "its library is not for this kind of machine")


def find_duckdb(target):
    return glob.glob(os.path.join(target, "node_modules", "@duckdb", "*", "libduckdb.so"))


class Peers:
    def __init__(self, tools, folder):
        self.tools = tools
        self.output = os.path.join(folder, "peer.out")
        self.checked = set()
        self.duckdb, missing = npm_install()
        if not self.duckdb:
            print(f"# DuckDB is left out: {missing}", flush=True)

    def compare(self, who, ledger):
        """Fast and wrong does not count."""
        sums = read_groups(self.output)
        if sums != ledger.groups:
            wrong = sum(sums.get(key) != ore for key, ore in ledger.groups.items())
            raise Failure(f"{who}: {wrong} av {len(ledger.groups)} summor är fel")
        os.remove(self.output)

    def duckdb_run(self, ledger, is_exact=False):
        """Types guessed and amounts added as DOUBLE is its fastest way; DECIMAL is exact."""
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in DUCKDB_COLUMNS.items())
        how = (f"header = true, quote = '\"', escape = '\"', auto_detect = false, "
               f"columns = {{{columns}}}" if is_exact else "auto_detect = true")
        table = f"read_csv('{ledger.csv}', delim = ';', decimal_separator = ',', {how})"
        query = (f"COPY (SELECT verksamhet, konto // 100, period, "
                 f"CAST(round(sum(belopp) * 100) AS BIGINT) FROM {table} GROUP BY ALL) "
                 f"TO '{self.output}' (DELIMITER ';', HEADER false)")
        measured = run([os.path.join(self.tools, "duckdb_query"), self.duckdb,
                        "SET threads = 1", query])
        self.compare("DuckDB", ledger)
        return measured

    def sqlite_run(self, ledger):
        query = ("SELECT verksamhet, substr(konto, 1, 2), period, "
                 "sum(CAST(replace(belopp, ',', '') AS INTEGER)) FROM t GROUP BY 1, 2, 3")
        measured = run(["sqlite3", ":memory:", ".mode csv", ".separator ; \\n",
                        f".import {ledger.csv} t", f".output {self.output}", query])
        self.compare("sqlite3", ledger)
        return measured

    def mawk_run(self, ledger):
        with open(self.output, "w", encoding="ascii") as file:
            start = time.perf_counter()
            script = os.path.join(HERE, "peers", "group_sie.awk")
            with subprocess.Popen(["mawk", "-f", script, ledger.sie], stdout=file) as process:
                _, status, usage = os.wait4(process.pid, 0)
                wall = time.perf_counter() - start
                process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Failure(f"mawk: kod {process.returncode}")
        self.compare("mawk", ledger)
        return Run(wall, usage.ru_utime + usage.ru_stime)

    def separators_run(self, ledger):
        """Its processor time as it counts it itself: finer than what the kernel tells others."""
        measured = run([os.path.join(self.tools, "separators"), ledger.csv])
        count, used_ns = map(int, measured.output.split())
        if count != 12 * (ledger.rows + 1):
            raise Failure(f"separators: {count} i stället för {12 * (ledger.rows + 1)}")
        return Run(measured.wall, used_ns / 1e9)
