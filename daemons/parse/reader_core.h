/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every format's reader stands on: rows into column batches, codes into
 * dictionaries, and the account of what the file holds.  Only for reader*.c.
 *
 * Functions return 0, READER_BAD (the finding is set) or a negative errno, and
 * callers pass all of these on.
 */
#pragma once

#include <string.h>

#include "lib/base/error.h"
#include "lib/model/dictionary.h"
#include "lib/model/group_table.h"
#include "lib/model/period.h"
#include "parse/field.h"
#include "parse/reader.h"
#include "parse/utf16.h"

enum {
	LINE_SIZE_MAX = 1 << 20,
	CODES_MAX = 1 << 20,
	YEAR_COUNT = YEAR_MAX - YEAR_MIN + 1,
	WARNING_SIZE = 256,
	RECENT_CODES = 4096, /* as many as 12 bits of hash tell apart; 600 ansvar fit */
	/* What one message to aggregate can hold, with room to spare. */
	NEW_CODES_SIZE_MAX = 4 << 20,
	CONTROLS_MAX = 100000,
	COVERAGES_MAX = 64,
};

/* A short code met lately, by its bytes in the file: most rows repeat the codes
 * of rows before. */
struct recent_code {
	uint64_t key;
	uint32_t length; /* 0: free */
	uint32_t id;
};

/* How one format understands lines. */
struct reader_format {
	int (*open)(struct reader *reader);
	/* @line: without its line end, never empty; borrowed for the call. */
	int (*line)(struct reader *reader, const uint8_t *line, size_t length);
	/* Set: takes whole lines that end with '\n', as many as it likes, from the first byte
	 * on, and counts them; reader_line is there for those that it has no faster way for. */
	int (*lines)(struct reader *reader, const uint8_t *bytes, size_t length, size_t *taken_out);
	/* Set: the file is no lines, and this takes its bytes as they come. */
	int (*bytes)(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last);
	/* After the last line. */
	int (*end)(struct reader *reader);
	void (*close)(struct reader *reader);
};

/* The next line without its line end, of any kind (reader.c). */
int reader_line(struct reader *reader, const uint8_t *line, size_t length);

struct vouchers;     /* reader_vouchers.c */
struct descriptions; /* reader_description.c */

extern const struct reader_format reader_sie;
extern const struct reader_format reader_sie5;
extern const struct reader_format reader_csv;
extern const struct reader_format reader_sheet;

/* Rows of equal codes and period are one group of a batch: a ledger in the order of its
 * months has far fewer groups than rows, and all that comes after has only the groups to
 * carry. */
enum { GROUPS_MAX = 1 << 15 };

/* A full or filling set of groups of one layer. */
struct batch {
	struct batch *next;
	enum layer layer;
	struct group_table *groups; /* keys: the period, then the numbers of reader->used */
	uint32_t codes_first[DIMENSION_COUNT];	 /* dictionary entries sent before ... */
	uint32_t codes_through[DIMENSION_COUNT]; /* ... and with this batch */
};

/* The batch now lent, as columns. */
struct lent {
	struct rows rows;
	uint32_t *ids[DIMENSION_COUNT];	      /* NULL until a batch needs them */
	uint32_t codes_room[DIMENSION_COUNT]; /* of rows.new_codes */
};

/* The months of a year that have rows; first 0: none. */
struct year_cover {
	uint8_t first;
	uint8_t last;
};

struct reader {
	const struct source *source;
	const struct spread_keys *spread_keys; /* NULL: not known */
	const struct reader_format *format;
	void *format_state;
	enum text_encoding encoding;
	bool is_utf16; /* on its way in made UTF-8, which encoding then says */
	struct utf16 utf16;
	struct encoding_evidence evidence; /* of the file, or of what has been fed */
	bool is_weighing;		   /* the latter */
	struct finding findings[FINDINGS_MAX];
	size_t finding_count;
	uint64_t error_count;
	uint64_t warning_count;
	int failure;  /* what every further feed returns */
	bool is_over; /* an error made the rest unreadable */
	bool has_ended;

	/* Lines: what is left of a chunk waits here for its line end. */
	uint8_t *carry;
	size_t carry_length;
	size_t carry_capacity;
	uint32_t line_number;
	uint8_t line_end; /* '\n', or '\r' in files that have no other; 0: not seen yet */

	/* Rows. */
	struct dictionary *dictionaries[DIMENSION_COUNT];
	struct recent_code *recent[DIMENSION_COUNT]; /* RECENT_CODES each, of those kept */
	enum dimension kept[DIMENSION_COUNT];
	size_t kept_count;
	enum dimension used[DIMENSION_COUNT]; /* kept, and some code has been met */
	size_t used_count;
	struct group_row waiting[GROUP_ROWS_MAX]; /* rows of one layer, to be added at once */
	uint32_t waiting_count;
	uint32_t waiting_room; /* for so many more nothing has to be asked */
	enum layer waiting_layer;
	struct batch *filling[LAYER_MAX + 1];
	struct batch *ready; /* in order */
	struct batch *spare;
	struct lent lent;
	uint32_t codes_closed[DIMENSION_COUNT]; /* entries that belong to closed batches */
	size_t new_codes_size;			/* bytes of the entries after those */

	struct vouchers *vouchers;	   /* NULL: nobody asks for them */
	struct descriptions *descriptions; /* NULL: nobody may see them */
	single_taker *single_take;	   /* set: rows go there and into no batch */
	void *single_context;

	/* The account of the file. */
	uint64_t row_count;
	uint64_t voucher_count; /* given out by reader_vouchers */
	struct money sum;
	bool balances;
	uint32_t exported_date;
	uint32_t complete_through; /* of outcome, YYYYMM; 0: what is covered is complete */
	uint32_t period_marked[LAYER_MAX + 1]; /* the one marked last, a shortcut */
	struct year_cover years[LAYER_MAX + 1][YEAR_COUNT];
	struct batch_coverage *coverages;
	size_t coverage_count;
	struct batch_control *controls;
	size_t control_count;
	size_t control_capacity;
	const char *warnings[FINDINGS_MAX]; /* of the findings, when the file has ended */
};

/* ---- findings (reader_finding.c) ------------------------------------------ */

/* Adds an error at @line (0: the file) and @column (0: the line): READER_BAD, which
 * ends the line; the next is read, unless the code's effect is FINDING_ENDS. */
int reader_bad(struct reader *reader, enum finding_code code, uint32_t line, size_t column,
	       const char *expected, const char *found_format, ...)
	__attribute__((format(printf, 6, 7)));
/* The same for a code whose severity the source's policy decides: READER_BAD for an
 * error, 0 for a warning or nothing. */
int reader_judge(struct reader *reader, enum finding_code code, uint32_t line, size_t column,
		 const char *expected, const char *found_format, ...)
	__attribute__((format(printf, 6, 7)));
/* A warning whatever the policy says, for what the reader itself has weighed: 0. */
int reader_warn(struct reader *reader, enum finding_code code, uint32_t line, const char *expected,
		const char *found_format, ...) __attribute__((format(printf, 5, 6)));
/* At the line now read, for a field whose content may be shown when it is a number. */
int reader_bad_field(struct reader *reader, enum finding_code code, const struct field *field,
		     const char *what, const char *expected);
/* The same for what field_amount and its like say. */
int reader_bad_amount(struct reader *reader, const struct field *field, int problem,
		      const char *expected);

/* ---- rows (reader_rows.c) -------------------------------------------------- */

struct row {
	uint32_t ids[DIMENSION_COUNT]; /* of kept dimensions; 0: no code */
	enum layer layer;
	uint32_t yyyymm;
	int64_t ore; /* report sign */
};

/* Into a group, and into all that is known of the file. */
int reader_row_take(struct reader *reader, const struct row *row);

/* Words of dimensions that are met before the row is added are 0, no code. */
static inline void reader_row_wait(struct reader *reader, const struct row *row)
{
	struct group_row *waiting = &reader->waiting[reader->waiting_count++];

	*waiting = (struct group_row){.ore = row->ore, .row_count = 1, .key = {row->yyyymm}};
	for (size_t i = 0; i < reader->used_count; i++)
		waiting->key[1 + i] = row->ids[reader->used[i]];
}

/* The same, with less to do for a row of the layer and the month of the one before. */
static inline int reader_row_add(struct reader *reader, const struct row *row)
{
	int64_t sum;

	if (reader->waiting_room == 0 || row->layer != reader->waiting_layer ||
	    row->yyyymm != reader->period_marked[row->layer] ||
	    __builtin_add_overflow(reader->sum.ore, row->ore, &sum))
		return reader_row_take(reader, row);
	reader->sum.ore = sum;
	reader->row_count++;
	reader->waiting_room--;
	reader_row_wait(reader, row);
	return 0;
}
/* For reader_code_add: a code that was not met lately, to be remembered in @recent unless
 * that is NULL. */
int reader_code_find(struct reader *reader, enum dimension dimension, const struct field *field,
		     struct recent_code *recent, uint32_t *id_out);

/* One to eight bytes as a number, the first of them lowest. */
static inline uint64_t short_code_key(const uint8_t *bytes, size_t length)
{
	uint32_t first;
	uint32_t last;

	/* The same byte may be added twice. */
	if (length < sizeof(first))
		return bytes[0] | (uint64_t)bytes[length / 2] << length / 2 * 8 |
		       (uint64_t)bytes[length - 1] << (length - 1) * 8;
	memcpy(&first, bytes, sizeof(first));
	memcpy(&last, bytes + length - sizeof(last), sizeof(last));
	return first | (uint64_t)last << (length - sizeof(last)) * 8;
}

static inline struct recent_code *recent_code_at(struct recent_code *recent, uint64_t key)
{
	return &recent[(key * UINT64_C(0x9E3779B97F4A7C15)) >> 52];
}

/* The number of a code; 0 when the field is blank or the dimension is not kept. */
static inline int reader_code_add(struct reader *reader, enum dimension dimension,
				  const struct field *field, uint32_t *id_out)
{
	struct recent_code *recent;
	uint64_t key;

	*id_out = 0;
	if (field->length == 0 || !reader->dictionaries[dimension])
		return 0;
	if (field->length > sizeof(key) || field->escape)
		return reader_code_find(reader, dimension, field, NULL, id_out);
	key = short_code_key(field->bytes, field->length);
	recent = recent_code_at(reader->recent[dimension], key);
	if (recent->key != key || recent->length != field->length)
		return reader_code_find(reader, dimension, field, recent, id_out);
	*id_out = recent->id;
	return 0;
}

/* The same for a code that is known as text. */
int reader_code_text_add(struct reader *reader, enum dimension dimension, const char *text,
			 size_t length, uint32_t *id_out);
/* The field as text without blanks at its ends. */
int reader_text(struct reader *reader, const struct field *field, char text[static CODE_SIZE],
		size_t *length_out);
/* Whatever is left in the batches becomes ready. */
int reader_rows_close(struct reader *reader);
void reader_rows_destroy(struct reader *reader);

/* ---- vouchers (reader_vouchers.c) ------------------------------------------ */

int reader_vouchers_open(struct reader *reader);
/* Whatever the source's mode: its texts are wanted, and not that it is told of. */
int reader_vouchers_show(struct reader *reader);
void reader_vouchers_destroy(struct reader *reader);
/* Rows from now on belong to the voucher that begins at the line now read; without a
 * number it is none that could be told from another. */
void reader_voucher_set(struct reader *reader, const struct field *series,
			const struct field *number);
/* Of a row that counts, when reader->vouchers is there. */
int reader_voucher_note(struct reader *reader, const struct row *row);

/* The series and number of the voucher that rows belong to now, "" for none. */
void reader_voucher_text(const struct reader *reader, const char **series_out,
			 const char **number_out);

/* ---- what rows say in words (reader_description.c) ------------------------------ */

/* Of the voucher, or the row, that comes next, "" for nothing; only where
 * reader->descriptions is there.  A row without words of its own has its voucher's. */
void reader_voucher_describe(struct reader *reader, const struct field *field);
void reader_row_describe(struct reader *reader, const struct field *field);
const char *reader_description(const struct reader *reader);
void reader_descriptions_destroy(struct reader *reader);

/* ---- rows one by one (reader_single.c) ---------------------------------------- */

int reader_single_add(struct reader *reader, const struct row *row);

/* ---- the account (reader_account.c) ----------------------------------------- */

/* The file also covers these months, with or without rows. */
void reader_cover(struct reader *reader, enum layer layer, uint32_t first_yyyymm,
		  uint32_t last_yyyymm);
/* @account: borrowed until the reader is destroyed. */
int reader_control_add(struct reader *reader, const struct batch_control *control);
/* Lists what is covered, and how far outcome is complete; nothing may be added after. */
int reader_account_close(struct reader *reader);
