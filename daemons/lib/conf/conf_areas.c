/* SPDX-License-Identifier: Apache-2.0 */
/*
 * omraden.csv.  The tree of lib/model names its first problem only; to print all
 * of them, what is wrong with a row is printed and taken out of it, and the tree
 * is built again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

#define AREAS_FILE "omraden.csv"
#define NAME	   "område"
#define PARENT	   "överordnat"

/* The dimensions an area can claim codes in come first; names claim nothing. */
enum { CLAIM_DIMENSIONS = DIMENSION_AREA };

static const struct sheet_column columns[] = {
	{NAME, true},	    {PARENT, true},	   {"konto", false},
	{"ansvar", false},  {"verksamhet", false}, {"aktivitet", false},
	{"projekt", false}, {"objekt", false},	   {"motpart", false},
};

/* What is left of a row after its problems were printed. */
struct area_row {
	bool is_dropped;
	bool is_root; /* its parent was a problem */
	bool claims_nothing;
};

struct area_rows {
	struct sheet *sheet;
	struct area_row *rows; /* one per row of the sheet */
};

static const char *row_name(const struct area_rows *rows, size_t row)
{
	return sheet_cell(rows->sheet, row, NAME);
}

/* Prints a set of codes that cannot be read. */
static int claim_check(struct sheet *sheet, size_t row, const char *column)
{
	cleanup(code_set_destroy) struct code_set *set = NULL;
	const char *text = sheet_cell(sheet, row, column);
	size_t offset = 0;
	int r = code_set_parse(text, &set, &offset);

	if (r != CODE_SET_BAD)
		return r;
	sheet_cell_problem(sheet, row, column,
			   "”%.*s” i kolumnen %s är ingen kod; skriv koder åtskilda med |, "
			   "intervall som 500-509 eller början av koder som 45*",
			   (int)strcspn(text + offset, "|"), text + offset, column);
	return CODE_SET_BAD;
}

/* All that can be said of a row by itself. */
static int row_check(struct area_rows *rows, size_t row)
{
	struct area_row *fate = &rows->rows[row];

	fate->is_dropped = !table_name_check(rows->sheet, row, NAME, CODE_SIZE);
	fate->is_root = !table_length_check(rows->sheet, row, PARENT, CODE_SIZE);
	for (int d = 0; d < CLAIM_DIMENSIONS; d++) {
		int r = claim_check(rows->sheet, row, dimension_name((enum dimension)d));

		if (r < 0)
			return r;
		fate->claims_nothing |= r == CODE_SET_BAD;
	}
	return 0;
}

static bool some_source_keeps(const struct conf *conf, enum dimension dimension)
{
	for (size_t i = 0; i < conf->source_count; i++) {
		if (conf->sources[i].keeps[dimension])
			return true;
	}
	return conf->source_count == 0;
}

/* Codes of a dimension that every source drops would never match a row. */
static void claims_check_kept(const struct conf *conf, struct sheet *sheet,
			      enum dimension dimension)
{
	const char *column = dimension_name(dimension);
	size_t row = 0;

	if (some_source_keeps(conf, dimension))
		return;
	while (row < sheet_row_count(sheet) && *sheet_cell(sheet, row, column) == '\0')
		row++;
	if (row < sheet_row_count(sheet))
		sheet_cell_problem(sheet, row, column,
				   "ingen källa behåller dimensionen %s, så koderna träffar inga "
				   "rader; lägg till ”%s” i dimensions för någon källa",
				   column, column);
}

static void claims_destroy(struct code_set *(*claims)[DIMENSION_COUNT])
{
	for (int d = 0; d < DIMENSION_COUNT; d++)
		code_set_destroy(&(*claims)[d]);
}

static int row_add(const struct area_rows *rows, size_t row, struct area_tree *tree)
{
	cleanup(claims_destroy) struct code_set *claims[DIMENSION_COUNT] = {NULL};
	const struct area_row *fate = &rows->rows[row];
	size_t offset;

	if (fate->is_dropped)
		return 0;
	for (int d = 0; d < CLAIM_DIMENSIONS && !fate->claims_nothing; d++) {
		int r = code_set_parse(
			sheet_cell(rows->sheet, row, dimension_name((enum dimension)d)), &claims[d],
			&offset);

		if (r < 0)
			return r;
	}
	return area_tree_add(tree, row_name(rows, row),
			     fate->is_root ? "" : sheet_cell(rows->sheet, row, PARENT), claims,
			     sheet_row_line(rows->sheet, row));
}

static size_t row_of_area(const struct area_rows *rows, const struct area_tree *tree, int area)
{
	size_t row = 0;

	while (sheet_row_line(rows->sheet, row) != tree->areas[area].source_line)
		row++;
	return row;
}

/* A row whose name cannot be used: its children become roots without a word. */
static void row_drop(struct area_rows *rows, size_t row)
{
	rows->rows[row].is_dropped = true;
	for (size_t i = 0; i < sheet_row_count(rows->sheet); i++) {
		if (strcmp(sheet_cell(rows->sheet, i, PARENT), row_name(rows, row)) == 0)
			rows->rows[i].is_root = true;
	}
}

static void parent_unknown_print(struct area_rows *rows, size_t row)
{
	const char *parent = sheet_cell(rows->sheet, row, PARENT);

	for (size_t i = 0; i < sheet_row_count(rows->sheet); i++) {
		if (!text_equal_folded(row_name(rows, i), parent))
			continue;
		sheet_cell_problem(rows->sheet, row, PARENT,
				   "det överordnade området ”%s” finns inte; skriv ”%s” som på rad "
				   "%u",
				   parent, row_name(rows, i), sheet_row_line(rows->sheet, i));
		return;
	}
	sheet_cell_problem(rows->sheet, row, PARENT,
			   "det överordnade området ”%s” finns inte; lägg till en rad för det "
			   "eller rätta namnet",
			   parent);
}

/* The tree names some area on the way into the cycle; go on until inside it. */
static size_t row_in_cycle(const struct area_rows *rows, const struct area_tree *tree, int area)
{
	for (int i = 0; i < tree->count; i++)
		area = tree->areas[area].parent;
	return row_of_area(rows, tree, area);
}

static void cycle_print(struct area_rows *rows, const struct area_tree *tree, int area)
{
	size_t row = row_in_cycle(rows, tree, area);

	sheet_cell_problem(rows->sheet, row, PARENT,
			   "området ”%s” ligger genom ”%s” under sig självt; ändra något av de "
			   "överordnade områdena",
			   row_name(rows, row), sheet_cell(rows->sheet, row, PARENT));
	rows->rows[row].is_root = true;
}

static void overlap_print(struct area_rows *rows, size_t row, size_t other,
			  const struct area_problem *problem)
{
	const char *column = dimension_name(problem->dimension);

	sheet_cell_problem(rows->sheet, row, column,
			   "%s %s hör både till ”%s” (rad %u) och till ”%s” (rad %u); ta bort "
			   "koden från det ena området",
			   column, problem->example, row_name(rows, other),
			   sheet_row_line(rows->sheet, other), row_name(rows, row),
			   sheet_row_line(rows->sheet, row));
	rows->rows[row].claims_nothing = true;
}

/* Prints the problem and takes what causes it out of the row. */
static void problem_settle(struct area_rows *rows, const struct area_tree *tree,
			   const struct area_problem *problem)
{
	size_t row = row_of_area(rows, tree, problem->area);
	size_t other = problem->other >= 0 ? row_of_area(rows, tree, problem->other) : row;

	switch (problem->kind) {
	case AREA_NAME_TWICE:
		sheet_cell_problem(rows->sheet, row, NAME,
				   "området ”%s” finns redan på rad %u; ge det ena ett annat namn, "
				   "till exempel med det överordnade området inom parentes",
				   row_name(rows, row), sheet_row_line(rows->sheet, other));
		rows->rows[row].is_dropped = true;
		return;
	case AREA_NAME_RESERVED:
		sheet_cell_problem(rows->sheet, row, NAME,
				   "namnet ”%s” har Budgetvakt för rader som inget område gör "
				   "anspråk på; välj ett annat namn",
				   row_name(rows, row));
		row_drop(rows, row);
		return;
	case AREA_PARENT_UNKNOWN:
		parent_unknown_print(rows, row);
		rows->rows[row].is_root = true;
		return;
	case AREA_PARENT_CYCLE:
		cycle_print(rows, tree, problem->area);
		return;
	case AREA_CLAIM_NOT_LEAF:
		sheet_cell_problem(rows->sheet, row, dimension_name(problem->dimension),
				   "området ”%s” har underordnade områden och kan inte ha egna "
				   "koder; flytta koderna till ett av de underordnade",
				   row_name(rows, row));
		rows->rows[row].claims_nothing = true;
		return;
	case AREA_CLAIM_OVERLAP:
		overlap_print(rows, row, other, problem);
		return;
	}
}

/* Builds the tree of what is left; prints one problem when there is one. */
static int tree_try(struct area_rows *rows, struct area_tree **tree_out)
{
	cleanup(area_tree_destroy) struct area_tree *tree = NULL;
	struct area_problem problem;
	int r = area_tree_new(&tree);

	for (size_t row = 0; r == 0 && row < sheet_row_count(rows->sheet); row++)
		r = row_add(rows, row, tree);
	if (r == 0)
		r = area_tree_finish(tree, &problem);
	if (r < 0)
		return r;
	if (r > 0) {
		problem_settle(rows, tree, &problem);
		return CONF_BAD;
	}
	*tree_out = tree;
	tree = NULL;
	return 0;
}

static int rows_check(const struct conf *conf, struct area_rows *rows)
{
	if (sheet_row_count(rows->sheet) == 0)
		sheet_problem(rows->sheet, 0, 0,
			      "filen har inga områden; skriv minst ett under rubrikraden");
	for (size_t row = 0; row < sheet_row_count(rows->sheet); row++) {
		int r = row_check(rows, row);

		if (r < 0)
			return r;
	}
	for (int d = 0; d < CLAIM_DIMENSIONS; d++)
		claims_check_kept(conf, rows->sheet, (enum dimension)d);
	return 0;
}

int areas_load(const struct conf *conf, struct area_tree **tree_out)
{
	cleanup(area_tree_destroy) struct area_tree *tree = NULL;
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	cleanup(free_bytes) struct area_row *fates = NULL;
	struct area_rows rows;
	int r = table_open(conf, AREAS_FILE, TABLE_REQUIRED, columns,
			   sizeof(columns) / sizeof(columns[0]), &sheet);

	if (r != 0)
		return r;
	fates = calloc(sheet_row_count(sheet) + 1, sizeof(*fates));
	if (!fates)
		return -ENOMEM;
	rows = (struct area_rows){sheet, fates};
	r = rows_check(conf, &rows);
	if (r < 0)
		return r;
	do
		r = tree_try(&rows, &tree);
	while (r == CONF_BAD && sheet_problem_count(sheet) < TABLE_PROBLEMS_MAX);
	if (r < 0)
		return r;
	if (sheet_problem_count(sheet) > 0)
		return CONF_BAD;
	*tree_out = tree;
	tree = NULL;
	return 0;
}
