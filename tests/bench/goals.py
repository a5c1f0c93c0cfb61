# SPDX-License-Identifier: Apache-2.0
"""What reading files must reach and aims at, and the table of what was reached."""

from dataclasses import dataclass

import measure
from measure import median, ratio


@dataclass
class Goal:
    text: str
    must: float
    aim: float
    is_most: bool = True  # the value must be at most that; otherwise at least


GOALS = {
    "big_vs_duckdb": Goal("CSV 10⁷, times faster than DuckDB 1 thread", 2.5, 5, False),
    "middle_vs_duckdb": Goal("CSV 10⁶, times faster than DuckDB 1 thread", 3.5, 8, False),
    "big_vs_sqlite3": Goal("CSV 10⁷, times faster than sqlite3 .import", 30, 55, False),
    "sie_vs_mawk": Goal("SIE 4 10⁶ on one core, times faster than mawk", 10, 15, False),
    "big_ingest_vs_separators": Goal("ingest CPU / AVX2 separator positions", 5, 3),
    "big_portable_vs_simd": Goal("portable / SIMD, ingest CPU", 2.5, 1.8),
    "encoding_latin-1_vs_utf-8": Goal("ISO-8859-1 / UTF-8", 1.15, 1.05),
    "encoding_cp437_vs_utf-8": Goal("CP437 / UTF-8", 1.15, 1.05),
    "wire_row": Goal("wire cost, pack + unpack a row, ns", 15, 5),
    "big_cpu_vs_duckdb": Goal("CPU of all our processes / DuckDB's", 1 / 2, 1 / 4),
    "history_119_vs_0": Goal("one more month, after 119 months / after none", 1.5, 1.15),
    "big_store": Goal("store, MB per million rows, 60 months", 2, 1.25),
    "small_vs_null_pipeline": Goal("1 000 rows, drop → committed / null pipeline", 2.5, 1.5),
    "big_peak_reading": Goal("peak memory ingest + parse, MiB", 64, 24),
    "big_peak_adding": Goal("peak memory aggregate, MiB", 96, 48),
}

reached = {}


def note(name, value, low=None, high=None):
    reached[name] = (value, low, high)


def figure(name, value, unit):
    measure.figure(name, float(value), unit)
    note(name, value)


def quotients(above, below):
    """The ratio of medians, and the lowest and highest ratio of a pair of the same round."""
    pairs = [one / other for one, other in zip(above, below)]
    return median(above) / median(below), min(pairs), max(pairs)


def faster(name, theirs, ours):
    """How many times faster we are."""
    value, low, high = quotients(theirs, ours)
    ratio(name, value)
    note(name, value, low, high)


def slower(name, ours, theirs):
    """How many times slower, or bigger, we are: the same the other way round."""
    faster(name, ours, theirs)


def verdict(goal, value):
    for word, limit in (("aim", goal.aim), ("must", goal.must)):
        if value <= limit if goal.is_most else value >= limit:
            return word
    return "MISSED"


def table_print(rows):
    """Every goal, in the order they are set; 1 when one that was measured is missed."""
    count = 0
    if rows != 10_000_000:
        print(f"\n# 10⁷ and 10⁶ stand for {rows} and {rows // 10} rows in this run")
    print("\n| figure | value | min–max | must | aim | verdict |\n|---|---|---|---|---|---|")
    for name, goal in GOALS.items():
        sign = "≤" if goal.is_most else "≥"
        must, aim = f"{sign} {goal.must:g}", f"{sign} {goal.aim:g}"
        if name not in reached:
            print(f"| {goal.text} | | | {must} | {aim} | not measured |")
            continue
        value, low, high = reached[name]
        span = f"{low:.2f}–{high:.2f}" if low is not None else ""
        said = verdict(goal, value)
        count += said == "MISSED"
        print(f"| {goal.text} | {value:.2f} | {span} | {must} | {aim} | {said} |")
    return 1 if count else 0
