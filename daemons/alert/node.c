/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct fact fact_of(const struct forecast_change *change)
{
	return (struct fact){
		.is_known = true,
		.month = change->month,
		.net = change->net,
		.budget_year = change->budget_year,
		.outcome_to_date = change->outcome_to_date,
		.budget_to_date = change->budget_to_date,
	};
}

void fact_add(struct fact *sum, const struct fact *part)
{
	sum->is_known |= part->is_known;
	if (part->month > sum->month)
		sum->month = part->month;
	sum->net = money_sum(sum->net, part->net);
	sum->budget_year = money_sum(sum->budget_year, part->budget_year);
	sum->outcome_to_date = money_sum(sum->outcome_to_date, part->outcome_to_date);
	sum->budget_to_date = money_sum(sum->budget_to_date, part->budget_to_date);
}

int year_facts_init(struct year_facts *year_facts, int year, const struct area_tree *areas)
{
	size_t count = (size_t)areas->count;

	*year_facts = (struct year_facts){
		.year = year,
		.facts = calloc(count, sizeof *year_facts->facts),
		.is_changed = calloc(count, sizeof *year_facts->is_changed),
	};
	return year_facts->facts && year_facts->is_changed ? 0 : -ENOMEM;
}

void year_facts_finish(struct year_facts *year_facts)
{
	free(year_facts->facts);
	free(year_facts->is_changed);
	*year_facts = (struct year_facts){0};
}

int area_of_fact(const struct area_tree *areas, const char *name)
{
	int area = area_find(areas, name);

	return area >= 0 && areas->areas[area].is_leaf ? area : area_unassigned(areas);
}

void node_mark(const struct area_tree *areas, struct year_facts *year_facts, int leaf)
{
	for (int node = leaf; node >= 0; node = areas->areas[node].parent)
		year_facts->is_changed[node] = true;
}

struct fact node_sum(const struct area_tree *areas, const struct year_facts *year_facts, int node)
{
	struct fact sum = {0};

	for (int i = 0; i < areas->count; i++) {
		if (year_facts->facts[i].is_known && area_is_within(areas, i, node))
			fact_add(&sum, &year_facts->facts[i]);
	}
	return sum;
}

bool rule_covers(const struct rule *rule, const struct area *area)
{
	if (rule->level != RULE_LEVEL_ANY && rule->level != area->level)
		return false;
	return !rule->area[0] || strcmp(rule->area, area->name) == 0;
}

struct money fact_deviation(const struct fact *fact, enum rule_measure measure)
{
	return measure == MEASURE_FORECAST
		       ? money_difference(fact->net, fact->budget_year)
		       : money_difference(fact->outcome_to_date, fact->budget_to_date);
}

struct money fact_budget(const struct fact *fact, enum rule_measure measure)
{
	return measure == MEASURE_FORECAST ? fact->budget_year : fact->budget_to_date;
}
