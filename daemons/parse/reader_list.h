/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list is a table with one row a line, whether it comes as text (reader_csv.c) or as
 * a sheet (reader_sheet.c).  Those split: bytes into rows and fields with columns.
 * What the fields mean is here, and the same for both:
 *
 *   list_heading, list_headings_end   rows before the header, and the header
 *   list_row_begin, list_place, list_row   every row after it
 *   list_end
 *
 * Both keep a struct list first in their format_state.  Functions return what
 * reader_core.h says; the row's line is reader->line_number.
 */
#pragma once

#include "parse/reader_core.h"

enum {
	LIST_COLUMNS_MAX = 1024,
	LIST_NONE = -1,
	HEADER_ROWS_MAX = 30, /* titles and filters stand above the header */
	SUM_MARKS_MAX = 256,
};

/* A row that could be the header. */
struct list_candidate {
	uint32_t line; /* 0: none yet */
	size_t found_count;
	size_t missing; /* the first in source.columns that is not there */
	size_t twice_column;
	int twice; /* one that is there twice, or LIST_NONE */
};

/* Sums of amount columns as they are written, to check sum rows against. */
struct list_sums {
	int64_t totals[COLUMNS_MAX]; /* by source.columns, rows so far */
	int64_t marks[SUM_MARKS_MAX][COLUMNS_MAX];
	size_t mark_count; /* sum rows so far; the last are kept */
};

/* Whether "1.234" is a thousand or one and a bit, as the column shows. */
struct list_points {
	uint32_t line; /* the first one that could be both; 0: none */
	size_t column;
	bool is_settled;
};

struct list {
	bool has_header;
	size_t header_rows; /* looked at */
	struct list_candidate best;
	bool is_found[COLUMNS_MAX]; /* in the row now looked at */
	struct list_candidate candidate;
	/* Per column of the file: its number in source.columns, or LIST_NONE. */
	int16_t wanted_of[LIST_COLUMNS_MAX];
	size_t column_count;
	size_t named_count; /* less empty columns at the end */

	int roles[ROLE_COUNT]; /* number in source.columns, or LIST_NONE; not dimensions */
	bool has_months;
	bool has_amounts; /* or all of it is of no use */
	struct amount_style style;

	struct field wanted[COLUMNS_MAX]; /* of the row now read, by source.columns */
	const struct field *first;	  /* its first that is not empty, NULL: none ... */
	int first_wanted;		  /* ... and that one's number, or LIST_NONE */
	struct field leading;		  /* an unwanted field as long as there is no first */
	struct field other;		  /* and after */

	struct list_sums sums;
	struct list_points points;
	int64_t salaries_ore;  /* konto 50*, report sign */
	int64_t taxes_ore;     /* konto 80* */
	uint32_t month_marked; /* the one marked last, a shortcut */
	/* Where each month has its first row; 0: nowhere. */
	uint32_t month_lines[YEAR_COUNT][MONTHS];
};

void list_open(struct reader *reader, struct list *list);
int list_end(struct reader *reader);

/* ---- the header (reader_list_header.c) -------------------------------------- */

/* The field of column @column (0-based, in order) of a row that may be the header. */
int list_heading(struct reader *reader, size_t column, const struct field *field);
/* After its last one: sets has_header when every wanted column is there. */
int list_headings_end(struct reader *reader);
/* The header never came. */
int list_header_missing(struct reader *reader);
/* Whether the row now read is the header again, as on the next page. */
bool list_is_header(const struct reader *reader);

/* ---- rows (reader_list.c) ----------------------------------------------------- */

static inline void list_row_begin(struct list *list)
{
	list->first = NULL;
}

/* Where the field of that column is to be put: copying it would cost more than
 * reading it.  Every wanted place is to be filled in every row. */
static inline struct field *list_place(struct list *list, size_t column, int *wanted)
{
	*wanted = column < list->column_count ? list->wanted_of[column] : LIST_NONE;
	if (*wanted != LIST_NONE)
		return &list->wanted[*wanted];
	return list->first ? &list->other : &list->leading;
}

/* After it has been put there. */
static inline void list_note(struct list *list, const struct field *field, int wanted)
{
	if (list->first || field->length == 0)
		return;
	list->first = field;
	list->first_wanted = wanted;
}

/* The voucher of the row now read, when reader->vouchers is there. */
void list_voucher(struct reader *reader);
/* The row whose fields have been put; it is not blank. */
int list_row(struct reader *reader);
/* The codes of all columns that hold one. */
int list_codes(struct reader *reader, struct row *row);
/* The trimmed field of a wanted column; false when it is LIST_NONE or empty. */
bool list_field(const struct reader *reader, int wanted, struct field *field);

/* ---- amounts (reader_list_amount.c) --------------------------------------------- */

/* The amount of one column as it is written, thousandths for volumes: 0 or an enum
 * field_problem. */
int list_amount_parse(struct reader *reader, size_t wanted, int64_t *amount_out);
/* That, adding it to the column's sum; an empty field is an error. */
int list_amount(struct reader *reader, size_t wanted, int64_t *amount_out);
/* What has been read of the outcome's only amount, on @account, is noted: its öre with report
 * sign. */
int64_t list_amount_take(struct reader *reader, size_t wanted, int64_t amount,
			 const struct field *account);
/* The row's amount with report sign, of whichever columns the source has. */
int list_row_amount(struct reader *reader, int64_t *ore_out);
int64_t list_report_sign(const struct reader *reader, int64_t amount);
bool list_is_amount(const struct source_column *column);
bool list_is_sum_row(const struct reader *reader);
int list_sum_row_check(struct reader *reader);
int list_points_check(struct reader *reader);
int list_sign_check(struct reader *reader);

/* ---- time and spreading (reader_list_time.c) -------------------------------------- */

/* Adds a row whose month and amount are read. */
int list_month_add(struct reader *reader, const struct row *row);
/* Adds the row's amounts at their months; codes and layer are in @row. */
int list_times_add(struct reader *reader, struct row *row);
