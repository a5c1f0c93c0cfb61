/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amounts as people write them in tables and on the command line, read exactly:
 * "1 250,5", "1250.5", "-300", "300-", U+2212 for minus.  Blanks (also NBSP and
 * narrow NBSP) may part thousands.  Never floating point.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/model/money.h"

/* @unit_ore: öre in one whole unit (100 for kr, 100 000 for tkr): a power of ten.
 * false when it is no number, has parts of an öre, or does not fit. */
bool amount_parse(const char *text, int64_t unit_ore, struct money *amount_out);

/* "1,5" or "1,5 %", at most two decimals, as hundredths of a percent: 150. */
bool percent_parse(const char *text, int64_t *hundredths_out);
