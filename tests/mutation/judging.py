# SPDX-License-Identifier: Apache-2.0
"""Verdicts on files: from one process that is handed thousands of them."""

import json
import subprocess


class Judge:
    """Use as a context manager."""

    def __init__(self, program, config):
        self.process = subprocess.Popen([program, config], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        if self.process.wait() != 0:
            raise RuntimeError(f"domaren slutade med kod {self.process.returncode}")

    def verdict(self, source, content):
        """(findings, what the last line says)"""
        self.process.stdin.write(f"{source} {len(content)}\n".encode() + content)
        self.process.stdin.flush()
        findings = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError("domaren svarar inte")
            answer = json.loads(line)
            if "rader" in answer:
                return findings, answer
            findings.append(answer)


def errors_of(findings):
    return [finding for finding in findings if finding["grad"] == "fel"]


def is_exact(findings, end, expected):
    """Refused, with findings about @expected and no other line, and nothing to apply."""
    errors = errors_of(findings)
    return (bool(errors) and all(error["rad"] == expected for error in errors)
            and end["rader"] == 0)


def is_accepted(findings, end, document):
    return (not errors_of(findings) and document.rows in (None, end["rader"])
            and document.sum_ore in (None, end["summa_ore"]))
