/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which leaf area and line a row of a block counts in, as cells have it, for one row
 * at a time: for questions, where a thousand rows are many.
 */
#pragma once

#include "aggregate/block.h"

struct place {
	int area;
	int line; /* LINE_OUTSIDE: in no figure */
};

struct place place_of_row(const struct ledger *ledger, const struct block_row *row);
/* The area alone; of volumes, which have no resultatrad. */
int place_area(const struct ledger *ledger, const struct block_row *row);
/* Whether the place counts in @area and @line, or in what is below them; -1: any. */
bool place_is_within(const struct ledger *ledger, struct place place, int area, int line);
/* The code of the row in @dimension; "" for none. */
const char *row_code(const struct ledger *ledger, const struct block_row *row,
		     enum dimension dimension);
