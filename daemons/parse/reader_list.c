/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a list: codes, and what is said when the list has ended.
 */
#include "parse/reader_list.h"

#include <stdio.h>
#include <string.h>

bool list_field(const struct reader *reader, int wanted, struct field *field)
{
	const struct list *list = reader->format_state;

	if (wanted == LIST_NONE)
		return false;
	*field = list->wanted[wanted];
	field_trim(field, reader->encoding);
	return field->length > 0;
}

/* ---- codes ----------------------------------------------------------------- */

/* "4011 Köp av verksamhet": the code, which comes first. */
static void text_cut(const struct reader *reader, struct field *field)
{
	const uint8_t *blank;

	field_trim(field, reader->encoding);
	blank = memchr(field->bytes, ' ', field->length);
	if (blank)
		field->length = (size_t)(blank - field->bytes);
}

static int code_read(struct reader *reader, size_t wanted, struct row *row)
{
	const struct list *list = reader->format_state;
	const struct source_column *column = &reader->source->columns[wanted];
	struct field field = list->wanted[wanted];

	/* Redacted before it was given to us. */
	if (field.length == 1 && field.bytes[0] == '*')
		return 0;
	if (column->has_text)
		text_cut(reader, &field);
	return reader_code_add(reader, column->dimension, &field, &row->ids[column->dimension]);
}

int list_codes(struct reader *reader, struct row *row)
{
	const struct source *source = reader->source;
	int result = 0;

	for (size_t i = 0; result == 0 && i < source->column_count; i++)
		if (source->columns[i].role == ROLE_DIMENSION)
			result = code_read(reader, i, row);
	return result;
}

/* Without a date it could not be told which budget it changed. */
static int decision_undated(struct reader *reader, const struct field *reference)
{
	return reader_bad(reader, FINDING_LIST_DATE, reader->line_number, reference->column,
			  "ett beslutsdatum ÅÅÅÅ-MM-DD på varje rad med en referens",
			  "referensen har inget beslutsdatum");
}

/* The decision behind a budget's row: "2020-03-12 KS § 44". */
static int decision_read(struct reader *reader, struct row *row)
{
	const struct list *list = reader->format_state;
	struct field date;
	struct field reference;
	char text[CODE_SIZE + sizeof("2020-03-12 ")];
	char words[CODE_SIZE] = "";
	uint32_t yyyymmdd;
	size_t length;

	if (!list_field(reader, list->roles[ROLE_DECISION_DATE], &date))
		return list_field(reader, list->roles[ROLE_REFERENCE], &reference)
			       ? decision_undated(reader, &reference)
			       : 0;
	if (!field_date(&date, &yyyymmdd))
		return reader_bad_field(reader, FINDING_LIST_DATE, &date,
					"beslutsdatumet går inte att läsa", "ett datum ÅÅÅÅ-MM-DD");
	if (list_field(reader, list->roles[ROLE_REFERENCE], &reference)) {
		int result = reader_text(reader, &reference, words, &length);

		if (result != 0)
			return result;
	}
	length = (size_t)snprintf(text, sizeof(text), "%04u-%02u-%02u%s%s", yyyymmdd / 10000,
				  yyyymmdd / 100 % 100, yyyymmdd % 100, *words ? " " : "", words);
	if (length >= CODE_SIZE)
		return reader_bad(reader, FINDING_CODE_LENGTH, reader->line_number,
				  reference.column, "en referens om högst 140 byte",
				  "referensen är för lång");
	return reader_code_text_add(reader, DIMENSION_DECISION, text, length,
				    &row->ids[DIMENSION_DECISION]);
}

static void list_describe(struct reader *reader)
{
	const struct list *list = reader->format_state;
	struct field text = {.bytes = (const uint8_t *)""};

	list_field(reader, list->roles[ROLE_TEXT], &text);
	reader_row_describe(reader, &text);
}

void list_voucher(struct reader *reader)
{
	const struct list *list = reader->format_state;
	struct field series = {.bytes = (const uint8_t *)""};
	struct field number = {.bytes = (const uint8_t *)""};

	list_field(reader, list->roles[ROLE_SERIES], &series);
	list_field(reader, list->roles[ROLE_VOUCHER], &number);
	reader_voucher_set(reader, &series, &number);
	if (reader->descriptions)
		list_describe(reader);
}

int list_row(struct reader *reader)
{
	struct row row = {.layer = reader->source->layer};
	int result;

	if (list_is_header(reader))
		return 0;
	if (list_is_sum_row(reader))
		return list_sum_row_check(reader);
	if (reader->vouchers)
		list_voucher(reader);
	result = list_codes(reader, &row);
	if (result == 0 && row.layer == LAYER_BUDGET)
		result = decision_read(reader, &row);
	return result == 0 ? list_times_add(reader, &row) : result;
}

/* ---- the list ---------------------------------------------------------------- */

static void roles_find(struct list *list, const struct source *source)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		list->roles[role] = LIST_NONE;
	for (size_t i = 0; i < source->column_count; i++) {
		const struct source_column *column = &source->columns[i];

		list->has_months |= column->role == ROLE_MONTH;
		list->has_amounts |= list_is_amount(column);
		/* Of the dimensions, the one that says what is cost and what is income. */
		if (column->role != ROLE_DIMENSION || column->dimension == DIMENSION_ACCOUNT)
			list->roles[column->role] = (int)i;
	}
}

void list_open(struct reader *reader, struct list *list)
{
	const struct source *source = reader->source;

	list->style = (struct amount_style){
		.decimal = source->decimal,
		.thousands = source->thousands,
		.unit_ore = layer_is_money(source->layer) ? source->unit_ore : VOLUME_UNIT,
		.encoding = reader->encoding,
	};
	list->points.is_settled = source->decimal == '.' || source->thousands != THOUSANDS_AUTO;
	roles_find(list, source);
}

/* A budget is for whole years, whichever months it happens to mention. */
static void budget_cover(struct reader *reader, enum layer layer)
{
	for (int i = 0; i < YEAR_COUNT; i++)
		if (reader->years[layer][i].first != 0)
			reader_cover(reader, layer, period_of(YEAR_MIN + i, 1).yyyymm,
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
	const struct list *list = reader->format_state;
	int result = 0;

	/* A month that only a damaged row had is no gap. */
	if (reader->source->mode != REPLACE_SNAPSHOT || reader->source->layer != LAYER_OUTCOME ||
	    reader->error_count > 0)
		return 0;
	for (int i = 0; result == 0 && i < YEAR_COUNT; i++)
		if (reader->years[LAYER_OUTCOME][i].first != 0)
			result = year_gaps_check(reader, YEAR_MIN + i, list->month_lines[i]);
	return result;
}

int list_end(struct reader *reader)
{
	const struct list *list = reader->format_state;
	enum layer layer = reader->source->layer;
	int result;

	if (!list->has_header)
		return list_header_missing(reader);
	if (reader->row_count == 0 && reader->error_count == 0)
		return reader_bad(reader, FINDING_LIST_EMPTY, 0, 0,
				  "minst en rad med belopp; gör om exporten",
				  "filen har en rubrikrad men inga rader");
	if (layer == LAYER_BUDGET || layer == LAYER_VOLUME_BUDGET)
		budget_cover(reader, layer);
	result = list_points_check(reader);
	if (result == 0)
		result = list_sign_check(reader);
	return result == 0 ? gaps_check(reader) : result;
}
