/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fiscal years of a SIE file, and the days that its rows may have.
 */
#include "parse/reader_sie.h"

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

	if (sie->is_years_told ||
	    (sie->day_last != 0 && (sie->day_first != year->first || sie->day_last != year->last)))
		return reader_bad(reader, FINDING_SIE_YEAR, reader->line_number, 0,
				  "ett #RAR 0, före filens rader; gör om exporten",
				  "räkenskapsåret %u–%u är inte det som raderna före hör till",
				  year->first, year->last);
	sie->day_first = year->first;
	sie->day_last = year->last;
	return 0;
}

/* Nothing of another year is counted, so that its dates do no harm. */
static int other_year_take(struct reader *reader, struct sie_cursor *cursor, struct sie_year *year)
{
	struct sie *sie = reader->format_state;
	struct field first;
	struct field last;

	if (sie_field(cursor, &first) == 0 && sie_field(cursor, &last) == 0 &&
	    field_date(&first, &year->first) && field_date(&last, &year->last) &&
	    year->first <= year->last) {
		sie->years[sie->year_count++] = *year;
		return 0;
	}
	return reader_judge(reader, FINDING_SIE_OTHER_YEAR, reader->line_number, 0,
			    "första dagen, sedan sista",
			    "räkenskapsår %d har inga dagar som går att läsa; året räknas inte",
			    (int)year->number);
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
	if (year.number != 0)
		return other_year_take(reader, cursor, &year);
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
	return year_zero_take(reader, &year);
}

/* One year that cannot be read is told once, not at every row that it was to hold. */
int sie_year_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	int result = year_read(reader, cursor);

	sie->is_year_bad = sie->is_year_bad || result == READER_BAD;
	return result;
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

/* Pre-systems may leave #RAR out, and do not stop at New Year. */
static int years_judge(struct reader *reader, uint32_t line, size_t column, uint32_t yyyymmdd)
{
	struct sie *sie = reader->format_state;

	if (sie->is_years_told)
		return 0;
	sie->is_years_told = true;
	return reader_judge(reader, FINDING_SIE_YEARS, line, column,
			    "rader i ett enda år, eller #RAR 0 med räkenskapsårets dagar",
			    "datumet %u ligger utanför %u, som filens första rad hör till; månader "
			    "i flera år räknas in",
			    yyyymmdd, sie->day_first / 10000);
}

int sie_day_check(struct reader *reader, uint32_t line, size_t column, uint32_t yyyymmdd)
{
	struct sie *sie = reader->format_state;

	days_open(sie, yyyymmdd / 10000);
	if (sie->is_year_bad)
		return 0;
	if (yyyymmdd >= sie->day_first && yyyymmdd <= sie->day_last)
		return 0;
	if (sie->year_count == 0)
		return years_judge(reader, line, column, yyyymmdd);
	return outside(reader, line, column, "datumet", yyyymmdd);
}

int sie_period_check(struct reader *reader, size_t column, uint32_t yyyymm)
{
	struct sie *sie = reader->format_state;

	days_open(sie, yyyymm / 100);
	if (sie->is_year_bad)
		return 0;
	if (yyyymm >= sie->day_first / 100 && yyyymm <= sie->day_last / 100)
		return 0;
	return outside(reader, reader->line_number, column, "perioden", yyyymm);
}
