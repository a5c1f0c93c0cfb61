/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes: what was counted, per area and mått, in thousandths of its unit.  Flows are
 * added over months; stocks never are.  Read from the blocks of one year.
 */
#pragma once

#include "aggregate/findings.h"
#include "aggregate/ledger.h"
#include "aggregate/staging.h"
#include "lib/wire/message.h"

/* Every mått of @staging that is not in volymer.csv becomes a finding. */
void volumes_check(const struct ledger *ledger, const struct staging *staging,
		   struct batch_findings *findings);

/* REQUEST_VOLUMES: omrade, niva, matt, enhet, slag, manad, ackumulerat, medel, budget_manad,
 * budget_ackumulerat, budget_ar; @area and all below it, or "".  Of a stock ackumulerat is the
 * month's, medel the mean of its months so far, and budget_ar the mean of the year. */
int volumes_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer);
