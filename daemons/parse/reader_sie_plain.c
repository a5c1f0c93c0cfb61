/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way nearly every #TRANS takes: an account of digits, objects that are short words,
 * an amount with both decimals, and the day of the row before or of the voucher.  It is
 * all looked at before anything is noted; whatever is odd about a row is left to
 * reader_sie_voucher.c, which knows all cases.
 */
#include "parse/reader_sie.h"

enum { PAIRS_MAX = 16, NUMBER_DIGITS_MAX = 4 };

struct plain_pair {
	uint32_t number;
	struct field object;
};

struct plain_trans {
	struct field account;
	struct plain_pair pairs[PAIRS_MAX];
	size_t pair_count;
	struct field amount;
	int64_t ore;
	uint32_t date;
};

enum { ENDS_WORD = 1, ENDS_QUOTE = 2 };

static const uint8_t endings[256] = {
	[' '] = ENDS_WORD, ['\t'] = ENDS_WORD,	['{'] = ENDS_WORD,
	['}'] = ENDS_WORD, ['\\'] = ENDS_QUOTE, ['"'] = ENDS_WORD | ENDS_QUOTE,
};

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static void bytes_take(struct sie_cursor *cursor, uint8_t ending, struct field *field)
{
	const uint8_t *at = cursor->at;

	while (at < cursor->end && !(endings[*at] & ending))
		at++;
	*field = (struct field){.bytes = cursor->at,
				.length = (size_t)(at - cursor->at),
				.column = (size_t)(cursor->at - cursor->start) + 1};
	cursor->at = at;
}

/* A bare word, which ends at a blank, at a brace or with the line. */
static bool word_take(struct sie_cursor *cursor, struct field *field)
{
	bytes_take(cursor, ENDS_WORD, field);
	return field->length > 0 && (cursor->at == cursor->end || *cursor->at != '"');
}

static bool quoted_take(struct sie_cursor *cursor, struct field *field)
{
	cursor->at++;
	bytes_take(cursor, ENDS_QUOTE, field);
	return cursor->at < cursor->end && *cursor->at++ == '"';
}

static bool digits_read(const struct field *field, uint32_t *number_out)
{
	*number_out = 0;
	if (field->length > NUMBER_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < field->length; i++) {
		if (!is_digit(field->bytes[i]))
			return false;
		*number_out = *number_out * 10 + (uint32_t)(field->bytes[i] - '0');
	}
	return true;
}

static bool pair_take(struct sie_cursor *cursor, struct plain_pair *pair)
{
	struct field number;

	return word_take(cursor, &number) && digits_read(&number, &pair->number) &&
	       sie_blanks_skip(cursor) &&
	       (*cursor->at == '"' ? quoted_take(cursor, &pair->object)
				   : word_take(cursor, &pair->object));
}

/* {1 "501" 6 "P7"} */
static bool pairs_take(struct sie_cursor *cursor, struct plain_trans *trans)
{
	if (!sie_blanks_skip(cursor) || *cursor->at++ != '{')
		return false;
	while (sie_blanks_skip(cursor) && *cursor->at != '}')
		if (trans->pair_count == PAIRS_MAX ||
		    !pair_take(cursor, &trans->pairs[trans->pair_count++]))
			return false;
	return cursor->at++ < cursor->end;
}

static bool account_take(struct sie_cursor *cursor, struct field *account)
{
	uint8_t odd = 0;

	if (!sie_blanks_skip(cursor) || !word_take(cursor, account))
		return false;
	for (size_t i = 0; i < account->length; i++)
		odd |= !is_digit(account->bytes[i]);
	return !odd;
}

/* The row's day, or the voucher's when the row says none. */
static bool date_take(struct sie *sie, struct sie_cursor *cursor, uint32_t *date_out)
{
	struct field field;

	*date_out = sie->voucher.date;
	if (sie_blanks_skip(cursor) && (!word_take(cursor, &field) || !is_digit(field.bytes[0]) ||
					!sie_date_take(sie, &field, date_out)))
		return false;
	return !sie->is_year_bad && *date_out != 0 && *date_out >= sie->day_first &&
	       *date_out <= sie->day_last;
}

static bool trans_take(struct sie *sie, struct sie_cursor *cursor, struct plain_trans *trans)
{
	const struct amount_style style = {.decimal = '.', .unit_ore = 100};

	return account_take(cursor, &trans->account) && pairs_take(cursor, trans) &&
	       sie_blanks_skip(cursor) && word_take(cursor, &trans->amount) &&
	       field_plain_amount(&trans->amount, &style, &trans->ore) &&
	       date_take(sie, cursor, &trans->date);
}

static int codes_read(struct reader *reader, const struct plain_trans *trans, struct row *row)
{
	struct sie *sie = reader->format_state;
	uint32_t *account = &row->ids[DIMENSION_ACCOUNT];
	int result = reader_code_add(reader, DIMENSION_ACCOUNT, &trans->account, account);

	if (*account > sie->accounts_checked)
		sie->accounts_checked = *account;
	for (size_t i = 0; result == 0 && i < trans->pair_count; i++) {
		enum dimension dimension;

		sie->has_objects = true;
		if (!sie_map_find(&sie->map, trans->pairs[i].number, &dimension))
			continue;
		sie->has_mapped_objects = true;
		result = reader_code_add(reader, dimension, &trans->pairs[i].object,
					 &row->ids[dimension]);
	}
	return result;
}

int sie_plain_trans(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct sie_cursor ahead = *cursor;
	struct row row = {.layer = LAYER_OUTCOME};
	struct plain_trans trans;
	struct money sum = sie->voucher.sum;
	int result;

	trans.pair_count = 0;
	if (!trans_take(sie, &ahead, &trans) || !money_add(&sum, (struct money){trans.ore}))
		return SIE_NOT_PLAIN;
	*cursor = ahead;
	result = codes_read(reader, &trans, &row);
	if (result != 0)
		return result;
	sie->voucher.sum = sum;
	if (cursor->at < cursor->end)
		result = sie_rest_check(reader, cursor);
	if (result == 0)
		result = sie_trans_book(reader, row.ids[DIMENSION_ACCOUNT], trans.ore);
	if (result != 0)
		return result;
	row.yyyymm = trans.date / 100;
	return sie_row_add(reader, &row, trans.ore);
}
