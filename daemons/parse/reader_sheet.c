/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sheet of a workbook as a list.  A zip has its table at its end, so the whole file is
 * held until then.
 */
#include <stdlib.h>
#include <string.h>

#include "parse/reader_list.h"
#include "parse/sheet_book.h"

enum { WORKBOOK_SIZE_MAX = 256 << 20, SERIAL_DIGITS = 5 };

struct sheet {
	struct list list; /* first: it is what format_state points at */
	uint8_t *bytes;
	size_t length;
	size_t capacity;
	int decimals; /* of amounts, in the source's unit, to the öre */
	char numbers[COLUMNS_MAX][SHEET_NUMBER_SIZE];
};

static int decimals_of(int64_t unit)
{
	int decimals = 0;

	for (; unit > 1; unit /= 10)
		decimals++;
	return decimals;
}

/* A number as a text list would have it. */
static void number_put(struct reader *reader, const struct sheet_cell *cell, int wanted,
		       struct field *field)
{
	struct sheet *sheet = reader->format_state;
	const struct source_column *column = &reader->source->columns[wanted];
	char *number = sheet->numbers[wanted];
	bool is_done;

	if (column->role == ROLE_DATE && cell->length == SERIAL_DIGITS)
		is_done = sheet_date_text(cell->text, cell->length, false, number);
	else
		is_done = sheet_number_text(
			cell->text, cell->length, list_is_amount(column) ? sheet->decimals : 9,
			list_is_amount(column) ? reader->source->decimal : '.', number);
	if (!is_done)
		return;
	field->bytes = (const uint8_t *)number;
	field->length = strlen(number);
}

static void row_put(struct reader *reader, const struct sheet_cell *cells, size_t count)
{
	struct sheet *sheet = reader->format_state;
	size_t at = 0;

	list_row_begin(&sheet->list);
	for (size_t column = 0; column < sheet->list.column_count || at < count; column++) {
		int wanted;
		struct field *field = list_place(&sheet->list, column, &wanted);

		*field = (struct field){.bytes = (const uint8_t *)"", .column = column + 1};
		if (at < count && cells[at].column == column) {
			field->bytes = (const uint8_t *)cells[at].text;
			field->length = cells[at].length;
			if (cells[at].is_number && wanted != LIST_NONE)
				number_put(reader, &cells[at], wanted, field);
			at++;
		}
		list_note(&sheet->list, field, wanted);
	}
}

static int headings_read(struct reader *reader, const struct sheet_cell *cells, size_t count)
{
	struct sheet *sheet = reader->format_state;
	int result = 0;

	sheet->list.column_count = 0;
	for (size_t i = 0; result == 0 && i < count; i++) {
		struct field field = {.bytes = (const uint8_t *)cells[i].text,
				      .length = cells[i].length,
				      .column = cells[i].column + 1};

		result = list_heading(reader, cells[i].column, &field);
	}
	return result == 0 ? list_headings_end(reader) : result;
}

static bool is_blank(const struct sheet_cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strspn(cells[i].text, " ") < cells[i].length)
			return false;
	return true;
}

/* The first wanted cell that a formula failed in. */
static int errors_check(struct reader *reader, const struct sheet_cell *cells, size_t count)
{
	struct list *list = reader->format_state;

	for (size_t i = 0; i < count; i++) {
		if (!cells[i].is_error || cells[i].column >= list->column_count ||
		    list->wanted_of[cells[i].column] == LIST_NONE)
			continue;
		return reader_bad(reader, FINDING_SHEET_CELL, reader->line_number,
				  cells[i].column + 1,
				  "ett värde; rätta formeln i arbetsboken och spara om den",
				  "formeln har ett fel i stället för ett värde");
	}
	return 0;
}

static int row_read(void *context, uint32_t row, const struct sheet_cell *cells, size_t count)
{
	struct reader *reader = context;
	const struct sheet *sheet = reader->format_state;
	int result;

	reader->line_number = row;
	if (is_blank(cells, count))
		return 0;
	if (!sheet->list.has_header) {
		result = headings_read(reader, cells, count);
	} else {
		row_put(reader, cells, count);
		result = errors_check(reader, cells, count);
		if (result == 0)
			result = list_row(reader);
	}
	/* A bad row is told, and the next one read. */
	return result == READER_BAD && !reader->is_over ? 0 : result;
}

static int outcome_bad(struct reader *reader, int outcome, uint32_t row)
{
	switch (outcome) {
	case SHEET_NO_ZIP:
		return reader_bad(reader, FINDING_SHEET_ZIP, 0, 0,
				  "en Excel-arbetsbok (.xlsx); spara om filen i Excel",
				  "filen är ingen arbetsbok, eller skadad");
	case SHEET_LOCKED:
		return reader_bad(reader, FINDING_SHEET_LOCKED, 0, 0,
				  "en arbetsbok (.xlsx) utan lösenord; spara om filen",
				  "filen är låst med lösenord, eller en gammal .xls");
	case SHEET_NO_SHEET:
		return reader_bad(reader, FINDING_SHEET_MISSING, 0, 0,
				  "ett blad i arbetsboken; ändra källans inställning sheet",
				  "bladet %s finns inte",
				  *reader->source->sheet ? reader->source->sheet : "(det första)");
	case SHEET_BAD_XML:
		return reader_bad(reader, FINDING_SHEET_XML, row, 0,
				  "en hel arbetsbok; spara om filen i Excel",
				  "arbetsbokens innehåll går inte att läsa");
	case SHEET_TOO_BIG:
		return reader_bad(reader, FINDING_SHEET_SIZE, row, 0,
				  "en arbetsbok med rader; spara om filen eller ta ut den som text",
				  "filen blir orimligt stor när den packas upp");
	default:
		return outcome;
	}
}

static int sheet_bytes(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last)
{
	struct sheet *sheet = reader->format_state;

	(void)is_last;
	if (length == 0)
		return 0;
	if (sheet->length + length > WORKBOOK_SIZE_MAX)
		return outcome_bad(reader, SHEET_TOO_BIG, 0);
	if (sheet->length + length > sheet->capacity) {
		size_t capacity = (sheet->length + length) * 2;
		uint8_t *grown = realloc(sheet->bytes, capacity);

		if (!grown)
			return -ENOMEM;
		sheet->bytes = grown;
		sheet->capacity = capacity;
	}
	memcpy(sheet->bytes + sheet->length, bytes, length);
	sheet->length += length;
	return 0;
}

static int sheet_end(struct reader *reader)
{
	struct sheet *sheet = reader->format_state;
	uint32_t row;
	int result = sheet_book_read(sheet->bytes, sheet->length, reader->source->sheet, row_read,
				     reader, &row);

	result = outcome_bad(reader, result, row);
	return result == 0 ? list_end(reader) : result;
}

static int sheet_open(struct reader *reader)
{
	struct sheet *sheet = calloc(1, sizeof(*sheet));

	if (!sheet)
		return -ENOMEM;
	reader->format_state = sheet;
	reader->encoding = ENCODING_UTF8;
	list_open(reader, &sheet->list);
	sheet->decimals = decimals_of(sheet->list.style.unit_ore);
	return 0;
}

static void sheet_close(struct reader *reader)
{
	struct sheet *sheet = reader->format_state;

	if (sheet)
		free(sheet->bytes);
	free(sheet);
	reader->format_state = NULL;
}

const struct reader_format reader_sheet = {
	.open = sheet_open,
	.bytes = sheet_bytes,
	.end = sheet_end,
	.close = sheet_close,
};
