/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The consumer's side of a hop: keeps a cursor (stream id, seq, hash) in its
 * own store, asks the producer for what comes after it, and applies each
 * record in the same transaction as the cursor.  Lost, doubled or reordered
 * messages change nothing.
 *
 * A broken chain, a foreign stream id, or a producer that knows fewer records
 * than we have applied stops the process: that is a doubt, not an error to
 * work around.
 */
#pragma once

#include "lib/model/event.h"
#include "lib/store/store.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"

struct follower;

/* Derives from one event, inside @txn.  A negative errno stops the process. */
typedef int follower_apply(void *context, struct store_txn *txn, uint64_t seq,
			   const struct event *event);
/* After the transaction that holds one or more applied records: ring your own bell. */
typedef int follower_committed(void *context);

struct follower_options {
	const char *name;     /* of the cursor: "aggregate" */
	const char *follower; /* who follows: "forecast" */
	const char *bell_endpoint;
	const char *control_endpoint; /* of the producer */
	struct store *store;
	unsigned cursor_table;
	struct wire *wire;
	struct loop *loop;
	follower_apply *apply;
	follower_committed *committed;
	void *context;
};

int follower_new(struct follower **follower_out, const struct follower_options *options);
void follower_destroy(struct follower **follower);

uint64_t follower_cursor(const struct follower *follower);
/* Last seq the producer has told of; how far behind we are is the difference. */
uint64_t follower_producer_seq(const struct follower *follower);
