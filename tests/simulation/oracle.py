# SPDX-License-Identifier: Apache-2.0
"""Follows the trace of a simulation, and says where it is not what it must be.

Everything is made anew from the files' rows and the orders: which files are accepted, the sums of
every area, line and month, forecasts, alerts, plans, and that each event is delivered once, in its
order, to each recipient.  Only the order in which things happened is the trace's word.
"""

import json
from collections import Counter, defaultdict

from ledger import File, Ledger
from stages import Alert, Forecast, deadline

OK = "1"
COMMITTED_NOTHING = "Perioden är redan definitiv."
PERIOD_CLOSED, PERIOD_OPENED, FORECAST_SET = 1, 2, 3


def event_of(line):
    try:
        return json.loads(line)
    except ValueError:
        return defaultdict(str)


class Town:
    """One municipality, from its first file to its last."""

    def __init__(self, tables, wrong):
        self.tables, self.wrong = tables, wrong
        self.ledger, self.forecast, self.alert = Ledger(tables), Forecast(tables), Alert(tables)
        self.files, self.offered, self.decided = {}, {}, defaultdict(list)
        self.told = {"aggregate": [], "forecast": [], "alert": [], "ingest": []}
        self.series = {}  # (year, area, line) -> what the ledger's events say last
        self.read = Counter()  # (follower, producer) -> how far
        self.expected = {"forecast": [], "alert": []}
        self.answers, self.done = {}, Counter()
        self.lines = defaultdict(list)

    # ---- files

    def on_file(self, words):
        file = File(words.split())
        self.files[file.number] = file

    def on_offer(self, words):
        self.offered[int(words)] = set(self.ledger.closed)

    def on_batch(self, words):
        batch, number, rows, total = map(int, words.split())
        file = self.files[number]
        code = self.ledger.refusal(file, self.ledger.closed)
        if code != "-" or number in self.ledger.committed:
            self.wrong(f"file {number} was accepted, but {code}")
        if (rows, total) != (len(file.rows), sum(row[3] for row in file.rows)):
            self.wrong(f"batch {batch} has other rows than file {number}")
        self.ledger.commit(file, batch)

    def on_verdict(self, words):
        number, verdict, code = words.split()
        number = int(number)
        self.decided[number].append(verdict)
        if verdict != "refused":
            if number not in self.ledger.committed:
                self.wrong(f"file {number} is not {verdict}")
            return
        file = self.files[number]
        if code not in (self.ledger.refusal(file, self.ledger.closed),
                        self.ledger.refusal(file, self.offered[number])):
            self.wrong(f"file {number} was refused for {code}")

    def on_transport(self, _):
        pass

    # ---- journals

    def on_cursor(self, words):
        follower, producer, seq = words.split()
        first, last = self.read[follower, producer], int(seq)
        self.read[follower, producer] = last
        self.nothing_left()
        for event in self.told[producer][first:last]:
            if follower == "forecast" and event[0] == "L":
                self.expected["forecast"].append(self.forecast.apply(event[1]))
            elif producer == "forecast" and event[0] == "F":
                self.expected["alert"] += self.alert.apply(event[1])
            elif producer == "ingest":
                self.expected["alert"].append(event)

    def nothing_left(self):
        """All that had to be told of what was read so far has been told."""
        silent = [change for leaves in self.expected["forecast"] for is_new, change in leaves
                  if is_new] + self.expected["alert"]
        if silent:
            self.wrong(f"nobody has told of {silent[0]}")
        self.expected = {"forecast": [], "alert": []}

    def expect_changes(self, changes):
        """They are those of the first event read that they can follow from."""
        while self.expected["forecast"]:
            leaves = self.expected["forecast"].pop(0)
            told = [leaf for leaf in leaves if leaf[0] or leaf[1] in changes]
            if [change for _, change in told] == changes:
                return
            if any(is_new for is_new, _ in leaves):
                break
        self.wrong(f"forecast tells of {changes}")

    def expect(self, event):
        if not self.expected["alert"] or self.expected["alert"].pop(0) != event:
            self.wrong(f"alert tells of {event}")

    def keep(self, name, seq, event):
        self.told[name].append(event)
        if len(self.told[name]) != seq:
            self.wrong(f"record {seq} of {name} is its number {len(self.told[name])}")

    def on_ledger(self, name, seq, text):
        told = []
        for part in text.split(";")[1:]:
            area, line, year, through, outcome, budget = part.split("|")
            series = (area, line, int(year), int(through), list(map(int, outcome.split(","))),
                      list(map(int, budget.split(","))))
            told.append(series)
            self.series[series[2], area, line] = series
        self.keep(name, seq, ("L", told))

    def on_forecast(self, name, seq, text):
        changes = []
        for part in text.split(";")[1:]:
            area, *numbers = part.split("|")
            changes.append((area, *map(int, numbers)))
        self.expect_changes(changes)
        self.keep(name, seq, ("F", changes))

    def on_alert(self, name, seq, text):
        alert, state, rule, measure, area, year, month, deviation, budget, comment = text.split("|")
        alert, state = int(alert), int(state)
        event = ("A", alert, state, rule, measure, area, int(year), int(month), int(deviation),
                 int(budget), comment)
        if state == 2:
            self.order_done(comment, self.alert.states.get(alert) == 1)
            self.alert.states[alert] = 2
        else:
            self.expect(event)
        self.keep(name, seq, event)

    def on_plan(self, name, seq, text):
        plan, alert, state, area, year, due, time_ms, comment = text.split("|")
        plan, alert, state = int(plan), int(alert), int(state)
        if state == 1:
            self.expect(("P", plan, alert, state, area, int(year)))
            days = {rule.days for rule in self.tables.rules if rule.demands_plan}
            if int(due) not in {deadline(int(time_ms), count) for count in days}:
                self.wrong(f"the deadline of plan {plan} is {due}")
        else:
            was = self.alert.plans.get(plan)
            may = was == 1 if state == 2 else was == 2 or (
                was == 1 and self.alert.states[alert] == 3)
            self.order_done(comment, may)
            self.alert.plans[plan] = state
        self.keep(name, seq, ("P", plan, alert, state, area, int(year)))

    def on_decision(self, name, seq, text):
        kind, period, area, has_split, income, cost, net, comment = text.split("|")
        kind, period = int(kind), int(period)
        if kind == FORECAST_SET:
            key = (area, period // 100, period % 100)
            self.forecast.manual[key] = (int(has_split), int(income), int(cost), int(net))
            self.nothing_left()
            self.expected["forecast"].append([(True, self.forecast.in_force(*key))])
            self.order_done(comment, True)
        else:
            self.order_done(comment, (period in self.ledger.closed) == (kind == PERIOD_OPENED))
            (self.ledger.closed.add if kind == PERIOD_CLOSED
             else self.ledger.closed.discard)(period)
        self.keep(name, seq, ("D", comment))

    def on_case(self, name, seq, text):
        number, state, code = text.split("|")
        event = ("C", int(number), int(state), code)
        if name == "alert":
            self.expect(event)
        elif ("C", int(number), int(state), code) in self.told["ingest"]:
            self.wrong(f"file {number} is told of twice")
        self.keep(name, seq, event)

    # ---- people and recipients

    def on_order(self, _):
        pass

    def on_answer(self, words):
        number, answer = words.split(": ", 1)
        self.answers["order " + number] = answer

    def order_done(self, comment, may):
        self.done[comment] += 1
        if self.done[comment] > 1:
            self.wrong(f"{comment} was carried out {self.done[comment]} times")
        if not may:
            self.wrong(f"{comment} was carried out, and should not")

    def on_line(self, words):
        recipient, text = words.split(" ", 1)
        self.lines[recipient].append(text)

    def delivered_check(self):
        events = self.told["alert"]
        for recipient in map(str, range(self.tables.recipients)):
            lines = self.lines[recipient]
            if len(lines) != len(events):
                self.wrong(f"recipient {recipient} has {len(lines)} lines of {len(events)}")
            for seq, (line, event) in enumerate(zip(lines, events), 1):
                told = event_of(line)
                number = told.get("atgardsplan") or told.get("larm") or event[1]
                if (told["seq"], told["id"], number) != (seq, f"alert-{seq}", event[1]):
                    self.wrong(f"recipient {recipient} has {line} as line {seq}")
                    break

    # ---- when all is quiet

    def on_cube(self, words):
        year, area, line, outcome, budget = words.split("|")
        self.cubes[int(year)][area, line] = (list(map(int, outcome.split(","))),
                                             list(map(int, budget.split(","))))

    cubes = None

    def sums_check(self, year, told):
        expected = self.ledger.cube(year)
        if told != expected:
            place = next(place for place in {**told, **expected}
                         if told.get(place) != expected.get(place))
            self.wrong(f"{year} {place}: {told.get(place)}, but {expected.get(place)}")
        for (area, line), months in expected.items():
            series = self.series.get((year, area, line))
            if not series or (series[4], series[5]) != months:
                self.wrong(f"{year} {area}, {line}: nobody was told")
            elif series[3] != self.ledger.through(year, area):
                self.wrong(f"{year} {area}: complete through {series[3]}, "
                           f"but {self.ledger.through(year, area)}")

    def orders_check(self):
        for order, answer in self.answers.items():
            code, _, text = answer.partition(" ")
            is_done = self.done[order] == 1
            if code == OK and not is_done and text != COMMITTED_NOTHING:
                self.wrong(f"{order} was answered, but not carried out")
            if code != OK and is_done:
                self.wrong(f"{order} was carried out, and its sender told no")

    def on_drained(self, words):
        for year, told in self.cubes.items():
            self.sums_check(year, told)
        self.cubes.clear()
        self.orders_check()
        self.delivered_check()
        self.nothing_left()
        for number in self.files:
            if not self.decided[number]:
                self.wrong(f"file {number} has no verdict in {words}")
            if "refused" in self.decided[number] and number not in {
                    event[1] for event in self.told["alert"] if event[0] == "C"}:
                self.wrong(f"nobody was told that file {number} was refused")


RECORDS = {"L": Town.on_ledger, "F": Town.on_forecast, "A": Town.on_alert, "P": Town.on_plan,
           "D": Town.on_decision, "C": Town.on_case}


class Oracle:
    def __init__(self, tables, wrong):
        self.tables, self.wrong_tell = tables, wrong
        self.town = self.seed = None
        self.figures, self.counts = {}, Counter()

    def wrong(self, what):
        self.counts["wrong"] += 1
        self.wrong_tell(self.seed, what)

    def line(self, line):
        word, _, rest = line.partition(" ")
        self.counts[word] += 1
        if word in RECORDS:
            name, seq, *text = rest.split(" ", 2)
            if word in "LF":
                name, seq = rest.split(" ", 1)[0], rest.split(" ", 1)[1].split(";")[0].split()[0]
                text = [rest]
            RECORDS[word](self.town, name, int(seq), text[0])
        elif word == "town":
            self.seed = rest.split()[0]
            self.town = Town(self.tables, self.wrong)
            self.town.cubes = defaultdict(dict)
        elif word == "end":
            self.figures = {name: int(value) for name, value in
                            (pair.split("=") for pair in rest.split())}
        elif word == "bad":
            self.wrong(rest)
        else:
            getattr(self.town, "on_" + word)(rest)
