/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An order is answered once per id, however often it is sent: its id is kept in the same
 * transaction as what it changed, or with the answer why it changed nothing.  What was
 * ordered stands in the journal.
 */
#pragma once

#include "lib/base/arena.h"
#include "lib/store/store.h"
#include "lib/wire/message.h"

enum { ORDER_KNOWN = 1 };

/* Remembers the order in @table, as carried out.  0 when it is new, ORDER_KNOWN when it was
 * answered before: then nothing is to be done, and @answer says what came of it. */
int order_begin(struct store_txn *txn, unsigned table, const struct request *request,
		struct arena *arena, struct answer *answer);
/* The state does not allow it: @answer is all that is committed.  A copy that comes when the
 * state has changed is not carried out either, for its sender was told no. */
int order_refuse(struct store_txn **txn, unsigned table, const struct request *request,
		 const struct answer *answer);
