/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A block: everything one batch says about one layer and period, as columns.
 *
 *   u32 count · u16 mask of dimensions used · for each used dimension, in the
 *   order of staging_dimensions, count × u32 number in the ledger's dictionary ·
 *   count × i64 öre · count × u32 rows
 */
#pragma once

#include "aggregate/ledger.h"
#include "aggregate/staging.h"
#include "lib/base/pack.h"

/* Appends the block of @count groups of one layer and period to @packer, giving
 * their codes numbers of @ledger.  0 or a negative errno. */
int block_pack(struct ledger *ledger, const struct staging *staging, const struct group *groups,
	       size_t count, struct packer *packer);

struct block_row {
	uint32_t ids[DIMENSION_COUNT]; /* by dimension; 0 = no code */
	int64_t ore;
	uint32_t row_count;
};

typedef int block_visitor(void *context, const struct block_row *row);

/* Every row in order; ERROR_CORRUPT when the bytes are no block. */
int block_each(const uint8_t *bytes, size_t size, block_visitor *visit, void *context);
