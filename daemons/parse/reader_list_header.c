/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header row of a list: which column is what.  Titles may stand above it, so the
 * first row that has all the wanted headings is the one.
 */
#include <stdio.h>

#include "lib/conf/heading.h"
#include "parse/field_text.h"
#include "parse/reader_list.h"

/* All columns the source wants, for the finding. */
static void columns_list(const struct source *source, char list[static WARNING_SIZE])
{
	char delimiter[32] = "";
	size_t length;

	if (source->format == FORMAT_CSV)
		snprintf(delimiter, sizeof(delimiter), " åtskild av %s",
			 source->delimiter == '\t' ? "tabb" : (char[]){source->delimiter, 0});
	length = (size_t)snprintf(list, WARNING_SIZE, "en rubrikrad%s med ", delimiter);
	for (size_t i = 0; i < source->column_count && length < WARNING_SIZE; i++)
		length += (size_t)snprintf(list + length, WARNING_SIZE - length, "%s%s",
					   i > 0 ? ", " : "", source->columns[i].header);
}

/* The heading as UTF-8, "" for one that cannot be ours. */
static void heading_text(const struct reader *reader, const struct field *field,
			 char text[static CODE_SIZE])
{
	struct field trimmed = *field;
	size_t length;

	field_trim(&trimmed, reader->encoding);
	if (trimmed.length >= CODE_SIZE / 3 ||
	    field_decode(&trimmed, reader->encoding, text, CODE_SIZE, &length) != 0)
		text[0] = '\0';
}

static int wanted_named(const struct source *source, const char *heading)
{
	if (*heading != '\0')
		for (size_t i = 0; i < source->column_count; i++)
			if (heading_equal(source->columns[i].header, heading))
				return (int)i;
	return LIST_NONE;
}

static void candidate_begin(const struct reader *reader, struct list *list)
{
	list->candidate = (struct list_candidate){.line = reader->line_number, .twice = LIST_NONE};
	list->column_count = 0;
	list->named_count = 0;
	for (size_t i = 0; i < COLUMNS_MAX; i++)
		list->is_found[i] = false;
}

int list_heading(struct reader *reader, size_t column, const struct field *field)
{
	struct list *list = reader->format_state;
	char text[CODE_SIZE];
	int wanted;

	/* What inspect proposes of a file that is no list. */
	if (!list->has_amounts)
		return reader_bad(reader, FINDING_LIST_SETTING, reader->line_number, 0,
				  "en kolumn med rollen belopp, eller debet och kredit, i columns",
				  "ingen kolumn har belopp");
	if (list->column_count == 0)
		candidate_begin(reader, list);
	if (column >= LIST_COLUMNS_MAX)
		return reader_bad(reader, FINDING_LIST_COLUMNS, reader->line_number, 0,
				  "högst 1024 kolumner", "rubrikraden har för många kolumner");
	while (list->column_count < column)
		list->wanted_of[list->column_count++] = LIST_NONE;
	heading_text(reader, field, text);
	wanted = wanted_named(reader->source, text);
	list->wanted_of[list->column_count++] = (int16_t)wanted;
	if (*text != '\0')
		list->named_count = list->column_count;
	if (wanted == LIST_NONE)
		return 0;
	if (list->is_found[wanted]) {
		list->candidate.twice = wanted;
		list->candidate.twice_column = field->column;
	}
	list->candidate.found_count += !list->is_found[wanted];
	list->is_found[wanted] = true;
	return 0;
}

static int column_missing(struct reader *reader, const struct list_candidate *best)
{
	char expected[WARNING_SIZE];

	columns_list(reader->source, expected);
	return reader_bad(reader, FINDING_LIST_COLUMN_MISSING, best->line, 0, expected,
			  "kolumnen %s saknas i rubrikraden",
			  reader->source->columns[best->missing].header);
}

int list_header_missing(struct reader *reader)
{
	const struct list *list = reader->format_state;

	if (list->best.line != 0)
		return column_missing(reader, &list->best);
	return reader_bad(reader, FINDING_LIST_HEADER_MISSING, 0, 0,
			  "en rubrikrad och minst en rad med belopp", "filen har ingen rubrikrad");
}

static int header_set(struct reader *reader)
{
	struct list *list = reader->format_state;

	if (list->candidate.twice != LIST_NONE)
		return reader_bad(reader, FINDING_LIST_COLUMN_TWICE, reader->line_number,
				  list->candidate.twice_column, "varje kolumn en gång",
				  "kolumnen %s finns två gånger i rubrikraden",
				  reader->source->columns[list->candidate.twice].header);
	list->has_header = true;
	return 0;
}

int list_headings_end(struct reader *reader)
{
	struct list *list = reader->format_state;
	size_t wanted_count = reader->source->column_count;

	if (list->candidate.found_count == wanted_count)
		return header_set(reader);
	while (list->is_found[list->candidate.missing])
		list->candidate.missing++;
	if (list->best.line == 0 || list->candidate.found_count > list->best.found_count)
		list->best = list->candidate;
	list->column_count = 0;
	return ++list->header_rows == HEADER_ROWS_MAX ? list_header_missing(reader) : 0;
}

bool list_is_header(const struct reader *reader)
{
	const struct list *list = reader->format_state;
	const struct source *source = reader->source;
	uint8_t byte;

	/* As nearly every row: its last wanted field is a number. */
	byte = list->wanted[source->column_count - 1].length > 0
		       ? list->wanted[source->column_count - 1].bytes[0]
		       : '0';
	if (byte < 'A')
		return false;
	for (size_t i = 0; i < source->column_count; i++) {
		char text[CODE_SIZE];

		heading_text(reader, &list->wanted[i], text);
		if (!heading_equal(text, source->columns[i].header))
			return false;
	}
	return true;
}
