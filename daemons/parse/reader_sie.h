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
static inline bool sie_is_blank(uint8_t byte)
{
	return byte <= ' ' && (byte == ' ' || byte == '\t');
}

/* Past blanks; whether anything is left. */
static inline bool sie_blanks_skip(struct sie_cursor *cursor)
{
	while (cursor->at < cursor->end && sie_is_blank(*cursor->at))
		cursor->at++;
	return cursor->at < cursor->end;
}

/* The text of a row or voucher, which stands behind a date that may be empty or left out;
 * "" when there is none. */
void sie_text_field(struct sie_cursor cursor, struct field *field);
/* The texts that follow are not read, but their quotes must close. */
int sie_rest_check(struct reader *reader, const struct sie_cursor *cursor);
/* An object list. */
struct sie_pairs {
	uint32_t count;
	uint32_t number; /* the dimension of the last one */
};

/* Codes of the object list into @ids (NULL: none are wanted); its pairs in @pairs. */
int sie_objects(struct reader *reader, struct sie_cursor *cursor, uint32_t *ids,
		struct sie_pairs *pairs);

/* ---- dimensions (reader_sie_map.c) ------------------------------------------ */

enum { SIE_DIMENSIONS_MAX = 32, SIE_NUMBERS_SHORT = 100 };

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
	uint8_t shorts[SIE_NUMBERS_SHORT]; /* the dimension + 1 of each low number; 0: none */
};

/* The standard's numbers and the configured ones. */
void sie_map_open(struct sie_map *map, const struct source *source);
/* A #DIM row: whether the map changed. */
bool sie_map_name(struct sie_map *map, const struct source *source, uint32_t number,
		  const char *name);
/* For sie_map_find: a number of three digits or more. */
bool sie_map_search(const struct sie_map *map, uint32_t number, enum dimension *dimension_out);

static inline bool sie_map_find(const struct sie_map *map, uint32_t number,
				enum dimension *dimension_out)
{
	if (number >= SIE_NUMBERS_SHORT)
		return sie_map_search(map, number, dimension_out);
	*dimension_out = (enum dimension)(map->shorts[number] - 1);
	return map->shorts[number] != 0;
}

/* ---- the file (reader_sie.c) ------------------------------------------------- */

enum {
	SIE_YEARS_MAX = 32,
	SIE_VOUCHER_ACCOUNTS = 32,
	SIE_UNBALANCED_MAX = 100,
	SIE_TEXTS_MAX = 100,
};

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
	uint32_t date; /* 0: none, which matters when a row needs it */
	uint64_t date_column;
	struct money sum;
	bool is_tainted;			 /* an error inside: its sum says nothing more */
	bool is_date_told;			 /* that a row needs a better date */
	bool has_rows;				 /* #TRANS */
	uint32_t line_last;			 /* the last one of the block so far */
	uint32_t unknown_line;			 /* a label nobody knows, inside */
	uint32_t shifted_line;			 /* a row whose amount looks like a date ... */
	size_t shifted_column;			 /* ... there */
	int64_t ore_last;			 /* of the last row */
	uint32_t account_last;			 /* and its account */
	uint32_t twin_line;			 /* the second of two equal rows ... */
	int64_t twin_ore;			 /* ... of this amount */
	uint32_t accounts[SIE_VOUCHER_ACCOUNTS]; /* of the first rows */
	size_t account_count;
};

/* A voucher that does not balance: how bad that is, is known at the end. */
struct sie_unbalanced {
	enum finding_code code;
	uint32_t line;
	uint32_t twin_line; /* a row equal to the one before it, without which it would */
	size_t column;
	int64_t ore;
	uint32_t accounts[SIE_VOUCHER_ACCOUNTS];
	size_t account_count;
};

/* Texts without an end quote: one is a damage, several in lines of one length are how a
 * program cuts its lines. */
struct sie_texts {
	uint32_t lines[SIE_TEXTS_MAX];
	size_t columns[SIE_TEXTS_MAX];
	size_t count;
	size_t length; /* of the first line */
	bool differs;  /* another line is of another length */
};

/* Numbers that no voucher has, between those of one series that follow on each other. */
struct sie_numbers {
	uint8_t series[32]; /* of the last voucher */
	size_t series_length;
	int32_t last;
	bool has_last; /* a number, in a series that fits */
	bool is_one_missing;
	uint64_t missing_count;
};

/* One account's #IB, #UB and #RES of year 0. */
struct sie_stated {
	bool has_opening;
	bool has_closing;
	bool has_result;
	bool has_before; /* #UB -1 */
	uint32_t month;	 /* of the latest balance (SIE 5) */
	uint32_t closing_line;
	uint32_t result_line;
	int64_t opening;
	int64_t closing;
	int64_t result;
	int64_t before;
};

/* #KSUMMA: from its first row on, the labels and fields in CP437. */
struct sie_checksum {
	bool is_open;
	bool has_ended;
	uint32_t line; /* of the last row */
	uint32_t value;
	uint32_t stated;
};

/* #PSALDO of a file that may yet have vouchers: whole lines, to be read again. */
struct sie_late {
	uint8_t *bytes;
	size_t length;
	size_t capacity;
	bool is_full;
};

/* #RES of year 0, #PSALDO {} of year 0. */
struct sie_control {
	enum control_kind kind;
	uint32_t account; /* in sie.accounts */
	uint32_t yyyymm;
	uint32_t line;
	int64_t ore;
};

struct sie_total_key {
	enum layer layer;
	uint32_t account; /* in sie.accounts */
	uint32_t yyyymm;
	uint32_t part; /* 0: all rows; else those with one object, of dimension part - 1 */
};

/* What #PSALDO or #PBUDGET say of one account in one period. */
struct sie_total {
	struct sie_total_key key;
	bool has_total;		/* a row with an empty list */
	bool is_whole;		/* and without one: what one dimension's objects sum to */
	struct money total;	/* of it */
	struct money objects;	/* rows with objects, sent as they came */
	bool is_multiple;	/* objects are of several dimensions at once (SIE 5) */
	struct money elsewhere; /* rows with objects of dimensions that are not kept */
	uint32_t line;		/* of the first of them */
};

struct sie_totals {
	struct sie_total *totals; /* in file order */
	size_t count;
	size_t capacity;
	uint32_t *slots; /* open addressing: index + 1 */
	size_t slot_count;
};

/* How many records of a kind the file has, whatever became of them. */
enum sie_count {
	SIE_COUNT_ACCOUNT,
	SIE_COUNT_DIMENSION,
	SIE_COUNT_OBJECT,
	SIE_COUNT_VOUCHER,
	SIE_COUNT_ROW,
	SIE_COUNT_ADDED,
	SIE_COUNT_STRUCK,
	SIE_COUNT_BALANCE,
	SIE_COUNT_BALANCE_EMPTY, /* of them with an empty object list */
	SIE_COUNT_BUDGET,
	SIE_COUNT_BUDGET_EMPTY,
	SIE_COUNT_OTHER,
	SIE_COUNT_COUNT,
};

struct sie {
	uint64_t counts[SIE_COUNT_COUNT];
	int64_t debit_ore; /* positive #TRANS */
	uint32_t type;	   /* #SIETYP, 0: not said */
	bool has_label;
	bool is_year_bad;   /* #RAR 0 was refused: nothing is held against it */
	bool is_years_told; /* rows lie in several years, and there is no #RAR */
	struct sie_checksum checksum;
	uint32_t doubt_line; /* a label nobody knows, or none at all */
	bool is_doubt_told;
	uint64_t line_hash; /* of the last record that is not to stand twice */
	uint32_t hash_line;
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
	struct sie_texts texts;
	struct sie_numbers numbers;
	struct sie_unbalanced *unbalanced;
	size_t unbalanced_count;
	int64_t *booked; /* by account number of the reader: file sign, #TRANS */
	uint32_t booked_capacity;
	uint32_t accounts_checked; /* accounts up to here are digits or words */
	bool is_result_passed;	   /* #RES that is not the vouchers' was let through */
	struct dictionary *accounts;
	/* The account a balance had last, by its bytes in the file: the next one mostly has
	 * the same. */
	struct recent_code balance_account;
	struct sie_stated *stated; /* by account in accounts */
	uint32_t stated_capacity;
	struct sie_late late;
	bool is_replay;
	bool is_year_total; /* rows from #RES alone */
	struct sie_totals totals;
	struct sie_control *controls;
	size_t control_count;
	size_t control_capacity;
};

/* What SIE 5 keeps too. */
int sie_state_open(struct reader *reader, struct sie *sie);
void sie_state_close(struct sie *sie);
/* After the last record of either. */
int sie_file_end(struct reader *reader);
/* An outcome or budget row in file sign: turned here and nowhere else. */
int sie_row_add(struct reader *reader, struct row *row, int64_t file_ore);

/* ---- years (reader_sie_year.c) --------------------------------------------------- */

int sie_year_read(struct reader *reader, struct sie_cursor *cursor);
/* #RAR 0, or NULL. */
const struct sie_year *sie_year_zero(const struct sie *sie);
/* A row of another year would make the file replace that year's months: rows lie in
 * #RAR 0, and without one in the calendar year of the first row.  READER_BAD when
 * this one does not; a day is only warned of when the file has no #RAR at all. */
int sie_day_check(struct reader *reader, uint32_t line, size_t column, uint32_t yyyymmdd);
int sie_period_check(struct reader *reader, size_t column, uint32_t yyyymm);

/* ---- texts (reader_sie_text.c) ----------------------------------------------------- */

/* A text whose quote, at @column of the line now read, has no end; judged at the end. */
int sie_text_open(struct reader *reader, const struct sie_cursor *cursor, size_t column);
void sie_texts_end(struct reader *reader);

/* ---- numbers of vouchers (reader_sie_number.c) --------------------------------- */

void sie_number_count(struct sie *sie, const struct field *series, const struct field *number);
/* The numbers say that the export leaves vouchers out, many at a time. */
bool sie_numbers_have_gaps(const struct sie *sie);

/* ---- vouchers (reader_sie_voucher.c) ------------------------------------------ */

void sie_voucher_start(struct reader *reader, bool is_tainted);
int sie_voucher_read(struct reader *reader, struct sie_cursor *cursor);
int sie_trans_read(struct reader *reader, struct sie_cursor *cursor);
/* A day of the calendar as any row may write it; nearly always that of the row before. */
bool sie_date_take(struct sie *sie, const struct field *field, uint32_t *date_out);
/* Whole lines: rows that are as nearly all are at once, any other by the reader's way
 * (reader_sie_plain.c). */
int sie_lines(struct reader *reader, const uint8_t *bytes, size_t length, size_t *taken_out);
/* A balance of year 0 that is as nearly all are, and what it consists of. */
struct sie_plain_balance {
	struct field period;
	struct field account;
	struct sie_cursor objects; /* where they begin */
	struct sie_pairs pairs;
	bool is_mapped; /* one of them is of a dimension we know */
	int64_t ore;
};
bool sie_plain_balance(const struct reader *reader, struct sie_cursor *cursor,
		       struct sie_plain_balance *balance);
/* What the end of the voucher and of the file compare. */
int sie_trans_book(struct reader *reader, uint32_t account, int64_t ore);
/* Whether the voucher's own date can be a row's; told once. */
int sie_voucher_day_check(struct reader *reader);
int sie_voucher_close(struct reader *reader);
/* A line that begins with a brace. */
int sie_brace_read(struct reader *reader, struct sie_cursor *cursor);
/* A record other than a row stands where rows or their brace are expected. */
int sie_block_leave(struct reader *reader);
/* The row stands where the brace before it is expected. */
int sie_block_enter(struct reader *reader);
int sie_vouchers_end(struct reader *reader);

/* ---- balances (reader_sie_balance.c, reader_sie_totals.c) ----------------------- */

/* Balance sheet accounts carry balances from earlier years, which vouchers of the year do
 * not explain. */
bool sie_is_result_account(const struct sie *sie, uint32_t account);
int sie_opening_read(struct reader *reader, struct sie_cursor *cursor);
int sie_closing_read(struct reader *reader, struct sie_cursor *cursor);
int sie_result_read(struct reader *reader, struct sie_cursor *cursor);
int sie_period_balance_read(struct reader *reader, struct sie_cursor *cursor);
int sie_period_budget_read(struct reader *reader, struct sie_cursor *cursor);
int sie_controls_end(struct reader *reader);
/* Sends what the object rows leave of the totals. */
int sie_totals_end(struct reader *reader);
/* Reads kept #PSALDO again, now as rows. */
int sie_late_replay(struct reader *reader);

/* ---- what the file states against what it holds (reader_sie_stated.c) ------------ */

/* The place of an account's balances, made when new; NULL: out of memory. */
struct sie_stated *sie_stated_find(struct sie *sie, uint32_t account);
/* Adds to what is booked on an account: 0 or -ENOMEM. */
int sie_booked_add(struct sie *sie, uint32_t account, int64_t ore);
bool sie_has_results(const struct sie *sie);
/* Whether #RES can be held against vouchers: an account that has #UB too is closed in its
 * program's own way unless both say the same. */
bool sie_result_is_plain(const struct sie *sie, uint32_t account);
/* Rows of a file with nothing but #RES. */
int sie_year_total_add(struct reader *reader);
/* Vouchers against balances; which unbalanced vouchers are errors. */
int sie_stated_check(struct reader *reader);

/* ---- #KSUMMA (reader_sie_checksum.c) ---------------------------------------------- */

int sie_checksum_read(struct reader *reader, struct sie_cursor *cursor);
/* A line after the first #KSUMMA, from its label on. */
void sie_checksum_line(struct reader *reader, struct sie_cursor cursor);
int sie_checksum_end(struct reader *reader);

/* The total of that key, made when new; NULL: out of memory. */
struct sie_total *sie_total_find(struct sie_totals *totals, const struct sie_total_key *key);
void sie_totals_destroy(struct sie_totals *totals);
