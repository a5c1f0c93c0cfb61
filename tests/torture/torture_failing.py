# SPDX-License-Identifier: Apache-2.0
"""Each call that can fail does: memory, files, sockets, stores; once, for ever, and in recovery.

One daemon at a time (or the parser that ingest starts) runs with failing_preload.c while a budget,
two months, a refused file and a forecast go in.  A place is a function and where it is called from.
First every place fails at its first call, once; then for ever, then again while the daemon
recovers; then every place at its second call, its third … until COUNT faults are injected or none
is left.  A daemon may end with a reason and a code of sysexits; it is started again, nothing may
hang, and in the end reports, forecasts, alerts and what was delivered are those of an undisturbed
run, and the reports those of the oracle.  The control is a commit that says it has been made.
"""

import os
import re
import shutil
import subprocess
import tempfile

import failing_case
from failing_points import (CODES, MAY_BE_DONE, NEVER_FOR_EVER, Board, Point,
                            places_in, symbols_of)
from keeping import DAEMONS, Keeper
from support.instance import Failure, Instance

COUNT = 1500
PROGRAMS = tuple(f"budgetvakt-{name}" for name in ("aggregate", "ingest", "notify", "alert",
                                                   "forecast", "parse"))
GOOD_CODES = set(range(65, 78))  # 64 and 78 are for ever, and nothing but a person cures them
FEW = 50
TOLD_EVERY = 100
EVER_HITS = 20  # as often as this is for ever: then the world is good again
# These end the process when the system fails them, rather than say so: no more than a kill, which
# others test.  libzmq says where.
GIVES_UP = ("libzmq", "libstdc++", "libpgm", "libconfuse", "libcrypto",
           "ld-linux")
LIBRARY_GAVE_UP = re.compile(r"nss_\w+\.c:\d+|"
                             r"\(src/\w+\.[ch]pp:\d+\)|terminate called after throwing")


def options(parser):
    parser.add_argument("--point", help="'PROGRAM FUNCTION MODULE OFFSET OCCURRENCE CODE MODE'")
    parser.add_argument("--program", choices=PROGRAMS, help="only this one")
    parser.add_argument("--places", help="a file to list every place in, reached or not")


class Run:
    """One small year with at most one fault, or one and another in the recovery."""

    def __init__(self, torture, case, program, points=()):
        self.torture = torture
        self.case = case
        self.program = program
        self.points = points
        self.boards = []
        self.problems = []
        self.outcome = {}
        self.seen = {}
        self.gave_up = 0
        self.tries = 0

    @property
    def daemon(self):
        name = self.program.removeprefix("budgetvakt-")
        return name if name in DAEMONS else "ingest"

    @property
    def hits(self):
        return sum(board.hits for board in self.boards)

    def environment(self, name, life):
        if name != self.daemon or life > max(1, len(self.points)):
            return {}
        board = Board(self.instance.path(f"board.{life}"))
        self.boards.append(board)
        environment = {"LD_PRELOAD": self.torture.tool("failing_preload.so"),
                       "FAILING_PROGRAM": self.program, "FAILING_BOARD": board.path,
                       # The library comes before the sanitizer's, and calls it.
                       "ASAN_OPTIONS": "verify_asan_link_order=0"}
        if self.points:
            environment["FAILING_PLAN"] = self.points[life - 1].plan()
        return environment

    def run(self):
        with Instance(self.torture.binaries, self.case.sources,
                      failing_case.tables(self.case)) as self.instance:
            try:
                with Keeper(self.instance, self.environment) as self.keeper:
                    self.perform()
                    self.judge_ends()
            except Failure as failure:
                self.problems.append(f"{failure}\n{self.instance.log_tail(1500)}")
            for board in self.boards:
                for site, count in board.sites(self.program).items():
                    self.seen[site] = self.seen.get(site, 0) + count
            self.instance.keep = bool(self.problems and os.environ.get("BUDGETVAKT_KEEP"))
        return self

    def alive(self):
        """Asked between commands: what has been so for ever long enough is over."""
        for board in self.boards:
            if board.hits >= EVER_HITS:
                board.arm(False)
        self.tries += 1
        if self.tries > EVER_HITS:
            for board in self.boards:
                board.arm(False)
        return self.keeper.lost is None

    def perform(self):
        self.require(self.keeper.wait_ready() or self.alive(), "blir inte redo")
        failing_case.perform(self.instance, self.case, self.alive)
        self.require(self.keeper.restart(self.daemon), "slutar inte på SIGTERM")
        self.require(self.keeper.wait_ready(), "blir inte redo efter omstart")
        failing_case.settle(self.instance, self.alive)
        self.outcome = failing_case.outcome_of(self.instance)

    def require(self, holds, what):
        if not holds:
            raise Failure(f"{self.keeper.lost or self.daemon}: {what}")

    def judge_ends(self):
        may = any(point.site.module.startswith(GIVES_UP) or is_name_service(point.site)
                  for point in self.points)
        own = all(point.site.is_own for point in self.points)
        for end in self.keeper.ends:
            if end.was_asked and end.code == 0:
                continue
            if end.code not in GOOD_CODES and end.name == self.daemon and (
                    may or (not own and LIBRARY_GAVE_UP.search(end.text))):
                self.gave_up += 1
                continue
            if end.code not in GOOD_CODES:
                self.problems.append(f"{end.name} slutade med {end.code}: {end.text[-600:]}")
            elif not end.text.strip():
                self.problems.append(f"{end.name} slutade med {end.code} utan ett ord")


def programs_of(torture):
    """A few faults are for two programs: to learn where all of them call takes longer."""
    if torture.options.program:
        return (torture.options.program,)
    if torture.count >= FEW:
        return PROGRAMS
    return PROGRAMS[:1] + (torture.chance.choice(PROGRAMS[1:]),)


def count_places(torture, case, expected):
    """Undisturbed, program by program: site -> calls."""
    counted = {}
    for program in programs_of(torture):
        run = Run(torture, case, program).run()
        different = difference(expected, run.outcome)
        if run.problems or different:
            raise Failure(f"{program} ostörd: {run.problems} {different}")
        counted.update(run.seen)
    return counted


def is_name_service(site):
    """libpgm looks up a protocol by name when libzmq begins, and glibc does that without a net."""
    if not site.module.startswith("libc.so"):
        return False
    words = subprocess.run(["ldconfig", "-p"], capture_output=True, check=True,
                           encoding="utf-8").stdout.split()
    path = next(word for word in words if word.endswith("/" + site.module))
    return "nss" in symbols_of(path, "-D")(site.offset)


def difference(expected, outcome):
    return [name for name in expected if expected[name] != outcome.get(name)]


def points_of(torture, counted):
    """(point, …) lists without end of what there is: whole waves, each in an order of the seed."""
    sites = sorted(site for site in counted if site.function in CODES)
    occurrence = 1
    while True:
        wave = []
        for site in sites:
            for mode in ("once", "ever", "done", "again"):
                if occurrence <= counted[site]:
                    wave += points_at(torture, sites, site, occurrence, mode)
        if not wave:
            return
        for mode in ("once", "ever", "again", "done"):
            part = [points for kind, points in wave if kind == mode]
            torture.chance.shuffle(part)
            yield from part
        occurrence += 1


def points_at(torture, sites, site, occurrence, mode):
    codes = CODES[site.function]
    if mode == "ever":
        codes = [code for code in codes if code not in NEVER_FOR_EVER]
    if not codes or (mode == "done" and site.function not in MAY_BE_DONE):
        return []
    code = torture.chance.choice(codes)
    if mode != "again":
        return [(mode, (Point(site, occurrence, code, mode),))]
    other = torture.chance.choice([own for own in sites if own.program == site.program])
    second = Point(other, 1, torture.chance.choice(CODES[other.function]), "once")
    return [(mode, (Point(site, occurrence, code, "once"), second))]


def describe(points):
    return " + ".join(f"{point.site.program} {point.plan()}" for point in points)


def inject(torture, case, expected, points, failed):
    run = Run(torture, case, points[0].site.program, points).run()
    torture.case()
    if not run.hits:
        return
    torture.inject(run.hits if len(points) > 1 else 1)
    torture.gave_up = getattr(torture, "gave_up", 0) + run.gave_up
    failed.update(point.site for point, board in zip(points, run.boards) if board.hits)
    problems = list(run.problems)
    if not problems:
        problems += [f"avviker: {name}" for name in difference(expected, run.outcome)]
        problems += failing_case.against_oracle(case, run.outcome)
    if problems:
        plans = ";".join(f"{point.site.program} {point.plan()}" for point in points)
        torture.wrong(f"{describe(points)}: {'; '.join(problems)}", f"--point '{plans}'")


def control(torture, case, expected, counted):
    """A commit of rows that is not made, and said to be."""
    commits = [site for site in counted if site.function == "mdb_txn_commit" and site.is_own
               and site.program in ("budgetvakt-aggregate", torture.options.program)]
    if not commits:
        torture.control("ingen bokföring i detta program", torture.options.program)
        return
    site = max(commits, key=lambda own: counted[own])
    for occurrence in (counted[site], counted[site] - 1):
        point = Point(site, occurrence, 0, "lie")
        run = Run(torture, case, site.program, (point,)).run()
        if run.hits:
            break
    found = run.problems or difference(expected, run.outcome)
    torture.control("en bokföring som inte görs men sägs vara gjord", run.hits and found)


def tell_places(torture, counted, failed):
    """Own places: reached N of M, by program; and what libraries call."""
    lines, reached_all, places_all = [], 0, 0
    for program in sorted({site.program for site in counted}):
        path = os.path.join(torture.binaries, program)
        places = places_in(path)
        own = {site for site in counted if site.program == program and site.is_own}
        reached = places & own
        symbol = symbols_of(path)
        print(f"{program}: {len(reached)} av {len(places)} anropsställen nådda, "
              f"{len(reached & failed)} har fått fel; {len(own - places)} nådda som sista anrop")
        reached_all, places_all = reached_all + len(reached), places_all + len(places)
        for site in sorted(places | own):
            state = ("fel" if site in failed else "nådd" if site in own else "inte nådd")
            lines.append(f"{program} {site.function} {symbol(site.offset)}+{site.offset:x} {state}")
    foreign = {site for site in counted if not site.is_own}
    torture.figure("places", places_all)
    torture.figure("places_reached", reached_all)
    torture.figure("places_failed", len({site for site in failed if site.is_own}))
    torture.figure("library_places_reached", len(foreign))
    torture.figure("libraries_gave_up", torture.gave_up)
    torture.figure("library_places_failed", len(failed & foreign))
    if torture.options.places:
        with open(torture.options.places, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def run(torture):
    failing_case.scratch_in_memory()
    folder = tempfile.mkdtemp(prefix="bv")
    try:
        case = failing_case.make(folder)
        expected = undisturbed(torture, case)
        if torture.options.point:
            words = [text.split(" ", 1) for text in torture.options.point.split(";")]
            points = tuple(Point.parse(*pair) for pair in words)
            inject(torture, case, expected, points, set())
            torture.control("bara ett ställe", True)
            return
        counted = count_places(torture, case, expected)
        control(torture, case, expected, counted)
        failed = set()
        for points in points_of(torture, counted):
            if torture.is_done():
                break
            inject(torture, case, expected, points, failed)
            if torture.cases % TOLD_EVERY == 0:
                print(f"{torture.cases} fall", flush=True)
        tell_places(torture, counted, failed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def undisturbed(torture, case):
    run = Run(torture, case, "budgetvakt-none")
    run.environment = lambda name, life: {}
    run.run()
    wrong = failing_case.against_oracle(case, run.outcome) if not run.problems else run.problems
    if wrong:
        raise Failure(f"ostörd körning: {wrong}")
    return run.outcome
