/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A budget is the sum of its decisions.  A row names its own in DIMENSION_DECISION,
 * "YYYY-MM-DD REFERENCE"; one that names none always counts.
 */
#pragma once

#include "aggregate/cube.h"
#include "lib/wire/message.h"

/* The date of a decision as YYYYMMDD, 0 for "".  False when it has none. */
bool decision_date(const char *decision, uint32_t *date_out);

/* Puts the budget as it was decided on @as_of_date in place of the one in the cube. */
int budget_as_of(struct cube *cube, const struct ledger *ledger, struct store_txn *txn,
		 uint32_t as_of_date);

/* REQUEST_BUDGET: the decisions of the year of @period in order: datum, referens, rader,
 * summa, gallande (all decisions so far); @area or "". */
int budget_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		  struct answer *answer);
