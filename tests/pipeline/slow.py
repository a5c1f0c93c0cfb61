# SPDX-License-Identifier: Apache-2.0
"""Who does not keep up costs the producer neither time, memory nor room on disk."""

import os
import re
import signal
import subprocess
import unittest

import common
from common import Instance, eventually, small
from support import protobuf

CUBE, PERIOD = 3, 3
REPLACED = 40      # snapshots of one month
MEMORY_KIB = 16384  # that a follower that stands still may cost


class Slow(unittest.TestCase):
    def make(self):
        instance = Instance(common.BINARIES, small.sources(), small.tables())
        self.addCleanup(instance.__exit__, None, None, None)
        return instance.start()

    def take_in(self, instance, name, content, source="bok"):
        result = instance.take_in(instance.write(name, content), source)
        self.assertEqual(result.returncode, 0, result.stdout + instance.log_tail())

    @staticmethod
    def peak_kib(instance):
        pid = instance.daemons()["budgetvakt-aggregate"]
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])

    def year(self, instance):
        for month in range(1, 13):
            self.take_in(instance, f"2020-{month:02}.se", small.ledger(month).bytes())
            rows = [(f"2020{month:02}", "4611", str(1000000 + number), "1,00")
                    for number in range(2000)]
            self.take_in(instance, f"{month:02}.csv", small.text_list(rows), "listor")

    def test_a_forecast_that_stands_still_holds_nothing_up(self):
        free, held = self.make(), self.make()
        self.year(free)
        pid = held.daemons()["budgetvakt-forecast"]
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(os.kill, pid, signal.SIGCONT)
        self.year(held)
        print(f"KiB: {self.peak_kib(free)} with a forecast that follows, "
              f"{self.peak_kib(held)} with one that stands still", flush=True)
        self.assertLess(self.peak_kib(held), self.peak_kib(free) + MEMORY_KIB)
        os.kill(pid, signal.SIGCONT)
        held.settle()
        free.settle()
        self.assertEqual(held.report_bytes("2020-12"), free.report_bytes("2020-12"))
        self.assertEqual(held.rows("forecast", "--period", "2020-12"),
                         free.rows("forecast", "--period", "2020-12"))
        self.assertEqual(held.daemons()["budgetvakt-forecast"], pid)

    def replace(self, instance, first):
        """The same month again and again; how much the ledger's file has grown, in KiB."""
        path = instance.path("state", "ledger", "data.mdb")
        before = os.stat(path).st_size
        for number in range(first, first + REPLACED):
            book = small.Ledger(1)
            for voucher in range(300):
                book.voucher(1, 1000000 + voucher, f"{number + 1}.00")
            self.take_in(instance, f"{number}.se", book.bytes())
        return (os.stat(path).st_size - before) // 1024

    def beside(self, program, *words):
        """A process that says one word when it is where it should be, and stays until the end."""
        process = subprocess.Popen([os.path.join(common.HELPERS, program), *words],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdin.close)
        self.assertTrue(process.stdout.readline())
        return process

    def test_a_report_that_is_not_read_does_not_make_the_ledger_grow(self):
        instance = self.make()
        self.replace(instance, 0)  # what the file needs anyhow
        settled = self.replace(instance, REPLACED)

        question = protobuf.request(CUBE, rest=protobuf.number(PERIOD, 202012))
        endpoint = f"ipc://{instance.path('run', 'aggregate')}.control"
        peer = self.beside("test_peer", endpoint, question.hex(), "10000", "60")
        os.kill(peer.pid, signal.SIGSTOP)
        unread = self.replace(instance, 2 * REPLACED)
        os.kill(peer.pid, signal.SIGCONT)

        # The control: a real reader of the store, as there must be none.
        self.beside("test_reader", instance.path("state", "ledger"))
        held = self.replace(instance, 3 * REPLACED)
        print(f"KiB: {settled} undisturbed, {unread} with unread answers, "
              f"{held} with a reader of the store", flush=True)
        self.assertLess(unread, settled + 1024)
        self.assertGreater(held, unread + 1024, "kontroll")


if __name__ == "__main__":
    common.main()
