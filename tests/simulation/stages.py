# SPDX-License-Identifier: Apache-2.0
"""What forecast must make of the ledger's events, and alert of forecast's."""

import datetime
from collections import defaultdict

from tables import UNASSIGNED

MONTHS, YEARS = 12, 3


def scale(amount, numerator, denominator):
    """Rounded to the nearest, halves away from nothing."""
    product = amount * numerator
    size = (abs(product) + denominator // 2) // denominator
    return size if product >= 0 else -size


def is_usable(profile):
    return profile is not None and any(profile)


def rest_scaled(outcome, profile, origin):
    """The rest of the profile, moved as far as the year so far says; None: it cannot be trusted."""
    to_date, base = sum(outcome[:origin]), sum(profile[:origin])
    straight = scale(sum(map(abs, profile)), origin, MONTHS)
    if base == 0 or (to_date < 0) != (base < 0) or abs(base) < scale(straight, 1, 10):
        return None
    if not scale(abs(base), 1, 2) <= abs(to_date) <= scale(abs(base), 2, 1):
        return None
    was = sum(profile[origin:])
    moved = scale(was, abs(to_date), abs(base)) - was
    return was + scale(moved, origin, MONTHS)


def point(outcome, budget, last, month):
    """"profil-1", as it is described in daemons/forecast/method.h."""
    done = sum(outcome[:month])
    if month == 0:
        return sum(budget)
    profiles = [profile for profile in (last, budget) if is_usable(profile)]
    for profile in profiles:
        rest = rest_scaled(outcome, profile, month)
        if rest is not None:
            return done + rest
    if profiles:
        return done + sum(profiles[0][month:])
    return done + scale(done, MONTHS - month, month)


class Forecast:
    def __init__(self, tables):
        self.tables = tables
        self.series = defaultdict(dict)  # (area, year) -> line -> (through, outcome, budget)
        self.stored = {}  # (area, year, month) -> figures
        self.manual = {}

    def month(self, area, year):
        return max((through for through, _, _ in self.series[area, year].values()), default=0)

    def complete(self, area, year, line):
        if self.month(area, year) < MONTHS:
            return None
        return self.series[area, year].get(line, (0, None))[1]

    def facts(self, area, year, until):
        lines = self.series[area, year].values()
        return (int(any(any(budget) for _, _, budget in lines)),
                sum(sum(budget) for _, _, budget in lines),
                sum(sum(outcome[:until]) for _, outcome, _ in lines),
                sum(sum(budget[:until]) for _, _, budget in lines))

    def model(self, area, year, month):
        """(income, cost, net, has budget, budget of the year, outcome and budget to date)"""
        income = cost = 0
        for line, (_, outcome, budget) in self.series[area, year].items():
            result = point(outcome, budget, self.complete(area, year - 1, line), month)
            if self.tables.is_income(line, result):
                income += result
            else:
                cost += result
        return (income, cost, income + cost) + self.facts(area, year, month)

    def in_force(self, area, year, month):
        figures = self.stored.get((area, year, month))
        manual = self.manual.get((area, year, month))
        until = self.month(area, year)
        if manual:
            has_split, income, cost, net = manual
            was = figures[0] if figures else 0
            facts = figures[3:] if figures else self.facts(area, year, min(until, month))
            figures = ((income, cost, income + cost) if has_split
                       else (was, net - was, net)) + facts
        return (area, year, month) + figures[:3] + (int(bool(manual)), int(month >= until)) \
            + figures[3:]

    def refresh(self, area, year):
        """(whether the forecast became another, what is in force), or nothing for no series."""
        if not self.series.get((area, year)):
            return None
        month = self.month(area, year)
        later = [key for key in ((area, year, after) for after in range(month + 1, MONTHS + 1))
                 if key in self.stored]
        for key in later:
            del self.stored[key]
        figures = self.model(area, year, month)
        is_new = bool(later) or self.stored.get((area, year, month)) != figures
        self.stored[area, year, month] = figures
        return is_new, self.in_force(area, year, month)

    def apply(self, told):
        """What follows from an event of the ledger: as of refresh, for every leaf it bears on.

        An unchanged forecast may be told of all the same: its interval, which is not made anew
        here, may have become another."""
        for area, line, year, through, outcome, budget in told:
            self.series[area, year][line] = (through, outcome, budget)
        touched = {(area.encode(), year + after) for area, _, year, _, _, _ in told
                   for after in range(YEARS)}
        leaves = [self.refresh(area.decode(), year) for area, year in sorted(touched)]
        return [leaf for leaf in leaves if leaf]


class Alert:
    def __init__(self, tables):
        self.tables = tables
        self.facts = defaultdict(dict)  # year -> leaf -> (month, net, has, year, outcome, budget)
        self.ids = {}  # (rule, area, year) -> id
        self.states = {}  # id -> 1 raised, 2 acknowledged, 3 cleared
        self.plan_of = {}  # id -> its latest plan
        self.plans = {}  # id -> 1 demanded, 2 decided, 3 closed

    def summed(self, year):
        sums = {}
        for leaf, (month, *amounts) in self.facts[year].items():
            for area in [leaf] + self.tables.above[leaf]:
                was = sums.get(area, [0] * 6)
                sums[area] = [max(was[0], month)] + [a + b for a, b in zip(was[1:], amounts)]
        return sums

    def judge(self, rule, area, year, fact):
        month, net, _, budget_year, outcome, budget_to_date = fact
        budget = budget_year if rule.measure == "prognos" else budget_to_date
        deviation = (net if rule.measure == "prognos" else outcome) - budget
        known = self.ids.get((rule.name, area, year))
        is_up = known is not None and self.states[known] != 3
        if is_up != (not rule.is_cleared(-deviation, budget) if is_up
                     else rule.is_crossed(-deviation, budget)):
            if known is None:
                known = self.ids[rule.name, area, year] = len(self.ids) + 1
            self.states[known] = 3 if is_up else 1
            yield ("A", known, 3 if is_up else 1, rule.name, rule.measure, area, year, month,
                   deviation, budget, "")
            if not is_up and rule.demands_plan:
                yield from self.demand(known, area, year)

    def demand(self, alert, area, year):
        plan = self.plan_of.get(alert)
        if plan is None or self.plans[plan] == 3:
            plan = self.plan_of[alert] = len(self.plans) + 1
            self.plans[plan] = 1
            yield ("P", plan, alert, 1, area, year)

    def evaluate(self, year):
        sums = self.summed(year)
        if not any(fact[2] for fact in sums.values()):
            return
        for area in self.tables.areas:
            for rule in self.tables.rules:
                if area in sums and rule.level in ("", str(self.tables.level[area])):
                    yield from self.judge(rule, area, year, sums[area])

    def apply(self, changes):
        """The events that follow from one of forecast's."""
        for (area, year, month, _, _, net, _, current, has, budget, outcome, to_date) in changes:
            if current:
                leaf = area if area in self.tables.leaves else UNASSIGNED
                self.facts[year][leaf] = (month, net, has, budget, outcome, to_date)
        events = []
        for year in dict.fromkeys(change[1] for change in changes):
            events.extend(self.evaluate(year))
        return events


def deadline(time_ms, days):
    day = datetime.date(1970, 1, 1) + datetime.timedelta(days=time_ms // 86400000 + days)
    return int(day.strftime("%Y%m%d"))
