/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of a file by itself, for those who want rows and not what they add up to.
 */
#pragma once

#include <stdint.h>

#include "lib/model/code.h"

struct single_row {
	enum layer layer;
	uint32_t line; /* where in the file */
	uint32_t yyyymm;
	const char *codes[DIMENSION_COUNT]; /* NULL: none */
	const char *series;		    /* of its voucher, "" for none */
	const char *number;
	/* What it, or else its voucher, says in words, harmless to show; "" when it says nothing
	 * or nobody may see it. */
	const char *text;
	int64_t ore; /* report sign; thousandths of a volume */
};

/* 0 or a negative errno. */
typedef int single_taker(void *context, const struct single_row *row);
