/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a figure to what it is made of: blocks are read month by month, and each row
 * that counts in the figure is added to its import or to its code string.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/batches.h"
#include "aggregate/cube.h"
#include "aggregate/import.h"
#include "aggregate/place.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/service/service.h"

enum { PARTS_SHOWN_MAX = 10000, SELECTION_MAX = 1 << 18 };

struct part {
	uint64_t batch;		       /* 0 when parts are code strings */
	uint32_t ids[DIMENSION_COUNT]; /* 0 when parts are imports */
	uint64_t row_count;
	struct money month;
	struct money to_date;
	struct money year;
};

struct explaining {
	const struct ledger *ledger;
	int area; /* -1: all */
	int line;
	enum layer layer;
	struct period period;
	bool by_code;
	uint64_t only_batch;	 /* of a selection */
	struct table *selection; /* set: nothing else is wanted */
	/* Where the reading is. */
	int month;
	uint64_t batch;
	struct part *parts;
	size_t count;
	size_t capacity;
};

static int part_compare(const void *left, const void *right)
{
	const struct part *l = left;
	const struct part *r = right;

	if (l->batch != r->batch)
		return l->batch < r->batch ? -1 : 1;
	return memcmp(l->ids, r->ids, sizeof l->ids);
}

static void part_merge(struct part *sum, const struct part *part)
{
	sum->row_count += part->row_count;
	sum->month = money_sum(sum->month, part->month);
	sum->to_date = money_sum(sum->to_date, part->to_date);
	sum->year = money_sum(sum->year, part->year);
}

/* Parts of one key become one. */
static void parts_merge(struct explaining *explaining)
{
	size_t kept = 0;

	if (explaining->count == 0)
		return;
	qsort(explaining->parts, explaining->count, sizeof *explaining->parts, part_compare);
	for (size_t i = 1; i < explaining->count; i++) {
		if (part_compare(&explaining->parts[kept], &explaining->parts[i]) == 0)
			part_merge(&explaining->parts[kept], &explaining->parts[i]);
		else
			explaining->parts[++kept] = explaining->parts[i];
	}
	explaining->count = kept + 1;
}

/* Memory follows the parts and not the rows: merged whenever the room is used up. */
static int room_make(struct explaining *explaining)
{
	struct part *parts;
	size_t capacity;

	if (explaining->count < explaining->capacity)
		return 0;
	parts_merge(explaining);
	if (explaining->count * 2 < explaining->capacity)
		return 0;
	capacity = explaining->capacity * 2 + 1024;
	parts = reallocarray(explaining->parts, capacity, sizeof *parts);
	if (!parts)
		return -ENOMEM;
	explaining->parts = parts;
	explaining->capacity = capacity;
	return 0;
}

static int selection_add(const struct explaining *explaining, const struct block_row *row)
{
	struct period period = period_of(period_year(explaining->period), explaining->month);
	const char *codes[DIMENSION_COUNT];

	for (int i = 0; i < DIMENSION_COUNT; i++)
		codes[i] = row->ids[i] == 0
				   ? NULL
				   : dictionary_text(explaining->ledger->codes[i], row->ids[i]);
	if (table_row(explaining->selection) < 0)
		return -ENOMEM;
	table_number(explaining->selection, 0, (int64_t)code_string_hash(codes, period.yyyymm));
	return 0;
}

static int row_add(void *context, const struct block_row *row)
{
	struct explaining *explaining = context;
	struct money amount = {row->ore};
	bool is_to_date = explaining->month <= period_month(explaining->period);
	struct part *part;
	int r;

	if (!place_is_within(explaining->ledger, place_of_row(explaining->ledger, row),
			     explaining->area, explaining->line))
		return 0;
	if (explaining->selection)
		return selection_add(explaining, row);
	r = room_make(explaining);
	if (r < 0)
		return r;
	part = &explaining->parts[explaining->count++];
	*part = (struct part){.batch = explaining->by_code ? 0 : explaining->batch,
			      .row_count = row->row_count,
			      .year = amount};
	if (explaining->by_code)
		memcpy(part->ids, row->ids, sizeof part->ids);
	if (explaining->month == period_month(explaining->period))
		part->month = amount;
	if (is_to_date)
		part->to_date = amount;
	return 0;
}

static int block_read(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct explaining *explaining = context;
	struct key_place place;
	int r = block_place_read(key, key_size, &place);

	if (r < 0)
		return r;
	explaining->batch = key_read_u64(key + key_size - sizeof(uint64_t));
	if (explaining->only_batch != 0 && explaining->batch != explaining->only_batch)
		return 0;
	return block_each(value.bytes, value.size, row_add, explaining);
}

static int blocks_read(struct explaining *explaining, struct store_txn *txn)
{
	int months = explaining->layer == LAYER_BUDGET ? MONTHS : period_month(explaining->period);
	int r = 0;

	for (explaining->month = 1; explaining->month <= months && r == 0; explaining->month++) {
		struct period period =
			period_of(period_year(explaining->period), explaining->month);
		struct key prefix = period_key(explaining->layer, period);

		r = store_each(txn, TABLE_BLOCK, &prefix, NULL, block_read, explaining);
	}
	parts_merge(explaining);
	return r;
}

enum { PART_NUMBER, PART_SOURCE, PART_FILE, PART_HASH, PART_IMPORT_COUNT };

/* Keys of tables are ASCII. */
static const char *dimension_key(enum dimension dimension)
{
	return dimension == DIMENSION_AREA ? "omrade" : dimension_name(dimension);
}

static size_t columns_add(const struct explaining *explaining, struct table *table)
{
	size_t first = PART_IMPORT_COUNT;

	if (explaining->by_code) {
		for (int i = 0; i < DIMENSION_COUNT; i++)
			first = table_column(table, dimension_key((enum dimension)i),
					     dimension_name((enum dimension)i), COLUMN_TEXT) +
				1;
	} else {
		table_column(table, "nummer", "Import", COLUMN_COUNT);
		table_column(table, "kalla", "Källa", COLUMN_TEXT);
		table_column(table, "fil", "Fil", COLUMN_TEXT);
		table_column(table, "sha256", "SHA-256", COLUMN_TEXT);
	}
	table_column(table, "rader", "Rader", COLUMN_COUNT);
	table_column(table, "manad", "Månaden", COLUMN_MONEY);
	table_column(table, "ackumulerat", "Ackumulerat", COLUMN_MONEY);
	if (explaining->layer == LAYER_BUDGET)
		table_column(table, "helar", "Helår", COLUMN_MONEY);
	return first;
}

static int import_cells(struct store_txn *txn, const struct part *part, struct table *table)
{
	char hash[HASH_TEXT_SIZE];
	struct batch batch;
	int r = batch_load(txn, part->batch, &batch);

	if (r != 0)
		return r < 0 ? r : ERROR_CORRUPT;
	hash_text(&batch.file, hash);
	table_number(table, PART_NUMBER, (int64_t)batch.number);
	table_text(table, PART_SOURCE, batch.source);
	table_text(table, PART_FILE, batch.file_name);
	table_text(table, PART_HASH, hash);
	return 0;
}

static int part_row(const struct explaining *explaining, struct store_txn *txn,
		    const struct part *part, size_t first, struct table *table)
{
	int r = 0;

	if (table_row(table) < 0)
		return -ENOMEM;
	for (int i = 0; explaining->by_code && i < DIMENSION_COUNT; i++) {
		if (part->ids[i] != 0)
			table_text(table, (size_t)i,
				   dictionary_text(explaining->ledger->codes[i], part->ids[i]));
	}
	if (!explaining->by_code)
		r = import_cells(txn, part, table);
	table_number(table, first, (int64_t)part->row_count);
	table_money(table, first + 1, part->month);
	table_money(table, first + 2, part->to_date);
	if (explaining->layer == LAYER_BUDGET)
		table_money(table, first + 3, part->year);
	return r;
}

/* What the report says, from the cells. */
static int figure_load(const struct explaining *explaining, struct store_txn *txn,
		       struct money *figure_out)
{
	const struct ledger *ledger = explaining->ledger;
	cleanup(cube_destroy) struct cube *cube = NULL;
	int r = cube_new(&cube, period_year(explaining->period), ledger->areas->count,
			 ledger->lines->count);

	if (r == 0)
		r = cube_load(cube, txn);
	if (r < 0)
		return r;
	for (int area = 0; area < cube->area_count; area++) {
		for (int line = 0; line < cube->line_count; line++) {
			struct place place = {.area = area, .line = line};

			if (place_is_within(ledger, place, explaining->area, explaining->line))
				*figure_out = money_sum(
					*figure_out, cube_sum(cube, area, line, explaining->layer,
							      period_month(explaining->period)));
		}
	}
	return 0;
}

static void amount_print(char text[static 32], struct money amount)
{
	uint64_t size = amount.ore < 0 ? 0 - (uint64_t)amount.ore : (uint64_t)amount.ore;

	snprintf(text, 32, "%s%" PRIu64 ",%02" PRIu64, amount.ore < 0 ? "-" : "", size / 100,
		 size % 100);
}

static void check_note(struct table *table, struct money parts, struct money figure)
{
	char parts_text[32];
	char figure_text[32];

	amount_print(parts_text, parts);
	amount_print(figure_text, figure);
	if (parts.ore == figure.ore)
		table_note(table,
			   arena_print(table->arena,
				       "Delarna är tillsammans %s kr, lika med rapporten på öret.",
				       parts_text));
	else
		table_note(table, arena_print(table->arena,
					      "FEL: delarna är %s kr men rapporten %s kr; anmäl "
					      "felet.",
					      parts_text, figure_text));
}

/* For REQUEST_SELECTION: a column of hashes. */
static int selection_show(const struct explaining *explaining, struct answer *answer)
{
	if (explaining->selection->row_count > SELECTION_MAX)
		return answer_with(answer, ANSWER_REFUSED,
				   "Siffran består av för många kodsträngar; välj ett område eller "
				   "en resultatrad.");
	answer->table = explaining->selection;
	return 0;
}

static int parts_show(const struct explaining *explaining, struct store_txn *txn,
		      struct table *table)
{
	size_t first = columns_add(explaining, table);
	struct money figure = {0};
	struct money sum = {0};
	int r = figure_load(explaining, txn, &figure);

	for (size_t i = 0; i < explaining->count && r == 0; i++) {
		sum = money_sum(sum, explaining->parts[i].to_date);
		if (i < PARTS_SHOWN_MAX)
			r = part_row(explaining, txn, &explaining->parts[i], first, table);
	}
	if (explaining->count > PARTS_SHOWN_MAX)
		table_note(table, arena_print(table->arena, "%zu kodsträngar; de första %d visas.",
					      explaining->count, PARTS_SHOWN_MAX));
	check_note(table, sum, figure);
	return r;
}

/* ANSWER_OK, or what @answer has become. */
static int names_find(const struct ledger *ledger, const struct request *request,
		      struct explaining *explaining, struct answer *answer)
{
	explaining->area = *request->area ? area_find(ledger->areas, request->area) : -1;
	explaining->line = *request->line ? line_find(ledger->lines, request->line) : -1;
	explaining->layer = LAYER_OUTCOME;
	if (!period_is_valid(request->period))
		return answer_with(answer, ANSWER_INVALID, "Perioden ska vara ÅÅÅÅ-MM.");
	if (*request->area && explaining->area < 0)
		return answer_with(answer, ANSWER_NOT_FOUND,
				   "Området finns inte; namnen skrivs som i omraden.csv.");
	if (*request->line && explaining->line < 0)
		return answer_with(answer, ANSWER_NOT_FOUND,
				   "Resultatraden finns inte; namnen skrivs som i "
				   "resultatrader.csv.");
	if (*request->text &&
	    (!layer_parse(request->text, &explaining->layer) || !layer_is_money(explaining->layer)))
		return answer_with(answer, ANSWER_INVALID, "Lagret ska vara utfall eller budget.");
	return 0;
}

int explain_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct table *table = table_new(arena);
	struct explaining explaining = {.ledger = ledger,
					.period = request->period,
					.by_code = request->kind == REQUEST_CODES,
					.only_batch = request->number};
	int r = table ? names_find(ledger, request, &explaining, answer) : -ENOMEM;

	if (r < 0 || answer->code != ANSWER_OK)
		return r;
	if (request->kind == REQUEST_SELECTION) {
		table_column(table, "urval", "Urval", COLUMN_COUNT);
		explaining.selection = table;
	}
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = blocks_read(&explaining, txn);
	if (r == 0 && explaining.selection)
		return selection_show(&explaining, answer);
	if (r == 0)
		r = parts_show(&explaining, txn, table);
	free(explaining.parts);
	answer->table = table;
	return r;
}
