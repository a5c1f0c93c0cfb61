/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A controller's list of forecasts:
 *
 *	år;prognosmånad;område;intäkter_tkr;kostnader_tkr;kommentar
 *	år;prognosmånad;område;netto_tkr;kommentar
 *
 * Amounts may be in _kr, _tkr or _mnkr.  A row may leave income and cost empty
 * and give the net.  Problems are printed with file, line and column; a list
 * with a problem anywhere is refused as a whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/model/area.h"
#include "lib/model/money.h"
#include "lib/model/period.h"

struct forecast_row {
	unsigned line;
	struct period period;
	const char *area; /* texts belong to the file */
	const char *comment;
	bool has_split;
	struct money income;
	struct money cost;
	struct money net;
};

struct forecast_file {
	struct sheet *sheet;
	struct forecast_row *rows;
	size_t row_count;
};

enum { FORECAST_FILE_BAD = 1 }; /* problems were printed */

/* 0, FORECAST_FILE_BAD or a negative errno; nothing at all in the file is BAD too. */
int forecast_file_read(struct forecast_file **file_out, const char *path,
		       const struct area_tree *areas);
void forecast_file_destroy(struct forecast_file **file);
