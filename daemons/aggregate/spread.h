/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Budgets for whole years (period YYYY00) become months before anything is stored.  The
 * row's periodisering says how:
 *
 *   rak             equal parts
 *   a named key     the weights of periodisering.csv
 *   föregående år   as last year's outcome of the same code string; when it has none, of
 *                   the same area and line
 *   egen budget     as the months that this file has for the same code string; when it
 *                   has none, as those of the budget in the ledger
 *
 * Of volumes, a flow is spread straight and a stock is the same every month.
 *
 * What has no profile is spread straight, with a warning.  A profile counts the months
 * whose amounts have the sign of its year; the others get nothing.
 */
#pragma once

#include "aggregate/findings.h"
#include "aggregate/ledger.h"
#include "aggregate/staging.h"

enum { SPREAD_REFUSED = 1 };

/* Adds the months to @staging, in which the years are left for the commit to pass over.
 * 0, SPREAD_REFUSED with @findings, or negative. */
int spread_apply(const struct ledger *ledger, struct staging *staging,
		 struct batch_findings *findings);
