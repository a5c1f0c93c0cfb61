# SPDX-License-Identifier: Apache-2.0
"""Kills one daemon after the other, at moments drawn from the seed, and counts what it hit."""

import os
import signal
import threading

DAEMON_COUNT = 5
PAUSE_MAX_SECONDS = 0.12
IMPATIENCE = 0.3  # how often a kill comes while another daemon is still on its way up


class Killer:
    """Runs beside the imports until @wanted daemons are dead or the imports are done."""

    def __init__(self, instance, chance, wanted):
        self.instance = instance
        self.chance = chance
        self.wanted = wanted
        self.kills = 0
        self.by_name = {}
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def work(self):
        while self.kills < self.wanted:
            daemons = self.running(0 if self.chance.random() < IMPATIENCE else DAEMON_COUNT)
            if self.done.wait(self.chance.uniform(0.0, PAUSE_MAX_SECONDS)):
                return
            if daemons:
                self.kill(*self.chance.choice(sorted(daemons.items())))

    def running(self, count):
        """The daemons, once there are @count of them."""
        daemons = self.instance.daemons()
        while len(daemons) < count and not self.done.wait(0.005):
            daemons = self.instance.daemons()
        return daemons

    def kill(self, name, pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # it died in between: not our kill
            return
        self.kills += 1
        self.by_name[name] = self.by_name.get(name, 0) + 1
