/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small municipality for the tests of the reports: its trees, and cubes and
 * forecasts written in tkr.
 */
#pragma once

#include "support/test.h"

#include "lib/view/report.h"
#include "unit/view/view_support.h"

enum { TKR = 100000 };

struct cube_row {
	const char *area;
	const char *line;
	int64_t figures_tkr[4]; /* utfall_fg_ar, utfall, budget_period, budget_ar */
};

struct forecast_row {
	const char *area;
	int64_t income_tkr; /* TABLE_MISSING: none */
	int64_t cost_tkr;
	int64_t net_tkr;
};

static inline struct code_set *set_of(const char *text)
{
	struct code_set *set = NULL;
	size_t offset;

	assert_int_equal(code_set_parse(text, &set, &offset), 0);
	return set;
}

static inline struct area_tree *areas_of(const char *rows[][2], size_t count)
{
	struct area_tree *tree = NULL;
	struct area_problem problem;

	assert_int_equal(area_tree_new(&tree), 0);
	for (size_t i = 0; i < count; i++) {
		struct code_set *claims[DIMENSION_COUNT] = {NULL};

		assert_int_equal(area_tree_add(tree, rows[i][0], rows[i][1], claims, 0), 0);
	}
	assert_int_equal(area_tree_finish(tree, &problem), 0);
	return tree;
}

/* TOTALT with Politik and Omsorg, the latter with Hemtjänst and Boende. */
static inline struct area_tree *areas_make(void)
{
	const char *rows[][2] = {{"TOTALT", ""},
				 {"Politik", "TOTALT"},
				 {"Omsorg", "TOTALT"},
				 {"Hemtjänst", "Omsorg"},
				 {"Boende", "Omsorg"}};

	return areas_of(rows, sizeof rows / sizeof rows[0]);
}

static inline void line_add(struct line_tree *tree, const char *name, const char *parent,
			    enum line_kind kind, const char *accounts)
{
	struct code_set *set = set_of(accounts);

	assert_int_equal(line_tree_add(tree, name, parent, kind, (enum line_side)0, &set, 0), 0);
}

static inline struct line_tree *lines_make(void)
{
	struct line_tree *tree = NULL;
	struct line_problem problem;

	assert_int_equal(line_tree_new(&tree), 0);
	line_add(tree, "Summa intäkter", "Netto", LINE_SUM, "");
	line_add(tree, "Statsbidrag", "Summa intäkter", LINE_OF_WHICH, "35*");
	line_add(tree, "Avgifter", "Summa intäkter", LINE_POST, "31*");
	line_add(tree, "Personal", "Netto", LINE_POST, "5*");
	line_add(tree, "Netto", "", LINE_NET, "");
	line_add(tree, "Interim", "", LINE_BALANCE, "99*");
	assert_int_equal(line_tree_finish(tree, &problem), 0);
	return tree;
}

static inline struct table *cube_make(struct arena *arena, const struct cube_row *rows,
				      size_t count)
{
	struct table *table = table_new(arena);

	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "resultatrad", "Resultatrad", COLUMN_TEXT);
	table_column(table, "utfall_fg_ar", "Utfall fg år", COLUMN_MONEY);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	table_column(table, "budget_period", "Budget perioden", COLUMN_MONEY);
	table_column(table, "budget_ar", "Budget helår", COLUMN_MONEY);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(table_row(table), 0);
		table_text(table, 0, rows[i].area);
		table_text(table, 1, rows[i].line);
		for (size_t figure = 0; figure < 4; figure++)
			table_number(table, 2 + figure, rows[i].figures_tkr[figure] * TKR);
	}
	return table;
}

static inline int64_t ore_of(int64_t tkr)
{
	return tkr == TABLE_MISSING ? TABLE_MISSING : tkr * TKR;
}

static inline struct table *forecast_make(struct arena *arena, const struct forecast_row *rows,
					  size_t count)
{
	struct table *table = table_new(arena);

	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "intakter", "Intäkter", COLUMN_MONEY);
	table_column(table, "kostnader", "Kostnader", COLUMN_MONEY);
	table_column(table, "netto", "Netto", COLUMN_MONEY);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(table_row(table), 0);
		table_text(table, 0, rows[i].area);
		table_number(table, 1, ore_of(rows[i].income_tkr));
		table_number(table, 2, ore_of(rows[i].cost_tkr));
		table_number(table, 3, ore_of(rows[i].net_tkr));
	}
	return table;
}

#define ROWS(rows) (rows), sizeof(rows) / sizeof *(rows)

/* The table as CSV in tkr, BOM left out and lines ending in "\n". */
static inline const char *csv_of(const struct table *table)
{
	static char text[OUTPUT_SIZE];
	const char *source;
	char *target = text;

	assert_non_null(table);
	source = written(table, (struct view_options){.format = VIEW_CSV, .unit_ore = TKR}) + 3;
	for (; *source; source++) {
		if (*source != '\r')
			*target++ = *source;
	}
	*target = '\0';
	return text;
}
