/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SIE reader's own parts: the lexer, what the file has said about itself,
 * vouchers, balances.  Only for reader_sie*.c.  Amounts are kept with the file's
 * sign (debit +) until a row or a control leaves the reader.
 */
#pragma once

#include "parse/reader_core.h"

/* ---- fields of a line (reader_sie_lex.c) ----------------------------------- */

struct sie_cursor {
	const uint8_t *start; /* of the line */
	const uint8_t *at;
	const uint8_t *end;
};

enum {
	SIE_FIELD_ABSENT = 1, /* the line ends here */
	SIE_FIELD_UNCLOSED,   /* a quote without its end */
};

/* The next field: 0 or one of the above, with its place in @field. */
int sie_field(struct sie_cursor *cursor, struct field *field);
/* The same for a compulsory field; without it the line was cut off. */
int sie_field_need(struct reader *reader, struct sie_cursor *cursor, const char *name,
		   struct field *field);
/* Past blanks; whether anything is left. */
bool sie_blanks_skip(struct sie_cursor *cursor);
/* Codes of the object list into @ids (NULL: none are wanted); whether it held any
 * pair, in @has_pairs. */
int sie_objects(struct reader *reader, struct sie_cursor *cursor, uint32_t *ids, bool *has_pairs);

/* ---- dimensions (reader_sie_map.c) ------------------------------------------ */

enum { SIE_DIMENSIONS_MAX = 32 };

/* How sure we are of a number's meaning; the surer one wins. */
enum sie_rank {
	SIE_RANK_DEFAULT = 1, /* what the standard gives the number */
	SIE_RANK_NAME,	      /* the file names it with one of our words */
	SIE_RANK_CONFIGURED,
};

struct sie_dimension {
	uint32_t number;
	enum dimension dimension;
	enum sie_rank rank;
};

struct sie_map {
	struct sie_dimension entries[SIE_DIMENSIONS_MAX];
	size_t count;
};

/* The standard's numbers and the configured ones. */
void sie_map_open(struct sie_map *map, const struct source *source);
/* A #DIM row: whether the map changed. */
bool sie_map_name(struct sie_map *map, const struct source *source, uint32_t number,
		  const char *name);
bool sie_map_find(const struct sie_map *map, uint32_t number, enum dimension *dimension_out);

/* ---- the file (reader_sie.c) ------------------------------------------------- */

enum { SIE_YEARS_MAX = 32 };

/* One #RAR. */
struct sie_year {
	int32_t number;
	uint32_t first; /* YYYYMMDD */
	uint32_t last;
};

enum sie_block {
	SIE_OUTSIDE,
	SIE_BLOCK_EXPECTED, /* after #VER */
	SIE_INSIDE,
};

struct sie_voucher {
	enum sie_block block;
	uint32_t line;
	uint32_t date; /* 0: could not be read, which matters when a row needs it */
	uint64_t date_column;
	struct money sum;
};

/* #RES of year 0, #PSALDO {} of year 0. */
struct sie_control {
	enum control_kind kind;
	uint32_t account; /* in sie.accounts */
	uint32_t yyyymm;
	uint32_t line;
	int64_t ore;
};

/* What #PSALDO or #PBUDGET say of one account in one period. */
struct sie_total {
	enum layer layer;
	uint32_t account; /* in sie.accounts */
	uint32_t yyyymm;
	bool has_total;		/* a row with an empty list */
	struct money total;	/* of it */
	struct money objects;	/* rows with objects, sent as they came */
	struct money elsewhere; /* rows with objects of dimensions that are not kept */
};

struct sie_totals {
	struct sie_total *totals; /* in file order */
	size_t count;
	size_t capacity;
	uint32_t *slots; /* open addressing: index + 1 */
	size_t slot_count;
};

struct sie {
	uint32_t type; /* #SIETYP, 0: not said */
	bool has_label;
	unsigned checksum_rows; /* #KSUMMA */
	struct sie_year years[SIE_YEARS_MAX];
	size_t year_count;
	uint32_t covered_through; /* #OMFATTN */
	uint32_t day_first;	  /* of #RAR 0, or of the first row's calendar year */
	uint32_t day_last;	  /* 0: neither is known yet */
	uint32_t outcome_last;	  /* last period with outcome rows */
	struct sie_map map;
	bool has_objects; /* an object list that was not empty */
	bool has_mapped_objects;
	uint64_t voucher_count;
	uint64_t undated_count; /* #TRANS with text for a date */
	struct sie_voucher voucher;
	/* The date a row had last, as its eight digits and as read: the next row nearly
	 * always has the same. */
	uint64_t date_digits;
	uint32_t date_read;
	struct dictionary *accounts;
	struct sie_totals totals;
	struct sie_control *controls;
	size_t control_count;
	size_t control_capacity;
};

/* #RAR 0, or NULL. */
const struct sie_year *sie_year_zero(const struct sie *sie);
/* A row of another year would make the file replace that year's months: rows lie in
 * #RAR 0, and without one in the calendar year of the first row.  READER_BAD when
 * this one does not. */
int sie_day_check(struct reader *reader, uint32_t line, size_t column, uint32_t yyyymmdd);
int sie_period_check(struct reader *reader, size_t column, uint32_t yyyymm);
/* An outcome or budget row in file sign: turned here and nowhere else. */
int sie_row_add(struct reader *reader, struct row *row, int64_t file_ore);

/* ---- vouchers (reader_sie_voucher.c) ------------------------------------------ */

int sie_voucher_read(struct reader *reader, struct sie_cursor *cursor);
int sie_trans_read(struct reader *reader, struct sie_cursor *cursor);
/* A line that begins with a brace. */
int sie_brace_read(struct reader *reader, struct sie_cursor *cursor);
/* Any other line: nothing but the block may follow #VER. */
int sie_block_check(struct reader *reader);
int sie_vouchers_end(struct reader *reader);

/* ---- balances (reader_sie_balance.c, reader_sie_totals.c) ----------------------- */

int sie_result_read(struct reader *reader, struct sie_cursor *cursor);
int sie_period_balance_read(struct reader *reader, struct sie_cursor *cursor);
int sie_period_budget_read(struct reader *reader, struct sie_cursor *cursor);
int sie_controls_end(struct reader *reader);
/* Sends what the object rows leave of the totals. */
int sie_totals_end(struct reader *reader);
/* The total of an account and period, made when new; NULL: out of memory. */
struct sie_total *sie_total_find(struct sie_totals *totals, enum layer layer, uint32_t account,
				 uint32_t yyyymm);
void sie_totals_destroy(struct sie_totals *totals);
