# SPDX-License-Identifier: Apache-2.0
"""The real daemons on a fresh instance: files dropped, commits heard, figures asked for."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass

import machine
from ledger_files import UNASSIGNED, digest_of, sources, tables
from support.instance import Failure, Instance

STORE_SIZE_MIB = 4096
SETTLE_SECONDS = 300
QUIET_SECONDS = 0.5


@dataclass
class Import:
    committed: float  # seconds from the rename to aggregate's bell
    verdict: float  # to ingest's answer
    cpu: float  # of all our processes, until committed
    ingest_cpu: float  # of ingest and its children, until the verdict


class Product:
    """Use as a context manager."""

    def __init__(self, binaries, tools, scan=None):
        self.tools = tools
        self.environment = {"BUDGETVAKT_SCAN": scan} if scan else {}
        self.instance = Instance(binaries, sources(), tables(),
                                 store_size_mib=STORE_SIZE_MIB)
        self.control = None
        self.count = 0

    def __enter__(self):
        self.instance.__enter__()
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        self.control_stop()
        self.instance.__exit__(kind, value, trace)

    def start(self):
        os.environ.update(self.environment)
        try:
            self.instance.start()
        finally:
            for name in self.environment:
                del os.environ[name]
        self.control = subprocess.Popen(
            [os.path.join(self.tools, "control"), self.instance.config], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.expect("ready")

    def control_stop(self):
        if self.control:
            self.control.stdin.close()
            self.control.wait(timeout=30)
            self.control.stdout.close()
            self.control = None

    def restart(self):
        self.control_stop()
        self.instance.stop()
        self.start()

    def expect(self, word):
        line = self.control.stdout.readline().split(maxsplit=2)
        if not line or line[0] != word:
            raise Failure(f"{word} väntades, fick {line}:\n{self.instance.log_tail()}")
        return line[1:]

    def prepare(self, path, source):
        """A copy of the file beside the inbox, on disk as any delivered file is."""
        self.count += 1
        inbox = self.instance.path("inbox", source)
        hidden = os.path.join(inbox, f".{self.count}")
        shutil.copyfile(path, hidden)
        with open(hidden, "rb") as file:
            os.fsync(file.fileno())
        name = f"{self.count}{os.path.splitext(path)[1]}"
        return f"drop {source} {digest_of(hidden)} {hidden} {os.path.join(inbox, name)}\n"

    def drop(self, order):
        """Gives (committed, verdict) in seconds; what ended in quarantine is no figure."""
        ingest = self.instance.daemons()["budgetvakt-ingest"]
        cpu, ingest_cpu = self.cpu(), machine.cpu_seconds(ingest)
        self.control.stdin.write(order)
        self.control.stdin.flush()
        committed = int(self.expect("committed")[0]) / 1e9
        cpu = self.cpu() - cpu
        verdict = self.expect("verdict")
        ingest_cpu = machine.cpu_seconds(ingest) - ingest_cpu
        return Import(committed, int(verdict[0]) / 1e9, cpu, ingest_cpu)

    def take_in(self, path, source):
        return self.drop(self.prepare(path, source))

    def settle(self):
        self.instance.settle(SETTLE_SECONDS)

    def cpu_until_quiet(self):
        """Processor seconds of all our processes so far, when nothing moves any more."""
        self.settle()
        before, after = -1.0, self.cpu()
        while after > before:
            time.sleep(QUIET_SECONDS)
            before, after = after, self.cpu()
        return after

    def cpu(self):
        return machine.cpu_seconds(self.instance.supervisor.pid)

    def cube(self, period):
        """(area, line) -> öre of January to the month."""
        self.control.stdin.write(f"cube {period}\n")
        self.control.stdin.flush()
        sums = {}
        for line in iter(self.control.stdout.readline, "end\n"):
            area, name, ore = line.rstrip("\n").split("\t")
            sums[area, name] = int(ore)
        return sums

    def check(self, ledger):
        """Every area, line and month to the öre, from what the control socket answers; and the
        last month once more as the command prints it."""
        cells = ledger.cells()
        expected, before = {}, ""
        for period in sorted({period for _, _, period in cells}):
            if period[:4] != before[:4]:
                expected = {}
            before = period
            for (area, line, month), ore in cells.items():
                if month == period:
                    expected[area, line] = expected.get((area, line), 0) + ore
            found = {key: ore for key, ore in self.cube(period).items() if ore}
            if found != {key: ore for key, ore in expected.items() if ore}:
                raise Failure(f"{period}: våra summor är fel")
        self.check_report(before, expected)

    def check_report(self, period, expected):
        for area in sorted({area for area, _ in expected}):
            if area == UNASSIGNED:
                continue
            header, rows = self.instance.report("resultat", f"{period[:4]}-{period[4:]}",
                                                "kr", "--area", area)
            name, outcome = header.index("resultatrad"), header.index("utfall")
            for row in rows:
                ore = expected.get((area, row[name]))
                if ore is not None and int(row[outcome].replace(",", "")) != ore:
                    raise Failure(f"{area}, {row[name]}, {period}: rapporten är fel")

    def reports(self, periods):
        """Everything that can be asked for about the periods, as one text."""
        parts = [self.instance.ask("report", what, "--period", f"{period[:4]}-{period[4:]}",
                                   "--format", "csv", "--unit", "kr")
                 for period in periods for what in ("verksamheter", "resultat")]
        return "".join(parts + [repr(sorted(self.cube(period).items())) for period in periods])

    def store_mb(self, name=None):
        """Megabytes on disk of every store, or of one daemon's."""
        root = self.instance.path("state", *([name] if name else []))
        return sum(os.stat(os.path.join(folder, file)).st_blocks * 512
                   for folder, _, files in os.walk(root)
                   for file in files if file == "data.mdb") / 1e6
