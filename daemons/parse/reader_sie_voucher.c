/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vouchers: #VER, its block and the #TRANS inside, which must sum to zero.
 */
#include "parse/reader_sie.h"

#include <stdlib.h>
#include <string.h>

static const char date_expected[] = "ett datum ÅÅÅÅMMDD inom räkenskapsåret (#RAR 0)";

static bool is_digit_first(const struct field *field)
{
	return field->length > 0 && field->bytes[0] >= '0' && field->bytes[0] <= '9';
}

/* Also YYMMDD, of this century. */
static bool sie_date_read(const struct field *field, uint32_t *date_out)
{
	uint8_t digits[8] = "20";
	struct field whole = {.bytes = digits, .length = sizeof(digits)};

	if (field->length != sizeof(digits) - 2)
		return field_date(field, date_out);
	memcpy(digits + 2, field->bytes, sizeof(digits) - 2);
	return field_date(&whole, date_out);
}

/* The number stands where the series should when the date stands where the number should. */
static void voucher_name_set(struct reader *reader, const struct field *series,
			     const struct field *number, bool has_date)
{
	static const struct field none = {.bytes = (const uint8_t *)""};
	uint32_t date;

	if (!has_date && field_date(number, &date)) {
		number = series;
		series = &none;
	}
	reader_voucher_set(reader, series, number);
	sie_number_count(reader->format_state, series, number);
}

static void voucher_describe(struct reader *reader, struct sie_cursor cursor)
{
	struct field text;

	sie_text_field(cursor, &text);
	reader_voucher_describe(reader, &text);
}

/* Some programs leave the series out, which moves every field one step. */
static int voucher_date_read(struct reader *reader, struct sie_cursor *cursor,
			     struct sie_voucher *voucher)
{
	struct field series;
	struct field number;
	struct field date;
	bool is_absent;
	bool has_date;
	int result = sie_field_need(reader, cursor, "verifikationens serie", &series);

	if (result == 0)
		result = sie_field_need(reader, cursor, "verifikationens nummer", &number);
	if (result != 0)
		return result;
	if (reader->descriptions)
		voucher_describe(reader, *cursor);
	is_absent = sie_field(cursor, &date) != 0;
	voucher->date_column = date.column;
	has_date = !is_absent && sie_date_take(reader->format_state, &date, &voucher->date);
	voucher_name_set(reader, &series, &number, has_date);
	if (has_date || field_date(&number, &voucher->date) ||
	    (is_absent && field_date(&series, &voucher->date)))
		return 0;
	voucher->date = 0;
	if (!is_absent && date.length == 0)
		return 0;
	voucher->is_date_told = true;
	if (!is_absent)
		return reader_bad_field(reader, FINDING_SIE_DATE, &date,
					"verifikationens datum finns inte i kalendern",
					date_expected);
	return reader_bad(reader, FINDING_SIE_DATE, reader->line_number, date.column, date_expected,
			  "verifikationens datum saknas");
}

void sie_voucher_start(struct reader *reader, bool is_tainted)
{
	struct sie *sie = reader->format_state;

	sie->voucher = (struct sie_voucher){
		.block = SIE_BLOCK_EXPECTED,
		.line = reader->line_number,
		.line_last = reader->line_number,
		.is_tainted = is_tainted,
		.is_date_told = is_tainted,
	};
	sie->voucher_count++;
}

int sie_voucher_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	int result;

	sie_voucher_start(reader, false);
	if (sie->type == 2 || sie->type == 3) {
		sie->voucher.is_tainted = sie->voucher.is_date_told = true;
		if (sie->voucher_count > 1)
			return 0;
		return reader_bad(reader, FINDING_SIE_TYPE, reader->line_number, 0,
				  "filtyp 4 i #SIETYP; gör om exporten som SIE 4",
				  "#SIETYP säger %u men filen har verifikationer", sie->type);
	}
	result = voucher_date_read(reader, cursor, &sie->voucher);
	if (result == 0)
		result = sie_rest_check(reader, cursor);
	sie->voucher.is_tainted = result != 0;
	return result;
}

/* Nothing but a row or the brace may follow here: the voucher ends without its brace. */
int sie_block_leave(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;
	bool is_inside = voucher->block == SIE_INSIDE;

	voucher->block = SIE_OUTSIDE;
	if (voucher->is_tainted)
		return 0;
	if (is_inside)
		return reader_bad(reader, FINDING_SIE_BLOCK, voucher->line_last + 1, 0,
				  "} efter verifikationens sista rad; filen kan vara skadad",
				  "verifikationen på rad %u avslutas inte", voucher->line);
	return reader_judge(reader, FINDING_SIE_VOUCHER_EMPTY, voucher->line, 0,
			    "{ på raden efter #VER", "verifikationen har inga rader");
}

/* Rows of what should have been a voucher are not told one by one. */
static void block_lose(struct sie *sie, uint32_t line)
{
	sie->voucher = (struct sie_voucher){
		.block = SIE_INSIDE,
		.line = line,
		.line_last = line,
		.is_tainted = true,
		.is_date_told = true,
	};
}

int sie_block_enter(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;
	uint32_t line = voucher->line + 1;
	bool is_doubt = sie->doubt_line == line;
	bool is_told = voucher->is_tainted || (is_doubt && sie->is_doubt_told);

	if (voucher->block == SIE_OUTSIDE) {
		block_lose(sie, reader->line_number);
		return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, 0,
				  "#TRANS inom { och } efter #VER; filen kan vara skadad",
				  "en transaktion utanför en verifikation");
	}
	voucher->block = SIE_INSIDE;
	/* Nothing was lost when the brace's line is there, and empty. */
	if (!is_told && !is_doubt && reader->line_number == line + 1)
		return reader_warn(reader, FINDING_SIE_BLOCK, line, "{ ensam på raden efter #VER",
				   "raden där { ska stå är tom; raderna efter hör till "
				   "verifikationen på rad %u",
				   voucher->line);
	voucher->is_tainted = true;
	if (is_told)
		return 0;
	return reader_bad(reader, FINDING_SIE_BLOCK, line, 0,
			  "{ på raden efter #VER; filen kan vara skadad",
			  "verifikationen på rad %u har inga rader", voucher->line);
}

/* Which line explains best that the voucher does not balance. */
static void unbalanced_place(const struct sie_voucher *voucher, struct sie_unbalanced *place)
{
	place->code = FINDING_SIE_UNBALANCED;
	place->line = voucher->line;
	if (voucher->unknown_line != 0) {
		place->code = FINDING_SIE_LABEL;
		place->line = voucher->unknown_line;
	} else if (voucher->shifted_line != 0) {
		place->code = FINDING_AMOUNT_MISSING;
		place->line = voucher->shifted_line;
		place->column = voucher->shifted_column;
	}
	if (voucher->twin_line != 0 && voucher->twin_ore == voucher->sum.ore)
		place->twin_line = voucher->twin_line;
}

int sie_voucher_close(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;
	struct sie_unbalanced *place;

	voucher->block = SIE_OUTSIDE;
	if (voucher->is_tainted || voucher->sum.ore == 0 ||
	    sie->unbalanced_count == SIE_UNBALANCED_MAX)
		return 0;
	if (!sie->unbalanced)
		sie->unbalanced = calloc(SIE_UNBALANCED_MAX, sizeof(*sie->unbalanced));
	if (!sie->unbalanced)
		return -ENOMEM;
	place = &sie->unbalanced[sie->unbalanced_count++];
	place->ore = voucher->sum.ore;
	place->account_count = voucher->account_count;
	memcpy(place->accounts, voucher->accounts, sizeof(place->accounts));
	unbalanced_place(voucher, place);
	return 0;
}

/* A block without its #VER: the line before may have been one. */
static int block_orphan(struct reader *reader, size_t column)
{
	struct sie *sie = reader->format_state;
	bool is_doubt = sie->doubt_line != 0 && sie->doubt_line + 1 == reader->line_number;

	block_lose(sie, reader->line_number);
	if (is_doubt && sie->is_doubt_told)
		return 0;
	if (is_doubt)
		return reader_bad(reader, FINDING_SIE_LABEL, sie->doubt_line, 0,
				  "#VER före { och rader; filen kan vara skadad, gör om exporten",
				  "en okänd etikett där en verifikation börjar");
	return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, column,
			  "klamrar bara runt en verifikations rader; filen kan vara skadad",
			  "en klammer utan verifikation");
}

static int brace_take(struct reader *reader, bool opens, size_t column)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;

	voucher->line_last = reader->line_number;
	if (opens && voucher->block == SIE_BLOCK_EXPECTED) {
		voucher->block = SIE_INSIDE;
		return 0;
	}
	if (!opens && voucher->block == SIE_INSIDE)
		return sie_voucher_close(reader);
	if (opens && voucher->block == SIE_OUTSIDE)
		return block_orphan(reader, column);
	if (!opens && voucher->block == SIE_BLOCK_EXPECTED) {
		voucher->block = SIE_OUTSIDE;
		if (voucher->is_tainted)
			return 0;
	}
	return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, column,
			  "klamrar bara runt en verifikations rader; filen kan vara skadad",
			  "en klammer utan verifikation");
}

int sie_brace_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	bool opens = *cursor->at == '{';
	size_t column = (size_t)(cursor->at - cursor->start) + 1;

	cursor->at++;
	if (!sie_blanks_skip(cursor))
		return brace_take(reader, opens, column);
	if (sie->voucher.block != SIE_OUTSIDE) {
		sie->voucher.is_tainted = true;
		sie->voucher.block = opens ? SIE_INSIDE : SIE_OUTSIDE;
	} else if (opens) {
		block_lose(sie, reader->line_number);
	}
	return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number,
			  (size_t)(cursor->at - cursor->start) + 1, "klammern ensam på raden",
			  "text efter klammern");
}

int sie_vouchers_end(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	const struct sie_voucher *voucher = &sie->voucher;

	if (voucher->block == SIE_OUTSIDE || voucher->is_tainted)
		return 0;
	return reader_bad(
		reader, FINDING_SIE_CUT, reader->line_number, 0, "en hel fil; gör om exporten",
		"filen är avklippt: den slutar inuti verifikationen på rad %u", voucher->line);
}

int sie_voucher_day_check(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;
	int result = sie_day_check(reader, voucher->line, voucher->date_column, voucher->date);

	voucher->is_date_told = result != 0;
	return result;
}

/* The voucher's date, for a row that has none. */
static int voucher_date_use(struct reader *reader, uint32_t *date_out)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;

	*date_out = voucher->date;
	if (voucher->is_date_told)
		return READER_BAD;
	if (voucher->date == 0) {
		voucher->is_date_told = true;
		return reader_bad(reader, FINDING_SIE_DATE, voucher->line, voucher->date_column,
				  date_expected, "verifikationens datum saknas");
	}
	return sie_voucher_day_check(reader);
}

bool sie_date_take(struct sie *sie, const struct field *field, uint32_t *date_out)
{
	uint64_t digits = 0;

	if (field->length == sizeof(digits))
		memcpy(&digits, field->bytes, sizeof(digits));
	if (digits != 0 && digits == sie->date_digits) {
		*date_out = sie->date_read;
		return true;
	}
	if (!sie_date_read(field, date_out))
		return false;
	sie->date_digits = digits;
	sie->date_read = *date_out;
	return true;
}

static int trans_date_read(struct reader *reader, struct sie_cursor *cursor, uint32_t *date_out)
{
	struct sie *sie = reader->format_state;
	struct field field;

	if (sie_field(cursor, &field) != 0 || field.length == 0)
		return voucher_date_use(reader, date_out);
	if (!is_digit_first(&field)) {
		sie->undated_count++;
		return voucher_date_use(reader, date_out);
	}
	if (!sie_date_take(sie, &field, date_out))
		return reader_bad_field(reader, FINDING_SIE_DATE, &field,
					"datumet finns inte i kalendern", date_expected);
	return sie_day_check(reader, reader->line_number, field.column, *date_out);
}

/* An amount without decimals that is a day of the calendar: the real one may be missing. */
static void shift_suspect(struct sie *sie, uint32_t line, const struct field *field)
{
	uint32_t date;

	if (sie->voucher.shifted_line != 0 || !field_date(field, &date))
		return;
	sie->voucher.shifted_line = line;
	sie->voucher.shifted_column = field->column;
}

static int trans_amount_read(struct reader *reader, struct sie_cursor *cursor, int64_t *ore_out)
{
	struct sie *sie = reader->format_state;
	struct field field;
	int result = sie_field_need(reader, cursor, "beloppet", &field);
	int problem;

	if (result != 0)
		return result;
	*ore_out = 0;
	problem = field_amount(&field, ore_out);
	if (problem != 0 && problem != FIELD_EMPTY)
		return reader_bad_amount(
			reader, &field, problem,
			"ett belopp med högst två decimaler, till exempel -1234.56");
	if (!money_add(&sie->voucher.sum, (struct money){*ore_out}))
		return reader_bad_amount(reader, &field, FIELD_TOO_BIG,
					 "belopp som tillsammans går att bokföra");
	if (field.length == 8 && field.bytes[0] == '2')
		shift_suspect(sie, reader->line_number, &field);
	return 0;
}

/* Some programs have an account FEL or DIFF for what they cannot place. */
static bool is_word(const struct field *field)
{
	for (size_t i = 0; i < field->length; i++) {
		uint8_t letter = field->bytes[i] | 0x20;

		if (letter < 0x80 && (letter < 'a' || letter > 'z'))
			return false;
	}
	return true;
}

/* A new account: numbers are digits, so that anything else is a shifted row. */
static int account_check(struct reader *reader, const struct field *field, uint32_t id)
{
	struct sie *sie = reader->format_state;

	sie->accounts_checked = id;
	if (is_word(field) && reader->source->policy[FINDING_SIE_ACCOUNT] == 0)
		return reader_warn(reader, FINDING_SIE_ACCOUNT, reader->line_number,
				   "ett kontonummer av siffror", "kontot är ett ord, inget nummer");
	for (size_t i = 0; i < field->length; i++)
		if ((field->bytes[i] < '0' || field->bytes[i] > '9') && field->bytes[i] != ' ')
			return reader_judge(reader, FINDING_SIE_ACCOUNT, reader->line_number,
					    field->column, "ett kontonummer av siffror",
					    "kontot är inget nummer");
	return 0;
}

static int trans_account_read(struct reader *reader, struct sie_cursor *cursor, uint32_t *id_out)
{
	struct sie *sie = reader->format_state;
	struct field field;
	int result = sie_field_need(reader, cursor, "kontot", &field);

	if (result == 0 && field.length == 0)
		return reader_bad(reader, FINDING_SIE_FIELD_MISSING, reader->line_number,
				  field.column, "ett kontonummer", "kontot saknas");
	if (result == 0)
		result = reader_code_add(reader, DIMENSION_ACCOUNT, &field, id_out);
	if (result == 0 && *id_out > sie->accounts_checked)
		result = account_check(reader, &field, *id_out);
	return result;
}

int sie_trans_book(struct reader *reader, uint32_t account, int64_t ore)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;
	int64_t debit = ore > 0 ? ore : 0;

	if (voucher->has_rows && ore == voucher->ore_last && account == voucher->account_last &&
	    voucher->line_last + 1 == reader->line_number) {
		voucher->twin_line = reader->line_number;
		voucher->twin_ore = ore;
	}
	voucher->has_rows = true;
	voucher->ore_last = ore;
	voucher->account_last = account;
	if (voucher->account_count < SIE_VOUCHER_ACCOUNTS)
		voucher->accounts[voucher->account_count++] = account;
	if (sie->debit_ore <= INT64_MAX - debit)
		sie->debit_ore += debit;
	return sie_booked_add(sie, account, ore);
}

static void trans_describe(struct reader *reader, struct sie_cursor cursor)
{
	struct field text;

	sie_text_field(cursor, &text);
	reader_row_describe(reader, &text);
}

int sie_trans_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct row row = {.layer = LAYER_OUTCOME};
	uint32_t date = 0;
	int64_t ore = 0;
	struct sie_pairs pairs;
	int result = trans_account_read(reader, cursor, &row.ids[DIMENSION_ACCOUNT]);

	if (result == 0)
		result = sie_objects(reader, cursor, row.ids, &pairs);
	if (result == 0)
		result = trans_amount_read(reader, cursor, &ore);
	if (result == 0 && reader->descriptions)
		trans_describe(reader, *cursor);
	if (result == 0)
		result = trans_date_read(reader, cursor, &date);
	if (result == 0)
		result = sie_rest_check(reader, cursor);
	if (result == 0)
		result = sie_trans_book(reader, row.ids[DIMENSION_ACCOUNT], ore);
	if (result != 0)
		return result;
	row.yyyymm = date / 100;
	return sie_row_add(reader, &row, ore);
}
