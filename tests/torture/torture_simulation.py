# SPDX-License-Identifier: Apache-2.0
"""Years of a small municipality in a simulated machine, followed by an oracle.

The daemons' own code runs in one process on a clock that is a number, with stores in memory, over
a network that loses, doubles, delays and so reorders, and is killed at any call that it makes; the
wall clock jumps.  After each month tests/simulation/oracle.py makes all anew from files and orders:
sums, forecasts, alerts, plans, deliveries.  COUNT is years.  The same seed gives the same bytes.
The controls lose a follower's cursor, and a commit, now and then.
"""

import hashlib
import os
import subprocess
import sys

from support.instance import ROOT

FOLDER = os.path.join(ROOT, "tests", "simulation")
sys.path.append(FOLDER)

from oracle import Oracle  # noqa: E402
from tables import Tables  # noqa: E402

COUNT = 300
CONTROL_YEARS = 12
FAULTS = ("kills", "lost", "doubled", "delayed", "jumps", "full")


def options(parser):
    parser.add_argument("--town", type=int, help="only the municipality of this seed")


def trace(torture, years, *words):
    """The lines of a run."""
    command = [torture.tool("simulation"), os.path.join(FOLDER, "config"),
               "--seed", str(torture.seed), "--years", str(years), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        yield from process.stdout
    if process.returncode != 0:
        yield b"bad the simulation ended with %d\n" % process.returncode


def followed(torture, wrong, years, *words):
    oracle = Oracle(Tables(os.path.join(FOLDER, "config")), wrong)
    for line in trace(torture, years, *words):
        oracle.line(line.decode().rstrip("\n"))
    return oracle


def digest(torture):
    sha256 = hashlib.sha256()
    for line in trace(torture, 3):
        sha256.update(line)
    return sha256.hexdigest()


def control(torture, word):
    """Whether a control is found; how often, and what else goes wrong after it, is no matter."""
    found = []
    followed(torture, lambda town, what: found.append(what), CONTROL_YEARS, "--control", word)
    return found


def run(torture):
    only = ("--town", str(torture.options.town)) if torture.options.town else ()
    if digest(torture) != digest(torture):
        torture.wrong("samma frö gav ett annat förlopp")
    oracle = followed(torture, lambda town, what: torture.wrong(f"kommun {town}: {what}",
                                                                f"--count 3 --town {town}"),
                      torture.count, *only)
    torture.inject(sum(oracle.figures.get(name, 0) for name in FAULTS))
    torture.cases = oracle.counts["drained"]
    told = ", ".join(f"{name} {oracle.figures.get(name, 0)}" for name in FAULTS)
    print(f"fel: {told}; filer {oracle.counts['verdict']}, larm {oracle.counts['A']}, "
          f"leveranser {oracle.counts['line']}, order {oracle.counts['answer']}")
    print(f"figure simulation_years {oracle.figures.get('years', 0)} år")
    torture.control("en läsare glömmer hur långt den kommit", control(torture, "cursor"))
    torture.control("något sägs vara lagrat som inte är det", control(torture, "commit"))
