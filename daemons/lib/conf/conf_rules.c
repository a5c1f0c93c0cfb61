/* SPDX-License-Identifier: Apache-2.0 */
/*
 * larmregler.csv.  A rule that can never raise an alert (no limit, an area that
 * does not exist, a level without areas) is a problem here, not a silence later.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/amount.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

#define NAME	      "regel"
#define MEASURE	      "mått"
#define LEVEL	      "nivå"
#define AREA	      "område"
#define AMOUNT	      "gräns_tkr"
#define PERCENT	      "gräns_procent"
#define CLEAR_AMOUNT  "återställning_tkr"
#define CLEAR_PERCENT "återställning_procent"
#define PLAN	      "åtgärdsplan"
#define DAYS	      "frist_dagar"

enum { ORE_PER_TKR = 100000, LEVEL_MAX = 99, DAYS_MAX = 366 };

static const struct sheet_column columns[] = {
	{NAME, true},	 {MEASURE, true},  {LEVEL, false},	  {AREA, false},
	{AMOUNT, false}, {PERCENT, false}, {CLEAR_AMOUNT, false}, {CLEAR_PERCENT, false},
	{PLAN, false},	 {DAYS, false},
};

/* One row while it is read. */
struct rule_row {
	struct sheet *sheet;
	size_t row;
	const struct area_tree *areas;
	struct rule *rule;
};

static const char *cell(const struct rule_row *row, const char *column)
{
	return sheet_cell(row->sheet, row->row, column);
}

static void name_read(const struct rule_row *row)
{
	size_t same = table_row_same(row->sheet, row->row, NAME);

	if (!table_name_check(row->sheet, row->row, NAME, RULE_NAME_SIZE))
		return;
	if (same < row->row)
		sheet_cell_problem(row->sheet, row->row, NAME,
				   "regeln ”%s” finns redan på rad %u; ge den ena ett annat namn",
				   cell(row, NAME), sheet_row_line(row->sheet, same));
	text_copy(row->rule->name, sizeof(row->rule->name), cell(row, NAME));
}

static void measure_read(const struct rule_row *row)
{
	if (text_equal_folded(cell(row, MEASURE), "prognos"))
		row->rule->measure = MEASURE_FORECAST;
	else if (text_equal_folded(cell(row, MEASURE), "utfall"))
		row->rule->measure = MEASURE_OUTCOME;
	else
		sheet_cell_problem(
			row->sheet, row->row, MEASURE,
			"okänt mått ”%s”; skriv prognos (hela året) eller utfall (hittills)",
			cell(row, MEASURE));
}

static bool level_exists(const struct area_tree *areas, int level)
{
	for (int i = 0; i < areas->count; i++) {
		if (areas->areas[i].level == level)
			return true;
	}
	return false;
}

static void level_read(const struct rule_row *row)
{
	const char *text = cell(row, LEVEL);
	uint64_t level;

	row->rule->level = RULE_LEVEL_ANY;
	if (*text == '\0' || strcmp(text, "*") == 0)
		return;
	if (!text_read_u64(text, LEVEL_MAX, &level)) {
		sheet_cell_problem(
			row->sheet, row->row, LEVEL,
			"nivån ”%s” är ingen nivå; skriv 0 för högsta nivån, 1 för nästa, "
			"eller * för alla",
			text);
		return;
	}
	row->rule->level = (int)level;
	if (!level_exists(row->areas, row->rule->level))
		sheet_cell_problem(
			row->sheet, row->row, LEVEL,
			"inget område ligger på nivå %s, så regeln larmar aldrig; skriv en "
			"nivå som finns i omraden.csv",
			text);
}

/* The area whose name differs in case only, or -1. */
static int area_find_folded(const struct area_tree *areas, const char *name)
{
	int i = areas->count - 1;

	while (i >= 0 && !text_equal_folded(areas->areas[i].name, name))
		i--;
	return i;
}

static void area_unknown_print(const struct rule_row *row)
{
	const char *name = cell(row, AREA);
	int similar = area_find_folded(row->areas, name);

	if (similar >= 0)
		sheet_cell_problem(row->sheet, row->row, AREA,
				   "området ”%s” finns inte i omraden.csv; skriv ”%s”", name,
				   row->areas->areas[similar].name);
	else
		sheet_cell_problem(
			row->sheet, row->row, AREA,
			"området ”%s” finns inte i omraden.csv; rätta namnet, eller lämna "
			"cellen tom för alla områden",
			name);
}

/* After level_read. */
static void area_read(const struct rule_row *row)
{
	const char *name = cell(row, AREA);
	int area;

	if (*name == '\0' || strcmp(name, "*") == 0)
		return;
	area = area_find(row->areas, name);
	if (area < 0) {
		area_unknown_print(row);
		return;
	}
	text_copy(row->rule->area, sizeof(row->rule->area), name);
	if (row->rule->level != RULE_LEVEL_ANY && row->areas->areas[area].level != row->rule->level)
		sheet_cell_problem(row->sheet, row->row, AREA,
				   "området ”%s” ligger på nivå %d, inte på regelns nivå %d; töm "
				   "kolumnen nivå",
				   name, row->areas->areas[area].level, row->rule->level);
}

static bool percent_read(const struct rule_row *row, const char *column, int64_t *hundredths)
{
	const char *text = cell(row, column);

	if (*text == '\0')
		return false;
	if (percent_parse(text, hundredths))
		return true;
	sheet_cell_problem(row->sheet, row->row, column,
			   "”%s” i kolumnen %s är ingen procentsats; skriv siffror med högst två "
			   "decimaler, till exempel 1,5",
			   text, column);
	return false;
}

static bool amount_read(const struct rule_row *row, const char *column, int64_t *ore)
{
	struct money amount;

	if (!sheet_amount(row->sheet, row->row, column, ORE_PER_TKR, &amount))
		return false;
	*ore = amount.ore;
	return true;
}

/* A limit and its clear limit, both amounts or both percentages. */
struct limit {
	const char *column;
	const char *clear_column;
	bool (*read)(const struct rule_row *row, const char *column, int64_t *value);
};

static void clear_limit_read(const struct rule_row *row, const struct limit *limit, bool has_limit,
			     int64_t value, int64_t *clear)
{
	if (!limit->read(row, limit->clear_column, clear))
		return;
	if (*cell(row, limit->column) == '\0')
		sheet_cell_problem(row->sheet, row->row, limit->clear_column,
				   "%s är ifylld men inte %s; fyll i båda eller ingen",
				   limit->clear_column, limit->column);
	else if (*clear < 0)
		sheet_cell_problem(row->sheet, row->row, limit->clear_column,
				   "%s är under noll; skriv det underskott som larmet upphör under",
				   limit->clear_column);
	else if (has_limit && *clear > value)
		sheet_cell_problem(
			row->sheet, row->row, limit->clear_column,
			"%s är högre än %s; larmet kan inte upphöra innan det börjar, så "
			"skriv samma eller ett lägre tal",
			limit->clear_column, limit->column);
}

/* The clear limit is the limit itself when its cell is empty. */
static bool limit_read(const struct rule_row *row, const struct limit *limit, int64_t *value,
		       int64_t *clear)
{
	bool has_limit = limit->read(row, limit->column, value);

	if (has_limit && *value <= 0) {
		has_limit = false;
		sheet_cell_problem(row->sheet, row->row, limit->column,
				   "%s ska vara ett underskott större än noll, skrivet utan minus; "
				   "skriv 0,01 för att larma vid minsta underskott",
				   limit->column);
	}
	*clear = *value;
	clear_limit_read(row, limit, has_limit, *value, clear);
	return has_limit;
}

static void limits_read(const struct rule_row *row)
{
	static const struct limit amount = {AMOUNT, CLEAR_AMOUNT, amount_read};
	static const struct limit percent = {PERCENT, CLEAR_PERCENT, percent_read};
	struct rule *rule = row->rule;

	rule->has_amount = limit_read(row, &amount, &rule->amount.ore, &rule->clear_amount.ore);
	rule->has_percent = limit_read(row, &percent, &rule->percent_hundredths,
				       &rule->clear_percent_hundredths);
	if (*cell(row, AMOUNT) == '\0' && *cell(row, PERCENT) == '\0')
		sheet_problem(row->sheet, sheet_row_line(row->sheet, row->row), 0,
			      "regeln ”%s” har ingen gräns; fyll i gräns_tkr, gräns_procent eller "
			      "båda",
			      cell(row, NAME));
}

static void days_read(const struct rule_row *row)
{
	const char *text = cell(row, DAYS);
	uint64_t days = 0;

	if (*text && !text_read_u64(text, DAYS_MAX, &days))
		sheet_cell_problem(
			row->sheet, row->row, DAYS,
			"fristen ”%s” är inget antal dagar; skriv ett heltal mellan 1 och "
			"%d",
			text, DAYS_MAX);
	else if (row->rule->demands_plan && days == 0)
		sheet_cell_problem(
			row->sheet, row->row, DAYS,
			"regeln kräver åtgärdsplan men saknar frist; skriv inom hur många "
			"dagar planen ska vara beslutad, till exempel 30");
	row->rule->plan_days = row->rule->demands_plan ? (int)days : 0;
}

static void plan_read(const struct rule_row *row)
{
	const char *text = cell(row, PLAN);

	row->rule->demands_plan = text_equal_folded(text, "ja");
	if (*text && !row->rule->demands_plan && !text_equal_folded(text, "nej")) {
		sheet_cell_problem(row->sheet, row->row, PLAN, "”%s” är varken ja eller nej", text);
		return;
	}
	days_read(row);
}

static void rule_read(const void *areas, struct sheet *sheet, size_t row, void *entry)
{
	const struct rule_row rule_row = {sheet, row, areas, entry};

	name_read(&rule_row);
	measure_read(&rule_row);
	level_read(&rule_row);
	area_read(&rule_row);
	limits_read(&rule_row);
	plan_read(&rule_row);
}

int rules_load(const struct conf *conf, const struct area_tree *areas, struct rules **rules_out)
{
	static const struct table_list list = {
		.file = "larmregler.csv",
		.columns = columns,
		.column_count = sizeof columns / sizeof columns[0],
		.entries = "regler",
		.entry_size = sizeof(struct rule),
		.entries_max = RULES_MAX,
		.entry_read = rule_read,
	};
	cleanup(rules_destroy) struct rules *rules = calloc(1, sizeof *rules);
	int r = rules ? table_list_load(conf, &list, areas, rules->rules, &rules->count) : -ENOMEM;

	if (r == 0) {
		*rules_out = rules;
		rules = NULL;
	}
	return r;
}

void rules_destroy(struct rules **rules)
{
	free(*rules);
	*rules = NULL;
}
