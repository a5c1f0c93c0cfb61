# SPDX-License-Identifier: Apache-2.0
"""A C file as the checks see it: its code without comments and texts, its includes, its functions.

No parser is needed because clang-format has been there first: a function's body begins and ends
with a brace in the first column, and nothing else does.
"""
import re
from dataclasses import dataclass
from pathlib import Path

TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NAME_BEFORE_PARENTHESIS = re.compile(r"(\w+)\s*\(")


@dataclass
class Include:
    line: int
    is_system: bool
    name: str


@dataclass
class Function:
    name: str
    line: int
    length: int
    signature: str
    body: str


def blank_out(text):
    """The same text with comments gone and literals empty; every line stays where it was."""
    def blank(match):
        token = match.group()
        newlines = "\n" * token.count("\n")
        return token[0] + newlines + token[0] if token[0] in "\"'" else " " + newlines
    return TOKENS.sub(blank, text)


def find_includes(text):
    includes = []
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match:
            includes.append(Include(number, match[1] == "<", match[2]))
    return includes


def signature_start(lines, brace):
    """Index of the first line of the signature that ends just above the brace."""
    start = brace
    while start > 0:
        above = lines[start - 1].rstrip()
        if not above or above.endswith((";", "}", "{")) or above.startswith("#"):
            break
        start -= 1
    return start


def find_functions(code):
    lines = code.split("\n")
    functions = []
    brace = None
    for index, line in enumerate(lines):
        if line.rstrip() == "{":
            brace = index
        elif line.rstrip() == "}" and brace is not None:
            start = signature_start(lines, brace)
            signature = " ".join(lines[start:brace])
            name = NAME_BEFORE_PARENTHESIS.search(signature)
            if name:
                functions.append(Function(name[1], start + 1, index - start + 1, signature,
                                          "\n".join(lines[brace:index + 1])))
            brace = None
    return functions


class Source:
    """One file of the project; path is relative to its root."""

    def __init__(self, root, path):
        self.path = path
        self.text = Path(root, path).read_text(encoding="utf-8")
        self.lines = self.text.split("\n")
        self.is_c = path.endswith((".c", ".h"))
        self.code = blank_out(self.text) if self.is_c else ""
        self.includes = find_includes(self.text) if self.is_c else []
        self.functions = find_functions(self.code) if self.is_c else []

    @property
    def folder(self):
        return self.path.rpartition("/")[0]

    @property
    def opening(self):
        """The comment that says what the file is for, after the licence line."""
        match = re.match(r"/\*[^\n]*\*/\n\s*(/\*.*?\*/)", self.text, re.DOTALL)
        return match[1] if match else ""
