/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of verksamhetsområden and which ledger codes each leaf claims.
 *
 * A row belongs to a leaf when at least one dimension the leaf claims holds the
 * row's code, and no claimed dimension contradicts it; a dimension the row has
 * no code in neither matches nor contradicts.  A row that no leaf claims, or
 * that more than one claims, belongs to Ej fördelat, which is a root of its own.
 */
#pragma once

#include <stdbool.h>

#include "lib/model/code.h"

#define AREA_UNASSIGNED_NAME "Ej fördelat"

struct area {
	char name[CODE_SIZE];
	char parent_name[CODE_SIZE]; /* as written, "" for a root */
	int parent;		     /* index in the tree, -1 for a root */
	int level;		     /* 0 for a root */
	bool is_leaf;
	struct code_set *claims[DIMENSION_COUNT]; /* owned; NULL: no claim */
	unsigned source_line;			  /* in omraden.csv, for messages */
};

struct area_tree {
	struct area *areas; /* in the order of the file; Ej fördelat last */
	int count;	    /* Ej fördelat included */
	int capacity;
};

enum area_problem_kind {
	AREA_NAME_TWICE = 1,
	AREA_PARENT_UNKNOWN,
	AREA_PARENT_CYCLE,
	AREA_CLAIM_NOT_LEAF,
	AREA_CLAIM_OVERLAP,
	AREA_NAME_RESERVED,
};

struct area_problem {
	enum area_problem_kind kind;
	int area;  /* index of the offender */
	int other; /* the area it collides with, for TWICE and OVERLAP */
	enum dimension dimension;
	char example[CODE_SIZE]; /* a code both claim, for OVERLAP */
};

/* Takes one area per row in file order.  @claims: moved into the tree and
 * NULLed; parent is a name, "" for a root.  0, -ENOMEM, or ERROR_LIMIT when a
 * name does not fit. */
int area_tree_new(struct area_tree **tree_out);
void area_tree_destroy(struct area_tree **tree);
int area_tree_add(struct area_tree *tree, const char *name, const char *parent,
		  struct code_set *claims[DIMENSION_COUNT], unsigned source_line);
/* Links parents, appends Ej fördelat, checks everything: 0, -ENOMEM, or an
 * area_problem_kind with @problem filled. */
int area_tree_finish(struct area_tree *tree, struct area_problem *problem);

/* Index by exact name, -1 when there is none. */
int area_find(const struct area_tree *tree, const char *name);
int area_unassigned(const struct area_tree *tree);
/* @codes: one per dimension, "" for none; DIMENSION_AREA names a leaf outright. */
int area_of_codes(const struct area_tree *tree, const char *const codes[DIMENSION_COUNT]);
/* Whether @area is @ancestor or lies below it. */
bool area_is_within(const struct area_tree *tree, int area, int ancestor);
