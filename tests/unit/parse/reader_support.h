/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads bytes to the end and keeps all that came out as text, so that tests can
 * compare whole readings.
 */
#pragma once

#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "parse/reader.h"

enum { READING_CODES_MAX = 65536 };

struct reading {
	struct reader *reader;
	int result; /* 0 or READER_BAD */
	char *rows; /* "utfall 202001 konto=3011 -12345\n" for every row */
	size_t rows_size;
	FILE *rows_stream;
	size_t batch_count;
	uint64_t counted_rows; /* that the entries say they are the sums of */
	size_t codes_size_max; /* bytes of the new codes of one batch */
	struct batch_end end;  /* when result is 0 */
	char *codes[DIMENSION_COUNT][READING_CODES_MAX];
	uint32_t code_count[DIMENSION_COUNT];
};

static inline void reading_destroy(struct reading **reading)
{
	if (!*reading)
		return;
	reader_destroy(&(*reading)->reader);
	close_stream(&(*reading)->rows_stream);
	free((*reading)->rows);
	for (int i = 0; i < DIMENSION_COUNT; i++)
		for (uint32_t k = 0; k < (*reading)->code_count[i]; k++)
			free((*reading)->codes[i][k]);
	free(*reading);
	*reading = NULL;
}

static inline void reading_row(struct reading *reading, const struct rows *rows, uint32_t i)
{
	FILE *stream = reading->rows_stream;

	fprintf(stream, "%s %u", layer_name(rows->layer), rows->periods[i]);
	for (int d = 0; d < DIMENSION_COUNT; d++) {
		uint32_t id = rows->ids[d] ? rows->ids[d][i] : 0;

		/* The contract of struct rows: a number is never used before its code came. */
		assert_true(id <= reading->code_count[d]);
		if (id > 0)
			fprintf(stream, " %s=%s", dimension_name((enum dimension)d),
				reading->codes[d][id - 1]);
	}
	fprintf(stream, " %lld\n", (long long)rows->amounts_ore[i]);
}

static inline size_t codes_size(const struct rows *rows)
{
	size_t size = 0;

	for (int d = 0; d < DIMENSION_COUNT; d++)
		for (uint32_t k = 0; k < rows->new_codes_count[d]; k++)
			size += strlen(rows->new_codes[d][k]);
	return size;
}

static inline void reading_drain(struct reading *reading)
{
	const struct rows *rows;

	while ((rows = reader_rows(reading->reader))) {
		assert_in_range(rows->count, 1, ROWS_MAX);
		reading->batch_count++;
		if (codes_size(rows) > reading->codes_size_max)
			reading->codes_size_max = codes_size(rows);
		for (int d = 0; d < DIMENSION_COUNT; d++)
			for (uint32_t k = 0; k < rows->new_codes_count[d]; k++) {
				assert_true(reading->code_count[d] < READING_CODES_MAX);
				reading->codes[d][reading->code_count[d]++] =
					strdup(rows->new_codes[d][k]);
			}
		for (uint32_t i = 0; i < rows->count; i++) {
			reading->counted_rows += rows->row_counts[i];
			reading_row(reading, rows, i);
		}
	}
}

static inline bool reading_feed(struct reading *reading, const uint8_t *bytes, size_t length,
				bool is_last)
{
	reading->result = reader_feed(reading->reader, bytes, length, is_last);
	assert_true(reading->result >= 0);
	if (reading->result == READER_BAD || reading->result == READER_AGAIN)
		return false;
	reading_drain(reading);
	reading->result = 0;
	return true;
}

/* @evidence NULL: weighed while it is read; then result may be READER_AGAIN. */
static inline struct reading *reading_through(const struct source *source, const uint8_t *bytes,
					      size_t length, size_t chunk,
					      const struct encoding_evidence *evidence)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	bool goes_on = true;

	assert_non_null(reading);
	reading->rows_stream = open_memstream(&reading->rows, &reading->rows_size);
	assert_int_equal(reader_new(&reading->reader, source, evidence), 0);
	for (size_t i = 0; goes_on && i < length; i += chunk)
		goes_on = reading_feed(reading, bytes + i, length - i < chunk ? length - i : chunk,
				       false);
	if (goes_on && reading_feed(reading, NULL, 0, true))
		reader_end(reading->reader, &reading->end);
	fflush(reading->rows_stream);
	return reading;
}

static inline void assert_found_equal(const struct reading *left, const struct reading *right)
{
	struct findings l = reader_findings(left->reader);
	struct findings r = reader_findings(right->reader);

	assert_int_equal(l.count, r.count);
	assert_int_equal(l.error_count, r.error_count);
	assert_int_equal(l.warning_count, r.warning_count);
	for (size_t i = 0; i < l.count; i++) {
		assert_int_equal(l.items[i].code, r.items[i].code);
		assert_int_equal(l.items[i].line, r.items[i].line);
		assert_int_equal(l.items[i].column, r.items[i].column);
		assert_string_equal(l.items[i].found, r.items[i].found);
	}
}

/* Weighing while reading comes to the same, or says that it did not. */
static inline void assert_read_once_equal(const struct reading *twice, const struct source *source,
					  const uint8_t *bytes, size_t length, size_t chunk)
{
	struct reading *once = reading_through(source, bytes, length, chunk, NULL);

	if (once->result != READER_AGAIN) {
		assert_int_equal(once->result, twice->result);
		assert_found_equal(once, twice);
	}
	if (once->result == 0) {
		assert_string_equal(once->rows, twice->rows);
		assert_int_equal(once->end.row_count, twice->end.row_count);
		assert_money_equal(once->end.sum, twice->end.sum.ore);
	}
	reading_destroy(&once);
}

/* Reads @bytes in chunks of @chunk bytes, as the daemon does. */
static inline struct reading *reading_of_bytes(const struct source *source, const void *bytes,
					       size_t length, size_t chunk)
{
	struct encoding_evidence evidence = {0};
	const uint8_t *at = bytes;
	struct reading *reading;

	for (size_t i = 0; i < length; i += chunk)
		evidence_add(&evidence, at + i, length - i < chunk ? length - i : chunk);
	reading = reading_through(source, at, length, chunk, &evidence);
	assert_read_once_equal(reading, source, at, length, chunk);
	return reading;
}

static inline struct reading *reading_of(const struct source *source, const char *text)
{
	return reading_of_bytes(source, text, strlen(text), 64 * 1024);
}

/* The file is good; says why when it is not. */
static inline void assert_read(const struct reading *reading)
{
	const struct finding *finding = reader_findings(reading->reader).items;

	if (reading->result != 0)
		print_error("line %u:%u: %s; %s\n", finding->line, finding->column, finding->found,
			    finding->expected);
	assert_int_equal(reading->result, 0);
}

/* The file is refused at exactly this place, for a reason that holds @found. */
static inline void assert_refused(const struct reading *reading, uint32_t line, uint32_t column,
				  const char *found)
{
	const struct finding *finding = reader_findings(reading->reader).items;

	assert_int_equal(reading->result, READER_BAD);
	if (finding->line != line || finding->column != column || !strstr(finding->found, found))
		print_error("expected %u:%u: …%s…\n  found %u:%u: %s\n", line, column, found,
			    finding->line, finding->column, finding->found);
	assert_int_equal(finding->line, line);
	assert_int_equal(finding->column, column);
	assert_non_null(strstr(finding->found, found));
	assert_true(finding->expected[0] != '\0');
}

/* "utfall 2020-01–2020-08, budget 2020-01–2020-12" as numbers, in file order. */
static inline void assert_coverage(const struct reading *reading, const char *expected)
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < reading->end.coverage_count; i++) {
		const struct batch_coverage *coverage = &reading->end.coverages[i];

		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s %u-%u",
					   i > 0 ? ", " : "", layer_name(coverage->layer),
					   coverage->first.yyyymm, coverage->last.yyyymm);
	}
	assert_string_equal(text, expected);
}

/* Through which period each coverage is complete: "202008, 202012"; 0: none. */
static inline void assert_through(const struct reading *reading, const char *expected)
{
	char text[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < reading->end.coverage_count; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%u",
					   i > 0 ? ", " : "",
					   reading->end.coverages[i].through.yyyymm);
	assert_string_equal(text, expected);
}

static inline struct source source_of_sie(void)
{
	return (struct source){
		.name = "huvudbok",
		.format = FORMAT_SIE4,
		.mode = REPLACE_SNAPSHOT,
		.layer = LAYER_OUTCOME,
		.unit_ore = 100,
		.keeps = {[DIMENSION_ACCOUNT] = true,
			  [DIMENSION_UNIT] = true,
			  [DIMENSION_ACTIVITY] = true,
			  [DIMENSION_AREA] = true,
			  [DIMENSION_LINE] = true},
	};
}

static inline void source_column_add(struct source *source, const char *header,
				     enum column_role role, enum dimension dimension)
{
	struct source_column *column = &source->columns[source->column_count++];

	snprintf(column->header, sizeof(column->header), "%s", header);
	column->role = role;
	column->dimension = dimension;
}

/* Konto;Ansvar;Verksamhet;Period;Belopp with debit + and a decimal comma. */
static inline struct source source_of_list(void)
{
	struct source source = source_of_sie();

	source.format = FORMAT_CSV;
	source.mode = REPLACE_DELTA;
	source.delimiter = ';';
	source.decimal = ',';
	source.sign = SIGN_LEDGER;
	source_column_add(&source, "Konto", ROLE_DIMENSION, DIMENSION_ACCOUNT);
	source_column_add(&source, "Ansvar", ROLE_DIMENSION, DIMENSION_UNIT);
	source_column_add(&source, "Verksamhet", ROLE_DIMENSION, DIMENSION_ACTIVITY);
	source_column_add(&source, "Period", ROLE_PERIOD, DIMENSION_ACCOUNT);
	source_column_add(&source, "Belopp", ROLE_AMOUNT, DIMENSION_ACCOUNT);
	return source;
}

/* år;period;område;resultatrad;belopp;periodisering with income + and a decimal point. */
static inline struct source source_of_budget(void)
{
	struct source source = source_of_sie();

	source.format = FORMAT_CSV;
	source.layer = LAYER_BUDGET;
	source.delimiter = ';';
	source.decimal = '.';
	source.sign = SIGN_REPORT;
	source_column_add(&source, "år", ROLE_YEAR, DIMENSION_ACCOUNT);
	source_column_add(&source, "period", ROLE_PERIOD, DIMENSION_ACCOUNT);
	source_column_add(&source, "område", ROLE_DIMENSION, DIMENSION_AREA);
	source_column_add(&source, "resultatrad", ROLE_DIMENSION, DIMENSION_LINE);
	source_column_add(&source, "belopp", ROLE_AMOUNT, DIMENSION_ACCOUNT);
	source_column_add(&source, "periodisering", ROLE_SPREAD, DIMENSION_ACCOUNT);
	return source;
}
