/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rebuilding: a new STATE from the files of the archive and what people decided, and nothing else
 * of what the stores hold.
 *
 * The order of the files, and the decisions, are read from the stores' own books (past.h).  Five
 * daemons, started beside those that may be running, get one after the other through their ordinary
 * doors, at the moment and in the name of whoever did it then (lib/base/replay.h), so that times,
 * deadlines and signatures are what they were.  A decision waits until all before it has gone all
 * the way.  Nobody is told anything.
 *
 * Then both states are compared.  Another state is no proof of a fault: what was derived by tables
 * or settings that have been changed since cannot be derived by those of today.
 */
#pragma once

#include "budgetvakt/command.h"

/* A status: EX_DATAERR when the state is another. */
int rebuild_make(struct context *context, const char *folder);
