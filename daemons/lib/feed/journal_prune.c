/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a journal is no longer needed.  A pruned record keeps its number and the hash
 * of the record before it, so that the chain holds and can still be followed; what
 * people decided (EVENT_DECISION) is in no file, and is kept whole.
 *
 * Meta: "consumer:NAME" -> seq (8): never more than that one has committed;
 *       "pruned" -> pruned_seq (8), floor (8).
 */
#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/feed/journal_private.h"
#include "lib/wire/codec.h"

#define CONSUMER_PREFIX "consumer:"

enum {
	PRUNE_RECORDS_MIN = 64,	 /* fewer are not worth telling all anew */
	PRUNE_RECORDS_MAX = 512, /* in one transaction: the next turn takes more */
	EVENT_ARENA_BYTES = 64 * 1024 * 1024,
};

static struct key pruned_key(void)
{
	struct key key = key_empty();

	key_text(&key, "pruned");
	return key;
}

static struct key consumer_prefix(void)
{
	struct key key = key_empty();

	key_bytes(&key, CONSUMER_PREFIX, strlen(CONSUMER_PREFIX));
	return key;
}

static int consumer_load(void *context, const uint8_t *key, size_t key_size,
			 struct store_value value)
{
	struct journal *journal = context;
	struct consumer *consumer = &journal->consumers[journal->consumer_count];
	size_t prefix_size = strlen(CONSUMER_PREFIX);

	if (journal->consumer_count == CONSUMERS_MAX || key[key_size - 1] != '\0' ||
	    value.size != sizeof consumer->seq ||
	    !text_copy(consumer->name, sizeof consumer->name, (const char *)key + prefix_size))
		return ERROR_CORRUPT;
	memcpy(&consumer->seq, value.bytes, sizeof consumer->seq);
	journal->consumer_count++;
	return 0;
}

int pruning_load(struct journal *journal, struct store_txn *txn)
{
	struct key prefix = consumer_prefix();
	struct key key = pruned_key();
	struct store_value value;
	int r = store_each(txn, journal->meta_table, &prefix, NULL, consumer_load, journal);

	if (r == 0)
		r = store_get(txn, journal->meta_table, &key, &value);
	if (r != 0)
		return r == STORE_MISSING ? 0 : r;
	if (value.size != sizeof journal->pruned_seq + sizeof journal->floor)
		return ERROR_CORRUPT;
	memcpy(&journal->pruned_seq, value.bytes, sizeof journal->pruned_seq);
	memcpy(&journal->floor, value.bytes + sizeof journal->pruned_seq, sizeof journal->floor);
	return 0;
}

static int consumer_save(const struct journal *journal, struct store_txn *txn,
			 const struct consumer *consumer)
{
	struct key key = consumer_prefix();

	key_text(&key, consumer->name);
	return store_put(txn, journal->meta_table, &key, &consumer->seq, sizeof consumer->seq);
}

static struct consumer *consumer_find(struct journal *journal, const char *name)
{
	for (size_t i = 0; i < journal->consumer_count; i++) {
		if (strcmp(journal->consumers[i].name, name) == 0)
			return &journal->consumers[i];
	}
	return NULL;
}

/* That somebody follows is remembered at once: what it needs must not go. */
static int consumer_add(struct journal *journal, const char *name, uint64_t seq)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct consumer *consumer = &journal->consumers[journal->consumer_count];
	int r;

	if (journal->consumer_count == CONSUMERS_MAX ||
	    !text_copy(consumer->name, sizeof consumer->name, name))
		return 0;
	consumer->seq = seq;
	r = store_begin(journal->store, STORE_WRITE, &txn);
	if (r == 0)
		r = consumer_save(journal, txn, consumer);
	if (r == 0)
		r = store_commit(&txn);
	journal->consumer_count += r == 0;
	return r;
}

void consumer_doubt(struct journal *journal, const char *name)
{
	if (strcmp(journal->doubted, name) != 0)
		log_error("%s follows another history than this one: which of the two was "
			  "restored alone?",
			  name);
	text_copy(journal->doubted, sizeof journal->doubted, name);
}

const char *journal_doubted(const struct journal *journal)
{
	return journal->doubted[0] ? journal->doubted : NULL;
}

int consumer_hear(struct journal *journal, const char *name, uint64_t seq)
{
	struct consumer *consumer = consumer_find(journal, name);

	/* It stops by itself, again and again; here somebody can ask why. */
	if (seq > journal->committed_seq) {
		consumer_doubt(journal, name);
		return 0;
	}
	if (strcmp(journal->doubted, name) == 0)
		journal->doubted[0] = '\0';
	if (!consumer)
		return consumer_add(journal, name, seq);
	/* Restored from a backup, it may need again what it once had. */
	consumer->seq = seq;
	return 0;
}

/* What all who follow have committed; 0 as long as nobody does. */
static uint64_t consumers_seq(const struct journal *journal)
{
	uint64_t lowest = journal->consumer_count > 0 ? journal->committed_seq : 0;

	for (size_t i = 0; i < journal->consumer_count; i++) {
		if (journal->consumers[i].seq < lowest)
			lowest = journal->consumers[i].seq;
	}
	return lowest;
}

struct pruning {
	struct journal *journal;
	struct store_txn *txn;
	struct arena *arena; /* for one event */
};

/* What kind of record it is, and of when; 0 as kind when it is pruned already. */
static int record_look(struct pruning *pruning, uint64_t seq, uint32_t *kind_out,
		       int64_t *time_ms_out)
{
	struct key key = journal_record_key(seq);
	struct store_value value;
	struct event event;
	int r = store_get(pruning->txn, pruning->journal->records_table, &key, &value);

	*kind_out = 0;
	if (r != 0)
		return r == STORE_MISSING ? ERROR_CORRUPT : r;
	if (value.size == HASH_SIZE)
		return 0;
	arena_reset(pruning->arena);
	if (value.size < HASH_SIZE || event_unpack(value.bytes + HASH_SIZE, value.size - HASH_SIZE,
						   pruning->arena, &event) != 0)
		return ERROR_CORRUPT;
	*kind_out = event.kind;
	*time_ms_out = event_time_ms(&event);
	return 0;
}

static int record_prune(struct pruning *pruning, uint64_t seq)
{
	struct journal *journal = pruning->journal;
	struct key key = journal_record_key(seq);
	struct store_value value;
	uint8_t previous[HASH_SIZE];
	uint32_t kind = 0;
	int64_t time_ms;
	int r = record_look(pruning, seq, &kind, &time_ms);

	if (r < 0 || kind == 0 || kind == EVENT_DECISION)
		return r;
	r = store_get(pruning->txn, journal->records_table, &key, &value);
	if (r != 0)
		return r < 0 ? r : ERROR_CORRUPT;
	memcpy(previous, value.bytes, HASH_SIZE);
	return store_put(pruning->txn, journal->records_table, &key, previous, HASH_SIZE);
}

static int pruned_save(struct journal *journal, struct store_txn *txn, uint64_t pruned,
		       uint64_t floor)
{
	uint64_t numbers[] = {pruned, floor};
	struct key key = pruned_key();
	int r = store_put(txn, journal->meta_table, &key, numbers, sizeof numbers);

	for (size_t i = 0; i < journal->consumer_count && r == 0; i++)
		r = consumer_save(journal, txn, &journal->consumers[i]);
	return r;
}

/* First all is told anew, then what it replaces goes, in one transaction. */
static int records_prune(struct pruning *pruning, const struct journal_pruning *how, uint64_t end)
{
	struct journal *journal = pruning->journal;
	uint64_t floor = journal->committed_seq + 1;
	int r = how->tell_all(how->context, pruning->txn);

	for (uint64_t seq = journal->pruned_seq + 1; seq <= end && r == 0; seq++)
		r = record_prune(pruning, seq);
	if (r == 0)
		r = pruned_save(journal, pruning->txn, end, floor);
	if (r == 0)
		r = store_commit(&pruning->txn);
	if (r < 0)
		return r;
	journal->pruned_seq = end;
	journal->floor = floor;
	return journal_ring(journal);
}

/* The last record that may go: at most so many in one turn. */
static uint64_t candidate_end(const struct journal *journal)
{
	uint64_t end = consumers_seq(journal);

	if (end < journal->pruned_seq + PRUNE_RECORDS_MIN)
		return journal->pruned_seq;
	return end > journal->pruned_seq + PRUNE_RECORDS_MAX
		       ? journal->pruned_seq + PRUNE_RECORDS_MAX
		       : end;
}

/* Whether enough is old to be worth it.  When it is not, it is not looked for again until
 * it can be. */
static int enough_is_old(struct pruning *pruning, int64_t before_ms, bool *is_enough_out)
{
	struct journal *journal = pruning->journal;
	uint32_t kind = 0;
	int64_t time_ms = 0;
	int r = record_look(pruning, journal->pruned_seq + PRUNE_RECORDS_MIN, &kind, &time_ms);

	*is_enough_out = r == 0 && time_ms < before_ms;
	journal->young_ms = time_ms;
	return r;
}

/* The last record until @end_out that is old enough, found by halves: records are in the
 * order of their time, but for a clock that was set back. */
static int old_end_find(struct pruning *pruning, int64_t before_ms, uint64_t *end_out)
{
	uint64_t low = pruning->journal->pruned_seq;
	uint64_t high = *end_out;
	int r = 0;

	while (low < high && r == 0) {
		uint64_t middle = high - (high - low) / 2;
		uint32_t kind = 0;
		int64_t time_ms = 0;

		r = record_look(pruning, middle, &kind, &time_ms);
		if (time_ms < before_ms)
			low = middle;
		else
			high = middle - 1;
	}
	*end_out = low;
	return r;
}

static int pruning_run(struct pruning *pruning, const struct journal_pruning *how)
{
	uint64_t end = candidate_end(pruning->journal);
	bool is_enough = false;
	int r = store_begin(pruning->journal->store, STORE_WRITE, &pruning->txn);

	if (r == 0)
		r = enough_is_old(pruning, how->before_ms, &is_enough);
	if (r == 0 && is_enough)
		r = old_end_find(pruning, how->before_ms, &end);
	if (r == 0 && is_enough)
		r = records_prune(pruning, how, end);
	store_abort(&pruning->txn);
	return r;
}

int journal_prune(struct journal *journal, const struct journal_pruning *how)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	struct pruning pruning = {.journal = journal};
	int r;

	if (candidate_end(journal) == journal->pruned_seq || how->before_ms <= journal->young_ms)
		return 0;
	r = arena_new(&arena, EVENT_ARENA_BYTES);
	pruning.arena = arena;
	return r < 0 ? r : pruning_run(&pruning, how);
}

uint64_t journal_pruned_seq(const struct journal *journal)
{
	return journal->pruned_seq;
}
