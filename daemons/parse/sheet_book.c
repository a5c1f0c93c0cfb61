/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the workbook's table of sheets to the rows of one of them.
 */
#include "parse/sheet_book.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "parse/sheet_strings.h"

enum { ROW_NUMBER_MAX = 1048576 };

/* ---- which part is the sheet -------------------------------------------------- */

struct book_state {
	const char *wanted; /* "": the first */
	bool is_found;
	bool is_1904;
	char relation[PART_NAME_SIZE];
	char target[PART_NAME_SIZE];
};

static void book_start(struct part_parser *parser, const char *name, const char **attributes)
{
	struct book_state *state = parser->context;
	const char *date1904 = attribute_get(attributes, "date1904");

	if (strcmp(name, "workbookPr") == 0)
		state->is_1904 = strcmp(date1904, "1") == 0 || strcmp(date1904, "true") == 0;
	if (strcmp(name, "sheet") != 0 || state->is_found)
		return;
	state->is_found = *state->wanted == '\0' ||
			  text_equal_folded(attribute_get(attributes, "name"), state->wanted);
	if (state->is_found)
		text_copy(state->relation, sizeof(state->relation),
			  attribute_get(attributes, "id"));
}

static void relations_start(struct part_parser *parser, const char *name, const char **attributes)
{
	struct book_state *state = parser->context;
	const char *target = attribute_get(attributes, "Target");

	if (strcmp(name, "Relationship") != 0 ||
	    strcmp(attribute_get(attributes, "Id"), state->relation) != 0)
		return;
	if (*target == '/')
		text_copy(state->target, sizeof(state->target), target + 1);
	else if (strlen(target) + sizeof("xl/") <= sizeof(state->target))
		snprintf(state->target, sizeof(state->target), "xl/%s", target);
}

static int sheet_find(zip_t *zip, struct book_state *state)
{
	struct part_parser book = {.context = state, .start = book_start};
	struct part_parser relations = {.context = state, .start = relations_start};
	int result = part_parse(zip, "xl/workbook.xml", &book);

	if (result != 0)
		return result == SHEET_NO_SHEET ? SHEET_NO_ZIP : result;
	if (!state->is_found)
		return SHEET_NO_SHEET;
	result = part_parse(zip, "xl/_rels/workbook.xml.rels", &relations);
	return result == 0 && state->target[0] == '\0' ? SHEET_NO_SHEET : result;
}

/* ---- rows ------------------------------------------------------------------------ */

struct rows_state {
	const struct sheet_shared *shared;
	sheet_row_handler *handle;
	void *context;
	uint32_t row;
	struct sheet_text text; /* of the row's cells */
	size_t starts[SHEET_COLUMNS_MAX];
	size_t lengths[SHEET_COLUMNS_MAX];
	char types[SHEET_COLUMNS_MAX]; /* as below */
	bool is_filled[SHEET_COLUMNS_MAX];
	struct sheet_cell cells[SHEET_COLUMNS_MAX];
	size_t column; /* of the cell now read, and one after the last */
	char type;     /* n, s, b, e, i (inline), t (text of a formula), d */
	size_t style;
	size_t start; /* of its text */
	bool is_text;
};

/* "AB12": 27, or @otherwise when there is no reference. */
static size_t column_of(const char *reference, size_t otherwise)
{
	size_t column = 0;
	size_t letters = 0;

	for (; letters < 4 && isalpha((unsigned char)reference[letters]); letters++)
		column = column * 26 + (size_t)(toupper(reference[letters]) - 'A' + 1);
	return letters > 0 ? column - 1 : otherwise;
}

static void row_start(struct part_parser *parser, struct rows_state *state, const char **attributes)
{
	const char *number = attribute_get(attributes, "r");
	unsigned long row = *number ? strtoul(number, NULL, 10) : state->row + 1UL;

	if (row <= state->row || row > ROW_NUMBER_MAX) {
		part_stop(parser, SHEET_BAD_XML);
		return;
	}
	state->row = (uint32_t)row;
	state->column = 0;
	state->text.length = 0;
	memset(state->is_filled, 0, sizeof(state->is_filled));
}

static char type_of(const char *word)
{
	static const struct {
		const char *word;
		char type;
	} types[] = {{"s", 's'}, {"str", 't'}, {"inlineStr", 'i'},
		     {"b", 'b'}, {"e", 'e'},   {"d", 'd'}};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].word, word) == 0)
			return types[i].type;
	return 'n';
}

static void rows_start(struct part_parser *parser, const char *name, const char **attributes)
{
	struct rows_state *state = parser->context;

	if (strcmp(name, "row") == 0) {
		row_start(parser, state, attributes);
	} else if (strcmp(name, "c") == 0) {
		state->column = column_of(attribute_get(attributes, "r"), state->column);
		state->type = type_of(attribute_get(attributes, "t"));
		state->style = strtoul(attribute_get(attributes, "s"), NULL, 10);
		state->start = state->text.length;
	} else {
		state->is_text = strcmp(name, "v") == 0 || strcmp(name, "t") == 0;
	}
}

static void rows_text(struct part_parser *parser, const char *text, size_t length)
{
	struct rows_state *state = parser->context;
	int result = state->is_text ? sheet_text_add(&state->text, text, length) : 0;

	if (result != 0)
		part_stop(parser, result);
}

static int text_replace(struct rows_state *state, const char *text, size_t length)
{
	state->text.length = state->start;
	return sheet_text_add(&state->text, text, length);
}

static int shared_put(struct rows_state *state, const char *text, size_t length)
{
	const struct sheet_shared *shared = state->shared;
	size_t index = 0;

	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]) || index > STRINGS_MAX)
			return SHEET_BAD_XML;
		index = index * 10 + (size_t)(text[i] - '0');
	}
	if (length == 0 || index >= shared->count)
		return SHEET_BAD_XML;
	return text_replace(state, shared->strings.bytes + shared->starts[index],
			    shared->starts[index + 1] - shared->starts[index]);
}

/* "_x000D_" is a line end that a spreadsheet kept. */
static void fillers_take(struct rows_state *state)
{
	static const char filler[] = "_x000D_";
	char *at;

	while ((at = memmem(state->text.bytes + state->start, state->text.length - state->start,
			    filler, sizeof(filler) - 1))) {
		char *rest = at + sizeof(filler) - 1;

		memmove(at, rest, (size_t)(state->text.bytes + state->text.length - rest));
		state->text.length -= sizeof(filler) - 1;
	}
}

static bool is_date_cell(const struct rows_state *state)
{
	return state->type == 'n' && state->style < state->shared->style_count &&
	       state->shared->is_date[state->style];
}

static int cell_finish(struct rows_state *state)
{
	char date[SHEET_NUMBER_SIZE];
	size_t column = state->column++;
	const char *text = state->text.bytes + state->start;
	size_t length = state->text.length - state->start;
	int result = 0;

	if (column >= SHEET_COLUMNS_MAX || length == 0)
		return 0;
	state->types[column] = state->type;
	if (state->type == 's') {
		result = shared_put(state, text, length);
	} else if (state->type == 'b') {
		text = *text == '1' ? "SANT" : "FALSKT";
		result = text_replace(state, text, strlen(text));
	} else if (is_date_cell(state) &&
		   sheet_date_text(text, length, state->shared->is_1904, date)) {
		result = text_replace(state, date, strlen(date));
		state->types[column] = 'd';
	}
	if (result != 0)
		return result;
	fillers_take(state);
	state->is_filled[column] = true;
	state->starts[column] = state->start;
	state->lengths[column] = state->text.length - state->start;
	return 0;
}

static int row_finish(struct rows_state *state)
{
	size_t count = 0;

	for (size_t i = 0; i < SHEET_COLUMNS_MAX; i++)
		if (state->is_filled[i])
			state->cells[count++] = (struct sheet_cell){
				.text = state->text.bytes + state->starts[i],
				.length = state->lengths[i],
				.column = i,
				.is_number = state->types[i] == 'n',
				.is_error = state->types[i] == 'e',
			};
	return count > 0 ? state->handle(state->context, state->row, state->cells, count) : 0;
}

static void rows_end(struct part_parser *parser, const char *name)
{
	struct rows_state *state = parser->context;
	int result = 0;

	state->is_text = false;
	if (strcmp(name, "c") == 0)
		result = cell_finish(state);
	else if (strcmp(name, "row") == 0)
		result = row_finish(state);
	if (result != 0)
		part_stop(parser, result);
}

/* ---- the workbook ------------------------------------------------------------------- */

static int sheet_read(zip_t *zip, const char *name, sheet_row_handler *handle, void *context,
		      uint32_t *row_out)
{
	cleanup(free_bytes) struct sheet_shared *shared = calloc(1, sizeof(*shared));
	cleanup(free_bytes) struct rows_state *state = calloc(1, sizeof(*state));
	struct book_state book = {.wanted = name};
	struct part_parser parser = {
		.context = state, .start = rows_start, .end = rows_end, .text = rows_text};
	int result;

	if (!shared || !state)
		return -ENOMEM;
	*state = (struct rows_state){.shared = shared, .handle = handle, .context = context};
	result = sheet_find(zip, &book);
	shared->is_1904 = book.is_1904;
	if (result == 0)
		result = sheet_strings_read(zip, shared);
	if (result == 0)
		result = sheet_styles_read(zip, shared);
	if (result == 0)
		result = part_parse(zip, book.target, &parser);
	*row_out = state->row;
	sheet_shared_finish(shared);
	free(state->text.bytes);
	return result;
}

int sheet_book_read(const uint8_t *bytes, size_t length, const char *name,
		    sheet_row_handler *handle, void *context, uint32_t *row_out)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip;
	int result;

	*row_out = 0;
	if (length >= 8 && memcmp(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0)
		return SHEET_LOCKED;
	zip_error_init(&error);
	source = zip_source_buffer_create(bytes, length, 0, &error);
	if (!source)
		return -ENOMEM;
	zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (!zip) {
		zip_source_free(source);
		return SHEET_NO_ZIP;
	}
	result = sheet_read(zip, name, handle, context, row_out);
	zip_discard(zip);
	return result;
}
