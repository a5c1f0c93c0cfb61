/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of the result statement (resultatrader): leaves that claim konton,
 * and sums over them.  A "varav" line is a leaf that is printed as a part of
 * its sum; it counts in the sum like any other leaf.
 *
 * Balance sheet accounts (class 1 and 2, or what a line of kind balans claims)
 * are no part of the result and belong to LINE_OUTSIDE.
 */
#pragma once

#include <stdbool.h>

#include "lib/model/code.h"

#define LINE_UNASSIGNED_NAME "Ej fördelat"

enum line_kind {
	LINE_POST = 1, /* post */
	LINE_OF_WHICH, /* varav */
	LINE_SUBTOTAL, /* delsumma */
	LINE_SUM,      /* summa */
	LINE_NET,      /* netto */
	LINE_BALANCE,  /* balans: outside the result */
};

enum line_side { SIDE_INCOME = 1, SIDE_COST };

struct line {
	char name[CODE_SIZE];
	char parent_name[CODE_SIZE]; /* as written, "" for the net line and for balans */
	enum line_kind kind;
	/* Of a leaf: intäkt when its first konto is class 3 or 80-84.  Of a sum:
	 * what all its leaves are, or 0. */
	enum line_side side;
	int parent; /* index, -1 for the net line and for balans */
	int level;  /* 0 for the net line */
	bool is_leaf;
	struct code_set *accounts; /* owned; NULL for sums */
	unsigned source_line;
};

struct line_tree {
	struct line *lines; /* in the order of the file; Ej fördelat last */
	int count;	    /* Ej fördelat included */
	int capacity;
	bool has_balance_lines;
};

enum { LINE_OUTSIDE = -1 };

enum line_problem_kind {
	LINE_NAME_TWICE = 1,
	LINE_PARENT_UNKNOWN, /* or missing, or outside the result */
	LINE_PARENT_CYCLE,
	LINE_CLAIM_NOT_LEAF,
	LINE_CLAIM_OVERLAP,
	LINE_NET_MISSING, /* there must be exactly one netto */
	LINE_NAME_RESERVED,
};

struct line_problem {
	enum line_problem_kind kind;
	int line;
	int other;
	char example[CODE_SIZE];
};

int line_tree_new(struct line_tree **tree_out);
void line_tree_destroy(struct line_tree **tree);
/* @accounts: moved and NULLed.  @side: 0 to derive it.  0, -ENOMEM, or ERROR_LIMIT
 * when a name does not fit. */
int line_tree_add(struct line_tree *tree, const char *name, const char *parent, enum line_kind kind,
		  enum line_side side, struct code_set **accounts, unsigned source_line);
/* 0, -ENOMEM, or a line_problem_kind with @problem filled. */
int line_tree_finish(struct line_tree *tree, struct line_problem *problem);

const char *line_kind_name(enum line_kind kind); /* "post", "varav" ... */
bool line_kind_parse(const char *word, enum line_kind *kind_out);
int line_find(const struct line_tree *tree, const char *name);
int line_unassigned(const struct line_tree *tree);
/* The leaf for a konto or, when @name is not "", for the line so named:
 * an index, the unassigned line, or LINE_OUTSIDE. */
int line_of_codes(const struct line_tree *tree, const char *account, const char *name);
bool line_is_within(const struct line_tree *tree, int line, int ancestor);
