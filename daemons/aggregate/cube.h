/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One year of the cube: leaf area × leaf line × layer × month, summed over
 * sources and batches, and through which month each area's outcome is complete.
 */
#pragma once

#include <stdbool.h>

#include "aggregate/ledger.h"
#include "lib/base/arena.h"
#include "lib/model/event.h"

/* Only money: utfall and budget. */
enum { CUBE_LAYER_COUNT = 2 };

struct cube {
	int year;
	int area_count;
	int line_count;
	struct money *amounts;	/* see cube_amount */
	int *through_months;	/* per area */
	uint64_t *source_masks; /* per area: which outcome sources have rows in it */
};

/* Zeroed cube for @areas and @lines counts. */
int cube_new(struct cube **cube_out, int year, int area_count, int line_count);
void cube_destroy(struct cube **cube);

/* Adds everything the store holds of the year.  An area's outcome is complete through
 * the earliest last month among its regular sources: those with rows in it that have
 * covered two months this year or last (all of its sources when none has; all
 * sources of the year when it has none). */
int cube_load(struct cube *cube, struct store_txn *txn);

/* @month: 0..11. */
struct money cube_amount(const struct cube *cube, int area, int line, enum layer layer, int month);
/* For figures that are made otherwise than from cells.  0 or -EOVERFLOW. */
int cube_add(struct cube *cube, int area, int line, enum layer layer, int month,
	     struct money amount);
void cube_clear(struct cube *cube, enum layer layer);
/* January through month @month_count. */
struct money cube_sum(const struct cube *cube, int area, int line, enum layer layer,
		      int month_count);
bool cube_has_any(const struct cube *cube, int area, int line);

/* Whether outcome differs anywhere in the month (0..11). */
bool cube_month_differs(const struct cube *left, const struct cube *right, int month);

/* Appends to @series those that differ between @before and @after (same counts),
 * in the arena; texts are borrowed from the trees.  *@count grows; @capacity is
 * area_count × line_count at least.  Nothing to report for all-zero in both. */
void cube_changes(const struct cube *before, const struct cube *after, const struct ledger *ledger,
		  struct series *series, size_t *count);

/* One area × line of a cube as a series. */
struct series cube_series(const struct cube *cube, int area, int line, const char *area_name,
			  const char *line_name);
