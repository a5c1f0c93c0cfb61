/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vouchers: #VER, its block and the #TRANS inside, which must sum to zero.
 */
#include "parse/reader_sie.h"

#include <string.h>

static const char date_expected[] = "ett datum ÅÅÅÅMMDD inom räkenskapsåret (#RAR 0)";

static bool is_digit_first(const struct field *field)
{
	return field->length > 0 && field->bytes[0] >= '0' && field->bytes[0] <= '9';
}

/* Some programs leave the series out, which moves every field one step. */
static int voucher_date_read(struct reader *reader, struct sie_cursor *cursor,
			     struct sie_voucher *voucher)
{
	struct field number;
	struct field date;
	bool is_absent;
	int result = sie_field_need(reader, cursor, "verifikationens serie", &number);

	if (result == 0)
		result = sie_field_need(reader, cursor, "verifikationens nummer", &number);
	if (result != 0)
		return result;
	is_absent = sie_field(cursor, &date) != 0;
	voucher->date_column = date.column;
	if ((is_absent || !field_date(&date, &voucher->date)) &&
	    !field_date(&number, &voucher->date))
		voucher->date = 0;
	if (!is_absent || voucher->date != 0)
		return 0;
	return reader_bad(reader, FINDING_SIE_DATE, reader->line_number, date.column, date_expected,
			  "verifikationens datum saknas");
}

int sie_voucher_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;

	if (sie->type == 2 || sie->type == 3)
		return reader_bad(reader, FINDING_SIE_TYPE, reader->line_number, 0,
				  "filtyp 4 i #SIETYP; gör om exporten som SIE 4",
				  "#SIETYP säger %u men filen har verifikationer", sie->type);
	if (voucher->block == SIE_INSIDE)
		return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, 0,
				  "} efter verifikationens sista rad; filen kan vara skadad",
				  "verifikationen på rad %u avslutas inte", voucher->line);
	voucher->line = reader->line_number;
	voucher->sum = (struct money){0};
	voucher->block = SIE_BLOCK_EXPECTED;
	sie->voucher_count++;
	return voucher_date_read(reader, cursor, voucher);
}

int sie_block_check(struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, 0,
			  "{ på raden efter #VER; filen kan vara skadad",
			  "verifikationen på rad %u har inga rader", sie->voucher.line);
}

static int voucher_end(struct reader *reader, struct sie_voucher *voucher)
{
	char sum[AMOUNT_TEXT_SIZE];

	voucher->block = SIE_OUTSIDE;
	if (voucher->sum.ore == 0)
		return 0;
	amount_text(voucher->sum.ore, sum);
	return reader_judge(reader, FINDING_SIE_UNBALANCED, voucher->line, 0,
			    "debet och kredit lika stora; rätta verifikationen och gör om exporten",
			    "verifikationen balanserar inte: debet minus kredit är %s kr", sum);
}

int sie_brace_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct sie_voucher *voucher = &sie->voucher;
	bool opens = *cursor->at == '{';
	size_t column = (size_t)(cursor->at - cursor->start) + 1;

	cursor->at++;
	if (sie_blanks_skip(cursor))
		return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number,
				  (size_t)(cursor->at - cursor->start) + 1,
				  "klammern ensam på raden", "text efter klammern");
	if (opens && voucher->block == SIE_BLOCK_EXPECTED) {
		voucher->block = SIE_INSIDE;
		return 0;
	}
	if (!opens && voucher->block == SIE_INSIDE)
		return voucher_end(reader, voucher);
	return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, column,
			  "klamrar bara runt en verifikations rader; filen kan vara skadad",
			  "en klammer utan verifikation");
}

int sie_vouchers_end(struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	if (sie->voucher.block == SIE_OUTSIDE)
		return 0;
	return reader_bad(
		reader, FINDING_SIE_CUT, reader->line_number, 0, "en hel fil; gör om exporten",
		"filen är avklippt: den slutar inuti verifikationen på rad %u", sie->voucher.line);
}

/* The voucher's date, for a row that has none. */
static int voucher_date_use(struct reader *reader, uint32_t *date_out)
{
	const struct sie *sie = reader->format_state;
	const struct sie_voucher *voucher = &sie->voucher;

	*date_out = voucher->date;
	if (voucher->date == 0)
		return reader_bad(reader, FINDING_SIE_DATE, voucher->line, voucher->date_column,
				  date_expected, "verifikationens datum finns inte i kalendern");
	return sie_day_check(reader, voucher->line, voucher->date_column, voucher->date);
}

static bool date_read(struct sie *sie, const struct field *field, uint32_t *date_out)
{
	uint64_t digits = 0;

	if (field->length == sizeof(digits))
		memcpy(&digits, field->bytes, sizeof(digits));
	if (digits != 0 && digits == sie->date_digits) {
		*date_out = sie->date_read;
		return true;
	}
	if (!field_date(field, date_out))
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
	if (!date_read(sie, &field, date_out))
		return reader_bad_field(reader, FINDING_SIE_DATE, &field,
					"datumet finns inte i kalendern", date_expected);
	return sie_day_check(reader, reader->line_number, field.column, *date_out);
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
	return 0;
}

int sie_trans_read(struct reader *reader, struct sie_cursor *cursor)
{
	const struct sie *sie = reader->format_state;
	struct row row = {.layer = LAYER_OUTCOME};
	struct field account;
	uint32_t date = 0;
	int64_t ore = 0;
	bool has_pairs;
	int result;

	if (sie->voucher.block != SIE_INSIDE)
		return reader_bad(reader, FINDING_SIE_BLOCK, reader->line_number, 0,
				  "#TRANS inom { och } efter #VER; filen kan vara skadad",
				  "en transaktion utanför en verifikation");
	result = sie_field_need(reader, cursor, "kontot", &account);
	if (result == 0)
		result = reader_code_add(reader, DIMENSION_ACCOUNT, &account,
					 &row.ids[DIMENSION_ACCOUNT]);
	if (result == 0)
		result = sie_objects(reader, cursor, row.ids, &has_pairs);
	if (result == 0)
		result = trans_amount_read(reader, cursor, &ore);
	if (result == 0)
		result = trans_date_read(reader, cursor, &date);
	if (result != 0)
		return result;
	row.yyyymm = date / 100;
	return sie_row_add(reader, &row, ore);
}
