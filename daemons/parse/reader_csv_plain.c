/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way nearly every line takes: its delimiters are found all at once, and only the
 * fields that somebody wants are looked at.
 */
#include "parse/reader_csv.h"

void csv_plain_open(struct csv *csv)
{
	for (size_t i = 0; i < csv->list.column_count; i++)
		if (csv->list.wanted_of[i] != LIST_NONE)
			csv->column_of[csv->list.wanted_of[i]] = (int16_t)i;
}

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

bool csv_plain_split(struct csv *csv, const uint8_t *line, size_t length, uint8_t delimiter)
{
	size_t field_count;

	if (csv->field_count == 0 || csv->tentative_line != 0)
		return false;
	field_count = csv->scan(line, length, delimiter, csv->ends, LIST_COLUMNS_MAX - 1);
	if (field_count == SCAN_NOT_PLAIN || field_count + 1 != csv->field_count)
		return false;
	csv->ends[field_count++] = (uint32_t)length;
	for (size_t i = 0; i < csv->wanted_count; i++) {
		if ((size_t)csv->column_of[i] >= field_count)
			return false;
		field_put(&csv->list.wanted[i], csv, line, (size_t)csv->column_of[i]);
	}
	first_put(csv, line, field_count);
	return csv->list.first && csv_has_amount(csv);
}
