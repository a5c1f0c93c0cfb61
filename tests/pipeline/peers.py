# SPDX-License-Identifier: Apache-2.0
"""Peers that send what they should not, and a second daemon on the same store."""

import os
import subprocess
import unittest

import common
from common import Instance, PipelineTest, small
from support import protobuf

DAEMONS = ("ingest", "aggregate", "forecast", "alert", "notify")
ANSWER, CODE, IDENTITY = 7, 2, 1
UNKNOWN_KIND = 2
EX_TEMPFAIL = 75
STATUS = 1
CUBE = 3


class Peers(PipelineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = cls.instance.write("2020-03.se", small.ledger(3).bytes())
        assert cls.instance.take_in(path, "bok").returncode == 0, cls.instance.log_tail()

    def setUp(self):
        self.before = self.instance.report_bytes("2020-12")
        self.pids = self.instance.daemons()
        self.assertEqual(len(self.pids), len(DAEMONS))

    def tearDown(self):
        self.assertEqual(self.instance.report_bytes("2020-12"), self.before)
        self.assertEqual(self.instance.daemons(), self.pids, "alla processer lever vidare")

    def send(self, daemon, data, what="control", milliseconds=400):
        """The answer's bytes, or None."""
        endpoint = f"ipc://{self.instance.path('run', daemon)}.{what}"
        result = subprocess.run([os.path.join(common.HELPERS, "test_peer"), endpoint, data.hex(),
                                 str(milliseconds)], capture_output=True, check=False, text=True)
        return bytes.fromhex(result.stdout.strip()) if result.returncode == 0 else None

    def test_an_unknown_kind_of_request_is_refused_by_name(self):
        for daemon in DAEMONS:
            with self.subTest(daemon):
                answer = self.send(daemon, protobuf.request(99), milliseconds=10000)
                self.assertIsNotNone(answer)
                fields = protobuf.fields(protobuf.fields(answer)[ANSWER][0])
                self.assertEqual(fields[IDENTITY], [b"0123456789abcdef"])
                self.assertEqual(fields[CODE], [UNKNOWN_KIND])

    def test_a_request_meant_for_another_daemon_is_refused(self):
        answer = self.send("notify", protobuf.request(CUBE), milliseconds=10000)
        fields = protobuf.fields(protobuf.fields(answer)[ANSWER][0])
        self.assertEqual(fields[CODE], [UNKNOWN_KIND])

    def test_bytes_that_are_no_message_are_dropped(self):
        unknown_body = protobuf.blob(15, b"vad som helst")
        cut = protobuf.request(STATUS)[:-1]
        overlong = protobuf.blob(6, protobuf.blob(1, b"0123456789abcdef") + b"\x10\x81\x00")
        for data in (b"", b"\xff" * 40, bytes(range(256)), unknown_body, cut, overlong):
            for daemon in DAEMONS:
                with self.subTest(daemon=daemon, data=data.hex()):
                    self.assertIsNone(self.send(daemon, data, milliseconds=60))
        for daemon in DAEMONS:
            self.assertIsNotNone(self.send(daemon, protobuf.request(STATUS), milliseconds=10000))

    def test_an_unknown_field_is_ignored(self):
        for daemon in DAEMONS:
            newer = protobuf.request(STATUS, rest=protobuf.number(99, 1))
            self.assertIsNotNone(self.send(daemon, newer, milliseconds=10000))

    def test_rows_without_a_batch_change_nothing(self):
        rows = protobuf.blob(2, b"\x09" + bytes(8) + protobuf.number(2, 1) + protobuf.number(3, 1))
        self.send("aggregate", rows, "batch", 400)

    def test_a_second_daemon_on_the_same_store(self):
        for daemon in DAEMONS:
            with self.subTest(daemon):
                result = self.instance.run(program=f"budgetvakt-{daemon}", timeout=30)
                self.assertEqual(result.returncode, EX_TEMPFAIL)
                self.assertRegex(result.stderr, "another .*(owns the|already runs)")
        second = self.instance.run("run", timeout=60)
        self.assertGreater(second.returncode, 0)
        self.assertNotIn("redo", second.stdout)

    def test_another_instance_that_shares_only_the_folder_of_sockets(self):
        """Its stores are its own; without the lock it would steal the paths of the sockets."""
        with Instance(common.BINARIES, small.sources(), small.tables(), name="annan",
                      runtime=self.instance.path("run")) as other:
            for daemon in DAEMONS:
                with self.subTest(daemon):
                    result = other.run(program=f"budgetvakt-{daemon}", timeout=30)
                    self.assertEqual(result.returncode, EX_TEMPFAIL)
                    self.assertRegex(result.stderr,
                                     rf"another process has the socket .*{daemon}\.bell|"
                                     rf"another budgetvakt-{daemon} already runs")
            self.assertNotIn("redo", other.run("run", timeout=60).stdout)
        for daemon in DAEMONS:
            self.assertIsNotNone(self.send(daemon, protobuf.request(STATUS), milliseconds=10000))


if __name__ == "__main__":
    common.main()
