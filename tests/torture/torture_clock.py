# SPDX-License-Identifier: Apache-2.0
"""The clock jumps by years, over summer time, leap days and 2038, in the midst of imports.

A year is imported while the time of day leaps to and fro, and the machine seems to sleep for days.
Sums must be those of the files, and alerts, plans and delivered lines those of the reference in the
same order: no loss, and no storm of alerts.  The control orders the delivered lines by their time,
and must get another order: the jumps did reach the daemons.
"""

import json
import struct
import time
from datetime import datetime, timezone

from fleet import DAEMONS, Fleet
from torture_kill import Pass, Reference, options, passes_run
from year import Year

__all__ = ["options"]
COUNT = 300
YEAR_SECONDS = 365 * 86400
MOMENTS = [datetime(*moment, tzinfo=timezone.utc).timestamp() for moment in (
    (2020, 3, 29, 0, 59, 59), (2020, 10, 25, 0, 59, 59), (2024, 2, 29, 23, 59, 59),
    (2025, 12, 31, 22, 59, 59), (2038, 1, 19, 3, 14, 6), (2100, 2, 28, 23, 59, 59),
    (1970, 1, 1, 0, 0, 1))]
JUMPS_MAX = 4  # during one file


class Clock(Pass):
    """A year on a clock of its own."""

    def fleet(self, is_calm):
        self.slept = 0
        self.disorder = 0
        environment = {"LD_PRELOAD": self.torture.tool("clock_preload.so"),
                       "TZ": "Europe/Stockholm",
                       "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
        fleet = Fleet(self.torture.binaries, self.year.sources, self.year.tables,
                      environments={name: dict(environment) for name in DAEMONS},
                      store_size_mib=128)
        for variables in fleet.environments.values():
            variables["CLOCK_FILE"] = fleet.path("clock")
        self.set(fleet, 0)
        return fleet

    def set(self, fleet, offset):
        with open(fleet.path("clock"), "r+b" if self.kills else "wb") as file:
            file.write(struct.pack("<qq", int(offset), self.slept))

    def fire(self, fleet, source):
        for _ in range(self.chance.randrange(1, JUMPS_MAX + 1)):
            time.sleep(self.chance.uniform(0, 0.05))
            self.kills["clock"] = self.kills.get("clock", 0) + 1
            if self.chance.random() < 0.3:
                self.slept += self.chance.randrange(1, 10 * 86400)
            if self.chance.random() < 0.5:
                self.set(fleet, self.chance.uniform(-10, 10) * YEAR_SECONDS)
            else:
                self.set(fleet, self.chance.choice(MOMENTS) - time.time())

    def month_check(self, fleet, month, is_reference):
        super().month_check(fleet, month, is_reference)
        with open(fleet.path("state", "larm.jsonl"), encoding="utf-8") as file:
            times = [json.loads(line)["tid"] for line in file]
        self.disorder += times != sorted(times)

    def tell(self):
        print(f"omgång {self.number}: {self.kills.get('clock', 0)} hopp", flush=True)


def run(torture):
    with Year(torture.chance) as year:
        reference = Reference(torture, year, Clock)
        for problem in reference.problems:
            torture.wrong(f"ostört: {problem}")
        passes = []

        def one(*words):
            passes.append(Clock(*words))
            return passes[-1]
        passes_run(torture, year, reference, one)
        torture.control("rader ordnade efter tid", all(one.disorder for one in passes))
