#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The project's own rules, read from the code each time: check.py [--root DIR] [--generated DIR].

Every rule is a function that is given the whole tree and yields problems.  ARCHITECTURE.md has the
layer rules in words; here they are in tables.  Exit 1 when there is a problem, which is printed as
FILE:LINE: RULE: what is wrong.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from source import Source

FUNCTION_LINES_MAX = 70
FUNCTION_LINES_MEDIAN_MAX = 15
FUNCTIONS_FOR_A_MEDIAN = 20
FILE_LINES_MAX = 600
MAIN_LINES_MAX = 40
COLUMNS_MAX = 100
TAB_COLUMNS = 8

# What the code in daemons/lib/X or daemons/X may include of ours, itself aside.
LAYERS = {
    "base": "",
    "archive": "base",
    "model": "base",
    "conf": "base model",
    "store": "base",
    "wire": "base model",
    "feed": "base model store wire",
    "service": "base model conf wire",
    "stage": "base model conf wire store feed service",
    "view": "base model",
    "books": "base model conf store wire feed",
}
PROGRAMS = {
    "parse": "base archive model conf wire",
    "ingest": "base archive model conf wire service store feed stage books",
    "aggregate": "base model conf wire service store feed stage books",
    "forecast": "base model conf wire service store feed stage books",
    "alert": "base model conf wire service store feed stage books",
    "notify": "base model conf wire service store feed stage view books",
    "budgetvakt": "base archive model conf wire service view",
}
MAY_INCLUDE = {folder: set(allowed.split()) for folder, allowed in {**LAYERS, **PROGRAMS}.items()}

# Who may include the headers of a library that is not ours.
FOREIGN = [
    (re.compile(r"zmq.*\.h"), "wire"),
    (re.compile(r"lmdb\.h"), "store"),
    (re.compile(r"confuse\.h"), "conf"),
    (re.compile(r"jansson\.h"), "view"),
    (re.compile(r"systemd/.*"), "service"),
    (re.compile(r"openssl/.*|xxhash\.h|uni(str|width|norm|case|ctype|conv)\.h"), "base"),
    (re.compile(r"protobuf-c/.*"), "wire"),
    (re.compile(r"seccomp\.h"), "parse"),
    (re.compile(r"zstd\.h"), "archive ingest"),
    (re.compile(r"(zlib|expat)\.h"), "parse"),
]
GENERATED = re.compile(r".*\.pb-c\.h")
CODEC = re.compile(r"daemons/lib/wire/(codec\w*\.c|codec_private\.h)")
PRIVATE = re.compile(r"(?:.*/)?\w+_private\.h")

# A header that calls itself pure in its opening comment is held to it; so is all of model.
PURE = re.compile(r"\bpure\b", re.IGNORECASE)
IMPURE_INCLUDES = re.compile(
    r"fcntl\.h|unistd\.h|poll\.h|signal\.h|dirent\.h|sys/(?!types\.h|param\.h).*"
    r"|lib/base/(clock|file|log)\.h|lib/wire/(socket|loop)\.h|lib/(store|feed|service)/.*")
IMPURE_CALLS = re.compile(
    r"(?<![>.])\b(fopen|fdopen|open|printf|puts|time|clock|clock_gettime|gettimeofday|getenv)\s*\(")

FORBIDDEN_CALLS = re.compile(
    r"\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atoll|atof|strtok|system|popen|alloca"
    r"|mktemp|tmpnam)\s*\(")
FLOATING = re.compile(r"\b(float|double)\b")
MONEY = re.compile(r"\bstruct money\b|\bmoney_\w+|\bore\b")
EXACT_FOLDERS = ("daemons/lib/model", "daemons/aggregate")

LICENCE = "SPDX-License-Identifier: Apache-2.0"
# scdoc wants its title in the first line, scripts their interpreter.
LICENCE_WITHIN_LINES = 5
OURS_BY_SUFFIX = (".c", ".h", ".proto", ".py", ".sh", ".cmake", ".conf", ".in", ".scd", ".yml")
OURS_BY_NAME = ("CMakeLists.txt", "packages.txt", ".clang-format", ".clang-tidy", ".editorconfig")
CODE_SUFFIXES = (".c", ".h", ".proto", ".py", ".sh", ".cmake", "CMakeLists.txt")
NOT_OURS = ("tests/data", "build", ".git")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b|not im" r"plemented")
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|home|root)/\w|/tmp/(?:build|bash)")

ASSERTS = re.compile(r"\b(assert_\w+|fail|fail_msg|expect_\w+|will_return)\s*\(")
TEST_SIGNATURE = re.compile(r"^(static )?void \w+\(void \*\*\w+\)")


class Tree:
    """Every text file of ours below the root."""

    def __init__(self, root, generated="."):
        self.root = Path(root)
        self.generated = Path(generated)
        self.files = [Source(root, path) for path in sorted(self.find_paths())]
        self.c_files = [file for file in self.files if file.is_c]
        self.headers = [file for file in self.c_files if file.path.endswith(".h")]

    def find_paths(self):
        for folder, folders, names in os.walk(self.root):
            relative = Path(folder).relative_to(self.root)
            folders[:] = [name for name in folders if name != "__pycache__"
                          and str(relative / name) not in NOT_OURS]
            for name in names:
                path = str(relative / name)
                if path not in NOT_OURS and is_text(self.root / path):
                    yield path


def is_generated(include):
    return GENERATED.fullmatch(include.name) is not None


def is_text(path):
    try:
        path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        return False
    return True


def is_code(file):
    return file.path.endswith(CODE_SUFFIXES) or file.text.startswith("#!")


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def folder_word(path):
    """daemons/lib/wire/x.c -> wire, daemons/ingest/x.c and tests/unit/ingest/x.c -> ingest."""
    match = re.match(r"(?:daemons/lib|daemons|tests/unit)/(\w+)/", path)
    return match[1] if match else None


def included_word(name):
    match = re.match(r"(?:lib/|unit/)?(\w+)/", name)
    return match[1] if match else None


def layers(tree):
    """A folder includes only what lies below it, and programs never each other."""
    for file in tree.c_files:
        word = folder_word(file.path)
        if word is None:
            continue
        if word not in MAY_INCLUDE:
            yield file, 1, f"folder {word} is not in the layer table of check.py"
            continue
        for include in file.includes:
            below = included_word(include.name)
            if include.is_system or below in (None, word, "support"):
                continue
            if below not in MAY_INCLUDE[word]:
                yield file, include.line, f"{word} may not include {include.name}"


def private_headers(tree):
    """An X_private.h is shared by the files of one folder, and by nobody else."""
    for file in tree.c_files:
        for include in file.includes:
            if not PRIVATE.fullmatch(include.name):
                continue
            if included_word(include.name) != folder_word(file.path):
                yield file, include.line, f"{include.name} belongs to another folder"


def foreign(tree):
    """Each foreign library has one layer that knows it; generated types stop at the codec."""
    for file in tree.c_files:
        if not file.path.startswith("daemons/"):
            continue
        for include in file.includes:
            if is_generated(include) and not CODEC.fullmatch(file.path):
                yield file, include.line, f"only lib/wire/codec*.c may include {include.name}"
            for pattern, owners in FOREIGN:
                if pattern.fullmatch(include.name) and folder_word(file.path) not in owners.split():
                    yield file, include.line, f"only {owners} may include {include.name}"


def pure(tree):
    """Deciding code has no input, no output and no clock."""
    promised = [file.path[:-2] for file in tree.headers if PURE.search(file.opening)]
    # What method.h promises holds for method.c and for method_profile.c.
    kept_by = tuple(f"{path}{end}" for path in promised for end in (".h", ".c", "_"))
    for file in tree.c_files:
        if not file.path.startswith(kept_by + ("daemons/lib/model/",)):
            continue
        for include in file.includes:
            if IMPURE_INCLUDES.fullmatch(include.name):
                yield file, include.line, f"pure code may not include {include.name}"
        for match in IMPURE_CALLS.finditer(file.code):
            yield file, line_of(file.code, match.start()), f"pure code may not call {match[1]}"


FINDING_ROW = re.compile(r'X\((\w+),\s*"(\w+)",\s*(\w+),\s*(\w+),[\s\\]*"([^"]*)"')


def finding_rows(text):
    """The table of docs/findings.md, from the codes in lib/model/finding.h."""
    for _, code, severity, effect, title in FINDING_ROW.findall(text):
        words = ("fel" if severity == "ERROR" else "varning",
                 "ja" if effect == "POLICY" else "nej", "ja" if effect == "ENDS" else "nej")
        yield code, f"| {code} | {title} | {' | '.join(words)} |"


def findings(tree):
    """docs/findings.md tells of every code of finding.h as it is, and codes are unique."""
    files = {file.path: file for file in tree.files}
    header, page = files.get("daemons/lib/model/finding.h"), files.get("docs/findings.md")
    if header is None:
        return
    lines, seen = page.text.splitlines() if page else [], set()
    for code, row in finding_rows(header.text):
        if code in seen:
            yield header, 1, f"code {code} is given out twice"
        seen.add(code)
        if row not in lines:
            yield page or header, 1, f"docs/findings.md wants the line: {row}"


def function_length(tree):
    """No function is longer than a screen; most are far shorter."""
    for file in tree.c_files:
        for function in file.functions:
            if function.length > FUNCTION_LINES_MAX:
                yield file, function.line, (f"{function.name} has {function.length} lines, "
                                            f"more than {FUNCTION_LINES_MAX}")
    lengths = function_lengths(tree, "daemons/")
    if len(lengths) >= FUNCTIONS_FOR_A_MEDIAN:
        median = statistics.median(lengths)
        if median >= FUNCTION_LINES_MEDIAN_MAX:
            yield None, 0, f"the median function has {median} lines, not under 15"


def function_lengths(tree, prefix):
    return [function.length for file in tree.c_files if file.path.startswith(prefix)
            for function in file.functions]


def file_length(tree):
    """Files are split by noun before it is hard."""
    for file in tree.files:
        length = len(file.lines) - 1
        if is_code(file) and length > FILE_LINES_MAX:
            yield file, 1, f"{length} lines, more than {FILE_LINES_MAX}"


def main_length(tree):
    """A main.c is a table of contents."""
    for file in tree.c_files:
        if not re.fullmatch(r"daemons/\w+/main\.c", file.path):
            continue
        length = sum(1 for line in file.code.split("\n") if line.strip())
        if length > MAIN_LINES_MAX:
            yield file, 1, f"{length} lines of code, more than {MAIN_LINES_MAX}"


def header_problem(tree, header):
    include = re.sub(r"^(daemons|tests)/", "", header.path)
    command = ["gcc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
               "-fsyntax-only", "-I", tree.root / "daemons", "-I", tree.root / "tests",
               "-isystem", tree.generated, "-x", "c", "-"]
    # Tests include support/test.h before everything else.
    before = '#include "support/test.h"\n' if header.path.startswith("tests/unit/") else ""
    # Twice: a header guards itself too.
    program = f'{before}#include "{include}"\n#include "{include}"\nint compiled_alone;\n'
    result = subprocess.run(command, input=program, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    errors = [line for line in result.stderr.split("\n") if "error:" in line]
    return (errors or ["the compiler failed"])[0].partition("error:")[2].strip()


def header_alone(tree):
    """Every header compiles by itself."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = pool.map(lambda header: header_problem(tree, header), tree.headers)
    for header, problem in zip(tree.headers, problems):
        if problem is not None:
            yield header, 1, f"does not compile alone: {problem}"


def is_ours(file):
    name = file.path.rpartition("/")[2]
    return (name in OURS_BY_NAME or name.endswith(OURS_BY_SUFFIX) or file.text.startswith("#!"))


def licence(tree):
    """Every file that can carry the licence line does."""
    for file in tree.files:
        if is_ours(file) and LICENCE not in "\n".join(file.lines[:LICENCE_WITHIN_LINES]):
            yield file, 1, f"no line {LICENCE}"


def opening_comment(tree):
    """A header opens with its contract, a main.c with what the program is for."""
    for file in tree.c_files:
        if file.path.endswith((".h", "/main.c")) and not file.opening:
            yield file, 2, "does not open with a comment saying what it is for"


def include_order(tree):
    """Own header first, then the system's, then ours, each by its folder."""
    c_paths = {file.path for file in tree.c_files}
    for file in tree.c_files:
        if not file.path.startswith("daemons/"):
            continue
        own = file.path[:-2] + ".h"
        first = f"daemons/{file.includes[0].name}" if file.includes else ""
        is_first_own = first == own or PRIVATE.fullmatch(first)
        if file.path.endswith(".c") and own in c_paths and not is_first_own:
            yield file, 1, f"the first include is not {own.partition('/')[2]}"
        yield from system_after_ours(file)


def system_after_ours(file):
    is_ours_seen = False
    for position, include in enumerate(file.includes):
        if not include.is_system and "/" not in include.name and not is_generated(include):
            yield file, include.line, f"{include.name} does not name its folder"
        # The first may be the header of a module that is spread over several files.
        is_own = position == 0 and f"daemons/{include.name}".startswith(file.folder + "/")
        if include.is_system and is_ours_seen:
            yield file, include.line, f"<{include.name}> stands after an include of ours"
        is_ours_seen = is_ours_seen or not (include.is_system or is_own)


def forbidden_calls(tree):
    """Calls that cannot be used safely, or that run a shell."""
    for file in tree.c_files:
        for match in FORBIDDEN_CALLS.finditer(file.code):
            yield file, line_of(file.code, match.start()), f"{match[1]} is not used here"


def floating_point(tree):
    """Money is whole öre: no floating point in the same file, none at all where it is added up."""
    for file in tree.c_files:
        match = FLOATING.search(file.code)
        if not match or not file.path.startswith("daemons/"):
            continue
        if file.path.startswith(EXACT_FOLDERS) or MONEY.search(file.code):
            yield file, line_of(file.code, match.start()), f"{match[1]} near money"


def line_length(tree):
    """Lines fit a screen beside another."""
    for file in tree.files:
        if not is_code(file):
            continue
        for number, line in enumerate(file.lines, 1):
            columns = len(line.expandtabs(TAB_COLUMNS))
            if columns > COLUMNS_MAX:
                yield file, number, f"{columns} columns, more than {COLUMNS_MAX}"


def unfinished(tree):
    """What is here is finished; what is not stands in an issue."""
    yield from lines_matching(tree, UNFINISHED, "unfinished")


def machine_path(tree):
    """Nothing depends on where somebody keeps his files."""
    yield from lines_matching(tree, MACHINE_PATH, "a path of one machine")


def lines_matching(tree, pattern, what):
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            match = pattern.search(line)
            if match:
                yield file, number, f"{what}: {match[0]}"


def asserting_names(functions, known):
    """Names of the functions that assert, themselves or by calling one that does."""
    names = set(known)
    while True:
        calls = re.compile(rf"\b({'|'.join(names)})\s*\(") if names else None
        more = {function.name for function in functions if ASSERTS.search(function.body)
                or (calls and calls.search(function.body))} - names
        if not more:
            return names
        names |= more


def tests_assert(tree):
    """A test that asserts nothing cannot fail."""
    support = [function for file in tree.c_files if file.path.startswith("tests/support/")
               for function in file.functions]
    known = asserting_names(support, [])
    for file in tree.c_files:
        if not file.path.startswith("tests/unit/"):
            continue
        names = asserting_names(file.functions, known)
        for function in file.functions:
            if TEST_SIGNATURE.match(function.signature) and function.name not in names:
                yield file, function.line, f"{function.name} asserts nothing"


RULES = [layers, private_headers, foreign, pure, function_length, file_length, main_length,
         header_alone, licence, opening_comment, include_order, forbidden_calls, floating_point,
         line_length, unfinished, machine_path, tests_assert, findings]


def print_numbers(tree):
    for prefix in ("daemons/", "tests/"):
        lengths = sorted(function_lengths(tree, prefix))
        if lengths:
            print(f"{prefix} {len(lengths)} functions, lines: "
                  f"median {statistics.median(lengths):g}, "
                  f"nine of ten up to {lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}")
    print(f"{len(tree.files)} files read, {len(tree.headers)} headers compiled alone, "
          f"{len(RULES)} rules")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--root", default=Path(__file__).resolve().parents[2])
    parser.add_argument("--generated", default=".", help="folder of the generated headers")
    parser.add_argument("--list", action="store_true", help="print the rules")
    options = parser.parse_args()
    if options.list:
        for rule in RULES:
            print(f"{rule.__name__:16} {rule.__doc__}")
        return 0

    tree = Tree(options.root, options.generated)
    count = 0
    for rule in RULES:
        for file, line, text in rule(tree):
            print(f"{file.path if file else '.'}:{line}: {rule.__name__}: {text}")
            count += 1
    print_numbers(tree)
    if count:
        print(f"{count} problems", file=sys.stderr)
    return 1 if count or not tree.c_files else 0


if __name__ == "__main__":
    sys.exit(main())
