/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a batch changes: the cubes of the years it covers before and after, and
 * the ledger event made of the difference.
 */
#pragma once

#include "aggregate/batches.h"
#include "aggregate/cube.h"
#include "lib/feed/journal.h"

struct change;

void change_destroy(struct change **change);

/* Loads the years that @end covers as they are now. */
int change_before(const struct ledger *ledger, struct store_txn *txn, const struct batch_end *end,
		  struct change **change_out);
/* Loads them again, inside the transaction that has changed them. */
int change_after(struct change *change, struct store_txn *txn);

/* Whether outcome differs anywhere in @period. */
/* The cubes before and after of a year; false when the batch does not cover it. */
bool change_year(const struct change *change, int year, const struct cube **before_out,
		 const struct cube **after_out);
bool change_touches(const struct change *change, struct period period);

/* Appends the ledger event to the journal; nothing when nothing changed. */
int change_journal(const struct change *change, struct journal *journal, struct store_txn *txn,
		   const struct batch *batch, int64_t now_ms);
