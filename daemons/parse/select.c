/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/select.h"

#include <errno.h>
#include <stdlib.h>

enum select_column {
	SELECT_LINE,
	SELECT_PERIOD,
	SELECT_CODES, /* one a dimension */
	SELECT_SERIES = SELECT_CODES + DIMENSION_COUNT,
	SELECT_NUMBER,
	SELECT_COUNT,
	SELECT_AMOUNT,
	SELECT_TEXT, /* when it is wanted */
};

struct selecting {
	uint64_t *slots;   /* keys by open addressing; 0: free */
	size_t slot_count; /* a power of two */
	struct table *table;
	bool has_texts;
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
		table_column(table,
			     i == DIMENSION_AREA ? "omrade" : dimension_name((enum dimension)i),
			     dimension_name((enum dimension)i), COLUMN_TEXT);
	table_column(table, "serie", "Serie", COLUMN_TEXT);
	table_column(table, "verifikation", "Verifikation", COLUMN_TEXT);
	table_column(table, "rader", "Rader", COLUMN_COUNT);
	table_column(table, "belopp", "Belopp", COLUMN_MONEY);
}

void selecting_destroy(struct selecting **selecting)
{
	if (!*selecting)
		return;
	free((*selecting)->slots);
	free(*selecting);
	*selecting = NULL;
}

int selecting_new(struct selecting **selecting_out, const struct selection *selection,
		  struct arena *arena)
{
	struct selecting *selecting = calloc(1, sizeof(*selecting));

	if (!selecting)
		return -ENOMEM;
	*selecting_out = selecting;
	selecting->table = table_new(arena);
	if (!selecting->table)
		return -ENOMEM;
	selecting->max = selection->rows_max;
	selecting->has_texts = selection->has_texts;
	columns_add(selecting->table);
	if (selection->has_texts)
		table_column(selecting->table, "text", "Text", COLUMN_TEXT);
	return keys_put(selecting, selection->keys, selection->count);
}

static void row_put(const struct single_row *row, const struct selecting *selecting)
{
	struct table *table = selecting->table;

	if (table_row(table) < 0)
		return;
	table_number(table, SELECT_LINE, row->line);
	table_number(table, SELECT_PERIOD, row->yyyymm);
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		if (row->codes[i])
			table_text(table, SELECT_CODES + i, row->codes[i]);
	if (*row->series)
		table_text(table, SELECT_SERIES, row->series);
	if (*row->number)
		table_text(table, SELECT_NUMBER, row->number);
	table_number(table, SELECT_COUNT, 1);
	table_number(table, SELECT_AMOUNT, row->ore);
	if (selecting->has_texts && *row->text)
		table_text(table, SELECT_TEXT, row->text);
}

int selecting_take(void *context, const struct single_row *row)
{
	struct selecting *selecting = context;
	uint64_t key = code_string_hash(row->codes, row->yyyymm);

	if (row->layer != LAYER_OUTCOME || *slot_find(selecting, key) == 0)
		return 0;
	if (!money_add(&selecting->sum, (struct money){row->ore}))
		return -EOVERFLOW;
	if (selecting->row_count++ < selecting->max)
		row_put(row, selecting);
	return selecting->table->failed ? -ENOMEM : 0;
}

const struct table *selecting_end(struct selecting *selecting)
{
	if (table_row(selecting->table) < 0)
		return NULL;
	table_number(selecting->table, SELECT_COUNT, selecting->row_count);
	table_money(selecting->table, SELECT_AMOUNT, selecting->sum);
	return selecting->table;
}
