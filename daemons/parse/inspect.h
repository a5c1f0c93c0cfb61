/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file is and how it is to be read, told by the file alone: a proposal of a
 * source, proved by reading the whole file with it.
 *
 *   bytes -> sample (rows of cells) -> proposal (a struct source, and why)
 *         -> reader -> account (first rows, sums, findings) -> text or JSON
 *
 * The parts below the line are only for inspect*.c.
 */
#pragma once

#include <stdio.h>

#include "parse/field.h"
#include "parse/reader.h"

struct inspect_options {
	const char *path;
	const char *sheet; /* of a workbook, NULL: its first */
	bool is_json;
};

/* Writes on standard output what a process without rights makes of the file's bytes.  The exit code
 * to end with: 0 understood, EX_DATAERR not, EX_NOINPUT no file. */
int inspect_file(const struct inspect_options *options);
/* The same of bytes, in this process: EX_OK, EX_DATAERR or EX_OSERR. */
int inspect_bytes(const struct inspect_options *options, const uint8_t *bytes, size_t length,
		  FILE *stream);

/* ----------------------------------------------------------------------------- */

enum { SAMPLE_ROWS_MAX = 1000, SAMPLE_COLUMNS_MAX = 200, REASON_SIZE = 160, FIRST_ROWS = 5 };

struct sample_row {
	uint32_t line;
	size_t count;
	char **cells; /* UTF-8, trimmed */
};

struct sample {
	struct sample_row rows[SAMPLE_ROWS_MAX];
	size_t count;
};

int sample_row_add(struct sample *sample, uint32_t line);
/* To the last row. */
int sample_cell_add(struct sample *sample, const char *text);
void sample_clear(struct sample *sample);
void sample_destroy(struct sample **sample);
/* "" where there is none. */
const char *sample_cell(const struct sample *sample, size_t row, size_t column);
/* Splits text by @delimiter. */
int sample_split(struct sample *sample, const uint8_t *bytes, size_t length,
		 enum text_encoding encoding, char delimiter);

struct proposal {
	struct source source;
	size_t header_row; /* in the sample; its count when there is none */
	uint32_t header_line;
	size_t columns[COLUMNS_MAX];		/* in the file, by source.columns */
	char reasons[COLUMNS_MAX][REASON_SIZE]; /* why, by source.columns */
	char delimiter_reason[REASON_SIZE];
	char decimal_reason[REASON_SIZE];
	char layer_reason[REASON_SIZE];
	char sign_reason[REASON_SIZE];
	char unit_reason[REASON_SIZE];
};

/* The role that a heading has, as in columns = {"Heading=role"}, NULL for none; a
 * smaller @rank is a better word for it. */
const char *inspect_heading_role(const char *heading, int *rank);
/* Finds the header and the columns: how many were recognised. */
size_t propose_columns(const struct sample *sample, struct proposal *proposal);
/* Decimal sign, thousands, forms of dates, sign, unit, layer, year. */
void propose_dialect(const struct sample *sample, struct proposal *proposal);
/* The whole list: of the delimiters the one that makes most sense. */
int propose_list(const uint8_t *bytes, size_t length, enum text_encoding encoding,
		 struct sample *sample, struct proposal *proposal);
void propose_name(const char *path, struct proposal *proposal);
void proposal_column_add(struct proposal *proposal, const char *heading, const char *role,
			 size_t column, const char *reason);
bool proposal_has(const struct proposal *proposal, enum column_role role);

/* What the reader made of the file. */
struct inspect_account {
	int result;
	struct findings findings;
	struct batch_end end;
	int64_t periods[LAYER_MAX + 1][3000][13]; /* öre by layer, year and month */
	uint32_t period_rows[LAYER_MAX + 1][3000];
	char first[FIRST_ROWS][512];
	size_t first_count;
};

/* Notes what stands in the head of a SIE file: "#PROGRAM ...", dimensions. */
struct inspect_sie {
	char program[CODE_SIZE];
	char type[16];
	char year[64];
	char checksum[32];
	struct {
		char number[16];
		char name[CODE_SIZE];
	} dimensions[32];
	size_t dimension_count;
};

void inspect_sie_read(const uint8_t *bytes, size_t length, enum text_encoding encoding,
		      struct inspect_sie *sie);

struct inspection {
	const struct inspect_options *options;
	uint64_t byte_count;
	enum text_encoding encoding;
	const char *encoding_reason;
	struct sample *sample;
	struct proposal *proposal;
	struct inspect_account *account;
	struct inspect_sie sie;
};

void inspect_print_text(const struct inspection *inspection, FILE *stream);
void inspect_print_json(const struct inspection *inspection, FILE *stream);
/* The section of budgetvakt.conf. */
void inspect_print_section(const struct inspection *inspection, FILE *stream);
const char *inspect_encoding_name(enum text_encoding encoding);
void inspect_role_text(const struct source_column *column, char text[static CODE_SIZE]);
