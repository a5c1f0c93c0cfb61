/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds and checks the tree of areas, and finds the leaf of a code string.
 */
#include "lib/model/area.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/text.h"

int area_tree_new(struct area_tree **tree_out)
{
	*tree_out = calloc(1, sizeof **tree_out);
	return *tree_out ? 0 : -ENOMEM;
}

void area_tree_destroy(struct area_tree **tree)
{
	if (!*tree)
		return;
	for (int i = 0; i < (*tree)->count; i++) {
		for (int d = 0; d < DIMENSION_COUNT; d++)
			code_set_destroy(&(*tree)->areas[i].claims[d]);
	}
	free((*tree)->areas);
	free(*tree);
	*tree = NULL;
}

static int tree_grow(struct area_tree *tree)
{
	int capacity = tree->capacity * 2 + 32;
	struct area *areas;

	if (tree->count < tree->capacity)
		return 0;
	areas = reallocarray(tree->areas, (size_t)capacity, sizeof *areas);
	if (!areas)
		return -ENOMEM;
	tree->areas = areas;
	tree->capacity = capacity;
	return 0;
}

int area_tree_add(struct area_tree *tree, const char *name, const char *parent,
		  struct code_set *claims[DIMENSION_COUNT], unsigned source_line)
{
	struct area area = {.parent = -1, .is_leaf = true, .source_line = source_line};
	int r = tree_grow(tree);

	if (r < 0)
		return r;
	if (!text_copy(area.name, sizeof area.name, name) ||
	    !text_copy(area.parent_name, sizeof area.parent_name, parent))
		return ERROR_LIMIT;
	for (int d = 0; d < DIMENSION_COUNT; d++) {
		if (claims[d] && code_set_is_empty(claims[d]))
			code_set_destroy(&claims[d]);
		area.claims[d] = claims[d];
		claims[d] = NULL;
	}
	tree->areas[tree->count++] = area;
	return 0;
}

static int problem_set(struct area_problem *problem, enum area_problem_kind kind, int area,
		       int other)
{
	problem->kind = kind;
	problem->area = area;
	problem->other = other;
	return (int)kind;
}

static int names_check(const struct area_tree *tree, struct area_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		int first = area_find(tree, tree->areas[i].name);

		if (strcmp(tree->areas[i].name, AREA_UNASSIGNED_NAME) == 0)
			return problem_set(problem, AREA_NAME_RESERVED, i, -1);
		if (first != i)
			return problem_set(problem, AREA_NAME_TWICE, i, first);
	}
	return 0;
}

static int parents_link(struct area_tree *tree, struct area_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		struct area *area = &tree->areas[i];

		if (area->parent_name[0] == '\0')
			continue;
		area->parent = area_find(tree, area->parent_name);
		if (area->parent < 0)
			return problem_set(problem, AREA_PARENT_UNKNOWN, i, -1);
		tree->areas[area->parent].is_leaf = false;
	}
	return 0;
}

/* A way to the root longer than the tree is a cycle. */
static int levels_set(struct area_tree *tree, struct area_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		int level = 0;

		for (int up = tree->areas[i].parent; up >= 0; up = tree->areas[up].parent) {
			if (++level > tree->count)
				return problem_set(problem, AREA_PARENT_CYCLE, i,
						   tree->areas[i].parent);
		}
		tree->areas[i].level = level;
	}
	return 0;
}

static int claims_check(const struct area_tree *tree, struct area_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		const struct area *area = &tree->areas[i];

		for (int d = 0; !area->is_leaf && d < DIMENSION_COUNT; d++) {
			if (!area->claims[d])
				continue;
			problem->dimension = (enum dimension)d;
			return problem_set(problem, AREA_CLAIM_NOT_LEAF, i, -1);
		}
	}
	return 0;
}

/* Two leaves collide when some dimension is claimed by both and no such
 * dimension keeps them apart. */
static bool leaves_overlap(const struct area *left, const struct area *right,
			   struct area_problem *problem)
{
	bool is_shared = false;

	for (int d = 0; d < DIMENSION_COUNT; d++) {
		char example[CODE_SIZE];

		if (!left->claims[d] || !right->claims[d])
			continue;
		if (!code_set_overlaps(left->claims[d], right->claims[d], example))
			return false;
		if (!is_shared) {
			problem->dimension = (enum dimension)d;
			text_copy(problem->example, sizeof problem->example, example);
		}
		is_shared = true;
	}
	return is_shared;
}

static int overlaps_check(const struct area_tree *tree, struct area_problem *problem)
{
	for (int i = 0; i < tree->count; i++) {
		for (int j = 0; j < i; j++) {
			if (leaves_overlap(&tree->areas[j], &tree->areas[i], problem))
				return problem_set(problem, AREA_CLAIM_OVERLAP, i, j);
		}
	}
	return 0;
}

static int unassigned_add(struct area_tree *tree)
{
	struct code_set *claims[DIMENSION_COUNT] = {NULL};

	return area_tree_add(tree, AREA_UNASSIGNED_NAME, "", claims, 0);
}

int area_tree_finish(struct area_tree *tree, struct area_problem *problem)
{
	int r;

	*problem = (struct area_problem){.area = -1, .other = -1};
	r = names_check(tree, problem);
	if (r == 0)
		r = parents_link(tree, problem);
	if (r == 0)
		r = levels_set(tree, problem);
	if (r == 0)
		r = claims_check(tree, problem);
	if (r == 0)
		r = overlaps_check(tree, problem);
	return r == 0 ? unassigned_add(tree) : r;
}

int area_find(const struct area_tree *tree, const char *name)
{
	for (int i = 0; i < tree->count; i++) {
		if (strcmp(tree->areas[i].name, name) == 0)
			return i;
	}
	return -1;
}

int area_unassigned(const struct area_tree *tree)
{
	return tree->count - 1;
}

static bool area_claims(const struct area *area, const char *const codes[DIMENSION_COUNT])
{
	bool matches = false;

	for (int d = 0; d < DIMENSION_COUNT; d++) {
		if (!area->claims[d] || codes[d][0] == '\0')
			continue;
		if (!code_set_has(area->claims[d], codes[d]))
			return false;
		matches = true;
	}
	return matches;
}

int area_of_codes(const struct area_tree *tree, const char *const codes[DIMENSION_COUNT])
{
	int found = -1;

	if (codes[DIMENSION_AREA][0] != '\0') {
		found = area_find(tree, codes[DIMENSION_AREA]);
		return found >= 0 && tree->areas[found].is_leaf ? found : area_unassigned(tree);
	}
	for (int i = 0; i < tree->count; i++) {
		if (!area_claims(&tree->areas[i], codes))
			continue;
		if (found >= 0)
			return area_unassigned(tree);
		found = i;
	}
	return found >= 0 ? found : area_unassigned(tree);
}

bool area_is_within(const struct area_tree *tree, int area, int ancestor)
{
	while (area >= 0 && area != ancestor)
		area = tree->areas[area].parent;
	return area >= 0;
}
