/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report per verksamhetsområde: outcome and budget come per line and are
 * added on the line's side, the forecast comes per leaf; both are added to the
 * leaf and to everything above it.
 */
#include "lib/view/cube.h"
#include "lib/view/report.h"

struct forecast_sums {
	struct money income;
	struct money cost;
	struct money net;
	int leaf_count;	   /* leaves below that have a forecast */
	bool lacks_net;	   /* a leaf below with figures has no forecast */
	bool lacks_income; /* likewise, or one that only states its net */
	bool lacks_cost;
};

struct area_figures {
	struct money income[FIGURE_COUNT];
	struct money cost[FIGURE_COUNT];
	bool has_any;	  /* some amount is not nought */
	bool has_current; /* likewise, last year's outcome left out */
	struct forecast_sums forecast;
};

struct report {
	const struct area_tree *areas;
	struct area_figures *figures; /* per area, and one more: the sum of all roots */
};

/* The sum of all roots is above every root. */
static int report_total(const struct report *report)
{
	return report->areas->count;
}

static int area_above(const struct report *report, int area)
{
	if (area == report_total(report))
		return -1;
	return report->areas->areas[area].parent >= 0 ? report->areas->areas[area].parent
						      : report_total(report);
}

static void amount_add(struct area_figures *figures, enum line_side side, enum figure figure,
		       struct money amount)
{
	struct money *sums = side == SIDE_INCOME ? figures->income : figures->cost;

	sums[figure] = money_sum(sums[figure], amount);
	if (amount.ore == 0)
		return;
	figures->has_any = true;
	if (figure != FIGURE_PREVIOUS)
		figures->has_current = true;
}

static void cube_add(struct report *report, const struct line_tree *lines, const struct cube *cube)
{
	for (size_t row = 0; row < cube->row_count; row++) {
		int leaf = cube_area(cube, row, report->areas);
		enum line_side side = lines->lines[cube_line(cube, row, lines)].side;

		for (int area = leaf; area >= 0; area = area_above(report, area)) {
			for (int figure = 0; figure < FIGURE_COUNT; figure++)
				amount_add(&report->figures[area], side, (enum figure)figure,
					   cube_figure(cube, row, (enum figure)figure));
		}
	}
}

struct forecast_columns {
	const struct table_column *areas;
	const struct table_column *income;
	const struct table_column *cost;
	const struct table_column *net;
	size_t row_count;
};

static bool forecast_open(struct forecast_columns *columns, const struct table *table)
{
	columns->areas = column_of_texts(table, "omrade");
	columns->income = column_of_money(table, "intakter");
	columns->cost = column_of_money(table, "kostnader");
	columns->net = column_of_money(table, "netto");
	columns->row_count = table->row_count;
	return columns->areas && columns->income && columns->cost && columns->net;
}

/* Adds the cell; false when it holds nothing. */
static bool forecast_cell_add(struct money *sum, const struct table_column *column, size_t row)
{
	if (column->numbers[row] == TABLE_MISSING)
		return false;
	*sum = money_sum(*sum, (struct money){column->numbers[row]});
	return true;
}

static void forecast_row_add(struct report *report, const struct forecast_columns *columns,
			     size_t row)
{
	int leaf = area_of_name(report->areas, columns->areas->texts[row]);

	if (columns->net->numbers[row] == TABLE_MISSING)
		return;
	for (int area = leaf; area >= 0; area = area_above(report, area)) {
		struct forecast_sums *sums = &report->figures[area].forecast;

		sums->leaf_count++;
		sums->lacks_income |= !forecast_cell_add(&sums->income, columns->income, row);
		sums->lacks_cost |= !forecast_cell_add(&sums->cost, columns->cost, row);
		forecast_cell_add(&sums->net, columns->net, row);
		if (columns->net->numbers[row] != 0)
			report->figures[area].has_any = true;
	}
}

/* A sum over a leaf that has figures but no forecast would look complete. */
static void forecast_gaps_mark(struct report *report)
{
	for (int leaf = 0; leaf < report->areas->count; leaf++) {
		const struct area_figures *figures = &report->figures[leaf];

		if (!report->areas->areas[leaf].is_leaf || !figures->has_current ||
		    figures->forecast.leaf_count > 0)
			continue;
		for (int area = leaf; area >= 0; area = area_above(report, area)) {
			struct forecast_sums *sums = &report->figures[area].forecast;

			sums->lacks_income = true;
			sums->lacks_cost = true;
			sums->lacks_net = true;
		}
	}
}

static bool forecast_add(struct report *report, const struct table *table)
{
	struct forecast_columns columns;

	if (!table)
		return true;
	if (!forecast_open(&columns, table))
		return false;
	for (size_t row = 0; row < columns.row_count; row++)
		forecast_row_add(report, &columns, row);
	forecast_gaps_mark(report);
	return true;
}

enum area_column {
	AREAS_NAME,
	AREAS_LEVEL,
	AREAS_PREVIOUS_NET,
	AREAS_OUTCOME_INCOME,
	AREAS_OUTCOME_COST,
	AREAS_OUTCOME_NET,
	AREAS_BUDGET_PERIOD_INCOME,
	AREAS_BUDGET_PERIOD_COST,
	AREAS_BUDGET_PERIOD_NET,
	AREAS_DEVIATION_PERIOD,
	AREAS_FORECAST_INCOME,
	AREAS_FORECAST_COST,
	AREAS_FORECAST_NET,
	AREAS_BUDGET_YEAR_INCOME,
	AREAS_BUDGET_YEAR_COST,
	AREAS_BUDGET_YEAR_NET,
	AREAS_DEVIATION_YEAR,
};

static void columns_add(struct table *table)
{
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "niva", "Nivå", COLUMN_COUNT);
	table_column(table, "utfall_fg_ar_netto", "Utfall fg år netto", COLUMN_MONEY);
	table_column(table, "utfall_intakter", "Utfall intäkter", COLUMN_MONEY);
	table_column(table, "utfall_kostnader", "Utfall kostnader", COLUMN_MONEY);
	table_column(table, "utfall_netto", "Utfall netto", COLUMN_MONEY);
	table_column(table, "budget_period_intakter", "Budget perioden intäkter", COLUMN_MONEY);
	table_column(table, "budget_period_kostnader", "Budget perioden kostnader", COLUMN_MONEY);
	table_column(table, "budget_period_netto", "Budget perioden netto", COLUMN_MONEY);
	table_column(table, "avvikelse_period", "Avvikelse perioden", COLUMN_MONEY);
	table_column(table, "prognos_intakter", "Prognos helår intäkter", COLUMN_MONEY);
	table_column(table, "prognos_kostnader", "Prognos helår kostnader", COLUMN_MONEY);
	table_column(table, "prognos_netto", "Prognos helår netto", COLUMN_MONEY);
	table_column(table, "budget_ar_intakter", "Budget helår intäkter", COLUMN_MONEY);
	table_column(table, "budget_ar_kostnader", "Budget helår kostnader", COLUMN_MONEY);
	table_column(table, "budget_ar_netto", "Budget helår netto", COLUMN_MONEY);
	table_column(table, "avvikelse_ar", "Avvikelse helår", COLUMN_MONEY);
}

static struct money figures_net(const struct area_figures *figures, enum figure figure)
{
	return money_sum(figures->income[figure], figures->cost[figure]);
}

/* Income, cost and net of one figure in three columns side by side. */
static void figure_set(struct table *table, enum area_column first,
		       const struct area_figures *figures, enum figure figure)
{
	table_money(table, first, figures->income[figure]);
	table_money(table, first + 1, figures->cost[figure]);
	table_money(table, first + 2, figures_net(figures, figure));
}

static void forecast_set(struct table *table, const struct area_figures *figures)
{
	const struct forecast_sums *forecast = &figures->forecast;

	if (forecast->leaf_count == 0)
		return;
	if (!forecast->lacks_income)
		table_money(table, AREAS_FORECAST_INCOME, forecast->income);
	if (!forecast->lacks_cost)
		table_money(table, AREAS_FORECAST_COST, forecast->cost);
	if (forecast->lacks_net)
		return;
	table_money(table, AREAS_FORECAST_NET, forecast->net);
	table_money(table, AREAS_DEVIATION_YEAR,
		    money_difference(forecast->net, figures_net(figures, FIGURE_BUDGET_YEAR)));
}

static void row_add(struct table *table, const char *name, int level,
		    const struct area_figures *figures)
{
	if (table_row(table) < 0)
		return;
	table_text(table, AREAS_NAME, name);
	table_number(table, AREAS_LEVEL, level);
	table_money(table, AREAS_PREVIOUS_NET, figures_net(figures, FIGURE_PREVIOUS));
	figure_set(table, AREAS_OUTCOME_INCOME, figures, FIGURE_OUTCOME);
	figure_set(table, AREAS_BUDGET_PERIOD_INCOME, figures, FIGURE_BUDGET_PERIOD);
	table_money(table, AREAS_DEVIATION_PERIOD,
		    money_difference(figures_net(figures, FIGURE_OUTCOME),
				     figures_net(figures, FIGURE_BUDGET_PERIOD)));
	forecast_set(table, figures);
	figure_set(table, AREAS_BUDGET_YEAR_INCOME, figures, FIGURE_BUDGET_YEAR);
}

/* A municipality's own root may be called Summa already. */
static const char *total_name(const struct area_tree *areas)
{
	return area_find(areas, "Summa") < 0 ? "Summa" : "Summa alla områden";
}

static void rows_add(struct table *table, const struct report *report)
{
	const struct area_tree *areas = report->areas;
	int root_count = 0;

	for (int i = 0; i < areas->count; i++) {
		const struct area *area = &areas->areas[i];

		if (i == area_unassigned(areas) && !report->figures[i].has_any)
			continue;
		root_count += area->parent < 0;
		row_add(table, area->name, area->level, &report->figures[i]);
	}
	if (root_count > 1)
		row_add(table, total_name(areas), 0, &report->figures[report_total(report)]);
}

static void notes_add(struct table *table, const struct report *report)
{
	if (report->figures[area_unassigned(report->areas)].has_any)
		table_note(table, "Ej fördelat: rader vars koder inget område eller flera områden "
				  "gör anspråk på. Komplettera omraden.csv.");
	if (report->figures[report_total(report)].forecast.lacks_net)
		table_note(table, "Prognos saknas för något område med utfall eller budget: "
				  "summor där det ingår visas utan prognos.");
}

struct table *report_areas(struct arena *arena, const struct area_tree *areas,
			   const struct line_tree *lines, const struct table *cube_table,
			   const struct table *forecast, struct period period)
{
	const char *title = report_title(arena, "Uppföljning per verksamhetsområde", period);
	struct table *table = table_new(arena);
	struct report report = {.areas = areas};
	struct cube cube;

	report.figures = arena_take_zeroed(arena, (size_t)areas->count + 1, sizeof *report.figures);
	if (!title || !table || !report.figures || !cube_open(&cube, cube_table))
		return NULL;
	cube_add(&report, lines, &cube);
	if (!forecast_add(&report, forecast))
		return NULL;
	table_title(table, title);
	columns_add(table);
	rows_add(table, &report);
	notes_add(table, &report);
	return table->failed ? NULL : table;
}
