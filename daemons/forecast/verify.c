/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must always be true of the forecasts (lib/books): every controller's forecast is the last
 * that was decided of its leaf and month (I3), and what is stored can be read (I2).
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "forecast/daemon.h"
#include "lib/base/error.h"
#include "lib/books/books.h"

struct verifying {
	struct books *books;
	struct store_txn *txn;
	uint64_t decided_count; /* decisions that are in force */
};

static bool manual_is_decided(const struct manual *manual, const struct decision_event *decision)
{
	return manual->has_split == decision->has_split &&
	       manual->income.ore == decision->income.ore &&
	       manual->cost.ore == decision->cost.ore && manual->net.ore == decision->net.ore &&
	       strcmp(manual->who, decision->who) == 0 &&
	       strcmp(manual->comment, decision->comment) == 0;
}

static int decision_verify(struct verifying *verifying, const struct decision_event *decision,
			   uint64_t seq)
{
	struct manual manual;
	int r = manual_read(verifying->txn, decision->area, period_year(decision->period),
			    period_month(decision->period), &manual);

	if (r < 0)
		return r;
	if (r == STORE_MISSING) {
		books_fault(verifying->books, "prognosen i beslut %" PRIu64 " saknas", seq);
		return 0;
	}
	if (manual.time_ms != decision->time_ms)
		return 0; /* a later decision is in force */
	verifying->decided_count++;
	if (!manual_is_decided(&manual, decision))
		books_fault(verifying->books,
			    "prognosen i beslut %" PRIu64 " är inte den som beslutades", seq);
	return 0;
}

static int event_verify(void *context, uint64_t seq, const struct event *event)
{
	struct verifying *verifying = context;

	if (event->kind != EVENT_DECISION || event->decision.kind != DECISION_FORECAST_SET)
		return 0;
	books_count(verifying->books);
	return decision_verify(verifying, &event->decision, seq);
}

static int manuals_verify(struct verifying *verifying)
{
	uint64_t count = 0;
	int r;

	books_rule(verifying->books, "I3", "manuella prognoser mot besluten i journalen");
	r = books_event_each(verifying->books, verifying->txn, event_verify, verifying);
	if (r == 0)
		r = store_count(verifying->txn, TABLE_MANUAL, &count);
	if (r == 0 && count > verifying->decided_count)
		books_fault(verifying->books,
			    "%" PRIu64 " manuella prognoser finns, men %" PRIu64 " är beslutade",
			    count, verifying->decided_count);
	return r;
}

static int forecast_visit(void *context, const uint8_t *key, size_t key_size,
			  struct store_value value)
{
	struct verifying *verifying = context;
	struct forecast_change change;
	char method[METHOD_NAME_SIZE];
	int r = forecast_unpack(value, &change, method);

	(void)key;
	(void)key_size;
	if (r < 0)
		return r;
	books_count(verifying->books);
	if (money_sum(change.income, change.cost).ore != change.net.ore ||
	    change.low.ore > change.high.ore)
		books_fault(verifying->books, "en prognos går inte ihop med sig själv");
	return 0;
}

static int forecasts_verify(struct verifying *verifying)
{
	struct key all = key_empty();

	books_rule(verifying->books, "I2", "prognoser, var och en hel");
	return store_each(verifying->txn, TABLE_FORECAST, &all, NULL, forecast_visit, verifying);
}

static int verify(void *context, struct books *books, struct store_txn *txn)
{
	struct verifying verifying = {.books = books, .txn = txn};
	int r = manuals_verify(&verifying);

	(void)context;
	return r == 0 ? forecasts_verify(&verifying) : r;
}

int forecast_books(const struct conf *conf, const char *copy_dir)
{
	static const unsigned state[] = {TABLE_SERIES, TABLE_FORECAST, TABLE_MANUAL};
	const struct books_options options = {
		.name = "forecast",
		.folder = "forecast",
		.tables = forecast_table_names,
		.table_count = FORECAST_TABLE_COUNT,
		.journal_table = TABLE_JOURNAL,
		.meta_table = TABLE_META,
		.cursor_table = TABLE_CURSOR,
		.check = verify,
		.state_tables = state,
		.state_table_count = sizeof state / sizeof *state,
	};

	return books_run(conf, &options, copy_dir);
}
