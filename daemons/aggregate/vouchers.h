/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vouchers that a batch has told of so far, once per voucher and month.  Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/wire/message.h"

struct voucher {
	uint64_t identity; /* hash of series and number */
	uint32_t period;   /* YYYYMM */
	uint32_t line;	   /* where in the file it begins */
};

/* Zeroed: none. */
struct vouchers {
	enum layer layer;		/* of them all; 0: none has come */
	enum finding_severity severity; /* of one that another file holds; 0: error */
	struct voucher *items;
	size_t count;
	size_t capacity;
};

enum { VOUCHERS_MAX = 1 << 22 };

void vouchers_finish(struct vouchers *vouchers);

/* 0, STAGING_MALFORMED, STAGING_FULL or -ENOMEM. */
int vouchers_add(struct vouchers *vouchers, const struct batch_vouchers *more);

/* By period, then identity, each once with its first line; when all have come. */
void vouchers_sort(struct vouchers *vouchers);
/* Of sorted ones: how many from @first on are of its period. */
size_t vouchers_run(const struct vouchers *vouchers, size_t first);
