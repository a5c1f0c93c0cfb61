# SPDX-License-Identifier: Apache-2.0
"""A wrong configuration is told before anything starts: exit code 78, and what to do."""

import subprocess
import unittest

import common
from common import EX_CONFIG, small
from support.instance import Instance, conf_text

DAEMONS = [f"budgetvakt-{name}" for name in
           ("ingest", "aggregate", "forecast", "alert", "notify")]


class Configuration(unittest.TestCase):
    def check(self, tables=None, conf=None, programs=("budgetvakt-alert",)):
        """[(exit code, stderr)] of -n with some file of the good configuration replaced."""
        files = {**small.tables(), **(tables or {})}
        answers = []
        with Instance(common.BINARIES, small.sources(), files) as instance:
            if conf is not None:
                instance.write("budgetvakt.conf", conf)
            for program in programs:
                result = instance.run("-n", program=program)
                answers.append((result.returncode, result.stderr))
        return answers

    def expect_bad(self, *patterns, programs=("budgetvakt-alert",), **files):
        for code, text in self.check(programs=programs, **files):
            self.assertEqual(code, EX_CONFIG, text)
            for pattern in patterns:
                self.assertRegex(text, pattern)

    def test_the_good_one_passes_in_every_daemon(self):
        self.assertEqual(self.check(programs=DAEMONS), [(0, "")] * len(DAEMONS))

    def test_overlapping_ranges_name_both_areas(self):
        areas = small.AREAS.replace("300|301", "108-301|109")
        self.expect_bad("omraden.csv:", "Familjehem", "Administration",
                        tables={"omraden.csv": areas},
                        programs=("budgetvakt-aggregate", "budgetvakt-forecast"))

    def test_overlapping_accounts_name_both_lines(self):
        lines = small.LINES.replace("post;46*", "post;46*|5011")
        self.expect_bad("resultatrader.csv:", "Personal", "Köp av verksamhet",
                        tables={"resultatrader.csv": lines}, programs=("budgetvakt-aggregate",))

    def test_unknown_parent(self):
        areas = small.AREAS.replace("Hemtjänst;Socialnämnden", "Hemtjänst;Socialnamnden")
        self.expect_bad(r"omraden.csv:4", "Socialnamnden", tables={"omraden.csv": areas})

    def test_unknown_key(self):
        text = conf_text("prov", small.sources()).replace("store_size_mib", "store_sise_mib")
        line = 1 + text[:text.index("store_sise_mib")].count("\n")
        self.expect_bad(rf"budgetvakt\.conf:{line}", "store_sise_mib", conf=text,
                        programs=DAEMONS)

    def test_unknown_key_in_a_source(self):
        text = conf_text("prov", small.sources()).replace("pattern =", "mönster =", 1)
        self.expect_bad(r"budgetvakt\.conf:\d+", conf=text)

    def test_unknown_format(self):
        text = conf_text("prov", small.sources()).replace('"sie"', '"sie5"')
        self.expect_bad(r"budgetvakt\.conf:\d+", "sie5", conf=text)

    def test_a_rule_without_a_limit(self):
        self.expect_bad(r"larmregler\.csv:2", tables={
            "larmregler.csv": small.RULES_HEAD + "Prognos;prognos;;;;;;;nej;\n"})

    def test_all_problems_are_printed(self):
        areas = small.AREAS.replace(";300|301", ";30-").replace("100-109", "1-2-3")
        self.expect_bad("omraden.csv:3", "omraden.csv:5", tables={"omraden.csv": areas})

    def test_a_missing_file(self):
        result = subprocess.run([f"{common.BINARIES}/budgetvakt-ingest", "-n", "--config",
                                 "/finns/inte.conf"],
                                capture_output=True, encoding="utf-8", check=False)
        self.assertEqual(result.returncode, EX_CONFIG, result.stderr)
        self.assertIn("/finns/inte.conf", result.stderr)

    def test_run_does_not_start_on_a_wrong_configuration(self):
        with Instance(common.BINARIES, small.sources(), small.tables()) as instance:
            instance.write("omraden.csv", small.AREAS.replace("300|301", "109"))
            result = instance.run("run", timeout=60)
            self.assertEqual(result.returncode, EX_CONFIG, result.stderr)
            self.assertNotIn("redo", result.stdout)
            self.assertEqual(instance.processes(), {})


if __name__ == "__main__":
    common.main()
