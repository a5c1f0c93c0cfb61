/* SPDX-License-Identifier: Apache-2.0 */
/* All about one import, and which imports a figure is made of. */
#pragma once

#include "aggregate/ledger.h"
#include "lib/wire/message.h"

/* REQUEST_BATCH: one row per fact (nyckel, rubrik, varde) and one per figure that was
 * moved (nyckel "skillnad", then lager, omrade, resultatrad, period, fore, efter,
 * skillnad). */
int import_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		  struct answer *answer);

/* REQUEST_EXPLAIN and REQUEST_CODES: what @area and @line ("" for all) are made of until
 * @period, per import or per code string: rader, manad, ackumulerat and, of a budget, helar.
 * The note says whether the parts are the report's figure to the öre.  REQUEST_SELECTION:
 * see there. */
int explain_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer);
