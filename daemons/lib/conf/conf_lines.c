/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resultatrader.csv, read the way conf_areas.c reads its table: a problem is
 * printed, taken out of its row, and the tree built again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

#define LINES_FILE "resultatrader.csv"
#define NAME	   "resultatrad"
#define PARENT	   "överordnad"
#define KIND	   "radtyp"
#define ACCOUNTS   "konton"
#define SIDE	   "slag"

static const struct sheet_column columns[] = {
	{NAME, true}, {PARENT, true}, {KIND, true}, {ACCOUNTS, true}, {SIDE, false},
};

/* A row as it goes into the tree, less what was wrong with it. */
struct line_row {
	enum line_kind kind;
	enum line_side side;	    /* 0: derived from the konton */
	const char *parent_instead; /* of the cell's; NULL: the cell's */
	bool is_dropped;
	bool claims_nothing;
};

struct line_rows {
	struct sheet *sheet;
	struct line_row *rows; /* one per row of the sheet */
	const char *net;       /* name of the net line, "" without one */
};

static const char *row_name(const struct line_rows *rows, size_t row)
{
	return sheet_cell(rows->sheet, row, NAME);
}

/* A row of an unknown kind stays as one that causes no further problems. */
static void kind_read(struct line_rows *rows, size_t row)
{
	const char *word = sheet_cell(rows->sheet, row, KIND);
	struct line_row *line = &rows->rows[row];

	if (line_kind_parse(word, &line->kind)) {
		if (line->kind == LINE_NET && *rows->net == '\0' && !line->is_dropped)
			rows->net = row_name(rows, row);
		return;
	}
	line->kind = *sheet_cell(rows->sheet, row, PARENT) ? LINE_SUM : LINE_BALANCE;
	line->claims_nothing = true;
	sheet_cell_problem(rows->sheet, row, KIND,
			   "okänd radtyp ”%s”; skriv post, varav, delsumma, summa, netto eller "
			   "balans",
			   word);
}

static const char *row_parent(const struct line_rows *rows, size_t row)
{
	const char *instead = rows->rows[row].parent_instead;

	return instead ? instead : sheet_cell(rows->sheet, row, PARENT);
}

static void side_read(struct line_rows *rows, size_t row)
{
	const char *word = sheet_cell(rows->sheet, row, SIDE);
	struct line_row *line = &rows->rows[row];

	if (text_equal_folded(word, "intäkt") || text_equal_folded(word, "intakt"))
		line->side = SIDE_INCOME;
	else if (text_equal_folded(word, "kostnad"))
		line->side = SIDE_COST;
	else if (*word)
		sheet_cell_problem(
			rows->sheet, row, SIDE,
			"okänt slag ”%s”; skriv intäkt eller kostnad, eller lämna cellen "
			"tom",
			word);
}

static int accounts_check(struct line_rows *rows, size_t row)
{
	cleanup(code_set_destroy) struct code_set *set = NULL;
	const char *text = sheet_cell(rows->sheet, row, ACCOUNTS);
	size_t offset = 0;
	int r = code_set_parse(text, &set, &offset);

	if (r != CODE_SET_BAD)
		return r;
	sheet_cell_problem(rows->sheet, row, ACCOUNTS,
			   "”%.*s” i kolumnen konton är inget konto; skriv konton åtskilda med |, "
			   "intervall som 5000-5999 eller början av konton som 45*",
			   (int)strcspn(text + offset, "|"), text + offset);
	rows->rows[row].claims_nothing = true;
	return 0;
}

/* All that can be said of a row by itself.  A name or parent that does not fit
 * into a tree takes the row out. */
static int row_read(struct line_rows *rows, size_t row)
{
	rows->rows[row].is_dropped = !table_name_check(rows->sheet, row, NAME, CODE_SIZE) ||
				     !table_length_check(rows->sheet, row, PARENT, CODE_SIZE);
	kind_read(rows, row);
	side_read(rows, row);
	return accounts_check(rows, row);
}

static int row_add(const struct line_rows *rows, size_t row, struct line_tree *tree)
{
	cleanup(code_set_destroy) struct code_set *accounts = NULL;
	const struct line_row *line = &rows->rows[row];
	size_t offset;
	int r;

	if (line->is_dropped)
		return 0;
	r = code_set_parse(line->claims_nothing ? "" : sheet_cell(rows->sheet, row, ACCOUNTS),
			   &accounts, &offset);
	if (r < 0)
		return r;
	return line_tree_add(tree, row_name(rows, row), row_parent(rows, row), line->kind,
			     line->side, &accounts, sheet_row_line(rows->sheet, row));
}

static size_t row_of_line(const struct line_rows *rows, const struct line_tree *tree, int line)
{
	size_t row = 0;

	while (sheet_row_line(rows->sheet, row) != tree->lines[line].source_line)
		row++;
	return row;
}

/* Puts the row where no more can be wrong with its parent. */
static void row_detach(struct line_rows *rows, size_t row)
{
	enum line_kind kind = rows->rows[row].kind;

	rows->rows[row].parent_instead = kind == LINE_NET || kind == LINE_BALANCE ? "" : rows->net;
}

/* A row that cannot stay: what hangs from it is moved without a word. */
static void row_drop(struct line_rows *rows, size_t row)
{
	rows->rows[row].is_dropped = true;
	for (size_t i = 0; i < sheet_row_count(rows->sheet); i++) {
		if (strcmp(row_parent(rows, i), row_name(rows, row)) == 0)
			row_detach(rows, i);
	}
}

/* The row whose name differs from the wanted parent in case only. */
static bool parent_suggest(struct line_rows *rows, size_t row)
{
	const char *parent = row_parent(rows, row);

	for (size_t i = 0; i < sheet_row_count(rows->sheet); i++) {
		if (!text_equal_folded(row_name(rows, i), parent) ||
		    strcmp(row_name(rows, i), parent) == 0)
			continue;
		sheet_cell_problem(rows->sheet, row, PARENT,
				   "den överordnade raden ”%s” finns inte; skriv ”%s” som på rad "
				   "%u",
				   parent, row_name(rows, i), sheet_row_line(rows->sheet, i));
		return true;
	}
	return false;
}

static void parent_print(struct line_rows *rows, const struct line_tree *tree, size_t row)
{
	const char *parent = row_parent(rows, row);

	if (rows->rows[row].kind == LINE_BALANCE)
		sheet_cell_problem(rows->sheet, row, PARENT,
				   "balansraden ”%s” står utanför resultatet; töm kolumnen %s",
				   row_name(rows, row), PARENT);
	else if (*parent == '\0')
		sheet_cell_problem(rows->sheet, row, PARENT,
				   "”%s” har ingen överordnad rad; skriv namnet på den summa som "
				   "raden ingår i",
				   row_name(rows, row));
	else if (line_find(tree, parent) >= 0)
		sheet_cell_problem(rows->sheet, row, PARENT,
				   "den överordnade raden ”%s” är en balansrad och står utanför "
				   "resultatet; välj en summa",
				   parent);
	else if (!parent_suggest(rows, row))
		sheet_cell_problem(rows->sheet, row, PARENT,
				   "den överordnade raden ”%s” finns inte; lägg till den eller "
				   "rätta namnet",
				   parent);
	row_detach(rows, row);
}

static void cycle_print(struct line_rows *rows, const struct line_tree *tree, int line)
{
	size_t row;

	/* The tree names some line on the way into the cycle; go on until inside it. */
	for (int i = 0; i < tree->count; i++)
		line = tree->lines[line].parent;
	row = row_of_line(rows, tree, line);
	sheet_cell_problem(rows->sheet, row, PARENT,
			   "raden ”%s” ingår genom ”%s” i sig själv; ändra någon av de "
			   "överordnade raderna",
			   row_name(rows, row), row_parent(rows, row));
	row_detach(rows, row);
}

static void net_print(struct line_rows *rows, const struct line_tree *tree,
		      const struct line_problem *problem)
{
	size_t row;

	if (problem->line < 0) {
		sheet_problem(rows->sheet, 0, 0,
			      "ingen rad har radtypen netto; skriv den rad som alla andra summeras "
			      "till, till exempel Nettokostnad;;netto;");
		return;
	}
	row = row_of_line(rows, tree, problem->line);
	sheet_cell_problem(rows->sheet, row, KIND,
			   "radtypen netto finns redan på rad %u (”%s”); skriv summa här, för det "
			   "ska finnas exakt en netto",
			   tree->lines[problem->other].source_line,
			   tree->lines[problem->other].name);
	rows->rows[row].kind = LINE_SUM;
	if (*row_parent(rows, row) == '\0')
		row_detach(rows, row);
}

/* Problems of one row and, for some, another it collides with. */
static void row_problem_settle(struct line_rows *rows, const struct line_tree *tree,
			       const struct line_problem *problem)
{
	size_t row = row_of_line(rows, tree, problem->line);
	size_t other = problem->other >= 0 ? row_of_line(rows, tree, problem->other) : row;

	if (problem->kind == LINE_NAME_TWICE) {
		sheet_cell_problem(rows->sheet, row, NAME,
				   "resultatraden ”%s” finns redan på rad %u; ge den ena ett annat "
				   "namn",
				   row_name(rows, row), sheet_row_line(rows->sheet, other));
		rows->rows[row].is_dropped = true;
	} else if (problem->kind == LINE_NAME_RESERVED) {
		sheet_cell_problem(rows->sheet, row, NAME,
				   "namnet ”%s” har Budgetvakt för konton som ingen rad gör "
				   "anspråk på; välj ett annat namn",
				   row_name(rows, row));
		row_drop(rows, row);
	} else if (problem->kind == LINE_CLAIM_NOT_LEAF) {
		sheet_cell_problem(rows->sheet, row, ACCOUNTS,
				   "”%s” är en summa och kan inte ha egna konton; flytta kontona "
				   "till en underordnad post",
				   row_name(rows, row));
		rows->rows[row].claims_nothing = true;
	} else {
		sheet_cell_problem(
			rows->sheet, row, ACCOUNTS,
			"konto %s hör både till ”%s” (rad %u) och till ”%s” (rad %u); ta "
			"bort kontot från den ena raden",
			problem->example, row_name(rows, other), sheet_row_line(rows->sheet, other),
			row_name(rows, row), sheet_row_line(rows->sheet, row));
		rows->rows[row].claims_nothing = true;
	}
}

/* Prints the problem and takes what causes it out of the row; false when nothing
 * can be taken out and the search ends. */
static bool problem_settle(struct line_rows *rows, const struct line_tree *tree,
			   const struct line_problem *problem)
{
	switch (problem->kind) {
	case LINE_NET_MISSING:
		net_print(rows, tree, problem);
		return problem->line >= 0;
	case LINE_PARENT_UNKNOWN:
		parent_print(rows, tree, row_of_line(rows, tree, problem->line));
		return true;
	case LINE_PARENT_CYCLE:
		cycle_print(rows, tree, problem->line);
		return true;
	case LINE_NAME_TWICE:
	case LINE_NAME_RESERVED:
	case LINE_CLAIM_NOT_LEAF:
	case LINE_CLAIM_OVERLAP:
		row_problem_settle(rows, tree, problem);
		return true;
	}
	return false;
}

/* Outcomes of tree_try besides 0: a problem was printed. */
enum { TREE_RETRY = 1, TREE_HOPELESS };

/* Builds the tree of what is left; prints one problem when there is one. */
static int tree_try(struct line_rows *rows, struct line_tree **tree_out)
{
	cleanup(line_tree_destroy) struct line_tree *tree = NULL;
	struct line_problem problem;
	int r = line_tree_new(&tree);

	for (size_t row = 0; r == 0 && row < sheet_row_count(rows->sheet); row++)
		r = row_add(rows, row, tree);
	if (r == 0)
		r = line_tree_finish(tree, &problem);
	if (r < 0)
		return r;
	if (r > 0)
		return problem_settle(rows, tree, &problem) ? TREE_RETRY : TREE_HOPELESS;
	*tree_out = tree;
	tree = NULL;
	return 0;
}

int lines_load(const struct conf *conf, struct line_tree **tree_out)
{
	cleanup(line_tree_destroy) struct line_tree *tree = NULL;
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	cleanup(free_bytes) struct line_row *lines = NULL;
	struct line_rows rows;
	int r = table_open(conf, LINES_FILE, TABLE_REQUIRED, columns,
			   sizeof(columns) / sizeof(columns[0]), &sheet);

	if (r != 0)
		return r;
	lines = calloc(sheet_row_count(sheet) + 1, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	rows = (struct line_rows){sheet, lines, ""};
	for (size_t row = 0; row < sheet_row_count(sheet); row++) {
		r = row_read(&rows, row);
		if (r < 0)
			return r;
	}
	do
		r = tree_try(&rows, &tree);
	while (r == TREE_RETRY && sheet_problem_count(sheet) < TABLE_PROBLEMS_MAX);
	if (r < 0)
		return r;
	if (sheet_problem_count(sheet) > 0)
		return CONF_BAD;
	*tree_out = tree;
	tree = NULL;
	return 0;
}
