/* SPDX-License-Identifier: Apache-2.0 */
#include "forecast/answer_tree.h"

#include <errno.h>
#include <string.h>

#include "forecast/spread.h"

enum forecast_column {
	COLUMN_AREA,
	COLUMN_LEVEL,
	COLUMN_AS_OF,
	COLUMN_INCOME,
	COLUMN_COST,
	COLUMN_NET,
	COLUMN_LOW,
	COLUMN_HIGH,
	COLUMN_BASIS,
	COLUMN_BUDGET,
	COLUMN_DEVIATION,
	COLUMN_METHOD,
	COLUMN_COMMENT,
};

struct table *answer_table(struct arena *arena)
{
	static const struct table_column columns[] = {
		[COLUMN_AREA] = {"omrade", "Verksamhetsområde", COLUMN_TEXT, NULL, NULL},
		[COLUMN_LEVEL] = {"niva", "Nivå", COLUMN_COUNT, NULL, NULL},
		[COLUMN_AS_OF] = {"period", "Prognosmånad", COLUMN_PERIOD, NULL, NULL},
		[COLUMN_INCOME] = {"intakter", "Intäkter", COLUMN_MONEY, NULL, NULL},
		[COLUMN_COST] = {"kostnader", "Kostnader", COLUMN_MONEY, NULL, NULL},
		[COLUMN_NET] = {"netto", "Netto", COLUMN_MONEY, NULL, NULL},
		[COLUMN_LOW] = {"lag", "Modellens låg (80 %)", COLUMN_MONEY, NULL, NULL},
		[COLUMN_HIGH] = {"hog", "Modellens hög (80 %)", COLUMN_MONEY, NULL, NULL},
		[COLUMN_BASIS] = {"underlag", "Underlag", COLUMN_TEXT, NULL, NULL},
		[COLUMN_BUDGET] = {"budget_ar", "Budget helår", COLUMN_MONEY, NULL, NULL},
		[COLUMN_DEVIATION] = {"avvikelse", "Avvikelse", COLUMN_MONEY, NULL, NULL},
		[COLUMN_METHOD] = {"metod", "Metod", COLUMN_TEXT, NULL, NULL},
		[COLUMN_COMMENT] = {"kommentar", "Kommentar", COLUMN_TEXT, NULL, NULL},
	};
	struct table *table = table_new(arena);

	for (size_t i = 0; table && i < sizeof columns / sizeof columns[0]; i++)
		table_column(table, columns[i].key, columns[i].title, columns[i].kind);
	return table;
}

static int row_fill(struct table *table, int level, const struct forecast_change *change)
{
	if (table_row(table) < 0)
		return -ENOMEM;
	table_text(table, COLUMN_AREA, change->area);
	table_number(table, COLUMN_LEVEL, level);
	if (change->month > 0)
		table_number(table, COLUMN_AS_OF, period_of(change->year, change->month).yyyymm);
	table_money(table, COLUMN_INCOME, change->income);
	table_money(table, COLUMN_COST, change->cost);
	table_money(table, COLUMN_NET, change->net);
	table_money(table, COLUMN_LOW, change->low);
	table_money(table, COLUMN_HIGH, change->high);
	table_money(table, COLUMN_BUDGET, change->budget_year);
	table_money(table, COLUMN_DEVIATION, money_difference(change->net, change->budget_year));
	return 0;
}

int answer_row(struct table *table, int level, const struct forecast_change *change,
	       const char *method, const char *comment)
{
	int r = row_fill(table, level, change);

	if (r < 0)
		return r;
	table_text(table, COLUMN_BASIS, change->is_manual ? "ekonomens" : "modellen");
	table_text(table, COLUMN_METHOD, method);
	table_text(table, COLUMN_COMMENT, comment[0] ? comment : NULL);
	return 0;
}

struct node {
	size_t leaf_count;
	struct forecast_change sum;
	struct money middle; /* of the model's intervals */
	struct width_total widths;
	const char *method; /* of a leaf */
	const char *comment;
};

struct answer_tree {
	struct arena *arena;
	const struct area_tree *areas;
	struct node *nodes; /* by area */
};

struct answer_tree *answer_tree_new(struct arena *arena, const struct area_tree *areas)
{
	struct answer_tree *tree = arena_take_zeroed(arena, 1, sizeof *tree);

	if (!tree)
		return NULL;
	tree->arena = arena;
	tree->areas = areas;
	tree->nodes = arena_take_zeroed(arena, (size_t)areas->count, sizeof *tree->nodes);
	return tree->nodes ? tree : NULL;
}

static void node_add(struct node *node, const struct forecast_change *change)
{
	struct money width = money_scale(money_difference(change->high, change->low), 1, 2);

	node->leaf_count++;
	node->sum.year = change->year;
	if (change->month > node->sum.month)
		node->sum.month = change->month;
	node->sum.is_manual |= change->is_manual;
	node->sum.income = money_sum(node->sum.income, change->income);
	node->sum.cost = money_sum(node->sum.cost, change->cost);
	node->sum.net = money_sum(node->sum.net, change->net);
	node->sum.budget_year = money_sum(node->sum.budget_year, change->budget_year);
	node->middle = money_sum(node->middle, money_sum(change->low, width));
	width_add(&node->widths, width);
}

int answer_tree_add(struct answer_tree *tree, const struct forecast_change *change,
		    const char *method, const char *comment)
{
	int leaf = area_find(tree->areas, change->area);
	struct node *node;

	if (leaf < 0 || !tree->areas->areas[leaf].is_leaf)
		leaf = area_unassigned(tree->areas);
	for (int i = leaf; i >= 0; i = tree->areas->areas[i].parent)
		node_add(&tree->nodes[i], change);
	node = &tree->nodes[leaf];
	node->method = arena_copy_text(tree->arena, method, strlen(method));
	node->comment = arena_copy_text(tree->arena, comment, strlen(comment));
	return node->method && node->comment ? 0 : -ENOMEM;
}

static int node_row(const struct node *node, const struct area *area, struct table *table)
{
	struct forecast_change change = node->sum;
	struct money width = width_of(&node->widths);

	change.area = area->name;
	change.low = money_difference(node->middle, width);
	change.high = money_sum(node->middle, width);
	if (area->is_leaf)
		return answer_row(table, area->level, &change, node->method, node->comment);
	return row_fill(table, area->level, &change);
}

int answer_tree_rows(const struct answer_tree *tree, struct table *table)
{
	for (int i = 0; i < tree->areas->count; i++) {
		int r = 0;

		if (tree->nodes[i].leaf_count > 0)
			r = node_row(&tree->nodes[i], &tree->areas->areas[i], table);
		if (r < 0)
			return r;
	}
	return 0;
}
