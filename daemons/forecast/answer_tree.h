/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer to REQUEST_FORECAST as a table: a row per leaf, or the whole tree of
 * areas with sums.  A sum's interval is narrower than its parts' intervals added,
 * because not all of them err the same way.
 */
#pragma once

#include "lib/model/area.h"
#include "lib/model/event.h"
#include "lib/model/table.h"

/* NULL when the arena is full. */
struct table *answer_table(struct arena *arena);
/* 0 or -ENOMEM. */
int answer_row(struct table *table, int level, const struct forecast_change *change,
	       const char *method, const char *comment);

struct answer_tree;

/* Lives in @arena; NULL when that is full. */
struct answer_tree *answer_tree_new(struct arena *arena, const struct area_tree *areas);
/* One leaf; what it borrows is copied.  0 or -ENOMEM. */
int answer_tree_add(struct answer_tree *tree, const struct forecast_change *change,
		    const char *method, const char *comment);
/* Every area that has a forecast below it, in the order of the tree. */
int answer_tree_rows(const struct answer_tree *tree, struct table *table);
