/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ingest decided about a file, as one line for people or one row of a
 * table:
 *
 *	2020-08.se: inläst, 7 864 rader, 2020-01–2020-08
 *	2020-08.se: redan inläst
 *	2020-08.se: satt i karantän: rad 12, kolumn 3: ...
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "lib/model/period.h"
#include "lib/model/table.h"

struct verdict_text {
	const char *verdict; /* ingest's word for it */
	bool is_accepted;    /* newly read, not known before */
	bool is_refused;
	int64_t row_count; /* TABLE_MISSING when not known */
	struct period first;
	struct period last;
	int64_t seq; /* likewise */
	const char *reason;
};

/* From the one-row table of REQUEST_VERDICT and the answer's own text.  False when
 * it is no such table.  Borrows from @answer. */
bool verdict_text_read(const struct table *answer, const char *report,
		       struct verdict_text *verdict);

void verdict_text_print(FILE *stream, const char *name, const struct verdict_text *verdict);

/* The same as a table; false when memory is gone. */
struct table *verdict_text_table(struct arena *arena);
bool verdict_text_add(struct table *table, const char *name, const struct verdict_text *verdict);
