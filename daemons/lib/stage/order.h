/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An order is carried out once per id, however often it is sent: its id is kept in
 * the same transaction as what it changed.  What was ordered stands in the journal.
 */
#pragma once

#include "lib/store/store.h"
#include "lib/wire/message.h"

enum { ORDER_DONE = 1 };

/* Remembers the order in @table.  0 when it is new, ORDER_DONE when it was carried
 * out before: then nothing is to be done, and @answer says so. */
int order_begin(struct store_txn *txn, unsigned table, const struct request *request,
		struct answer *answer);
