# SPDX-License-Identifier: Apache-2.0
"""Old records that everybody has read are pruned; decisions stay, and who comes new gets all."""

import json
import os
import shutil
import signal
import subprocess
import sys
import unittest

import common
from common import EX_DATAERR, Instance, eventually, small
from support import protobuf

sys.path.insert(0, os.path.join(os.path.dirname(common.HERE), "torture"))
from outcome import canonical  # noqa: E402

RULES = "Utfall över budget;utfall;1;;100;5;50;;ja;30\n"
ENOUGH = 64  # records that are worth it: PRUNE_RECORDS_MIN
JOURNAL, RECORDS, ANSWER = 2, 7, 7
DECISION = 5


class Pruned(unittest.TestCase):
    days = 0

    def setUp(self):
        self.instance = Instance(common.BINARIES, small.sources(), small.tables(RULES),
                                 journal_keep_days=self.days)
        self.addCleanup(self.instance.__exit__, None, None, None)
        self.instance.start()
        self.count = 0
        path = self.instance.write("budget.csv", small.budget())
        self.assertEqual(self.instance.take_in(path, "budget").returncode, 0)

    def imports(self, count):
        """So many snapshots of January, each with other figures."""
        before = len(self.instance.rows("imports"))
        for _ in range(count):
            self.count += 1
            self.instance.drop(f"{self.count:04}.se",
                               small.ledger(1, Familjehem=100 + self.count).bytes(), "bok")
        eventually(lambda: len(self.instance.rows("imports")) == before + count, "inlästa filer",
                   seconds=240)

    def pruned(self, daemon):
        return (self.instance.status() or {}).get(daemon, {}).get("gallrad_till", 0)

    def records(self, daemon, first=1):
        """(seq, payload) of what stands in the journal, by asking as a stranger."""
        found = []
        while True:
            question = protobuf.request(JOURNAL, rest=protobuf.number(10, first) +
                                        protobuf.number(11, 64))
            result = subprocess.run(
                [os.path.join(common.HELPERS, "test_peer"),
                 f"ipc://{self.instance.path('run', daemon)}.control", question.hex(), "10000"],
                capture_output=True, check=True, text=True)
            answer = protobuf.fields(bytes.fromhex(result.stdout.strip()))[ANSWER][0]
            records = [protobuf.fields(record)
                       for record in protobuf.fields(answer).get(RECORDS, [])]
            if not records:
                return found
            found += [(record[1][0], record.get(3, [b""])[0]) for record in records]
            first = found[-1][0] + 1

    def told(self, daemon, before=""):
        """What a daemon's program says of its books, knowing what others have said."""
        return subprocess.run([self.instance.program("budgetvakt-" + daemon), "--config",
                               self.instance.config, "--verify"], input=before,
                              capture_output=True, text=True, check=False).stdout.splitlines()

    def faults_of_place(self, cursor):
        told = self.told("aggregate", f"program\tforecast\n{cursor}\n")
        self.assertIn("end\taggregate", told)
        return [line for line in told if line.startswith("fault\tI4")]

    def outcome(self):
        """What follows from the figures, but not when."""
        return {"report": self.instance.report_bytes("2020-12"),
                "forecast": canonical(self.instance.rows("forecast", "--period", "2020-01")),
                "alerts": canonical(self.instance.rows("alerts"), {"larm", "atgardsplan"})}

    def pruned_by_aggregate_alone(self):
        """status asks all, and one is stopped."""
        result = self.instance.run("status", "--json")
        return sum(row["tal"] for row in json.loads(result.stdout)["rader"]
                   if (row["daemon"], row["nyckel"]) == ("aggregate", "gallrad_till"))

    def join_anew(self, before):
        """Stores that are empty, behind journals that do not reach back: all is there again."""
        self.assertEqual(self.instance.stop(), 0)
        old = self.instance.path("old")
        shutil.copytree(self.instance.path("state", "forecast"), old)
        for name in ("forecast", "alert", "notify"):
            shutil.rmtree(self.instance.path("state", name))
        self.instance.start()
        self.instance.settle()
        self.assertIn("begins to follow aggregate at record", self.instance.log_text())
        self.assertEqual(self.outcome(), before)
        self.imports(2)
        self.instance.settle()
        self.assertNotIn("ended with", self.instance.log_text())
        seen = self.instance.run("verify")
        self.assertEqual(seen.returncode, 0, seen.stdout + seen.stderr)


class Old(Pruned):
    def test_it_waits_for_the_slowest_and_keeps_decisions(self):
        self.imports(1)
        self.instance.ask("period", "close", "2020-01")
        self.instance.ask("period", "open", "2020-01")
        pid = self.instance.daemons()["budgetvakt-forecast"]
        self.instance.settle()
        place = next(line for line in self.told("forecast")
                     if line.startswith("cursor\taggregate\t"))
        os.kill(pid, signal.SIGSTOP)
        self.imports(ENOUGH + 8)
        self.assertEqual(self.pruned_by_aggregate_alone(), 0)
        os.kill(pid, signal.SIGCONT)
        eventually(lambda: self.pruned("aggregate") >= ENOUGH, "gallring")
        eventually(lambda: self.pruned("forecast") >= ENOUGH, "gallring hos forecast")
        self.instance.settle()
        before = self.outcome()
        end = self.pruned("aggregate")
        records = self.records("aggregate")
        self.assertEqual([seq for seq, _ in records], list(range(1, len(records) + 1)))
        left = [payload for seq, payload in records if seq <= end and payload]
        self.assertEqual([next(iter(protobuf.fields(payload))) for payload in left],
                         [DECISION, DECISION])
        self.assertTrue(all(payload for seq, payload in records if seq > end))

        # Who stands at a record that is pruned since has still read that one, or another.
        *_, seq, digest = place.split("\t")
        self.assertLessEqual(int(seq), end)
        self.assertEqual(self.faults_of_place(place), [])
        other = place.replace(digest, digest[::-1])
        self.assertEqual(len(self.faults_of_place(other)), 1, other)

        seen = self.instance.run("verify")
        self.assertEqual(seen.returncode, 0, seen.stdout + seen.stderr)
        self.join_anew(before)

    def test_who_is_not_new_and_misses_what_is_pruned_stops(self):
        self.imports(2)
        self.instance.settle()
        self.assertEqual(self.instance.stop(), 0)
        for name in ("forecast", "alert"):
            shutil.copytree(self.instance.path("state", name), self.instance.path("old-" + name))
        self.instance.start()
        self.imports(ENOUGH + 2)
        eventually(lambda: self.pruned("aggregate") >= ENOUGH, "gallring")
        eventually(lambda: self.pruned("forecast") >= ENOUGH, "gallring hos forecast")
        self.assertEqual(self.instance.stop(), 0)
        for name in ("forecast", "alert"):
            shutil.rmtree(self.instance.path("state", name))
            shutil.copytree(self.instance.path("old-" + name), self.instance.path("state", name))
        self.instance.start(patience=0)
        eventually(lambda: f"budgetvakt-forecast ended with {EX_DATAERR}"
                   in self.instance.log_text(), "forecast stannar")
        self.assertRegex(self.instance.log_text(),
                         "record [0-9]+ of aggregate is pruned, but was not applied here")


class Young(Pruned):
    """The control: what is not old stays."""

    days = 1

    def test_nothing_is_pruned(self):
        self.imports(ENOUGH + 8)
        self.instance.settle()
        self.imports(1)  # by then it has been looked at once more
        self.instance.settle()
        self.assertEqual(self.pruned("aggregate"), 0)
        self.assertTrue(all(payload for _, payload in self.records("aggregate")))


if __name__ == "__main__":
    common.main()
