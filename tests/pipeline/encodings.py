# SPDX-License-Identifier: Apache-2.0
"""A file's encoding is told by all of its bytes, also when its first part looks like another."""

import unittest

import common
from common import PipelineTest, small
from support.textfile import ore_of

CHUNK = 64 * 1024  # what is read at a time


def rows(count, text, encoding, first):
    return b"".join(f"{first + i};202001;4611;100;{text};-1,00\n".encode(encoding)
                    for i in range(count))


class Encodings(PipelineTest):
    HEAD = (small.LIST_HEAD + "\n").encode()

    def outcome_ore(self):
        return ore_of(self.net("Familjehem", "2020-01") or "0,00")

    def test_the_greater_part_decides(self):
        """The first chunk is UTF-8 and sends rows; then it proves to be Windows-1252 with a
        word pasted in, and is read anew.  Each row is counted once."""
        few = rows(CHUNK // 30 + 1000, "plain", "ascii", 1)
        # A row without verksamhet before those that have one makes a batch of its own.
        content = (self.HEAD + b"1;202001;4611;;plain;-1,00\n" +
                   rows(2, "räksmörgås", "utf-8", 1) + few +
                   rows(3000, "räksmörgås", "windows-1252", 100000))
        self.assertGreater(len(self.HEAD + few), CHUNK)
        before = self.outcome_ore()
        self.accept("blandad.csv", content, "listor")
        count = content.count(b";100;")
        self.assertEqual(self.outcome_ore() - before, count * 100)
        print(f"{count} rader lästa om med rätt teckenkodning")
        self.assertIn("read anew", self.instance.log_tail())

    def test_damaged_utf8_is_refused_at_its_line(self):
        """The greater part is UTF-8: one letter of another encoding is a damage."""
        whole = self.HEAD + rows(12000, "räksmörgås", "utf-8", 1)
        line = whole.count(b"\n") + 1
        content = whole + rows(1, "räksmörgås", "windows-1252", 99999)
        self.assertGreater(len(content), CHUNK)
        self.refuse("skadad.csv", content, "listor", f"rad {line}: .*UTF-8")


if __name__ == "__main__":
    common.main()
