# SPDX-License-Identifier: Apache-2.0
"""kill -9 on every daemon at random moments while a year is imported.

An undisturbed run first; then the same imports again and again under fire until COUNT daemons have
been killed, each pass on a fresh instance.  Some files come broken first and are refused.  Reports,
alerts, plans and the delivered events must be byte for byte those of the undisturbed run.  The
control imports one file under a changed amount and must be found different.
"""

import os

from killing import Killer
from outcome import outcome_of
from support.case import read_case
from support.instance import ROOT, Failure, Instance
from support.small import RULES_HEAD

COUNT = 300
CASE = os.path.join(ROOT, "tests", "data", "acceptance", "ekero-2020-myndighet")
RULES = """Nämndens prognos;prognos;0;;1000;0,2;500;0,1;ja;30
Områdets prognos;prognos;1;;1000;1,5;600;1;nej;
Insatsens prognos;prognos;2;;500;1,5;300;1;ja;30
Insatsens utfall;utfall;2;;500;2;300;1;nej;
"""
BROKEN = b"#VER Z 1 20200101\r\n{\r\n#TRANS 4011 {} 1x,00\r\n}\r\n"
REFUSED_EVERY = 3
TRIES = 100
KILLS_PER_PASS = 20  # few enough that every import of a pass has its share


def new_instance(binaries, case):
    tables = {**case.tables, "larmregler.csv": RULES_HEAD + RULES,
              "mottagare.csv": "mottagare;slag;adress\nEkonomer;fil;larm.jsonl\n"}
    return Instance(binaries, case.sources, tables)


def take_in(instance, path, source, code=0):
    """Until there is a verdict: whoever drops a file tries again when nobody answers."""
    for _ in range(TRIES):
        result = instance.take_in(path, source)
        if result.returncode == code:
            return
        if result.returncode in (0, 65):
            break
    raise Failure(f"{path}: kod {result.returncode}\n{result.stdout}{result.stderr}\n"
                  f"{instance.log_tail()}")


def set_forecasts(instance, path):
    for _ in range(TRIES):
        result = instance.run("forecast", "set", "--file", path)
        if result.returncode == 0:
            return
    raise Failure(f"{path}: kod {result.returncode}\n{result.stderr}\n{instance.log_tail()}")


def run_year(instance, case, change=None):
    """Everything in, one file after the other."""
    for number, (path, source) in enumerate(case.imports):
        if change and os.path.basename(path) == change:
            path = changed_copy(instance, path)
        if number % REFUSED_EVERY == 0 and path.endswith(".se"):
            take_in(instance, broken_copy(instance, path), source, 65)
        take_in(instance, path, source)
    instance.settle(patience=120)
    for path in case.forecasts:
        set_forecasts(instance, path)
    instance.settle(patience=120)


def broken_copy(instance, path):
    """The same name, and a voucher that cannot be read at the end."""
    with open(path, "rb") as file:
        return instance.write(os.path.basename(path), file.read() + BROKEN)


def changed_copy(instance, path):
    """The first amount of the budget gets a digit more."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed = text.replace(";-", ";-1", 1)
    assert changed != text
    return instance.write(os.path.basename(path), changed)


def undisturbed(binaries, case, change=None):
    with new_instance(binaries, case) as instance:
        instance.start()
        run_year(instance, case, change)
        instance.stop()
        instance.start()
        instance.settle()
        outcome = outcome_of(instance)
        instance.stop()
    return outcome


def under_fire(binaries, case, chance, wanted):
    """(the killer with its counts, outcome) of one pass."""
    with new_instance(binaries, case) as instance:
        instance.start()
        with Killer(instance, chance, wanted) as killer:
            run_year(instance, case)
        instance.settle(patience=120)
        outcome = outcome_of(instance)
        instance.keep = os.environ.get("BUDGETVAKT_KEEP") is not None
        instance.stop()
    return killer, outcome


def difference(expected, actual):
    return [name for name in expected if expected[name] != actual.get(name)]


def run(torture):
    case = read_case(CASE)
    expected = undisturbed(torture.binaries, case)
    torture.control("ett belopp ändrat i en fil",
                    difference(expected, undisturbed(torture.binaries, case, "budget-2020.csv")))
    while not torture.is_done():
        wanted = min(KILLS_PER_PASS, torture.count - torture.injected)
        killer, outcome = under_fire(torture.binaries, case, torture.chance, wanted)
        torture.case()
        torture.inject(killer.kills)
        hit = ", ".join(f"{name.removeprefix('budgetvakt-')} {count}"
                        for name, count in sorted(killer.by_name.items()))
        print(f"omgång {torture.cases}: {killer.kills} dödade ({hit})", flush=True)
        different = difference(expected, outcome)
        if different:
            torture.wrong(f"omgång {torture.cases} avviker: {', '.join(different)}")
        if killer.kills == 0:
            break
