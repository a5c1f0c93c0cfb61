# SPDX-License-Identifier: Apache-2.0
"""kill -9 before every system call of a month's import, for each daemon and the parser.

A month is made from the seed and imported undisturbed: the reference.  Then once for every call of
every daemon: the program is killed before that call, started anew, and the month goes on.  Calls
that leave no trace outside (waiting, asking, memory) are not counted: killing before them is
killing before the next that does.  With --count, so many of all calls are drawn.  The sums must be
those of the files, and alerts, plans and delivered lines those of the reference.  The control is an
aggregate that has forgotten which files it knows; one of the month's files comes twice.
"""

import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from asking import NoAnswer
from books import Books
from fleet import DAEMONS, PARSER, Fleet
from outcome import different, outcome_of
from support.instance import Failure
from torture_kill import await_taken, forgetting
from year import YEAR, Year

COUNT = 0  # every one
CASES_AT_ONCE = 8
KILLED = 137
BEYOND = 1.25  # two runs never make exactly as many calls: look so far behind the last
PARSER_SCRIPT = """#!/bin/sh
if [ -n "$KILL_AT" ] && mkdir "$KILL_AT_ONCE" 2>/dev/null; then
  exec {tool} "$KILL_AT" {program} "$@" 9>"$KILL_AT_COUNT"
fi
exec {program} "$@"
"""


def options(parser):
    parser.add_argument("--daemon", choices=(*DAEMONS, PARSER), help="only its calls")
    parser.add_argument("--at", type=int, help="only the call with this number")


class Month:
    """The files, the programs, and what must come of them."""

    def __init__(self, torture, year, folder):
        self.torture = torture
        self.year = year
        self.binaries = folder
        self.books = Books(year, YEAR)
        self.expected = None
        for name in os.listdir(torture.binaries):
            shutil.copy2(os.path.join(torture.binaries, name), folder)
        parser = os.path.join(folder, "budgetvakt-parse")
        os.rename(parser, parser + ".real")
        with open(parser, "w", encoding="utf-8") as file:
            file.write(PARSER_SCRIPT.format(tool=torture.tool("kill_at"), program=parser + ".real"))
        os.chmod(parser, 0o755)


class Case:
    """One import of the month with a kill before call @number of @name; 0 kills nothing."""

    def __init__(self, month, name, number, environments=None):
        self.month = month
        self.name = name
        self.number = number
        self.environments = environments or {}
        # LeakSanitizer cannot work beside a tracer.
        self.environments.setdefault(name, {"ASAN_OPTIONS": "detect_leaks=0"})
        self.is_killed = False
        self.count = 0
        self.problems = []

    def run(self):
        year = self.month.year
        with Fleet(self.month.binaries, year.sources, year.tables, store_size_mib=64,
                   environments=self.environments) as fleet:
            counted = fleet.path("count")
            self.arm(fleet, counted)
            try:
                self.month_run(fleet)
                outcome = insist(fleet, lambda: outcome_of(fleet))
                self.month.expected = self.month.expected or outcome
                self.problems += insist(
                    fleet, lambda: self.month.books.differences(fleet))[:3]
                self.problems += [f"{name} avviker från den ostörda körningen"
                                  for name in different(self.month.expected, outcome)]
                self.stop_check(fleet)
            except Failure as failure:
                self.problems.append(str(failure))
            if os.path.exists(counted):
                with open(counted, encoding="ascii") as file:
                    self.count = int(file.read() or 0)
            self.is_killed = self.is_killed or 0 < self.number <= self.count
            fleet.keep = bool(self.problems and os.environ.get("BUDGETVAKT_KEEP"))
        return self

    def arm(self, fleet, counted):
        if self.name == PARSER:
            fleet.environments["ingest"] = {
                "ASAN_OPTIONS": "detect_leaks=0", "KILL_AT": str(self.number),
                "KILL_AT_ONCE": fleet.path("once"), "KILL_AT_COUNT": counted}
        elif self.name:
            tool = self.month.torture.tool("kill_at")
            fleet.wrappers[self.name] = ["/bin/sh", "-c", f'exec {tool} "$@" 9>{counted}', "sh",
                                         str(self.number)]

    def month_run(self, fleet):
        fleet.start()
        for step in self.month.year.steps:
            fleet.drop(step.path, step.source)
            await_taken(fleet, step.source)
        fleet.settle()

    def stop_check(self, fleet):
        for name, code in fleet.exits:
            if (name, code) == (self.name, KILLED):
                self.is_killed = True
            else:
                self.problems.append(f"{name} slutade av sig själv med {code}")
        self.problems += [f"{name} slutade med {code} på SIGTERM"
                          for name, code in fleet.stop().items() if code not in (0, KILLED)]


def insist(fleet, ask):
    """Whoever is killed while he is asked is started, and asked again."""
    for _ in range(5):
        try:
            return ask()
        except NoAnswer:
            fleet.launch_ended()
    raise Failure("svarar inte")


def control_run(month):
    forgotten = forgetting(month.torture, "aggregate", "known")
    case = Case(month, None, 0, forgotten).run()
    month.torture.control("aggregate vet inte vilka filer den har", case.problems)


def calls(month):
    """(name, number) of all calls, as the undisturbed run counts them."""
    found = []
    torture = month.torture
    for name in (*DAEMONS, PARSER):
        if torture.options.daemon in (None, name):
            count = Case(month, name, 0).run().count
            torture.figure(f"calls_{name}", count)
            found += [(name, number) for number in range(1, int(count * BEYOND) + 1)]
    if torture.options.at:
        found = [call for call in found if call[1] == torture.options.at]
    if torture.count:
        found = torture.chance.sample(found, min(torture.count, len(found)))
    return found


def cases_run(month):
    torture = month.torture
    begun = time.monotonic()
    with ThreadPoolExecutor(CASES_AT_ONCE) as pool:
        for case in pool.map(lambda call: Case(month, *call).run(), calls(month)):
            torture.case()
            torture.inject(case.is_killed)
            for problem in case.problems:
                torture.wrong(f"{case.name}, anrop {case.number}: {problem}",
                              f"--daemon {case.name} --at {case.number}")
            if torture.cases % 100 == 0:
                print(f"{torture.cases} fall, {torture.injected} dödade", flush=True)
    torture.figure("per_minute", round(torture.injected / (time.monotonic() - begun) * 60))


def run(torture):
    with Year(torture.chance, months=1) as year, \
            tempfile.TemporaryDirectory(prefix="bvs") as folder:
        month = Month(torture, year, folder)
        for problem in Case(month, None, 0).run().problems:
            torture.wrong(f"ostört: {problem}")
        control_run(month)
        cases_run(month)
