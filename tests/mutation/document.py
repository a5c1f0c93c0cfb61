# SPDX-License-Identifier: Apache-2.0
"""A valid file as lines of words, so that a place in it can be found and broken."""

import codecs
from dataclasses import dataclass, field, replace

MARKS = {"utf-8-bom": ("utf-8", codecs.BOM_UTF8), "utf-16le": ("utf-16-le", codecs.BOM_UTF16_LE),
         "utf-16be": ("utf-16-be", codecs.BOM_UTF16_BE)}


@dataclass(frozen=True)
class Line:
    """@kind: what the line is to those who break it; @words: what stands between separators."""

    kind: str
    words: tuple
    separator: str = " "
    indent: str = ""

    @property
    def text(self):
        return self.indent + self.separator.join(self.words)

    def with_word(self, index, word):
        words = list(self.words)
        words[index] = word
        return replace(self, words=tuple(words))

    def without_word(self, index, count=1):
        return replace(self, words=self.words[:index] + self.words[index + count:])


@dataclass
class Document:
    format: str
    source: str
    lines: list
    rows: int | None = None  # what a reader must find; None: not foretold
    sum_ore: int | None = None  # in report sign
    encoding: str = "utf-8"
    newline: str = "\n"
    has_last_newline: bool = True
    traits: dict = field(default_factory=dict)
    cut: int | None = None  # characters of the last line that are left
    lost_at: int | None = None  # the byte that got lost, by its place in the file

    def copy(self):
        return replace(self, lines=list(self.lines))

    def places(self, *kinds):
        """Indices of the lines of these kinds."""
        return [i for i, line in enumerate(self.lines) if line.kind in kinds]

    def insert(self, index, text, kind="damage"):
        self.lines.insert(index, Line(kind, (text,)))

    def text(self):
        texts = [line.text for line in self.lines]
        if self.cut is not None:
            texts[-1] = texts[-1][:self.cut]
            return self.newline.join(texts)
        return self.newline.join(texts) + (self.newline if self.has_last_newline else "")

    def bytes(self):
        """A lone surrogate in the text stands for a byte that is no character."""
        codec, mark = MARKS.get(self.encoding, (self.encoding, b""))
        broken = "surrogatepass" if codec.startswith("utf-16") else "surrogateescape"
        content = mark + self.text().encode(codec, broken)
        if self.lost_at is None:
            return content
        return content[:self.lost_at] + content[self.lost_at + 1:]
