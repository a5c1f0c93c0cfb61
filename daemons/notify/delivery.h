/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivers what waits in the outbox to one recipient: every line exactly once,
 * in order, whatever is interrupted where.
 *
 *   1. rows that were planned before are looked for in the file
 *   2. in one commit, those found leave the outbox and the others get an offset
 *   3. the lines are appended and synced
 *   4. in one commit, they leave the outbox
 *
 * Only when the file is renamed away between 3 and 4, and the process ends there
 * as well, is a line written a second time: then its "id" tells.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/conf/tables.h"
#include "lib/store/store.h"

struct delivery {
	const struct recipient *recipient; /* borrowed */
	struct store *store;		   /* borrowed */
	int64_t wait_ms;		   /* until the next try; 0 when all is well */
	int64_t retry_ms;		   /* when that is, on the monotonic clock */
};

/* Delivers all that waits, unless a failed try was too short a while ago.  A
 * recipient that cannot be reached is logged once and tried again later: 0.
 * A negative errno is about the store, and fatal. */
int delivery_run(struct delivery *delivery, int64_t now_ms);
