/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/change.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

enum { YEARS_MAX = 16 };

struct change {
	const struct ledger *ledger;
	struct cube *before[YEARS_MAX];
	struct cube *after[YEARS_MAX];
	size_t year_count;
};

void change_destroy(struct change **change)
{
	if (!*change)
		return;
	for (size_t i = 0; i < YEARS_MAX; i++) {
		cube_destroy(&(*change)->before[i]);
		cube_destroy(&(*change)->after[i]);
	}
	free(*change);
	*change = NULL;
}

static int year_load(const struct ledger *ledger, struct store_txn *txn, int year,
		     struct cube **cube_out)
{
	int r = cube_new(cube_out, year, ledger->areas->count, ledger->lines->count);

	return r < 0 ? r : cube_load(*cube_out, txn);
}

static bool year_is_known(const struct change *change, int year)
{
	for (size_t i = 0; i < change->year_count; i++) {
		if (change->before[i]->year == year)
			return true;
	}
	return false;
}

int change_before(const struct ledger *ledger, struct store_txn *txn, const struct batch_end *end,
		  struct change **change_out)
{
	cleanup(change_destroy) struct change *change = calloc(1, sizeof *change);

	if (!change)
		return -ENOMEM;
	change->ledger = ledger;
	for (size_t i = 0; i < end->coverage_count; i++) {
		int year = period_year(end->coverages[i].first);
		int r;

		if (year_is_known(change, year))
			continue;
		if (change->year_count == YEARS_MAX)
			return ERROR_LIMIT;
		r = year_load(ledger, txn, year, &change->before[change->year_count]);
		if (r < 0)
			return r;
		change->year_count++;
	}
	*change_out = change;
	change = NULL;
	return 0;
}

int change_after(struct change *change, struct store_txn *txn)
{
	for (size_t i = 0; i < change->year_count; i++) {
		int r = year_load(change->ledger, txn, change->before[i]->year, &change->after[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

bool change_year(const struct change *change, int year, const struct cube **before_out,
		 const struct cube **after_out)
{
	for (size_t i = 0; i < change->year_count; i++) {
		if (change->before[i]->year != year)
			continue;
		*before_out = change->before[i];
		*after_out = change->after[i];
		return true;
	}
	return false;
}

bool change_touches(const struct change *change, struct period period)
{
	for (size_t i = 0; i < change->year_count; i++) {
		if (change->before[i]->year == period_year(period))
			return cube_month_differs(change->before[i], change->after[i],
						  period_month(period) - 1);
	}
	return false;
}

int change_journal(const struct change *change, struct journal *journal, struct store_txn *txn,
		   const struct batch *batch, int64_t now_ms)
{
	const struct ledger *ledger = change->ledger;
	size_t pairs = (size_t)ledger->areas->count * (size_t)ledger->lines->count;
	cleanup(free_bytes) struct series *series =
		reallocarray(NULL, pairs * change->year_count + 1, sizeof *series);
	struct event event = {
		.kind = EVENT_LEDGER,
		.ledger = {.time_ms = now_ms,
			   .batch_id = batch->file,
			   .source = batch->source,
			   .series = series},
	};

	if (!series)
		return -ENOMEM;
	for (size_t i = 0; i < change->year_count; i++)
		cube_changes(change->before[i], change->after[i], ledger, series,
			     &event.ledger.series_count);
	return event.ledger.series_count > 0 ? journal_append(journal, txn, &event, NULL) : 0;
}
