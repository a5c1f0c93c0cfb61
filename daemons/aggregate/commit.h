/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch becomes part of the ledger, whole or not at all, in one transaction:
 * blocks, cells, coverage, the batch's record, and the ledger event.
 */
#pragma once

#include "aggregate/batches.h"
#include "aggregate/control.h"
#include "aggregate/staging.h"
#include "lib/feed/journal.h"

/* Outcomes. */
enum {
	COMMIT_ALREADY_HAVE = 1, /* @batch_out is the one of then */
	COMMIT_REFUSED,		 /* @findings say why; nothing has changed */
};

/* @staging is sorted here; what is found is added to @findings, warnings also when the
 * batch becomes part of the ledger.  A negative errno leaves the outcome of the commit
 * unknown: the process must end. */
int commit_batch(struct ledger *ledger, struct journal *journal, const struct batch_begin *begin,
		 struct staging *staging, const struct batch_end *end, int64_t now_ms,
		 struct batch *batch_out, struct batch_findings *findings);
