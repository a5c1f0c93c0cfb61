/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days and months as lists write them: many forms, each with one meaning.
 */
#pragma once

#include "parse/field.h"

enum {
	TIME_BAD = 1,
	TIME_AMBIGUOUS, /* six digits that are a month and a day as well */
	TIME_NO_YEAR,	/* only a month, and @year is 0 */
};

/* 2020-08-31, 20200831, 2020/08/31, 2020.08.31, 31/8 2020, 31.08.2020, 31 aug 2020, 200831,
 * 2020-08, each with a time of day after; @yyyymm_out is the month. */
int field_list_date(const struct field *field, enum date_form form, uint32_t *yyyymm_out);
/* 202008, 2020-08, 2020.08, 2020 M08, aug-20, augusti 2020, a date; and with @year (0:
 * none) P08, 8 and aug. */
int field_list_period(const struct field *field, uint32_t year, uint32_t *yyyymm_out);
