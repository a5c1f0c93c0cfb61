/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The splitter of text lists: a line, or several when a quoted field has line ends in
 * it, into fields.  Only for reader_csv*.c.
 *
 * Plain rows have a faster way (reader_csv_plain.c).
 */
#pragma once

#include "parse/reader_list.h"
#include "parse/scan.h"

enum {
	TITLES_MAX = HEADER_ROWS_MAX,
	PENDING_LINES_MAX = 50,
	PENDING_SIZE_MAX = 64 * 1024,
};

/* What a record can be besides what the functions of a reader return. */
enum csv_outcome {
	CSV_OPEN = 16,	 /* a quote is not closed, yet */
	CSV_AFTER_QUOTE, /* there is something between a closing quote and the delimiter */
	CSV_FIELDS,	 /* another number of fields than the rows before */
};

struct csv_cursor {
	const uint8_t *start; /* of the record */
	const uint8_t *at;
	const uint8_t *end;
	uint8_t delimiter;
};

/* The next field without its quotes: 0, CSV_OPEN or CSV_AFTER_QUOTE, and where in
 * @bad_column.  A record has at least one, and another as long as @has_more says so. */
int csv_field(struct csv_cursor *cursor, struct field *field, bool *has_more, size_t *bad_column);

/* Lines whose quotes are not closed yet, with '\n' between them. */
struct csv_pending {
	char *bytes;
	size_t length;
	size_t starts[PENDING_LINES_MAX]; /* of each line, in bytes */
	uint32_t lines[PENDING_LINES_MAX];
	size_t count;
};

/* A code that plain rows have. */
struct csv_code {
	struct recent_code *recent;
	enum dimension dimension;
	uint32_t column; /* of the file */
};

/* What plain rows of a source whose rows are codes, a month and an amount consist of. */
struct csv_plain {
	bool is_on; /* it is such a source */
	uint32_t amount_column;
	uint32_t period_column;
	uint32_t account_column; /* LIST_COLUMNS_MAX: none */
	struct csv_code codes[DIMENSION_COUNT];
	size_t code_count;
	/* The month of the row before, which most rows repeat, as it was written. */
	uint64_t period_word;
	uint32_t period_length; /* 0: none yet */
	uint32_t period;
};

struct csv {
	struct list list; /* first: it is what format_state points at */
	scan_text *scan;  /* NULL: all rows are read as odd ones */
	struct scan_marks marks;
	int16_t column_of[COLUMNS_MAX]; /* of the file, by source.columns ... */
	size_t wanted_count;		/* ... of which there are */
	size_t needed_count;		/* columns of the file through the last of those */
	struct csv_plain plain;
	struct csv_pending pending;
	size_t field_count;	     /* of every row; 0: no header yet */
	size_t bad_count;	     /* of the row that has another number ... */
	size_t bad_column;	     /* ... or where its quotes go wrong */
	size_t filled_count;	     /* fields through the last that is not empty */
	uint32_t tentative_line;     /* the only row so far, wider or narrower than the header */
	int amount;		     /* the first amount in source.columns */
	uint64_t titles[TITLES_MAX]; /* hashes of the lines above the header */
	size_t title_count;
};

/* Not what a ruled line has there: "------". */
static inline bool csv_has_amount(const struct csv *csv)
{
	const struct field *field = &csv->list.wanted[csv->amount];
	bool is_ruled =
		field->length > 1 && field->bytes[0] == field->bytes[1] &&
		(field->bytes[0] == '-' || field->bytes[0] == '=' || field->bytes[0] == '_');

	return field->length > 0 && !is_ruled;
}

/* Lines that are printed on every page (reader_csv_page.c). */
void csv_title_add(struct csv *csv, const uint8_t *line, size_t length);
bool csv_is_printed(const struct csv *csv, const uint8_t *line, size_t length, uint8_t delimiter);

/* reader_format.lines (reader_csv_plain.c). */
int csv_lines(struct reader *reader, const uint8_t *bytes, size_t length, size_t *taken_out);
/* After the header. */
void csv_plain_open(struct reader *reader);

/* Lines that wait for their quote to be closed (reader_csv_pending.c). */
int csv_pending_add(struct reader *reader, const uint8_t *line, size_t length);
/* Reads what has become whole; all of it when the file has ended. */
int csv_pending_read(struct reader *reader, bool is_last);

/* One record at reader->line_number: what a reader's functions return, or an enum
 * csv_outcome, of which nothing has been said yet (reader_csv.c). */
int csv_record(struct reader *reader, const uint8_t *bytes, size_t length);
int csv_outcome_bad(struct reader *reader, int outcome);
