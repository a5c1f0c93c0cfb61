/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How results are shown: one table, three writers.
 *
 *   text  aligned columns for a terminal; money in @unit with NBSP between
 *         thousands and U+2212 for minus; rows indented by the column "niva"
 *   csv   for Swedish Excel: UTF-8 with BOM, ';', CRLF, decimal comma, no
 *         thousands separator; texts that look like formulas get an apostrophe
 *   json  one object {"titel":…, "rader":[{…}], "anmarkningar":[…]}; money as
 *         whole öre under KEY_ore, periods "2020-08", times ISO 8601 UTC
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "lib/model/table.h"

enum view_format { VIEW_TEXT = 1, VIEW_CSV, VIEW_JSON };

struct view_options {
	enum view_format format;
	int64_t unit_ore; /* VIEW_UNIT_*; json ignores it */
	bool color;	  /* text only: deficits stand out */
};

enum { VIEW_UNIT_KR = 100, VIEW_UNIT_TKR = 100000, VIEW_UNIT_MNKR = 100000000 };

bool view_format_parse(const char *word, enum view_format *format_out);
bool view_unit_parse(const char *word, int64_t *unit_ore_out);

/* kr with two decimals, tkr whole, mnkr with one decimal.  0, or -EIO when the
 * stream failed. */
int view_write(FILE *stream, const struct table *table, const struct view_options *options);
