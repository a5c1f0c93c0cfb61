/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/model/period.h"

#include <stdio.h>
#include <string.h>

bool period_is_valid(struct period period)
{
	int year = period_year(period);
	int month = period_month(period);

	return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= MONTHS;
}

bool period_is_year(struct period period)
{
	int year = period_year(period);

	return year >= YEAR_MIN && year <= YEAR_MAX && period_month(period) == 0;
}

struct period period_of(int year, int month)
{
	return (struct period){(uint32_t)(year * 100 + month)};
}

int period_year(struct period period)
{
	return (int)(period.yyyymm / 100);
}

int period_month(struct period period)
{
	return (int)(period.yyyymm % 100);
}

static bool digits_read(const char *text, int count, uint32_t *value)
{
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*value = *value * 10 + (uint32_t)(text[i] - '0');
	}
	return true;
}

bool period_parse(const char *text, struct period *period_out)
{
	size_t length = strlen(text);
	struct period period = {0};
	const char *month = text + 4;

	if (length == 7 && text[4] == '-')
		month = text + 5;
	else if (length != 6)
		return false;
	if (!digits_read(text, 4, &period.yyyymm) || !digits_read(month, 2, &period.yyyymm))
		return false;
	if (!period_is_valid(period))
		return false;
	*period_out = period;
	return true;
}

void period_text(struct period period, char text[static PERIOD_TEXT_SIZE])
{
	snprintf(text, PERIOD_TEXT_SIZE, "%04u-%02u", period.yyyymm / 100 % 10000,
		 period.yyyymm % 100);
}

const char *period_month_name(struct period period)
{
	static const char *const names[] = {"januari",	 "februari", "mars",	 "april",
					    "maj",	 "juni",     "juli",	 "augusti",
					    "september", "oktober",  "november", "december"};

	return period_is_valid(period) ? names[period_month(period) - 1] : "";
}

static uint32_t month_days(uint32_t year, uint32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool date_is_valid(uint32_t yyyymmdd)
{
	struct period period = {yyyymmdd / 100};
	uint32_t day = yyyymmdd % 100;

	if (!period_is_valid(period))
		return false;
	return day >= 1 &&
	       day <= month_days((uint32_t)period_year(period), (uint32_t)period_month(period));
}
