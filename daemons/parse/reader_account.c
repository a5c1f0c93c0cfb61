/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the file as a whole says: months covered, control totals.
 */
#include <stdlib.h>

#include "parse/reader_core.h"

static void month_mark(struct year_cover *year, unsigned month)
{
	if (year->first == 0 || month < year->first)
		year->first = (uint8_t)month;
	if (month > year->last)
		year->last = (uint8_t)month;
}

void reader_cover(struct reader *reader, enum layer layer, uint32_t first_yyyymm,
		  uint32_t last_yyyymm)
{
	for (uint32_t year = first_yyyymm / 100; year <= last_yyyymm / 100; year++) {
		struct year_cover *cover = &reader->years[layer][year - YEAR_MIN];

		month_mark(cover, year == first_yyyymm / 100 ? first_yyyymm % 100 : 1);
		month_mark(cover, year == last_yyyymm / 100 ? last_yyyymm % 100 : MONTHS);
	}
}

int reader_control_add(struct reader *reader, const struct batch_control *control)
{
	if (reader->control_count == reader->control_capacity) {
		size_t capacity = reader->control_capacity ? reader->control_capacity * 2 : 256;
		struct batch_control *grown =
			realloc(reader->controls, capacity * sizeof(*reader->controls));

		if (!grown)
			return -ENOMEM;
		reader->controls = grown;
		reader->control_capacity = capacity;
	}
	reader->controls[reader->control_count] = *control;
	reader->controls[reader->control_count++].severity =
		reader->source
			->policy[control->kind == CONTROL_ACCOUNT_YEAR ? FINDING_LEDGER_RESULT
								       : FINDING_LEDGER_PERIOD_SUM];
	return 0;
}

static size_t years_count(const struct reader *reader)
{
	size_t count = 0;

	for (int layer = LAYER_OUTCOME; layer <= LAYER_MAX; layer++)
		for (int i = 0; i < YEAR_COUNT; i++)
			count += reader->years[layer][i].first != 0;
	return count;
}

/* Outcome may hold a month before it is complete. */
static struct period through_of(const struct reader *reader, const struct batch_coverage *coverage)
{
	uint32_t through = reader->complete_through;

	if (coverage->layer != LAYER_OUTCOME || through == 0 || through > coverage->last.yyyymm)
		return coverage->last;
	return (struct period){through >= coverage->first.yyyymm ? through : 0};
}

int reader_account_close(struct reader *reader)
{
	size_t count = years_count(reader);
	struct batch_coverage *coverage;

	if (count > COVERAGES_MAX)
		return reader_bad(reader, FINDING_FILE_YEARS, 0, 0,
				  "kontrollera filens perioder och gör om exporten",
				  "filen omfattar %zu år, och högst %d läses in", count,
				  COVERAGES_MAX);
	coverage = calloc(count + 1, sizeof(*coverage));
	if (!coverage)
		return -ENOMEM;
	reader->coverages = coverage;
	reader->coverage_count = count;
	for (int layer = LAYER_OUTCOME; layer <= LAYER_MAX; layer++) {
		for (int i = 0; i < YEAR_COUNT; i++) {
			const struct year_cover *year = &reader->years[layer][i];

			if (year->first == 0)
				continue;
			coverage->layer = (enum layer)layer;
			coverage->first = period_of(YEAR_MIN + i, year->first);
			coverage->last = period_of(YEAR_MIN + i, year->last);
			coverage->through = through_of(reader, coverage);
			coverage++;
		}
	}
	return 0;
}

/* Warnings are kept with the batch. */
static size_t warnings_list(struct reader *reader)
{
	size_t count = 0;

	for (size_t i = 0; i < reader->finding_count; i++)
		if (reader->findings[i].severity == FINDING_WARNING)
			reader->warnings[count++] = reader->findings[i].found;
	return count;
}

void reader_end(struct reader *reader, struct batch_end *end_out)
{
	*end_out = (struct batch_end){
		.row_count = reader->row_count,
		.voucher_count = reader->voucher_count,
		.sum = reader->sum,
		.balances = reader->balances,
		.exported_date = reader->exported_date,
		.coverages = reader->coverages,
		.coverage_count = reader->coverage_count,
		.controls = reader->controls,
		.control_count = reader->control_count,
		.warnings = reader->warnings,
		.warning_count = warnings_list(reader),
	};
}
