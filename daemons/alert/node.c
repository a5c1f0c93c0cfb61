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
		.has_budget = change->has_budget,
		.net = change->net,
		.budget_year = change->budget_year,
		.outcome_to_date = change->outcome_to_date,
		.budget_to_date = change->budget_to_date,
	};
}

void fact_add(struct fact *sum, const struct fact *part)
{
	sum->is_known |= part->is_known;
	sum->has_budget |= part->has_budget;
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
	};
	return year_facts->facts ? 0 : -ENOMEM;
}

void year_facts_finish(struct year_facts *year_facts)
{
	free(year_facts->facts);
	*year_facts = (struct year_facts){0};
}

int area_of_fact(const struct area_tree *areas, const char *name)
{
	int area = area_find(areas, name);

	return area >= 0 && areas->areas[area].is_leaf ? area : area_unassigned(areas);
}

void year_facts_sum(struct year_facts *year_facts, const struct area_tree *areas)
{
	for (int leaf = 0; leaf < areas->count; leaf++) {
		if (!areas->areas[leaf].is_leaf || !year_facts->facts[leaf].is_known)
			continue;
		for (int node = areas->areas[leaf].parent; node >= 0;
		     node = areas->areas[node].parent)
			fact_add(&year_facts->facts[node], &year_facts->facts[leaf]);
	}
}

bool year_has_budget(const struct year_facts *year_facts, const struct area_tree *areas)
{
	for (int node = 0; node < areas->count; node++) {
		if (year_facts->facts[node].has_budget)
			return true;
	}
	return false;
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
