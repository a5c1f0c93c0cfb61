# SPDX-License-Identifier: Apache-2.0
"""The disk full at every 4 KiB step of a first start and an import, and again while recovering.

The state lies on a small tmpfs, which needs root.  At every step a filler leaves that much room, an
instance is started and given a file, and in every other step its daemons are killed while nothing
fits.  Everything that can be seen must be whole, and who ends must say why (74).  With room again
everything goes on by itself, and then the ledger must say what the file does.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

import small_year
from store_reading import TABLES, Store, StoreReader, Unreadable
from support import small
from support.instance import Failure, Instance

COUNT = 512
STEP_BYTES = 4096
STEPS = 256  # up to 1 MiB: what five new stores and an import ask for
ROWS = 1000
DISK_MIB = 64
PATIENCE_SECONDS = 120
VERIFY_EVERY = 3
EX_IOERR = 74
CLIENT_CODES = (0, 69, EX_IOERR)  # 69: nobody answered
# What the guards would keep from happening is what is to happen here.
UNGUARDED = {"free_space_min_mib": 0, "ballast_mib": 0}
STANDING = ("inbox", "spool", "archive", "quarantine")
ENDED = re.compile(r"(budgetvakt-\w+) (?:ended with (\d+)|was killed by signal (\d+))")
NO_ROOM = "No space left on device"


class SmallDisk(Instance):
    """One that may not become ready yet."""

    def wait_ready(self, patience=None):
        pass

    def is_ready(self):
        with self.lines.mutex:
            return any(line and "redo" in line for line in self.lines.queue)


class FullDisk:
    """An instance whose state and inbox lie on a disk that can be filled."""

    def __init__(self, torture, instance, scratch):
        self.torture, self.instance, self.scratch = torture, instance, scratch
        self.filler = instance.path("state", "filler")
        self.reader = StoreReader(torture.tool("store_dump"))
        self.expected = small_year.Expected(scratch)
        self.path = os.path.join(scratch, "lista.csv")
        content = small.text_list(rows_drawn(torture.chance))
        with open(self.path, "wb") as file:
            file.write(content)
        self.sums = self.expected.reckon([(self.path, "listor")])
        self.hashes = {hashlib.sha256(content).hexdigest()}
        self.seen = 0  # of the log
        self.counts = {"full": 0, "ended": 0}

    def mount(self):
        os.mkdir(self.instance.path("state"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs",
                        self.instance.path("state")], check=True)

    def unmount(self):
        self.reader.close()
        self.instance.kill()
        subprocess.run(["umount", "--lazy", self.instance.path("state")], check=True)

    # ---- room ------------------------------------------------------------------

    def eventually(self, condition, what):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise Failure(f"inträffade inte på {PATIENCE_SECONDS} s: {what}\n"
                              f"{self.instance.log_tail()}")
            time.sleep(0.02)

    def fill(self, room):
        status = os.statvfs(self.instance.path("state"))
        size = status.f_bavail * status.f_frsize - room
        with open(self.filler, "wb") as file:
            if size > 0:
                os.posix_fallocate(file.fileno(), 0, size)

    def log_since(self):
        with open(self.instance.log, "rb") as file:
            file.seek(self.seen)
            return file.read().decode("utf-8", "replace")

    # ---- a step ----------------------------------------------------------------

    def is_full(self):
        if self.instance.supervisor.poll() is not None:
            raise Failure(f"budgetvakt run slutade:\n{self.instance.log_tail()}")
        return NO_ROOM in self.log_since()

    def step(self, room, kills, verifies):
        """A new instance takes in a list; the words of what was wrong."""
        log = self.instance.log
        self.seen = os.path.getsize(log) if os.path.exists(log) else 0
        self.clear()
        self.fill(room)
        self.instance.start()
        self.eventually(lambda: self.instance.is_ready() or self.is_full(), "redo eller full disk")
        client = self.client_start()
        self.eventually(lambda: client.poll() is not None or self.is_full(), "svar eller full disk")
        problems = self.problems_when_full(kills, verifies)
        os.unlink(self.filler)
        Instance.wait_ready(self.instance)
        text = client.communicate(timeout=PATIENCE_SECONDS)[0].decode()
        if client.returncode not in CLIENT_CODES:
            problems.append(f"import: kod {client.returncode}: {text}")
        result = self.instance.run("import", self.path, "--source", "listor")
        if result.returncode != 0:
            problems.append(f"import igen: kod {result.returncode}: {result.stdout}")
        self.instance.settle(patience=PATIENCE_SECONDS)
        problems += self.problems_of_log() + self.problems_of_sums()
        self.instance.stop()
        return problems

    def clear(self):
        for folder in (self.instance.path("state"), self.instance.path("inbox")):
            for entry in os.scandir(folder) if os.path.isdir(folder) else ():
                shutil.rmtree(entry) if entry.is_dir() else os.unlink(entry)

    def has_stores(self):
        return all(os.path.exists(self.instance.path("state", name, "data.mdb"))
                   for name in TABLES)

    def client_start(self):
        return subprocess.Popen(
            [self.instance.program("budgetvakt"), "import", self.path, "--source", "listor",
             "--config", self.instance.config], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def problems_when_full(self, kills, verifies):
        if kills:
            before = self.instance.daemons()
            for pid in before.values():
                os.kill(pid, signal.SIGKILL)
            self.eventually(lambda: set(self.instance.daemons()) - {None}
                       and not set(self.instance.daemons().values()) & set(before.values()),
                       "daemonerna startar om")
        problems = self.problems_of_files()
        if verifies and self.has_stores() and self.instance.run("verify").returncode == 65:
            problems.append("verify: fel på full disk")
        return problems

    # ---- what must hold ----------------------------------------------------------

    def problems_of_files(self):
        """Names that can be seen have whole files behind them."""
        problems = []
        for place in STANDING:
            for folder, _, names in os.walk(self.instance.path("state", place)):
                for name in names:
                    if not name.startswith(".") and not name.endswith(
                            (".zst", ".txt", ".json", ".new")):
                        problems += self.problem_of_file(os.path.join(folder, name))
        return problems

    def problem_of_file(self, path):
        try:
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
        except FileNotFoundError:
            return []  # it has moved on
        return [] if digest in self.hashes else [f"{path}: en del av en fil"]

    def problems_of_log(self):
        log = self.log_since()
        self.counts["full"] += NO_ROOM in log
        self.counts["ended"] += len(ENDED.findall(log))
        return [f"{name} slutade med {code or 'signal ' + number}"
                for name, code, number in ENDED.findall(log)
                if int(code or 0) != EX_IOERR and number != str(int(signal.SIGKILL))]

    def problems_of_sums(self):
        folder = os.path.join(self.scratch, "ledger")
        os.makedirs(folder, exist_ok=True)
        shutil.copyfile(self.instance.path("state", "ledger", "data.mdb"),
                        os.path.join(folder, "data.mdb"))
        store = Store("ledger", self.reader.read("ledger", folder))
        return [] if store.sums() == self.sums else ["andra summor"]

    def control(self):
        """A store that lacks its last pages must not be read."""
        folder = os.path.join(self.scratch, "ledger")
        path = os.path.join(folder, "data.mdb")
        os.truncate(path, os.path.getsize(path) // 8)
        try:
            self.reader.read("ledger", folder)
        except Unreadable:
            return True
        return False


def rows_drawn(chance):
    return [(f"2020{chance.randint(1, 12):02d}", f"46{chance.randint(0, 99):02d}",
             str(chance.randint(100, 399)), f"{chance.randint(-9999, 99999)},50")
            for _ in range(ROWS)]


def steps_run(torture, disk):
    stride = max(1, STEPS // torture.count)
    number = 0
    while not torture.is_done():
        room = number * stride % STEPS * STEP_BYTES
        for problem in disk.step(room, number % 2 == 1, number % VERIFY_EVERY == 0):
            torture.wrong(f"{room // STEP_BYTES} block lediga: {problem}")
        torture.inject()
        torture.case()
        number += 1


def run(torture):
    if os.geteuid() != 0:
        print("hoppas över: en tmpfs kan bara monteras av root")
        torture.control("ingen root, inget prov", True)
        torture.inject()
        return
    # A daemon that is killed while it looks for leaks leaves that search waiting for ever.
    os.environ["ASAN_OPTIONS"] = "detect_leaks=0"
    scratch = tempfile.mkdtemp(prefix="bv")
    with SmallDisk(torture.binaries, small.sources(), small_year.tables(),
                   store_size_mib=64, **UNGUARDED) as instance:
        disk = FullDisk(torture, instance, scratch)
        disk.mount()
        try:
            steps_run(torture, disk)
            torture.control("ett avhugget lager", disk.control())
        finally:
            disk.unmount()
            shutil.rmtree(scratch)
    for name, count in disk.counts.items():
        torture.figure(name, count)
