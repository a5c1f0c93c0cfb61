/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The result statement: every cube row is added to its line and to all sums
 * above it.
 */
#include "lib/view/cube.h"
#include "lib/view/report.h"

struct line_figures {
	struct money sums[FIGURE_COUNT];
	bool has_any;
};

static void figures_add(struct line_figures *figures, const struct line_tree *lines,
			const struct cube *cube, size_t row)
{
	int leaf = cube_line(cube, row, lines);

	for (int line = leaf; line >= 0; line = lines->lines[line].parent) {
		for (int figure = 0; figure < FIGURE_COUNT; figure++) {
			struct money amount = cube_figure(cube, row, (enum figure)figure);
			struct money *sum = &figures[line].sums[figure];

			*sum = money_sum(*sum, amount);
			figures[line].has_any |= amount.ore != 0;
		}
	}
}

enum line_column {
	LINES_NAME,
	LINES_LEVEL,
	LINES_KIND,
	LINES_PREVIOUS,
	LINES_OUTCOME,
	LINES_BUDGET_PERIOD,
	LINES_DEVIATION,
	LINES_BUDGET_YEAR,
};

static void columns_add(struct table *table)
{
	table_column(table, "resultatrad", "Resultatrad", COLUMN_TEXT);
	table_column(table, "niva", "Nivå", COLUMN_COUNT);
	table_column(table, "radtyp", "Radtyp", COLUMN_TEXT);
	table_column(table, "utfall_fg_ar", "Utfall fg år", COLUMN_MONEY);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	table_column(table, "budget_period", "Budget perioden", COLUMN_MONEY);
	table_column(table, "avvikelse_period", "Avvikelse perioden", COLUMN_MONEY);
	table_column(table, "budget_ar", "Budget helår", COLUMN_MONEY);
}

static void row_add(struct table *table, const struct line *line,
		    const struct line_figures *figures)
{
	const struct money *sums = figures->sums;

	if (table_row(table) < 0)
		return;
	table_text(table, LINES_NAME, line->name);
	table_number(table, LINES_LEVEL, line->level);
	table_text(table, LINES_KIND, line_kind_name(line->kind));
	table_money(table, LINES_PREVIOUS, sums[FIGURE_PREVIOUS]);
	table_money(table, LINES_OUTCOME, sums[FIGURE_OUTCOME]);
	table_money(table, LINES_BUDGET_PERIOD, sums[FIGURE_BUDGET_PERIOD]);
	table_money(table, LINES_DEVIATION,
		    money_difference(sums[FIGURE_OUTCOME], sums[FIGURE_BUDGET_PERIOD]));
	table_money(table, LINES_BUDGET_YEAR, sums[FIGURE_BUDGET_YEAR]);
}

static void rows_add(struct table *table, const struct line_tree *lines,
		     const struct line_figures *figures)
{
	int unassigned = line_unassigned(lines);

	for (int i = 0; i < lines->count; i++) {
		if (lines->lines[i].kind == LINE_BALANCE ||
		    (i == unassigned && !figures[i].has_any))
			continue;
		row_add(table, &lines->lines[i], &figures[i]);
	}
	if (figures[unassigned].has_any)
		table_note(table, "Ej fördelat: konton som ingen resultatrad gör anspråk på. "
				  "Komplettera resultatrader.csv.");
}

static const char *title_of(struct arena *arena, const struct area_tree *areas, int area,
			    struct period period)
{
	const char *title = "Resultatrapport";

	if (area >= 0)
		title = arena_print(arena, "Resultatrapport för %s", areas->areas[area].name);
	return title ? report_title(arena, title, period) : NULL;
}

struct table *report_lines(struct arena *arena, const struct area_tree *areas,
			   const struct line_tree *lines, const struct table *cube_table, int area,
			   struct period period)
{
	const char *title = title_of(arena, areas, area, period);
	struct line_figures *figures =
		arena_take_zeroed(arena, (size_t)lines->count, sizeof *figures);
	struct table *table = table_new(arena);
	struct cube cube;

	if (!title || !figures || !table || !cube_open(&cube, cube_table))
		return NULL;
	for (size_t row = 0; row < cube.row_count; row++) {
		if (area < 0 || area_is_within(areas, cube_area(&cube, row, areas), area))
			figures_add(figures, lines, &cube, row);
	}
	table_title(table, title);
	columns_add(table);
	rows_add(table, lines, figures);
	return table->failed ? NULL : table;
}
