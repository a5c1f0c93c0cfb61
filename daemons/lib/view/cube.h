/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers of aggregate and forecast, row by row, with names turned into
 * places in the trees.  What the trees do not know is Ej fördelat.
 */
#pragma once

#include <stdbool.h>

#include "lib/model/area.h"
#include "lib/model/line.h"
#include "lib/model/period.h"
#include "lib/model/table.h"

enum figure {
	FIGURE_PREVIOUS, /* the same months of last year */
	FIGURE_OUTCOME,
	FIGURE_BUDGET_PERIOD,
	FIGURE_BUDGET_YEAR,
};

enum { FIGURE_COUNT = 4 };

struct cube {
	const struct table_column *areas;
	const struct table_column *lines;
	const struct table_column *figures[FIGURE_COUNT];
	size_t row_count;
};

/* false when a column is not there, or of another kind. */
bool cube_open(struct cube *cube, const struct table *table);
int cube_area(const struct cube *cube, size_t row, const struct area_tree *areas);
int cube_line(const struct cube *cube, size_t row, const struct line_tree *lines);
/* Nothing is nought. */
struct money cube_figure(const struct cube *cube, size_t row, enum figure figure);

/* The leaf so named, or Ej fördelat. */
int area_of_name(const struct area_tree *areas, const char *name);
/* The column when its cells are texts (or money), else NULL. */
const struct table_column *column_of_texts(const struct table *table, const char *key);
const struct table_column *column_of_money(const struct table *table, const char *key);

/* "TITLE, januari–augusti 2020" in @arena, or NULL. */
const char *report_title(struct arena *arena, const char *title, struct period period);
