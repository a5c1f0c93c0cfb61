/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at the stores from outside: tells what every commit has brought, and holds every
 * one of them against what must always be true.
 *
 *   I2  series told of are the sums of the batches (by the oracle)
 *   I3  a journal is 1, 2, 3 … and each record holds the hash of the one before; a cursor
 *       goes forward only
 *   I4  no cursor is beyond its producer's journal, and the hash where it stands is the
 *       producer's
 *   I7  alerts and deliveries (by the oracle)
 */
#include <inttypes.h>
#include <string.h>

#include "aggregate/batches.h"
#include "aggregate/cube.h"
#include "lib/base/cleanup.h"
#include "lib/feed/chain.h"
#include "lib/wire/codec.h"
#include "simulation/town.h"
#include "simulation/world.h"

enum { PRODUCERS = 4, HOPS = 4, ARENA_BYTES = 64 * 1024 * 1024 };

/* Whose journal is known by which name to followers, and lies in which folder. */
static struct producer {
	const char *name;
	const char *folder;
	uint64_t seq;
	struct hash hash; /* of that record */
} producers[PRODUCERS] = {
	{.name = "ingest", .folder = "ingest"},
	{.name = "aggregate", .folder = "ledger"},
	{.name = "forecast", .folder = "forecast"},
	{.name = "alert", .folder = "alert"},
};

static struct hop {
	const char *folder; /* of the follower */
	struct producer *producer;
	uint64_t seq;
} hops[HOPS] = {
	{.folder = "forecast", .producer = &producers[1]},
	{.folder = "alert", .producer = &producers[2]},
	{.folder = "alert", .producer = &producers[0]},
	{.folder = "notify", .producer = &producers[3]},
};

static struct arena *observer_arena;
static uint64_t batches_told;

void observer_forget(void)
{
	for (int i = 0; i < PRODUCERS; i++) {
		producers[i].seq = 0;
		producers[i].hash = (struct hash){{0}};
	}
	for (int i = 0; i < HOPS; i++)
		hops[i].seq = 0;
	batches_told = 0;
	arena_destroy(&observer_arena);
}

/* ---- what is told ----------------------------------------------------------- */

static void months_print(const struct money *months)
{
	for (int i = 0; i < MONTHS; i++)
		printf("%s%" PRId64, i ? "," : "", months[i].ore);
}

static void ledger_print(const struct ledger_event *ledger)
{
	uint32_t number;

	memcpy(&number, ledger->batch_id.bytes + 4, sizeof number);
	printf(" %" PRIu32, number);
	for (size_t i = 0; i < ledger->series_count; i++) {
		const struct series *series = &ledger->series[i];

		printf(";%s|%s|%d|%d|", series->area, series->line, series->year,
		       series->through_month);
		months_print(series->outcome);
		printf("|");
		months_print(series->budget);
	}
}

static void forecast_print(const struct forecast_event *forecast)
{
	for (size_t i = 0; i < forecast->change_count; i++) {
		const struct forecast_change *change = &forecast->changes[i];

		printf(";%s|%d|%d|%" PRId64 "|%" PRId64 "|%" PRId64 "|%d|%d|%d|%" PRId64 "|%" PRId64
		       "|%" PRId64,
		       change->area, change->year, change->month, change->income.ore,
		       change->cost.ore, change->net.ore, change->is_manual, change->is_current,
		       change->has_budget, change->budget_year.ore, change->outcome_to_date.ore,
		       change->budget_to_date.ore);
	}
}

static void event_print(const struct event *event)
{
	const struct alert_event *alert = &event->alert;
	const struct plan_event *plan = &event->plan;
	const struct decision_event *decision = &event->decision;
	uint32_t number;

	switch (event->kind) {
	case EVENT_LEDGER:
		ledger_print(&event->ledger);
		break;
	case EVENT_FORECAST:
		forecast_print(&event->forecast);
		break;
	case EVENT_ALERT:
		printf(" %" PRIu64 "|%d|%s|%s|%s|%d|%d|%" PRId64 "|%" PRId64 "|%s", alert->id,
		       (int)alert->state, alert->rule, alert->measure, alert->area, alert->year,
		       alert->month, alert->deviation.ore, alert->budget.ore, alert->comment);
		break;
	case EVENT_PLAN:
		printf(" %" PRIu64 "|%" PRIu64 "|%d|%s|%d|%" PRIu32 "|%" PRId64 "|%s", plan->id,
		       plan->alert_id, (int)plan->state, plan->area, plan->year, plan->deadline,
		       plan->time_ms, plan->comment);
		break;
	case EVENT_DECISION:
		printf(" %d|%" PRIu32 "|%s|%d|%" PRId64 "|%" PRId64 "|%" PRId64 "|%s",
		       (int)decision->kind, decision->period.yyyymm, decision->area,
		       decision->has_split, decision->income.ore, decision->cost.ore,
		       decision->net.ore, decision->comment);
		break;
	case EVENT_CASE:
		memcpy(&number, event->file_case.file.bytes + 4, sizeof number);
		printf(" %" PRIu32 "|%d|%s", number, (int)event->file_case.state,
		       event->file_case.code);
		break;
	case EVENT_ROOM:
		printf(" %d", (int)event->room.state);
		break;
	}
}

static int record_tell(struct producer *producer, struct store_value value)
{
	static const char letters[] = "?LFAPDCR";
	struct event event;

	if (memcmp(value.bytes, producer->hash.bytes, HASH_SIZE) != 0)
		world_bad("I3: record %" PRIu64 " of %s breaks the chain", producer->seq + 1,
			  producer->name);
	producer->seq++;
	chain_hash(producer->seq, value.bytes, value.bytes + HASH_SIZE, value.size - HASH_SIZE,
		   &producer->hash);
	arena_reset(observer_arena);
	if (event_unpack(value.bytes + HASH_SIZE, value.size - HASH_SIZE, observer_arena, &event) !=
	    0) {
		world_bad("record %" PRIu64 " of %s cannot be read", producer->seq, producer->name);
		return 0;
	}
	printf("%c %s %" PRIu64, letters[event.kind], producer->name, producer->seq);
	event_print(&event);
	printf("\n");
	return 0;
}

static int record_visit(void *context, const uint8_t *key, size_t size, struct store_value value)
{
	struct producer *producer = context;

	(void)size;
	if (key_read_u64(key) != producer->seq + 1) {
		world_bad("I3: record %" PRIu64 " of %s follows %" PRIu64, key_read_u64(key),
			  producer->name, producer->seq);
		return STORE_STOP;
	}
	return record_tell(producer, value);
}

static void records_tell(struct producer *producer, struct store *store, struct store_txn *txn)
{
	struct key all = key_empty();
	struct key from = key_empty();
	unsigned table = store_table(store, "journal");
	uint64_t count = 0;

	key_u64(&from, producer->seq + 1);
	store_each(txn, table, &all, &from, record_visit, producer);
	store_count(txn, table, &count);
	if (count != producer->seq)
		world_bad("I3: %s holds %" PRIu64 " records of %" PRIu64, producer->name, count,
			  producer->seq);
}

static void batches_tell(struct store *store, struct store_txn *txn)
{
	struct key prefix = key_empty();
	struct store_value value;
	struct key last;
	struct batch batch;

	if (store_last(txn, store_table(store, "batch"), &prefix, &last, &value) != 0)
		return;
	for (uint64_t number = key_read_u64(last.bytes); batches_told < number;) {
		uint32_t file;

		if (batch_load(txn, ++batches_told, &batch) != 0) {
			world_bad("batch %" PRIu64 " is missing", batches_told);
			continue;
		}
		memcpy(&file, batch.file.bytes + 4, sizeof file);
		printf("batch %" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRId64 "\n", batches_told,
		       file, batch.row_count, batch.sum.ore);
	}
}

/* ---- cursors ------------------------------------------------------------------ */

/* As lib/feed/follower.c keeps it. */
struct cursor {
	uint8_t stream_id[STREAM_ID_SIZE];
	uint64_t seq;
	struct hash hash;
};

static bool cursor_load(const struct hop *hop, struct store *store, struct store_txn *txn,
			struct cursor *cursor)
{
	struct key key = key_empty();
	struct store_value value;

	key_text(&key, hop->producer->name);
	if (store_get(txn, store_table(store, "cursor"), &key, &value) != 0)
		return false;
	memcpy(cursor, value.bytes, sizeof *cursor);
	return true;
}

/* The hash of record @seq, by what the producer has in its store. */
static bool record_hash(const struct producer *producer, uint64_t seq, struct hash *hash)
{
	cleanup(store_close) struct store *store = store_look(producer->folder);
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key key = key_empty();
	struct store_value value;

	key_u64(&key, seq);
	if (!store || store_begin(store, STORE_READ, &txn) != 0 ||
	    store_get(txn, store_table(store, "journal"), &key, &value) != 0)
		return false;
	return chain_hash(seq, value.bytes, value.bytes + HASH_SIZE, value.size - HASH_SIZE,
			  hash) == 0;
}

static void hop_check(struct hop *hop, struct store *store, struct store_txn *txn)
{
	const char *producer = hop->producer->name;
	struct cursor cursor;
	struct hash hash;

	if (!cursor_load(hop, store, txn, &cursor) || cursor.seq == hop->seq)
		return;
	if (cursor.seq < hop->seq)
		world_bad("I3: the cursor in %s goes back from %" PRIu64 " to %" PRIu64, producer,
			  hop->seq, cursor.seq);
	if (cursor.seq > hop->producer->seq)
		world_bad("I4: the cursor in %s is beyond it", producer);
	else if (!record_hash(hop->producer, cursor.seq, &hash) ||
		 memcmp(hash.bytes, cursor.hash.bytes, HASH_SIZE) != 0)
		world_bad("I4: the cursor in %s has another history", producer);
	hop->seq = cursor.seq;
	printf("cursor %s %s %" PRIu64 "\n", hop->folder, producer, cursor.seq);
}

void observer_committed(const char *name, struct store *store)
{
	struct process *process = world.current;
	cleanup(store_abort) struct store_txn *txn = NULL;

	world.current = NULL;
	if (!observer_arena && arena_new(&observer_arena, ARENA_BYTES) < 0)
		world_bad("no memory");
	store_begin(store, STORE_READ, &txn);
	if (strcmp(name, "ledger") == 0)
		batches_tell(store, txn);
	/* First what was read, then what was made of it. */
	for (int i = 0; i < HOPS; i++) {
		if (strcmp(hops[i].folder, name) == 0)
			hop_check(&hops[i], store, txn);
	}
	for (int i = 0; i < PRODUCERS; i++) {
		if (strcmp(producers[i].folder, name) == 0)
			records_tell(&producers[i], store, txn);
	}
	world.current = process;
}

/* ---- when all is quiet ---------------------------------------------------------- */

static bool outbox_is_empty(void)
{
	cleanup(store_close) struct store *store = store_look("notify");
	cleanup(store_abort) struct store_txn *txn = NULL;
	uint64_t count = 0;

	if (!store || store_begin(store, STORE_READ, &txn) != 0)
		return false;
	store_count(txn, store_table(store, "outbox"), &count);
	return count == 0;
}

bool observer_is_drained(void)
{
	for (int i = 0; i < HOPS; i++) {
		if (hops[i].seq != hops[i].producer->seq)
			return false;
	}
	return outbox_is_empty();
}

static void series_tell(const struct ledger *ledger, const struct cube *cube, int area, int line)
{
	struct series series = cube_series(cube, area, line, "", "");

	printf("cube %d|%s|%s|", cube->year, ledger->areas->areas[area].name,
	       ledger->lines->lines[line].name);
	months_print(series.outcome);
	printf("|");
	months_print(series.budget);
	printf("\n");
}

static int cube_tell(const struct ledger *ledger, int year)
{
	cleanup(store_close) struct store *store = store_look("ledger");
	cleanup(cube_destroy) struct cube *cube = NULL;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = cube_new(&cube, year, ledger->areas->count, ledger->lines->count);

	if (r == 0)
		r = store_begin(store, STORE_READ, &txn);
	if (r == 0)
		r = cube_load(cube, txn);
	for (int area = 0; r == 0 && area < cube->area_count; area++) {
		for (int line = 0; line < cube->line_count; line++) {
			if (cube_has_any(cube, area, line))
				series_tell(ledger, cube, area, line);
		}
	}
	return r;
}

void observer_tell_cube(int year)
{
	static struct ledger ledger;

	/* The tables do not change: they are read once. */
	if (!ledger.areas && (areas_load(world.conf, &ledger.areas) != 0 ||
			      lines_load(world.conf, &ledger.lines) != 0))
		world_bad("the tables cannot be read");
	if (cube_tell(&ledger, year) != 0)
		world_bad("the cube of %d cannot be read", year);
}
