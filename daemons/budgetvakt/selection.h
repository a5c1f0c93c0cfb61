/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A part of a table: some of its columns, some of its rows.
 */
#pragma once

#include <stdbool.h>

#include "lib/model/table.h"

typedef bool selection_filter(const struct table *table, size_t row, const void *context);

/* @keys: the columns to keep, in this order, NULL for all; a key the table lacks is
 * left out.  @filter: NULL keeps every row.  Title and notes come along.  The new
 * table borrows from @source and lives in @arena; NULL when that is full. */
struct table *selection_make(struct arena *arena, const struct table *source,
			     const char *const *keys, size_t key_count, selection_filter *filter,
			     const void *context);

/* The rows of an indented table that belong to the row whose "omrade" is @area: itself
 * and everything deeper right below it.  False when there is no such row. */
struct selection_range {
	size_t first;
	size_t count;
};
bool selection_area(const struct table *table, const char *area, struct selection_range *range_out);
/* A filter over a struct selection_range. */
selection_filter selection_in_range;
