/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads tables by their columns' keys, so that new columns do no harm.
 */
#include "lib/view/cube.h"

const struct table_column *column_of_texts(const struct table *table, const char *key)
{
	const struct table_column *column = table_find(table, key);

	return column && column->kind == COLUMN_TEXT ? column : NULL;
}

const struct table_column *column_of_money(const struct table *table, const char *key)
{
	const struct table_column *column = table_find(table, key);

	return column && column->kind == COLUMN_MONEY ? column : NULL;
}

bool cube_open(struct cube *cube, const struct table *table)
{
	static const char *const keys[FIGURE_COUNT] = {
		[FIGURE_PREVIOUS] = "utfall_fg_ar",
		[FIGURE_OUTCOME] = "utfall",
		[FIGURE_BUDGET_PERIOD] = "budget_period",
		[FIGURE_BUDGET_YEAR] = "budget_ar",
	};

	cube->areas = column_of_texts(table, "omrade");
	cube->lines = column_of_texts(table, "resultatrad");
	cube->row_count = table->row_count;
	for (size_t i = 0; i < FIGURE_COUNT; i++) {
		cube->figures[i] = column_of_money(table, keys[i]);
		if (!cube->figures[i])
			return false;
	}
	return cube->areas && cube->lines;
}

int area_of_name(const struct area_tree *areas, const char *name)
{
	int area = name ? area_find(areas, name) : -1;

	return area >= 0 && areas->areas[area].is_leaf ? area : area_unassigned(areas);
}

int cube_area(const struct cube *cube, size_t row, const struct area_tree *areas)
{
	return area_of_name(areas, cube->areas->texts[row]);
}

int cube_line(const struct cube *cube, size_t row, const struct line_tree *lines)
{
	const char *name = cube->lines->texts[row];
	int line = name ? line_find(lines, name) : -1;
	bool is_leaf =
		line >= 0 && lines->lines[line].is_leaf && lines->lines[line].kind != LINE_BALANCE;

	return is_leaf ? line : line_unassigned(lines);
}

struct money cube_figure(const struct cube *cube, size_t row, enum figure figure)
{
	int64_t ore = cube->figures[figure]->numbers[row];

	return (struct money){ore == TABLE_MISSING ? 0 : ore};
}

const char *report_title(struct arena *arena, const char *title, struct period period)
{
	const char *month = period_month_name(period);
	int year = period_year(period);

	if (period_month(period) == 1)
		return arena_print(arena, "%s, %s %d", title, month, year);
	return arena_print(arena, "%s, januari–%s %d", title, month, year);
}
