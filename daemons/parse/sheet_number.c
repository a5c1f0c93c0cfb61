/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and days of spreadsheets as text, digit by digit: money is never a double here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse/sheet_book.h"

enum { DIGITS_MAX = 40, EXPONENT_MAX = 60, DAYS_MAX = 200000, EPOCH_DAYS_1904 = 1462 };

/* value = 0.DIGITS × 10^point */
struct decimal {
	char digits[DIGITS_MAX + 1];
	int count;
	int point;
	bool is_negative;
};

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static const char *digits_take(const char *at, const char *end, struct decimal *value,
			       bool is_whole)
{
	for (; at < end && is_digit(*at); at++) {
		bool is_leading = value->count == 0 && *at == '0';

		if (!is_leading && value->count < DIGITS_MAX)
			value->digits[value->count++] = *at;
		if (is_whole)
			value->point += !is_leading;
		else
			value->point -= is_leading;
	}
	return at;
}

static bool exponent_take(const char *at, const char *end, struct decimal *value)
{
	bool is_negative = at < end && *at == '-';
	int exponent = 0;

	at += at < end && (*at == '-' || *at == '+');
	if (at == end)
		return false;
	for (; at < end && is_digit(*at) && exponent < EXPONENT_MAX; at++)
		exponent = exponent * 10 + (*at - '0');
	value->point += is_negative ? -exponent : exponent;
	return at == end;
}

static bool decimal_parse(const char *at, size_t length, struct decimal *value)
{
	const char *end = at + length;
	const char *start;

	*value = (struct decimal){.is_negative = length > 0 && *at == '-'};
	at += value->is_negative;
	start = at;
	at = digits_take(at, end, value, true);
	if (at < end && *at == '.')
		at = digits_take(at + 1, end, value, false);
	if (at == start || (at == start + 1 && *start == '.'))
		return false;
	if (at < end && (*at == 'E' || *at == 'e'))
		return exponent_take(at + 1, end, value);
	return at == end;
}

/* Keeps @decimals after the point; half is rounded away from zero. */
static void decimal_round(struct decimal *value, int decimals)
{
	int kept = value->point + decimals;
	bool is_up;
	int i;

	if (kept >= value->count)
		return;
	if (kept < 0) {
		value->count = 0;
		return;
	}
	is_up = value->digits[kept] >= '5';
	value->count = kept;
	for (i = kept - 1; is_up && i >= 0; i--) {
		is_up = value->digits[i] == '9';
		value->digits[i] = is_up ? '0' : (char)(value->digits[i] + 1);
	}
	if (!is_up)
		return;
	memmove(value->digits + 1, value->digits, (size_t)value->count);
	value->digits[0] = '1';
	value->count++;
	value->point++;
}

static char digit_at(const struct decimal *value, int i)
{
	return i >= 0 && i < value->count ? value->digits[i] : '0';
}

bool sheet_number_text(const char *text, size_t length, int decimals, char decimal,
		       char number[static SHEET_NUMBER_SIZE])
{
	struct decimal value;
	size_t size = 0;

	if (!decimal_parse(text, length, &value))
		return false;
	decimal_round(&value, decimals);
	while (value.count > 0 && value.digits[value.count - 1] == '0')
		value.count--;
	if (value.point > DIGITS_MAX || (value.count > 0 && value.count - value.point > decimals))
		return false;
	if (value.is_negative && value.count > 0)
		number[size++] = '-';
	if (value.point <= 0 || value.count == 0)
		number[size++] = '0';
	for (int i = 0; value.count > 0 && i < value.point; i++)
		number[size++] = digit_at(&value, i);
	if (value.count > value.point && value.count > 0) {
		number[size++] = decimal;
		for (int i = value.point; i < value.count; i++)
			number[size++] = digit_at(&value, i);
	}
	number[size] = '\0';
	return true;
}

/* Howard Hinnant's days_to_civil, from 1970-01-01. */
static void civil_of(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = z / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

bool sheet_date_text(const char *text, size_t length, bool is_1904,
		     char date[static SHEET_NUMBER_SIZE])
{
	int64_t serial = 0;
	int year;
	int month;
	int day;

	for (size_t i = 0; i < length && text[i] != '.'; i++) {
		if (!is_digit(text[i]) || serial > DAYS_MAX)
			return false;
		serial = serial * 10 + (text[i] - '0');
	}
	if (is_1904)
		serial += EPOCH_DAYS_1904;
	/* Before that, the first of the spreadsheets had a 29 February that was none. */
	if (serial <= 60 || serial > DAYS_MAX)
		return false;
	civil_of(serial - 25569, &year, &month, &day);
	snprintf(date, SHEET_NUMBER_SIZE, "%04d-%02d-%02d", year, month, day);
	return true;
}
