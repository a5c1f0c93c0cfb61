# SPDX-License-Identifier: Apache-2.0
"""Which columns of a printed table hold figures, and of what: headings seen together, since a
report that prints Utfall, Budget, Avvikelse, Prognos, Budget, Avvikelse says by its own figures
which budget and which deviation is meant."""

import re
from dataclasses import replace
from decimal import Decimal

import titles
from support.textfile import plain_number

DASHES = "-\u2013\u2212\u2022 "
NO_VALUE = {"i.u.", "iu", "e.t.", "ingen uppgift", "uppgift saknas", "saknas", "n/a", "na", "*",
            "**", ".", "..", "...", "x"}


def number_of(cell):
    """Decimal; None when the cell is empty, a dash, or no number."""
    number = plain_number(cell)
    return Decimal(number) if number and re.fullmatch(r"-?\d+(\.\d+)?", number) else None


def says_nothing(cell):
    return not cell.strip(DASHES) or cell.strip().casefold() in NO_VALUE


def share_of_numbers(cells):
    texts = [cell for cell in cells if not says_nothing(cell)]
    return sum(number_of(cell) is not None for cell in texts) / len(texts) if texts else 0.0


def read_columns(header, rows, file_name, span, first):
    """({index: Column}, [headings of figures that are not understood])."""
    columns, strange = {}, []
    for index, title in enumerate(header):
        cells = [row[index] for row in rows]
        share = share_of_numbers(cells)
        has_digits = any(character.isdigit() for cell in cells for character in cell)
        if index == first or not has_digits or titles.is_no_figure(title):
            continue
        column = titles.read_title(title, file_name, span)
        if column and share >= 0.5:
            columns[index] = column
        elif share > 0.5 or titles.FIGURE.search(title.casefold()):
            strange.append(title)
    settle_year_before(columns, header, span)
    settle_bare(columns, rows)
    return columns, strange


def settle_year_before(columns, header, span):
    """'Utfall 2022' beside 'Utfall jan-aug 2023' is the whole year, beside 'Utfall 2023' it is
    the same months."""
    spans = {index: titles.find_span(header[index]) for index, column in columns.items()
             if column.layer == "utfall"}
    if any(own.month and own.year in (None, span.year) for own in spans.values()):
        for index, own in spans.items():
            if own.year and not own.month and own.year != span.year:
                columns[index] = replace(columns[index], period=own.year * 100 + 12)


def settle_bare(columns, rows):
    """A heading without a period is settled by the table's own arithmetic, then by place."""
    settled = set()
    for index, column in list(columns.items()):
        if column.layer.startswith("avvikelse") and column.measure == "belopp":
            settle_deviation(columns, rows, index, settled)
    amounts = {index: column for index, column in columns.items() if column.measure == "belopp"}
    for index, column in amounts.items():
        if index in settled or column.layer != "budget" or not column.is_bare:
            continue
        layers = {other.layer for other in amounts.values()}
        is_again = any(other.layer == "budget" and other.is_bare and other.part == column.part
                       for own, other in amounts.items() if own < index)
        if is_again or "prognos" in layers and "utfall" not in layers:
            columns[index] = replace(column, layer="budget_år")


def settle_deviation(columns, rows, index, settled):
    """The pair of columns whose difference this one is."""
    deviation = columns[index]
    found = []
    for first, second in differences(columns, deviation):
        of = {"utfall": "avvikelse", "prognos": "avvikelse_år"}[columns[first].layer]
        share, error = agreement(rows, index, first, second)
        if share >= 0.5 and (of == deviation.layer or deviation.is_bare):
            # Of two budgets with the same figures the one nearest before is meant.
            found.append(((-share, error, abs(index - second)), second, of))
    if not found:
        return
    _, second, of = min(found)
    columns[index] = replace(deviation, layer=of)
    if columns[second].is_bare and columns[second].layer == "budget":
        if of == "avvikelse_år" and second not in settled:
            columns[second] = replace(columns[second], layer="budget_år")
        settled.add(second)


def differences(columns, deviation):
    """(outcome or forecast, budget) pairs of the same year and part as the deviation."""
    own = {index: column for index, column in columns.items()
           if column.measure == "belopp" and column.part == deviation.part
           and column.period // 100 == deviation.period // 100}
    for first, minuend in own.items():
        for second, base in own.items():
            is_whole_year = base.layer == "budget_år"
            if minuend.layer == "prognos" and (is_whole_year or base.layer == "budget"):
                yield first, second
            if minuend.layer == "utfall" and (base.layer == "budget" or is_whole_year
                                              and minuend.period % 100 == 12):
                yield first, second


def agreement(rows, index, first, second):
    """(share of rows in which the column is the difference of the two as each is rounded, sum of
    what is left)."""
    good = seen = error = 0
    for row in rows:
        values = [number_of(row[column]) for column in (index, first, second)]
        if None in values:
            continue
        step = Decimal(10) ** min(value.as_tuple().exponent for value in values)
        left = abs(values[0] - values[1] + values[2])
        seen += 1
        good += left <= 3 * step
        error += left
    return (good / seen, error) if seen else (0.0, 0)
