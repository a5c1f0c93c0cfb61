/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON for programs: exact öre, ISO dates, null for what is missing.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/view/cell.h"
#include "lib/view/writer.h"

enum { KEY_SIZE = 128, PERCENT_DIGITS = 12 };

static void json_release(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

/* Bytes that are not UTF-8 cannot be in JSON; the rest of the text can. */
static json_t *ascii_take(const char *text)
{
	size_t length = strlen(text);
	cleanup(free_bytes) char *copy = strdup(text);

	for (size_t i = 0; copy && i < length; i++) {
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	}
	return copy ? json_string(copy) : NULL;
}

static json_t *text_take(const char *text)
{
	if (!text)
		return json_null();
	return text_is_utf8(text, strlen(text)) ? json_string(text) : ascii_take(text);
}

static json_t *cell_take(const struct table_column *column, size_t row)
{
	char text[CELL_SIZE];

	if (cell_is_missing(column, row))
		return json_null();
	switch (column->kind) {
	case COLUMN_TEXT:
		return text_take(column->texts[row]);
	case COLUMN_MONEY:
	case COLUMN_COUNT:
		return json_integer(column->numbers[row]);
	case COLUMN_THOUSANDTHS:
		return json_real((double)column->numbers[row] / 1000);
	case COLUMN_PERCENT:
		return json_real((double)column->numbers[row] / 100);
	case COLUMN_PERIOD:
	case COLUMN_TIME:
	case COLUMN_DATE:
		cell_print_iso(column, row, text);
		return json_string(text);
	}
	return NULL;
}

static json_t *row_take(const struct table *table, size_t row)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < table->column_count; i++) {
		const struct table_column *column = &table->columns[i];
		char key[KEY_SIZE];

		snprintf(key, sizeof key, "%s%s", column->key,
			 column->kind == COLUMN_MONEY ? "_ore" : "");
		if (json_object_set_new(object, key, cell_take(column, row)) < 0)
			json_release(&object);
	}
	return object;
}

static json_t *rows_take(const struct table *table)
{
	json_t *rows = json_array();

	for (size_t row = 0; rows && row < table->row_count; row++) {
		if (json_array_append_new(rows, row_take(table, row)) < 0)
			json_release(&rows);
	}
	return rows;
}

static json_t *notes_take(const struct table *table)
{
	json_t *notes = json_array();

	for (size_t i = 0; notes && i < table->note_count; i++) {
		if (json_array_append_new(notes, text_take(table->notes[i])) < 0)
			json_release(&notes);
	}
	return notes;
}

static int json_write(FILE *stream, const struct table *table, const struct view_options *options)
{
	cleanup(json_release) json_t *root = json_object();

	(void)options;
	if (!root || json_object_set_new(root, "titel", text_take(table->title)) < 0 ||
	    json_object_set_new(root, "rader", rows_take(table)) < 0 ||
	    json_object_set_new(root, "anmarkningar", notes_take(table)) < 0)
		return -ENOMEM;
	json_dumpf(root, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(PERCENT_DIGITS));
	fputc('\n', stream);
	return 0;
}

const struct writer writer_json = {.name = "json", .write = json_write};
