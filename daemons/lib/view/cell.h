/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One cell of a table as text.  For people: NBSP between thousands, U+2212 for
 * minus, local time.  For spreadsheets: what Swedish Excel reads as a number.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/model/table.h"

enum cell_reader { CELL_FOR_PEOPLE = 1, CELL_FOR_SPREADSHEETS };

/* Room for the longest number, date or time. */
enum { CELL_SIZE = 64 };

/* Nothing to show; a period, date or time of 0 is none. */
bool cell_is_missing(const struct table_column *column, size_t row);
/* Of a number column; "" when missing.  @unit_ore is for money. */
void cell_print(const struct table_column *column, size_t row, enum cell_reader reader,
		int64_t unit_ore, char text[static CELL_SIZE]);
/* "2020-08", "2020-08-31", "2020-09-01T07:30:00.000Z"; for these three kinds only. */
void cell_print_iso(const struct table_column *column, size_t row, char text[static CELL_SIZE]);
