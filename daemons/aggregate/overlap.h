/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vouchers that two files of one source hold.  What each batch of a delta source holds of
 * one layer and month is one value beside its block, and goes with it:
 *
 *   u8 version · u32 count · count × (identity less the one before, line), as varints
 *
 * Identities come sorted, so that one file's are held against another's in one pass:
 * about eleven bytes a voucher.
 */
#pragma once

#include "aggregate/findings.h"
#include "aggregate/ledger.h"
#include "aggregate/vouchers.h"

/* Adds a K411 to @findings, in the order of lines, for each of @vouchers (sorted) that a
 * batch of @source holds already. */
int overlap_check(struct store_txn *txn, const struct vouchers *vouchers, const char *source,
		  struct batch_findings *findings);
int overlap_save(struct store_txn *txn, const struct vouchers *vouchers, const char *source,
		 uint64_t batch);
