/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells: a block seen through the mapping tables, as sums per leaf area and
 * leaf line.  Derived: a new mapping derives them again from the blocks.
 *
 *   u32 count · count × (u16 area, u16 line, i64 öre, u32 rows)
 */
#pragma once

#include "aggregate/ledger.h"
#include "lib/base/pack.h"
#include "lib/model/money.h"

enum { UNASSIGNED_CODES_MAX = 5 };

/* What no area or no line claimed, for the warning to the controller. */
struct unassigned {
	uint64_t row_count;
	struct money sum;
	uint32_t account_ids[UNASSIGNED_CODES_MAX]; /* the first few unknown konton */
	size_t account_count;
	uint32_t activity_ids[UNASSIGNED_CODES_MAX]; /* and verksamheter */
	size_t activity_count;
};

/* Appends the cells of @block to @packer and adds to @unassigned.  0, -ENOMEM,
 * ERROR_CORRUPT, or -EOVERFLOW when a sum does not fit. */
int cells_derive(const struct ledger *ledger, const uint8_t *block, size_t block_size,
		 struct packer *packer, struct unassigned *unassigned);

struct cell {
	uint16_t area;
	uint16_t line;
	struct money amount;
	uint32_t row_count;
};

typedef int cell_visitor(void *context, const struct cell *cell);
int cells_each(const uint8_t *bytes, size_t size, cell_visitor *visit, void *context);
