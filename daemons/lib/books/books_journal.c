/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of a journal, the cursors of those who follow it, and what people decided. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"
#include "lib/base/text.h"
#include "lib/books/books_private.h"
#include "lib/feed/chain.h"
#include "lib/wire/codec.h"

enum {
	ARENA_BYTES = 256 * 1024 * 1024,
	CURSORS_MAX = 8,
	STREAM_TEXT_SIZE = 2 * STREAM_ID_SIZE + 1,
};

/* How far somebody has followed us, as told before. */
struct mark {
	char consumer[SOURCE_NAME_SIZE];
	char stream[STREAM_TEXT_SIZE];
	uint64_t seq;
	struct hash hash;
	bool is_met;   /* the record with that number was seen */
	bool is_other; /* and is not the one that was read */
};

struct walk {
	struct books *books;
	struct arena *arena;
	uint64_t seq;	     /* of the record seen last */
	uint64_t pruned_seq; /* up to here only places in the chain may be left */
	bool is_pruned;	     /* that record is one of them: the next one tells its hash */
	struct hash hash;
	char stream[STREAM_TEXT_SIZE];
	struct mark marks[CURSORS_MAX];
	size_t mark_count;
};

static void hex_print(char *text, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* ---- followers -------------------------------------------------------------- */

static int mark_take(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		     size_t count)
{
	struct walk *walk = context;
	struct mark *mark = &walk->marks[walk->mark_count];

	if (count != 4 || strcmp(fields[0], walk->books->options->name) != 0)
		return 0;
	if (walk->mark_count == CURSORS_MAX ||
	    !text_copy(mark->consumer, sizeof mark->consumer, program) ||
	    !text_copy(mark->stream, sizeof mark->stream, fields[1]) ||
	    !text_read_u64(fields[2], UINT64_MAX, &mark->seq) ||
	    hash_parse(fields[3], &mark->hash) != 0)
		return -EINVAL;
	walk->mark_count++;
	return 0;
}

static void marks_meet(struct walk *walk)
{
	for (size_t i = 0; i < walk->mark_count; i++) {
		struct mark *mark = &walk->marks[i];

		if (mark->seq != walk->seq)
			continue;
		mark->is_met = true;
		mark->is_other = memcmp(mark->hash.bytes, walk->hash.bytes, HASH_SIZE) != 0;
	}
}

static void marks_judge(struct walk *walk)
{
	const char *name = walk->books->options->name;

	for (size_t i = 0; i < walk->mark_count; i++) {
		const struct mark *mark = &walk->marks[i];

		books_count(walk->books);
		if (mark->seq == 0)
			continue;
		if (strcmp(mark->stream, walk->stream) != 0)
			books_fault(walk->books, "%s följer en annan historia än den som %s har",
				    mark->consumer, name);
		else if (mark->seq > walk->seq)
			books_fault(walk->books,
				    "%s har läst till post %" PRIu64
				    ", men journalen för %s slutar med %" PRIu64,
				    mark->consumer, mark->seq, name, walk->seq);
		else if (!mark->is_met)
			books_fault(walk->books, "post %" PRIu64 ", som %s har läst, saknas hos %s",
				    mark->seq, mark->consumer, name);
		else if (mark->is_other)
			books_fault(walk->books,
				    "%s har läst till post %" PRIu64 " i journalen för %s, men med "
				    "ett annat innehåll",
				    mark->consumer, mark->seq, name);
	}
}

/* ---- records ---------------------------------------------------------------- */

static bool event_is_decision(const struct event *event)
{
	switch (event->kind) {
	case EVENT_DECISION:
		return true;
	case EVENT_ALERT:
		return event->alert.state == ALERT_ACKNOWLEDGED;
	case EVENT_PLAN:
		return event->plan.state != PLAN_DEMANDED;
	case EVENT_LEDGER:
	case EVENT_FORECAST:
	case EVENT_CASE:
	case EVENT_ROOM:
		return false;
	}
	return false;
}

static int decision_tell(struct walk *walk, const struct event *event, struct store_value payload)
{
	cleanup(free_bytes) char *hex = malloc(2 * payload.size + 1);

	if (!hex)
		return -ENOMEM;
	hex[0] = '\0';
	hex_print(hex, payload.bytes, payload.size);
	books_tell(walk->books, "decision\t%" PRIu64 "\t%" PRId64 "\t%s", walk->seq,
		   event_time_ms(event), hex);
	return 0;
}

/* Each record names the one before it: whoever changes one, or takes one away, breaks it. */
static void link_check(struct walk *walk, uint64_t seq, const uint8_t *previous)
{
	const char *name = walk->books->options->name;

	if (seq != walk->seq + 1)
		books_fault(walk->books, "journalen för %s saknar post %" PRIu64 " till %" PRIu64,
			    name, walk->seq + 1, seq - 1);
	else if (memcmp(previous, walk->hash.bytes, HASH_SIZE) != 0)
		books_fault(walk->books, "kedjan i journalen för %s bryts vid post %" PRIu64, name,
			    seq);
}

static int record_visit(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct walk *walk = context;
	struct store_value payload = {value.bytes + HASH_SIZE, value.size - HASH_SIZE};
	struct event event;
	int r;

	if (key_size != sizeof walk->seq || value.size < HASH_SIZE)
		return ERROR_CORRUPT;
	books_count(walk->books);
	if (walk->is_pruned) {
		memcpy(walk->hash.bytes, value.bytes, HASH_SIZE);
		marks_meet(walk);
	}
	link_check(walk, key_read_u64(key), value.bytes);
	walk->seq = key_read_u64(key);
	walk->is_pruned = payload.size == 0 && walk->seq <= walk->pruned_seq;
	if (walk->is_pruned)
		return 0;
	r = chain_hash(walk->seq, value.bytes, payload.bytes, payload.size, &walk->hash);
	if (r < 0)
		return r;
	marks_meet(walk);
	arena_reset(walk->arena);
	if (event_unpack(payload.bytes, payload.size, walk->arena, &event) != 0) {
		books_fault(walk->books, "post %" PRIu64 " i journalen för %s kan inte tydas",
			    walk->seq, walk->books->options->name);
		return 0;
	}
	return event_is_decision(&event) ? decision_tell(walk, &event, payload) : 0;
}

static int stream_read(struct walk *walk, struct store_txn *txn)
{
	struct key key = key_empty();
	struct store_value value;
	int r;

	key_text(&key, "stream");
	r = store_get(txn, (unsigned)walk->books->options->meta_table, &key, &value);
	if (r == STORE_MISSING || (r == 0 && value.size != STREAM_ID_SIZE))
		return ERROR_CORRUPT;
	if (r == 0)
		hex_print(walk->stream, value.bytes, value.size);
	return r;
}

/* Meta "pruned" begins with the number of the last record that is. */
static int pruned_read(struct walk *walk, struct store_txn *txn)
{
	struct key key = key_empty();
	struct store_value value;
	int r;

	key_text(&key, "pruned");
	r = store_get(txn, (unsigned)walk->books->options->meta_table, &key, &value);
	if (r == 0 && value.size < sizeof walk->pruned_seq)
		r = ERROR_CORRUPT;
	if (r == 0)
		memcpy(&walk->pruned_seq, value.bytes, sizeof walk->pruned_seq);
	return r == STORE_MISSING ? 0 : r;
}

int books_journal(struct books *books, struct store_txn *txn)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	struct walk walk = {.books = books};
	struct key all = key_empty();
	char hash[HASH_TEXT_SIZE];
	int r = arena_new(&arena, ARENA_BYTES);

	walk.arena = arena;
	books_rule(books, "I3", "journalposter i en obruten kedja");
	if (r == 0)
		r = books_before_each(books, "cursor", mark_take, &walk);
	if (r == 0)
		r = stream_read(&walk, txn);
	if (r == 0)
		r = pruned_read(&walk, txn);
	if (r == 0)
		r = store_each(txn, (unsigned)books->options->journal_table, &all, NULL,
			       record_visit, &walk);
	if (r < 0)
		return r;
	hash_text(&walk.hash, hash);
	books_tell(books, "journal\t%s\t%" PRIu64 "\t%s", walk.stream, walk.seq, hash);
	books_rule(books, "I4", "läsmärken mot journalen de följer");
	marks_judge(&walk);
	return 0;
}

/* ---- events ------------------------------------------------------------------ */

struct event_walk {
	struct arena *arena;
	books_event_visitor *visit;
	void *context;
};

static int event_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	const struct event_walk *walk = context;
	struct event event;

	if (key_size != sizeof(uint64_t) || value.size < HASH_SIZE)
		return ERROR_CORRUPT;
	arena_reset(walk->arena);
	if (value.size == HASH_SIZE ||
	    event_unpack(value.bytes + HASH_SIZE, value.size - HASH_SIZE, walk->arena, &event) != 0)
		return 0;
	return walk->visit(walk->context, key_read_u64(key), &event);
}

int books_event_each(struct books *books, struct store_txn *txn, books_event_visitor *visit,
		     void *context)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	struct event_walk walk = {.visit = visit, .context = context};
	struct key all = key_empty();
	int r = arena_new(&arena, ARENA_BYTES);

	walk.arena = arena;
	return r < 0 ? r
		     : store_each(txn, (unsigned)books->options->journal_table, &all, NULL,
				  event_visit, &walk);
}

/* ---- our own cursors -------------------------------------------------------- */

static int cursor_visit(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);
	const uint8_t *stream = unpack_bytes(&unpacker, STREAM_ID_SIZE);
	uint64_t seq = unpack_u64(&unpacker);
	const uint8_t *hash = unpack_bytes(&unpacker, HASH_SIZE);
	char stream_text[STREAM_TEXT_SIZE];
	char hash_hex[HASH_TEXT_SIZE];

	if (!unpack_is_complete(&unpacker) || key_size == 0 || key[key_size - 1] != '\0')
		return ERROR_CORRUPT;
	hex_print(stream_text, stream, STREAM_ID_SIZE);
	hex_print(hash_hex, hash, HASH_SIZE);
	books_tell(context, "cursor\t%s\t%s\t%" PRIu64 "\t%s", (const char *)key, stream_text, seq,
		   hash_hex);
	return 0;
}

int books_cursors(struct books *books, struct store_txn *txn)
{
	struct key all = key_empty();

	return store_each(txn, (unsigned)books->options->cursor_table, &all, NULL, cursor_visit,
			  books);
}
