/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The amounts of a list's rows, and what can be checked about them: sum rows, points
 * that could be thousands or decimals, and whether the sign is turned.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "parse/reader_list.h"

bool list_is_amount(const struct source_column *column)
{
	return column->role == ROLE_AMOUNT || column->role == ROLE_DEBIT ||
	       column->role == ROLE_CREDIT || column->role == ROLE_MONTH ||
	       column->role == ROLE_VOLUME;
}

/* ---- points ------------------------------------------------------------------ */

/* "1.234", with a minus or without. */
static bool is_one_point_of_three(const struct field *field, const uint8_t *point)
{
	const uint8_t *end = field->bytes + field->length;
	size_t digits = 0;

	for (const uint8_t *at = point + 1; at < end; at++, digits++)
		if (*at < '0' || *at > '9')
			return false;
	return digits == 3 && point > field->bytes && point - field->bytes <= 4;
}

/* Until the column has shown what a point is: one amount with a decimal comma, or with
 * two points, settles it.  Whoever reads amounts without coming here must leave every
 * amount with a point to list_amount_parse. */
static void points_note(struct reader *reader, const struct field *field)
{
	struct list *list = reader->format_state;
	const uint8_t *point = memchr(field->bytes, '.', field->length);

	if (memchr(field->bytes, ',', field->length)) {
		list->points.is_settled = true;
		return;
	}
	if (!point)
		return;
	if (!is_one_point_of_three(field, point)) {
		list->points.is_settled = true;
		return;
	}
	if (list->points.line != 0)
		return;
	list->points.line = reader->line_number;
	list->points.column = field->column;
}

int list_points_check(struct reader *reader)
{
	const struct list *list = reader->format_state;

	if (list->points.line == 0 || list->points.is_settled)
		return 0;
	return reader_bad(reader, FINDING_LIST_POINT, list->points.line, list->points.column,
			  "ange vad punkten är i källans inställningar: thousands = \".\" eller "
			  "decimal = \".\"",
			  "beloppet har en punkt som kan vara tusental lika väl som decimaler");
}

/* ---- amounts ------------------------------------------------------------------- */

int list_amount_parse(struct reader *reader, size_t wanted, int64_t *amount_out)
{
	struct list *list = reader->format_state;
	struct field field = list->wanted[wanted];
	int problem;

	/* A file weighed while it is read shows its encoding when it must. */
	list->style.encoding = reader->encoding;
	problem = field_styled_amount(&field, &list->style, amount_out);

	if (problem != 0 || list->points.is_settled)
		return problem;
	field_trim(&field, reader->encoding);
	points_note(reader, &field);
	return 0;
}

static int amount_bad(struct reader *reader, size_t wanted, int problem)
{
	const struct list *list = reader->format_state;
	char expected[WARNING_SIZE];

	snprintf(expected, sizeof(expected),
		 "ett belopp med decimaltecknet %c och inte mindre än ett öre, till exempel "
		 "-1 234%c56",
		 list->style.decimal, list->style.decimal);
	return reader_bad_amount(reader, &list->wanted[wanted], problem, expected);
}

static void sum_add(struct list *list, size_t wanted, int64_t amount)
{
	/* What does not fit is found in the sum of the file. */
	(void)__builtin_add_overflow(list->sums.totals[wanted], amount, &list->sums.totals[wanted]);
}

int list_amount(struct reader *reader, size_t wanted, int64_t *amount_out)
{
	int problem = list_amount_parse(reader, wanted, amount_out);

	if (problem != 0)
		return amount_bad(reader, wanted, problem);
	sum_add(reader->format_state, wanted, *amount_out);
	return 0;
}

int64_t list_report_sign(const struct reader *reader, int64_t amount)
{
	bool is_turned =
		reader->source->sign == SIGN_LEDGER && layer_is_money(reader->source->layer);

	return is_turned ? -amount : amount;
}

/* One of the two may be empty, and a column may be missing. */
static int side_read(struct reader *reader, int wanted, int64_t *amount_out)
{
	struct field field;

	*amount_out = 0;
	return list_field(reader, wanted, &field) ? list_amount(reader, (size_t)wanted, amount_out)
						  : 0;
}

static int sides_read(struct reader *reader, int64_t *ore_out)
{
	const struct list *list = reader->format_state;
	int debit = list->roles[ROLE_DEBIT];
	int credit = list->roles[ROLE_CREDIT];
	struct field field;
	int64_t debit_ore;
	int64_t credit_ore;
	int result;

	if (!list_field(reader, debit, &field) && !list_field(reader, credit, &field))
		return amount_bad(reader, (size_t)(debit != LIST_NONE ? debit : credit),
				  FIELD_EMPTY);
	result = side_read(reader, debit, &debit_ore);
	if (result == 0)
		result = side_read(reader, credit, &credit_ore);
	if (result == 0 && __builtin_sub_overflow(credit_ore, debit_ore, ore_out))
		result = amount_bad(reader, (size_t)debit, FIELD_TOO_BIG);
	return result;
}

/* The account decides what is cost and what is income, wherever that is certain. */
static void sign_note(struct list *list, const struct field *account, int64_t ore)
{
	if (account->length < 4 || account->bytes[1] != '0')
		return;
	if (account->bytes[0] == '5')
		list->salaries_ore =
			money_sum((struct money){list->salaries_ore}, (struct money){ore}).ore;
	if (account->bytes[0] == '8')
		list->taxes_ore =
			money_sum((struct money){list->taxes_ore}, (struct money){ore}).ore;
}

int64_t list_amount_take(struct reader *reader, size_t wanted, int64_t amount,
			 const struct field *account)
{
	struct list *list = reader->format_state;
	int64_t ore = list_report_sign(reader, amount);

	sum_add(list, wanted, amount);
	sign_note(list, account, ore);
	return ore;
}

int list_row_amount(struct reader *reader, int64_t *ore_out)
{
	struct list *list = reader->format_state;
	int account = list->roles[ROLE_DIMENSION];
	int wanted = list->roles[ROLE_AMOUNT];
	int result;

	if (wanted == LIST_NONE)
		wanted = list->roles[ROLE_VOLUME];
	if (wanted == LIST_NONE) {
		result = sides_read(reader, ore_out);
	} else {
		result = list_amount(reader, (size_t)wanted, ore_out);
		if (result == 0)
			*ore_out = list_report_sign(reader, *ore_out);
	}
	if (result == 0 && account != LIST_NONE && reader->source->layer == LAYER_OUTCOME)
		sign_note(list, &list->wanted[account], *ore_out);
	return result;
}

int list_sign_check(struct reader *reader)
{
	const struct list *list = reader->format_state;
	bool is_turned = list->salaries_ore > 0 || list->taxes_ore < 0;

	if (!is_turned)
		return 0;
	return reader_judge(reader, FINDING_LIST_SIGN, 0, 0,
			    "kostnader som är kostnader; kontrollera källans inställning sign",
			    "tecknen ser omvända ut: %s",
			    list->salaries_ore > 0
				    ? "löner (konto 50) blir tillsammans en intäkt"
				    : "skatteintäkter (konto 80) blir tillsammans en kostnad");
}

/* ---- sum rows ------------------------------------------------------------------ */

static const char *const sum_words[] = {"summa",      "totalt",	   "total", "delsumma",
					"totalsumma", "summering", "s:a"};

static bool is_word_end(const struct field *field, size_t i)
{
	return i >= field->length || field->bytes[i] == ' ' || field->bytes[i] == ':';
}

static bool has_word(const struct field *field, const char *word)
{
	size_t length = strlen(word);
	const char *text = (const char *)field->bytes;

	if (field->length < length)
		return false;
	if (strncasecmp(text, word, length) == 0 && is_word_end(field, length))
		return true;
	/* "6011 Summa", as spreadsheets write subtotals. */
	return field->length > length && text[field->length - length - 1] == ' ' &&
	       strncasecmp(text + field->length - length, word, length) == 0;
}

static bool has_code(const struct reader *reader)
{
	const struct list *list = reader->format_state;
	const struct source *source = reader->source;
	struct field field;

	for (size_t i = 0; i < source->column_count; i++)
		if (source->columns[i].role == ROLE_DIMENSION && (int)i != list->first_wanted &&
		    list_field(reader, (int)i, &field))
			return true;
	return false;
}

static bool is_letter(uint8_t byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

bool list_is_sum_row(const struct reader *reader)
{
	const struct list *list = reader->format_state;
	struct field first = *list->first;

	/* As nearly every row does. */
	if (first.bytes[0] >= '0' && first.bytes[0] <= '9' &&
	    !is_letter(first.bytes[first.length - 1]))
		return false;
	field_trim(&first, reader->encoding);
	if (first.length < sizeof("s:a") - 1)
		return false;
	for (size_t i = 0; i < sizeof(sum_words) / sizeof(sum_words[0]); i++)
		if (has_word(&first, sum_words[i]))
			return !has_code(reader);
	return false;
}

/* The rows since any earlier sum row, or all of them: totals of groups and of groups
 * of groups. */
static bool is_sum_of_rows(const struct list_sums *sums, size_t wanted, int64_t amount)
{
	size_t kept = sums->mark_count < SUM_MARKS_MAX ? sums->mark_count : SUM_MARKS_MAX;

	if (amount == sums->totals[wanted])
		return true;
	for (size_t i = 0; i < kept; i++)
		if (amount == sums->totals[wanted] - sums->marks[i][wanted])
			return true;
	return false;
}

static int sum_bad(struct reader *reader, size_t wanted, int64_t amount)
{
	const struct list *list = reader->format_state;
	char said[AMOUNT_TEXT_SIZE];
	char counted[AMOUNT_TEXT_SIZE];

	amount_text(amount, said);
	amount_text(list->sums.totals[wanted], counted);
	return reader_judge(reader, FINDING_LIST_SUM_ROW, reader->line_number,
			    list->wanted[wanted].column,
			    "en summa av raderna ovanför; gör om exporten",
			    "summaraden säger %s men raderna hittills ger %s", said, counted);
}

static int sum_column_check(struct reader *reader, size_t wanted)
{
	const struct list *list = reader->format_state;
	int64_t amount = 0;
	int problem = list_amount_parse(reader, wanted, &amount);

	if (problem == FIELD_EMPTY)
		return 0;
	if (problem != 0)
		return amount_bad(reader, wanted, problem);
	return is_sum_of_rows(&list->sums, wanted, amount) ? 0 : sum_bad(reader, wanted, amount);
}

int list_sum_row_check(struct reader *reader)
{
	struct list *list = reader->format_state;
	const struct source *source = reader->source;
	int result = 0;

	/* Rows that could not be read are not in the sums. */
	if (reader->error_count > 0)
		return 0;
	for (size_t i = 0; result == 0 && i < source->column_count; i++)
		if (list_is_amount(&source->columns[i]))
			result = sum_column_check(reader, i);
	memcpy(list->sums.marks[list->sums.mark_count++ % SUM_MARKS_MAX], list->sums.totals,
	       sizeof(list->sums.totals));
	return result;
}
