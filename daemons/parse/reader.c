/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks into lines, and what is refused before a format sees a line.
 */
#include "parse/reader.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "parse/reader_core.h"

/* Bytes decide, but a tie between the code pages goes to what the format
 * prescribes. */
static enum text_encoding encoding_choose(const struct source *source,
					  const struct encoding_evidence *evidence)
{
	enum text_encoding encoding = evidence_decide(evidence);

	if (evidence->high_count == 0)
		return ENCODING_UTF8;
	if (source->encoding != ENCODING_AUTO)
		return source->encoding;
	if (encoding != ENCODING_UTF8 && source->format == FORMAT_SIE4 &&
	    evidence->cp437_letter_count == evidence->latin1_letter_count)
		return ENCODING_CP437;
	return encoding;
}

static const struct reader_format *format_of(const struct source *source,
					     const struct encoding_evidence *evidence)
{
	if (source->format == FORMAT_XLSX)
		return &reader_sheet;
	if (source->format == FORMAT_CSV)
		return &reader_csv;
	return evidence->looks_like_markup ? &reader_sie5 : &reader_sie;
}

/* What the evidence says of the bytes of UTF-16 is nothing about its characters. */
static void utf16_begin(struct reader *reader)
{
	const struct source *source = reader->source;

	if (reader->format->bytes)
		return;
	reader->is_utf16 = reader->evidence.has_utf16_bom || source->encoding == ENCODING_UTF16LE ||
			   source->encoding == ENCODING_UTF16BE;
	if (!reader->is_utf16)
		return;
	reader->utf16.is_big = reader->evidence.has_utf16_bom
				       ? reader->evidence.head[0] == 0xFE
				       : source->encoding == ENCODING_UTF16BE;
	reader->encoding = ENCODING_UTF8;
	reader->evidence.has_nul = false;
	reader->evidence.is_broken_utf8 = false;
	reader->evidence.utf8_state = 0;
}

static int dictionaries_new(struct reader *reader)
{
	for (int i = 0; i < DIMENSION_COUNT; i++) {
		int error;

		if (!reader->source->keeps[i])
			continue;
		error = dictionary_new(&reader->dictionaries[i], CODES_MAX);
		if (error)
			return error;
		reader->recent[i] = calloc(RECENT_CODES, sizeof(*reader->recent[i]));
		if (!reader->recent[i])
			return -ENOMEM;
		reader->kept[reader->kept_count++] = (enum dimension)i;
	}
	return 0;
}

/* As soon as there is evidence. */
static int format_open(struct reader *reader)
{
	reader->encoding = encoding_choose(reader->source, &reader->evidence);
	reader->format = format_of(reader->source, &reader->evidence);
	utf16_begin(reader);
	/* These know their encoding themselves. */
	if (reader->is_utf16 || reader->format->bytes)
		reader->is_weighing = false;
	return reader->format->open(reader);
}

int reader_new(struct reader **reader_out, const struct source *source,
	       const struct encoding_evidence *evidence)
{
	cleanup(reader_destroy) struct reader *reader = calloc(1, sizeof(*reader));
	int error;

	if (!reader)
		return -ENOMEM;
	reader->source = source;
	reader->is_weighing = !evidence;
	error = dictionaries_new(reader);
	if (error == 0)
		error = reader_vouchers_open(reader);
	if (error == 0 && evidence) {
		reader->evidence = *evidence;
		error = format_open(reader);
	}
	if (error)
		return error;
	*reader_out = reader;
	reader = NULL;
	return 0;
}

void reader_destroy(struct reader **reader)
{
	if (!*reader)
		return;
	if ((*reader)->format)
		(*reader)->format->close(*reader);
	reader_rows_destroy(*reader);
	reader_vouchers_destroy(*reader);
	reader_descriptions_destroy(*reader);
	free((*reader)->controls);
	free((*reader)->coverages);
	free((*reader)->carry);
	free(*reader);
	*reader = NULL;
}

struct findings reader_findings(const struct reader *reader)
{
	return (struct findings){
		.items = reader->findings,
		.count = reader->finding_count,
		.error_count = reader->error_count,
		.warning_count = reader->warning_count,
	};
}

/* What the whole of the file's bytes already tells. */
static int file_check(struct reader *reader)
{
	const struct encoding_evidence *evidence = &reader->evidence;

	if (evidence->byte_count == 0)
		return reader_bad(reader, FINDING_FILE_EMPTY, 0, 0,
				  "en export med rader; gör om exporten", "filen är tom (0 byte)");
	if (evidence->has_utf16_bom && reader->source->format == FORMAT_SIE4)
		return reader_bad(reader, FINDING_FILE_ENCODING, 1, 1,
				  "spara filen som UTF-8, Windows-1252 eller CP437 (PC8)",
				  "filen är sparad som UTF-16");
	if (evidence->looks_like_markup && !reader->format->bytes)
		return reader_bad(reader, FINDING_FILE_MARKUP, 1, 1,
				  "gör om exporten; nedladdningen kan ha gett en felsida",
				  "filen är en webbsida eller XML, inte en huvudboksexport");
	return 0;
}

static bool is_broken_utf8(const struct encoding_evidence *evidence)
{
	return evidence->is_broken_utf8 || evidence->utf8_state != 0;
}

static int encoding_bad(struct reader *reader, uint32_t line)
{
	return reader_bad(reader, FINDING_FILE_ENCODING, line, 0,
			  "spara filen som UTF-8, eller ändra källans inställning encoding",
			  "fel teckenkodning: filen ska vara UTF-8 men är det inte");
}

/* A single-byte encoding was configured, but nothing but UTF-8 looks like UTF-8. */
static int encoding_check(struct reader *reader)
{
	const struct encoding_evidence *evidence = &reader->evidence;

	if (reader->encoding == ENCODING_UTF8 || evidence->high_count == 0 ||
	    is_broken_utf8(evidence))
		return 0;
	return reader_bad(reader, FINDING_FILE_ENCODING, 0, 0,
			  "spara filen med källans teckenkodning, eller ändra källans "
			  "inställning encoding",
			  "fel teckenkodning: filen är UTF-8 men källan är inställd på %s",
			  reader->encoding == ENCODING_CP437 ? "cp437" : "windows-1252");
}

/* Finds where the evidence against the file stands. */
static int line_check(struct reader *reader, const uint8_t *line, size_t length)
{
	const struct encoding_evidence *evidence = &reader->evidence;

	if (evidence->has_nul) {
		const uint8_t *nul = memchr(line, 0, length);

		if (nul)
			return reader_bad(reader, FINDING_FILE_NUL, reader->line_number,
					  (size_t)(nul - line) + 1,
					  "gör om exporten eller överföringen",
					  "en nollbyte: filen är skadad eller ingen textfil");
	}
	if (reader->encoding == ENCODING_UTF8 && is_broken_utf8(evidence) &&
	    !text_is_utf8((const char *)line, length))
		return encoding_bad(reader, reader->line_number);
	return 0;
}

static bool is_blank(const uint8_t *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (line[i] != ' ' && line[i] != '\t')
			return false;
	return true;
}

/* A bad line is told, and the next one read: a controller mends them all at once. */
static int format_line(struct reader *reader, const uint8_t *line, size_t length)
{
	int result = reader->format->line(reader, line, length);

	return result == READER_BAD && !reader->is_over ? 0 : result;
}

/* Whether a line may hold what no line may. */
static bool is_suspect(const struct reader *reader)
{
	return reader->evidence.has_nul ||
	       (reader->encoding == ENCODING_UTF8 && is_broken_utf8(&reader->evidence));
}

int reader_line(struct reader *reader, const uint8_t *line, size_t length)
{
	reader->line_number++;
	if (reader->line_number == 1 && length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
		line += 3;
		length -= 3;
	}
	if (length > 0 && line[length - 1] == '\r')
		length--;
	if (is_suspect(reader)) {
		int result = line_check(reader, line, length);

		if (result != 0)
			return result;
	}
	return is_blank(line, length) ? 0 : format_line(reader, line, length);
}

static int line_too_long(struct reader *reader)
{
	return reader_bad(reader, FINDING_FILE_LINE_LENGTH, reader->line_number + 1, 0,
			  "en textfil med en post per rad; kontrollera exportens radslut",
			  "raden är längre än 1 MiB");
}

static int carry_add(struct reader *reader, const uint8_t *bytes, size_t length)
{
	size_t need = reader->carry_length + length;

	if (need > LINE_SIZE_MAX)
		return line_too_long(reader);
	if (need > reader->carry_capacity) {
		size_t capacity = need < 4096 ? 4096 : need * 2;
		uint8_t *grown = realloc(reader->carry, capacity);

		if (!grown)
			return -ENOMEM;
		reader->carry = grown;
		reader->carry_capacity = capacity;
	}
	if (length > 0)
		memcpy(reader->carry + reader->carry_length, bytes, length);
	reader->carry_length = need;
	return 0;
}

/* The first line end decides: some lists end their lines with CR alone.  A CR
 * that ends the chunk stays undecided until the next. */
static void line_end_detect(struct reader *reader, const uint8_t *bytes, size_t length)
{
	const uint8_t *feed = memchr(bytes, '\n', length);
	const uint8_t *carriage = memchr(bytes, '\r', feed ? (size_t)(feed - bytes) : length);

	if (reader->carry_length > 0 && reader->carry[reader->carry_length - 1] == '\r' &&
	    bytes[0] != '\n')
		reader->line_end = '\r';
	else if (carriage && carriage + 1 != feed && carriage + 1 < bytes + length)
		reader->line_end = '\r';
	else if (feed)
		reader->line_end = '\n';
}

/* Ends the line that began in an earlier chunk. */
static int carry_end(struct reader *reader)
{
	int result = reader_line(reader, reader->carry, reader->carry_length);

	reader->carry_length = 0;
	return result;
}

/* A CR of its own at the end of what was carried ended that line already. */
static int carry_end_early(struct reader *reader)
{
	size_t length = reader->carry_length;

	if (reader->line_end != '\r' || length == 0 || reader->carry[length - 1] != '\r')
		return 0;
	reader->carry_length--;
	return carry_end(reader);
}

/* What the format takes at once from where a line begins.  A character that the chunk's end
 * cut in two is in none of these lines. */
static int format_lines(struct reader *reader, const uint8_t **bytes, const uint8_t *end)
{
	const struct encoding_evidence *evidence = &reader->evidence;
	bool is_sound = !evidence->has_nul &&
			(reader->encoding != ENCODING_UTF8 || !evidence->is_broken_utf8);
	size_t taken = 0;
	int result = 0;

	if (reader->format->lines && reader->carry_length == 0 && reader->line_end == '\n' &&
	    is_sound)
		result = reader->format->lines(reader, *bytes, (size_t)(end - *bytes), &taken);
	*bytes += taken;
	return result;
}

static int lines_add(struct reader *reader, const uint8_t *bytes, size_t length)
{
	const uint8_t *end = bytes + length;
	int result = carry_end_early(reader);

	while (result == 0 && bytes < end && reader->line_end != 0) {
		const uint8_t *stop;

		result = format_lines(reader, &bytes, end);
		stop = result == 0 ? memchr(bytes, reader->line_end, (size_t)(end - bytes)) : NULL;
		if (!stop)
			break;
		if (reader->carry_length > 0) {
			result = carry_add(reader, bytes, (size_t)(stop - bytes));
			if (result == 0)
				result = carry_end(reader);
		} else if (stop - bytes > LINE_SIZE_MAX) {
			result = line_too_long(reader);
		} else {
			result = reader_line(reader, bytes, (size_t)(stop - bytes));
		}
		bytes = stop + 1;
	}
	return result == 0 ? carry_add(reader, bytes, (size_t)(end - bytes)) : result;
}

static int rows_end(struct reader *reader)
{
	int result = reader->format->end(reader);

	if (result == 0 && reader->error_count > 0)
		result = READER_BAD;
	if (result == 0)
		result = reader_rows_close(reader);
	if (result == 0)
		result = reader_account_close(reader);
	return result;
}

static int file_end(struct reader *reader)
{
	int result = 0;

	if (reader->carry_length > 0)
		result = carry_end(reader);
	if (result == 0 && reader->is_weighing)
		result = encoding_check(reader);
	if (result == 0 && reader->encoding == ENCODING_UTF8 && is_broken_utf8(&reader->evidence))
		result = encoding_bad(reader, 0);
	if (result == 0)
		result = rows_end(reader);
	return result;
}

/* A format of its own units, which also knows its encoding itself. */
static int bytes_add(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last)
{
	int result = reader->evidence.byte_count == 0
			     ? file_check(reader)
			     : reader->format->bytes(reader, bytes, length, is_last);

	if (result == 0 && is_last) {
		reader->has_ended = true;
		result = rows_end(reader);
	}
	return result;
}

static int chunk_add(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last)
{
	int result = 0;

	if (reader->format->bytes)
		return bytes_add(reader, bytes, length, is_last);
	if (reader->line_number == 0 && reader->carry_length == 0)
		result = file_check(reader);
	if (result == 0 && reader->line_number == 0 && reader->carry_length == 0 &&
	    !reader->is_weighing)
		result = encoding_check(reader);
	if (result == 0 && length > 0 && reader->line_end == 0)
		line_end_detect(reader, bytes, length);
	if (result == 0 && length > 0)
		result = lines_add(reader, bytes, length);
	if (result == 0 && is_last) {
		reader->has_ended = true;
		result = file_end(reader);
	}
	return result;
}

static int utf16_add(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last)
{
	cleanup(free_bytes) uint8_t *utf8 = malloc(UTF16_ROOM(length));
	size_t count;

	if (!utf8)
		return -ENOMEM;
	count = utf16_decode(&reader->utf16, bytes, length, is_last, utf8);
	if (reader->utf16.is_broken)
		reader->evidence.is_broken_utf8 = true;
	return chunk_add(reader, utf8, count, is_last);
}

/* READER_AGAIN when rows were read by another encoding, or as another format, than what
 * has been seen by now tells. */
static int weigh(struct reader *reader, const uint8_t *bytes, size_t length)
{
	bool had_high = reader->evidence.high_count > 0;
	enum text_encoding encoding;

	evidence_add(&reader->evidence, bytes, length);
	if (!reader->format)
		return format_open(reader);
	encoding = encoding_choose(reader->source, &reader->evidence);
	/* The mark of UTF-16 may come in two chunks. */
	if ((had_high && encoding != reader->encoding) || reader->evidence.has_utf16_bom ||
	    format_of(reader->source, &reader->evidence) != reader->format)
		return READER_AGAIN;
	reader->encoding = encoding;
	return 0;
}

/* Whether the whole file may be another thing than what a bad end was found in. */
static bool is_doubtful(const struct reader *reader)
{
	return reader->evidence.high_count > 0 &&
	       (!reader->has_ended || reader->source->encoding != ENCODING_AUTO);
}

int reader_feed(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last)
{
	int result = reader->failure;

	if (result == 0 && reader->is_weighing && !reader->has_ended)
		result = weigh(reader, bytes, length);
	if (result == 0 && !reader->has_ended)
		result = reader->is_utf16 ? utf16_add(reader, bytes, length, is_last)
					  : chunk_add(reader, bytes, length, is_last);
	if (result == READER_BAD && reader->is_weighing && is_doubtful(reader))
		result = READER_AGAIN;
	reader->failure = result;
	if (result != 0)
		return result;
	return reader->ready ? READER_ROWS_READY : 0;
}
