/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: key u64 seq -> previous hash (32 bytes) and the packed event, nothing when it
 * is pruned.
 * Meta: "stream" -> the random id of this history.
 */
#include "lib/feed/journal_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/feed/chain.h"
#include "lib/wire/codec.h"

enum {
	HEARTBEAT_MS = 1000,
	ANSWER_BYTES_MAX = 8 * 1024 * 1024, /* a quarter of the largest message */
	ANSWER_RECORDS_MAX = 4096,
};

struct key journal_record_key(uint64_t seq)
{
	struct key key = key_empty();

	key_u64(&key, seq);
	return key;
}

static struct key stream_key(void)
{
	struct key key = key_empty();

	key_text(&key, "stream");
	return key;
}

static int stream_create(struct journal *journal, struct store_txn *txn)
{
	struct key key = stream_key();

	if (getrandom(journal->stream_id, STREAM_ID_SIZE, 0) != STREAM_ID_SIZE)
		return -EIO;
	return store_put(txn, journal->meta_table, &key, journal->stream_id, STREAM_ID_SIZE);
}

static int stream_load(struct journal *journal, struct store_txn *txn)
{
	struct store_value value;
	struct key key = stream_key();
	int r = store_get(txn, journal->meta_table, &key, &value);

	if (r == STORE_MISSING)
		return stream_create(journal, txn);
	if (r < 0)
		return r;
	if (value.size != STREAM_ID_SIZE)
		return ERROR_CORRUPT;
	memcpy(journal->stream_id, value.bytes, STREAM_ID_SIZE);
	return 0;
}

/* Where the chain ends in the store: on opening, and again after a transaction
 * that appended was abandoned. */
static int end_load(struct journal *journal, struct store_txn *txn)
{
	struct key empty = key_empty();
	struct key key;
	struct store_value value;
	int r = store_last(txn, journal->records_table, &empty, &key, &value);

	journal->last_seq = 0;
	journal->last_hash = (struct hash){{0}};
	if (r == STORE_MISSING)
		return 0;
	if (r < 0)
		return r;
	if (value.size < HASH_SIZE || key.size != sizeof(uint64_t))
		return ERROR_CORRUPT;
	journal->last_seq = key_read_u64(key.bytes);
	return chain_hash(journal->last_seq, value.bytes, value.bytes + HASH_SIZE,
			  value.size - HASH_SIZE, &journal->last_hash);
}

static int journal_load(struct journal *journal)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(journal->store, STORE_WRITE, &txn);

	if (r < 0)
		return r;
	r = stream_load(journal, txn);
	if (r == 0)
		r = end_load(journal, txn);
	if (r == 0)
		r = pruning_load(journal, txn);
	if (r < 0)
		return r;
	journal->committed_seq = journal->last_seq;
	return store_commit(&txn);
}

static int bell_send(void *context)
{
	struct journal *journal = context;
	struct message message = {.kind = MESSAGE_BELL};
	int r;

	memcpy(message.bell.stream_id, journal->stream_id, STREAM_ID_SIZE);
	message.bell.last_seq = journal->committed_seq;
	r = socket_send(journal->bell, NULL, &message);
	return r < 0 ? r : 0;
}

int journal_open(struct journal **journal_out, struct store *store, unsigned records_table,
		 unsigned meta_table, struct wire *wire, struct loop *loop,
		 const char *bell_endpoint)
{
	cleanup(journal_close) struct journal *journal = calloc(1, sizeof *journal);
	int r;

	if (!journal)
		return -ENOMEM;
	journal->store = store;
	journal->records_table = records_table;
	journal->meta_table = meta_table;
	journal->loop = loop;
	r = journal_load(journal);
	if (r < 0)
		return r;
	r = socket_open(&journal->bell, wire, SOCKET_BELL, bell_endpoint);
	if (r != 0)
		return r < 0 ? r : -EBUSY;
	r = loop_add_timer(loop, HEARTBEAT_MS, bell_send, journal, &journal->heartbeat);
	if (r < 0)
		return r;
	*journal_out = journal;
	journal = NULL;
	return 0;
}

void journal_close(struct journal **journal)
{
	if (!*journal)
		return;
	if ((*journal)->heartbeat)
		loop_remove_timer((*journal)->loop, (*journal)->heartbeat);
	socket_close(&(*journal)->bell);
	free(*journal);
	*journal = NULL;
}

static int record_put(struct journal *journal, struct store_txn *txn, const uint8_t *payload,
		      size_t size)
{
	cleanup(free_bytes) uint8_t *value = malloc(HASH_SIZE + size);
	uint64_t seq = journal->last_seq + 1;
	struct key key = journal_record_key(seq);
	struct hash hash;
	int r;

	if (!value)
		return -ENOMEM;
	memcpy(value, journal->last_hash.bytes, HASH_SIZE);
	memcpy(value + HASH_SIZE, payload, size);
	r = chain_hash(seq, value, payload, size, &hash);
	if (r < 0)
		return r;
	r = store_put(txn, journal->records_table, &key, value, HASH_SIZE + size);
	if (r < 0)
		return r;
	journal->last_seq = seq;
	journal->last_hash = hash;
	return 0;
}

int journal_append(struct journal *journal, struct store_txn *txn, const struct event *event,
		   uint64_t *seq_out)
{
	cleanup(free_bytes) uint8_t *payload = NULL;
	size_t size = 0;
	/* An abandoned transaction may have left us ahead of the store. */
	int r = journal->last_seq == journal->committed_seq ? 0 : end_load(journal, txn);

	if (r < 0)
		return r;
	r = event_pack(event, &payload, &size);
	if (r < 0)
		return r;
	r = record_put(journal, txn, payload, size);
	if (r == 0 && seq_out)
		*seq_out = journal->last_seq;
	return r;
}

/* Where the store's chain ends, which an abandoned append does not change. */
static int committed_load(struct journal *journal)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key all = key_empty();
	struct key key;
	struct store_value value;
	int r = store_begin(journal->store, STORE_READ, &txn);

	if (r == 0)
		r = store_last(txn, journal->records_table, &all, &key, &value);
	if (r == 0)
		journal->committed_seq = key_read_u64(key.bytes);
	return r < 0 ? r : 0;
}

int journal_ring(struct journal *journal)
{
	uint64_t told = journal->committed_seq;
	int r = journal->last_seq == told ? 0 : committed_load(journal);

	if (r < 0)
		return r;
	return journal->committed_seq != told ? bell_send(journal) : 0;
}

uint64_t journal_last_seq(const struct journal *journal)
{
	return journal->committed_seq;
}

struct collection {
	struct arena *arena;
	struct record *records;
	size_t count;
	size_t count_max;
	size_t bytes;
};

static int record_collect(void *context, const uint8_t *key, size_t key_size,
			  struct store_value value)
{
	struct collection *collection = context;
	struct record *record = &collection->records[collection->count];
	uint8_t *payload;

	if (key_size != sizeof(uint64_t) || value.size < HASH_SIZE)
		return ERROR_CORRUPT;
	if (collection->count > 0 && collection->bytes + value.size > ANSWER_BYTES_MAX)
		return STORE_STOP;
	payload = arena_take(collection->arena, value.size);
	if (!payload)
		return -ENOMEM;
	memcpy(payload, value.bytes, value.size);
	record->seq = key_read_u64(key);
	memcpy(record->previous.bytes, payload, HASH_SIZE);
	record->payload = payload + HASH_SIZE;
	record->payload_size = value.size - HASH_SIZE;
	collection->bytes += value.size;
	collection->count++;
	return collection->count == collection->count_max ? STORE_STOP : 0;
}

static int records_collect(struct journal *journal, const struct request *request,
			   struct collection *collection)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key prefix = key_empty();
	struct key from = journal_record_key(request->from);
	int r = store_begin(journal->store, STORE_READ, &txn);

	return r < 0 ? r
		     : store_each(txn, journal->records_table, &prefix, &from, record_collect,
				  collection);
}

/* The hash of record from - 1, which is what the follower has applied last, when it is
 * known here without looking. */
static const struct hash *last_applied_hash(const struct journal *journal,
					    const struct request *request,
					    const struct collection *collection)
{
	if (collection->count > 0 && collection->records[0].seq == request->from)
		return &collection->records[0].previous;
	return request->from == journal->committed_seq + 1 &&
			       journal->last_seq == journal->committed_seq
		       ? &journal->last_hash
		       : NULL;
}

/* Whether the follower has come to where it is by the same records as stand here. */
static int history_compare(const struct journal *journal, const struct request *request,
			   const struct collection *collection, bool *is_shared_out)
{
	static const struct hash none;
	const struct hash *last = last_applied_hash(journal, request, collection);
	struct hash place;
	int r;

	*is_shared_out = true;
	if (!last || memcmp(&request->hash, &none, sizeof none) == 0)
		return 0;
	r = chain_place(request->from - 1, last, journal->stream_id, &place);
	*is_shared_out = memcmp(&request->hash, &place, sizeof place) == 0;
	return r;
}

int journal_answer(struct journal *journal, const struct request *request, struct arena *arena,
		   struct answer *answer)
{
	struct collection collection = {.arena = arena, .count_max = request->max};
	bool is_shared;
	int r = 0;

	if (request->source && request->source[0] && request->from > 0)
		r = consumer_hear(journal, request->source, request->from - 1);
	if (r < 0)
		return r;
	if (collection.count_max == 0 || collection.count_max > ANSWER_RECORDS_MAX)
		collection.count_max = ANSWER_RECORDS_MAX;
	collection.records =
		arena_take_zeroed(arena, collection.count_max, sizeof *collection.records);
	if (!collection.records)
		return -ENOMEM;
	r = records_collect(journal, request, &collection);
	if (r < 0)
		return r;
	memcpy(answer->stream_id, journal->stream_id, STREAM_ID_SIZE);
	answer->last_seq = journal->committed_seq;
	answer->floor = journal->floor;
	answer->records = collection.records;
	answer->record_count = collection.count;
	r = history_compare(journal, request, &collection, &is_shared);
	if (r < 0 || is_shared)
		return r;
	consumer_doubt(journal, request->source);
	answer->record_count = 0;
	answer->code = ANSWER_REFUSED;
	answer->text = "Journalen har en annan historia.";
	return 0;
}
