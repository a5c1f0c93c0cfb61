# SPDX-License-Identifier: Apache-2.0
"""Which area or result line each printed row is about."""

import difflib
import re

from columns import DASHES, number_of
from support.codeplan import UNASSIGNED, Node
from support.textfile import fold

TOTALS = {"totalt", "total", "summa", "sammanlagt", "nämnden totalt", "hela nämnden",
          "totalsumma", "summa totalt", "summa nämnden", "nämnden"}
NETS = {"netto", "nettokostnad", "nettokostnader", "resultat", "nettoresultat", "årets resultat",
        "periodens resultat", "totalt", "summa"}
LINE_TITLES = {"resultatrad", "post", "rad", "kostnadsslag", "belopp", "intäkt/kostnad", "slag",
               "resultaträkning"}
VARAV = re.compile(r"[-\u2013\u2212•\s]*(?:därav|varav)\s*:?\s+(.*)", re.IGNORECASE)
SUM = re.compile(r"(?:summa|delsumma|totalt|total)\s+(.*)", re.IGNORECASE)
ABBREVIATION = 7  # as many letters of a name must be printed when the rest is abbreviated


def name_column(case, rows):
    """The index of the column with the rows' names: the first text column, unless another one
    names areas or lines where the first does not."""
    width = len(rows[0])
    texts = [index for index in range(width)
             if any(row[index] and number_of(row[index]) is None for row in rows)]

    def known(index):
        return sum(bool(case.areas.find(row[index]) or case.lines.find(row[index]))
                   for row in rows)
    if not texts:
        return 0
    best = max(texts, key=known)
    return texts[0] if known(texts[0]) * 2 >= known(best) else best


def is_about_lines(case, title, names):
    areas = sum(case.areas.find(name) is not None for name in names)
    lines = sum(case.lines.find(name) is not None for name in names)
    return fold(title) in LINE_TITLES if areas == lines else lines > areas


def near(tree, name):
    close = difflib.get_close_matches(fold(name), list(tree.by_name), n=2, cutoff=0.9)
    return tree.by_name[close[0]] if len(close) == 1 else None


def bare_names(printed):
    """The name as printed, without what tables put before it."""
    varav = VARAV.match(printed)
    name = (varav[1] if varav else printed).strip(DASHES + ":")
    yield name
    total = SUM.match(name)
    if total:
        yield total[1]


class AreaRows:
    """A name printed under several parents carries its parent in brackets in the tables; a report
    may have it in another column or as the heading above."""

    def __init__(self, case, rows, index):
        self.areas = case.areas
        self.rows = rows
        self.index = index
        self.above = []

    def __iter__(self):
        for row in self.rows:
            yield self.subject(row)

    def subject(self, row):
        printed = row[self.index]
        if fold(printed) == fold(UNASSIGNED):
            return ("area", Node(UNASSIGNED, ""))
        node = self.find(row, printed)
        if node:
            self.above.insert(0, node.name)
            return ("area", node)
        if fold(printed.strip(DASHES + ":")) in TOTALS:
            roots = self.areas.roots()
            return ("area", roots[0] if len(roots) == 1 else None)
        return ("missing", None)

    def find(self, row, printed):
        others = [cell for own, cell in enumerate(row) if own != self.index and cell]
        for name in [printed, *bare_names(printed)]:
            for parent in others:
                node = self.areas.find(f"{name} ({parent})")
                if node:
                    return node
            node = self.areas.find(name)
            if node:
                return node
            for parent in self.above:
                node = self.areas.find(f"{name} ({parent})")
                if node:
                    return node
        return near(self.areas, printed)


class LineRows:
    """'- varav X' is the next varav line of the sum printed before it: reports abbreviate."""

    def __init__(self, case, rows, index):
        self.lines = case.lines
        self.rows = rows
        self.index = index
        self.parent = ""
        self.waiting = []  # varav lines below it that are not printed yet

    def __iter__(self):
        for row in self.rows:
            node = self.find(row[self.index])
            yield ("line", node) if node else ("missing", None)

    def find(self, printed):
        varav = VARAV.match(printed)
        if varav:
            return self.next_varav(varav[1])
        node = self.lines.find(printed) or self.named(printed)
        if node:
            self.parent, self.waiting = node.name, self.varav_below(node)
        return node

    def varav_below(self, node):
        return [leaf for child in node.children
                for leaf in ([child] if child.kind == "varav" else []) + self.varav_below(child)]

    def named(self, printed):
        for name in bare_names(printed):
            for word in (name, f"summa {name}"):
                if self.lines.find(word):
                    return self.lines.find(word)
        bare = next(bare_names(printed))
        nets = [node for node in self.lines.nodes if node.kind == "netto"]
        return near(self.lines, bare) or (nets[0] if fold(bare) in NETS and nets else None)

    def next_varav(self, printed):
        """By the whole name, by how it starts, by the name of any line, else the next one."""
        tests = (lambda node: fold(node.name) == fold(printed),
                 lambda node: fold(node.name).startswith(fold(printed)[:ABBREVIATION]))
        for test in tests:
            for node in self.waiting:
                if test(node):
                    return self.take(node)
        node = self.lines.find(printed)
        if node or not self.waiting or self.waiting[0].parent != self.parent:
            return node or near(self.lines, printed)
        return self.take(self.waiting[0])

    def take(self, node):
        del self.waiting[:self.waiting.index(node) + 1]
        return node
