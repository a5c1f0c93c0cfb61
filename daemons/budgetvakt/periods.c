/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pure: tables in, months and words out.
 */
#include "budgetvakt/periods.h"

#include <stdio.h>

static const struct table_column *column_of(const struct table *periods, const char *key,
					    enum column_kind kind)
{
	const struct table_column *column = table_find(periods, key);

	return column && column->kind == kind ? column : NULL;
}

struct period periods_latest(const struct table *periods)
{
	const struct table_column *months = column_of(periods, "period", COLUMN_PERIOD);
	struct period latest = {0};

	for (size_t i = 0; months && i < periods->row_count; i++)
		if (months->numbers[i] > (int64_t)latest.yyyymm)
			latest.yyyymm = (uint32_t)months->numbers[i];
	return latest;
}

struct period periods_latest_until(const struct table *periods, struct period period)
{
	const struct table_column *months = column_of(periods, "period", COLUMN_PERIOD);
	struct period latest = {0};

	for (size_t i = 0; months && i < periods->row_count; i++) {
		struct period month = {(uint32_t)months->numbers[i]};

		if (month.yyyymm <= period.yyyymm && month.yyyymm > latest.yyyymm &&
		    period_year(month) == period_year(period))
			latest = month;
	}
	return latest;
}

const char *periods_status(const struct table *periods, struct period period)
{
	const struct table_column *months = column_of(periods, "period", COLUMN_PERIOD);
	const struct table_column *states = column_of(periods, "status", COLUMN_TEXT);

	for (size_t i = 0; months && states && i < periods->row_count; i++)
		if (months->numbers[i] == (int64_t)period.yyyymm && states->texts[i])
			return states->texts[i];
	return "";
}

void periods_span(struct period period, char text[static PERIODS_SPAN_SIZE])
{
	if (period_month(period) == 1)
		snprintf(text, PERIODS_SPAN_SIZE, "januari %d", period_year(period));
	else
		snprintf(text, PERIODS_SPAN_SIZE, "januari–%s %d", period_month_name(period),
			 period_year(period));
}
