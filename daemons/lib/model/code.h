/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The code string (kodsträng) of a ledger row: one code per dimension.  Codes
 * are strings; leading zeros count.  område and resultatrad are for budgets that
 * controllers write with the names of areas and lines instead of codes; the two
 * last are about the figure and not about what it is for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dimension {
	DIMENSION_ACCOUNT,     /* konto */
	DIMENSION_UNIT,	       /* ansvar */
	DIMENSION_ACTIVITY,    /* verksamhet */
	DIMENSION_TASK,	       /* aktivitet */
	DIMENSION_PROJECT,     /* projekt */
	DIMENSION_OBJECT,      /* objekt */
	DIMENSION_COUNTERPART, /* motpart */
	DIMENSION_AREA,	       /* område, by name */
	DIMENSION_LINE,	       /* resultatrad, by name; of volumes the mått */
	DIMENSION_DECISION,    /* beslut behind a budget: "YYYY-MM-DD", or "YYYY-MM-DD REFERENCE" */
	DIMENSION_SPREAD,      /* periodisering of a budget for a whole year: the key's name */
};

enum {
	DIMENSION_COUNT = 11,
	CODE_SIZE = 160, /* longest code or name with its NUL; names of areas are long */
};

/* The Swedish word used in configuration and reports: "konto", "ansvar" ... */
const char *dimension_name(enum dimension dimension);
/* By that word, any case. */
bool dimension_parse(const char *word, enum dimension *dimension_out);

/* One number, never 0, for the code string of a row and its month (YYYYMM), the same
 * wherever it is made; codes[i]: NULL or "" for none. */
uint64_t code_string_hash(const char *const codes[DIMENSION_COUNT], uint32_t yyyymm);

/* What a figure is about.  Stored and sent as these numbers: never renumber. */
enum layer {
	LAYER_OUTCOME = 1,	 /* utfall */
	LAYER_BUDGET = 2,	 /* budget */
	LAYER_VOLUME = 3,	 /* volym: thousandths of the mått's unit, never money */
	LAYER_VOLUME_BUDGET = 4, /* volymbudget */
};

enum { LAYER_MAX = 4 };

const char *layer_name(enum layer layer); /* "utfall", "budget" ... */
/* Whether figures of the layer are öre. */
bool layer_is_money(enum layer layer);
bool layer_parse(const char *word, enum layer *layer_out);

/*
 * A set of codes as written in a controller's table: "500|501", "500-509",
 * "45*", separated by '|'.  A range holds the codes of the same length between
 * its ends (its sign may be a hyphen or an en dash); a star at the end holds
 * every code that begins so.
 */
struct code_set;

/* Outcomes of code_set_parse. */
enum { CODE_SET_BAD = 1 };

/* @problem_offset: byte offset of the part that cannot be read, on CODE_SET_BAD. */
int code_set_parse(const char *text, struct code_set **set_out, size_t *problem_offset);
void code_set_destroy(struct code_set **set);
bool code_set_is_empty(const struct code_set *set);
/* The first code, end of a range or beginning that the table names; "" for an empty set. */
const char *code_set_first(const struct code_set *set);
/* "" is in no set. */
bool code_set_has(const struct code_set *set, const char *code);
/* Whether some code is in both; an example of it in @example when so. */
bool code_set_overlaps(const struct code_set *left, const struct code_set *right,
		       char example[static CODE_SIZE]);
