/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known about the areas of one year: a fact per leaf, added up to the
 * nodes above.  Pure.
 */
#pragma once

#include <stdbool.h>

#include "lib/conf/tables.h"
#include "lib/model/area.h"
#include "lib/model/event.h"

/* The newest forecast of a leaf, or the sum of those below a node. */
struct fact {
	bool is_known;
	int month;	 /* of a sum: the latest of its parts */
	bool has_budget; /* of a sum: any of its parts has */
	struct money net;
	struct money budget_year;
	struct money outcome_to_date;
	struct money budget_to_date;
};

struct fact fact_of(const struct forecast_change *change);
void fact_add(struct fact *sum, const struct fact *part);

/* One year of an area tree; an array of tree->count. */
struct year_facts {
	int year;
	struct fact *facts; /* of leaves; a leaf the tree no longer knows is in Ej fördelat */
};

/* 0 or -ENOMEM. */
int year_facts_init(struct year_facts *year_facts, int year, const struct area_tree *areas);
void year_facts_finish(struct year_facts *year_facts);

/* The area's index, or that of Ej fördelat. */
int area_of_fact(const struct area_tree *areas, const char *name);
/* Adds every leaf to the nodes above it: call once, when all leaves are there. */
void year_facts_sum(struct year_facts *year_facts, const struct area_tree *areas);
/* Whether anything has a budget this year.  A year without one, such as the year
 * before the first budget was read in, cannot deviate from it. */
bool year_has_budget(const struct year_facts *year_facts, const struct area_tree *areas);

bool rule_covers(const struct rule *rule, const struct area *area);
/* What the rule measures, and the budget it is measured against. */
struct money fact_deviation(const struct fact *fact, enum rule_measure measure);
struct money fact_budget(const struct fact *fact, enum rule_measure measure);
