/* SPDX-License-Identifier: Apache-2.0 */
/* What aggregate answers on its control socket: the cube, the imports, the months. */
#pragma once

#include <sys/types.h>

#include "aggregate/ledger.h"
#include "lib/feed/journal.h"
#include "lib/wire/message.h"

/* REQUEST_CUBE: see lib/view/report.h for the columns. */
int cube_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		struct answer *answer);
/* REQUEST_BATCHES: newest first, at most request->max, at most 10 000. */
int batches_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer);
/* REQUEST_PERIODS: every month that has outcome. */
int periods_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer);
/* REQUEST_PERIOD_CLOSE and _OPEN; @who is recorded, in the journal too. */
int period_order(struct ledger *ledger, struct journal *journal, const struct request *request,
		 uid_t who, int64_t now_ms, struct arena *arena, struct answer *answer);
