/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIE 4: records of a file, and what the file says about itself.
 */
#include "parse/reader_sie.h"

#include <stdlib.h>
#include <string.h>

enum { TYPE_YEAR = 1, TYPE_PERIOD, TYPE_OBJECT, TYPE_VOUCHER };

static int type_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct field field;
	int32_t type;
	int result = sie_field_need(reader, cursor, "filtypen", &field);

	if (result != 0)
		return result;
	if (!field_number(&field, &type) || type < TYPE_YEAR || type > TYPE_VOUCHER)
		return reader_bad_field(reader, FINDING_SIE_TYPE, &field, "okänd filtyp i #SIETYP",
					"1, 2, 3 eller 4");
	if (type == TYPE_YEAR)
		return reader_bad(reader, FINDING_SIE_TYPE, reader->line_number, field.column,
				  "exportera som SIE 4 (eller 2 eller 3) ur ekonomisystemet",
				  "filen är av SIE typ 1 och har bara årets saldon, inga månader");
	sie->type = (uint32_t)type;
	return 0;
}

static int exported_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct field field;

	if (sie_field(cursor, &field) != 0 || !field_date(&field, &reader->exported_date))
		reader->exported_date = 0;
	return 0;
}

/* Many programs leave the day out or write one of 1970 or 1980. */
static int covered_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct field field;

	if (sie_field(cursor, &field) != 0 || !field_date(&field, &sie->covered_through))
		sie->covered_through = 0;
	return 0;
}

static int year_date_need(struct reader *reader, struct sie_cursor *cursor, uint32_t *date_out)
{
	struct field field;
	int result = sie_field_need(reader, cursor, "räkenskapsårets datum", &field);

	if (result != 0)
		return result;
	if (!field_date(&field, date_out))
		return reader_bad_field(reader, FINDING_SIE_YEAR, &field,
					"räkenskapsårets datum finns inte", "ett datum ÅÅÅÅMMDD");
	return 0;
}

/* Rows before it were taken for the calendar year's, and may have been sent. */
static int year_zero_take(struct reader *reader, const struct sie_year *year)
{
	struct sie *sie = reader->format_state;

	if (sie->day_last != 0 && (sie->day_first != year->first || sie->day_last != year->last))
		return reader_bad(reader, FINDING_SIE_YEAR, reader->line_number, 0,
				  "ett #RAR 0, före filens rader; gör om exporten",
				  "räkenskapsåret %u–%u är inte det som raderna före hör till",
				  year->first, year->last);
	sie->day_first = year->first;
	sie->day_last = year->last;
	return 0;
}

/* A #RAR without its dates says nothing, and is written by some pre-systems. */
static int year_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct sie_year year = {0};
	struct field field;
	int result = sie_field_need(reader, cursor, "årsnumret", &field);

	if (result != 0)
		return result;
	if (!field_number(&field, &year.number))
		return reader_bad_field(reader, FINDING_SIE_YEAR, &field, "årsnumret är inget tal",
					"0, -1, -2 …");
	if (!sie_blanks_skip(cursor) || sie->year_count == SIE_YEARS_MAX)
		return 0;
	result = year_date_need(reader, cursor, &year.first);
	if (result == 0)
		result = year_date_need(reader, cursor, &year.last);
	if (result != 0)
		return result;
	if (year.last < year.first)
		return reader_bad(reader, FINDING_SIE_YEAR, reader->line_number, 0,
				  "första dagen, sedan sista",
				  "räkenskapsåret slutar (%u) innan det börjar (%u)", year.last,
				  year.first);
	sie->years[sie->year_count++] = year;
	return year.number == 0 ? year_zero_take(reader, &year) : 0;
}

static int dimension_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct field field;
	char name[CODE_SIZE];
	size_t length;
	int32_t number;
	int result;

	if (sie_field(cursor, &field) != 0 || !field_number(&field, &number) || number < 0)
		return 0;
	if (sie_field(cursor, &field) != 0 || field.length >= CODE_SIZE / 3)
		return 0;
	result = reader_text(reader, &field, name, &length);
	if (result != 0)
		return result;
	if (!sie_map_name(&sie->map, reader->source, (uint32_t)number, name) || !sie->has_objects)
		return 0;
	return reader_bad(reader, FINDING_SIE_DIMENSION, reader->line_number, 0,
			  "ange dimensionens nummer i källans inställning sie_dimensions",
			  "#DIM %d står efter rader som använder dimensionerna", (int)number);
}

/* The first stands for "checked from here", the last holds the sum: a file with
 * the first only was cut off. */
static int checksum_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;

	(void)cursor;
	sie->checksum_rows++;
	return 0;
}

struct sie_record {
	const char *label;
	size_t length;
	int (*read)(struct reader *reader, struct sie_cursor *cursor);
};

#define RECORD(label, read)                                                                        \
	{                                                                                          \
		label, sizeof(label) - 1, read                                                     \
	}

/* The most common first; whatever is not here is ignored, as the standard asks
 * (that is also right for #RTRANS and #BTRANS, whose sums #TRANS already holds). */
static const struct sie_record records[] = {
	RECORD("#TRANS", sie_trans_read),
	RECORD("#VER", sie_voucher_read),
	RECORD("#PSALDO", sie_period_balance_read),
	RECORD("#PBUDGET", sie_period_budget_read),
	RECORD("#RES", sie_result_read),
	RECORD("#DIM", dimension_read),
	RECORD("#UNDERDIM", dimension_read),
	RECORD("#RAR", year_read),
	RECORD("#SIETYP", type_read),
	RECORD("#GEN", exported_read),
	RECORD("#OMFATTN", covered_read),
	RECORD("#KSUMMA", checksum_read),
};

static const struct sie_record *record_find(const uint8_t *label, size_t length)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (records[i].length == length && memcmp(records[i].label, label, length) == 0)
			return &records[i];
	return NULL;
}

static int no_label(struct reader *reader, const struct sie *sie, size_t column)
{
	if (!sie->has_label)
		return reader_bad(reader, FINDING_SIE_LABEL, reader->line_number, column,
				  "en SIE-fil, där varje rad börjar med # och en etikett; "
				  "kontrollera källans format",
				  "filen börjar inte som en SIE-fil");
	return reader_bad(reader, FINDING_SIE_LABEL, reader->line_number, column,
			  "en rad som börjar med # och en etikett; filen kan vara skadad, gör om "
			  "exporten",
			  "raden har ingen SIE-etikett");
}

static int sie_line(struct reader *reader, const uint8_t *line, size_t length)
{
	struct sie *sie = reader->format_state;
	struct sie_cursor cursor = {.start = line, .at = line, .end = line + length};
	const uint8_t *label;
	const struct sie_record *record;

	sie_blanks_skip(&cursor);
	label = cursor.at;
	if (*label == '{' || *label == '}')
		return sie_brace_read(reader, &cursor);
	if (*label != '#' || cursor.end - label < 2 || label[1] < 'A' || label[1] > 'Z')
		return no_label(reader, sie, (size_t)(label - line) + 1);
	sie->has_label = true;
	if (sie->voucher.block == SIE_BLOCK_EXPECTED)
		return sie_block_check(reader);
	while (cursor.at < cursor.end && *cursor.at != ' ' && *cursor.at != '\t')
		cursor.at++;
	record = record_find(label, (size_t)(cursor.at - label));
	return record ? record->read(reader, &cursor) : 0;
}

const struct sie_year *sie_year_zero(const struct sie *sie)
{
	for (size_t i = 0; i < sie->year_count; i++)
		if (sie->years[i].number == 0)
			return &sie->years[i];
	return NULL;
}

static void days_open(struct sie *sie, uint32_t year)
{
	if (sie->day_last != 0)
		return;
	sie->day_first = year * 10000 + 101;
	sie->day_last = year * 10000 + 1231;
}

static int outside(struct reader *reader, uint32_t line, size_t column, const char *what,
		   uint32_t number)
{
	const struct sie *sie = reader->format_state;

	if (sie_year_zero(sie))
		return reader_bad(reader, FINDING_SIE_OUTSIDE_YEAR, line, column,
				  "datum och perioder inom räkenskapsåret (#RAR 0); gör om "
				  "exporten",
				  "%s %u ligger utanför räkenskapsåret %u–%u", what, number,
				  sie->day_first, sie->day_last);
	return reader_bad(reader, FINDING_SIE_OUTSIDE_YEAR, line, column,
			  "rader i ett enda år, eller #RAR 0 med räkenskapsårets dagar; gör om "
			  "exporten",
			  "%s %u ligger utanför %u, som filens första rad hör till", what, number,
			  sie->day_first / 10000);
}

int sie_day_check(struct reader *reader, uint32_t line, size_t column, uint32_t yyyymmdd)
{
	struct sie *sie = reader->format_state;

	days_open(sie, yyyymmdd / 10000);
	if (yyyymmdd >= sie->day_first && yyyymmdd <= sie->day_last)
		return 0;
	return outside(reader, line, column, "datumet", yyyymmdd);
}

int sie_period_check(struct reader *reader, size_t column, uint32_t yyyymm)
{
	struct sie *sie = reader->format_state;

	days_open(sie, yyyymm / 100);
	if (yyyymm >= sie->day_first / 100 && yyyymm <= sie->day_last / 100)
		return 0;
	return outside(reader, reader->line_number, column, "perioden", yyyymm);
}

int sie_row_add(struct reader *reader, struct row *row, int64_t file_ore)
{
	struct sie *sie = reader->format_state;

	row->ore = -file_ore;
	if (row->layer == LAYER_OUTCOME && row->yyyymm > sie->outcome_last)
		sie->outcome_last = row->yyyymm;
	return reader_row_add(reader, row);
}

static bool is_in_year(const struct sie *sie, uint32_t yyyymmdd)
{
	return yyyymmdd != 0 && yyyymmdd >= sie->day_first && yyyymmdd <= sie->day_last;
}

/* What was booked ahead does not make its month complete. */
static uint32_t complete_through(const struct sie *sie, uint32_t exported_date)
{
	if (is_in_year(sie, sie->covered_through))
		return sie->covered_through / 100;
	if (is_in_year(sie, exported_date) && exported_date / 100 < sie->outcome_last)
		return exported_date / 100;
	return sie->outcome_last;
}

/* A cumulative export speaks for the months without rows too. */
static void outcome_cover(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	const struct sie_year *year = sie_year_zero(sie);
	uint32_t last = sie->outcome_last;

	reader->complete_through = complete_through(sie, reader->exported_date);
	if (!year)
		return;
	if (is_in_year(sie, sie->covered_through) && sie->covered_through / 100 > last)
		last = sie->covered_through / 100;
	if (last >= year->first / 100)
		reader_cover(reader, LAYER_OUTCOME, year->first / 100, last);
}

static void budget_cover(struct reader *reader)
{
	const struct sie_year *year = sie_year_zero(reader->format_state);

	if (year)
		reader_cover(reader, LAYER_BUDGET, year->first / 100, year->last / 100);
}

static bool has_layer(const struct sie *sie, enum layer layer)
{
	for (size_t i = 0; i < sie->totals.count; i++)
		if (sie->totals.totals[i].layer == layer)
			return true;
	return false;
}

static int content_check(struct reader *reader, bool has_outcome, bool has_budget)
{
	const struct sie *sie = reader->format_state;

	if (!sie->has_label)
		return no_label(reader, sie, 0);
	if (sie->checksum_rows == 1)
		return reader_bad(reader, FINDING_SIE_CHECKSUM_MISSING, 0, 0,
				  "en hel fil; gör om exporten",
				  "filen är avklippt: den avslutande #KSUMMA saknas");
	if (has_outcome || has_budget || reader->error_count > 0)
		return 0;
	return reader_bad(reader, FINDING_SIE_EMPTY, 0, 0,
			  "exportera som SIE 4 med verifikationer (eller SIE 2 eller 3 med "
			  "periodsaldon)",
			  "filen har varken verifikationer, periodsaldon eller periodbudget");
}

static int dimensions_warn(struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	if (!sie->has_objects || sie->has_mapped_objects)
		return 0;
	return reader_judge(reader, FINDING_SIE_UNMAPPED, 0, 0, "",
			    "Ingen dimension i filens objektlistor är kopplad till källan; "
			    "se inställningen sie_dimensions");
}

static int undated_warn(struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	if (sie->undated_count == 0)
		return 0;
	return reader_judge(reader, FINDING_SIE_UNDATED, 0, 0, "",
			    "%llu transaktioner har text i datumfältet; verifikationens datum "
			    "användes",
			    (unsigned long long)sie->undated_count);
}

static int sie_end(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	int result = sie_vouchers_end(reader);
	bool has_outcome;
	bool has_budget;

	if (result != 0)
		return result;
	reader->balances = sie->voucher_count > 0;
	has_outcome = reader->balances || has_layer(sie, LAYER_OUTCOME);
	has_budget = has_layer(sie, LAYER_BUDGET);
	result = content_check(reader, has_outcome, has_budget);
	if (result == 0)
		result = sie_totals_end(reader);
	if (result == 0 && reader->balances)
		result = sie_controls_end(reader);
	if (result == 0)
		result = dimensions_warn(reader);
	if (result == 0)
		result = undated_warn(reader);
	if (has_outcome)
		outcome_cover(reader);
	if (has_budget)
		budget_cover(reader);
	return result;
}

static int sie_open(struct reader *reader)
{
	struct sie *sie = calloc(1, sizeof(*sie));

	if (!sie)
		return -ENOMEM;
	reader->format_state = sie;
	sie_map_open(&sie->map, reader->source);
	return dictionary_new(&sie->accounts, CODES_MAX);
}

static void sie_close(struct reader *reader)
{
	struct sie *sie = reader->format_state;

	if (!sie)
		return;
	sie_totals_destroy(&sie->totals);
	dictionary_destroy(&sie->accounts);
	free(sie->controls);
	free(sie);
	reader->format_state = NULL;
}

const struct reader_format reader_sie = {
	.open = sie_open,
	.line = sie_line,
	.end = sie_end,
	.close = sie_close,
};
