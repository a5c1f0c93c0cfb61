# SPDX-License-Identifier: Apache-2.0
"""SIGTERM, rolling restarts, watchdogs that expire, and peers of another version.

While a year is imported, daemons are ended by SIGTERM, which must end with 0, one or all in turn;
one is frozen until its watchdog, fed as systemd's, has not been for the time agreed, and is then
killed, while the others answer; peers of a newer version send what is not known here: a question
is refused by name, a message is dropped and counted.  After each month everything must be as the
files and the reference say.  The control is an aggregate that has forgotten which files it knows.
"""

import os
import select
import signal
import socket
import threading
import time

from asking import STATUS, TEXT_FIELD, NoAnswer
from fleet import DAEMONS, Fleet
from support import protobuf
from torture_kill import Pass, Reference, forgetting, options, passes_run
from year import Year

__all__ = ["options"]
COUNT = 200
WATCHDOG_SECONDS = 2
NEWER_KIND, NEWER_BODY = 4000, 200
UNKNOWN_KIND = 2


class Watchdogs:
    """What systemd hears of each daemon.  It always reads: a daemon waits until it is heard."""

    def __init__(self, fleet):
        self.sockets = {}
        self.counts = dict.fromkeys(DAEMONS, 0)
        for name in DAEMONS:
            path = fleet.path(f"notify-{name}")
            self.sockets[name] = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.sockets[name].bind(path)
            fleet.environments.setdefault(name, {}).update(
                NOTIFY_SOCKET=path, WATCHDOG_USEC=str(WATCHDOG_SECONDS * 1000000))
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.hear, daemon=True)
        self.thread.start()

    def hear(self):
        names = {one: name for name, one in self.sockets.items()}
        while not self.done.is_set():
            for one in select.select(list(names), [], [], 0.1)[0]:
                self.counts[names[one]] += b"WATCHDOG=1" in one.recv(4096)

    def has_expired(self, name):
        """What was on its way is heard first; then nothing may come for the time agreed."""
        time.sleep(0.5)
        before = self.counts[name]
        time.sleep(WATCHDOG_SECONDS)
        return self.counts[name] == before

    def close(self):
        self.done.set()
        self.thread.join()
        for one in self.sockets.values():
            one.close()


class Restarts(Pass):
    """A year of restarts."""

    def fleet(self, is_calm):
        fleet = Fleet(self.torture.binaries, self.year.sources, self.year.tables,
                      environments=self.environments, store_size_mib=128)
        self.watchdogs = Watchdogs(fleet)
        return fleet

    def run(self, is_calm=False):
        try:
            return super().run(is_calm)
        finally:
            self.fed = dict(self.watchdogs.counts)
            self.watchdogs.close()

    def fire(self, fleet, source):
        for _ in range(self.chance.randrange(1, 4)):
            time.sleep(self.chance.uniform(0, 0.1))
            act = self.chance.choices((self.terminate, self.roll, self.freeze, self.newer),
                                      (6, 2, 1, 3))[0]
            act(fleet)
            self.kills[act.__name__] = self.kills.get(act.__name__, 0) + 1

    def terminate(self, fleet, name=None):
        name = name or self.chance.choice(DAEMONS)
        process = fleet.running[name]
        process.terminate()
        if process.wait(timeout=60) != 0 and process.returncode != -signal.SIGTERM:
            self.problems.append(f"{name} slutade med {process.returncode} på SIGTERM")
        fleet.launch(name)

    def roll(self, fleet):
        for name in self.chance.sample(DAEMONS, len(DAEMONS)):
            self.terminate(fleet, name)

    def freeze(self, fleet):
        name = self.chance.choice(DAEMONS)
        process = fleet.running[name]
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        other = self.chance.choice([one for one in DAEMONS if one != name])
        try:
            with fleet.client(other) as client:
                client.ask(STATUS, patience=30)
        except NoAnswer:
            self.problems.append(f"{other} svarar inte medan {name} är fryst")
        if not self.watchdogs.has_expired(name):
            self.problems.append(f"{name} är fryst, men matar sin vakthund")
        process.kill()
        process.wait()
        fleet.launch(name)

    def newer(self, fleet):
        name = self.chance.choice(DAEMONS)
        try:
            with fleet.client(name) as client:
                client.send(protobuf.blob(NEWER_BODY, b"nyare"))
                answer = client.ask(NEWER_KIND, patience=30)
        except NoAnswer:
            self.problems.append(f"{name} svarar inte en nyare")
            return
        if answer.get(2) != [UNKNOWN_KIND] or b"version" not in answer[TEXT_FIELD][0]:
            self.problems.append(f"{name} nekar inte en nyares fråga vid namn: {answer}")

    def tell(self):
        hungry = [name for name, count in self.fed.items() if not count]
        if hungry:
            self.torture.wrong(f"omgång {self.number}: matar aldrig sin vakthund: {hungry}")
        done = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        print(f"omgång {self.number}: {done}", flush=True)


def run(torture):
    with Year(torture.chance) as year:
        reference = Reference(torture, year, Restarts)
        for problem in reference.problems:
            torture.wrong(f"ostört: {problem}")
        torture.control("aggregate vet inte vilka filer den har",
                        Restarts(torture, year, reference, 0,
                                 forgetting(torture, "aggregate", "known")).run())
        passes_run(torture, year, reference, Restarts)
