/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batch socket: one file at a time comes in as begin, rows, end, and is
 * answered when it is durable.  A new begin discards an unfinished batch: its
 * sender died or gave up, and will send it again from its first byte.
 */
#pragma once

#include "aggregate/ledger.h"
#include "lib/feed/journal.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"

struct session;

/* Opens "batch" of conf_endpoint.  0, SOCKET_TAKEN or negative. */
int session_new(struct session **session_out, struct ledger *ledger, struct journal *journal,
		struct wire *wire, struct loop *loop, const char *endpoint);
void session_destroy(struct session **session);

struct session_counts {
	uint64_t committed;
	uint64_t already_had;
	uint64_t refused;
};

struct session_counts session_counts(const struct session *session);
