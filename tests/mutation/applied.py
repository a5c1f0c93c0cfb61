# SPDX-License-Identifier: Apache-2.0
"""Damaged files through the real daemons: each in quarantine with its line, and no figure moved."""

import hashlib
import os
import re

import plan
from misses import KNOWN
from support import small
from support.instance import Instance

EX_DATAERR = 65
PERIOD = "2020-12"


def quarantined(instance, source, content):
    """Whether the file lies there as it came, with a report beside it."""
    path = instance.path("state", "quarantine", source, hashlib.sha256(content).hexdigest())
    if not os.path.exists(path) or not os.path.exists(path + ".txt"):
        return False
    with open(path, "rb") as file:
        return file.read() == content


def is_refused(instance, case, number):
    path = instance.write(f"fall-{number}", case.content)
    result = instance.take_in(path, case.source)
    os.unlink(path)
    lines = set(re.findall(r"\brad (\d+)(?:, kolumn \d+)?:", result.stdout + result.stderr))
    if (result.returncode == EX_DATAERR and lines == {str(case.expected)}
            and quarantined(instance, case.source, case.content)):
        return True
    print(f"miss: {case}: kod {result.returncode}, rader {sorted(lines)}", flush=True)
    return False


def valid_taken_in(instance, bases):
    """How many of the valid files that give the reports their figures were refused."""
    refused = 0
    budget = plan.dressed(bases.of_format["budget"][0], "utf-8", "\n").bytes()
    for source, content in (("sie-auto", small.ledger().bytes()), ("budget-auto", budget)):
        result = instance.take_in(instance.write("felfri", content), source)
        if result.returncode != 0:
            print(f"felfri fil för {source}: {result.stdout}{result.stderr}", flush=True)
            refused += 1
    return refused


def try_applied(binaries, bases, seed, count, tables):
    """How many of @count files were not refused as they must, or moved a figure."""
    if count == 0:
        return 0
    bad = made = 0
    with Instance(binaries, plan.sources(), tables) as instance:
        instance.start()
        bad += valid_taken_in(instance, bases)
        before = instance.report_bytes(PERIOD)
        for case in plan.cases(bases, seed + 1, count * 100):
            if made == count:
                break
            if case.kind.name in KNOWN:
                continue
            made += 1
            bad += not is_refused(instance, case, made)
        moved = instance.report_bytes(PERIOD) != before
        instance.stop()
    print(f"figure mutation_applied {int(moved)}")
    print(f"figure mutation_quarantined {made - bad}")
    return bad + moved
