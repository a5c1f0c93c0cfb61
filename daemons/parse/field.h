/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One field of a line and the values it can hold: amounts, dates, periods.
 * Exact: what is not wholly understood is a problem, never a guess.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/conf/conf.h"

struct field {
	const uint8_t *bytes; /* borrowed from the line, quotes taken off */
	size_t length;
	size_t column; /* 1-based, of the first byte in the line */
	char escape;   /* what stands before a '"' inside the field; 0: it holds none */
};

/* Takes blanks (also no-break ones of the encoding) off both ends. */
void field_trim(struct field *field, enum text_encoding encoding);

enum { VOLUME_UNIT = 1000 }; /* volumes are counted in thousandths */

enum field_problem {
	FIELD_EMPTY = 1,
	FIELD_NOT_A_NUMBER,
	FIELD_DECIMALS, /* more decimals than the unit has öre */
	FIELD_TOO_BIG,	/* beyond int64 öre */
};

/* How a text list writes its amounts. */
struct amount_style {
	char decimal;	/* ',' or '.' */
	char thousands; /* as in struct source */
	int64_t unit_ore;
	enum text_encoding encoding;
};

/* Digits, at most two decimals, a minus in front: what SIE allows (a decimal
 * comma is understood too).  Both: 0 or an enum field_problem. */
int field_amount(const struct field *field, int64_t *ore_out);
/* "-1234,56" in kronor: kronor and both decimals, nothing else; false for any other. */
bool field_plain_amount(const struct field *field, const struct amount_style *style,
			int64_t *ore_out);
/* The same where eight bytes after the field can be read, which is faster. */
bool field_roomy_amount(const struct field *field, char decimal, int64_t *ore_out);
/* Also thousands signs, a minus in any place, U+2212, parentheses. */
int field_styled_amount(const struct field *field, const struct amount_style *style,
			int64_t *ore_out);

/* YYYYMMDD or YYYY-MM-DD, a day of the calendar. */
bool field_date(const struct field *field, uint32_t *yyyymmdd_out);
/* YYYYMM or YYYY-MM. */
bool field_period(const struct field *field, uint32_t *yyyymm_out);
/* YYYY */
bool field_year(const struct field *field, uint32_t *year_out);
/* A whole number of at most nine digits with an optional minus. */
bool field_number(const struct field *field, int32_t *number_out);

enum { FIELD_QUOTE_SIZE = 48 };
/* The field in quotes when it looks like a number or a date, otherwise only
 * that it is a text: what is shown to people must never hold ledger text. */
void field_quote(const struct field *field, char quote[static FIELD_QUOTE_SIZE]);
/* "-1234,56" */
enum { AMOUNT_TEXT_SIZE = 32 };
void amount_text(int64_t ore, char text[static AMOUNT_TEXT_SIZE]);
