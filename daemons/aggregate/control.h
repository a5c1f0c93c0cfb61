/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The totals a file states about itself against what was added up from its
 * rows: Σ vouchers = 0, Σ #TRANS per account = #RES = Σ #PSALDO.  Pure.
 */
#pragma once

#include "aggregate/staging.h"
#include "lib/wire/message.h"

enum { CONTROL_TEXT_SIZE = 320 };

/* Why a batch is refused, in Swedish. */
struct refusal {
	char found[CONTROL_TEXT_SIZE];
	char expected[CONTROL_TEXT_SIZE];
	uint32_t line; /* in the file, 0 = the whole file */
};

enum { CONTROL_DEVIATES = 1 };

/* 0, CONTROL_DEVIATES with @refusal filled, or -ENOMEM. */
int control_check(const struct staging *staging, const struct batch_end *end,
		  struct refusal *refusal);
