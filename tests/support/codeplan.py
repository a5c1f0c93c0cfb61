# SPDX-License-Identifier: Apache-2.0
"""Areas and result lines as the controllers' tables (kodplan) give them."""

from dataclasses import dataclass, field

from .textfile import fold, read_dicts

UNASSIGNED = "Ej fördelat"


@dataclass
class Node:
    name: str
    parent: str
    kind: str = ""
    claims: dict = field(default_factory=dict)  # dimension -> set of codes as written
    children: list = field(default_factory=list)

    @property
    def is_leaf(self):
        return not self.children


class Tree:
    """Nodes in the order of the file."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.by_name = {fold(node.name): node for node in nodes}
        for node in nodes:
            parent = self.find(node.parent)
            if parent:
                parent.children.append(node)

    def find(self, name):
        return self.by_name.get(fold(name)) if name else None

    def roots(self):
        return [node for node in self.nodes if not self.find(node.parent)]

    def leaves_below(self, node):
        if node.is_leaf:
            return [node]
        return [leaf for child in node.children for leaf in self.leaves_below(child)]


def read_areas(path):
    nodes = []
    for row in read_dicts(path):
        claims = {dimension: codes for dimension, codes in row.items()
                  if dimension not in ("område", "överordnat") and codes}
        nodes.append(Node(row["område"], row.get("överordnat", ""), claims=claims))
    return Tree(nodes)


def read_lines(path):
    return Tree([Node(row["resultatrad"], row.get("överordnad", ""), kind=row.get("radtyp", ""),
                      claims={"konto": row["konton"]} if row.get("konton") else {})
                 for row in read_dicts(path)])


def holds(codes, code):
    """Whether the set written as '500|501', '500-509', '45*' holds @code."""
    for part in codes.split("|"):
        first, dash, last = part.strip().partition("-")
        if dash and len(first) == len(code) == len(last) and first <= code <= last:
            return True
        if part.strip().endswith("*") and code.startswith(part.strip()[:-1]):
            return True
        if part.strip() == code:
            return True
    return False
