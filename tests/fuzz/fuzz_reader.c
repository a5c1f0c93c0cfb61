/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every reader promises, whatever it is fed.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "lib/base/text.h"
#include "parse/reader.h"

enum { WHOLE = 0, PIECE_MAX = 300, SHEET_ROWS_MAX = 1048576 };

/* One reading.  Rows are added up per codes and period, so that rows of equal codes may come
 * as one or as several. */
struct reading {
	struct reader *reader;
	int result;
	bool is_weighed;
	uint64_t rows_digest;
	int64_t sum_ore;
	uint64_t *code_hashes[DIMENSION_COUNT];
	uint32_t code_count[DIMENSION_COUNT];
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 29;
}

static uint64_t text_hash(const char *text)
{
	uint64_t hash = 1;

	for (; *text; text++)
		hash = mix(hash, (uint8_t)*text);
	return hash;
}

static void code_take(struct reading *reading, size_t d, const char *code)
{
	size_t size = (reading->code_count[d] + 1) * sizeof(*reading->code_hashes[d]);

	promise(text_is_utf8(code, strlen(code)));
	reading->code_hashes[d] = realloc(reading->code_hashes[d], size);
	promise(reading->code_hashes[d] != NULL);
	reading->code_hashes[d][reading->code_count[d]++] = text_hash(code);
}

static void codes_take(struct reading *reading, const struct rows *rows)
{
	for (size_t d = 0; d < DIMENSION_COUNT; d++)
		for (uint32_t i = 0; i < rows->new_codes_count[d]; i++)
			code_take(reading, d, rows->new_codes[d][i]);
}

static void row_take(struct reading *reading, const struct rows *rows, uint32_t i)
{
	uint64_t key = mix((uint64_t)rows->layer, rows->periods[i]);

	promise(rows->periods[i] % 100 <= 12);
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		uint32_t id = rows->ids[d] ? rows->ids[d][i] : 0;

		promise(id <= reading->code_count[d]);
		key = mix(key, id ? reading->code_hashes[d][id - 1] : 0);
	}
	reading->rows_digest += key * (uint64_t)rows->amounts_ore[i];
	reading->sum_ore = (int64_t)((uint64_t)reading->sum_ore + (uint64_t)rows->amounts_ore[i]);
}

static void rows_take(struct reading *reading, bool may_come)
{
	const struct rows *rows;

	while ((rows = reader_rows(reading->reader))) {
		promise(may_come);
		promise(rows->count > 0 && rows->count <= ROWS_MAX);
		codes_take(reading, rows);
		for (uint32_t i = 0; i < rows->count; i++)
			row_take(reading, rows, i);
	}
}

static void piece_feed(struct reading *reading, const uint8_t *bytes, size_t length, bool is_last)
{
	bool was_good = reader_findings(reading->reader).error_count == 0;
	/* A piece in memory of its own: a byte too far is seen by the sanitizer. */
	uint8_t *piece = malloc(length ? length : 1);

	promise(piece != NULL);
	if (length > 0)
		memcpy(piece, bytes, length);
	reading->result = reader_feed(reading->reader, piece, length, is_last);
	if (reading->result == READER_ROWS_READY)
		reading->result = 0;
	promise(reading->result == 0 || reading->result == READER_BAD ||
		(reading->result == READER_AGAIN && !reading->is_weighed));
	rows_take(reading, was_good);
	memset(piece, '#', length);
	free(piece);
}

/* Pieces of any length, drawn from @chance; WHOLE: all at once. */
static size_t piece_length(uint64_t *chance, size_t left)
{
	size_t length = left;

	if (*chance != WHOLE) {
		*chance = mix(*chance, left);
		length = *chance % 7 == 0 ? 1 : 1 + *chance % PIECE_MAX;
	}
	return length < left ? length : left;
}

static struct encoding_evidence evidence_of(const uint8_t *bytes, size_t size, uint64_t chance)
{
	struct encoding_evidence evidence = {0};

	for (size_t at = 0; at < size;) {
		size_t length = piece_length(&chance, size - at);

		evidence_add(&evidence, bytes + at, length);
		at += length;
	}
	return evidence;
}

/* Weighed first, or while it is read. */
static struct reading *reading_of(const struct source *source, const uint8_t *bytes, size_t size,
				  uint64_t chance, bool is_weighed)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	struct encoding_evidence evidence = evidence_of(bytes, size, chance);

	promise(reading &&
		reader_new(&reading->reader, source, is_weighed ? &evidence : NULL) == 0);
	reading->is_weighed = is_weighed;
	for (size_t at = 0; at < size && reading->result == 0;) {
		size_t length = piece_length(&chance, size - at);

		piece_feed(reading, bytes + at, length, false);
		at += length;
	}
	if (reading->result == 0)
		piece_feed(reading, NULL, 0, true);
	return reading;
}

static void reading_destroy(struct reading *reading)
{
	reader_destroy(&reading->reader);
	for (size_t d = 0; d < DIMENSION_COUNT; d++)
		free(reading->code_hashes[d]);
	free(reading);
}

static void evidence_compare(const uint8_t *bytes, size_t size, uint64_t chance)
{
	struct encoding_evidence whole = evidence_of(bytes, size, WHOLE);
	struct encoding_evidence pieces = evidence_of(bytes, size, chance);

	promise(whole.byte_count == pieces.byte_count);
	promise(whole.high_count == pieces.high_count);
	promise(whole.has_nul == pieces.has_nul);
	promise(evidence_decide(&whole) == evidence_decide(&pieces));
}

/* Words of ours, on one line, about a line that is there. */
static void finding_check(const struct finding *finding, uint32_t line_count)
{
	promise(finding->line <= line_count);
	promise(*finding_code_text(finding->code));
	promise(text_is_utf8(finding->found, strlen(finding->found)));
	promise(text_is_utf8(finding->expected, strlen(finding->expected)));
	for (const char *at = finding->found; *at; at++)
		promise((uint8_t)*at >= ' ');
}

static void findings_compare(const struct reading *whole, const struct reading *pieces,
			     uint32_t line_count)
{
	struct findings one = reader_findings(whole->reader);
	struct findings other = reader_findings(pieces->reader);

	promise(whole->result == pieces->result);
	promise((whole->result == READER_BAD) == (one.error_count > 0));
	promise(one.count == other.count && one.error_count == other.error_count);
	promise(one.warning_count == other.warning_count);
	for (size_t i = 0; i < one.count; i++) {
		finding_check(&one.items[i], line_count);
		promise(one.items[i].code == other.items[i].code);
		promise(one.items[i].line == other.items[i].line);
		promise(one.items[i].column == other.items[i].column);
		promise(strcmp(one.items[i].found, other.items[i].found) == 0);
	}
}

static void rows_compare(const struct reading *whole, const struct reading *pieces)
{
	struct batch_end end = {0};

	if (whole->result != 0)
		return;
	reader_end(whole->reader, &end);
	promise(whole->rows_digest == pieces->rows_digest);
	promise(whole->sum_ore == end.sum.ore && pieces->sum_ore == end.sum.ore);
}

static int single_take(void *context, const struct single_row *row)
{
	int64_t *sum_ore = context;

	*sum_ore = (int64_t)((uint64_t)*sum_ore + (uint64_t)row->ore);
	promise(text_is_utf8(row->text, strlen(row->text)));
	for (const char *at = row->text; *at; at++)
		promise((uint8_t)*at >= ' ' && *at != 0x7F);
	return 0;
}

/* Rows one by one, with what they say in words, are the same rows. */
static void singles_compare(const struct source *source, const uint8_t *bytes, size_t size,
			    const struct reading *whole)
{
	struct encoding_evidence evidence = evidence_of(bytes, size, WHOLE);
	struct reader *reader = NULL;
	int64_t sum_ore = 0;
	int r;

	promise(reader_new(&reader, source, &evidence) == 0);
	promise(reader_single(reader, single_take, &sum_ore) == 0);
	promise(reader_descriptions_show(reader) == 0);
	r = size > 0 ? reader_feed(reader, bytes, size, false) : 0;
	if (r == 0)
		r = reader_feed(reader, NULL, 0, true);
	promise(r == whole->result && (r != 0 || sum_ore == whole->sum_ore));
	reader_destroy(&reader);
}

/* Of a workbook, rows that no byte ends. */
static uint32_t lines_count(const struct source *source, const uint8_t *bytes, size_t size)
{
	uint32_t count = 1;

	if (source->format == FORMAT_XLSX)
		return SHEET_ROWS_MAX;
	for (size_t i = 0; i < size; i++)
		count += bytes[i] == '\n' || bytes[i] == '\r';
	return count;
}

void fuzz_reader(const struct source *source, const uint8_t *bytes, size_t size)
{
	uint64_t chance = mix(1, size);
	struct reading *whole;
	struct reading *pieces;
	struct reading *once;

	for (size_t i = 0; i < size; i++)
		chance = mix(chance, bytes[i]);
	chance |= 1;
	evidence_compare(bytes, size, chance);
	whole = reading_of(source, bytes, size, WHOLE, true);
	pieces = reading_of(source, bytes, size, chance, true);
	once = reading_of(source, bytes, size, chance, false);
	findings_compare(whole, pieces, lines_count(source, bytes, size));
	rows_compare(whole, pieces);
	singles_compare(source, bytes, size, whole);
	if (once->result != READER_AGAIN) {
		findings_compare(whole, once, lines_count(source, bytes, size));
		rows_compare(whole, once);
	}
	reading_destroy(once);
	reading_destroy(whole);
	reading_destroy(pieces);
}
