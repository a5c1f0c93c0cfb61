/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text lists: one row a line, columns by their header.
 */
#include "parse/reader_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t column_of(const struct csv_cursor *cursor)
{
	return (size_t)(cursor->at - cursor->start) + 1;
}

static int quoted_field(struct csv_cursor *cursor, struct field *field, size_t *bad_column)
{
	const uint8_t *at = cursor->at + 1;

	*bad_column = column_of(cursor);
	*field = (struct field){.bytes = at, .column = column_of(cursor) + 1};
	for (; at < cursor->end; at++) {
		if (*at != '"')
			continue;
		if (at + 1 == cursor->end || at[1] != '"')
			break;
		field->escape = '"';
		at++;
	}
	if (at >= cursor->end)
		return CSV_OPEN;
	field->length = (size_t)(at - field->bytes);
	cursor->at = at + 1;
	while (cursor->at < cursor->end && *cursor->at == ' ' && cursor->delimiter != ' ')
		cursor->at++;
	*bad_column = column_of(cursor);
	return cursor->at < cursor->end && *cursor->at != cursor->delimiter ? CSV_AFTER_QUOTE : 0;
}

static void bare_field(struct csv_cursor *cursor, struct field *field)
{
	const uint8_t *at = cursor->at;

	while (at < cursor->end && *at != cursor->delimiter)
		at++;
	*field = (struct field){.bytes = cursor->at,
				.length = (size_t)(at - cursor->at),
				.column = column_of(cursor)};
	cursor->at = at;
}

int csv_field(struct csv_cursor *cursor, struct field *field, bool *has_more, size_t *bad_column)
{
	int result = 0;

	if (cursor->at < cursor->end && *cursor->at == '"')
		result = quoted_field(cursor, field, bad_column);
	else
		bare_field(cursor, field);
	*has_more = cursor->at < cursor->end;
	cursor->at++;
	return result;
}

static int fields_bad(struct reader *reader, uint32_t line, size_t count)
{
	const struct csv *csv = reader->format_state;
	char expected[WARNING_SIZE];

	snprintf(expected, sizeof(expected), "%zu fält som i rubrikraden; filen kan vara avklippt",
		 csv->field_count);
	return reader_bad(reader, FINDING_LIST_FIELDS, line, 0, expected, "raden har %zu fält",
			  count);
}

int csv_outcome_bad(struct reader *reader, int outcome)
{
	const struct csv *csv = reader->format_state;

	switch (outcome) {
	case CSV_OPEN:
		return reader_bad(reader, FINDING_LIST_QUOTE, reader->line_number, csv->bad_column,
				  "ett citattecken efter fältet", "citattecknet stängs inte");
	case CSV_AFTER_QUOTE:
		return reader_bad(
			reader, FINDING_LIST_QUOTE, reader->line_number, csv->bad_column,
			"avgränsaren efter citattecknet; citattecken inuti fält skrivs \"\"",
			"tecken efter fältets citattecken");
	case CSV_FIELDS:
		return fields_bad(reader, reader->line_number, csv->bad_count);
	default:
		return outcome;
	}
}

/* Splits the record, keeping the wanted fields. */
static int fields_split(struct csv *csv, struct csv_cursor *cursor, size_t *count_out)
{
	bool has_more = true;
	size_t count = 0;

	list_row_begin(&csv->list);
	csv->filled_count = 0;
	for (; has_more; count++) {
		int wanted;
		struct field *field = list_place(&csv->list, count, &wanted);
		int result = csv_field(cursor, field, &has_more, &csv->bad_column);

		if (result != 0)
			return result;
		if (field->length > 0)
			csv->filled_count = count + 1;
		list_note(&csv->list, field, wanted);
	}
	*count_out = count;
	return 0;
}

/* Rows may all have a delimiter at their end that the header has not, or the other way
 * around; what the first row is, the second confirms. */
static bool is_other_width(const struct csv *csv, size_t count)
{
	return csv->field_count == 0 && csv->filled_count <= csv->list.column_count &&
	       count >= csv->list.named_count;
}

static int count_check(struct reader *reader, struct csv *csv, size_t count)
{
	if (csv->field_count == 0 && count == csv->list.column_count) {
		csv->field_count = count;
	} else if (is_other_width(csv, count)) {
		csv->field_count = count;
		csv->tentative_line = reader->line_number;
	} else if (csv->tentative_line != 0 && count == csv->list.column_count &&
		   count != csv->field_count) {
		size_t bad_count = csv->field_count;

		csv->field_count = count;
		fields_bad(reader, csv->tentative_line, bad_count);
		csv->tentative_line = 0;
	} else if (count == csv->field_count) {
		csv->tentative_line = 0;
	} else {
		if (csv->field_count == 0)
			csv->field_count = csv->list.column_count;
		csv->bad_count = count;
		return CSV_FIELDS;
	}
	return 0;
}

static int data_record(struct reader *reader, struct csv_cursor *cursor)
{
	struct csv *csv = reader->format_state;
	size_t length = (size_t)(cursor->end - cursor->start);
	size_t count;
	int result = fields_split(csv, cursor, &count);

	if (result != 0)
		return result;
	if (!csv->list.first)
		return 0;
	if ((count != csv->field_count || !csv_has_amount(csv)) &&
	    csv_is_printed(csv, cursor->start, length, cursor->delimiter))
		return 0;
	result = count_check(reader, csv, count);
	return result == 0 ? list_row(reader) : result;
}

static int header_record(struct reader *reader, struct csv_cursor *cursor)
{
	struct csv *csv = reader->format_state;
	bool has_more = true;
	int result = 0;

	csv->list.column_count = 0;
	for (size_t column = 0; result == 0 && has_more; column++) {
		struct field field;

		result = csv_field(cursor, &field, &has_more, &csv->bad_column);
		if (result == 0)
			result = list_heading(reader, column, &field);
	}
	if (result == 0)
		result = list_headings_end(reader);
	if (result == 0 && csv->list.has_header)
		csv_plain_open(reader);
	if (result == 0 && !csv->list.has_header)
		csv_title_add(csv, cursor->start, (size_t)(cursor->end - cursor->start));
	return result;
}

int csv_record(struct reader *reader, const uint8_t *bytes, size_t length)
{
	const struct csv *csv = reader->format_state;
	struct csv_cursor cursor = {bytes, bytes, bytes + length,
				    (uint8_t)reader->source->delimiter};

	return csv->list.has_header ? data_record(reader, &cursor) : header_record(reader, &cursor);
}

static int csv_line(struct reader *reader, const uint8_t *line, size_t length)
{
	const struct csv *csv = reader->format_state;
	int result = CSV_OPEN;

	/* A page begins. */
	for (; length > 0 && *line == '\f'; length--)
		line++;
	if (csv->pending.count == 0)
		result = length == 0 ? 0 : csv_record(reader, line, length);
	if (result != CSV_OPEN)
		return csv_outcome_bad(reader, result);
	result = csv_pending_add(reader, line, length);
	return result == 0 ? csv_pending_read(reader, false) : result;
}

static int csv_end(struct reader *reader)
{
	int result = csv_pending_read(reader, true);

	return result == 0 ? list_end(reader) : result;
}

static int amount_first(const struct source *source)
{
	for (size_t i = 0; i < source->column_count; i++)
		if (list_is_amount(&source->columns[i]))
			return (int)i;
	return LIST_NONE;
}

static int csv_open(struct reader *reader)
{
	struct csv *csv = calloc(1, sizeof(*csv));

	if (!csv)
		return -ENOMEM;
	reader->format_state = csv;
	list_open(reader, &csv->list);
	csv->amount = amount_first(reader->source);
	csv->wanted_count = reader->source->column_count;
	csv->scan = scan_text_choose();
	return 0;
}

static void csv_close(struct reader *reader)
{
	struct csv *csv = reader->format_state;

	if (csv)
		free(csv->pending.bytes);
	free(csv);
	reader->format_state = NULL;
}

const struct reader_format reader_csv = {
	.open = csv_open,
	.line = csv_line,
	.lines = csv_lines,
	.end = csv_end,
	.close = csv_close,
};
