/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that a figure is made of, one by one, for somebody who asks: no batch comes of
 * such a reading.
 */
#include <stdlib.h>

#include "lib/model/table.h"
#include "parse/reader_core.h"

enum select_column {
	SELECT_LINE,
	SELECT_PERIOD,
	SELECT_CODES, /* one a dimension */
	SELECT_SERIES = SELECT_CODES + DIMENSION_COUNT,
	SELECT_NUMBER,
	SELECT_COUNT,
	SELECT_AMOUNT,
};

struct selecting {
	uint64_t *slots;   /* keys by open addressing; 0: free */
	size_t slot_count; /* a power of two */
	struct table *table;
	uint32_t max;
	uint32_t row_count; /* with those that are not in the table */
	struct money sum;
};

/* The slot of the key, or the free one where it is to be. */
static uint64_t *slot_find(const struct selecting *selecting, uint64_t key)
{
	size_t slot = key & (selecting->slot_count - 1);

	while (selecting->slots[slot] != 0 && selecting->slots[slot] != key)
		slot = (slot + 1) & (selecting->slot_count - 1);
	return &selecting->slots[slot];
}

/* No sorting: the C library asks the system how much memory there is before it does. */
static int keys_put(struct selecting *selecting, const uint64_t *keys, size_t count)
{
	selecting->slot_count = 16;
	while (selecting->slot_count < 2 * count)
		selecting->slot_count *= 2;
	selecting->slots = calloc(selecting->slot_count, sizeof(*selecting->slots));
	if (!selecting->slots)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		*slot_find(selecting, keys[i]) = keys[i];
	return 0;
}

static void columns_add(struct table *table)
{
	table_column(table, "rad", "Rad", COLUMN_COUNT);
	table_column(table, "period", "Månad", COLUMN_PERIOD);
	for (int i = 0; i < DIMENSION_COUNT; i++)
		table_column(table, i == DIMENSION_AREA ? "omrade" : dimension_name(i),
			     dimension_name(i), COLUMN_TEXT);
	table_column(table, "serie", "Serie", COLUMN_TEXT);
	table_column(table, "verifikation", "Verifikation", COLUMN_TEXT);
	table_column(table, "rader", "Rader", COLUMN_COUNT);
	table_column(table, "belopp", "Belopp", COLUMN_MONEY);
}

void reader_select_destroy(struct reader *reader)
{
	if (reader->selecting)
		free(reader->selecting->slots);
	free(reader->selecting);
}

int reader_select(struct reader *reader, const struct selection *selection, struct arena *arena)
{
	struct selecting *selecting = calloc(1, sizeof(*selecting));

	if (!selecting)
		return -ENOMEM;
	reader->selecting = selecting;
	selecting->table = table_new(arena);
	if (!selecting->table)
		return -ENOMEM;
	selecting->max = selection->rows_max;
	columns_add(selecting->table);
	if (keys_put(selecting, selection->keys, selection->count) < 0)
		return -ENOMEM;
	return reader_vouchers_show(reader);
}

static void row_put(const struct reader *reader, const struct row *row,
		    const char *const codes[static DIMENSION_COUNT], struct table *table)
{
	const char *series;
	const char *number;

	if (table_row(table) < 0)
		return;
	reader_voucher_text(reader, &series, &number);
	table_number(table, SELECT_LINE, reader->line_number);
	table_number(table, SELECT_PERIOD, row->yyyymm);
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		if (codes[i])
			table_text(table, SELECT_CODES + i, codes[i]);
	if (*series)
		table_text(table, SELECT_SERIES, series);
	if (*number)
		table_text(table, SELECT_NUMBER, number);
	table_number(table, SELECT_COUNT, 1);
	table_number(table, SELECT_AMOUNT, row->ore);
}

int reader_select_add(struct reader *reader, const struct row *row)
{
	struct selecting *selecting = reader->selecting;
	const char *codes[DIMENSION_COUNT] = {NULL};
	uint64_t key;

	for (size_t i = 0; i < reader->used_count; i++) {
		enum dimension dimension = reader->used[i];

		if (row->ids[dimension] != 0)
			codes[dimension] = dictionary_text(reader->dictionaries[dimension],
							   row->ids[dimension]);
	}
	key = code_string_hash(codes, row->yyyymm);
	if (row->layer != LAYER_OUTCOME || *slot_find(selecting, key) == 0)
		return 0;
	if (!money_add(&selecting->sum, (struct money){row->ore}))
		return reader_bad(reader, FINDING_FILE_SUM, reader->line_number, 0,
				  "kontrollera beloppen i exporten",
				  "summan av radernas belopp är större än vad som kan bokföras");
	if (selecting->row_count++ < selecting->max)
		row_put(reader, row, codes, selecting->table);
	return selecting->table->failed ? -ENOMEM : 0;
}

const struct table *reader_selected(struct reader *reader)
{
	struct selecting *selecting = reader->selecting;

	if (table_row(selecting->table) < 0)
		return NULL;
	table_number(selecting->table, SELECT_COUNT, selecting->row_count);
	table_money(selecting->table, SELECT_AMOUNT, selecting->sum);
	return selecting->table;
}
