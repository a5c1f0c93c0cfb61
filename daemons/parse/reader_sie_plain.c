/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way nearly every #TRANS and #PSALDO takes: an account of digits, objects that are
 * short words, an amount with both decimals, and the day of the row before or of the
 * voucher.  It is all looked at before anything is noted; whatever is odd about a row is
 * left to those who know all cases.  Fields are found eight bytes at a time: where each
 * ends is nothing that a processor foretells.  A row tells itself where its line ends,
 * which nobody else has to look for.
 */
#include "parse/reader_sie.h"
#include "parse/word.h"

enum { PAIRS_MAX = 16, NUMBER_DIGITS_MAX = 4, DECIMALS = 2 };

struct plain_object {
	const uint8_t *bytes;
	size_t length;
	enum dimension dimension;
};

/* An object list: those of dimensions that the source keeps. */
struct plain_objects {
	struct sie_pairs pairs;
	bool is_any_mapped;
	size_t count;
	struct plain_object items[PAIRS_MAX];
};

struct plain_trans {
	struct field account;
	struct plain_objects objects;
	int64_t ore;
	uint32_t date;
	struct money sum;    /* of the voucher, with it */
	const uint8_t *next; /* line */
};

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* The blank or the end of the line that a bare word ends with. */
static inline bool is_word_end(const struct sie_cursor *cursor)
{
	return cursor->at == cursor->end || sie_is_blank(*cursor->at);
}

/* A plain row goes on for eight bytes at least from any field before its amount. */
static inline bool word_see(const struct sie_cursor *cursor, uint64_t *word_out)
{
	if (cursor->end - cursor->at < WORD_SIZE)
		return false;
	*word_out = word_load(cursor->at);
	return true;
}

static inline void bytes_take(struct sie_cursor *cursor, size_t length, struct field *field)
{
	*field = (struct field){.bytes = cursor->at,
				.length = length,
				.column = (size_t)(cursor->at - cursor->start) + 1};
	cursor->at += length;
}

static inline bool digits_take(struct sie_cursor *cursor, struct field *digits)
{
	uint64_t word;

	sie_blanks_skip(cursor);
	if (!word_see(cursor, &word))
		return false;
	bytes_take(cursor, word_digits(word), digits);
	return digits->length > 0 && is_word_end(cursor);
}

/* Past the quote that ends what was opened before @cursor; an escape is none of a plain
 * row's. */
static inline bool quoted_take(struct sie_cursor *cursor, struct plain_object *object)
{
	size_t length = WORD_SIZE;
	uint64_t word;

	for (; length == WORD_SIZE; cursor->at += length) {
		if (!word_see(cursor, &word))
			return false;
		length = word_quote(word);
	}
	object->length = (size_t)(cursor->at - object->bytes);
	return *cursor->at++ == '"' && cursor->at[-2] != '\\';
}

/* A bare object, which ends at a blank or at the brace. */
static inline bool bare_take(struct sie_cursor *cursor, struct plain_object *object)
{
	const uint8_t *at = cursor->at;

	while (at<cursor->end && * at> ' ' && *at != '}' && *at != '{' && *at != '"')
		at++;
	object->length = (size_t)(at - cursor->at);
	cursor->at = at;
	return object->length > 0 && at < cursor->end && (*at == '}' || sie_is_blank(*at));
}

static inline bool object_take(struct sie_cursor *cursor, struct plain_object *object)
{
	bool is_quoted = *cursor->at == '"';

	cursor->at += is_quoted;
	object->bytes = cursor->at;
	return is_quoted ? quoted_take(cursor, object) : bare_take(cursor, object);
}

/* A number of few digits, and the blanks after it. */
static inline bool number_take(struct sie_cursor *cursor, uint32_t *number_out)
{
	const uint8_t *at = cursor->at;

	if (cursor->end - at < WORD_SIZE || !is_digit(at[0]))
		return false;
	*number_out = at[0] - '0';
	for (at++; at < cursor->at + NUMBER_DIGITS_MAX && is_digit(*at); at++)
		*number_out = *number_out * 10 + (*at - '0');
	if (!sie_is_blank(*at))
		return false;
	cursor->at = at + 1;
	return sie_blanks_skip(cursor);
}

static inline bool pair_take(const struct reader *reader, struct sie_cursor *cursor,
			     struct plain_objects *objects)
{
	const struct sie *sie = reader->format_state;
	struct plain_object *object = &objects->items[objects->count];

	if (objects->pairs.count++ == PAIRS_MAX || !number_take(cursor, &objects->pairs.number) ||
	    !object_take(cursor, object))
		return false;
	if (sie_map_find(&sie->map, objects->pairs.number, &object->dimension)) {
		objects->is_any_mapped = true;
		objects->count += reader->source->keeps[object->dimension];
	}
	return true;
}

/* {1 "501" 6 "P7"} */
static inline bool objects_take(const struct reader *reader, struct sie_cursor *cursor,
				struct plain_objects *objects)
{
	objects->pairs = (struct sie_pairs){0};
	objects->is_any_mapped = false;
	objects->count = 0;
	if (!sie_blanks_skip(cursor) || *cursor->at++ != '{')
		return false;
	while (sie_blanks_skip(cursor) && *cursor->at != '}')
		if (!pair_take(reader, cursor, objects))
			return false;
	return cursor->at++ < cursor->end;
}

/* -593366.42 */
static inline bool amount_take(struct sie_cursor *cursor, int64_t *ore_out)
{
	bool is_negative = sie_blanks_skip(cursor) && *cursor->at == '-';
	const uint8_t *at = cursor->at + is_negative;
	uint64_t word = word_load_until(at, cursor->end);
	size_t count = word_digits(word);
	int64_t ore;

	at += count;
	if (count == 0 || cursor->end - at <= DECIMALS || at[0] != '.' || !is_digit(at[1]) ||
	    !is_digit(at[2]))
		return false;
	ore = (int64_t)word_number(word, count) * 100 + (at[1] - '0') * 10 + (at[2] - '0');
	*ore_out = is_negative ? -ore : ore;
	cursor->at = at + 1 + DECIMALS;
	return true;
}

static inline bool is_line_end(uint8_t byte)
{
	return byte == '\n' || byte == '\r';
}

static inline bool day_take(struct sie *sie, struct sie_cursor *cursor, uint32_t *date_out)
{
	struct field field;
	uint64_t word;

	if (!word_see(cursor, &word) || word_digits(word) != WORD_SIZE)
		return false;
	bytes_take(cursor, WORD_SIZE, &field);
	return sie_date_take(sie, &field, date_out);
}

/* The row's day, or the voucher's when the row says none. */
static inline bool date_take(struct sie *sie, struct sie_cursor *cursor, uint32_t *date_out)
{
	*date_out = sie->voucher.date;
	if (sie_blanks_skip(cursor) && !is_line_end(*cursor->at) &&
	    !day_take(sie, cursor, date_out))
		return false;
	return !sie->is_year_bad && *date_out != 0 && *date_out >= sie->day_first &&
	       *date_out <= sie->day_last;
}

/* From the end of a chunk to the end of the line, past which it leads. */
static inline bool line_end_take(struct sie_cursor *cursor, const uint8_t **next_out)
{
	const uint8_t *at = cursor->at;
	const uint8_t *stop = at;

	if (cursor->end - at < 2)
		return false;
	stop += *at == '\r';
	if (*stop != '\n') {
		if (!sie_is_blank(*at))
			return false;
		stop = memchr(at, '\n', (size_t)(cursor->end - at));
	}
	if (!stop || stop - cursor->start > LINE_SIZE_MAX)
		return false;
	cursor->end = stop > at && stop[-1] == '\r' ? stop - 1 : stop;
	*next_out = stop + 1;
	return true;
}

/* What ends an amount is a blank or the line. */
static inline bool trans_take(const struct reader *reader, struct sie_cursor *cursor,
			      struct plain_trans *trans)
{
	return digits_take(cursor, &trans->account) &&
	       objects_take(reader, cursor, &trans->objects) && amount_take(cursor, &trans->ore) &&
	       cursor->at < cursor->end &&
	       (sie_is_blank(*cursor->at) || is_line_end(*cursor->at)) &&
	       date_take(reader->format_state, cursor, &trans->date) &&
	       line_end_take(cursor, &trans->next);
}

static int codes_read(struct reader *reader, const uint8_t *line, const struct plain_trans *trans,
		      struct row *row)
{
	struct sie *sie = reader->format_state;
	const struct plain_objects *objects = &trans->objects;
	uint32_t *account = &row->ids[DIMENSION_ACCOUNT];
	int result = reader_code_add(reader, DIMENSION_ACCOUNT, &trans->account, account);

	if (result != 0)
		return result;
	if (*account > sie->accounts_checked)
		sie->accounts_checked = *account;
	sie->has_objects |= objects->pairs.count > 0;
	sie->has_mapped_objects |= objects->is_any_mapped;
	for (size_t i = 0; result == 0 && i < objects->count; i++) {
		const struct plain_object *object = &objects->items[i];
		struct field field = {.bytes = object->bytes,
				      .length = object->length,
				      .column = (size_t)(object->bytes - line) + 1};

		result = reader_code_add(reader, object->dimension, &field,
					 &row->ids[object->dimension]);
	}
	return result;
}

static int trans_note(struct reader *reader, struct sie_cursor cursor,
		      const struct plain_trans *trans)
{
	struct sie *sie = reader->format_state;
	struct row row = {.layer = LAYER_OUTCOME, .yyyymm = trans->date / 100};
	int result = codes_read(reader, cursor.start, trans, &row);

	if (result != 0)
		return result;
	sie->voucher.sum = trans->sum;
	if (cursor.at < cursor.end)
		result = sie_rest_check(reader, &cursor);
	if (result == 0)
		result = sie_trans_book(reader, row.ids[DIMENSION_ACCOUNT], trans->ore);
	return result == 0 ? sie_row_add(reader, &row, trans->ore) : result;
}

/* Whether rows follow, and nobody asks for more of them than what they count. */
static inline bool is_expected(const struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	return sie->voucher.block == SIE_INSIDE && !sie->checksum.is_open && !reader->descriptions;
}

static inline bool label_take(struct sie_cursor *cursor)
{
	static const char label[] = "#TRANS";

	sie_blanks_skip(cursor);
	if (cursor->end - cursor->at < WORD_SIZE || memcmp(cursor->at, label, strlen(label)) != 0 ||
	    !sie_is_blank(cursor->at[strlen(label)]))
		return false;
	cursor->at += strlen(label);
	return true;
}

/* The row at @cursor, of the line that begins at @line and becomes the next; false, and
 * nothing has been noted, when it is odd. */
static bool trans_read(struct reader *reader, struct sie_cursor cursor, const uint8_t **line,
		       int *result)
{
	struct sie *sie = reader->format_state;
	struct plain_trans trans;

	trans.sum = sie->voucher.sum;
	if (!trans_take(reader, &cursor, &trans) ||
	    !money_add(&trans.sum, (struct money){trans.ore}))
		return false;
	*line = trans.next;
	reader->line_number++;
	sie->has_label = true;
	sie->counts[SIE_COUNT_ROW]++;
	*result = trans_note(reader, cursor, &trans);
	sie->voucher.is_tainted |= *result != 0;
	sie->voucher.line_last = reader->line_number;
	return true;
}

/* Any other line; false: its end is not here, or too far away. */
static bool line_read(struct reader *reader, const uint8_t **line, const uint8_t *end, int *result)
{
	const uint8_t *stop = memchr(*line, '\n', (size_t)(end - *line));

	if (!stop || stop - *line > LINE_SIZE_MAX)
		return false;
	*result = reader_line(reader, *line, (size_t)(stop - *line));
	*line = stop + 1;
	return true;
}

int sie_lines(struct reader *reader, const uint8_t *bytes, size_t length, size_t *taken_out)
{
	const uint8_t *line = bytes;
	const uint8_t *end = bytes + length;
	bool is_read = true;
	int result = 0;

	while (result == 0 && is_read && line < end) {
		struct sie_cursor cursor = {.start = line, .at = line, .end = end};

		is_read = (label_take(&cursor) && is_expected(reader) &&
			   trans_read(reader, cursor, &line, &result)) ||
			  line_read(reader, &line, end, &result);
		result = result == READER_BAD && !reader->is_over ? 0 : result;
	}
	*taken_out = (size_t)(line - bytes);
	return result;
}

static inline bool year_zero_take(struct sie_cursor *cursor)
{
	struct field year;

	return digits_take(cursor, &year) && year.length == 1 && year.bytes[0] == '0';
}

bool sie_plain_balance(const struct reader *reader, struct sie_cursor *cursor,
		       struct sie_plain_balance *balance)
{
	struct sie_cursor ahead = *cursor;
	struct plain_objects objects;

	if (!year_zero_take(&ahead) || !digits_take(&ahead, &balance->period) ||
	    !digits_take(&ahead, &balance->account))
		return false;
	balance->objects = ahead;
	if (!objects_take(reader, &ahead, &objects) || !amount_take(&ahead, &balance->ore) ||
	    !is_word_end(&ahead))
		return false;
	balance->pairs = objects.pairs;
	balance->is_mapped = objects.is_any_mapped;
	*cursor = ahead;
	return true;
}
