/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/sheet_strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STRINGS_SIZE_MAX = 256 << 20 };

int sheet_text_add(struct sheet_text *text, const char *bytes, size_t length)
{
	if (text->length + length > STRINGS_SIZE_MAX)
		return SHEET_TOO_BIG;
	if (text->length + length > text->capacity) {
		size_t capacity = (text->length + length) * 2 + 256;
		char *grown = realloc(text->bytes, capacity);

		if (!grown)
			return -ENOMEM;
		text->bytes = grown;
		text->capacity = capacity;
	}
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	return 0;
}

/* ---- shared strings ------------------------------------------------------------- */

struct strings_state {
	struct sheet_shared *shared;
	bool is_text;
	unsigned phonetic; /* how words are said is no part of the string */
};

static int string_begin(struct sheet_shared *shared)
{
	if (shared->count == STRINGS_MAX)
		return SHEET_TOO_BIG;
	if (shared->count + 2 > shared->capacity) {
		size_t capacity = shared->capacity * 2 + 1024;
		size_t *grown = realloc(shared->starts, capacity * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		shared->starts = grown;
		shared->capacity = capacity;
	}
	shared->starts[shared->count++] = shared->strings.length;
	shared->starts[shared->count] = shared->strings.length;
	return 0;
}

static void strings_start(struct part_parser *parser, const char *name, const char **attributes)
{
	struct strings_state *state = parser->context;
	int result = 0;

	(void)attributes;
	if (strcmp(name, "si") == 0)
		result = string_begin(state->shared);
	state->phonetic += strcmp(name, "rPh") == 0;
	state->is_text = strcmp(name, "t") == 0 && state->phonetic == 0 && state->shared->count > 0;
	if (result != 0)
		part_stop(parser, result);
}

static void strings_end(struct part_parser *parser, const char *name)
{
	struct strings_state *state = parser->context;

	state->phonetic -= strcmp(name, "rPh") == 0;
	state->is_text = false;
	if (state->shared->count > 0)
		state->shared->starts[state->shared->count] = state->shared->strings.length;
}

static void strings_text(struct part_parser *parser, const char *text, size_t length)
{
	struct strings_state *state = parser->context;
	int result = state->is_text ? sheet_text_add(&state->shared->strings, text, length) : 0;

	if (result != 0)
		part_stop(parser, result);
}

int sheet_strings_read(zip_t *zip, struct sheet_shared *shared)
{
	struct strings_state state = {.shared = shared};
	struct part_parser parser = {.context = &state,
				     .start = strings_start,
				     .end = strings_end,
				     .text = strings_text};
	int result = part_parse(zip, "xl/sharedStrings.xml", &parser);

	return result == SHEET_NO_SHEET ? 0 : result;
}

/* ---- styles ----------------------------------------------------------------------- */

struct styles_state {
	struct sheet_shared *shared;
	bool is_cells; /* inside cellXfs */
};

/* A format with a day, a month or a year in it, outside what is in quotes or brackets. */
static bool is_date_format(const char *code)
{
	bool is_quoted = false;
	bool is_bracket = false;

	for (; *code; code++) {
		if (*code == '"')
			is_quoted = !is_quoted;
		else if (*code == '[' || *code == ']')
			is_bracket = *code == '[';
		else if (*code == '\\' && code[1])
			code++;
		else if (!is_quoted && !is_bracket && strchr("yYdD", *code))
			return true;
	}
	return false;
}

static bool is_date_number(const struct sheet_shared *shared, unsigned number)
{
	if ((number >= 14 && number <= 17) || number == 22 || (number >= 27 && number <= 36) ||
	    (number >= 50 && number <= 58))
		return true;
	for (size_t i = 0; i < shared->format_count; i++)
		if (shared->date_formats[i] == number)
			return true;
	return false;
}

static void styles_start(struct part_parser *parser, const char *name, const char **attributes)
{
	struct styles_state *state = parser->context;
	struct sheet_shared *shared = state->shared;
	unsigned number = (unsigned)strtoul(attribute_get(attributes, "numFmtId"), NULL, 10);

	if (strcmp(name, "cellXfs") == 0)
		state->is_cells = true;
	else if (strcmp(name, "numFmt") == 0 && shared->format_count < FORMATS_MAX &&
		 is_date_format(attribute_get(attributes, "formatCode")))
		shared->date_formats[shared->format_count++] = number;
	else if (strcmp(name, "xf") == 0 && state->is_cells && shared->style_count < STYLES_MAX)
		shared->is_date[shared->style_count++] = is_date_number(shared, number);
}

static void styles_end(struct part_parser *parser, const char *name)
{
	struct styles_state *state = parser->context;

	if (strcmp(name, "cellXfs") == 0)
		state->is_cells = false;
}

int sheet_styles_read(zip_t *zip, struct sheet_shared *shared)
{
	struct styles_state state = {.shared = shared};
	struct part_parser parser = {.context = &state, .start = styles_start, .end = styles_end};
	int result = part_parse(zip, "xl/styles.xml", &parser);

	return result == SHEET_NO_SHEET ? 0 : result;
}

void sheet_shared_finish(struct sheet_shared *shared)
{
	free(shared->strings.bytes);
	free(shared->starts);
}
