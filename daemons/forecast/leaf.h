/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forecast of a leaf area: each of its lines by itself, and their sum.
 *
 * The lines of a leaf are those that have a series in the year; a line that
 * only earlier years had is over.
 */
#pragma once

#include "forecast/method.h"
#include "lib/model/event.h"
#include "lib/model/line.h"

struct leaf_line {
	char line[CODE_SIZE];
	int through_month;
	struct money outcome[MONTHS];
	struct money budget[MONTHS];
};

/* The lines of one area and year, in the order of their names' bytes. */
struct leaf_year {
	struct leaf_line *lines; /* owned */
	size_t count;
	size_t capacity;
};

void leaf_year_finish(struct leaf_year *year);
/* Lines are added in order.  0 or -ENOMEM. */
int leaf_year_add(struct leaf_year *year, const struct leaf_line *line);
/* The month that the area's outcome is complete through, 0 for none. */
int leaf_year_month(const struct leaf_year *year);

/* Three years of one area: [0] the one to forecast, [1] the year before it, [2] the
 * one before that. */
enum { LEAF_YEARS = 3 };

struct leaf {
	struct leaf_year years[LEAF_YEARS];
};

void leaf_finish(struct leaf *leaf);

/* Fills every figure of @change; its area, year and month are the caller's. */
void leaf_forecast(const struct leaf *leaf, const struct line_tree *lines,
		   const struct method *method, struct forecast_change *change);
/* Only those that are facts: the budget of the year, and outcome and budget of
 * the months until change->month that have an outcome. */
void leaf_facts(const struct leaf *leaf, struct forecast_change *change);
