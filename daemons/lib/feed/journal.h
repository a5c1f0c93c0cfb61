/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The producer's side of a hop: a journal of records numbered 1, 2, 3 …
 * without gaps, each holding the SHA-256 of the one before, written in the
 * same transaction as the state it describes.  The bell rings after commit and
 * once a second; a bell lost costs a second, never a record.
 *
 * A record that all have read and that is old is pruned: it keeps its number and the hash
 * of the one before it, which is its place in the chain, and loses what it said.  Only
 * EVENT_DECISION stays whole for ever.
 *
 * A journal lives in two tables of its owner's store: records and meta.
 */
#pragma once

#include "lib/model/event.h"
#include "lib/store/store.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"

struct journal;

/* Opens or creates (with a new random stream id); binds @bell_endpoint. */
int journal_open(struct journal **journal_out, struct store *store, unsigned records_table,
		 unsigned meta_table, struct wire *wire, struct loop *loop,
		 const char *bell_endpoint);
void journal_close(struct journal **journal);

/* In the caller's write transaction; @seq_out may be NULL. */
int journal_append(struct journal *journal, struct store_txn *txn, const struct event *event,
		   uint64_t *seq_out);
/* After every commit, whether or not anything was appended. */
int journal_ring(struct journal *journal);
uint64_t journal_last_seq(const struct journal *journal);

/* Who follows another history than this one, and therefore stops; NULL for nobody. */
const char *journal_doubted(const struct journal *journal);

/* What is told again before old records go, so that who begins to follow now has all. */
struct journal_pruning {
	int64_t before_ms; /* only what is older */
	/* Appends records that say together all that there is, in @txn. */
	int (*tell_all)(void *context, struct store_txn *txn);
	void *context;
};

/* Prunes what is older and what every follower that has ever asked by its name has
 * committed, when that is enough to be worth it; in a transaction of its own. */
int journal_prune(struct journal *journal, const struct journal_pruning *how);
/* Of the records until this one only decisions and the chain are left; 0: none. */
uint64_t journal_pruned_seq(const struct journal *journal);

/* Fills @answer with the records from request->from on (at most request->max, and
 * at most 8 MiB), everything borrowed from @arena. */
int journal_answer(struct journal *journal, const struct request *request, struct arena *arena,
		   struct answer *answer);
