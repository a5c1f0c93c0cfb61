# SPDX-License-Identifier: Apache-2.0
"""The life of an alert and of the åtgärdsplan it demands; each change is delivered exactly once."""

import json
import subprocess
import unittest

import common
from common import PipelineTest, eventually, small

ALERT_STATES = ("larm", "kvitterat", "återställt")
PLAN_STATES = ("Krävs", "Beslutad", "Avslutad")
RULES = ("Utfall över budget;utfall;1;;100;5;50;;ja;30\n"
         "Nämndens utfall;utfall;0;;400;;200;;nej;\n")


def one_of(values, row):
    return next((value for value in row.values() if value in values), None)


class Watched(PipelineTest):
    """The small nämnd with its budget and a January as budgeted."""

    rules = RULES
    recipients = "Förvaltningen;fil;larm.jsonl\n"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, content, source in (("budget.csv", small.budget(), "budget"),
                                      ("2020-01.se", small.ledger(1).bytes(), "bok")):
            path = cls.instance.write(name, content)
            assert cls.instance.take_in(path, source).returncode == 0, cls.instance.log_tail()

    def alerts(self, *options):
        self.instance.settle()
        return self.instance.rows("alerts", *options)

    def delivered(self):
        with open(self.instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def wait_delivered(self, count):
        eventually(lambda: self.has_file() and len(self.delivered()) >= count,
                   f"{count} leveranser")
        self.instance.settle()
        self.assertEqual(len(self.delivered()), count, self.delivered())

    def has_file(self):
        try:
            self.delivered()
            return True
        except FileNotFoundError:
            return False

    def month(self, through, **changes):
        """A cumulative export; sent again and again with other exported days."""
        type(self).exports = getattr(type(self), "exports", 0) + 1
        book = small.ledger(through, **changes)
        book.head[3] = f"#GEN 202012{self.exports:02d}"
        self.accept(f"export-{self.exports}.se", book.bytes())
        self.instance.settle()


class Life(Watched):
    def test_the_whole_life(self):
        self.assertEqual(self.alerts(), [])

        # January to February: Familjehem 150 instead of 100 a month, deficit 100 tkr = the limit.
        self.month(2, Familjehem=150)
        alerts = self.alerts()
        self.assertEqual([one_of(ALERT_STATES, row) for row in alerts], ["larm"])
        self.assertIn("Familjehem", alerts[0].values())
        self.wait_delivered(2)  # the alert, and the plan it demands
        plans = self.instance.rows("plans")
        self.assertEqual([one_of(PLAN_STATES, row) for row in plans], ["Krävs"])
        identity, plan = alerts[0]["id"], plans[0]["id"]

        # The same file, and the same fact in another file, say nothing new.
        self.month(2, Familjehem=150)
        self.wait_delivered(2)

        # An order that cannot be: no such alert.
        missing = self.instance.run("alerts", "ack", "9999", "--comment", "x")
        self.assertNotEqual(missing.returncode, 0)
        self.instance.ask("alerts", "ack", str(identity), "--comment", "Beror på två placeringar")
        self.assertEqual([one_of(ALERT_STATES, row) for row in self.alerts()], ["kvitterat"])
        self.wait_delivered(3)

        self.instance.ask("plans", "decide", str(plan), "--reference", "SN 2020/117")
        self.assertEqual([one_of(PLAN_STATES, row) for row in self.instance.rows("plans")],
                         ["Beslutad"])
        self.instance.ask("plans", "close", str(plan), "--comment", "Effekten är uppnådd")
        self.assertEqual([one_of(PLAN_STATES, row) for row in self.instance.rows("plans", "--all")],
                         ["Avslutad"])
        self.wait_delivered(5)

        # 80 tkr is below the limit but not below the clear limit: the alert stays.
        self.month(2, Familjehem=140)
        self.assertEqual([one_of(ALERT_STATES, row) for row in self.alerts()], ["kvitterat"])
        # 40 tkr clears it.
        self.month(2, Familjehem=120)
        self.assertEqual(self.alerts(), [])
        self.assertEqual([one_of(ALERT_STATES, row) for row in self.alerts("--all")],
                         ["återställt"])
        self.wait_delivered(6)

        # One alert per rule, area and year: it comes back under its own number.
        self.month(3, Familjehem=200)
        again = self.alerts()
        self.assertEqual([row["id"] for row in again], [identity])
        self.assertEqual([one_of(ALERT_STATES, row) for row in again], ["larm"])

        self.after_restarts()

    def after_restarts(self):
        """Nothing is delivered again, and the feed tells the same story from its start."""
        eventually(lambda: len(self.delivered()) >= 7, "sju leveranser")
        self.instance.settle()
        before, report = self.delivered(), self.instance.report_bytes("2020-03")
        for _ in range(3):
            self.assertEqual(self.instance.stop(), 0)
            self.instance.start()
            self.instance.settle()
            self.assertEqual(self.delivered(), before)
            self.assertEqual(self.instance.report_bytes("2020-03"), report)
        feed = self.instance.ask("subscribe", "--from", "1", "--max", str(len(before)))
        told = [json.loads(line) for line in feed.splitlines()]
        self.assertEqual(len(told), len(before))
        states = ALERT_STATES + PLAN_STATES
        self.assertEqual([one_of(states, row) for row in told],
                         [one_of(states, row) for row in before])
        last = self.instance.ask("subscribe", "--from", str(len(before)), "--max", "1")
        self.assertEqual(json.loads(last), told[-1])


class Follower(Watched):
    def test_subscribe_waits_for_what_comes(self):
        with subprocess.Popen([self.instance.program("budgetvakt"), "subscribe", "--from", "1",
                               "--config", self.instance.config], stdout=subprocess.PIPE,
                              encoding="utf-8") as follower:
            # The whole nämnd passes 400 tkr when Hemtjänst does.
            self.month(4, Hemtjänst=350)
            lines = [json.loads(follower.stdout.readline())]
            while "Nämndens utfall" not in lines[-1].values():
                lines.append(json.loads(follower.stdout.readline()))
            follower.terminate()
        self.assertIn("larm", lines[-1].values())


if __name__ == "__main__":
    common.main()
