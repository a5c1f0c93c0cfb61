/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The producer's side of a hop: a journal of records numbered 1, 2, 3 …
 * without gaps, each holding the SHA-256 of the one before, written in the
 * same transaction as the state it describes.  The bell rings after commit and
 * once a second; a bell lost costs a second, never a record.
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

/* Fills @answer with the records from request->from on (at most request->max, and
 * at most 8 MiB), everything borrowed from @arena. */
int journal_answer(struct journal *journal, const struct request *request, struct arena *arena,
		   struct answer *answer);
