# SPDX-License-Identifier: Apache-2.0
"""One place broken in a valid file: refused with exactly that line."""

import os

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "mutation",
                       "run")
