/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the table of months (REQUEST_PERIODS) says, and how months are written
 * in titles.
 */
#pragma once

#include "lib/model/period.h"
#include "lib/model/table.h"

/* The last month with outcome; an invalid period when there is none. */
struct period periods_latest(const struct table *periods);
/* The latest month with outcome in the year of @period and not after it; none: 0. */
struct period periods_latest_until(const struct table *periods, struct period period);
/* "preliminär" or "definitiv"; "" when the table does not hold the month. */
const char *periods_status(const struct table *periods, struct period period);

enum { PERIODS_SPAN_SIZE = 64 };
/* "januari–augusti 2020", "januari 2020". */
void periods_span(struct period period, char text[static PERIODS_SPAN_SIZE]);
