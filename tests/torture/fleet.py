# SPDX-License-Identifier: Apache-2.0
"""The daemons of one instance without a supervisor: each can be killed and started at will, and a
proxy that loses, doubles and delays messages can stand on every hop between them."""

import os
import shutil
import signal
import subprocess
import time

from asking import STATUS, Client, NoAnswer
from support.instance import Failure, Instance, conf_text, is_settled

DAEMONS = ("ingest", "aggregate", "forecast", "alert", "notify")
ENDPOINTS = [f"{name}.control" for name in DAEMONS] + ["aggregate.batch"] + [
    f"{name}.bell" for name in DAEMONS[:-1]]
PARSER = "parse"


class Fleet(Instance):
    """@proxy: the words that start hop_proxy, without folders; @environments: name -> variables."""

    def __init__(self, binaries, sources, tables, proxy=None, environments=None, **settings):
        super().__init__(binaries, sources, tables, **settings)
        self.proxy_words = proxy
        self.proxy = None
        self.environments = environments or {}
        self.wrappers = {}  # name -> words before its first start
        self.running = {}
        self.exits = []  # (name, code) of those that ended by themselves
        os.makedirs(self.path("run"))
        for name in (*DAEMONS, "ask"):
            self.lay_out(name, settings)
        self.config = self.path("ask.conf")

    def lay_out(self, name, settings):
        """A runtime folder of its own, where the others are reached through the proxy."""
        self.write(f"{name}.conf", conf_text("prov", self.sources,
                                             **{**settings, "runtime": f"hops/{name}"}))
        os.makedirs(self.path("hops", name))
        for endpoint in ENDPOINTS:
            owner = endpoint.partition(".")[0]
            direct = self.path("hops", owner, endpoint)
            target = self.path("run", endpoint) if self.proxy_words and name != "ask" else direct
            if owner != name:
                os.symlink(target, self.path("hops", name, endpoint))

    # ---- processes ---------------------------------------------------------

    def start(self):
        if self.proxy_words:
            self.proxy = subprocess.Popen(
                [*self.proxy_words[:2], self.path("run"), self.path("hops"),
                 *self.proxy_words[2:]], stdout=subprocess.PIPE, text=True)
            if self.proxy.stdout.readline() != "redo\n":
                raise Failure("hop_proxy startade inte")
        for name in DAEMONS:
            self.launch(name)
        return self

    def words(self, name):
        return [*self.wrappers.pop(name, ()), self.program(f"budgetvakt-{name}"), "--config",
                self.path(f"{name}.conf")]

    def launch(self, name):
        with open(self.log, "ab") as log:
            self.running[name] = subprocess.Popen(
                self.words(name), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self.environments.get(name, {})})

    def launch_ended(self):
        """Starts what has ended by itself, as a supervisor would."""
        for name, process in self.running.items():
            if process.poll() is not None:
                self.exits.append((name, process.returncode))
                self.launch(name)

    def parsers(self):
        pid = self.running["ingest"].pid
        try:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                return [int(word) for word in file.read().split()]
        except OSError:
            return []

    def strike(self, name, signal_number=signal.SIGKILL):
        """Ends one process at once and starts it anew; False when there was none."""
        if name == PARSER:
            pids = self.parsers()
            try:
                os.kill(pids[-1], signal_number)
            except (IndexError, ProcessLookupError):
                return False
            return True
        process = self.running[name]
        if process.poll() is not None:
            self.launch_ended()
            return False
        process.send_signal(signal_number)
        process.wait()
        self.launch(name)
        return True

    def stop(self):
        """name -> exit code on SIGTERM; the proxy's counts come last."""
        for process in self.running.values():
            process.terminate()
        codes = {name: process.wait(timeout=30) for name, process in self.running.items()}
        self.running = {}
        return codes

    def proxy_end(self):
        """How many messages were lost, doubled and delayed."""
        if not self.proxy:
            return (0, 0, 0)
        self.proxy.terminate()
        counts = tuple(map(int, self.proxy.communicate(timeout=10)[0].split()))
        self.proxy = None
        return counts

    def kill(self):
        for process in self.running.values():
            process.kill()
            process.wait()
        self.running = {}
        if self.proxy:
            self.proxy.kill()
            self.proxy.communicate()
            self.proxy = None

    # ---- files and questions -----------------------------------------------

    def drop(self, path, source):
        """Into the inbox, as one move."""
        folder = self.path("inbox", source)
        os.makedirs(folder, exist_ok=True)
        half = self.path(f"halv-{os.path.basename(path)}")
        shutil.copyfile(path, half)
        os.rename(half, os.path.join(folder, os.path.basename(path)))

    def is_taken(self, source):
        """Nothing of @source is waiting or being read."""
        return not any(os.listdir(folder) for folder in (self.path("inbox", source),
                                                         self.path("state", "spool", source))
                       if os.path.isdir(folder))

    def client(self, name):
        return Client(self.path("hops", name, f"{name}.control"))

    def status(self):
        daemons = {}
        for name in DAEMONS:
            with self.client(name) as client:
                try:
                    rows = client.rows(STATUS, patience=1)
                except NoAnswer:
                    return None
            daemons[name] = {row["nyckel"]: row["text"] if row["tal"] is None else row["tal"]
                             for row in rows}
        return daemons

    def settle(self, patience=120):
        deadline = time.monotonic() + patience
        while True:
            self.launch_ended()
            status = self.status()
            if status and is_settled(status) and all(map(self.is_taken, self.source_names())):
                return
            if time.monotonic() > deadline:
                raise Failure(f"kom inte till ro på {patience} s: {status}\n{self.log_tail()}")
            time.sleep(0.01)

    def source_names(self):
        return [source.name for source in self.sources]
