/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which vouchers a file holds, once per voucher and month as far as a short memory
 * tells, so that files that overlap are found where all files are known.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/hash.h"
#include "parse/field_text.h"
#include "parse/reader_core.h"

enum { RECENT_BITS = 14 };

struct vouchers {
	/* The one that rows belong to now. */
	uint64_t identity; /* 0: none */
	uint64_t raw;	   /* hash of it as written, a shortcut */
	uint32_t line;
	bool is_shown; /* its texts are wanted, and not that it is told of */
	char series[CODE_SIZE];
	char number[CODE_SIZE];
	uint64_t recent[1 << RECENT_BITS]; /* keys of those noted lately */
	uint32_t *periods;
	uint64_t *identities;
	uint32_t *lines;
	size_t count;
	size_t capacity;
	size_t taken; /* of them, by reader_vouchers */
};

static bool source_has_vouchers(const struct source *source)
{
	if (source->format == FORMAT_SIE4)
		return true;
	for (size_t i = 0; i < source->column_count; i++)
		if (source->columns[i].role == ROLE_VOUCHER)
			return true;
	return false;
}

int reader_vouchers_open(struct reader *reader)
{
	const struct source *source = reader->source;

	/* A snapshot replaces its months: nothing can stand there twice. */
	if (source->mode != REPLACE_DELTA || !source_has_vouchers(source) ||
	    source->policy[FINDING_LEDGER_VOUCHER] == FINDING_IGNORED)
		return 0;
	reader->vouchers = calloc(1, sizeof(*reader->vouchers));
	return reader->vouchers ? 0 : -ENOMEM;
}

int reader_vouchers_show(struct reader *reader)
{
	if (!reader->vouchers)
		reader->vouchers = calloc(1, sizeof(*reader->vouchers));
	if (!reader->vouchers)
		return -ENOMEM;
	reader->vouchers->is_shown = true;
	return 0;
}

void reader_vouchers_destroy(struct reader *reader)
{
	if (!reader->vouchers)
		return;
	free(reader->vouchers->periods);
	free(reader->vouchers->identities);
	free(reader->vouchers->lines);
	free(reader->vouchers);
}

/* As UTF-8, so that the encoding of the file does not matter; what cannot be read is "". */
static size_t part_decode(const struct reader *reader, const struct field *field,
			  char text[static CODE_SIZE])
{
	struct field trimmed = *field;
	size_t length;

	field_trim(&trimmed, reader->encoding);
	if (field_decode(&trimmed, reader->encoding, text, CODE_SIZE, &length) == 0)
		return length;
	text[0] = '\0';
	return 0;
}

/* Vouchers that a ledger is still to number have no number, or 0. */
static bool is_number(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] != '0')
			return true;
	return false;
}

static uint64_t identity_of(struct reader *reader, const struct field *series,
			    const struct field *number)
{
	struct vouchers *vouchers = reader->vouchers;
	size_t length = part_decode(reader, series, vouchers->series);
	uint64_t identity = checksum(vouchers->series, length);

	length = part_decode(reader, number, vouchers->number);
	if (!is_number(vouchers->number, length))
		return 0;
	identity = checksum_seeded(vouchers->number, length, identity);
	return identity == 0 ? 1 : identity;
}

void reader_voucher_set(struct reader *reader, const struct field *series,
			const struct field *number)
{
	struct vouchers *vouchers = reader->vouchers;
	uint64_t raw;

	if (!vouchers)
		return;
	raw = checksum_seeded(number->bytes, number->length,
			      checksum(series->bytes, series->length));
	if (raw == vouchers->raw)
		return;
	vouchers->raw = raw;
	vouchers->identity = identity_of(reader, series, number);
	vouchers->line = reader->line_number;
}

void reader_voucher_text(const struct reader *reader, const char **series_out,
			 const char **number_out)
{
	*series_out = reader->vouchers->series;
	*number_out = reader->vouchers->number;
}

static int vouchers_grow(struct vouchers *vouchers)
{
	size_t capacity = vouchers->capacity ? vouchers->capacity * 2 : 1024;
	uint32_t *periods = realloc(vouchers->periods, capacity * sizeof(*periods));
	uint64_t *identities = realloc(vouchers->identities, capacity * sizeof(*identities));
	uint32_t *lines = realloc(vouchers->lines, capacity * sizeof(*lines));

	if (periods)
		vouchers->periods = periods;
	if (identities)
		vouchers->identities = identities;
	if (lines)
		vouchers->lines = lines;
	if (!periods || !identities || !lines)
		return -ENOMEM;
	vouchers->capacity = capacity;
	return 0;
}

int reader_voucher_note(struct reader *reader, const struct row *row)
{
	struct vouchers *vouchers = reader->vouchers;
	/* A year that is to become months is told of in its first. */
	uint32_t yyyymm = row->yyyymm + period_is_year((struct period){row->yyyymm});
	uint64_t key = vouchers->identity + yyyymm * UINT64_C(0x9E3779B97F4A7C15);
	uint64_t *recent = &vouchers->recent[key >> (64 - RECENT_BITS)];

	if (vouchers->is_shown || vouchers->identity == 0 || row->layer != reader->source->layer ||
	    *recent == key)
		return 0;
	if (vouchers->count == vouchers->capacity && vouchers_grow(vouchers) < 0)
		return -ENOMEM;
	*recent = key;
	vouchers->periods[vouchers->count] = yyyymm;
	vouchers->identities[vouchers->count] = vouchers->identity;
	vouchers->lines[vouchers->count++] = vouchers->line;
	return 0;
}

/* Those not taken yet move to the front. */
static void taken_drop(struct vouchers *vouchers)
{
	size_t left = vouchers->count - vouchers->taken;

	if (vouchers->taken == 0)
		return;
	memmove(vouchers->periods, vouchers->periods + vouchers->taken,
		left * sizeof(*vouchers->periods));
	memmove(vouchers->identities, vouchers->identities + vouchers->taken,
		left * sizeof(*vouchers->identities));
	memmove(vouchers->lines, vouchers->lines + vouchers->taken,
		left * sizeof(*vouchers->lines));
	vouchers->count = left;
	vouchers->taken = 0;
}

bool reader_vouchers(struct reader *reader, struct batch_vouchers *vouchers_out)
{
	struct vouchers *vouchers = reader->vouchers;
	size_t left = vouchers ? vouchers->count - vouchers->taken : 0;
	size_t count = left < ROWS_MAX ? left : ROWS_MAX;

	if (!vouchers)
		return false;
	if (reader->error_count > 0 || left == 0 || (left < ROWS_MAX && !reader->has_ended)) {
		taken_drop(vouchers);
		return false;
	}
	*vouchers_out = (struct batch_vouchers){
		.layer = reader->source->layer,
		.severity = reader->source->policy[FINDING_LEDGER_VOUCHER],
		.count = (uint32_t)count,
		.periods = vouchers->periods + vouchers->taken,
		.identities = vouchers->identities + vouchers->taken,
		.lines = vouchers->lines + vouchers->taken,
	};
	vouchers->taken += count;
	reader->voucher_count += count;
	return true;
}
