/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must always be true of alerts and plans (lib/books): each is what the journal told of it
 * last (I7), one alert a rule, area and year, and each plan has its alert (I3).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alert/daemon.h"
#include "lib/base/error.h"
#include "lib/books/books.h"

/* The last state that the journal told of, by id; 0: of none. */
struct states {
	uint8_t *items;
	uint64_t count;
};

struct verifying {
	struct books *books;
	struct store_txn *txn;
	struct states alerts;
	struct states plans;
};

static int states_new(struct states *states, struct store_txn *txn, unsigned table)
{
	struct key all = key_empty();
	struct key last;
	struct store_value value;
	int r = store_last(txn, table, &all, &last, &value);

	if (r < 0)
		return r;
	states->count = r == 0 ? key_read_u64(last.bytes) : 0;
	if (states->count > UINT32_MAX)
		return ERROR_CORRUPT;
	states->items = calloc(states->count + 1, 1);
	return states->items ? 0 : -ENOMEM;
}

static void state_note(struct verifying *verifying, struct states *states, uint64_t id,
		       unsigned state, const char *noun)
{
	if (id == 0 || id > states->count)
		books_fault(verifying->books, "journalen berättar om %s %" PRIu64 ", som saknas",
			    noun, id);
	else
		states->items[id] = (uint8_t)state;
}

static int event_note(void *context, uint64_t seq, const struct event *event)
{
	struct verifying *verifying = context;

	(void)seq;
	if (event->kind == EVENT_ALERT)
		state_note(verifying, &verifying->alerts, event->alert.id, event->alert.state,
			   "larm");
	if (event->kind == EVENT_PLAN)
		state_note(verifying, &verifying->plans, event->plan.id, event->plan.state,
			   "åtgärdsplan");
	return 0;
}

static int alert_verify(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct verifying *verifying = context;
	struct alert alert;
	struct alert found;
	int r = alert_unpack(value, &alert);

	if (r == 0 && (key_size != sizeof alert.id || key_read_u64(key) != alert.id))
		r = ERROR_CORRUPT;
	if (r == 0)
		r = alert_find(verifying->txn, alert.rule, alert.area, alert.year, &found);
	if (r < 0)
		return r;
	books_count(verifying->books);
	if (r == STORE_MISSING || found.id != alert.id)
		books_fault(verifying->books, "larm %" PRIu64 " är inte det enda i sitt slag",
			    alert.id);
	if (verifying->alerts.items[alert.id] != alert.state)
		books_fault(verifying->books,
			    "larm %" PRIu64 " är inte i det läge som journalen berättade om sist",
			    alert.id);
	return 0;
}

static int plan_verify(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct verifying *verifying = context;
	struct alert alert;
	struct plan plan;
	int r = plan_unpack(value, &plan);

	if (r == 0 && (key_size != sizeof plan.id || key_read_u64(key) != plan.id))
		r = ERROR_CORRUPT;
	if (r == 0)
		r = alert_read(verifying->txn, plan.alert_id, &alert);
	if (r < 0)
		return r;
	books_count(verifying->books);
	if (r == STORE_MISSING || strcmp(alert.area, plan.area) != 0 || alert.year != plan.year)
		books_fault(verifying->books, "åtgärdsplan %" PRIu64 " har inget larm", plan.id);
	if (verifying->plans.items[plan.id] != plan.state)
		books_fault(verifying->books,
			    "åtgärdsplan %" PRIu64
			    " är inte i det läge som journalen berättade om sist",
			    plan.id);
	return 0;
}

static int alerts_verify(struct verifying *verifying)
{
	struct key all = key_empty();
	int r;

	books_rule(verifying->books, "I7", "larm och åtgärdsplaner mot journalen");
	r = states_new(&verifying->alerts, verifying->txn, TABLE_ALERT);
	if (r == 0)
		r = states_new(&verifying->plans, verifying->txn, TABLE_PLAN);
	if (r == 0)
		r = books_event_each(verifying->books, verifying->txn, event_note, verifying);
	if (r == 0)
		r = store_each(verifying->txn, TABLE_ALERT, &all, NULL, alert_verify, verifying);
	if (r == 0)
		r = store_each(verifying->txn, TABLE_PLAN, &all, NULL, plan_verify, verifying);
	return r;
}

static int verify(void *context, struct books *books, struct store_txn *txn)
{
	struct verifying verifying = {.books = books, .txn = txn};
	int r = alerts_verify(&verifying);

	(void)context;
	free(verifying.alerts.items);
	free(verifying.plans.items);
	return r;
}

int alert_books(const struct conf *conf, const char *copy_dir)
{
	static const unsigned state[] = {TABLE_FACT, TABLE_ALERT, TABLE_PLAN};
	const struct books_options options = {
		.name = "alert",
		.folder = "alert",
		.tables = alert_table_names,
		.table_count = ALERT_TABLE_COUNT,
		.journal_table = TABLE_JOURNAL,
		.meta_table = TABLE_META,
		.cursor_table = TABLE_CURSOR,
		.check = verify,
		.state_tables = state,
		.state_table_count = sizeof state / sizeof *state,
	};

	return books_run(conf, &options, copy_dir);
}
