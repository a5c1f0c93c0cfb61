/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text list reader's own parts.  Only for reader_csv*.c.
 */
#pragma once

#include "parse/reader_core.h"

enum { CSV_COLUMNS_MAX = 1024, CSV_NONE = -1 };

struct csv_cursor {
	const uint8_t *start; /* of the line */
	const uint8_t *at;
	const uint8_t *end;
	uint8_t delimiter;
};

/* The next field without its quotes; a line has at least one, and another one as
 * long as @has_more says so. */
int csv_field(struct reader *reader, struct csv_cursor *cursor, struct field *field,
	      bool *has_more);

struct csv {
	bool has_header;
	/* Per column of the file: its number in source.columns, or CSV_NONE. */
	int16_t wanted_of[CSV_COLUMNS_MAX];
	size_t column_count;
	/* Numbers in source.columns, or CSV_NONE. */
	int amount;
	int period;
	int date;
	int year;
	int spread;
	struct amount_style style;
	struct field wanted[COLUMNS_MAX]; /* of the line now read, by source.columns */
	const struct field *first;	  /* its first that is not empty, NULL: none ... */
	int first_wanted;		  /* ... and that one's number, or CSV_NONE */
	struct field leading;		  /* an unwanted field as long as there is no first */
	struct field other;		  /* and after */
	uint32_t month_marked;		  /* the one marked last, a shortcut */
	/* Where each month has its first row; 0: nowhere. */
	uint32_t month_lines[YEAR_COUNT][MONTHS];
};

/* Matches the header row with the source's columns (reader_csv_header.c). */
int csv_header_read(struct reader *reader, const uint8_t *line, size_t length);
