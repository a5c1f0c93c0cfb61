/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The totals a file states about itself against what was added up from its
 * rows: Σ vouchers = 0, Σ #TRANS per account = #RES = Σ #PSALDO.  Pure.
 */
#pragma once

#include "aggregate/findings.h"
#include "aggregate/staging.h"
#include "lib/wire/message.h"

enum { CONTROL_DEVIATES = 1 };

/* Adds every deviation to @findings.  0 (none is an error), CONTROL_DEVIATES, or -ENOMEM. */
int control_check(const struct staging *staging, const struct batch_end *end,
		  struct batch_findings *findings);
