/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical extract of a file: what was counted, row by row, and no texts.  UTF-8,
 * a line a row after a first line that names the fields, fields parted by tabs:
 *
 *	lager rad period konto ansvar ... serie verifikation belopp
 *
 * The line is the original's, the amount öre in report sign (thousandths of a volume), and
 * the period of a whole year has month 00.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parse/single.h"

enum {
	EXTRACT_TEXTS = DIMENSION_COUNT + 2,
	EXTRACT_LINE_SIZE = EXTRACT_TEXTS * CODE_SIZE + 96, /* any line with its end and a NUL */
};

/* The lengths of what they print. */
size_t extract_head_print(char line[static EXTRACT_LINE_SIZE]);
size_t extract_line_print(const struct single_row *row, char line[static EXTRACT_LINE_SIZE]);

/* An extract that is read; zeroed but for who takes its rows. */
struct extracted {
	single_taker *take;
	void *context;
	bool has_head;
	char line[EXTRACT_LINE_SIZE]; /* what there is of the next one */
	size_t length;
};

/* A chunk_handler over it: -EBADMSG when it is no extract of ours, or not all of it. */
int extract_feed(void *extracted, const uint8_t *bytes, size_t length);
