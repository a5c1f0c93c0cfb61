/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIE 5: XML with the root Sie (an export) or SieEntry (vouchers for a ledger).  The
 * parser streams; what its elements mean is in reader_sie5_element.c.
 */
#include "parse/reader_sie5.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "parse/field_text.h"

enum {
	DEPTH_MAX = 64,
	TOKEN_SIZE_MAX = 2 << 20,
	TAG_DISTANCE_MAX = 512, /* the parser keeps 1024 bytes */
};

#define NAMESPACE "http://www.sie.se/sie5|"

static void place_set(struct reader *reader, struct sie5 *sie5)
{
	reader->line_number = (uint32_t)XML_GetCurrentLineNumber(sie5->parser);
	sie5->column = XML_GetCurrentColumnNumber(sie5->parser) + 1;
	sie5->tag_index = XML_GetCurrentByteIndex(sie5->parser);
}

/* What ends the reading ends the parser too. */
static void result_take(struct reader *reader, struct sie5 *sie5, int result)
{
	if (result == 0 || (result == READER_BAD && !reader->is_over))
		return;
	sie5->result = result;
	XML_StopParser(sie5->parser, XML_FALSE);
}

static int no_sie5(struct reader *reader, uint32_t line)
{
	return reader_bad(reader, FINDING_FILE_MARKUP, line, 1,
			  "gör om exporten; nedladdningen kan ha gett en felsida",
			  "filen är en webbsida eller XML, inte en huvudboksexport");
}

/* The name without our namespace; NULL for names of others. */
static const char *name_of(const char *name)
{
	size_t length = strlen(NAMESPACE);

	return strncmp(name, NAMESPACE, length) == 0 ? name + length : NULL;
}

static int root_check(struct reader *reader, struct sie5 *sie5, const char *name)
{
	if (!name || (strcmp(name, "Sie") != 0 && strcmp(name, "SieEntry") != 0))
		return no_sie5(reader, reader->line_number);
	sie5->sie.has_label = true;
	return 0;
}

static void element_start(void *context, const XML_Char *full_name, const XML_Char **attributes)
{
	struct reader *reader = context;
	struct sie5 *sie5 = reader->format_state;
	const char *name = name_of(full_name);
	int result = 0;

	if (sie5->result != 0)
		return;
	place_set(reader, sie5);
	sie5->depth++;
	if (sie5->depth == 1)
		result = root_check(reader, sie5, name);
	else if (sie5->depth > DEPTH_MAX)
		result = reader_bad(reader, FINDING_SIE5_DEPTH, reader->line_number, sie5->column,
				    "element i högst 64 nivåer", "för många nivåer av element");
	else if (name)
		result = sie5_element_start(reader, name, attributes);
	result_take(reader, sie5, result);
}

static void element_end(void *context, const XML_Char *full_name)
{
	struct reader *reader = context;
	struct sie5 *sie5 = reader->format_state;
	const char *name = name_of(full_name);

	if (sie5->result != 0)
		return;
	place_set(reader, sie5);
	sie5->depth--;
	if (name)
		result_take(reader, sie5, sie5_element_end(reader, name));
}

/* Entities could make a small file large and read other files: none are defined. */
static void doctype_refuse(void *context, const XML_Char *name, const XML_Char *system_id,
			   const XML_Char *public_id, int has_subset)
{
	struct reader *reader = context;
	struct sie5 *sie5 = reader->format_state;

	(void)system_id;
	(void)public_id;
	(void)has_subset;
	if (sie5->result != 0)
		return;
	place_set(reader, sie5);
	if (strcmp(name, "Sie") != 0 && strcmp(name, "SieEntry") != 0) {
		result_take(reader, sie5, no_sie5(reader, reader->line_number));
		return;
	}
	result_take(reader, sie5,
		    reader_bad(reader, FINDING_SIE5_DTD, reader->line_number, sie5->column,
			       "en SIE 5-fil utan DOCTYPE; gör om exporten",
			       "filen har en DOCTYPE, som kan dölja innehåll"));
}

/* The parser knows UTF-8 and ISO-8859-1; Windows programs mean their own by the latter. */
static int encoding_know(void *context, const XML_Char *name, XML_Encoding *info)
{
	(void)context;
	if (strcasecmp(name, "windows-1252") != 0)
		return XML_STATUS_ERROR;
	for (int i = 0; i < 256; i++) {
		uint32_t character = byte_character(ENCODING_WINDOWS_1252, (uint8_t)i);

		info->map[i] = character == 0 && i > 0 ? -1 : (int)character;
	}
	return XML_STATUS_OK;
}

static int sie5_open(struct reader *reader)
{
	struct sie5 *sie5 = calloc(1, sizeof(*sie5));
	int result;

	if (!sie5)
		return -ENOMEM;
	reader->format_state = sie5;
	reader->encoding = ENCODING_UTF8; /* what the parser makes of any */
	result = sie_state_open(reader, &sie5->sie);
	sie5->parser = XML_ParserCreateNS(NULL, '|');
	if (result != 0 || !sie5->parser)
		return result != 0 ? result : -ENOMEM;
	XML_SetUserData(sie5->parser, reader);
	XML_SetElementHandler(sie5->parser, element_start, element_end);
	XML_SetStartDoctypeDeclHandler(sie5->parser, doctype_refuse);
	XML_SetUnknownEncodingHandler(sie5->parser, encoding_know, NULL);
	return 0;
}

static void sie5_close(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;

	if (!sie5)
		return;
	if (sie5->parser)
		XML_ParserFree(sie5->parser);
	sie_state_close(&sie5->sie);
	free(sie5);
	reader->format_state = NULL;
}

/* Behind the tag that @at is at. */
static const char *tag_end(const char *at, const char *end)
{
	char quote = '\0';

	for (; at < end && (quote != '\0' || *at != '>'); at++)
		if (*at == quote)
			quote = '\0';
		else if (quote == '\0' && (*at == '"' || *at == '\''))
			quote = *at;
	return at;
}

/* A quote that was lost in a tag is met in the one after: how many lines before the error
 * the tag began that is not whole. */
static uint32_t tag_lines(const struct sie5 *sie5)
{
	int64_t distance = XML_GetCurrentByteIndex(sie5->parser) - sie5->tag_index;
	uint32_t count = 0;
	int offset = 0;
	int size = 0;
	const char *buffer = XML_GetInputContext(sie5->parser, &offset, &size);
	const char *at;

	if (!buffer || distance <= 0 || distance > TAG_DISTANCE_MAX || distance > offset)
		return 0;
	at = buffer + offset - distance;
	/* The end of an empty element is told when it has been passed. */
	if (*at == '<')
		at = tag_end(at, buffer + offset);
	at = memchr(at, '<', (size_t)(buffer + offset - at));
	for (; at && at < buffer + offset; at++)
		count += *at == '\n';
	return count;
}

static int syntax_bad(struct reader *reader, struct sie5 *sie5)
{
	uint32_t lines = tag_lines(sie5);

	enum XML_Error error = XML_GetErrorCode(sie5->parser);

	if (error == XML_ERROR_NO_MEMORY)
		return -ENOMEM;
	if (!sie5->sie.has_label)
		return no_sie5(reader, 1);
	place_set(reader, sie5);
	/* After the last line end there is no line. */
	if (error == XML_ERROR_NO_ELEMENTS && sie5->column == 1 && reader->line_number > 1)
		reader->line_number--;
	if (error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN)
		return reader_bad(reader, FINDING_SIE_CUT, reader->line_number, sie5->column,
				  "en hel fil; gör om exporten", "filen är avklippt");
	if (lines > 0)
		return reader_bad(reader, FINDING_SIE5_SYNTAX, reader->line_number - lines, 0,
				  "välformad XML; filen kan vara skadad, gör om exporten",
				  "elementet som börjar här går inte att läsa som XML");
	return reader_bad(reader, FINDING_SIE5_SYNTAX, reader->line_number, sie5->column,
			  "välformad XML; filen kan vara skadad, gör om exporten",
			  "raden går inte att läsa som XML");
}

static int sie5_bytes(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last)
{
	struct sie5 *sie5 = reader->format_state;
	enum XML_Status status =
		XML_Parse(sie5->parser, (const char *)bytes, (int)length, is_last ? 1 : 0);

	if (sie5->result != 0)
		return sie5->result;
	if (status != XML_STATUS_OK)
		return syntax_bad(reader, sie5);
	sie5->byte_count += length;
	if (sie5->byte_count > TOKEN_SIZE_MAX &&
	    XML_GetCurrentByteIndex(sie5->parser) < (XML_Index)(sie5->byte_count - TOKEN_SIZE_MAX))
		return reader_bad(reader, FINDING_FILE_LINE_LENGTH, 0, 0, "element om högst 2 MiB",
				  "ett element är för stort");
	return 0;
}

/* Balances of a month before the last voucher are of another day. */
static void stated_drop(struct sie5 *sie5)
{
	struct sie *sie = &sie5->sie;

	if (sie5->closing_month == 0 || sie5->closing_month >= sie->outcome_last)
		return;
	free(sie->stated);
	sie->stated = NULL;
	sie->stated_capacity = 0;
}

static int sie5_end(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;
	int result;

	stated_drop(sie5);
	if (sie5->sie.covered_through == 0 && sie5->sie.voucher_count == 0)
		sie5->sie.covered_through = sie5->closing_month * 100 + 1;
	result = sie_file_end(reader);
	if (result != 0 || sie5->other_year_count == 0)
		return result;
	return reader_judge(reader, FINDING_SIE5_OTHER_YEAR, 0, 0, "",
			    "%llu rader hör till ett annat räkenskapsår än det primära och "
			    "räknas inte",
			    (unsigned long long)sie5->other_year_count);
}

const struct reader_format reader_sie5 = {
	.open = sie5_open,
	.bytes = sie5_bytes,
	.end = sie5_end,
	.close = sie5_close,
};
