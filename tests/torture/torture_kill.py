# SPDX-License-Identifier: Apache-2.0
"""kill -9 on any daemon, at any moment of a year's import, on hops that lose and double.

A year is made from the seed and imported undisturbed: the reference.  Then again and again on a
fresh instance, with a proxy on every hop that loses, doubles and delays messages, while ingest, its
parser, aggregate, forecast, alert and notify are killed at random moments and started anew.  After
each month everything must come to rest, and every area, line and month must be what the oracle
reckons from the files; alerts, plans and delivered lines must be those of the reference, each once.
The controls are an aggregate that has forgotten which files it knows, and a forecast that has
forgotten how far it had come.
"""

import os
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from books import Books, Prefix
from fleet import DAEMONS, PARSER, Fleet
from outcome import different, outcome_of
from support.instance import Failure
from year import YEAR, Year

COUNT = 1000
PASSES_AT_ONCE = 8
FAULTS_OF_PASS = 80  # about: for a short run, fewer at once
STRIKES_MAX = 12  # while one file is on its way: then it is left in peace until it is in
PAUSES = (0.0, 0.005, 0.03, 0.2)  # up to so many seconds between two strikes
LOST, DOUBLED, DELAYED = 10, 15, 60  # of a thousand messages
TAKEN_SECONDS = 120


def options(parser):
    parser.add_argument("--pass", dest="only", type=int, help="only this pass")


class Reference:
    """What must be so after each month, and how the year goes when nothing happens."""

    def __init__(self, torture, year, one=None):
        self.months = {}
        self.books = {step.month: Books(Prefix(year, count), YEAR)
                      for count, step in enumerate(year.steps, 1) if step.month}
        self.problems = (one or Pass)(torture, year, self, 0).run(is_calm=True)


class Pass:
    """One year on one fresh instance."""

    def __init__(self, torture, year, reference, number, environments=None):
        self.torture = torture
        self.year = year
        self.reference = reference
        self.number = number
        self.chance = torture.chance_of(number)
        self.environments = environments
        self.kills = {}
        self.proxied = (0, 0, 0)
        self.spares_parser = True
        self.problems = []

    def proxy(self):
        rates = map(str, (LOST, DOUBLED, DELAYED))
        return [self.torture.tool("hop_proxy"), str(self.chance.randrange(1 << 31)), *rates]

    def fleet(self, is_calm):
        return Fleet(self.torture.binaries, self.year.sources, self.year.tables,
                     proxy=None if is_calm else self.proxy(), environments=self.environments,
                     store_size_mib=128)

    def run(self, is_calm=False):
        with self.fleet(is_calm) as fleet:
            try:
                self.year_run(fleet.start(), is_calm)
            except Failure as failure:
                self.problems.append(str(failure))
            self.proxied = fleet.proxy_end()
            self.problems += [f"{name} slutade av sig själv med {code}"
                              for name, code in fleet.exits]
            fleet.keep = bool(self.problems and os.environ.get("BUDGETVAKT_KEEP"))
        return self.problems

    def tell(self):
        hit = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        lost, doubled, delayed = self.proxied
        print(f"omgång {self.number}: dödade {hit}; meddelanden: {lost} borttappade, {doubled} "
              f"dubblerade, {delayed} försenade", flush=True)

    def year_run(self, fleet, is_calm):
        for step in self.year.steps:
            fleet.drop(step.path, step.source)
            if not is_calm:
                self.fire(fleet, step.source)
            await_taken(fleet, step.source)
            if step.month:
                fleet.settle()
                self.month_check(fleet, step.month, is_calm)
            if self.problems:
                return

    def fire(self, fleet, source):
        """A parser only at every second file: the one that waits may be killed before the next
        file, and a file on which two die is quarantined (F130), as it should be."""
        self.spares_parser = not self.spares_parser
        names = [*DAEMONS] if self.spares_parser else [*DAEMONS, PARSER]
        for _ in range(self.chance.randrange(1, STRIKES_MAX)):
            time.sleep(self.chance.uniform(0, self.chance.choice(PAUSES)))
            name = self.chance.choice(names)
            if fleet.strike(name):
                self.kills[name] = self.kills.get(name, 0) + 1
                if name == PARSER:
                    names.remove(PARSER)
            if fleet.is_taken(source) and self.chance.random() < 0.5:
                return

    def month_check(self, fleet, month, is_reference):
        found = self.reference.books[month].differences(fleet)
        self.problems += [f"månad {month}: {text}" for text in found[:3]]
        outcome = outcome_of(fleet)
        expected = self.reference.months.setdefault(month, outcome) if is_reference \
            else self.reference.months[month]
        self.problems += [f"månad {month}: {name} avviker från den ostörda körningen"
                          for name in different(expected, outcome)]


def await_taken(fleet, source):
    deadline = time.monotonic() + TAKEN_SECONDS
    while not fleet.is_taken(source):
        fleet.launch_ended()
        if time.monotonic() > deadline:
            raise Failure(f"en fil av {source} blev inte tagen\n{fleet.log_tail()}")
        time.sleep(0.005)


def forgetting(torture, name, table):
    """The daemon finds nothing in that table of its store."""
    return {name: {"LD_PRELOAD": torture.tool("forget_preload.so"), "FORGET_TABLE": table,
                   "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}}


def controls_run(torture, year, reference):
    for name, table, what in (("aggregate", "known", "aggregate vet inte vilka filer den har"),
                              ("forecast", "cursor", "forecast vet inte hur långt den kommit")):
        control = Pass(torture, year, reference, 0, forgetting(torture, name, table))
        torture.control(what, control.run())


def passes_run(torture, year, reference, kind=Pass):
    """Passes beside each other: most of a pass is waiting."""
    numbers = iter([torture.options.only] if torture.options.only else range(1, 1 << 31))
    begun = time.monotonic()
    at_once = max(1, min(PASSES_AT_ONCE, torture.count // FAULTS_OF_PASS))
    with ThreadPoolExecutor(at_once) as pool:
        under_way = set()
        while True:
            while len(under_way) < at_once and not torture.is_done():
                number = next(numbers, None)
                if number is None:
                    break
                one = kind(torture, year, reference, number)
                under_way.add(pool.submit(lambda one=one: (one, one.run())))
            if not under_way:
                break
            ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in ended:
                pass_count(torture, *future.result())
    torture.figure("per_minute", round(torture.injected / (time.monotonic() - begun) * 60))


def pass_count(torture, one, problems):
    torture.case()
    torture.inject(sum(one.kills.values()))
    one.tell()
    for problem in problems:
        torture.wrong(f"omgång {one.number}: {problem}", f"--pass {one.number}")


def run(torture):
    with Year(torture.chance) as year:
        reference = Reference(torture, year)
        for problem in reference.problems:
            torture.wrong(f"ostört: {problem}")
        if reference.problems:
            return
        controls_run(torture, year, reference)
        passes_run(torture, year, reference)
