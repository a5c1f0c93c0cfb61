# SPDX-License-Identifier: Apache-2.0
"""Kinds of damage that a reader does not yet name exactly, and why; to be empty.  They are tried
and told, and do not count as bad."""

REASONS = {
    "aggregate knows the keys, and does not know the line":
        """list_spread_unknown""",
}
KNOWN = {kind: reason for reason, kinds in REASONS.items() for kind in kinds.split()}
