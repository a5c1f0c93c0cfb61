/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A period is a calendar month, written YYYYMM as a number; a municipality's
 * fiscal year is the calendar year.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { MONTHS = 12, YEAR_MIN = 1900, YEAR_MAX = 2999 };

struct period {
	uint32_t yyyymm; /* 0 = none */
};

bool period_is_valid(struct period period);
/* YYYY00, a whole year: only on its way to the ledger, see DIMENSION_SPREAD. */
bool period_is_year(struct period period);
struct period period_of(int year, int month);
int period_year(struct period period);
int period_month(struct period period); /* 1..12 */

/* "YYYY-MM" or "YYYYMM". */
bool period_parse(const char *text, struct period *period_out);
enum { PERIOD_TEXT_SIZE = 8 };
/* "YYYY-MM". */
void period_text(struct period period, char text[static PERIOD_TEXT_SIZE]);
/* "januari" .. "december". */
const char *period_month_name(struct period period);

/* YYYYMMDD as a number; checks the calendar, leap years included. */
bool date_is_valid(uint32_t yyyymmdd);
