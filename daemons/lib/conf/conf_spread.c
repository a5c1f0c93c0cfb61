/* SPDX-License-Identifier: Apache-2.0 */
/*
 * periodisering.csv: how a budget for a whole year lies over its months.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/amount.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

#define NAME "nyckel"

/* A weight of 1 with six decimals; at most a million million in all. */
enum { WEIGHT_UNIT = 1000000, WEIGHT_MAX = 1000000 };

static const char *const months[MONTHS] = {"jan", "feb", "mar", "apr", "maj", "jun",
					   "jul", "aug", "sep", "okt", "nov", "dec"};

static const struct sheet_column columns[] = {
	{NAME, true},  {"jan", true}, {"feb", true}, {"mar", true}, {"apr", true},
	{"maj", true}, {"jun", true}, {"jul", true}, {"aug", true}, {"sep", true},
	{"okt", true}, {"nov", true}, {"dec", true},
};

/* What means something without a table. */
static bool name_is_taken(const char *name)
{
	return text_equal_folded(name, "rak") || text_equal_folded(name, "föregående år") ||
	       text_equal_folded(name, "egen budget");
}

static void name_read(struct sheet *sheet, size_t row, struct spread_key *key)
{
	const char *name = sheet_cell(sheet, row, NAME);
	size_t same = table_row_same(sheet, row, NAME);

	if (!table_name_check(sheet, row, NAME, CODE_SIZE))
		return;
	if (same < row)
		sheet_cell_problem(sheet, row, NAME,
				   "nyckeln ”%s” finns redan på rad %u; ge den ena ett annat namn",
				   name, sheet_row_line(sheet, same));
	if (name_is_taken(name))
		sheet_cell_problem(sheet, row, NAME,
				   "”%s” har redan en mening; ge nyckeln ett annat namn", name);
	text_copy(key->name, sizeof key->name, name);
}

static void weight_read(struct sheet *sheet, size_t row, int month, struct spread_key *key)
{
	const char *text = sheet_cell(sheet, row, months[month]);
	struct money weight = {0};

	if (*text == '\0')
		return;
	if (!amount_parse(text, WEIGHT_UNIT, &weight) || weight.ore < 0 ||
	    weight.ore > (int64_t)WEIGHT_MAX * WEIGHT_UNIT)
		sheet_cell_problem(sheet, row, months[month],
				   "”%s” är ingen vikt; skriv ett tal från 0 till %d med högst sex "
				   "decimaler, till exempel 8,33",
				   text, WEIGHT_MAX);
	else
		key->weights[month] = weight.ore;
}

static void key_read(const void *context, struct sheet *sheet, size_t row, void *entry)
{
	struct spread_key *key = entry;
	size_t problems = sheet_problem_count(sheet);
	int64_t sum = 0;

	(void)context;
	name_read(sheet, row, key);
	for (int month = 0; month < MONTHS; month++) {
		weight_read(sheet, row, month, key);
		sum += key->weights[month];
	}
	if (sum == 0 && sheet_problem_count(sheet) == problems)
		sheet_problem(sheet, sheet_row_line(sheet, row), 0,
			      "alla vikter är 0; skriv en vikt för minst en månad");
}

int spread_keys_load(const struct conf *conf, struct spread_keys **keys_out)
{
	static const struct table_list list = {
		.file = "periodisering.csv",
		.columns = columns,
		.column_count = sizeof columns / sizeof columns[0],
		.entries = "nycklar",
		.entry_size = sizeof(struct spread_key),
		.entries_max = SPREAD_KEYS_MAX,
		.entry_read = key_read,
	};
	cleanup(spread_keys_destroy) struct spread_keys *keys = calloc(1, sizeof *keys);
	int r = keys ? table_list_load(conf, &list, NULL, keys->keys, &keys->count) : -ENOMEM;

	if (r == 0) {
		*keys_out = keys;
		keys = NULL;
	}
	return r;
}

void spread_keys_destroy(struct spread_keys **keys)
{
	free(*keys);
	*keys = NULL;
}

const struct spread_key *spread_key_find(const struct spread_keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (text_equal_folded(keys->keys[i].name, name))
			return &keys->keys[i];
	}
	return NULL;
}

bool spread_is_known(const struct spread_keys *keys, const char *name)
{
	return name_is_taken(name) || spread_key_find(keys, name) != NULL;
}
