# SPDX-License-Identifier: Apache-2.0
"""A scratch instance: configuration, `budgetvakt run`, commands, and an end that leaves nothing."""

import csv
import glob
import io
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
READY_SECONDS = 60
COMMAND_SECONDS = 180


def find_binaries(given=None):
    """--bin, the environment, the newest build below build/, or else a new one."""
    if given or os.environ.get("BUDGETVAKT_BIN"):
        return os.path.abspath(given or os.environ["BUDGETVAKT_BIN"])
    built = os.path.join(ROOT, "build", "*", "bin", "budgetvakt")
    if not glob.glob(built):
        print("Bygger …", file=sys.stderr, flush=True)
        subprocess.run([os.path.join(ROOT, "dev"), "build", "release"], check=True,
                       stdout=subprocess.DEVNULL)
    return os.path.dirname(max(glob.glob(built), key=os.path.getmtime))


def scratch_folder(prefix="bv"):
    """Short, since the path of an ipc socket may not be longer than about 100 bytes."""
    folder = tempfile.mkdtemp(prefix=prefix)
    if len(folder) > 60:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix=prefix, dir="/tmp")
    return folder


def setting(value):
    def quoted(text):
        return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'
    if isinstance(value, (list, tuple)):
        return "{" + ", ".join(quoted(item) for item in value) + "}"
    return str(value) if isinstance(value, int) else quoted(value)


def conf_text(name, sources, **settings):
    """budgetvakt.conf, every path relative to it."""
    top = {"instance": name, "tables": ".", "state": "state", "runtime": "run", "inbox": "inbox",
           "store_size_mib": 512, **settings}
    lines = [f"{key} = {setting(value)}" for key, value in top.items()]
    for source in sources:
        lines.append(f'source "{source.name}" {{')
        block = {"format": source.format, "mode": source.mode, "pattern": "*", **source.settings}
        lines += [f"\t{key} = {setting(value)}" for key, value in block.items()]
        lines.append("}")
    return "\n".join(lines) + "\n"


def is_settled(status):
    ends = (status["ingest"]["journal"], status["aggregate"]["seq"],
            status["forecast"]["journal"], status["alert"]["journal"])
    cursors = [status["alert"]["ingest_last_till"],
               *(status[name]["last_till"] for name in ("forecast", "alert", "notify"))]
    return (all(cursor >= end for cursor, end in zip(cursors, ends))
            and status["ingest"]["i_ko"] == 0 and not status["ingest"]["pagaende_fil"]
            and status["notify"]["vantar"] == 0)


class Failure(Exception):
    """Something did not come about in time, or ended otherwise than expected."""


class Instance:
    """Use as a context manager: on leaving, everything is stopped and removed unless kept."""

    def __init__(self, binaries, sources, tables, name="prov", conf=None, **settings):
        self.binaries = binaries
        self.folder = scratch_folder()
        self.config = os.path.join(self.folder, "budgetvakt.conf")
        self.sources = sources
        self.name, self.settings = name, settings
        self.supervisor = None
        self.log = os.path.join(self.folder, "log")
        self.keep = False
        self.write("budgetvakt.conf", conf or conf_text(name, sources, **settings))
        for file_name, text in tables.items():
            self.write(file_name, text)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.kill()
        faults = self.sanitizer_faults()
        if self.keep or (kind is not None and os.environ.get("BUDGETVAKT_KEEP")):
            print(f"provkatalogen finns kvar: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        if faults and kind is None:
            raise Failure(f"sanitizer: {faults}")

    def sanitizer_faults(self):
        """A daemon that a sanitizer ended is started again by the supervisor: look in the log."""
        if not os.path.exists(self.log):
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            log = file.read()
        found = re.search(r"(ERROR: \w+Sanitizer|runtime error:)", log)
        return log[found.start():found.start() + 4000] if found else ""

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        return self.path(name)

    # ---- processes ---------------------------------------------------------

    def program(self, name):
        return os.path.join(self.binaries, name)

    def configure(self, **settings):
        """Other settings than so far; for the next start."""
        self.settings.update(settings)
        self.write("budgetvakt.conf", conf_text(self.name, self.sources, **self.settings))

    def start(self, patience=READY_SECONDS, **process):
        """`budgetvakt run`, and waits until it says that it is ready (@patience 0: does not)."""
        self.lines = queue.Queue()
        with open(self.log, "ab") as log:
            self.supervisor = subprocess.Popen(
                [self.program("budgetvakt"), "run", "--config", self.config],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                start_new_session=True, **process)
        threading.Thread(target=self.pump, args=(self.supervisor, self.lines), daemon=True).start()
        if patience > 0:
            self.wait_ready(patience)
        return self

    @staticmethod
    def pump(process, lines):
        for line in process.stdout:
            lines.put(line.decode("utf-8", "replace").strip())
        lines.put(None)

    def wait_ready(self, patience=READY_SECONDS):
        deadline = time.monotonic() + patience
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise Failure(f"blev inte redo på {patience} s:\n{self.log_tail()}") from None
            if line is None:
                raise Failure(f"budgetvakt run slutade, kod {self.supervisor.wait()}:\n"
                              f"{self.log_tail()}")
            if "redo" in line:
                return

    def log_tail(self, size=3000):
        with open(self.log, "rb") as file:
            return file.read()[-size:].decode("utf-8", "replace")

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def drop(self, name, content, source):
        """Into the inbox, as an export does: whole."""
        folder = self.path("inbox", source)
        os.makedirs(folder, exist_ok=True)
        self.write("." + name, content)
        os.rename(self.path("." + name), os.path.join(folder, name))

    def processes(self):
        """pid -> program name of everything that runs on this configuration."""
        found = {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
                with open(f"/proc/{entry}/stat", "rb") as file:
                    is_zombie = file.read().rpartition(b")")[2].split()[0] == b"Z"
            except (FileNotFoundError, ProcessLookupError):
                continue
            if self.config.encode() in words and not is_zombie:
                found[int(entry)] = os.path.basename(words[0].decode())
        return found

    def daemons(self):
        """name -> pid, without the supervisor and the parsers that ingest starts."""
        own = self.supervisor.pid if self.supervisor else None
        return {name: pid for pid, name in self.processes().items()
                if pid != own and name.startswith("budgetvakt-") and name != "budgetvakt-parse"}

    def stop(self):
        """SIGTERM; gives the exit code and checks that nothing is left."""
        if not self.supervisor:
            return 0
        self.supervisor.send_signal(signal.SIGTERM)
        try:
            code = self.supervisor.wait(timeout=30)
        except subprocess.TimeoutExpired:
            raise Failure(f"slutade inte på SIGTERM:\n{self.log_tail()}") from None
        finally:
            self.supervisor.stdout.close()
        self.supervisor = None
        left = self.processes()
        if left:
            raise Failure(f"kvar efter stopp: {left}")
        return code

    def kill(self):
        if self.supervisor:
            self.supervisor.kill()
            self.supervisor.wait()
            self.supervisor.stdout.close()
            self.supervisor = None
        for _ in range(3):
            for pid in self.processes():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    # ---- commands ----------------------------------------------------------

    def run(self, *words, environment=None, timeout=COMMAND_SECONDS, program="budgetvakt"):
        """CompletedProcess of one command, texts decoded."""
        return subprocess.run([self.program(program), *words, "--config", self.config],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                              encoding="utf-8", check=False,
                              env={**os.environ, **(environment or {})})

    def ask(self, *words):
        """The standard output of a command that must succeed."""
        result = self.run(*words)
        if result.returncode != 0:
            raise Failure(f"budgetvakt {' '.join(words)}: kod {result.returncode}\n"
                          f"{result.stdout}{result.stderr}\n{self.log_tail()}")
        return result.stdout

    def json(self, *words):
        return json.loads(self.ask(*words, "--json"))

    def rows(self, *words):
        """The rows of a query as dictionaries."""
        return self.json(*words)["rader"]

    def take_in(self, path, source, *options):
        return self.run("import", path, "--source", source, *options)

    def status(self):
        """daemon -> {key: number or text}; None when one does not answer."""
        result = self.run("status", "--json")
        if result.returncode != 0:
            return None
        daemons = {}
        for row in json.loads(result.stdout)["rader"]:
            value = row["text"] if row["tal"] is None else row["tal"]
            daemons.setdefault(row["daemon"], {})[row["nyckel"]] = value
        return daemons

    def settle(self, patience=60):
        """Until what was in has gone all the way: every cursor is at its producer's end, asked
        from the source down, and nothing waits to be read or delivered."""
        deadline = time.monotonic() + patience
        while True:
            status = self.status()
            if status and is_settled(status):
                return
            if time.monotonic() > deadline:
                raise Failure(f"kom inte till ro på {patience} s: {status}\n{self.log_tail()}")
            time.sleep(0.02)

    def report(self, kind, period, unit="kr", *options):
        """(header, rows) of a report as CSV."""
        text = self.ask("report", kind, "--period", period, "--unit", unit, "--format", "csv",
                        *options)
        rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";"))
        return rows[0], rows[1:]

    def report_bytes(self, period):
        """Both reports, to be compared byte for byte."""
        return "".join(self.ask("report", kind, "--period", period, "--unit", "kr",
                                "--format", "csv") for kind in ("verksamheter", "resultat"))
