/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A block: everything one batch says about one layer and period.
 *
 *   u8 version · u32 count · u16 mask of dimensions used · count rows, each: for
 *   each used dimension, in the order of staging_dimensions, the number in the
 *   ledger's dictionary less that of the row before, öre (both as signed varints),
 *   rows (varint)
 *
 * Groups come sorted, so that differences are small: about seven bytes a group
 * of two dimensions.
 */
#pragma once

#include "aggregate/ledger.h"
#include "aggregate/staging.h"
#include "lib/base/pack.h"

struct block_row {
	uint32_t ids[DIMENSION_COUNT]; /* by dimension; 0 = no code */
	int64_t ore;
	uint32_t row_count;
};

typedef int block_visitor(void *context, const struct block_row *row);

/* Appends the block of a sheet to @packer, giving its codes numbers of @ledger.  @visit,
 * unless NULL, is shown every row as it is packed.  0, what @visit says other than 0, or
 * a negative errno. */
int block_pack(struct ledger *ledger, const struct staging *staging, const struct sheet *sheet,
	       struct packer *packer, block_visitor *visit, void *context);

/* Every row in order; ERROR_VERSION for a block of another version, ERROR_CORRUPT when the
 * bytes are none at all. */
int block_each(const uint8_t *bytes, size_t size, block_visitor *visit, void *context);
