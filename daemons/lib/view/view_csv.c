/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV for Swedish Excel.  A text that Excel would run as a formula gets an
 * apostrophe in front: names come from files that others write.
 */
#include <stdbool.h>
#include <string.h>

#include "lib/view/cell.h"
#include "lib/view/writer.h"

static bool text_is_formula(const char *text)
{
	return text[0] != '\0' && strchr("=+-@\t\r\n", text[0]);
}

static bool text_needs_quotes(const char *text)
{
	size_t length = strlen(text);

	if (length == 0)
		return false;
	return text[strcspn(text, ";\"\r\n\t")] != '\0' || text[0] == ' ' ||
	       text[length - 1] == ' ';
}

static void text_write(FILE *stream, const char *text)
{
	bool quotes = text_needs_quotes(text);

	if (quotes)
		fputc('"', stream);
	if (text_is_formula(text))
		fputc('\'', stream);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', stream);
		fputc(*text, stream);
	}
	if (quotes)
		fputc('"', stream);
}

static void cell_write(FILE *stream, const struct table_column *column, size_t row,
		       int64_t unit_ore)
{
	char text[CELL_SIZE];

	if (column->kind == COLUMN_TEXT) {
		text_write(stream, column->texts[row] ? column->texts[row] : "");
		return;
	}
	cell_print(column, row, CELL_FOR_SPREADSHEETS, unit_ore, text);
	fputs(text, stream);
}

static int csv_write(FILE *stream, const struct table *table, const struct view_options *options)
{
	fputs("\xEF\xBB\xBF", stream);
	for (size_t i = 0; i < table->column_count; i++) {
		fputs(i > 0 ? ";" : "", stream);
		text_write(stream, table->columns[i].key);
	}
	fputs("\r\n", stream);
	for (size_t row = 0; row < table->row_count; row++) {
		for (size_t i = 0; i < table->column_count; i++) {
			fputs(i > 0 ? ";" : "", stream);
			cell_write(stream, &table->columns[i], row, options->unit_ore);
		}
		fputs("\r\n", stream);
	}
	return 0;
}

const struct writer writer_csv = {.name = "csv", .write = csv_write};
