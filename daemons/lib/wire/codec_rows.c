/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in columns.  Neither side touches a row: packing and unpacking copy
 * whole arrays, about a nanosecond a row.
 */
#include "lib/wire/codec_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "columns travel little-endian");

static int column_fill(const struct rows *rows, size_t dimension, struct arena *arena,
		       Budgetvakt__Rows *theirs)
{
	Budgetvakt__Column *column = arena_take(arena, sizeof *column);

	if (!column)
		return -ENOMEM;
	budgetvakt__column__init(column);
	column->dimension = (uint32_t)dimension;
	if (rows->ids[dimension])
		column->ids = codec_bytes(rows->ids[dimension], rows->count * sizeof(uint32_t));
	column->new_codes = (char **)(uintptr_t)rows->new_codes[dimension];
	column->n_new_codes = rows->new_codes_count[dimension];
	theirs->columns[theirs->n_columns++] = column;
	return 0;
}

int codec_fill_rows(const struct batch_rows *ours, struct arena *arena, Budgetvakt__Rows *theirs)
{
	const struct rows *rows = &ours->rows;

	budgetvakt__rows__init(theirs);
	theirs->session = ours->session;
	theirs->layer = rows->layer;
	theirs->count = rows->count;
	theirs->periods = codec_bytes(rows->periods, rows->count * sizeof *rows->periods);
	theirs->amounts = codec_bytes(rows->amounts_ore, rows->count * sizeof *rows->amounts_ore);
	if (rows->row_counts)
		theirs->row_counts =
			codec_bytes(rows->row_counts, rows->count * sizeof *rows->row_counts);
	theirs->columns = arena_take_zeroed(arena, DIMENSION_COUNT, sizeof(void *));
	if (!theirs->columns)
		return -ENOMEM;
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		if (!rows->ids[i] && rows->new_codes_count[i] == 0)
			continue;
		if (column_fill(rows, i, arena, theirs) < 0)
			return -ENOMEM;
	}
	return 0;
}

static bool codes_are_valid(const Budgetvakt__Column *column)
{
	for (size_t i = 0; i < column->n_new_codes; i++) {
		size_t length = strlen(column->new_codes[i]);

		if (length == 0 || length >= CODE_SIZE)
			return false;
	}
	return true;
}

static int column_read(const Budgetvakt__Column *column, struct rows *rows)
{
	uint32_t dimension = column->dimension;

	if (dimension >= DIMENSION_COUNT || rows->ids[dimension] ||
	    rows->new_codes_count[dimension] > 0 || !codes_are_valid(column))
		return CODEC_MALFORMED;
	if (column->ids.len != 0 && column->ids.len != rows->count * sizeof(uint32_t))
		return CODEC_MALFORMED;
	if (column->ids.len != 0)
		rows->ids[dimension] = (uint32_t *)(void *)column->ids.data;
	rows->new_codes[dimension] = (const char **)column->new_codes;
	rows->new_codes_count[dimension] = (uint32_t)column->n_new_codes;
	return 0;
}

/* An entry that no row made is nobody's. */
static int row_counts_read(const Budgetvakt__Rows *theirs, struct rows *rows)
{
	uint32_t has_none = 0;

	if (theirs->row_counts.len == 0)
		return 0;
	if (theirs->row_counts.len != rows->count * sizeof *rows->row_counts)
		return CODEC_MALFORMED;
	rows->row_counts = (uint32_t *)(void *)theirs->row_counts.data;
	for (uint32_t i = 0; i < rows->count; i++)
		has_none |= rows->row_counts[i] == 0;
	return has_none ? CODEC_MALFORMED : 0;
}

/* Arrays in an arena are 16-byte aligned, so the received bytes are the columns. */
int codec_read_rows(const Budgetvakt__Rows *theirs, struct arena *arena, struct batch_rows *ours)
{
	struct rows *rows = &ours->rows;

	(void)arena;
	*ours = (struct batch_rows){.session = theirs->session};
	if (theirs->layer < 1 || theirs->layer > LAYER_MAX || theirs->count == 0 ||
	    theirs->count > ROWS_MAX)
		return CODEC_MALFORMED;
	if (theirs->periods.len != theirs->count * sizeof *rows->periods ||
	    theirs->amounts.len != theirs->count * sizeof *rows->amounts_ore)
		return CODEC_MALFORMED;
	rows->layer = (enum layer)theirs->layer;
	rows->count = theirs->count;
	rows->periods = (uint32_t *)(void *)theirs->periods.data;
	rows->amounts_ore = (int64_t *)(void *)theirs->amounts.data;
	if (row_counts_read(theirs, rows) != 0)
		return CODEC_MALFORMED;
	for (size_t i = 0; i < theirs->n_columns; i++) {
		if (column_read(theirs->columns[i], rows) != 0)
			return CODEC_MALFORMED;
	}
	return 0;
}
