# SPDX-License-Identifier: Apache-2.0
"""Hostile peers on every socket of every daemon, while good ones are served.

What the peers of a small import say is recorded.  Then each attack of peers_attacks.py is made on
each endpoint that it fits, in an order of the seed, until COUNT are made; what they open stays open
for a while.  After each the attacked daemon answers a good peer; what is no message of ours has
been counted; no daemon ends, and none takes more memory than its limit.  Reports, forecasts, alerts
and what was delivered stay what they were, and a file that comes in the middle of it all is
counted.  A peer of another user is let in nowhere.  The control is a file with another amount.
"""

import os
import resource
import shutil
import struct
import tempfile

import failing_case
import peers_attacks
from keeping import DAEMONS, Keeper
from recording import Recorder
from support import protobuf, small
from support.instance import Failure, Instance
from zmtp import Peer, frame

COUNT = 2000
LIMIT_MIB = 384  # of a daemon's memory at its highest; with sanitizers, four times that
CHECK_EVERY = 100
HELD_MAX = 400
ASKED_MAX = 500  # questions until what was sent before them must have been read
STATUS, ANSWER, TABLE, COLUMNS = 1, 7, 4, 3
TEXTS, NUMBERS = 5, 4
STRANGER = 65534
DESCRIPTORS = 4096


class Target:
    """One instance under attack."""

    def __init__(self, torture, case, instance, keeper):
        self.torture = torture
        self.case = case
        self.instance = instance
        self.keeper = keeper
        self.held = []
        self.good = {}
        self.recorded = {}
        self.ends_seen = 0

    def path(self, endpoint):
        return self.instance.path("run", endpoint)

    # ---- the good ones ---------------------------------------------------------

    def ask_status(self, name):
        """key -> number.  Who has been silent for long has been hung up on, and comes again."""
        message = self.ask(name) or self.ask(name) or self.ask(name)
        if message is None:
            raise Failure(f"{name} svarar inte den som sköter sig")
        table = protobuf.fields(protobuf.fields(message)[ANSWER][0])[TABLE][0]
        columns = [protobuf.fields(column) for column in protobuf.fields(table)[COLUMNS]]
        keys = [text.decode() for text in columns[0][TEXTS]]
        numbers = struct.unpack(f"<{len(keys)}q", columns[2][NUMBERS][0])
        return dict(zip(keys, numbers))

    def ask(self, name):
        try:
            if name not in self.good:
                self.good[name] = Peer(self.path(f"{name}.control"))
        except OSError:  # it has ended: that is told of, and it is asked when it is back
            self.keeper.wait_ready()
            return None
        peer = self.good[name]
        peer.send(frame(protobuf.request(STATUS, os.urandom(16))))
        message = peer.message()
        if message is None:
            self.good.pop(name).close()
        return message

    def count_refused(self, name):
        return self.ask_status(name)["okanda_meddelanden"]

    def await_refused(self, name, wanted):
        for _ in range(ASKED_MAX):
            if self.count_refused(name) >= wanted:
                return True
        return False

    # ---- the bad ones ----------------------------------------------------------

    def record(self):
        recorders = {name: Recorder(self.path(name))
                     for name in ("aggregate.batch", "aggregate.control", "forecast.control")}
        self.keeper.restart("ingest")
        self.keeper.wait_ready()
        failing_case.perform(self.instance, self.case, lambda: True)
        for name, recorder in recorders.items():
            messages = [message for stream in recorder.end()
                        for message in peers_attacks.messages_of(stream)]
            self.recorded[name] = messages
        self.ends_seen = len(self.keeper.ends)

    def recorded_for(self, endpoint):
        if endpoint.endswith(".batch"):
            return self.recorded["aggregate.batch"]
        return self.recorded.get(endpoint) or self.recorded["aggregate.control"]

    def attack(self, endpoint, attack, number):
        name = endpoint.partition(".")[0]
        held = []
        assault = peers_attacks.Assault(self.path(endpoint), self.torture.chance_of(number),
                                        self.recorded_for(endpoint), held)
        before = self.count_refused(name)
        try:
            attack(assault)
        except OSError:
            pass  # hung up on in the middle: as good an answer as any
        wanted = before + assault.refused_at_least
        is_counted = self.await_refused(name, wanted)  # and so the good one has been served
        self.keep(held, attack is peers_attacks.endless_multipart)
        return is_counted

    def keep(self, held, is_heavy):
        self.held += [] if is_heavy else held
        for connection in held if is_heavy else []:
            connection.close()
        while len(self.held) > HELD_MAX:
            self.held.pop(0).close()

    def release(self):
        for connection in [*self.held, *self.good.values()]:
            connection.close()
        self.held, self.good = [], {}

    # ---- what must hold --------------------------------------------------------

    def peak_mib(self, name):
        with open(f"/proc/{self.keeper.running[name].process.pid}/status",
                  encoding="ascii") as file:
            line = next(line for line in file if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024

    def problems(self, limit_mib):
        found = [f"{end.name} slutade med {end.code}: {end.text[-400:]}"
                 for end in self.keeper.ends[self.ends_seen:]]
        self.ends_seen = len(self.keeper.ends)
        found += [f"{name} har tagit {self.peak_mib(name)} MiB" for name in self.keeper.running
                  if self.peak_mib(name) > limit_mib]
        return found

    def differences(self, expected):
        outcome = failing_case.outcome_of(self.instance)
        return [f"avviker: {name}" for name in expected if outcome[name] != expected[name]]


def limit_of(torture):
    """Sanitizers keep freed memory for a while."""
    with open(os.path.join(torture.binaries, "budgetvakt-ingest"), "rb") as file:
        return LIMIT_MIB * (4 if b"__asan_init" in file.read() else 1)


def plan_of(torture, names):
    """(endpoint, attack) for ever: all of them in an order of the seed, then again."""
    pairs = [(endpoint, attack) for endpoint in names
             for attack in peers_attacks.attacks_on(endpoint)]
    while True:
        torture.chance.shuffle(pairs)
        yield from pairs


def attack_all(torture, target, expected):
    names = peers_attacks.endpoints(target.instance.path("run"))
    limit_mib = limit_of(torture)
    for number, (endpoint, attack) in enumerate(plan_of(torture, names)):
        if torture.is_done():
            break
        is_counted = target.attack(endpoint, attack, number)
        torture.inject()
        torture.case()
        found = target.problems(limit_mib)
        if not is_counted:
            found.append("det som inte är ett meddelande är inte räknat")
        if number % CHECK_EVERY == CHECK_EVERY - 1:
            found += target.differences(expected)
        if found:
            torture.wrong(f"{endpoint} {attack.__name__} ({number}): {'; '.join(found)}",
                          f"--count {number + 1}")
    torture.figure("endpoints", len(names))


def strangers(torture, target):
    """Another user at every door, which is opened for him as far as files go."""
    if os.geteuid() != 0:
        print("ingen främmande användare prövad: det kräver root")
        return
    names = peers_attacks.endpoints(target.instance.path("run"))
    for folder in (target.instance.folder, target.instance.path("run")):
        os.chmod(folder, 0o755)
    for name in names:
        os.chmod(target.path(name), 0o666)
        daemon = name.partition(".")[0]
        before = target.count_refused(daemon)
        child = os.fork()
        if child == 0:
            os._exit(stranger(target.path(name)))
        _, status = os.waitpid(child, 0)
        torture.inject()
        if status != 0:
            torture.wrong(f"{name}: en främmande användare släpptes in")
        if not target.await_refused(daemon, before + 1):
            torture.wrong(f"{name}: den främmande användaren är inte räknad")
        os.chmod(target.path(name), 0o660)


def stranger(path):
    """0 when the door stays shut."""
    os.setgroups([])
    os.setgid(STRANGER)
    os.setuid(STRANGER)
    try:
        peer = Peer(path, b"SUB" if path.endswith(".bell") else b"DEALER")
    except ConnectionError:
        return 0
    peer.send(frame(protobuf.request(STATUS)))
    return 1


def one_more_month(torture, target):
    """A file while they are all there; the oracle says what must come of it."""
    path = os.path.join(target.case.folder, "huvudbok", "2020-04.se")
    with open(path, "wb") as file:
        file.write(small.ledger(4, Familjehem=900).bytes())
    case = failing_case.read(target.case.folder)
    failing_case.until(target.instance, lambda: True, 0, "import", path, "--source", "huvudbok")
    failing_case.settle(target.instance, lambda: True)
    wrong = failing_case.against_oracle(case, failing_case.outcome_of(target.instance))
    for what in wrong:
        torture.wrong(f"en månad till: {what}")


def control(torture, target):
    """One amount of the last month is another: the same comparison must see it."""
    case = failing_case.read(target.case.folder)
    path = target.instance.write("2020-04.se",
                                 small.ledger(4, Familjehem=900, Administration=51).bytes())
    failing_case.until(target.instance, lambda: True, 0, "import", path, "--source", "huvudbok")
    failing_case.settle(target.instance, lambda: True)
    outcome = failing_case.outcome_of(target.instance)
    torture.control("ett ändrat belopp", failing_case.against_oracle(case, outcome))


def run(torture):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, hard), hard))
    failing_case.scratch_in_memory()
    folder = tempfile.mkdtemp(prefix="bv")
    try:
        case = failing_case.make(folder)
        with Instance(torture.binaries, case.sources, failing_case.tables(case)) as instance:
            with Keeper(instance) as keeper:
                if not keeper.wait_ready():
                    raise Failure(f"blir inte redo:\n{instance.log_tail()}")
                attack_instance(torture, Target(torture, case, instance, keeper))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def attack_instance(torture, target):
    target.record()
    expected = failing_case.outcome_of(target.instance)
    if failing_case.against_oracle(target.case, expected):
        raise Failure("fel redan före första angreppet")
    attack_all(torture, target, expected)
    for what in target.differences(expected):
        torture.wrong(what)
    strangers(torture, target)
    one_more_month(torture, target)
    peak = max(target.peak_mib(name) for name in DAEMONS)
    torture.figure("memory_mib", peak)
    torture.figure("limit_mib", limit_of(torture))
    control(torture, target)
    target.release()
