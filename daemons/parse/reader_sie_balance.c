/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures that a SIE file states per account: #RES, #PSALDO, #PBUDGET.  Beside
 * vouchers they are controls; in files without vouchers they are the rows.
 */
#include <stdlib.h>
#include <string.h>

#include "parse/reader_sie.h"

static const char amount_expected[] = "ett belopp med högst två decimaler, till exempel -1234.56";

/* A balance record's account, period and amount. */
struct balance {
	uint32_t yyyymm;
	size_t period_column;
	struct field account_field;
	struct sie_cursor objects; /* where they begin */
	uint32_t account;	   /* in sie.accounts */
	struct sie_pairs pairs;
	bool is_other_year;
	int64_t ore;
	struct row row;
};

static int account_find(struct reader *reader, const struct field *field, uint32_t *account_out)
{
	struct sie *sie = reader->format_state;
	char text[CODE_SIZE];
	size_t length;
	int result = reader_text(reader, field, text, &length);

	if (result != 0)
		return result;
	result = dictionary_add(sie->accounts, text, length, account_out);
	if (result != DICTIONARY_FULL)
		return result;
	return reader_bad(reader, FINDING_CODES_MANY, reader->line_number, field->column,
			  "kontot efter årsnumret (och perioden); gör om exporten",
			  "fler än %d olika konton", CODES_MAX);
}

static int account_take(struct reader *reader, const struct field *field, uint32_t *account_out)
{
	struct sie *sie = reader->format_state;
	struct recent_code code = {.length = (uint32_t)field->length};
	int result;

	if (field->length > 0 && field->length <= sizeof(code.key) && !field->escape)
		code.key = short_code_key(field->bytes, field->length);
	if (code.key != 0 && code.key == sie->balance_account.key &&
	    code.length == sie->balance_account.length) {
		*account_out = sie->balance_account.id;
		return 0;
	}
	result = account_find(reader, field, account_out);
	code.id = *account_out;
	if (result == 0)
		sie->balance_account = code;
	return result;
}

static int account_read(struct reader *reader, struct sie_cursor *cursor, struct field *field,
			uint32_t *account_out)
{
	int result = sie_field_need(reader, cursor, "kontot", field);

	return result == 0 ? account_take(reader, field, account_out) : result;
}

static int amount_read(struct reader *reader, struct sie_cursor *cursor, int64_t *ore_out)
{
	struct field field;
	int result = sie_field_need(reader, cursor, "beloppet", &field);
	int problem;

	if (result != 0)
		return result;
	*ore_out = 0;
	problem = field_amount(&field, ore_out);
	if (problem != 0 && problem != FIELD_EMPTY)
		return reader_bad_amount(reader, &field, problem, amount_expected);
	return 0;
}

static int year_number_read(struct reader *reader, struct sie_cursor *cursor, int32_t *number_out)
{
	struct field field;
	int result = sie_field_need(reader, cursor, "årsnumret", &field);

	if (result == 0 && !field_number(&field, number_out))
		return reader_bad_field(reader, FINDING_SIE_YEAR, &field, "årsnumret är inget tal",
					"0, -1, -2 …");
	return result;
}

bool sie_is_result_account(const struct sie *sie, uint32_t account)
{
	char class = dictionary_text(sie->accounts, account)[0];

	return class >= '3' && class <= '8';
}

static int control_keep(struct reader *reader, const struct sie_control *control)
{
	struct sie *sie = reader->format_state;

	if (!sie_is_result_account(sie, control->account))
		return 0;
	if (sie->control_count == CONTROLS_MAX)
		return reader_bad(reader, FINDING_SIE_CONTROLS, reader->line_number, 0,
				  "en rad per konto, och för #PSALDO en per konto och period; gör "
				  "om exporten",
				  "fler än %d kontrollsummor (#RES och #PSALDO)", CONTROLS_MAX);
	if (sie->control_count == sie->control_capacity) {
		size_t capacity = sie->control_capacity ? sie->control_capacity * 2 : 256;
		struct sie_control *grown =
			realloc(sie->controls, capacity * sizeof(*sie->controls));

		if (!grown)
			return -ENOMEM;
		sie->controls = grown;
		sie->control_capacity = capacity;
	}
	sie->controls[sie->control_count++] = *control;
	return 0;
}

/* Year, account and amount of #IB, #UB or #RES; *stated_out NULL: an older year's. */
static int stated_read(struct reader *reader, struct sie_cursor *cursor, int32_t *year_out,
		       uint32_t *account_out, int64_t *ore_out, struct sie_stated **stated_out)
{
	struct field account;
	int result = year_number_read(reader, cursor, year_out);

	*stated_out = NULL;
	if (result != 0 || *year_out < -1 || *year_out > 0)
		return result;
	result = account_read(reader, cursor, &account, account_out);
	if (result == 0)
		result = amount_read(reader, cursor, ore_out);
	if (result != 0)
		return result;
	*stated_out = sie_stated_find(reader->format_state, *account_out);
	return *stated_out ? 0 : -ENOMEM;
}

int sie_opening_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie_stated *stated;
	uint32_t account;
	int32_t year;
	int64_t ore;
	int result = stated_read(reader, cursor, &year, &account, &ore, &stated);

	if (result != 0 || !stated || year != 0)
		return result;
	stated->has_opening = true;
	stated->opening = ore;
	return 0;
}

int sie_closing_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie_stated *stated;
	uint32_t account;
	int32_t year;
	int64_t ore;
	int result = stated_read(reader, cursor, &year, &account, &ore, &stated);

	if (result != 0 || !stated)
		return result;
	if (year != 0) {
		stated->has_before = true;
		stated->before = ore;
		return 0;
	}
	stated->has_closing = true;
	stated->closing_line = reader->line_number;
	stated->closing = ore;
	return 0;
}

int sie_result_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie_control control = {.kind = CONTROL_ACCOUNT_YEAR, .line = reader->line_number};
	struct sie_stated *stated;
	int32_t year;
	int result = stated_read(reader, cursor, &year, &control.account, &control.ore, &stated);

	if (result != 0 || !stated || year != 0)
		return result;
	stated->has_result = true;
	stated->result_line = reader->line_number;
	stated->result = control.ore;
	return control_keep(reader, &control);
}

/* The period says which year it is, for some programs number every year 0. */
static int period_take(struct reader *reader, const struct field *field, struct balance *balance)
{
	const struct sie *sie = reader->format_state;

	balance->period_column = field->column;
	if (!field_period(field, &balance->yyyymm))
		return reader_bad_field(reader, FINDING_SIE_PERIOD, field,
					"perioden finns inte i kalendern",
					"en period ÅÅÅÅMM inom räkenskapsåret (#RAR)");
	balance->is_other_year = false;
	for (size_t i = 0; i < sie->year_count; i++) {
		const struct sie_year *year = &sie->years[i];

		if (balance->yyyymm < year->first / 100 || balance->yyyymm > year->last / 100)
			continue;
		balance->is_other_year = year->number != 0;
		if (!balance->is_other_year)
			return 0;
	}
	if (balance->is_other_year || sie->year_count == 0 || sie->is_year_bad)
		return 0;
	return reader_bad_field(reader, FINDING_SIE_OUTSIDE_YEAR, field,
				"perioden ligger utanför räkenskapsåret",
				"en period ÅÅÅÅMM inom räkenskapsåret (#RAR)");
}

static int period_read(struct reader *reader, struct sie_cursor *cursor, struct balance *balance)
{
	struct field field;
	int result = sie_field_need(reader, cursor, "perioden", &field);

	return result == 0 ? period_take(reader, &field, balance) : result;
}

static bool is_list_empty(const struct sie_cursor *cursor)
{
	struct sie_cursor list = *cursor;
	const uint8_t *brace = memchr(list.at, '{', (size_t)(list.end - list.at));

	if (!brace)
		return false;
	list.at = brace + 1;
	return sie_blanks_skip(&list) && *list.at == '}';
}

static void empty_count(struct sie *sie, const struct balance *balance, bool is_empty)
{
	bool is_budget = balance->row.layer == LAYER_BUDGET;

	sie->counts[is_budget ? SIE_COUNT_BUDGET_EMPTY : SIE_COUNT_BALANCE_EMPTY] +=
		!sie->is_replay && is_empty;
}

static int plain_take(struct reader *reader, const struct sie_plain_balance *plain,
		      struct balance *balance)
{
	struct sie *sie = reader->format_state;
	int result = period_take(reader, &plain->period, balance);

	empty_count(sie, balance, plain->pairs.count == 0);
	if (result != 0 || balance->is_other_year)
		return result;
	result = account_take(reader, &plain->account, &balance->account);
	if (result != 0)
		return result;
	sie->has_objects |= plain->pairs.count > 0;
	sie->has_mapped_objects |= plain->is_mapped;
	balance->account_field = plain->account;
	balance->objects = plain->objects;
	balance->pairs = plain->pairs;
	balance->ore = plain->ore;
	return 0;
}

/* The whole record; is_other_year: it is not about year 0 and to be left. */
static int balance_read(struct reader *reader, struct sie_cursor *cursor, struct balance *balance)
{
	struct sie *sie = reader->format_state;
	struct sie_plain_balance plain;
	int32_t year;
	int result;

	if (sie_plain_balance(reader, cursor, &plain))
		return plain_take(reader, &plain, balance);
	result = year_number_read(reader, cursor, &year);
	empty_count(sie, balance, is_list_empty(cursor));
	balance->is_other_year = year != 0;
	if (result == 0 && !balance->is_other_year)
		result = period_read(reader, cursor, balance);
	if (result != 0 || balance->is_other_year)
		return result;
	result = account_read(reader, cursor, &balance->account_field, &balance->account);
	balance->objects = *cursor;
	if (result == 0)
		result = sie_objects(reader, cursor, NULL, &balance->pairs);
	return result == 0 ? amount_read(reader, cursor, &balance->ore) : result;
}

static bool has_object(const struct row *row)
{
	for (int i = DIMENSION_ACCOUNT + 1; i < DIMENSION_COUNT; i++)
		if (row->ids[i] != 0)
			return true;
	return false;
}

static int total_add(struct reader *reader, struct money *sum, int64_t ore)
{
	if (money_add(sum, (struct money){ore}))
		return 0;
	return reader_bad(reader, FINDING_FILE_SUM, reader->line_number, 0,
			  "kontrollera beloppen i exporten",
			  "kontots summa är större än vad som kan bokföras");
}

/* What the objects of one dimension sum to, in case nothing else tells the total. */
static int part_add(struct reader *reader, const struct balance *balance)
{
	struct sie *sie = reader->format_state;
	struct sie_total_key key = {balance->row.layer, balance->account, balance->yyyymm,
				    balance->pairs.number + 1};
	struct sie_total *part;

	if (balance->pairs.count != 1 || balance->ore == 0)
		return 0;
	part = sie_total_find(&sie->totals, &key);
	return part ? total_add(reader, &part->objects, balance->ore) : -ENOMEM;
}

/* Object rows go at once; totals wait for what the objects leave of them.  Codes travel
 * with rows, so that a record that becomes none may not add any. */
static int balance_add(struct reader *reader, struct balance *balance)
{
	struct sie *sie = reader->format_state;
	struct sie_total_key key = {balance->row.layer, balance->account, balance->yyyymm, 0};
	bool has_pairs = balance->pairs.count > 0;
	int result = part_add(reader, balance);
	struct sie_total *total = sie_total_find(&sie->totals, &key);
	struct money *sum;

	if (result == 0 && !total)
		result = -ENOMEM;
	if (result == 0 && balance->ore != 0)
		result = sie_period_check(reader, balance->period_column, balance->yyyymm);
	if (result == 0 && has_pairs && balance->ore != 0)
		result = sie_objects(reader, &balance->objects, balance->row.ids, &balance->pairs);
	if (result != 0)
		return result;
	if (!has_pairs)
		sum = &total->total;
	else
		sum = has_object(&balance->row) ? &total->objects : &total->elsewhere;
	total->has_total = total->has_total || !has_pairs;
	if (total->line == 0)
		total->line = reader->line_number;
	result = total_add(reader, sum, balance->ore);
	if (result != 0 || sum != &total->objects || balance->ore == 0)
		return result;
	balance->row.yyyymm = balance->yyyymm;
	result = reader_code_add(reader, DIMENSION_ACCOUNT, &balance->account_field,
				 &balance->row.ids[DIMENSION_ACCOUNT]);
	return result == 0 ? sie_row_add(reader, &balance->row, balance->ore) : result;
}

int sie_period_budget_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct balance balance = {.row = {.layer = LAYER_BUDGET}};
	int result = balance_read(reader, cursor, &balance);

	if (result != 0 || balance.is_other_year)
		return result;
	return balance_add(reader, &balance);
}

enum { LATE_SIZE_MAX = 32 << 20 };

/* Keeps the line, its number in front. */
static int late_keep(struct reader *reader, const struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct sie_late *late = &sie->late;
	uint32_t head[2] = {reader->line_number, (uint32_t)(cursor->end - cursor->start)};
	size_t need = late->length + sizeof(head) + head[1];

	late->is_full = late->is_full || need > LATE_SIZE_MAX;
	if (late->is_full)
		return 0;
	if (need > late->capacity) {
		uint8_t *grown = realloc(late->bytes, need * 2);

		if (!grown)
			return -ENOMEM;
		late->bytes = grown;
		late->capacity = need * 2;
	}
	memcpy(late->bytes + late->length, head, sizeof(head));
	memcpy(late->bytes + late->length + sizeof(head), cursor->start, head[1]);
	late->length = need;
	return 0;
}

int sie_late_replay(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	struct sie_late *late = &sie->late;
	uint32_t line_number = reader->line_number;
	size_t at = 0;
	int result = 0;

	if (late->is_full)
		return reader_bad(reader, FINDING_SIE_CONTROLS, 0, 0,
				  "filtyp 2 eller 3 i #SIETYP för en fil utan verifikationer",
				  "filen har fler periodsaldon än som ryms");
	sie->is_replay = true;
	while (result == 0 && at < late->length) {
		uint32_t head[2];
		struct sie_cursor cursor;

		memcpy(head, late->bytes + at, sizeof(head));
		cursor.start = cursor.at = late->bytes + at + sizeof(head);
		cursor.end = cursor.start + head[1];
		at += sizeof(head) + head[1];
		reader->line_number = head[0];
		sie_blanks_skip(&cursor);
		cursor.at += strlen("#PSALDO");
		result = sie_period_balance_read(reader, &cursor);
		result = result == READER_BAD ? 0 : result;
	}
	reader->line_number = line_number;
	return result;
}

int sie_period_balance_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct balance balance = {.row = {.layer = LAYER_OUTCOME}};
	int result = balance_read(reader, cursor, &balance);

	if (result != 0 || balance.is_other_year)
		return result;
	if (sie->is_replay || sie->type == 2 || sie->type == 3)
		return balance_add(reader, &balance);
	if (sie->voucher_count == 0)
		result = late_keep(reader, cursor);
	if (result != 0 || balance.pairs.count > 0)
		return result;
	return control_keep(reader, &(struct sie_control){.kind = CONTROL_ACCOUNT_PERIOD,
							  .account = balance.account,
							  .yyyymm = balance.yyyymm,
							  .line = reader->line_number,
							  .ore = balance.ore});
}

/* A control of a year is about the calendar's: a broken fiscal year cannot be
 * checked by it. */
static bool is_calendar_year(const struct sie_year *year)
{
	return year && year->first / 10000 == year->last / 10000;
}

int sie_controls_end(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	const struct sie_year *year = sie_year_zero(sie);

	if (!reader->source->keeps[DIMENSION_ACCOUNT])
		return 0;
	for (size_t i = 0; i < sie->control_count; i++) {
		const struct sie_control *kept = &sie->controls[i];
		struct batch_control control = {
			.kind = kept->kind,
			.account = dictionary_text(sie->accounts, kept->account),
			.period = {kept->yyyymm},
			.amount = {-kept->ore},
			.line = kept->line,
		};
		int result;

		if (kept->kind == CONTROL_ACCOUNT_YEAR) {
			if (!is_calendar_year(year) || sie->is_result_passed ||
			    !sie_result_is_plain(sie, kept->account))
				continue;
			control.period.yyyymm = year->first / 100;
		}
		result = reader_control_add(reader, &control);
		if (result != 0)
			return result;
	}
	return 0;
}
