# SPDX-License-Identifier: Apache-2.0
"""Kills one daemon after the other, at moments drawn from the seed, and counts what it hit."""

import os
import signal
import threading


class Killer:
    """Runs beside the imports until @wanted daemons are dead or the imports are done."""

    def __init__(self, instance, chance, wanted, seconds):
        self.instance = instance
        self.chance = chance
        self.wanted = wanted
        self.pause_max = max(0.1, min(1.0, seconds / 40))
        self.kills = 0
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
            if self.done.wait(self.chance.uniform(0.0, self.pause_max)):
                return
            daemons = sorted(self.instance.daemons().items())
            if daemons:
                _, pid = self.chance.choice(daemons)
                try:
                    os.kill(pid, signal.SIGKILL)
                    self.kills += 1
                except ProcessLookupError:  # it died in between: not our kill
                    pass
