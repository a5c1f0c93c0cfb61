/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cursor: key NAME -> stream id (16), seq (8, little-endian), hash (32).
 *
 * At most one question is under way.  It is asked on start, when a bell tells
 * of more than we have, and again, under the same id, by the timer when no answer
 * came: so a slow producer's first answer is taken whenever it comes.  An answer when
 * nothing is asked is to a repetition, and may be older than what we know.
 */
#include "lib/feed/follower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/base/pack.h"
#include "lib/feed/chain.h"
#include "lib/wire/codec.h"

enum {
	ASK_RECORDS = 256,
	ASK_AGAIN_MS = 1000,
	ARENA_BYTES = 256 * 1024 * 1024, /* an answer of 8 MiB and its events, unpacked */
};

struct cursor {
	uint8_t stream_id[STREAM_ID_SIZE];
	uint64_t seq;
	struct hash hash;
};

struct follower {
	struct follower_options options;
	struct socket *listener;
	struct socket *client;
	struct arena *arena;
	struct cursor cursor;
	uint64_t producer_seq;
	bool is_joining; /* the cursor stands where a new follower begins */
	bool asked;	 /* a question is under way */
	uint8_t question[REQUEST_ID_SIZE];
	int timer;
};

static struct key cursor_key(const struct follower *follower)
{
	struct key key = key_empty();

	key_text(&key, follower->options.name);
	return key;
}

static int cursor_load(struct follower *follower)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct store_value value;
	struct key key = cursor_key(follower);
	int r = store_begin(follower->options.store, STORE_READ, &txn);

	if (r == 0)
		r = store_get(txn, follower->options.cursor_table, &key, &value);
	if (r == STORE_MISSING)
		return 0;
	if (r < 0)
		return r;
	if (value.size != sizeof follower->cursor)
		return ERROR_CORRUPT;
	memcpy(&follower->cursor, value.bytes, sizeof follower->cursor);
	return 0;
}

static int cursor_save(struct follower *follower, struct store_txn *txn,
		       const struct cursor *cursor)
{
	struct key key = cursor_key(follower);

	return store_put(txn, follower->options.cursor_table, &key, cursor, sizeof *cursor);
}

static bool cursor_is_new(const struct cursor *cursor)
{
	static const uint8_t none[STREAM_ID_SIZE];

	return memcmp(cursor->stream_id, none, STREAM_ID_SIZE) == 0;
}

/* So that the producer, too, can see whether we have the same history behind us. */
static int place_tell(const struct cursor *cursor, struct hash *hash_out)
{
	return cursor_is_new(cursor)
		       ? 0
		       : chain_place(cursor->seq, &cursor->hash, cursor->stream_id, hash_out);
}

static int question_send(struct follower *follower)
{
	struct message message = {
		.kind = MESSAGE_REQUEST,
		.request = {.kind = REQUEST_JOURNAL,
			    .source = follower->options.follower,
			    .from = follower->cursor.seq + 1,
			    .max = ASK_RECORDS},
	};
	int r;

	memcpy(message.request.id, follower->question, REQUEST_ID_SIZE);
	r = place_tell(&follower->cursor, &message.request.hash);
	if (r < 0)
		return r;
	r = socket_send(follower->client, NULL, &message);
	return r < 0 ? r : 0;
}

static int records_ask(struct follower *follower)
{
	if (getrandom(follower->question, REQUEST_ID_SIZE, 0) != REQUEST_ID_SIZE)
		return -EIO;
	follower->asked = true;
	return question_send(follower);
}

/* Asks again what was not answered, or whether there is anything new: the bell
 * may have been lost. */
static int timer_handle(void *context)
{
	struct follower *follower = context;

	return follower->asked ? question_send(follower) : records_ask(follower);
}

static int bell_handle(void *context)
{
	struct follower *follower = context;
	struct message message;
	bool behind = false;

	for (;;) {
		int r;

		arena_reset(follower->arena);
		r = socket_receive(follower->listener, follower->arena, &message, NULL);
		if (r < 0)
			return r;
		if (r == SOCKET_EMPTY)
			break;
		if (r != 0 || message.kind != MESSAGE_BELL)
			continue;
		follower->producer_seq = message.bell.last_seq;
		behind = follower->producer_seq > follower->cursor.seq;
	}
	return behind && !follower->asked ? records_ask(follower) : 0;
}

/* A doubt is not worked around: the caller passes the error up and the process ends. */
static int history_check(const struct follower *follower, const struct answer *answer)
{
	const struct cursor *cursor = &follower->cursor;

	if (cursor_is_new(cursor))
		return 0;
	if (memcmp(cursor->stream_id, answer->stream_id, STREAM_ID_SIZE) != 0) {
		log_error("%s has another history than the one followed so far",
			  follower->options.name);
		return ERROR_CORRUPT;
	}
	if (answer->last_seq < cursor->seq) {
		log_error("%s knows %llu records, but %llu were applied here",
			  follower->options.name, (unsigned long long)answer->last_seq,
			  (unsigned long long)cursor->seq);
		return ERROR_CORRUPT;
	}
	if (answer->code == ANSWER_REFUSED) {
		log_error("%s has another record %llu than the one applied here",
			  follower->options.name, (unsigned long long)cursor->seq);
		return ERROR_CORRUPT;
	}
	return 0;
}

/* Old records of the producer are pruned: a new follower begins at the one from which on
 * all is told anew.  That one's place in the chain is taken on trust: there is nothing yet
 * that it could contradict. */
static int floor_join(struct follower *follower, const struct answer *answer)
{
	log_info("begins to follow %s at record %llu, which with those after it says all",
		 follower->options.name, (unsigned long long)answer->floor);
	follower->cursor.seq = answer->floor - 1;
	follower->is_joining = true;
	return records_ask(follower);
}

/* 0, 1 when the record is not the next one (doubled or out of order), or negative. */
static int record_apply(struct follower *follower, struct store_txn *txn, struct cursor *cursor,
			const struct record *record)
{
	struct event event;
	int r;

	if (record->seq != cursor->seq + 1)
		return 1;
	if (memcmp(record->previous.bytes, cursor->hash.bytes, HASH_SIZE) != 0) {
		log_error("the chain of %s breaks at record %llu", follower->options.name,
			  (unsigned long long)record->seq);
		return ERROR_CORRUPT;
	}
	/* Who is not new cannot know what of its own is gone since. */
	if (record->payload_size == 0) {
		log_error("record %llu of %s is pruned, but was not applied here: this store is "
			  "older than the one it follows, was it restored alone?",
			  (unsigned long long)record->seq, follower->options.name);
		return ERROR_CORRUPT;
	}
	r = event_unpack(record->payload, record->payload_size, follower->arena, &event);
	if (r != 0) {
		log_error("record %llu of %s cannot be read", (unsigned long long)record->seq,
			  follower->options.name);
		return ERROR_CORRUPT;
	}
	r = follower->options.apply(follower->options.context, txn, record->seq, &event);
	if (r < 0)
		return r;
	cursor->seq = record->seq;
	return chain_hash(record->seq, record->previous.bytes, record->payload,
			  record->payload_size, &cursor->hash);
}

static int records_apply(struct follower *follower, const struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct cursor cursor = follower->cursor;
	int r = store_begin(follower->options.store, STORE_WRITE, &txn);

	memcpy(cursor.stream_id, answer->stream_id, STREAM_ID_SIZE);
	if (follower->is_joining && answer->records[0].seq == cursor.seq + 1)
		cursor.hash = answer->records[0].previous;
	for (size_t i = 0; i < answer->record_count && r == 0; i++)
		r = record_apply(follower, txn, &cursor, &answer->records[i]);
	if (r < 0)
		return r;
	r = cursor_save(follower, txn, &cursor);
	if (r == 0)
		r = store_commit(&txn);
	if (r < 0)
		return r;
	follower->cursor = cursor;
	follower->is_joining = false;
	return follower->options.committed ? follower->options.committed(follower->options.context)
					   : 0;
}

static int answer_handle(struct follower *follower, const struct answer *answer)
{
	int r;

	if (!follower->asked || memcmp(answer->id, follower->question, REQUEST_ID_SIZE) != 0)
		return 0;
	if (answer->code != ANSWER_OK && answer->code != ANSWER_REFUSED)
		return 0;
	follower->asked = false;
	follower->producer_seq = answer->last_seq;
	r = history_check(follower, answer);
	if (r < 0)
		return r;
	if (cursor_is_new(&follower->cursor) && answer->floor > follower->cursor.seq + 1)
		return floor_join(follower, answer);
	if (answer->record_count > 0)
		r = records_apply(follower, answer);
	if (r < 0)
		return r;
	return follower->cursor.seq < follower->producer_seq ? records_ask(follower) : 0;
}

static int client_handle(void *context)
{
	struct follower *follower = context;
	struct message message;
	int r;

	arena_reset(follower->arena);
	r = socket_receive(follower->client, follower->arena, &message, NULL);
	if (r < 0)
		return r;
	if (r != 0 || message.kind != MESSAGE_ANSWER)
		return 0;
	return answer_handle(follower, &message.answer);
}

static int sockets_open(struct follower *follower)
{
	const struct follower_options *options = &follower->options;
	int r = socket_open(&follower->listener, options->wire, SOCKET_LISTENER,
			    options->bell_endpoint);

	if (r == 0)
		r = socket_open(&follower->client, options->wire, SOCKET_CLIENT,
				options->control_endpoint);
	if (r == 0)
		r = loop_add_socket(options->loop, follower->listener, bell_handle, follower);
	if (r == 0)
		r = loop_add_socket(options->loop, follower->client, client_handle, follower);
	if (r == 0)
		r = loop_add_timer(options->loop, ASK_AGAIN_MS, timer_handle, follower,
				   &follower->timer);
	return r;
}

int follower_new(struct follower **follower_out, const struct follower_options *options)
{
	cleanup(follower_destroy) struct follower *follower = calloc(1, sizeof *follower);
	int r;

	if (!follower)
		return -ENOMEM;
	follower->options = *options;
	r = arena_new(&follower->arena, ARENA_BYTES);
	if (r == 0)
		r = cursor_load(follower);
	if (r == 0)
		r = sockets_open(follower);
	if (r == 0)
		r = records_ask(follower);
	if (r < 0)
		return r;
	*follower_out = follower;
	follower = NULL;
	return 0;
}

void follower_destroy(struct follower **follower)
{
	struct follower *self = *follower;

	if (!self)
		return;
	if (self->timer)
		loop_remove_timer(self->options.loop, self->timer);
	if (self->client)
		loop_remove_socket(self->options.loop, self->client);
	if (self->listener)
		loop_remove_socket(self->options.loop, self->listener);
	socket_close(&self->client);
	socket_close(&self->listener);
	arena_destroy(&self->arena);
	free(self);
	*follower = NULL;
}

uint64_t follower_cursor(const struct follower *follower)
{
	return follower->cursor.seq;
}

uint64_t follower_producer_seq(const struct follower *follower)
{
	return follower->producer_seq;
}
