/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup: everything in STATE as it was at one moment, taken while the daemons run or not.
 *
 *	DIR/ingest … notify/data.mdb    each store as it was when it was its turn
 *	DIR/archive/SOURCE/HASH…        the files of the batches in that ledger, and no others
 *	DIR/spool … quarantine, allow   and whatever else lies in STATE
 *	DIR/SHA256SUMS                  all of them, for sha256sum -c; first the state's hash
 *
 * Consumers are copied before whom they follow, so that nobody in the copy is ahead of another:
 * started from it, each goes on from its own cursor.  The spool is copied before the stores and
 * after them, for a file may be decided meanwhile; one that is offered again is known.
 *
 * It is written to DIR.partial, looked through as `verify` does, and only then called DIR.  A
 * restore reads it into STATE.partial, every file against its hash, and then does the same.
 */
#pragma once

#include "budgetvakt/command.h"

/* Statuses; what was done is told on stdout. */
int backup_make(struct context *context, const char *folder);
int backup_restore(struct context *context, const char *folder);
