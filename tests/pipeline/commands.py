# SPDX-License-Identifier: Apache-2.0
"""The command line as a script sees it: help, versions, exit codes, JSON, colours."""

import json
import os
import pty
import subprocess
import unittest

import common
from common import EX_NOINPUT, EX_UNAVAILABLE, EX_USAGE, PipelineTest, small
from support.instance import Instance

PROGRAMS = ["budgetvakt"] + [f"budgetvakt-{name}" for name in
                             ("ingest", "aggregate", "forecast", "alert", "notify")]
COMMANDS = ("run", "import", "report", "forecast", "forecast set", "alerts", "alerts ack", "plans",
            "plans decide", "plans close", "period", "period close", "period open", "imports",
            "quarantine", "quarantine list", "quarantine show", "quarantine retry",
            "quarantine discard", "status", "subscribe")
QUERIES = ("report verksamheter --period 2020-03", "report resultat --period 2020-03",
           "forecast --period 2020-03", "alerts", "alerts --all", "plans", "plans --all", "period",
           "imports", "quarantine", "status")


def run(program, *words):
    return subprocess.run([os.path.join(common.BINARIES, program), *words], capture_output=True,
                          encoding="utf-8", stdin=subprocess.DEVNULL, check=False, timeout=60)


class WithoutDaemons(unittest.TestCase):
    def test_help_and_version_of_every_program(self):
        for program in PROGRAMS:
            with self.subTest(program):
                text = run(program, "--help")
                self.assertEqual((text.returncode, text.stderr), (0, ""))
                self.assertIn("--config", text.stdout)
                version = run(program, "--version")
                self.assertEqual(version.returncode, 0)
                self.assertRegex(version.stdout, r"\d+\.\d+\.\d+")
                self.assertEqual(run(program, "--finns-inte").returncode, EX_USAGE)

    def test_help_of_every_command(self):
        for command in COMMANDS:
            with self.subTest(command):
                text = run("budgetvakt", *command.split(), "--help")
                self.assertEqual((text.returncode, text.stderr), (0, ""))
                self.assertIn(command, text.stdout)

    def test_wrong_usage(self):
        for words in (("finnsinte",), ("report",), ("report", "annat", "--period", "2020-03"),
                      ("report", "resultat", "--period", "2020-13"), ("import",),
                      ("report", "resultat", "--period", "2020-03", "--unit", "öre"),
                      ("alerts", "ack"), ("report", "resultat", "--json", "--format", "xml")):
            with self.subTest(" ".join(words)):
                result = run("budgetvakt", *words)
                self.assertEqual(result.returncode, EX_USAGE, result.stdout + result.stderr)
                self.assertNotEqual(result.stderr, "")

    def test_nobody_answers(self):
        with Instance(common.BINARIES, small.sources(), small.tables()) as instance:
            result = instance.run("alerts")
            self.assertEqual(result.returncode, EX_UNAVAILABLE, result.stderr)
            self.assertIn("svarar inte", result.stderr)


class WithDaemons(PipelineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, content, source in (("budget.csv", small.budget(), "budget"),
                                      ("2020-03.se", small.ledger(3).bytes(), "bok")):
            path = cls.instance.write(name, content)
            assert cls.instance.take_in(path, source).returncode == 0, cls.instance.log_tail()
        cls.instance.settle()

    def test_json_of_every_query(self):
        for query in QUERIES:
            with self.subTest(query):
                answer = json.loads(self.instance.ask(*query.split(), "--json"))
                self.assertIsInstance(answer["rader"], list)

    def test_money_is_the_same_in_every_format(self):
        header, rows = self.instance.report("verksamheter", "2020-03")
        shown = self.instance.rows("report", "verksamheter", "--period", "2020-03")
        self.assertEqual(header[0], "omrade")
        for row, answer in zip(rows, shown):
            cells = dict(zip(header, row))
            self.assertEqual(cells["omrade"], answer["omrade"])
            self.assertEqual(int(cells["utfall_netto"].replace(",", "")),
                             answer["utfall_netto_ore"])
        text = self.instance.ask("report", "verksamheter", "--period", "2020-03", "--unit",
                                 "tkr")
        self.assertIn("\u22121\u00a0050", text)

    def test_csv_is_what_excel_expects(self):
        text = subprocess.run([self.instance.program("budgetvakt"), "report", "resultat",
                               "--period", "2020-03", "--format", "csv",
                               "--config", self.instance.config],
                              capture_output=True, check=True).stdout
        self.assertTrue(text.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(text.count(b"\n"), text.count(b"\r\n"))

    def test_one_area(self):
        header, rows = self.instance.report("resultat", "2020-03", "kr", "--area", "Hemtjänst")
        net = next(row for row in rows if row[0] == "Netto")
        self.assertEqual(net[header.index("utfall")], "-600000,00")
        missing = self.instance.run("report", "resultat", "--period", "2020-03",
                                    "--area", "Finns ej")
        self.assertNotEqual(missing.returncode, 0)

    def test_a_manual_forecast(self):
        self.instance.ask("forecast", "set", "--area", "Familjehem", "--period", "2020-03",
                          "--net", "-1500", "--unit", "tkr", "--comment", "Två placeringar")
        self.assertEqual(self.net("Familjehem", "2020-03", "prognos_netto"), "-1500000,00")
        self.assertEqual(self.net("Familjehem", "2020-03", "avvikelse_ar"), "-300000,00")

    def test_import_of_what_is_not_there(self):
        result = self.instance.run("import", "/finns/inte.se", "--source", "bok")
        self.assertEqual(result.returncode, EX_NOINPUT, result.stderr)
        path = self.instance.write("x.se", b"x")
        self.assertEqual(self.instance.run("import", path).returncode, EX_USAGE)
        result = self.instance.run("import", path, "--source", "okand")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("okand", result.stderr)

    def test_status_names_every_daemon(self):
        text = self.instance.ask("status")
        for name in ("ingest", "aggregate", "forecast", "alert", "notify"):
            self.assertIn(name, text)

    def test_no_color(self):
        def on_a_terminal(**environment):
            leader, follower = pty.openpty()
            process = subprocess.Popen(
                [self.instance.program("budgetvakt"), "report", "verksamheter", "--period",
                 "2020-03", "--config", self.instance.config], stdout=follower,
                env={**os.environ, "TERM": "xterm", **environment})
            os.close(follower)
            text = b""
            try:
                while chunk := os.read(leader, 65536):
                    text += chunk
            except OSError:  # the terminal's other end was closed
                pass
            os.close(leader)
            self.assertEqual(process.wait(), 0)
            return text
        self.assertNotIn(b"\x1b[", on_a_terminal(NO_COLOR="1"))
        plain = self.instance.ask("report", "verksamheter", "--period", "2020-03")
        self.assertNotIn("\x1b[", plain)


if __name__ == "__main__":
    common.main()
