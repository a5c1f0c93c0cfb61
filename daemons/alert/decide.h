/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a limit is crossed, and when it is not any more.  Pure.
 *
 * A limit in percent is of the budget's size; where the budget is nothing, any
 * deficit crosses it.  Without a deficit nothing is crossed.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/conf/tables.h"
#include "lib/model/money.h"

enum verdict { VERDICT_NOTHING, VERDICT_RAISE, VERDICT_CLEAR };

/* What @rule says of a deviation (report sign: minus is a deficit) from a budget,
 * given whether its alert is up. */
enum verdict rule_decide(const struct rule *rule, struct money deviation, struct money budget,
			 bool is_up);

/* Deviation in hundredths of a percent of the budget's size; false without a budget. */
bool percent_of(struct money deviation, struct money budget, int64_t *hundredths_out);

/* The date (YYYYMMDD, UTC) @days days after @time_ms. */
uint32_t deadline_date(int64_t time_ms, int days);

/* As it is written in larmregler.csv: "prognos", "utfall". */
const char *rule_measure_name(enum rule_measure measure);
