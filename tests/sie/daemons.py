# SPDX-License-Identifier: Apache-2.0
"""Every file of tests/data/sie through the real daemons, each to a source of its own: what
expected.tsv says is read is counted, with as many rows, and the rest lies in quarantine.
Usage: daemons.py BIN_DIR FOLDER"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1])]

from support import small  # noqa: E402
from support.case import Source  # noqa: E402
from support.instance import Instance, find_binaries  # noqa: E402


SOURCES_MAX = 64  # of one configuration


def told(instance, path, source):
    """("läst" or "avvisad", rows) of one import."""
    done = instance.take_in(str(path), source)
    rows = re.search(r"inläst, ([\d\s]+) rad", done.stdout)
    if done.returncode == 0 and rows:
        return "läst", "".join(rows[1].split())
    if done.returncode == 65 and "karantän" in done.stdout + done.stderr:
        return "avvisad", "0"
    return done.returncode, done.stdout + done.stderr


def check(binaries, folder, expected):
    """How many of the files fare otherwise than expected."""
    sources = {name: f"sie{number}" for number, name in enumerate(expected)}
    wrong = 0
    with Instance(binaries, [Source(source, "sie", "snapshot") for source in sources.values()],
                  small.tables()) as instance:
        instance.start()
        for name, (outcome, rows) in expected.items():
            found = told(instance, folder / name, sources[name])
            print(f"{name:32} {found[0]:8} {found[1]}", flush=True)
            if found != (outcome, rows if outcome == "läst" else "0"):
                print(f"  expected {outcome} {rows}")
                wrong += 1
        return wrong + (instance.stop() != 0)


def main():
    binaries, folder = find_binaries(sys.argv[1]), pathlib.Path(sys.argv[2])
    lines = [line.split("\t") for line in (folder / "expected.tsv").read_text().splitlines()[1:]]
    wrong = 0
    for first in range(0, len(lines), SOURCES_MAX):
        some = lines[first:first + SOURCES_MAX]
        wrong += check(binaries, folder, {name: tuple(rest[:2]) for name, *rest in some})
    sys.exit(wrong > 0)


main()
