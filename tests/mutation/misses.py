# SPDX-License-Identifier: Apache-2.0
"""Kinds of damage that a reader does not yet name exactly, and why; to be empty.  They are tried
and told, and do not count as bad."""

REASONS = {
    "one bad byte makes a UTF-8 file another encoding":
        """invalid_utf8 list_invalid_utf8""",
    "a code may hold any character":
        """list_code_control_character list_quote_inside_code""",
}
KNOWN = {kind: reason for reason, kinds in REASONS.items() for kind in kinds.split()}
