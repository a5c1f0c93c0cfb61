/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ledger rows in columns, as they travel from ingest to aggregate: one array
 * per dimension holding dictionary numbers of this batch, periods, amounts in
 * öre with report sign.  An entry is a row, or the sum of several that are equal
 * in all but the amount.
 */
#pragma once

#include <stdint.h>

#include "lib/model/code.h"

enum { ROWS_MAX = 65536 };

/* What a file does to what was there before. */
enum replace_mode {
	REPLACE_SNAPSHOT = 1, /* the file says everything about its periods */
	REPLACE_DELTA,	      /* the file adds to its periods */
};

struct rows {
	enum layer layer;
	uint32_t count;
	uint32_t *ids[DIMENSION_COUNT]; /* NULL: no row has a code here */
	uint32_t *periods;		/* YYYYMM */
	int64_t *amounts_ore;
	uint32_t *row_counts; /* how many rows each entry is the sum of; NULL: one */
	/* Dictionary entries first used in these rows, in order: entry i of a
	 * dimension gets the number (entries sent before) + i + 1. */
	const char **new_codes[DIMENSION_COUNT];
	uint32_t new_codes_count[DIMENSION_COUNT];
};
