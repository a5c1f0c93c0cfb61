/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field in quotes may have line ends in it, so lines wait until the quotes are closed.
 * When that does not happen soon, or what follows then makes no sense, a quote was lost
 * on the first of them: that one is told, and the others are read on their own.
 */
#include <stdlib.h>
#include <string.h>

#include "parse/reader_csv.h"

/* The bytes of the first @count lines. */
static size_t lines_length(const struct csv_pending *pending, size_t count)
{
	return count < pending->count ? pending->starts[count] - 1 : pending->length;
}

static void lines_drop(struct csv_pending *pending, size_t count)
{
	size_t start = count < pending->count ? pending->starts[count] : pending->length;

	memmove(pending->bytes, pending->bytes + start, pending->length - start);
	pending->length -= start;
	pending->count -= count;
	for (size_t i = 0; i < pending->count; i++) {
		pending->starts[i] = pending->starts[i + count] - start;
		pending->lines[i] = pending->lines[i + count];
	}
}

static bool is_full(const struct csv_pending *pending)
{
	return pending->count == PENDING_LINES_MAX || pending->length > PENDING_SIZE_MAX;
}

/* The fewest lines from the first on that are a record. */
static int record_find(struct reader *reader, size_t *count_out)
{
	struct csv *csv = reader->format_state;
	size_t open_column = 0;
	int result = CSV_OPEN;

	for (*count_out = 1; *count_out <= csv->pending.count; (*count_out)++) {
		result = csv_record(reader, (const uint8_t *)csv->pending.bytes,
				    lines_length(&csv->pending, *count_out));
		if (*count_out == 1)
			open_column = csv->bad_column;
		if (result != CSV_OPEN)
			break;
	}
	if (*count_out > 1)
		csv->bad_column = open_column;
	return *count_out > 1 && result >= CSV_OPEN ? CSV_OPEN : result;
}

static int record_take(struct reader *reader, bool *is_waiting, bool is_last)
{
	struct csv *csv = reader->format_state;
	size_t count;
	bool is_short;
	int result = record_find(reader, &count);

	is_short = count > csv->pending.count;
	*is_waiting = is_short && !is_last && !is_full(&csv->pending);
	if (*is_waiting)
		return 0;
	if (result >= CSV_OPEN) {
		result = csv_outcome_bad(reader, result);
		count = 1;
	}
	lines_drop(&csv->pending, count);
	return result == READER_BAD && !reader->is_over ? 0 : result;
}

int csv_pending_read(struct reader *reader, bool is_last)
{
	struct csv *csv = reader->format_state;
	uint32_t line = reader->line_number;
	bool is_waiting = false;
	int result = 0;

	while (result == 0 && !is_waiting && csv->pending.count > 0) {
		reader->line_number = csv->pending.lines[0];
		result = record_take(reader, &is_waiting, is_last);
	}
	reader->line_number = line;
	return result;
}

int csv_pending_add(struct reader *reader, const uint8_t *line, size_t length)
{
	struct csv *csv = reader->format_state;
	struct csv_pending *pending = &csv->pending;
	size_t start = pending->count > 0 ? pending->length + 1 : 0;
	char *grown = realloc(pending->bytes, start + length + 1);

	if (!grown)
		return -ENOMEM;
	pending->bytes = grown;
	if (start > 0)
		pending->bytes[start - 1] = '\n';
	memcpy(pending->bytes + start, line, length);
	pending->length = start + length;
	pending->starts[pending->count] = start;
	pending->lines[pending->count++] = reader->line_number;
	return 0;
}
