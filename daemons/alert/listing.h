/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of REQUEST_ALERTS: those of a limit that was crossed, and of a refused file. */
#pragma once

#include "lib/model/table.h"

enum alerts_column {
	ALERTS_ID,
	ALERTS_STATE,
	ALERTS_RULE,
	ALERTS_MEASURE,
	ALERTS_AREA,
	ALERTS_YEAR,
	ALERTS_PERIOD,
	ALERTS_DEVIATION,
	ALERTS_BUDGET,
	ALERTS_PERCENT,
	ALERTS_TIME,
	ALERTS_PLAN,
	ALERTS_WHO,
	ALERTS_COMMENT,
	ALERTS_SOURCE,
	ALERTS_FILE,
	ALERTS_HASH,
	ALERTS_ERRORS,
	ALERTS_CODE,
	ALERTS_LINE,
	ALERTS_FINDING,
	ALERTS_REPORT,
	ALERTS_REASON,
	ALERTS_COLUMN_COUNT,
};

/* An empty text is a missing cell. */
static inline void listing_text(struct table *table, size_t column, const char *text)
{
	table_text(table, column, text[0] ? text : NULL);
}
