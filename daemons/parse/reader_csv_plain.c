/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way nearly every line takes.  Its delimiters are found all at once, and only the
 * fields that somebody wants are looked at.  Of a source whose rows are codes, a month and
 * an amount (a plain source), a row that is wholly as nearly all are is read here to its
 * end; whatever is odd about one is left to reader_list.c, which knows all cases, before
 * anything of it has been noted.
 */
#include <string.h>

#include "parse/field_time.h"
#include "parse/reader_csv.h"

/* ---- what suits -------------------------------------------------------------- */

static bool column_is_plain(const struct source_column *column)
{
	return column->role == ROLE_AMOUNT || column->role == ROLE_PERIOD ||
	       column->role == ROLE_VOUCHER || column->role == ROLE_SERIES ||
	       column->role == ROLE_TEXT || (column->role == ROLE_DIMENSION && !column->has_text);
}

static bool source_is_plain(const struct reader *reader)
{
	const struct source *source = reader->source;
	const struct list *list = reader->format_state;

	for (size_t i = 0; i < source->column_count; i++)
		if (!column_is_plain(&source->columns[i]))
			return false;
	return source->layer == LAYER_OUTCOME && source->year == 0 &&
	       list->roles[ROLE_AMOUNT] != LIST_NONE && list->roles[ROLE_PERIOD] != LIST_NONE;
}

void csv_plain_open(struct reader *reader)
{
	struct csv *csv = reader->format_state;

	for (size_t i = 0; i < csv->list.column_count; i++)
		if (csv->list.wanted_of[i] != LIST_NONE)
			csv->column_of[csv->list.wanted_of[i]] = (int16_t)i;
	csv->is_plain = source_is_plain(reader);
}

/* ---- split ------------------------------------------------------------------- */

static void field_put(struct field *field, const struct csv *csv, const uint8_t *line,
		      size_t column)
{
	size_t start = column == 0 ? 0 : csv->ends[column - 1] + 1;

	*field = (struct field){
		.bytes = line + start, .length = csv->ends[column] - start, .column = start + 1};
}

/* The first that is not empty. */
static void first_put(struct csv *csv, const uint8_t *line, size_t field_count)
{
	struct list *list = &csv->list;
	size_t column = 0;

	list_row_begin(list);
	while (column < field_count && csv->ends[column] == column)
		column++;
	if (column == field_count)
		return;
	list->first_wanted = column < list->column_count ? list->wanted_of[column] : LIST_NONE;
	list->first = list->first_wanted != LIST_NONE ? &list->wanted[list->first_wanted]
						      : &list->leading;
	field_put(&list->leading, csv, line, column);
}

/* Whether the line has as many fields as all rows, no quote, and an amount. */
static bool line_split(struct csv *csv, const uint8_t *line, size_t length, uint8_t delimiter)
{
	size_t count;

	if (csv->field_count == 0 || csv->tentative_line != 0 || csv->pending.count > 0 ||
	    line[0] == '\f')
		return false;
	count = csv->scan(line, length, delimiter, csv->ends, LIST_COLUMNS_MAX - 1);
	if (count == SCAN_NOT_PLAIN || count + 1 != csv->field_count)
		return false;
	csv->ends[count] = (uint32_t)length;
	for (size_t i = 0; i < csv->wanted_count; i++) {
		if ((size_t)csv->column_of[i] >= csv->field_count)
			return false;
		field_put(&csv->list.wanted[i], csv, line, (size_t)csv->column_of[i]);
	}
	first_put(csv, line, csv->field_count);
	return csv->list.first && csv_has_amount(csv);
}

/* ---- a row ------------------------------------------------------------------- */

/* Sum rows begin with a word of three letters or more. */
static bool first_is_plain(const struct field *first)
{
	uint8_t last = first->bytes[first->length - 1];

	return first->length < 3 ||
	       (first->bytes[0] >= '0' && first->bytes[0] <= '9' && last >= '0' && last <= '9');
}

/* The month of the row before stands in most rows. */
static bool period_read(struct csv *csv, const struct field *field, uint32_t *yyyymm_out)
{
	bool is_known = field->length == csv->period_length &&
			memcmp(field->bytes, csv->period_bytes, field->length) == 0;

	if (field->length == 0 || field->length > sizeof(csv->period_bytes) ||
	    (!is_known && field_list_period(field, 0, &csv->period) != 0)) {
		csv->period_length = 0;
		return false;
	}
	if (!is_known)
		memcpy(csv->period_bytes, field->bytes, field->length);
	csv->period_length = field->length;
	*yyyymm_out = csv->period;
	return true;
}

int csv_plain_row(struct reader *reader, const uint8_t *line, size_t length)
{
	struct csv *csv = reader->format_state;
	struct list *list = &csv->list;
	struct row row = {.layer = LAYER_OUTCOME};
	size_t amount = (size_t)csv->amount;
	int64_t written;
	int result;

	if (!line_split(csv, line, length, (uint8_t)reader->source->delimiter))
		return CSV_NOT_PLAIN;
	if (!csv->is_plain || !list->points.is_settled || !first_is_plain(list->first) ||
	    !field_plain_amount(&list->wanted[amount], &list->style, &written) ||
	    !period_read(csv, &list->wanted[list->roles[ROLE_PERIOD]], &row.yyyymm))
		return list_row(reader);
	if (reader->vouchers)
		list_voucher(reader);
	result = list_codes(reader, &row);
	if (result != 0)
		return result;
	row.ore = list_amount_take(reader, amount, written);
	return list_month_add(reader, &row);
}
