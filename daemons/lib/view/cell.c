/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers are written from whole units and a count of decimals, so that no
 * amount is ever a floating point number on its way to paper.
 */
#include "lib/view/cell.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/model/period.h"
#include "lib/view/view.h"

#define NBSP  "\xC2\xA0"
#define MINUS "\xE2\x88\x92"

bool cell_is_missing(const struct table_column *column, size_t row)
{
	switch (column->kind) {
	case COLUMN_TEXT:
		return column->texts[row] == NULL;
	case COLUMN_MONEY:
	case COLUMN_COUNT:
	case COLUMN_PERCENT:
	case COLUMN_THOUSANDTHS:
		return column->numbers[row] == TABLE_MISSING;
	case COLUMN_PERIOD:
	case COLUMN_TIME:
	case COLUMN_DATE:
		return column->numbers[row] == TABLE_MISSING || column->numbers[row] == 0;
	}
	return true;
}

/* Digits before the decimal comma from which thousands are set apart. */
enum { GROUP_NEVER = 99, GROUP_FROM_THOUSANDS = 4, GROUP_FROM_TEN_THOUSANDS = 5 };

/* Returns the end of what it wrote. */
static char *decimal_print(int64_t value, int decimals, const char *minus, size_t group_from,
			   char text[static CELL_SIZE])
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	char digits[24];
	size_t whole = (size_t)snprintf(digits, sizeof digits, "%0*llu", decimals + 1,
					(unsigned long long)magnitude) -
		       (size_t)decimals;
	char *end = stpcpy(text, value < 0 ? minus : "");

	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && whole >= group_from && (whole - i) % 3 == 0)
			end = stpcpy(end, NBSP);
		*end++ = digits[i];
	}
	*end = '\0';
	if (decimals == 0)
		return end;
	end = stpcpy(end, ",");
	return stpcpy(end, digits + whole);
}

static int unit_decimals(int64_t unit_ore)
{
	if (unit_ore == VIEW_UNIT_KR)
		return 2;
	return unit_ore == VIEW_UNIT_MNKR ? 1 : 0;
}

static void money_print(int64_t ore, enum cell_reader reader, int64_t unit_ore,
			char text[static CELL_SIZE])
{
	static const int64_t powers[] = {1, 10, 100};
	int decimals = unit_decimals(unit_ore);
	int64_t value = money_round((struct money){ore}, unit_ore / powers[decimals]);

	if (reader == CELL_FOR_PEOPLE)
		decimal_print(value, decimals, MINUS, GROUP_FROM_THOUSANDS, text);
	else
		decimal_print(value, decimals, "-", GROUP_NEVER, text);
}

/* A number of four digits is often a year, so counts are set apart from five. */
static void count_print(int64_t value, enum cell_reader reader, char text[static CELL_SIZE])
{
	if (reader == CELL_FOR_PEOPLE)
		decimal_print(value, 0, MINUS, GROUP_FROM_TEN_THOUSANDS, text);
	else
		decimal_print(value, 0, "-", GROUP_NEVER, text);
}

static void percent_print(int64_t hundredths, enum cell_reader reader, char text[static CELL_SIZE])
{
	if (reader == CELL_FOR_PEOPLE)
		stpcpy(decimal_print(money_round((struct money){hundredths}, 10), 1, MINUS,
				     GROUP_FROM_THOUSANDS, text),
		       NBSP "%");
	else if (hundredths % 10 == 0)
		decimal_print(hundredths / 10, 1, "-", GROUP_NEVER, text);
	else
		decimal_print(hundredths, 2, "-", GROUP_NEVER, text);
}

/* Only the decimals that say something. */
static void thousandths_print(int64_t value, enum cell_reader reader, char text[static CELL_SIZE])
{
	int decimals = 3;

	while (decimals > 0 && value % 10 == 0) {
		value /= 10;
		decimals--;
	}
	decimal_print(value, decimals, reader == CELL_FOR_PEOPLE ? MINUS : "-",
		      reader == CELL_FOR_PEOPLE ? GROUP_FROM_THOUSANDS : GROUP_NEVER, text);
}

static void date_print(int64_t yyyymmdd, char text[static CELL_SIZE])
{
	snprintf(text, CELL_SIZE, "%04lld-%02lld-%02lld", (long long)(yyyymmdd / 10000),
		 (long long)(yyyymmdd / 100 % 100), (long long)(yyyymmdd % 100));
}

static void month_print(int64_t yyyymm, char text[static CELL_SIZE])
{
	snprintf(text, CELL_SIZE, "%04lld-%02lld", (long long)(yyyymm / 100),
		 (long long)(yyyymm % 100));
}

/* Whole seconds since 1970, also before it. */
static time_t seconds_of(int64_t time_ms)
{
	return (time_t)(time_ms / 1000 - (time_ms % 1000 < 0));
}

static void local_time_print(int64_t time_ms, char text[static CELL_SIZE])
{
	time_t seconds = seconds_of(time_ms);
	struct tm parts;

	if (!localtime_r(&seconds, &parts) ||
	    strftime(text, CELL_SIZE, "%Y-%m-%d %H:%M:%S", &parts) == 0)
		text[0] = '\0';
}

static void utc_time_print(int64_t time_ms, char text[static CELL_SIZE])
{
	time_t seconds = seconds_of(time_ms);
	struct tm parts;
	size_t length = 0;

	if (gmtime_r(&seconds, &parts))
		length = strftime(text, CELL_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text + length, CELL_SIZE - length, ".%03dZ",
		 (int)(time_ms - (int64_t)seconds * 1000));
}

void cell_print(const struct table_column *column, size_t row, enum cell_reader reader,
		int64_t unit_ore, char text[static CELL_SIZE])
{
	text[0] = '\0';
	if (cell_is_missing(column, row))
		return;
	switch (column->kind) {
	case COLUMN_MONEY:
		money_print(column->numbers[row], reader, unit_ore, text);
		return;
	case COLUMN_COUNT:
		count_print(column->numbers[row], reader, text);
		return;
	case COLUMN_PERCENT:
		percent_print(column->numbers[row], reader, text);
		return;
	case COLUMN_THOUSANDTHS:
		thousandths_print(column->numbers[row], reader, text);
		return;
	case COLUMN_TIME:
		local_time_print(column->numbers[row], text);
		return;
	case COLUMN_PERIOD:
	case COLUMN_DATE:
		cell_print_iso(column, row, text);
		return;
	case COLUMN_TEXT:
		return;
	}
}

void cell_print_iso(const struct table_column *column, size_t row, char text[static CELL_SIZE])
{
	text[0] = '\0';
	if (column->kind == COLUMN_PERIOD)
		month_print(column->numbers[row], text);
	else if (column->kind == COLUMN_DATE)
		date_print(column->numbers[row], text);
	else if (column->kind == COLUMN_TIME)
		utc_time_print(column->numbers[row], text);
}
