/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for what is wrong with a file.
 */
#include "ingest/reader_core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes off the rest of a character that did not fit. */
static void text_mend(char *text)
{
	size_t length = strlen(text);
	size_t start = length;

	while (start > 0 && ((uint8_t)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0 || (uint8_t)text[start - 1] < 0xC0)
		return;
	start--;
	if (length - start < ((uint8_t)text[start] >= 0xE0 ? 3U : 2U))
		text[start] = '\0';
}

int reader_bad(struct reader *reader, uint32_t line, size_t column, const char *expected,
	       const char *found_format, ...)
{
	struct finding *finding = &reader->finding;
	va_list arguments;

	*finding = (struct finding){.line = line, .column = (uint32_t)column};
	va_start(arguments, found_format);
	vsnprintf(finding->found, sizeof(finding->found), found_format, arguments);
	va_end(arguments);
	snprintf(finding->expected, sizeof(finding->expected), "%s", expected);
	text_mend(finding->found);
	text_mend(finding->expected);
	return READER_BAD;
}

int reader_bad_field(struct reader *reader, const struct field *field, const char *what,
		     const char *expected)
{
	char quote[FIELD_QUOTE_SIZE];

	field_quote(field, quote);
	return reader_bad(reader, reader->line_number, field->column, expected, "%s: %s", what,
			  quote);
}

int reader_bad_amount(struct reader *reader, const struct field *field, int problem,
		      const char *expected)
{
	switch (problem) {
	case FIELD_EMPTY:
		return reader_bad(reader, reader->line_number, field->column, expected,
				  "beloppet saknas");
	case FIELD_DECIMALS:
		return reader_bad_field(reader, field, "beloppet har fler decimaler än ören",
					expected);
	case FIELD_TOO_BIG:
		return reader_bad_field(reader, field, "beloppet är för stort", expected);
	default:
		return reader_bad_field(reader, field, "beloppet är inget tal", expected);
	}
}

int reader_warn(struct reader *reader, const char *format, ...)
{
	char text[WARNING_SIZE];
	va_list arguments;
	char *copy;

	if (reader->warning_count == WARNINGS_MAX)
		return 0;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	text_mend(text);
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	reader->warnings[reader->warning_count++] = copy;
	return 0;
}
