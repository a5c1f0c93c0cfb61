# SPDX-License-Identifier: Apache-2.0
"""What every torture counts and says.

A torture is a file `torture_NAME.py`: the first line of its docstring says what it does, COUNT
how many faults a run injects unless told, and run(torture) does it.  With PROGRAM it is another
program.
"""

import os
import random

SHOWN_MAX = 20


class Torture:
    """One run.  Every chance is drawn from @seed, so that the same seed gives the same faults."""

    def __init__(self, name, binaries, seed, count):
        self.name = name
        self.binaries = binaries
        self.seed = seed
        self.count = count
        self.chance = random.Random(seed)
        self.injected = 0
        self.cases = 0
        self.bad = 0
        self.controls = []  # (what was broken on purpose, was it found)
        print(f"frö {seed}", flush=True)

    def chance_of(self, case):
        """The chances of one case: it can be repeated without those before it."""
        return random.Random(f"{self.seed} {case}")

    def tool(self, name):
        """A program or preloaded library made of tests/torture/tools/NAME.c."""
        return os.path.join(os.path.dirname(self.binaries), "torture", name)

    def inject(self, count=1):
        self.injected += count

    def case(self):
        self.cases += 1

    def is_done(self):
        return self.injected >= self.count or self.bad > SHOWN_MAX

    def wrong(self, what, options=""):
        """Something did not hold; @options repeat it."""
        self.bad += 1
        print(f"fel: {what}\n     ./dev torture {self.name} --seed {self.seed} {options}".rstrip(),
              flush=True)

    def control(self, what, is_found):
        """A fault made on purpose, which the same comparison must find."""
        self.controls.append((what, bool(is_found)))

    def figure(self, name, value):
        print(f"figure torture_{self.name}_{name} {value}", flush=True)

    def end(self):
        """The exit code."""
        for what, is_found in self.controls:
            print(f"kontroll: {what}: {'upptäckt' if is_found else 'INTE UPPTÄCKT'}")
        is_blind = not self.controls or not all(is_found for _, is_found in self.controls)
        self.figure("cases", self.cases)
        print(f"torture {self.name} injected={self.injected} bad={self.bad} "
              f"control={'passed' if is_blind else 'failed'}", flush=True)
        return 1 if self.bad or is_blind or not self.injected else 0
