/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds and checks the result statement, and finds the line of a konto.
 */
#include "lib/model/line.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/text.h"

int line_tree_new(struct line_tree **tree_out)
{
	*tree_out = calloc(1, sizeof **tree_out);
	return *tree_out ? 0 : -ENOMEM;
}

void line_tree_destroy(struct line_tree **tree)
{
	if (!*tree)
		return;
	for (int i = 0; i < (*tree)->count; i++)
		code_set_destroy(&(*tree)->lines[i].accounts);
	free((*tree)->lines);
	free(*tree);
	*tree = NULL;
}

static const char *const kind_names[] = {
	[LINE_POST] = "post", [LINE_OF_WHICH] = "varav", [LINE_SUBTOTAL] = "delsumma",
	[LINE_SUM] = "summa", [LINE_NET] = "netto",	 [LINE_BALANCE] = "balans",
};

const char *line_kind_name(enum line_kind kind)
{
	return kind >= LINE_POST && kind <= LINE_BALANCE ? kind_names[kind] : "";
}

bool line_kind_parse(const char *word, enum line_kind *kind_out)
{
	for (int kind = LINE_POST; kind <= LINE_BALANCE; kind++) {
		if (text_equal_folded(word, kind_names[kind])) {
			*kind_out = (enum line_kind)kind;
			return true;
		}
	}
	return false;
}

static int tree_grow(struct line_tree *tree)
{
	int capacity = tree->capacity * 2 + 32;
	struct line *lines;

	if (tree->count < tree->capacity)
		return 0;
	lines = reallocarray(tree->lines, (size_t)capacity, sizeof *lines);
	if (!lines)
		return -ENOMEM;
	tree->lines = lines;
	tree->capacity = capacity;
	return 0;
}

/* Class 3 is income; so are the financial income and taxes of 80-84. */
static enum line_side side_of_account(const char *account)
{
	if (account[0] == '3')
		return SIDE_INCOME;
	return account[0] == '8' && account[1] >= '0' && account[1] <= '4' ? SIDE_INCOME
									   : SIDE_COST;
}

static bool kind_is_leaf(enum line_kind kind)
{
	return kind == LINE_POST || kind == LINE_OF_WHICH || kind == LINE_BALANCE;
}

int line_tree_add(struct line_tree *tree, const char *name, const char *parent, enum line_kind kind,
		  enum line_side side, struct code_set **accounts, unsigned source_line)
{
	struct line line = {.kind = kind, .parent = -1, .source_line = source_line};
	int r = tree_grow(tree);

	if (r < 0)
		return r;
	if (!text_copy(line.name, sizeof line.name, name) ||
	    !text_copy(line.parent_name, sizeof line.parent_name, parent))
		return ERROR_LIMIT;
	if (*accounts && code_set_is_empty(*accounts))
		code_set_destroy(accounts);
	line.is_leaf = kind_is_leaf(kind);
	line.side = side;
	if (line.is_leaf && !side)
		line.side = side_of_account(*accounts ? code_set_first(*accounts) : "");
	line.accounts = *accounts;
	*accounts = NULL;
	tree->has_balance_lines |= kind == LINE_BALANCE;
	tree->lines[tree->count++] = line;
	return 0;
}

static int problem_set(struct line_problem *problem, enum line_problem_kind kind, int line,
		       int other)
{
	problem->kind = kind;
	problem->line = line;
	problem->other = other;
	return (int)kind;
}

static int names_check(const struct line_tree *tree, struct line_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		int first = line_find(tree, tree->lines[i].name);

		if (strcmp(tree->lines[i].name, LINE_UNASSIGNED_NAME) == 0)
			return problem_set(problem, LINE_NAME_RESERVED, i, -1);
		if (first != i)
			return problem_set(problem, LINE_NAME_TWICE, i, first);
	}
	return 0;
}

static int net_find(const struct line_tree *tree)
{
	for (int i = 0; i < tree->count; i++) {
		if (tree->lines[i].kind == LINE_NET)
			return i;
	}
	return -1;
}

static int net_check(const struct line_tree *tree, struct line_problem *problem)
{
	int net = net_find(tree);

	if (net < 0)
		return problem_set(problem, LINE_NET_MISSING, -1, -1);
	for (int i = net + 1; i < tree->count; i++) {
		if (tree->lines[i].kind == LINE_NET)
			return problem_set(problem, LINE_NET_MISSING, i, net);
	}
	return 0;
}

/* Only the net line and the lines outside the result stand on their own. */
static int parents_link(struct line_tree *tree, struct line_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		struct line *line = &tree->lines[i];
		bool is_root = line->kind == LINE_NET || line->kind == LINE_BALANCE;

		if (line->parent_name[0] == '\0' && is_root)
			continue;
		line->parent = line_find(tree, line->parent_name);
		if (line->parent < 0 || line->kind == LINE_BALANCE ||
		    tree->lines[line->parent].kind == LINE_BALANCE)
			return problem_set(problem, LINE_PARENT_UNKNOWN, i, -1);
		tree->lines[line->parent].is_leaf = false;
	}
	return 0;
}

/* A way up longer than the tree is a cycle. */
static int levels_set(struct line_tree *tree, struct line_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		int level = 0;

		for (int up = tree->lines[i].parent; up >= 0; up = tree->lines[up].parent) {
			if (++level > tree->count)
				return problem_set(problem, LINE_PARENT_CYCLE, i,
						   tree->lines[i].parent);
		}
		tree->lines[i].level = level;
	}
	return 0;
}

static int claims_check(const struct line_tree *tree, struct line_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		if (tree->lines[i].accounts && !tree->lines[i].is_leaf)
			return problem_set(problem, LINE_CLAIM_NOT_LEAF, i, -1);
	}
	return 0;
}

static int overlaps_check(const struct line_tree *tree, struct line_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		for (int j = 0; j < i; j++) {
			const struct code_set *left = tree->lines[j].accounts;
			const struct code_set *right = tree->lines[i].accounts;

			if (left && right && code_set_overlaps(left, right, problem->example))
				return problem_set(problem, LINE_CLAIM_OVERLAP, i, j);
		}
	}
	return 0;
}

static int unassigned_add(struct line_tree *tree)
{
	int net = net_find(tree);
	struct code_set *accounts = NULL;
	int r = line_tree_add(tree, LINE_UNASSIGNED_NAME, tree->lines[net].name, LINE_POST,
			      SIDE_COST, &accounts, 0);

	if (r < 0)
		return r;
	tree->lines[tree->count - 1].parent = net;
	tree->lines[tree->count - 1].level = 1;
	return 0;
}

/* A sum is of a side when all its leaves are. */
static void sides_sum(struct line_tree *tree)
{
	enum { SIDES_BOTH = SIDE_INCOME | SIDE_COST };

	for (int i = 0; i < tree->count; i++) {
		struct line *sum = &tree->lines[i];
		int sides = 0;

		for (int j = 0; !sum->is_leaf && j < tree->count; j++) {
			if (tree->lines[j].is_leaf && line_is_within(tree, j, i))
				sides |= (int)tree->lines[j].side;
		}
		if (!sum->is_leaf)
			sum->side = (enum line_side)(sides == SIDES_BOTH ? 0 : sides);
	}
}

int line_tree_finish(struct line_tree *tree, struct line_problem *problem)
{
	int r;

	*problem = (struct line_problem){.line = -1, .other = -1};
	r = names_check(tree, problem);
	if (r == 0)
		r = net_check(tree, problem);
	if (r == 0)
		r = parents_link(tree, problem);
	if (r == 0)
		r = levels_set(tree, problem);
	if (r == 0)
		r = claims_check(tree, problem);
	if (r == 0)
		r = overlaps_check(tree, problem);
	if (r == 0)
		r = unassigned_add(tree);
	if (r == 0)
		sides_sum(tree);
	return r;
}

int line_find(const struct line_tree *tree, const char *name)
{
	for (int i = 0; i < tree->count; i++) {
		if (strcmp(tree->lines[i].name, name) == 0)
			return i;
	}
	return -1;
}

int line_unassigned(const struct line_tree *tree)
{
	return tree->count - 1;
}

static int leaf_of_name(const struct line_tree *tree, const char *name)
{
	int found = line_find(tree, name);

	return found >= 0 && tree->lines[found].is_leaf ? found : line_unassigned(tree);
}

static int leaf_of_account(const struct line_tree *tree, const char *account)
{
	for (int i = 0; i < tree->count; i++) {
		const struct line *line = &tree->lines[i];

		if (line->accounts && code_set_has(line->accounts, account))
			return i;
	}
	return account[0] == '1' || account[0] == '2' ? LINE_OUTSIDE : line_unassigned(tree);
}

int line_of_codes(const struct line_tree *tree, const char *account, const char *name)
{
	int found = name[0] != '\0' ? leaf_of_name(tree, name) : leaf_of_account(tree, account);

	return found >= 0 && tree->lines[found].kind == LINE_BALANCE ? LINE_OUTSIDE : found;
}

bool line_is_within(const struct line_tree *tree, int line, int ancestor)
{
	while (line >= 0 && line != ancestor)
		line = tree->lines[line].parent;
	return line >= 0;
}
