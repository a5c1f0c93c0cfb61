/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header row of a text list: which column is what.
 */
#include <stdio.h>

#include "lib/base/text.h"
#include "parse/reader_csv.h"

/* All columns the source wants, for the finding. */
static void columns_list(const struct source *source, char list[static WARNING_SIZE])
{
	size_t length = (size_t)snprintf(
		list, WARNING_SIZE, "en rubrikrad åtskild av %s med ",
		source->delimiter == '\t' ? "tabb" : (char[]){source->delimiter, 0});

	for (size_t i = 0; i < source->column_count && length < WARNING_SIZE; i++)
		length += (size_t)snprintf(list + length, WARNING_SIZE - length, "%s%s",
					   i > 0 ? ", " : "", source->columns[i].header);
}

static int column_missing(struct reader *reader, size_t wanted)
{
	char list[WARNING_SIZE];

	columns_list(reader->source, list);
	return reader_bad(reader, FINDING_LIST_COLUMN_MISSING, reader->line_number, 0, list,
			  "kolumnen %s saknas i rubrikraden",
			  reader->source->columns[wanted].header);
}

/* The header of a file column, "" for one that is too long to be ours. */
static int header_text(struct reader *reader, const struct field *field,
		       char text[static CODE_SIZE])
{
	size_t length;

	text[0] = '\0';
	if (field->length >= CODE_SIZE / 3)
		return 0;
	return reader_text(reader, field, text, &length);
}

/* Notes for one column of the file which of the wanted ones it is. */
static int column_match(struct reader *reader, const struct field *field,
			bool is_found[static COLUMNS_MAX])
{
	struct csv *csv = reader->format_state;
	const struct source *source = reader->source;
	char text[CODE_SIZE];
	int result = header_text(reader, field, text);

	if (result != 0)
		return result;
	csv->wanted_of[csv->column_count] = CSV_NONE;
	for (size_t i = 0; i < source->column_count; i++) {
		if (!text_equal_folded(source->columns[i].header, text))
			continue;
		if (is_found[i])
			return reader_bad(reader, FINDING_LIST_COLUMN_TWICE, reader->line_number,
					  field->column, "varje kolumn en gång",
					  "kolumnen %s finns två gånger i rubrikraden",
					  source->columns[i].header);
		is_found[i] = true;
		csv->wanted_of[csv->column_count] = (int16_t)i;
		break;
	}
	csv->column_count++;
	return 0;
}

static void roles_find(struct csv *csv, const struct source *source)
{
	int *const roles[] = {
		[ROLE_PERIOD] = &csv->period, [ROLE_YEAR] = &csv->year,
		[ROLE_DATE] = &csv->date,     [ROLE_AMOUNT] = &csv->amount,
		[ROLE_SPREAD] = &csv->spread,
	};

	for (int role = ROLE_PERIOD; role <= ROLE_SPREAD; role++)
		*roles[role] = CSV_NONE;
	for (size_t i = 0; i < source->column_count; i++)
		if (source->columns[i].role != ROLE_DIMENSION)
			*roles[source->columns[i].role] = (int)i;
}

static int roles_check(struct reader *reader)
{
	struct csv *csv = reader->format_state;

	if (csv->amount == CSV_NONE)
		return reader_bad(reader, FINDING_LIST_SETTING, 0, 0, "till exempel Belopp=belopp",
				  "källans inställning columns har ingen kolumn för belopp");
	if (csv->period == CSV_NONE && csv->date == CSV_NONE && csv->year == CSV_NONE)
		return reader_bad(reader, FINDING_LIST_SETTING, 0, 0, "till exempel Period=period",
				  "källans inställning columns har varken period, datum eller år");
	return 0;
}

int csv_header_read(struct reader *reader, const uint8_t *line, size_t length)
{
	struct csv *csv = reader->format_state;
	const struct source *source = reader->source;
	struct csv_cursor cursor = {line, line, line + length, (uint8_t)source->delimiter};
	bool is_found[COLUMNS_MAX] = {false};
	bool has_more = true;
	int result;

	csv->has_header = true;
	roles_find(csv, source);
	result = roles_check(reader);
	while (result == 0 && has_more) {
		struct field field;

		if (csv->column_count == CSV_COLUMNS_MAX)
			return reader_bad(reader, FINDING_LIST_COLUMNS, reader->line_number, 0,
					  "högst 1024 kolumner",
					  "rubrikraden har för många kolumner");
		result = csv_field(reader, &cursor, &field, &has_more);
		if (result == 0)
			result = column_match(reader, &field, is_found);
	}
	for (size_t i = 0; result == 0 && i < source->column_count; i++)
		if (!is_found[i])
			result = column_missing(reader, i);
	return result;
}
