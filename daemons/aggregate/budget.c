/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/budget.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/place.h"
#include "lib/base/cleanup.h"
#include "lib/service/service.h"

enum { DATE_LENGTH = 10, DECISIONS_MAX = 1000 };

bool decision_date(const char *decision, uint32_t *date_out)
{
	static const char shape[] = "0000-00-00";

	*date_out = 0;
	if (!*decision)
		return true;
	for (size_t i = 0; i < DATE_LENGTH; i++) {
		if (shape[i] == '-' ? decision[i] != '-' : decision[i] < '0' || decision[i] > '9')
			return false;
		if (shape[i] != '-')
			*date_out = *date_out * 10 + (uint32_t)(decision[i] - '0');
	}
	return date_is_valid(*date_out) &&
	       (decision[DATE_LENGTH] == '\0' || decision[DATE_LENGTH] == ' ');
}

/* Budget rows of a year, block by block. */
struct reading {
	const struct ledger *ledger;
	int month;
	block_visitor *visit;
	void *context;
};

static int block_read(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct reading *reading = context;

	(void)key;
	(void)key_size;
	return block_each(value.bytes, value.size, reading->visit, reading->context);
}

static int year_read(struct reading *reading, struct store_txn *txn, int year)
{
	int r = 0;

	for (reading->month = 0; reading->month < MONTHS && r == 0; reading->month++) {
		struct key prefix = period_key(LAYER_BUDGET, period_of(year, reading->month + 1));

		r = store_each(txn, TABLE_BLOCK, &prefix, NULL, block_read, reading);
	}
	return r;
}

struct dating {
	struct reading reading;
	struct cube *cube;
	uint32_t as_of_date;
};

static int dated_add(void *context, const struct block_row *row)
{
	struct dating *dating = context;
	const struct ledger *ledger = dating->reading.ledger;
	struct place place = place_of_row(ledger, row);
	uint32_t date;

	if (place.line == LINE_OUTSIDE)
		return 0;
	if (decision_date(row_code(ledger, row, DIMENSION_DECISION), &date) &&
	    date > dating->as_of_date)
		return 0;
	return cube_add(dating->cube, place.area, place.line, LAYER_BUDGET, dating->reading.month,
			(struct money){row->ore});
}

int budget_as_of(struct cube *cube, const struct ledger *ledger, struct store_txn *txn,
		 uint32_t as_of_date)
{
	struct dating dating = {.reading = {.ledger = ledger, .visit = dated_add},
				.cube = cube,
				.as_of_date = as_of_date};

	dating.reading.context = &dating;
	cube_clear(cube, LAYER_BUDGET);
	return year_read(&dating.reading, txn, cube->year);
}

struct decision {
	uint32_t id;
	uint64_t row_count;
	struct money sum;
};

struct listing {
	struct reading reading;
	int area; /* -1: all */
	struct decision decisions[DECISIONS_MAX];
	size_t count;
};

static struct decision *decision_of(struct listing *listing, uint32_t id)
{
	for (size_t i = 0; i < listing->count; i++) {
		if (listing->decisions[i].id == id)
			return &listing->decisions[i];
	}
	if (listing->count == DECISIONS_MAX)
		return NULL;
	listing->decisions[listing->count] = (struct decision){.id = id};
	return &listing->decisions[listing->count++];
}

static int decision_add(void *context, const struct block_row *row)
{
	struct listing *listing = context;
	const struct ledger *ledger = listing->reading.ledger;
	struct decision *decision;

	if (!place_is_within(ledger, place_of_row(ledger, row), listing->area, -1))
		return 0;
	decision = decision_of(listing, row->ids[DIMENSION_DECISION]);
	if (!decision)
		return 0;
	decision->row_count += row->row_count;
	decision->sum = money_sum(decision->sum, (struct money){row->ore});
	return 0;
}

/* By text: dates first in it, and what has no decision before all. */
static void decisions_sort(struct listing *listing)
{
	const struct dictionary *codes = listing->reading.ledger->codes[DIMENSION_DECISION];

	for (size_t i = 1; i < listing->count; i++) {
		struct decision decision = listing->decisions[i];
		const char *text = dictionary_text(codes, decision.id);
		size_t j = i;

		for (; j > 0 &&
		       strcmp(dictionary_text(codes, listing->decisions[j - 1].id), text) > 0;
		     j--)
			listing->decisions[j] = listing->decisions[j - 1];
		listing->decisions[j] = decision;
	}
}

enum { BUDGET_DATE, BUDGET_REFERENCE, BUDGET_ROWS, BUDGET_SUM, BUDGET_IN_FORCE };

static void budget_columns(struct table *table)
{
	table_column(table, "datum", "Beslutsdatum", COLUMN_DATE);
	table_column(table, "referens", "Referens", COLUMN_TEXT);
	table_column(table, "rader", "Rader", COLUMN_COUNT);
	table_column(table, "summa", "Beslutet", COLUMN_MONEY);
	table_column(table, "gallande", "Gällande budget", COLUMN_MONEY);
}

static int decisions_show(const struct listing *listing, struct table *table)
{
	struct money in_force = {0};

	for (size_t i = 0; i < listing->count; i++) {
		const struct decision *decision = &listing->decisions[i];
		const char *text = dictionary_text(
			listing->reading.ledger->codes[DIMENSION_DECISION], decision->id);
		uint32_t date;

		if (table_row(table) < 0)
			return -ENOMEM;
		if (*text && decision_date(text, &date)) {
			table_number(table, BUDGET_DATE, date);
			text += DATE_LENGTH;
		}
		text += *text == ' ';
		in_force = money_sum(in_force, decision->sum);
		if (*text)
			table_text(table, BUDGET_REFERENCE, text);
		table_number(table, BUDGET_ROWS, (int64_t)decision->row_count);
		table_money(table, BUDGET_SUM, decision->sum);
		table_money(table, BUDGET_IN_FORCE, in_force);
	}
	return 0;
}

int budget_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		  struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct listing *listing = arena_take_zeroed(arena, 1, sizeof *listing);
	struct table *table = table_new(arena);
	int r;

	if (!listing || !table)
		return -ENOMEM;
	if (!period_is_valid(request->period))
		return answer_with(answer, ANSWER_INVALID, "Perioden ska vara ÅÅÅÅ-MM.");
	listing->area = *request->area ? area_find(ledger->areas, request->area) : -1;
	if (*request->area && listing->area < 0)
		return answer_with(answer, ANSWER_NOT_FOUND,
				   "Området finns inte; namnen skrivs som i omraden.csv.");
	listing->reading =
		(struct reading){.ledger = ledger, .visit = decision_add, .context = listing};
	budget_columns(table);
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = year_read(&listing->reading, txn, period_year(request->period));
	decisions_sort(listing);
	if (r == 0)
		r = decisions_show(listing, table);
	answer->table = table;
	return r;
}
