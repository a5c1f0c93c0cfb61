/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the elements of SIE 5 mean.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "parse/reader_sie5.h"

/* ---- the file ------------------------------------------------------------------ */

static int creation_start(struct reader *reader, const char **attributes)
{
	struct field field;

	if (sie5_attribute_find(reader->format_state, attributes, "time", &field) &&
	    field.length > 10)
		field.length = 10;
	if (!field_date(&field, &reader->exported_date))
		reader->exported_date = 0;
	return 0;
}

static uint32_t month_last_day(uint32_t yyyymm)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	uint32_t year = yyyymm / 100;
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return yyyymm * 100 + days[yyyymm % 100 - 1] + (yyyymm % 100 == 2 && is_leap);
}

static bool is_true(const struct field *field)
{
	return field->length > 0 && (field->bytes[0] == 't' || field->bytes[0] == '1');
}

static void year_zero_set(struct sie *sie, struct sie_year *year)
{
	year->number = 0;
	sie->day_first = year->first;
	sie->day_last = year->last;
}

/* The primary year is year 0. */
static int year_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie *sie = &sie5->sie;
	struct sie_year *year;
	struct field first;
	struct field last;
	struct field field;
	bool is_primary;
	int result = sie5_attribute_need(reader, attributes, "start", &first);

	if (result == 0)
		result = sie5_attribute_need(reader, attributes, "end", &last);
	if (result != 0 || sie->year_count == SIE_YEARS_MAX)
		return result;
	year = &sie->years[sie->year_count];
	*year = (struct sie_year){.number = -1};
	if (!field_period(&first, &year->first) || !field_period(&last, &year->last) ||
	    year->first > year->last)
		return reader_bad(reader, FINDING_SIE_YEAR, reader->line_number, sie5->column,
				  "start och end som ÅÅÅÅ-MM", "räkenskapsåret går inte att läsa");
	year->first = year->first * 100 + 1;
	year->last = month_last_day(year->last);
	sie->year_count++;
	is_primary = sie5_attribute_find(sie5, attributes, "primary", &field) && is_true(&field) &&
		     !sie_year_zero(sie);
	if (is_primary)
		year_zero_set(sie, year);
	if ((is_primary || !sie_year_zero(sie)) &&
	    (!sie5_attribute_find(sie5, attributes, "lastCoveredDate", &field) ||
	     !field_date(&field, &sie->covered_through)))
		sie->covered_through = 0;
	return 0;
}

/* A file that names no primary year is about its last. */
static int years_end(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie *sie = &sie5->sie;
	struct sie_year *latest = NULL;

	if (sie_year_zero(sie))
		return 0;
	for (size_t i = 0; i < sie->year_count; i++)
		if (!latest || sie->years[i].first > latest->first)
			latest = &sie->years[i];
	if (latest)
		year_zero_set(sie, latest);
	return 0;
}

static int currency_start(struct reader *reader, const char **attributes)
{
	const struct sie5 *sie5 = reader->format_state;
	struct field field;

	if (!sie5_attribute_find(sie5, attributes, "currency", &field) || field.length == 0 ||
	    strcmp((const char *)field.bytes, "SEK") == 0)
		return 0;
	return reader_judge(reader, FINDING_SIE_CURRENCY, reader->line_number, sie5->column,
			    "kronor (SEK)", "filens belopp är i en annan valuta än kronor");
}

static int dimension_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct field id;
	struct field name;
	int32_t number;

	if (sie5_attribute_find(sie5, attributes, "id", &id) && field_number(&id, &number) &&
	    number >= 0 && sie5_attribute_find(sie5, attributes, "name", &name))
		(void)sie_map_name(&sie5->sie.map, reader->source, (uint32_t)number,
				   (const char *)name.bytes);
	return 0;
}

/* ---- accounts -------------------------------------------------------------------- */

static int account_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct field type;
	struct field id;
	size_t length;
	int result = sie5->account != 0 ? sie5_nested(reader)
					: sie5_attribute_need(reader, attributes, "id", &id);

	if (result == 0)
		result = reader_text(reader, &id, sie5->account_text, &length);
	if (result == 0)
		result = dictionary_add(sie5->sie.accounts, sie5->account_text, length,
					&sie5->account);
	if (result == DICTIONARY_FULL)
		return reader_bad(reader, FINDING_CODES_MANY, reader->line_number, sie5->column,
				  "ett element Account per konto", "fler än %d olika konton",
				  CODES_MAX);
	sie5_attribute_find(sie5, attributes, "type", &type);
	sie5->is_result_account = strcmp((const char *)type.bytes, "income") == 0 ||
				  strcmp((const char *)type.bytes, "cost") == 0;
	return result;
}

static int account_end(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;

	sie5->account = 0;
	return 0;
}

static int balance_start(struct reader *reader, const char **attributes,
			 enum sie5_balance_kind kind, bool is_multiple)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie5_balance *balance = &sie5->balance;
	struct field month;
	int result;

	if (sie5->account == 0)
		return 0;
	*balance = (struct sie5_balance){
		.kind = kind,
		.is_multiple = is_multiple,
		.line = reader->line_number,
		.column = sie5->column,
		.row = {.layer = LAYER_BUDGET},
	};
	result = sie5_attribute_need(reader, attributes, "month", &month);
	if (result == 0 && !field_period(&month, &balance->yyyymm))
		result = reader_bad_field(reader, FINDING_SIE_PERIOD, &month,
					  "månaden finns inte i kalendern", "en månad ÅÅÅÅ-MM");
	if (result == 0)
		result = sie5_amount_need(reader, attributes, &balance->ore);
	balance->is_bad = result != 0;
	return result;
}

static int opening_start(struct reader *reader, const char **attributes)
{
	return balance_start(reader, attributes, SIE5_OPENING, false);
}

static int closing_start(struct reader *reader, const char **attributes)
{
	return balance_start(reader, attributes, SIE5_CLOSING, false);
}

static int budget_start(struct reader *reader, const char **attributes)
{
	return balance_start(reader, attributes, SIE5_BUDGET, false);
}

static int budget_multiple_start(struct reader *reader, const char **attributes)
{
	return balance_start(reader, attributes, SIE5_BUDGET, true);
}

static bool has_object(const struct row *row)
{
	for (int i = DIMENSION_ACCOUNT + 1; i < DIMENSION_COUNT; i++)
		if (row->ids[i] != 0)
			return true;
	return false;
}

/* An account's total, or a division of it; the rest is sent at the end. */
static int budget_end(struct reader *reader, struct sie5_balance *balance)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie_total_key key = {LAYER_BUDGET, sie5->account, balance->yyyymm, 0};
	struct sie_total *total = sie_total_find(&sie5->sie.totals, &key);
	struct money *sum;
	int result = total ? sie_period_check(reader, balance->column, balance->yyyymm) : -ENOMEM;

	if (result != 0)
		return result;
	/* Divided by one object already, which is the same money. */
	if (balance->is_multiple && (total->objects.ore != 0 || total->elsewhere.ore != 0) &&
	    !total->is_multiple)
		return 0;
	total->is_multiple = balance->is_multiple;
	total->has_total = total->has_total || !balance->has_pairs;
	sum = !balance->has_pairs	  ? &total->total
	      : has_object(&balance->row) ? &total->objects
					  : &total->elsewhere;
	if (!money_add(sum, (struct money){balance->ore}))
		return reader_bad(reader, FINDING_FILE_SUM, balance->line, balance->column,
				  "kontrollera beloppen i exporten",
				  "kontots summa är större än vad som kan bokföras");
	if (sum != &total->objects || balance->ore == 0)
		return 0;
	balance->row.yyyymm = balance->yyyymm;
	if (reader->dictionaries[DIMENSION_ACCOUNT])
		result = reader_code_text_add(reader, DIMENSION_ACCOUNT, sie5->account_text,
					      strlen(sie5->account_text),
					      &balance->row.ids[DIMENSION_ACCOUNT]);
	return result == 0 ? sie_row_add(reader, &balance->row, balance->ore) : result;
}

static bool is_in_year_zero(const struct sie *sie, uint32_t yyyymm)
{
	return yyyymm >= sie->day_first / 100 && yyyymm <= sie->day_last / 100;
}

/* The balance of the year's beginning, and that of the last month told of. */
static int state_end(struct reader *reader, const struct sie5_balance *balance)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie_stated *stated = sie_stated_find(&sie5->sie, sie5->account);

	if (!stated)
		return -ENOMEM;
	if (balance->has_pairs || !is_in_year_zero(&sie5->sie, balance->yyyymm))
		return 0;
	if (balance->kind == SIE5_OPENING) {
		if (balance->yyyymm != sie5->sie.day_first / 100)
			return 0;
		stated->has_opening = true;
		stated->opening = balance->ore;
		return 0;
	}
	if (balance->yyyymm < stated->month)
		return 0;
	stated->month = balance->yyyymm;
	if (balance->yyyymm > sie5->closing_month)
		sie5->closing_month = balance->yyyymm;
	if (sie5->is_result_account) {
		stated->has_result = true;
		stated->result = balance->ore;
		stated->result_line = balance->line;
	} else {
		stated->has_closing = true;
		stated->closing = balance->ore;
		stated->closing_line = balance->line;
	}
	return 0;
}

static int balance_end(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie5_balance balance = sie5->balance;

	sie5->balance.kind = SIE5_NONE;
	if (balance.kind == SIE5_NONE || balance.is_bad)
		return 0;
	reader->line_number = balance.line;
	return balance.kind == SIE5_BUDGET ? budget_end(reader, &balance)
					   : state_end(reader, &balance);
}

static int object_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	bool is_budget = sie5->balance.kind == SIE5_BUDGET;
	struct row *row = sie5->row.is_open ? &sie5->row.row : &sie5->balance.row;
	enum dimension dimension;
	struct field number_field;
	struct field object;
	int32_t number;
	int result;

	if (!sie5->row.is_open && sie5->balance.kind == SIE5_NONE)
		return sie5->is_entry ? sie5_outside(reader, "LedgerEntry") : 0;
	result = sie5_attribute_need(reader, attributes, "dimId", &number_field);
	if (result == 0)
		result = sie5_attribute_need(reader, attributes, "objectId", &object);
	if (result == 0 && (!field_number(&number_field, &number) || number < 0))
		result = reader_bad_field(reader, FINDING_SIE_OBJECTS, &number_field,
					  "dimensionens nummer är inget tal", "dimId som ett tal");
	sie5->balance.has_pairs = true;
	if (result == 0 && (sie5->row.is_open || is_budget)) {
		sie5->sie.has_objects = true;
		if (!sie_map_find(&sie5->sie.map, (uint32_t)number, &dimension))
			return 0;
		sie5->sie.has_mapped_objects = true;
		result = reader_code_add(reader, dimension, &object, &row->ids[dimension]);
	}
	if (result != 0)
		sie5->row.is_bad = sie5->balance.is_bad = true;
	return result;
}

/* ---- vouchers -------------------------------------------------------------------- */

static int journal_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct field id;

	sie5_attribute_find(sie5, attributes, "id", &id);
	if (!text_copy(sie5->series, sizeof(sie5->series), (const char *)id.bytes))
		sie5->series[0] = '\0';
	return 0;
}

static void entry_name_set(struct reader *reader, const char **attributes)
{
	const struct sie5 *sie5 = reader->format_state;
	struct field series = {.bytes = (const uint8_t *)sie5->series,
			       .length = strlen(sie5->series)};
	struct field number;
	struct field text;

	sie5_attribute_find(sie5, attributes, "id", &number);
	reader_voucher_set(reader, &series, &number);
	if (!reader->descriptions)
		return;
	sie5_attribute_find(sie5, attributes, "text", &text);
	reader_voucher_describe(reader, &text);
}

static int entry_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie_voucher *voucher = &sie5->sie.voucher;
	struct field date;
	int result = 0;

	if (sie5->is_entry)
		return sie5_nested(reader);
	*voucher = (struct sie_voucher){.line = reader->line_number, .date_column = sie5->column};
	sie5->is_entry = true;
	sie5->sie.voucher_count++;
	entry_name_set(reader, attributes);
	if (sie5_attribute_find(sie5, attributes, "journalDate", &date) && date.length > 0)
		result = sie5_date_need(reader, &date, &voucher->date);
	voucher->is_tainted = voucher->is_date_told = result != 0;
	return result;
}

/* Entries that a ledger is to number have their date here. */
static int original_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct field date;

	if (sie5->is_entry && sie5->sie.voucher.date == 0 &&
	    sie5_attribute_find(sie5, attributes, "date", &date))
		(void)field_date(&date, &sie5->sie.voucher.date);
	return 0;
}

static int entry_end(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;

	sie5->is_entry = false;
	return sie_voucher_close(reader);
}

static int struck_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;

	(void)attributes;
	sie5->row.is_struck = true;
	return 0;
}

static int row_start(struct reader *reader, const char **attributes)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie5_row *row = &sie5->row;
	struct field account;
	struct field date;
	struct field text;
	int result;

	if (row->is_open)
		return sie5_nested(reader);
	if (!sie5->is_entry)
		return sie5_outside(reader, "JournalEntry");
	*row = (struct sie5_row){
		.is_open = true,
		.line = reader->line_number,
		.column = sie5->column,
		.row = {.layer = LAYER_OUTCOME},
	};
	result = sie5_attribute_need(reader, attributes, "accountId", &account);
	if (result == 0)
		result = reader_code_add(reader, DIMENSION_ACCOUNT, &account,
					 &row->row.ids[DIMENSION_ACCOUNT]);
	if (result == 0)
		result = sie5_amount_need(reader, attributes, &row->ore);
	if (result == 0 && sie5_attribute_find(sie5, attributes, "ledgerDate", &date) &&
	    date.length > 0)
		result = sie5_date_need(reader, &date, &row->date);
	if (reader->descriptions) {
		sie5_attribute_find(sie5, attributes, "text", &text);
		reader_row_describe(reader, &text);
	}
	row->is_bad = result != 0;
	return result;
}

/* A file may hold vouchers of several years; the primary one is what it is about. */
static bool is_of_other_year(const struct sie *sie, uint32_t date)
{
	for (size_t i = 0; i < sie->year_count; i++)
		if (sie->years[i].number != 0 && date >= sie->years[i].first &&
		    date <= sie->years[i].last)
			return true;
	return false;
}

static int row_count(struct reader *reader, struct sie5_row *row)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie_voucher *voucher = &sie5->sie.voucher;
	uint32_t date = row->date != 0 ? row->date : voucher->date;
	int result;

	if (!money_add(&voucher->sum, (struct money){row->ore}))
		return reader_bad(reader, FINDING_AMOUNT_SIZE, row->line, row->column,
				  "belopp som tillsammans går att bokföra",
				  "beloppet är för stort");
	if (row->date == 0 && voucher->is_date_told)
		return READER_BAD;
	if (date == 0) {
		voucher->is_date_told = true;
		return reader_bad(reader, FINDING_SIE_DATE, voucher->line, voucher->date_column,
				  "journalDate med ett datum", "verifikationens datum saknas");
	}
	if (is_of_other_year(&sie5->sie, date)) {
		sie5->other_year_count++;
		return 0;
	}
	result = row->date != 0 ? sie_day_check(reader, row->line, row->column, date)
				: sie_voucher_day_check(reader);
	if (result == 0)
		result = sie_trans_book(reader, row->row.ids[DIMENSION_ACCOUNT], row->ore);
	row->row.yyyymm = date / 100;
	return result == 0 ? sie_row_add(reader, &row->row, row->ore) : result;
}

static int row_end(struct reader *reader)
{
	struct sie5 *sie5 = reader->format_state;
	struct sie5_row *row = &sie5->row;
	int result = 0;

	row->is_open = false;
	reader->line_number = row->line;
	if (!row->is_bad && !row->is_struck)
		result = row_count(reader, row);
	if (row->is_bad || result != 0)
		sie5->sie.voucher.is_tainted = true;
	return result;
}

/* ---- all of them ------------------------------------------------------------------ */

struct element {
	const char *name;
	int (*start)(struct reader *reader, const char **attributes);
	int (*end)(struct reader *reader);
};

static const struct element elements[] = {
	{"LedgerEntry", row_start, row_end},
	{"ObjectReference", object_start, NULL},
	{"JournalEntry", entry_start, entry_end},
	{"Journal", journal_start, NULL},
	{"OriginalEntryInfo", original_start, NULL},
	{"Overstrike", struck_start, NULL},
	{"Account", account_start, account_end},
	{"OpeningBalance", opening_start, balance_end},
	{"ClosingBalance", closing_start, balance_end},
	{"Budget", budget_start, balance_end},
	{"BudgetMultidim", budget_multiple_start, balance_end},
	{"Dimension", dimension_start, NULL},
	{"FiscalYear", year_start, NULL},
	{"FiscalYears", NULL, years_end},
	{"FileCreation", creation_start, NULL},
	{"AccountingCurrency", currency_start, NULL},
};

static const struct element *element_find(const char *name)
{
	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (strcmp(elements[i].name, name) == 0)
			return &elements[i];
	return NULL;
}

int sie5_element_start(struct reader *reader, const char *name, const char **attributes)
{
	const struct element *element = element_find(name);

	return element && element->start ? element->start(reader, attributes) : 0;
}

int sie5_element_end(struct reader *reader, const char *name)
{
	const struct element *element = element_find(name);

	return element && element->end ? element->end(reader) : 0;
}
