/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text lists: one row a line, columns by their header.
 */
#include "parse/reader_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static size_t column_of(const struct csv_cursor *cursor)
{
	return (size_t)(cursor->at - cursor->start) + 1;
}

static int quoted_field(struct reader *reader, struct csv_cursor *cursor, struct field *field)
{
	const uint8_t *at = cursor->at + 1;

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
		return reader_bad(reader, FINDING_LIST_QUOTE, reader->line_number,
				  column_of(cursor),
				  "ett citattecken efter fältet; radbrytningar inuti fält går inte "
				  "att läsa in",
				  "citattecknet stängs inte på raden");
	field->length = (size_t)(at - field->bytes);
	cursor->at = at + 1;
	while (cursor->at < cursor->end && *cursor->at == ' ' && cursor->delimiter != ' ')
		cursor->at++;
	if (cursor->at < cursor->end && *cursor->at != cursor->delimiter)
		return reader_bad(
			reader, FINDING_LIST_QUOTE, reader->line_number, column_of(cursor),
			"avgränsaren efter citattecknet; citattecken inuti fält skrivs \"\"",
			"tecken efter fältets citattecken");
	return 0;
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

int csv_field(struct reader *reader, struct csv_cursor *cursor, struct field *field, bool *has_more)
{
	int result = 0;

	if (cursor->at < cursor->end && *cursor->at == '"')
		result = quoted_field(reader, cursor, field);
	else
		bare_field(cursor, field);
	*has_more = cursor->at < cursor->end;
	cursor->at++;
	return result;
}

static int fields_bad(struct reader *reader, size_t count)
{
	struct csv *csv = reader->format_state;
	char expected[WARNING_SIZE];

	snprintf(expected, sizeof(expected), "%zu fält som i rubrikraden; filen kan vara avklippt",
		 csv->column_count);
	return reader_bad(reader, FINDING_LIST_FIELDS, reader->line_number, 0, expected,
			  "raden har %zu fält", count);
}

/* Where the next field is to be read to: copying one would cost more than reading it. */
static struct field *field_place(struct csv *csv, int wanted)
{
	if (wanted != CSV_NONE)
		return &csv->wanted[wanted];
	return csv->first ? &csv->other : &csv->leading;
}

/* Splits the line, keeping the wanted fields; @is_blank: every field is empty. */
static int fields_split(struct reader *reader, struct csv_cursor *cursor, bool *is_blank)
{
	struct csv *csv = reader->format_state;
	bool has_more = true;
	size_t count = 0;

	csv->first = NULL;
	for (; has_more; count++) {
		int wanted = count < csv->column_count ? csv->wanted_of[count] : CSV_NONE;
		struct field *field = field_place(csv, wanted);
		int result = csv_field(reader, cursor, field, &has_more);

		if (result != 0)
			return result;
		if (!csv->first && field->length > 0) {
			csv->first = field;
			csv->first_wanted = wanted;
		}
	}
	*is_blank = !csv->first;
	return count == csv->column_count || *is_blank ? 0 : fields_bad(reader, count);
}

static bool begins_with(const struct field *field, const char *word)
{
	size_t length = strlen(word);

	return field->length >= length &&
	       strncasecmp((const char *)field->bytes, word, length) == 0 &&
	       (field->length == length || field->bytes[length] == ' ' ||
		field->bytes[length] == ':');
}

static bool has_code(const struct reader *reader)
{
	const struct csv *csv = reader->format_state;
	const struct source *source = reader->source;

	for (size_t i = 0; i < source->column_count; i++) {
		struct field field = csv->wanted[i];

		if (source->columns[i].role != ROLE_DIMENSION || (int)i == csv->first_wanted)
			continue;
		field_trim(&field, reader->encoding);
		if (field.length > 0)
			return true;
	}
	return false;
}

/* A sum below the rows would count everything twice. */
static bool is_sum_row(const struct reader *reader)
{
	const struct csv *csv = reader->format_state;
	struct field first;

	/* As nearly every row does. */
	if (csv->first->bytes[0] >= '0' && csv->first->bytes[0] <= '9')
		return false;
	first = *csv->first;
	field_trim(&first, reader->encoding);
	return (begins_with(&first, "summa") || begins_with(&first, "totalt") ||
		begins_with(&first, "total")) &&
	       !has_code(reader);
}

static int codes_read(struct reader *reader, struct row *row)
{
	const struct csv *csv = reader->format_state;
	const struct source *source = reader->source;

	for (size_t i = 0; i < source->column_count; i++) {
		const struct source_column *column = &source->columns[i];
		int result;

		if (column->role != ROLE_DIMENSION)
			continue;
		result = reader_code_add(reader, column->dimension, &csv->wanted[i],
					 &row->ids[column->dimension]);
		if (result != 0)
			return result;
	}
	return 0;
}

static int amount_read(struct reader *reader, struct row *row)
{
	const struct csv *csv = reader->format_state;
	const struct field *field = &csv->wanted[csv->amount];
	int problem = field_styled_amount(field, &csv->style, &row->ore);

	if (problem != 0) {
		char expected[WARNING_SIZE];

		snprintf(
			expected, sizeof(expected),
			"ett belopp med decimaltecknet %c och inte mindre än ett öre, till exempel "
			"-1 234%c56",
			csv->style.decimal, csv->style.decimal);
		return reader_bad_amount(reader, field, problem, expected);
	}
	if (reader->source->sign == SIGN_LEDGER)
		row->ore = -row->ore;
	return 0;
}

/* The trimmed field of a role; false when there is no such column or it is empty. */
static bool role_field(const struct reader *reader, int wanted, struct field *field)
{
	const struct csv *csv = reader->format_state;

	if (wanted == CSV_NONE)
		return false;
	*field = csv->wanted[wanted];
	field_trim(field, reader->encoding);
	return field->length > 0;
}

static int year_read(struct reader *reader, uint32_t *year_out)
{
	const struct csv *csv = reader->format_state;
	struct field field;

	*year_out = 0;
	if (!role_field(reader, csv->year, &field) || field_year(&field, year_out))
		return 0;
	return reader_bad_field(reader, FINDING_LIST_YEAR, &field, "året går inte att läsa",
				"ett år ÅÅÅÅ");
}

static int period_missing(struct reader *reader)
{
	const struct csv *csv = reader->format_state;
	int wanted = csv->period;

	if (wanted == CSV_NONE)
		wanted = csv->date != CSV_NONE ? csv->date : csv->year;
	return reader_bad(reader, FINDING_LIST_PERIOD_MISSING, reader->line_number,
			  csv->wanted[wanted].column,
			  "en period ÅÅÅÅMM, ett datum eller ett år på varje rad",
			  "raden har ingen period");
}

/* The row's month, or 0 when it is about the whole of @year. */
static int period_read(struct reader *reader, uint32_t year, uint32_t *yyyymm_out)
{
	const struct csv *csv = reader->format_state;
	struct field field;

	*yyyymm_out = 0;
	if (role_field(reader, csv->period, &field)) {
		if (!field_period(&field, yyyymm_out))
			return reader_bad_field(reader, FINDING_LIST_PERIOD, &field,
						"perioden går inte att läsa",
						"en period ÅÅÅÅMM eller ÅÅÅÅ-MM");
	} else if (role_field(reader, csv->date, &field)) {
		if (!field_date(&field, yyyymm_out))
			return reader_bad_field(reader, FINDING_LIST_DATE, &field,
						"datumet går inte att läsa",
						"ett datum ÅÅÅÅ-MM-DD eller ÅÅÅÅMMDD");
		*yyyymm_out /= 100;
	} else {
		return year == 0 ? period_missing(reader) : 0;
	}
	if (year == 0 || year == *yyyymm_out / 100)
		return 0;
	return reader_bad_field(reader, FINDING_LIST_PERIOD_YEAR, &field,
				"perioden hör inte till radens år",
				"samma år i kolumnerna för år och period");
}

static int spread_check(struct reader *reader)
{
	const struct csv *csv = reader->format_state;
	struct field field;

	if (!role_field(reader, csv->spread, &field))
		return 0;
	if (field.length == 3 && strncasecmp((const char *)field.bytes, "rak", 3) == 0)
		return 0;
	return reader_bad(reader, FINDING_LIST_SPREAD, reader->line_number, field.column,
			  "rak, eller tomt", "okänd periodiseringsnyckel");
}

static int month_add(struct reader *reader, const struct row *row)
{
	struct csv *csv = reader->format_state;

	if (row->yyyymm != csv->month_marked) {
		uint32_t *line =
			&csv->month_lines[row->yyyymm / 100 - YEAR_MIN][row->yyyymm % 100 - 1];

		csv->month_marked = row->yyyymm;
		if (*line == 0)
			*line = reader->line_number;
	}
	return reader_row_add(reader, row);
}

/* A whole year straight over its months, to the öre. */
static int year_add(struct reader *reader, struct row *row, uint32_t year)
{
	struct money amount = {row->ore};
	int result = 0;

	for (int month = 1; result == 0 && month <= MONTHS; month++) {
		row->yyyymm = period_of((int)year, month).yyyymm;
		row->ore = money_part(amount, month - 1, MONTHS).ore;
		result = month_add(reader, row);
	}
	return result;
}

static int row_read(struct reader *reader)
{
	struct row row = {.layer = reader->source->layer};
	uint32_t year;
	int result;

	if (is_sum_row(reader))
		return reader_bad(reader, FINDING_LIST_SUM_ROW, reader->line_number, 0,
				  "bara rader med kod; ta bort summaraden och gör om exporten",
				  "en summarad");
	result = codes_read(reader, &row);
	if (result == 0)
		result = amount_read(reader, &row);
	if (result == 0)
		result = year_read(reader, &year);
	if (result == 0)
		result = period_read(reader, year, &row.yyyymm);
	if (result == 0)
		result = spread_check(reader);
	if (result != 0)
		return result;
	return row.yyyymm != 0 ? month_add(reader, &row) : year_add(reader, &row, year);
}

static int csv_line(struct reader *reader, const uint8_t *line, size_t length)
{
	struct csv *csv = reader->format_state;
	struct csv_cursor cursor = {line, line, line + length, (uint8_t)reader->source->delimiter};
	bool is_blank;
	int result;

	if (!csv->has_header)
		return csv_header_read(reader, line, length);
	result = fields_split(reader, &cursor, &is_blank);
	return result != 0 || is_blank ? result : row_read(reader);
}

/* A budget is for whole years, whichever months it happens to mention. */
static void budget_cover(struct reader *reader)
{
	for (int i = 0; i < YEAR_COUNT; i++)
		if (reader->years[LAYER_BUDGET][i].first != 0)
			reader_cover(reader, LAYER_BUDGET, period_of(YEAR_MIN + i, 1).yyyymm,
				     period_of(YEAR_MIN + i, MONTHS).yyyymm);
}

static int gap_bad(struct reader *reader, uint32_t line, struct period before, struct period after)
{
	char before_text[PERIOD_TEXT_SIZE];
	char after_text[PERIOD_TEXT_SIZE];

	period_text(before, before_text);
	period_text(after, after_text);
	return reader_bad(reader, FINDING_LIST_GAP, line, 0,
			  "rader i varje månad, för filen ersätter alla månader från den första "
			  "till den sista; dela filen eller ta ut hela perioden",
			  "filen har rader i %s och %s men inga däremellan", before_text,
			  after_text);
}

static int year_gaps_check(struct reader *reader, int year, const uint32_t lines[static MONTHS])
{
	int before = 0;

	for (int month = 1; month <= MONTHS; month++) {
		if (lines[month - 1] == 0)
			continue;
		if (before != 0 && month > before + 1)
			return gap_bad(reader, lines[month - 1], period_of(year, before),
				       period_of(year, month));
		before = month;
	}
	return 0;
}

/* What a snapshot covers and does not mention is wiped. */
static int gaps_check(struct reader *reader)
{
	const struct csv *csv = reader->format_state;
	int result = 0;

	if (reader->source->mode != REPLACE_SNAPSHOT || reader->source->layer != LAYER_OUTCOME)
		return 0;
	for (int i = 0; result == 0 && i < YEAR_COUNT; i++)
		if (reader->years[LAYER_OUTCOME][i].first != 0)
			result = year_gaps_check(reader, YEAR_MIN + i, csv->month_lines[i]);
	return result;
}

static int csv_end(struct reader *reader)
{
	const struct csv *csv = reader->format_state;

	if (!csv->has_header)
		return reader_bad(reader, FINDING_LIST_HEADER_MISSING, 0, 0,
				  "en rubrikrad och minst en rad med belopp",
				  "filen har ingen rubrikrad");
	if (reader->row_count == 0 && reader->error_count == 0)
		return reader_bad(reader, FINDING_LIST_EMPTY, 0, 0,
				  "minst en rad med belopp; gör om exporten",
				  "filen har en rubrikrad men inga rader");
	budget_cover(reader);
	return gaps_check(reader);
}

static int csv_open(struct reader *reader)
{
	struct csv *csv = calloc(1, sizeof(*csv));

	if (!csv)
		return -ENOMEM;
	csv->style.decimal = reader->source->decimal;
	csv->style.unit_ore = reader->source->unit_ore;
	csv->style.encoding = reader->encoding;
	reader->format_state = csv;
	return 0;
}

static void csv_close(struct reader *reader)
{
	free(reader->format_state);
	reader->format_state = NULL;
}

const struct reader_format reader_csv = {
	.open = csv_open,
	.line = csv_line,
	.end = csv_end,
	.close = csv_close,
};
