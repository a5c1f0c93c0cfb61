# SPDX-License-Identifier: Apache-2.0
"""From the moment the Ekerö August file lies in the inbox to the moment its alert is published."""

import json
import os
import re
import subprocess
import time

from measure import figure, median, peak_memory
from support.case import read_case
from support.instance import ROOT, Instance
from support.small import RULES_HEAD

CASE = os.path.join(ROOT, "tests", "data", "acceptance", "ekero-2020-myndighet")
AREA = "Familjehem/jourhem"
EXTRA_ORE = 10_000_000_00
RULE = f"Utfall över budget;utfall;;{AREA};8000;;7000;;nej;\n"


def with_extra(content, extra_ore, exported):
    """The August file with one voucher more, its totals kept right, and another export date."""
    content = re.sub(rb"#GEN \d+", b"#GEN %d" % exported, content)
    if not extra_ore:
        return content

    def plus(match):
        ore = int(match[2].replace(b".", b"")) + extra_ore
        return match[1] + (b"-" if ore < 0 else b"") + b"%d.%02d" % divmod(abs(ore), 100)
    for head in (rb"#RES 0 4611 ", rb"#PSALDO 0 202008 4611 \{\} "):
        content, count = re.subn(rb"(" + head + rb")(-?\d+\.\d\d)", plus, content)
        assert count == 1, head
    kronor = b"%d.%02d" % divmod(extra_ore, 100)
    return content + (b'#VER X 1 20200831 "Tillkommer" 20200831\r\n{\r\n'
                      b'   #TRANS 4611 {1 "4151" 20 "560"} ' + kronor + b' 20200831\r\n'
                      b'   #TRANS 1930 {} -' + kronor + b' 20200831\r\n}\r\n')


def drop(instance, name, content):
    """Written beside, then renamed in; gives the moment of the rename."""
    folder = instance.path("inbox", "huvudbok")
    hidden = os.path.join(folder, "." + name)
    with open(hidden, "wb") as file:
        file.write(content)
    start = time.perf_counter()
    os.rename(hidden, os.path.join(folder, name))
    return start


def next_event(stream, state):
    """The next line of the feed that says so about August; earlier years may have a say too."""
    while True:
        values = json.loads(stream.readline()).values()
        if state in values and "2020-08" in values:
            return


def measure(binaries, rounds):
    case = read_case(CASE)
    august = case.imports[-1][0]
    with open(august, "rb") as file:
        content = file.read()
    tables = {**case.tables, "larmregler.csv": RULES_HEAD + RULE}
    with Instance(binaries, case.sources, tables) as instance:
        instance.start()
        for path, source in case.imports[:-1]:
            result = instance.take_in(path, source)
            assert result.returncode == 0, result.stdout + result.stderr
        instance.settle()
        times = {"larm": [], "återställt": []}
        with subprocess.Popen([instance.program("budgetvakt"), "subscribe", "--from", "1",
                               "--config", instance.config],
                              stdout=subprocess.PIPE) as follower:
            for number in range(2 * rounds):
                state = "återställt" if number % 2 else "larm"
                exported = 20200901 + number // 28 * 100 + number % 28
                changed = with_extra(content, 0 if number % 2 else EXTRA_ORE, exported)
                start = drop(instance, f"augusti-{number:02d}.se", changed)
                next_event(follower.stdout, state)
                times[state].append((time.perf_counter() - start) * 1000)
            follower.terminate()
        times = times["larm"]
        figure("drop_to_alert_median", median(times), "ms")
        figure("drop_to_alert_min", min(times), "ms")
        figure("drop_to_alert_max", max(times), "ms")
        figure("drop_to_alert_rounds", len(times), "st")
        peak_memory(instance, "ekero")
