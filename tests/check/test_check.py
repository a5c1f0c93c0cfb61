#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that every rule of check.py fires: small trees, each with one fault."""
import tempfile
import unittest
from pathlib import Path

import check
from source import blank_out, find_functions

LICENCE_LINE = f"/* {check.LICENCE} */\n"
HEADER = LICENCE_LINE + "/* What it is for. */\n#pragma once\n"
FILLER = "\tx++;\n"


def function(name, line_count, statement=FILLER):
    return f"int {name}(int x)\n{{\n{statement * (line_count - 4)}\treturn x;\n}}\n"


def problems_of(rule, files):
    """What the rule says about a tree of these files: [(path, line)]."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            target = Path(root, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        tree = check.Tree(root)
        return [(file.path if file else None, line) for file, line, _ in rule(tree)]


GOOD = {
    "daemons/lib/base/text.h": HEADER + "#include <stddef.h>\nsize_t text_size(void);\n",
    "daemons/lib/base/text.c": LICENCE_LINE + '#include "lib/base/text.h"\n\n'
                               "#include <string.h>\n\n"
                               "/* strcpy( and \"double\" may be spoken of. */\n"
                               + function("text_one", 8),
    "daemons/lib/model/money.h": HEADER + "struct money {\n\tlong ore;\n};\n",
    "daemons/ingest/main.c": LICENCE_LINE + "/* What it is for. */\n" + function("main", 8),
    "daemons/lib/wire/codec_a.c": LICENCE_LINE + '#include <zmq.h>\n\n#include "batch.pb-c.h"\n',
    "tests/unit/base/test_text.c": LICENCE_LINE + '#include "support/test.h"\n\n'
                                   '#include "lib/base/text.h"\n\n'
                                   "static void check_size(int x)\n{\n\tassert_true(x);\n}\n\n"
                                   "static void it_is_one(void **state)\n"
                                   "{\n\t(void)state;\n\tcheck_size(1);\n}\n",
    "tests/support/test.h": HEADER,
    "CMakeLists.txt": f"# {check.LICENCE}\n",
    "tests/data/old.csv": "a path that a customer's file holds: /ho" "me/x; TO" "DO\n",
}

# Rule: [(path, text, line)]; each file alone is a tree with exactly this fault.
BAD = {
    check.layers: [
        ("daemons/lib/base/a.c", '#include "lib/model/money.h"\n', 1),
        ("daemons/lib/model/a.c", '\n#include "lib/wire/message.h"\n', 2),
        ("daemons/lib/view/a.c", '#include "lib/wire/socket.h"\n', 1),
        ("daemons/budgetvakt/a.c", '#include "lib/store/store.h"\n', 1),
        ("daemons/alert/a.c", '#include "forecast/method.h"\n', 1),
        ("daemons/budgetvakt/a.c", '#include "lib/feed/journal.h"\n', 1),
        ("tests/unit/base/test_a.c", '#include "lib/model/money.h"\n', 1),
        ("daemons/lib/extra/a.c", "\n", 1),
    ],
    check.private_headers: [
        ("daemons/lib/feed/a.c", '#include "lib/store/store_private.h"\n', 1),
        ("tests/support/a.c", '#include "lib/wire/codec_private.h"\n', 1),
    ],
    check.foreign: [
        ("daemons/lib/feed/a.c", "#include <zmq.h>\n", 1),
        ("daemons/aggregate/a.c", "#include <lmdb.h>\n", 1),
        ("daemons/lib/service/a.c", "#include <confuse.h>\n", 1),
        ("daemons/lib/base/a.c", "#include <systemd/sd-daemon.h>\n", 1),
        ("daemons/lib/model/a.c", "#include <openssl/evp.h>\n", 1),
        ("daemons/lib/wire/socket.c", '#include "batch.pb-c.h"\n', 1),
        ("daemons/lib/wire/codec.h", '#include "batch.pb-c.h"\n', 1),
    ],
    check.pure: [
        ("daemons/lib/model/a.c", "#include <unistd.h>\n", 1),
        ("daemons/lib/model/a.c", "\nint x = time(0);\n", 2),
        ("daemons/ingest/a.h", LICENCE_LINE + "/* Pure: decides only. */\n"
                               '#include "lib/base/clock.h"\n', 3),
    ],
    check.function_length: [
        ("daemons/lib/base/a.c", function("long_one", 71), 1),
        ("tests/unit/base/test_a.c", "\n" + function("long_one", 71), 2),
    ],
    check.file_length: [
        ("daemons/lib/base/a.c", "\n" * 601, 1),
        ("tests/check/a.py", "\n" * 601, 1),
    ],
    check.main_length: [
        ("daemons/alert/main.c", function("main", 41), 1),
    ],
    check.header_alone: [
        ("daemons/lib/base/a.h", "size_t text_size(void);\n", 1),
        ("daemons/lib/base/a.h", "struct not_guarded {\n\tint x;\n};\n", 1),
    ],
    check.licence: [
        ("daemons/lib/base/a.c", "int x;\n", 1),
        ("CMakeLists.txt", "project(x)\n", 1),
        ("dev", "#!/bin/sh\n", 1),
        ("proto/a.proto", 'syntax = "proto3";\n', 1),
        ("config/a.conf", "x = 1\n", 1),
    ],
    check.opening_comment: [
        ("daemons/lib/base/a.h", LICENCE_LINE + "#pragma once\n", 2),
        ("daemons/alert/main.c", LICENCE_LINE + "#include <stdio.h>\n", 2),
    ],
    check.include_order: [
        ("daemons/lib/base/a.c", '#include <stdio.h>\n\n#include "lib/model/b.h"\n'
                                 "#include <string.h>\n", 4),
        ("daemons/lib/base/a.c", '#include <stdio.h>\n#include "b.h"\n', 2),
    ],
    check.forbidden_calls: [
        (f"daemons/lib/base/{name}.c", f"\nint x = {name} (y);\n", 2)
        for name in ("strcpy", "sprintf", "gets", "atoi", "strtok", "system", "popen")
    ],
    check.floating_point: [
        ("daemons/lib/model/a.c", "double x;\n", 1),
        ("daemons/aggregate/a.c", "\nfloat x;\n", 2),
        ("daemons/forecast/a.c", "struct money x;\ndouble y;\n", 2),
    ],
    check.line_length: [
        ("daemons/lib/base/a.c", "\t" + "x" * 93 + "\n", 1),
        ("tests/check/a.py", "x" * 101 + "\n", 1),
    ],
    check.unfinished: [
        ("daemons/lib/base/a.c", "/* TO" "DO */\n", 1),
        ("README.md", "\nFIX" "ME\n", 2),
    ],
    check.machine_path: [
        ("README.md", "cd /ho" "me/anna/x\n", 1),
        ("config/a.conf", 'x = "/wo' 'rk/y"\n', 1),
    ],
    check.tests_assert: [
        ("tests/unit/base/test_a.c", "static void it_is_so(void **state)\n{\n"
                                     "\t(void)state;\n}\n", 1),
    ],
    check.findings: [
        ("daemons/lib/model/finding.h", '\tX(A, "F1", ERROR, ENDS, "x")\n', 1),
    ],
}


class EveryRuleFires(unittest.TestCase):
    def test_a_good_tree_has_no_problem(self):
        for rule in check.RULES:
            with self.subTest(rule=rule.__name__):
                self.assertEqual(problems_of(rule, GOOD), [])

    def test_every_rule_is_proved_here(self):
        self.assertEqual(set(check.RULES), set(BAD))

    def test_each_fault_is_found_where_it_stands(self):
        for rule, cases in BAD.items():
            for path, text, line in cases:
                with self.subTest(rule=rule.__name__, path=path, text=text[:60]):
                    self.assertEqual(problems_of(rule, {path: text}), [(path, line)])

    def test_a_tree_of_middling_functions_fails_by_its_median(self):
        text = "".join(function(f"middling_{number}", 15) for number in range(20))
        problems = problems_of(check.function_length, {"daemons/lib/base/a.c": text})
        self.assertEqual(problems, [(None, 0)])

    def test_the_own_header_must_be_the_first_include(self):
        files = {"daemons/lib/base/a.h": HEADER,
                 "daemons/lib/base/a.c": '#include <stdio.h>\n\n#include "lib/base/a.h"\n'}
        self.assertEqual(problems_of(check.include_order, files), [("daemons/lib/base/a.c", 1)])


class SourceIsRead(unittest.TestCase):
    def test_comments_and_texts_go_but_lines_stay(self):
        code = blank_out('a /* b\nc */ "d\\"e" \'"\' // f\ng\n')
        self.assertEqual(code, 'a  \n "" \'\'  \ng\n')

    def test_a_function_begins_with_its_signature(self):
        code = "struct x {\n};\n\nstatic int\none(int a,\n    int b)\n{\n\tif (a) {\n\t}\n}\n"
        [found] = find_functions(code)
        self.assertEqual((found.name, found.line, found.length), ("one", 4, 7))


if __name__ == "__main__":
    unittest.main()
