/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger event becomes forecasts: its series are stored, every leaf and year
 * that they bear on is forecast again, and the leaves whose forecast became
 * another are told of in one event.  The same events in the same order always
 * make the same forecasts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "forecast/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

/* One leaf and year to forecast again. */
struct touched {
	const char *area;
	int year;
};

static int touched_compare(const void *left, const void *right)
{
	const struct touched *one = left;
	const struct touched *other = right;
	int order = strcmp(one->area, other->area);

	return order ? order : (one->year > other->year) - (one->year < other->year);
}

/* A year bears on itself and, as a profile, on the LEAF_YEARS - 1 after it.
 * Sorted, each once. */
static int touched_collect(const struct ledger_event *ledger, struct touched **touched_out,
			   size_t *count_out)
{
	size_t capacity = ledger->series_count * LEAF_YEARS;
	struct touched *touched = calloc(capacity + 1, sizeof *touched);
	size_t count = 0;

	if (!touched)
		return -ENOMEM;
	for (size_t i = 0; i < capacity; i++) {
		const struct series *series = &ledger->series[i / LEAF_YEARS];

		touched[i] = (struct touched){series->area, series->year + (int)(i % LEAF_YEARS)};
	}
	qsort(touched, capacity, sizeof *touched, touched_compare);
	for (size_t i = 0; i < capacity; i++) {
		if (count == 0 || touched_compare(&touched[count - 1], &touched[i]) != 0)
			touched[count++] = touched[i];
	}
	*touched_out = touched;
	*count_out = count;
	return 0;
}

static bool forecast_equals(const struct forecast_change *one, const struct forecast_change *other)
{
	return one->income.ore == other->income.ore && one->cost.ore == other->cost.ore &&
	       one->net.ore == other->net.ore && one->low.ore == other->low.ore &&
	       one->high.ore == other->high.ore && one->has_budget == other->has_budget &&
	       one->budget_year.ore == other->budget_year.ore &&
	       one->outcome_to_date.ore == other->outcome_to_date.ore &&
	       one->budget_to_date.ore == other->budget_to_date.ore;
}

/* The controller's word over the model's, or alone; 0 or STORE_MISSING. */
static int manual_apply(struct store_txn *txn, const struct leaf *leaf, int modelled,
			struct forecast_change *change, char method_out[METHOD_NAME_SIZE],
			char comment_out[MANUAL_COMMENT_SIZE])
{
	struct manual manual;
	int r = manual_read(txn, change->area, change->year, change->month, &manual);

	if (r != 0)
		return r == STORE_MISSING ? modelled : r;
	if (method_out)
		text_copy(method_out, METHOD_NAME_SIZE, "manuell");
	if (comment_out)
		text_copy(comment_out, MANUAL_COMMENT_SIZE, manual.comment);
	if (modelled == 0) {
		manual_override(&manual, change);
		return 0;
	}
	manual_alone(&manual, change);
	leaf_facts(leaf, change);
	return 0;
}

int forecast_in_force(struct store_txn *txn, const char *area, int year, int month,
		      struct forecast_change *change_out, char method_out[METHOD_NAME_SIZE],
		      char comment_out[MANUAL_COMMENT_SIZE])
{
	cleanup(leaf_finish) struct leaf leaf = {0};
	int modelled;
	int r = leaf_year_read(txn, area, year, &leaf.years[0]);

	if (r < 0)
		return r;
	if (comment_out)
		comment_out[0] = '\0';
	*change_out = (struct forecast_change){.area = area, .year = year, .month = month};
	modelled = forecast_read(txn, area, year, month, change_out, method_out);
	if (modelled < 0)
		return modelled;
	change_out->is_current = month >= leaf_year_month(&leaf.years[0]);
	return manual_apply(txn, &leaf, modelled, change_out, method_out, comment_out);
}

/* 0 with @change_out->area NULL when the forecast is what it was. */
static int leaf_refresh(const struct forecast_daemon *daemon, struct store_txn *txn,
			const struct touched *touched, struct forecast_change *change_out)
{
	cleanup(leaf_finish) struct leaf leaf = {0};
	struct forecast_change change = {.area = touched->area, .year = touched->year};
	struct forecast_change before;
	int withdrawn;
	int r = leaf_read(txn, touched->area, touched->year, &leaf);

	change_out->area = NULL;
	if (r < 0 || !leaf.years[0].count)
		return r;
	change.month = leaf_year_month(&leaf.years[0]);
	/* What was said of months that are not complete after all does not hold. */
	withdrawn = forecast_withdraw(txn, change.area, change.year, change.month);
	if (withdrawn < 0)
		return withdrawn;
	leaf_forecast(&leaf, daemon->lines, daemon->method, &change);
	r = forecast_read(txn, change.area, change.year, change.month, &before, NULL);
	if (r < 0 || (r == 0 && withdrawn == 0 && forecast_equals(&before, &change)))
		return r;
	r = forecast_write(txn, &change, daemon->method->name);
	if (r < 0)
		return r;
	return forecast_in_force(txn, change.area, change.year, change.month, change_out, NULL,
				 NULL);
}

static int leaves_refresh(const struct forecast_daemon *daemon, struct store_txn *txn,
			  const struct touched *touched, size_t touched_count,
			  struct forecast_change *changes, size_t *change_count)
{
	for (size_t i = 0; i < touched_count; i++) {
		int r = leaf_refresh(daemon, txn, &touched[i], &changes[*change_count]);

		if (r < 0)
			return r;
		if (changes[*change_count].area)
			++*change_count;
	}
	return 0;
}

static int series_store(struct store_txn *txn, const struct ledger_event *ledger)
{
	for (size_t i = 0; i < ledger->series_count; i++) {
		int r = series_write(txn, &ledger->series[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

int forecast_apply(void *context, struct store_txn *txn, uint64_t seq, const struct event *event)
{
	struct forecast_daemon *daemon = context;
	struct event ours = {.kind = EVENT_FORECAST};
	cleanup(free_bytes) struct touched *touched = NULL;
	cleanup(free_bytes) struct forecast_change *changes = NULL;
	size_t touched_count;
	int r;

	(void)seq;
	if (event->kind != EVENT_LEDGER)
		return 0;
	r = series_store(txn, &event->ledger);
	if (r == 0)
		r = touched_collect(&event->ledger, &touched, &touched_count);
	if (r < 0)
		return r;
	changes = calloc(touched_count + 1, sizeof *changes);
	if (!changes)
		return -ENOMEM;
	ours.forecast = (struct forecast_event){
		.time_ms = event->ledger.time_ms,
		.method = daemon->method->name,
		.changes = changes,
	};
	r = leaves_refresh(daemon, txn, touched, touched_count, changes,
			   &ours.forecast.change_count);
	if (r < 0 || !ours.forecast.change_count)
		return r;
	return journal_append(daemon->stage.journal, txn, &ours, NULL);
}
