# SPDX-License-Identifier: Apache-2.0
"""Damaged files through the real daemons: each in quarantine with its line, and no figure moved."""

import hashlib
import itertools
import json
import os
import re

import base_list
import base_sie
import plan
from support import small
from support.instance import Instance

EX_DATAERR = 65
PERIOD = "2020-12"


LEDGER_SHARE = 10  # one of so many is of a kind that only the ledger sees
# Of vouchers and rows: such words are nobody's to read in a report.
SECRETS = [text for text in (*base_list.TEXTS, *base_sie.WORDS) if " " in text]


def quarantined(instance, case):
    """Whether the file lies there as it came, with its reports beside it: the same lines, and
    nothing of what the texts in it say."""
    digest = hashlib.sha256(case.content).hexdigest()
    path = instance.path("state", "quarantine", case.source, digest)
    try:
        with open(path, "rb") as file:
            content = file.read()
        with open(path + ".txt", encoding="utf-8") as file:
            report = file.read()
        with open(path + ".json", encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return False
    told = json.loads(text)
    errors = [finding for finding in told["fynd"] if finding["grad"] == "fel"]
    return (content == case.content and told["sha256"] == digest
            and told["kalla"] == case.source and told["antal_fel"] >= len(errors) > 0
            and {error["rad"] for error in errors} == {case.expected}
            and all(error["kod"] and error["funnet"] and error["vantat"] for error in errors)
            and not any(secret in text + report for secret in SECRETS))


def is_refused(instance, case, number):
    path = instance.write(f"fall-{number}", case.content)
    result = instance.take_in(path, case.source)
    os.unlink(path)
    lines = set(re.findall(r"\brad (\d+)(?:, kolumn \d+)?:", result.stdout + result.stderr))
    if (result.returncode == EX_DATAERR and lines == {str(case.expected)}
            and quarantined(instance, case)):
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
    bad = 0
    with Instance(binaries, plan.sources(), tables) as instance:
        instance.start()
        bad += valid_taken_in(instance, bases)
        before = instance.report_bytes(PERIOD)
        of_ledger = plan.cases(bases, seed + 2, count // LEDGER_SHARE, needs_ledger=True)
        others = plan.cases(bases, seed + 1, count - count // LEDGER_SHARE)
        for made, case in enumerate(itertools.chain(of_ledger, others), 1):
            bad += not is_refused(instance, case, made)
        moved = instance.report_bytes(PERIOD) != before
        instance.stop()
    print(f"figure mutation_applied {int(moved)}")
    print(f"figure mutation_quarantined {count - bad}")
    return bad + moved
