# SPDX-License-Identifier: Apache-2.0
"""Every figure of reading files, beside the peers: same machine, same files, in turn (A B A B).

    ./dev bench ingest [--rows N] [--rounds N] [--only NAME]

All that is measured is through the real daemons, from the rename into the inbox to the bell that
aggregate rings after its commit.  Every import is on a fresh instance.  Files lie in the page
cache, and on disk.  The sums of everybody are compared with the generator's own, to the öre.
"""

import argparse
import os
import shutil
import signal
import subprocess
import time

import goals
import machine
from ledger_files import Ledger
from measure import figure, median, spread
from peers import Peers, run
from product import Product
from support.instance import Failure, scratch_folder

BIG_MONTHS = 60
HISTORY_MONTHS = 119
SMALL_ROWS = 1000
SMALL_ROUNDS_MIN = 50
PERF_START_SECONDS = 1


class Bench:
    """A folder with ledgers, the peers, and what has been measured."""

    def __init__(self, binaries, rows, rounds):
        self.binaries = binaries
        self.tools = os.path.join(os.path.dirname(binaries), "bench")
        self.rows = rows
        self.rounds = rounds
        self.folder = scratch_folder("bvb")
        self.peers = Peers(self.tools, self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["rm", "-rf", self.folder], check=True)

    def ledger(self, name, **settings):
        generator = os.path.join(self.tools, "ledger_generate")
        ledger = Ledger(generator, self.folder, name, **settings)
        for kind in settings.get("kinds", ("csv",)):
            figure(f"{name}_{kind}", os.path.getsize(ledger.paths[kind]) / 1e6, "MB")
        return ledger

    def product(self, scan=None):
        return Product(self.binaries, self.tools, scan)

    def scan_choice(self):
        """Whether this build can be told not to use SIMD."""
        for name in ("budgetvakt-parse", "budgetvakt-ingest"):
            with open(os.path.join(self.binaries, name), "rb") as file:
                if b"BUDGETVAKT_SCAN" in file.read():
                    return True
        return False

    def import_once(self, ledger, source="lista", kind="csv", scan=None):
        """One import on a fresh instance, its sums checked."""
        with self.product(scan) as product:
            done = product.take_in(ledger.paths[kind], source)
            product.check(ledger)
        return done

    # ---- ten million rows --------------------------------------------------------

    def big(self):
        ledger = self.ledger("big", rows=self.rows, months=BIG_MONTHS)
        self.big_first(ledger)
        ours, portable, duck, exact, separators = [], [], [], [], []
        for number in range(self.rounds):
            ours.append(self.import_once(ledger))
            if self.peers.duckdb:
                duck.append(self.peers.duckdb_run(ledger))
            separators.append(self.peers.separators_run(ledger))
            if self.scan_choice():
                portable.append(self.import_once(ledger, scan="portable"))
            if self.peers.duckdb and number < 2:
                exact.append(self.peers.duckdb_run(ledger, is_exact=True))
        self.big_figures(ours, separators)
        self.big_portable(ours, portable)
        self.big_duckdb(ours, duck, exact)
        sqlite = [self.peers.sqlite_run(ledger).wall]
        spread("big_sqlite3", sqlite, "s")
        goals.faster("big_vs_sqlite3", sqlite, [one.committed for one in ours])
        ledger.remove()

    def big_first(self, ledger):
        """Not timed: memory is looked at, and portable is compared with SIMD."""
        with self.product() as product:
            before = product.cpu()
            with machine.memory_watched(product.instance.supervisor.pid) as peaks:
                product.take_in(ledger.csv, "lista")
            figure("big_cpu_until_quiet", product.cpu_until_quiet() - before, "s")
            product.check(ledger)
            millions = ledger.rows / 1e6
            goals.figure("big_store", product.store_mb() / millions, "MB/Mrader")
            figure("big_store_ledger", product.store_mb("ledger") / millions, "MB/Mrader")
            periods = sorted({period for _, _, period in ledger.groups})
            reports = product.reports(periods)
        for name, peak in sorted(peaks.items()):
            if name.startswith("budgetvakt-"):
                figure(f"big_peak_{name.removeprefix('budgetvakt-')}", peak, "MiB")
        goals.figure("big_peak_reading", peaks.get("budgetvakt-ingest", 0) +
                     peaks.get("budgetvakt-parse", 0), "MiB")
        goals.figure("big_peak_adding", peaks.get("budgetvakt-aggregate", 0), "MiB")
        if not self.scan_choice():
            print("# this build has no BUDGETVAKT_SCAN: portable is left out", flush=True)
            return
        with self.product("portable") as product:
            product.take_in(ledger.csv, "lista")
            product.settle()
            if product.reports(periods) != reports:
                raise Failure("portabelt och SIMD ger olika rapporter")
        print(f"# portable and SIMD: {len(reports)} bytes of reports are the same", flush=True)

    def big_figures(self, ours, separators):
        walls = [one.committed for one in ours]
        figure("big_rows", self.rows, "rader")
        spread("big_committed", walls, "s")
        spread("big_verdict", [one.verdict for one in ours], "s")
        figure("big_rate", self.rows / median(walls) / 1e6, "Mrader/s")
        spread("big_cpu", [one.cpu for one in ours], "s")
        spread("big_ingest_cpu", [one.ingest_cpu for one in ours], "s")
        limit = [one.cpu for one in separators]
        spread("big_separators_cpu", limit, "s")
        goals.slower("big_ingest_vs_separators", [one.ingest_cpu for one in ours], limit)

    @staticmethod
    def big_portable(ours, portable):
        if not portable:
            return
        spread("big_portable_committed", [one.committed for one in portable], "s")
        spread("big_portable_ingest_cpu", [one.ingest_cpu for one in portable], "s")
        goals.slower("big_portable_vs_simd", [one.ingest_cpu for one in portable],
                     [one.ingest_cpu for one in ours])

    @staticmethod
    def big_duckdb(ours, duck, exact):
        if not duck:
            return
        walls = [one.committed for one in ours]
        spread("big_duckdb", [one.wall for one in duck], "s")
        spread("big_duckdb_cpu", [one.cpu for one in duck], "s")
        spread("big_duckdb_decimal", [one.wall for one in exact], "s")
        goals.faster("big_vs_duckdb", [one.wall for one in duck], walls)
        goals.faster("big_vs_duckdb_decimal", [one.wall for one in exact], walls)
        goals.slower("big_cpu_vs_duckdb", [one.cpu for one in ours], [one.cpu for one in duck])

    # ---- a million rows ------------------------------------------------------------

    def middle(self):
        if not self.peers.duckdb:
            return
        ledger = self.ledger("middle", rows=self.rows // 10, months=36)
        ours, duck = [], []
        for _ in range(self.rounds):
            ours.append(self.import_once(ledger).committed)
            duck.append(self.peers.duckdb_run(ledger).wall)
        spread("middle_committed", ours, "s")
        spread("middle_duckdb", duck, "s")
        goals.faster("middle_vs_duckdb", duck, ours)
        ledger.remove()

    def sie(self):
        """Both on one processor."""
        ledger = self.ledger("year", rows=self.rows // 10, months=12, kinds=("sie",))
        ours, mawk = [], []
        with machine.one_processor():
            for _ in range(self.rounds):
                ours.append(self.import_once(ledger, "huvudbok", "sie").committed)
                mawk.append(self.peers.mawk_run(ledger).wall)
        spread("sie_committed", ours, "s")
        figure("sie_rate", ledger.rows / median(ours) / 1e6, "Mrader/s")
        spread("sie_mawk", mawk, "s")
        goals.faster("sie_vs_mawk", mawk, ours)
        ledger.remove()

    def encodings(self):
        ledgers = {encoding: self.ledger(encoding, rows=self.rows // 4, months=36,
                                         encoding=encoding)
                   for encoding in ("utf-8", "latin-1", "cp437")}
        done = {encoding: [] for encoding in ledgers}
        for _ in range(self.rounds):
            for encoding, ledger in ledgers.items():
                done[encoding].append(self.import_once(ledger))
        for encoding, imports in done.items():
            spread(f"encoding_{encoding}", [one.committed for one in imports], "s")
            spread(f"encoding_{encoding}_ingest_cpu", [one.ingest_cpu for one in imports], "s")
            ledgers[encoding].remove()
        for encoding in ("latin-1", "cp437"):
            goals.slower(f"encoding_{encoding}_vs_utf-8",
                         [one.committed for one in done[encoding]],
                         [one.committed for one in done["utf-8"]])

    # ---- small things ----------------------------------------------------------------

    def wire(self):
        words = run([os.path.join(self.tools, "wire_cost")]).output.split()
        goals.figure("wire_row", int(words[0]) / 1000, "ns")
        figure("wire_row_min", int(words[1]) / 1000, "ns")
        figure("wire_row_max", int(words[2]) / 1000, "ns")

    def history(self):
        """The last month on nothing, and on all the months before it.  The daemons are started
        just before it in both cases, so that neither has warm memory."""
        rows = max(self.rows // 500, 1000)
        past = self.ledger("past", rows=rows * HISTORY_MONTHS, months=HISTORY_MONTHS,
                           first=201601, seed=2)
        month = self.ledger("month", rows=rows, months=1, first=202512, seed=3,
                            voucher=10_000_000)
        fresh, late = [], []
        for _ in range(self.rounds):
            fresh.append(self.import_once(month).committed)
            with self.product() as product:
                product.take_in(past.csv, "lista")
                product.settle()
                product.restart()
                late.append(product.take_in(month.csv, "lista").committed)
        spread("history_month_rows", [rows], "rader")
        spread("history_month_first", [value * 1000 for value in fresh], "ms")
        spread("history_month_after_119", [value * 1000 for value in late], "ms")
        goals.slower("history_119_vs_0", late, fresh)

    def small(self):
        """A file of a thousand rows, and the least that any such pipeline must do, in turn."""
        rounds = max(SMALL_ROUNDS_MIN, 10 * self.rounds)
        ledgers = [self.ledger_small(number) for number in range(rounds + 1)]
        ours, verdicts, null = [], [], []
        with self.product() as product, NullPipeline(self.tools, self.folder) as pipeline:
            for number, ledger in enumerate(ledgers):
                order = product.prepare(ledger.csv, "lista")
                least = pipeline.drop(ledger.csv)
                done = product.drop(order)
                product.settle()
                if number > 0:
                    null.append(least * 1000)
                    ours.append(done.committed * 1000)
                    verdicts.append(done.verdict * 1000)
            self.small_check(product, ledgers)
        spread("small_committed", ours, "ms")
        spread("small_verdict", verdicts, "ms")
        spread("small_null_pipeline", null, "ms")
        figure("small_rounds", len(ours), "st")
        goals.slower("small_vs_null_pipeline", ours, null)

    def ledger_small(self, number):
        generator = os.path.join(self.tools, "ledger_generate")
        return Ledger(generator, self.folder, f"small{number}", rows=SMALL_ROWS, months=1,
                      first=202503, seed=100 + number, voucher=number * SMALL_ROWS)

    @staticmethod
    def small_check(product, ledgers):
        expected = {}
        for ledger in ledgers:
            for (area, line, _), ore in ledger.cells().items():
                expected[area, line] = expected.get((area, line), 0) + ore
        found = {key: ore for key, ore in product.cube("202503").items() if ore}
        if found != {key: ore for key, ore in expected.items() if ore}:
            raise Failure("de små filernas summor är fel")

    # ---- on request --------------------------------------------------------------------

    def profile(self):
        """Where the cycles of one import go, as perf sees them; ns a row of each place."""
        if not shutil.which("perf"):
            print("# perf is not installed: no profile", flush=True)
            return
        ledger = self.ledger("profile", rows=self.rows // 4, months=BIG_MONTHS)
        record = os.path.join(self.folder, "perf.data")
        with self.product() as product:
            order = product.prepare(ledger.csv, "lista")
            pids = ",".join(map(str, product.instance.daemons().values()))
            with subprocess.Popen(["perf", "record", "-q", "-F", "1999", "-o", record, "-p", pids],
                                  stderr=subprocess.DEVNULL) as perf:
                time.sleep(PERF_START_SECONDS)
                done = product.drop(order)
                perf.send_signal(signal.SIGINT)
        figure("profile_cpu_a_row", done.cpu / ledger.rows * 1e9, "ns")
        for keys in ("comm,dso", "comm,symbol"):
            report = subprocess.run(["perf", "report", "-i", record, "--no-children", "--stdio",
                                     "--percent-limit", "0.7", "--sort", keys],
                                    capture_output=True, text=True, check=True).stdout
            for line in report.splitlines():
                share, mark, place = line.strip().partition("%")
                if mark and not share.startswith("#"):
                    each = float(share) / 100 * done.cpu / ledger.rows * 1e9
                    print(f"# {each:7.1f} ns  {share:>6} %  {' '.join(place.split())}")


class NullPipeline:
    """Use as a context manager."""

    def __init__(self, tools, folder):
        self.folder = os.path.join(folder, "null")
        os.makedirs(os.path.join(self.folder, "in"))
        self.process = subprocess.Popen([os.path.join(tools, "null_pipeline"), self.folder],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.count = 0

    def __enter__(self):
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def drop(self, path):
        """Seconds from the rename to the answer."""
        self.count += 1
        name = f"{self.count}.csv"
        copy = os.path.join(self.folder, name)
        with open(path, "rb") as source, open(copy, "wb") as target:
            target.write(source.read())
            target.flush()
            os.fsync(target.fileno())
        self.process.stdin.write(f"{copy} {os.path.join(self.folder, 'in', name)}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline()) / 1e9


# profile is measured only when asked for.
PARTS = ("wire", "small", "history", "sie", "middle", "encodings", "big")


def main(binaries, words):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=(*PARTS, "profile"), action="append")
    options = parser.parse_args(words)
    machine.describe()
    with Bench(binaries, options.rows, options.rounds) as bench:
        for part in options.only or PARTS:
            getattr(bench, part)()
    machine.describe()
    return goals.table_print(options.rows) if goals.reached else 0
