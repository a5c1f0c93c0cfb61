/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new mapping restates history: when omraden.csv or resultatrader.csv differ
 * from those the cells were derived by, every cell is derived again from its
 * block and the differences become
 * ledger events, one a year.  No file is read again.
 */
#pragma once

#include "aggregate/ledger.h"
#include "lib/feed/journal.h"

/* Whether the cells are derived by the tables that @ledger has; not before the first start. */
int ledger_mapping_is_current(const struct ledger *ledger, struct store_txn *txn,
			      bool *is_current_out);
/* @restated_out: whether the mapping was another one. */
int ledger_restate(struct ledger *ledger, struct journal *journal, int64_t now_ms,
		   bool *restated_out);

/* Appends every series there is to the journal, a record a year, in @txn: what a new
 * follower needs when older records are pruned. */
int ledger_tell(struct ledger *ledger, struct journal *journal, struct store_txn *txn,
		int64_t now_ms);
