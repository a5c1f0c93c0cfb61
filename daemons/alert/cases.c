/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refused files as alerts: ingest's event is kept as it is, and told on in our own
 * journal, so that subscribers have one feed to follow.
 */
#include <errno.h>

#include "alert/daemon.h"
#include "alert/listing.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/wire/codec.h"

enum { EVENT_ARENA_BYTES = 1024 * 1024 };

static struct key case_key(const struct case_event *file_case)
{
	struct key key = key_empty();

	key_text(&key, file_case->source);
	key_bytes(&key, file_case->file.bytes, HASH_SIZE);
	return key;
}

int alert_apply_case(void *context, struct store_txn *txn, uint64_t seq, const struct event *event)
{
	struct alert_daemon *daemon = context;
	cleanup(free_bytes) uint8_t *bytes = NULL;
	struct key key;
	size_t size;
	int r;

	(void)seq;
	if (event->kind != EVENT_CASE)
		return 0;
	key = case_key(&event->file_case);
	r = event_pack(event, &bytes, &size);
	if (r == 0)
		r = store_put(txn, TABLE_CASE, &key, bytes, size);
	return r < 0 ? r : journal_append(daemon->stage.journal, txn, event, NULL);
}

static int case_row(struct table *table, const struct case_event *file_case)
{
	bool is_open = file_case->state == CASE_OPENED;
	char hash[HASH_TEXT_SIZE];

	if (table_row(table) < 0)
		return -ENOBUFS;
	hash_text(&file_case->file, hash);
	table_text(table, ALERTS_STATE, alert_state_name(is_open ? ALERT_RAISED : ALERT_CLEARED));
	table_text(table, ALERTS_RULE, "Fil i karantän");
	table_number(table, ALERTS_TIME, file_case->time_ms);
	table_text(table, ALERTS_SOURCE, file_case->source);
	table_text(table, ALERTS_FILE, file_case->file_name);
	table_text(table, ALERTS_HASH, hash);
	if (file_case->error_count > 0)
		table_number(table, ALERTS_ERRORS, (int64_t)file_case->error_count);
	listing_text(table, ALERTS_CODE, file_case->code);
	if (file_case->line > 0)
		table_number(table, ALERTS_LINE, file_case->line);
	table_text(table, ALERTS_FINDING, file_case->text);
	listing_text(table, ALERTS_REPORT, file_case->report);
	if (!is_open)
		table_text(table, ALERTS_REASON, case_state_name(file_case->state));
	return 0;
}

struct visit {
	struct arena *arena; /* for one event */
	struct table *table; /* NULL: count */
	bool is_all;
	uint64_t count;
};

static int case_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct visit *visit = context;
	struct event event;

	(void)key;
	(void)key_size;
	arena_reset(visit->arena);
	if (event_unpack(value.bytes, value.size, visit->arena, &event) != 0 ||
	    event.kind != EVENT_CASE)
		return ERROR_CORRUPT;
	if (event.file_case.state != CASE_OPENED && !visit->is_all)
		return 0;
	visit->count++;
	return visit->table ? case_row(visit->table, &event.file_case) : 0;
}

static int cases_visit(struct store_txn *txn, struct visit *visit)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	struct key all = key_empty();
	int r = arena_new(&arena, EVENT_ARENA_BYTES);

	visit->arena = arena;
	return r < 0 ? r : store_each(txn, TABLE_CASE, &all, NULL, case_visit, visit);
}

int alert_cases_list(struct store_txn *txn, struct table *table, bool is_all)
{
	struct visit visit = {.table = table, .is_all = is_all};

	return cases_visit(txn, &visit);
}

int alert_cases_count(struct store_txn *txn, uint64_t *count_out)
{
	struct visit visit = {.is_all = false};
	int r = cases_visit(txn, &visit);

	*count_out = visit.count;
	return r;
}
