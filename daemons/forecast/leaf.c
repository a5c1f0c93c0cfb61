/* SPDX-License-Identifier: Apache-2.0 */
#include "forecast/leaf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "forecast/spread.h"
#include "lib/base/cleanup.h"

void leaf_year_finish(struct leaf_year *year)
{
	free(year->lines);
	*year = (struct leaf_year){0};
}

int leaf_year_add(struct leaf_year *year, const struct leaf_line *line)
{
	if (year->count == year->capacity) {
		size_t capacity = year->capacity * 2 + 8;
		struct leaf_line *lines = realloc(year->lines, capacity * sizeof *lines);

		if (!lines)
			return -ENOMEM;
		year->lines = lines;
		year->capacity = capacity;
	}
	year->lines[year->count++] = *line;
	return 0;
}

int leaf_year_month(const struct leaf_year *year)
{
	int month = 0;

	for (size_t i = 0; i < year->count; i++) {
		if (year->lines[i].through_month > month)
			month = year->lines[i].through_month;
	}
	return month;
}

void leaf_finish(struct leaf *leaf)
{
	for (int i = 0; i < LEAF_YEARS; i++)
		leaf_year_finish(&leaf->years[i]);
}

static int line_compare(const void *name, const void *line)
{
	return strcmp(name, ((const struct leaf_line *)line)->line);
}

/* The months of @name in a year that is complete, else NULL. */
static const struct money *months_find(const struct leaf_year *year, const char *name)
{
	const struct leaf_line *line;

	if (!year->count || leaf_year_month(year) < MONTHS)
		return NULL;
	line = bsearch(name, year->lines, year->count, sizeof *year->lines, line_compare);
	return line ? line->outcome : NULL;
}

/* A line that the table does not know, or whose side is open, goes by its sign. */
static bool line_is_income(const struct line_tree *lines, const char *name, struct money amount)
{
	int line = line_find(lines, name);

	if (line < 0 || line == line_unassigned(lines))
		return amount.ore > 0;
	return lines->lines[line].side == SIDE_INCOME;
}

static void line_forecast(const struct leaf *leaf, const struct leaf_line *line, int month,
			  const struct method *method, struct method_result *result)
{
	struct method_input input = {
		.month = month,
		.outcome = line->outcome,
		.budget = line->budget,
		.last = months_find(&leaf->years[1], line->line),
		.previous = months_find(&leaf->years[2], line->line),
	};

	method->run(&input, result);
}

void leaf_facts(const struct leaf *leaf, struct forecast_change *change)
{
	const struct leaf_year *year = &leaf->years[0];
	int until = leaf_year_month(year);

	change->is_current = change->month >= until;
	if (change->month < until)
		until = change->month;
	change->has_budget = false;
	change->budget_year = change->budget_to_date = change->outcome_to_date = (struct money){0};
	for (size_t i = 0; i < year->count; i++) {
		const struct leaf_line *line = &year->lines[i];

		for (int month = 0; month < MONTHS; month++) {
			change->has_budget |= line->budget[month].ore != 0;
			change->budget_year = money_sum(change->budget_year, line->budget[month]);
			if (month >= until)
				continue;
			change->budget_to_date =
				money_sum(change->budget_to_date, line->budget[month]);
			change->outcome_to_date =
				money_sum(change->outcome_to_date, line->outcome[month]);
		}
	}
}

void leaf_forecast(const struct leaf *leaf, const struct line_tree *lines,
		   const struct method *method, struct forecast_change *change)
{
	const struct leaf_year *year = &leaf->years[0];
	struct width_total total = {0};
	struct money width;

	change->income = change->cost = (struct money){0};
	for (size_t i = 0; i < year->count; i++) {
		const char *name = year->lines[i].line;
		struct method_result result;

		line_forecast(leaf, &year->lines[i], change->month, method, &result);
		width_add(&total, money_difference(result.high, result.point));
		if (line_is_income(lines, name, result.point))
			change->income = money_sum(change->income, result.point);
		else
			change->cost = money_sum(change->cost, result.point);
	}
	change->net = money_sum(change->income, change->cost);
	width = width_of(&total);
	change->low = money_difference(change->net, width);
	change->high = money_sum(change->net, width);
	change->is_manual = false;
	leaf_facts(leaf, change);
}
