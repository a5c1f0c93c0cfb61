/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for what is wrong with a file.
 */
#include "parse/reader_core.h"

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

static void finding_add(struct reader *reader, struct finding *place, const char *expected,
			const char *found_format, va_list arguments)
	__attribute__((format(printf, 4, 0)));

/* "cell AB12: ": so a sheet's places are called. */
static size_t cell_name_put(const struct finding *place, char text[static FINDING_TEXT_SIZE])
{
	char letters[8];
	size_t count = sizeof(letters);

	letters[--count] = '\0';
	for (uint32_t left = place->column; left > 0 && count > 0; left = (left - 1) / 26)
		letters[--count] = (char)('A' + (left - 1) % 26);
	return (size_t)snprintf(text, FINDING_TEXT_SIZE, "cell %s%u: ", letters + count,
				place->line);
}

/* @place: code, severity, line and column are set. */
static void finding_add(struct reader *reader, struct finding *place, const char *expected,
			const char *found_format, va_list arguments)
{
	bool is_error = place->severity == FINDING_ERROR;
	size_t length = 0;

	reader->error_count += is_error;
	reader->warning_count += !is_error;
	if (is_error)
		reader->waiting_room = 0;
	if (is_error && finding_effect(place->code) == FINDING_ENDS)
		reader->is_over = true;
	if (reader->finding_count == FINDINGS_MAX)
		return;
	if (reader->format == &reader_sheet && place->column > 0)
		length = cell_name_put(place, place->found);
	vsnprintf(place->found + length, sizeof(place->found) - length, found_format, arguments);
	snprintf(place->expected, sizeof(place->expected), "%s", expected);
	text_mend(place->found);
	text_mend(place->expected);
	reader->findings[reader->finding_count++] = *place;
}

int reader_bad(struct reader *reader, enum finding_code code, uint32_t line, size_t column,
	       const char *expected, const char *found_format, ...)
{
	struct finding finding = {code, FINDING_ERROR, line, (uint32_t)column, "", ""};
	va_list arguments;

	va_start(arguments, found_format);
	finding_add(reader, &finding, expected, found_format, arguments);
	va_end(arguments);
	return READER_BAD;
}

static enum finding_severity severity_of(const struct source *source, enum finding_code code)
{
	enum finding_severity chosen = source->policy[code];

	return chosen != 0 ? chosen : finding_severity_default(code);
}

int reader_judge(struct reader *reader, enum finding_code code, uint32_t line, size_t column,
		 const char *expected, const char *found_format, ...)
{
	enum finding_severity severity = severity_of(reader->source, code);
	struct finding finding = {code, severity, line, (uint32_t)column, "", ""};
	va_list arguments;

	if (severity == FINDING_IGNORED)
		return 0;
	va_start(arguments, found_format);
	finding_add(reader, &finding, expected, found_format, arguments);
	va_end(arguments);
	return severity == FINDING_ERROR ? READER_BAD : 0;
}

int reader_warn(struct reader *reader, enum finding_code code, uint32_t line, const char *expected,
		const char *found_format, ...)
{
	struct finding finding = {code, FINDING_WARNING, line, 0, "", ""};
	va_list arguments;

	va_start(arguments, found_format);
	finding_add(reader, &finding, expected, found_format, arguments);
	va_end(arguments);
	return 0;
}

int reader_bad_field(struct reader *reader, enum finding_code code, const struct field *field,
		     const char *what, const char *expected)
{
	char quote[FIELD_QUOTE_SIZE];

	field_quote(field, quote);
	return reader_bad(reader, code, reader->line_number, field->column, expected, "%s: %s",
			  what, quote);
}

int reader_bad_amount(struct reader *reader, const struct field *field, int problem,
		      const char *expected)
{
	switch (problem) {
	case FIELD_EMPTY:
		return reader_bad(reader, FINDING_AMOUNT_MISSING, reader->line_number,
				  field->column, expected, "beloppet saknas");
	case FIELD_DECIMALS:
		return reader_bad_field(reader, FINDING_AMOUNT_DECIMALS, field,
					"beloppet har fler decimaler än ören", expected);
	case FIELD_TOO_BIG:
		return reader_bad_field(reader, FINDING_AMOUNT_SIZE, field, "beloppet är för stort",
					expected);
	default:
		return reader_bad_field(reader, FINDING_AMOUNT_NUMBER, field,
					"beloppet är inget tal", expected);
	}
}
