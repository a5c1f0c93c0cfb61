/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of a SIE line: bare or quoted words and object lists.
 */
#include "parse/reader_sie.h"

#include <string.h>

#include "parse/word.h"

static void field_begin(const struct sie_cursor *cursor, struct field *field)
{
	*field = (struct field){.bytes = cursor->at,
				.column = (size_t)(cursor->at - cursor->start) + 1};
}

/* A backslash has no escape of its own in SIE, so that "C:\" is undecidable: when
 * the quote stays open, the last \" is taken for a backslash and the end. */
static int quote_reopen(struct sie_cursor *cursor, struct field *field)
{
	const uint8_t *at = cursor->end - 1;

	while (at > field->bytes && !(*at == '"' && at[-1] == '\\'))
		at--;
	if (at <= field->bytes)
		return SIE_FIELD_UNCLOSED;
	field->length = (size_t)(at - field->bytes);
	cursor->at = at + 1;
	return 0;
}

static int quoted_field(struct sie_cursor *cursor, struct field *field)
{
	const uint8_t *at = ++cursor->at;

	field_begin(cursor, field);
	for (; at < cursor->end && *at != '"'; at++) {
		if (*at == '\\' && at + 1 < cursor->end && at[1] == '"') {
			field->escape = '\\';
			at++;
		}
	}
	if (at >= cursor->end)
		return quote_reopen(cursor, field);
	field->length = (size_t)(at - field->bytes);
	cursor->at = at + 1;
	return 0;
}

int sie_field(struct sie_cursor *cursor, struct field *field)
{
	const uint8_t *at;

	if (!sie_blanks_skip(cursor)) {
		field_begin(cursor, field);
		return SIE_FIELD_ABSENT;
	}
	if (*cursor->at == '"')
		return quoted_field(cursor, field);
	field_begin(cursor, field);
	at = cursor->at;
	if (cursor->end - at >= WORD_SIZE)
		at += word_blank(word_load(at));
	while (at < cursor->end && !sie_is_blank(*at))
		at++;
	field->length = (size_t)(at - cursor->at);
	cursor->at = at;
	return 0;
}

static int field_missing(struct reader *reader, const struct field *field, int problem,
			 const char *name)
{
	if (problem == SIE_FIELD_UNCLOSED)
		return reader_bad(reader, FINDING_SIE_QUOTE, reader->line_number, field->column - 1,
				  "ett citattecken efter fältet; filen kan vara avklippt, gör om "
				  "exporten",
				  "citattecknet stängs inte på raden");
	return reader_bad(reader, FINDING_SIE_FIELD_MISSING, reader->line_number, field->column,
			  "en hel rad; filen kan vara avklippt, gör om exporten", "%s saknas",
			  name);
}

int sie_field_need(struct reader *reader, struct sie_cursor *cursor, const char *name,
		   struct field *field)
{
	int problem = sie_field(cursor, field);

	return problem == 0 ? 0 : field_missing(reader, field, problem, name);
}

/* The end of a quoted text: its quote stands before a blank or the line's end, so that
 * one inside does no harm.  One behind a backslash serves when there is no other. */
static const uint8_t *text_end(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *escaped = NULL;

	while (at < end && (at = memchr(at, '"', (size_t)(end - at)))) {
		const uint8_t *quote = at++;

		if (at < end && !sie_is_blank(*at))
			continue;
		if (quote[-1] != '\\')
			return quote;
		escaped = quote;
	}
	return escaped;
}

void sie_text_field(struct sie_cursor cursor, struct field *field)
{
	struct sie_cursor behind = cursor;
	const uint8_t *close;

	if (sie_field(&behind, field) == 0 &&
	    (field->length == 0 || (field->bytes[0] >= '0' && field->bytes[0] <= '9')))
		cursor = behind;
	if (!sie_blanks_skip(&cursor) || *cursor.at != '"') {
		(void)sie_field(&cursor, field);
		return;
	}
	cursor.at++;
	field_begin(&cursor, field);
	close = text_end(cursor.at, cursor.end);
	field->length = (size_t)((close ? close : cursor.end) - cursor.at);
	field->escape = '\\';
}

int sie_rest_check(struct reader *reader, const struct sie_cursor *cursor)
{
	const uint8_t *at = cursor->at;
	const uint8_t *open;

	while (at < cursor->end && (open = memchr(at, '"', (size_t)(cursor->end - at)))) {
		at = open + 1;
		if (open > cursor->start && !sie_is_blank(open[-1])) /* inside a word */
			continue;
		at = text_end(at, cursor->end);
		if (!at)
			return sie_text_open(reader, cursor, (size_t)(open - cursor->start) + 1);
		at++;
	}
	return 0;
}

/* A word in an object list: a bare one also ends at the brace. */
static int list_word(struct sie_cursor *cursor, struct field *field)
{
	const uint8_t *at;

	if (*cursor->at == '"')
		return quoted_field(cursor, field);
	field_begin(cursor, field);
	for (at = cursor->at; at < cursor->end && !sie_is_blank(*at) && *at != '}';)
		at++;
	field->length = (size_t)(at - cursor->at);
	cursor->at = at;
	return 0;
}

/* The object of a pair, whose dimension was read. */
static int object_add(struct reader *reader, const struct field *number_field,
		      const struct field *object, uint32_t *ids, uint32_t *number_out)
{
	struct sie *sie = reader->format_state;
	enum dimension dimension;
	int32_t number;

	sie->has_objects = true;
	if (!field_number(number_field, &number) || number < 0)
		return reader_bad_field(reader, FINDING_SIE_OBJECTS, number_field,
					"dimensionens nummer är inget tal",
					"objektlistan ska vara {dimension objekt …}");
	*number_out = (uint32_t)number;
	if (!sie_map_find(&sie->map, *number_out, &dimension))
		return 0;
	sie->has_mapped_objects = true;
	return ids ? reader_code_add(reader, dimension, object, &ids[dimension]) : 0;
}

static int list_open(struct reader *reader, struct sie_cursor *cursor)
{
	struct field field;

	if (!sie_blanks_skip(cursor)) {
		field_begin(cursor, &field);
		return field_missing(reader, &field, SIE_FIELD_ABSENT, "objektlistan");
	}
	field_begin(cursor, &field);
	if (*cursor->at != '{')
		return reader_bad(reader, FINDING_SIE_OBJECTS, reader->line_number, field.column,
				  "en objektlista, {} när den är tom", "objektlistan saknas");
	cursor->at++;
	return 0;
}

/* Whether the list goes on: past blanks, and not at its end. */
static int list_next(struct reader *reader, struct sie_cursor *cursor, bool *has_more)
{
	if (!sie_blanks_skip(cursor))
		return reader_bad(reader, FINDING_SIE_OBJECTS, reader->line_number,
				  (size_t)(cursor->at - cursor->start) + 1,
				  "} efter objektlistan; filen kan vara avklippt, gör om exporten",
				  "objektlistan stängs inte på raden");
	*has_more = *cursor->at != '}';
	return 0;
}

int sie_objects(struct reader *reader, struct sie_cursor *cursor, uint32_t *ids,
		struct sie_pairs *pairs)
{
	struct field number;
	struct field object;
	bool has_more = true;
	int result = list_open(reader, cursor);

	*pairs = (struct sie_pairs){0};
	while (result == 0) {
		result = list_next(reader, cursor, &has_more);
		if (result != 0 || !has_more)
			break;
		if (list_word(cursor, &number) != 0)
			return field_missing(reader, &number, SIE_FIELD_UNCLOSED, "");
		result = list_next(reader, cursor, &has_more);
		if (result != 0)
			break;
		if (!has_more)
			return reader_bad_field(reader, FINDING_SIE_OBJECTS, &number,
						"dimensionen har inget objekt",
						"objektlistan ska vara {dimension objekt …}");
		if (list_word(cursor, &object) != 0)
			return field_missing(reader, &object, SIE_FIELD_UNCLOSED, "");
		pairs->count++;
		result = object_add(reader, &number, &object, ids, &pairs->number);
	}
	if (result == 0)
		cursor->at++;
	return result;
}
