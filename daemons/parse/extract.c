/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/extract.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/model/period.h"

enum { FIELDS = EXTRACT_TEXTS + 4, FIELD_CODES = 3, FIELD_SERIES = FIELD_CODES + DIMENSION_COUNT };

size_t extract_head_print(char line[static EXTRACT_LINE_SIZE])
{
	size_t length = (size_t)snprintf(line, EXTRACT_LINE_SIZE, "lager\trad\tperiod");

	for (int i = 0; i < DIMENSION_COUNT; i++)
		length += (size_t)snprintf(line + length, EXTRACT_LINE_SIZE - length, "\t%s",
					   dimension_name((enum dimension)i));
	return length + (size_t)snprintf(line + length, EXTRACT_LINE_SIZE - length,
					 "\tserie\tverifikation\tbelopp\n");
}

/* What would end a field or a line is in no code; of vouchers it is not known. */
static size_t text_print(const char *text, char *field)
{
	size_t length = 0;

	*field = '\t';
	for (; text && *text && length < CODE_SIZE - 1; text++)
		field[++length] = (unsigned char)*text < ' ' ? '?' : *text;
	return length + 1;
}

size_t extract_line_print(const struct single_row *row, char line[static EXTRACT_LINE_SIZE])
{
	size_t length = (size_t)snprintf(line, EXTRACT_LINE_SIZE, "%s\t%" PRIu32 "\t%" PRIu32,
					 layer_name(row->layer), row->line, row->yyyymm);

	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		length += text_print(row->codes[i], line + length);
	length += text_print(row->series, line + length);
	length += text_print(row->number, line + length);
	return length + (size_t)snprintf(line + length, EXTRACT_LINE_SIZE - length,
					 "\t%" PRId64 "\n", row->ore);
}

static bool fields_split(char *line, const char *fields[static FIELDS])
{
	size_t count = 0;

	for (char *rest = line; rest; count++) {
		char *tab = strchr(rest, '\t');

		if (count == FIELDS)
			return false;
		fields[count] = rest;
		if (tab)
			*tab = '\0';
		rest = tab ? tab + 1 : NULL;
	}
	return count == FIELDS;
}

static bool number_read(const char *text, int64_t min, int64_t max, int64_t *value_out)
{
	char *end;

	errno = 0;
	*value_out = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *value_out >= min && *value_out <= max;
}

static bool row_read(char *line, struct single_row *row)
{
	const char *fields[FIELDS];
	int64_t number;
	int64_t yyyymm;

	*row = (struct single_row){.layer = LAYER_OUTCOME};
	if (!fields_split(line, fields) || !layer_parse(fields[0], &row->layer) ||
	    !number_read(fields[1], 0, UINT32_MAX, &number) ||
	    !number_read(fields[2], YEAR_MIN * 100, YEAR_MAX * 100 + MONTHS, &yyyymm) ||
	    !number_read(fields[FIELDS - 1], INT64_MIN, INT64_MAX, &row->ore))
		return false;
	row->line = (uint32_t)number;
	row->yyyymm = (uint32_t)yyyymm;
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		row->codes[i] = *fields[FIELD_CODES + i] ? fields[FIELD_CODES + i] : NULL;
	row->series = fields[FIELD_SERIES];
	row->number = fields[FIELD_SERIES + 1];
	row->text = "";
	return true;
}

static int line_take(struct extracted *extracted)
{
	char head[EXTRACT_LINE_SIZE];
	struct single_row row;

	if (extracted->has_head) {
		extracted->line[extracted->length] = '\0';
		return row_read(extracted->line, &row) ? extracted->take(extracted->context, &row)
						       : -EBADMSG;
	}
	extracted->has_head = true;
	/* Less its line end. */
	return extract_head_print(head) == extracted->length + 1 &&
			       memcmp(head, extracted->line, extracted->length) == 0
		       ? 0
		       : -EBADMSG;
}

int extract_feed(void *context, const uint8_t *bytes, size_t length)
{
	struct extracted *extracted = context;
	const uint8_t *end;
	int r = 0;

	if (length == 0)
		return extracted->length > 0 || !extracted->has_head ? -EBADMSG : 0;
	end = bytes + length;
	while (r == 0 && bytes < end) {
		const uint8_t *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		size_t part = (size_t)((stop ? stop : end) - bytes);

		if (extracted->length + part >= sizeof(extracted->line))
			return -EBADMSG;
		memcpy(extracted->line + extracted->length, bytes, part);
		extracted->length += part;
		bytes += part + (stop ? 1 : 0);
		if (!stop)
			break;
		r = line_take(extracted);
		extracted->length = 0;
	}
	return r;
}
