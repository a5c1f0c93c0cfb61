/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first rows of a list as cells of text.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/error.h"
#include "parse/field_text.h"
#include "parse/inspect.h"
#include "parse/reader_csv.h"

void sample_clear(struct sample *sample)
{
	for (size_t i = 0; i < sample->count; i++) {
		for (size_t k = 0; k < sample->rows[i].count; k++)
			free(sample->rows[i].cells[k]);
		free((void *)sample->rows[i].cells);
	}
	sample->count = 0;
}

void sample_destroy(struct sample **sample)
{
	if (*sample)
		sample_clear(*sample);
	free(*sample);
	*sample = NULL;
}

int sample_row_add(struct sample *sample, uint32_t line)
{
	struct sample_row *row = &sample->rows[sample->count];

	*row = (struct sample_row){.line = line};
	row->cells = calloc(SAMPLE_COLUMNS_MAX, sizeof(*row->cells));
	if (!row->cells)
		return -ENOMEM;
	sample->count++;
	return 0;
}

int sample_cell_add(struct sample *sample, const char *text)
{
	struct sample_row *row = &sample->rows[sample->count - 1];

	if (row->count == SAMPLE_COLUMNS_MAX)
		return 0;
	row->cells[row->count] = strdup(text);
	return row->cells[row->count] ? (row->count++, 0) : -ENOMEM;
}

const char *sample_cell(const struct sample *sample, size_t row, size_t column)
{
	if (row >= sample->count || column >= sample->rows[row].count)
		return "";
	return sample->rows[row].cells[column];
}

static int cell_add(struct sample *sample, struct field *field, enum text_encoding encoding)
{
	char text[CODE_SIZE];
	size_t length;

	field_trim(field, encoding);
	if (field_decode(field, encoding, text, sizeof(text), &length) != 0)
		text[0] = '\0';
	return sample_cell_add(sample, text);
}

static int record_split(struct sample *sample, struct csv_cursor cursor,
			enum text_encoding encoding)
{
	bool has_more = true;
	int result = 0;

	while (result == 0 && has_more) {
		struct field field;
		size_t column;

		result = csv_field(&cursor, &field, &has_more, &column);
		if (result == 0)
			result = cell_add(sample, &field, encoding);
	}
	return result;
}

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end, uint8_t byte)
{
	const uint8_t *stop = memchr(at, byte, (size_t)(end - at));

	return stop ? stop : end;
}

static bool is_blank(const uint8_t *at, const uint8_t *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\f'))
		at++;
	return at == end;
}

/* A record that begins at @at: where it ends, after more lines when quotes are open. */
static int record_add(struct sample *sample, const uint8_t *at, const uint8_t *end, uint8_t byte,
		      const uint8_t **stop_out, uint32_t *line, enum text_encoding encoding,
		      char delimiter)
{
	const uint8_t *stop = at;
	uint32_t first = *line;
	int result = CSV_OPEN;

	for (int i = 0; result == CSV_OPEN && i < PENDING_LINES_MAX && stop < end; i++) {
		const uint8_t *tail;

		stop = line_end(i == 0 ? at : stop + 1, end, byte);
		tail = stop > at && stop[-1] == '\r' ? stop - 1 : stop;
		*line = first + (uint32_t)i;
		result = sample_row_add(sample, first);
		if (result == 0)
			result = record_split(sample,
					      (struct csv_cursor){at, at, tail, (uint8_t)delimiter},
					      encoding);
		if (result != CSV_OPEN)
			break;
		sample->count--;
		for (size_t k = 0; k < sample->rows[sample->count].count; k++)
			free(sample->rows[sample->count].cells[k]);
		free((void *)sample->rows[sample->count].cells);
	}
	*stop_out = stop;
	return result < 0 ? result : 0;
}

int sample_split(struct sample *sample, const uint8_t *bytes, size_t length,
		 enum text_encoding encoding, char delimiter)
{
	const uint8_t *at = bytes;
	const uint8_t *end = bytes + length;
	uint8_t byte = memchr(bytes, '\n', length) ? '\n' : '\r';
	uint32_t line = 0;
	int result = 0;

	if (length >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	while (result == 0 && at < end && sample->count < SAMPLE_ROWS_MAX) {
		const uint8_t *stop = line_end(at, end, byte);

		line++;
		if (!is_blank(at, stop))
			result = record_add(sample, at, end, byte, &stop, &line, encoding,
					    delimiter);
		at = stop < end ? stop + 1 : end;
	}
	return result;
}
