/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells: the blocks of one layer, period and source seen through the mapping
 * tables, as sums per leaf area and leaf line.  Derived: a new mapping derives
 * them again from the blocks.
 *
 *   u32 count · count × (u16 area, u16 line, i64 öre, u32 rows)
 */
#pragma once

#include "aggregate/block.h"
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

/* Sums under way: of one layer, period and source.  What the mapping says of a code is
 * kept from one to the next, so long as codes and tables live. */
struct cell_sums;

int cell_sums_new(struct cell_sums **sums_out, const struct ledger *ledger);
void cell_sums_destroy(struct cell_sums **sums);
/* Begins with nothing again. */
void cell_sums_clear(struct cell_sums *sums);
/* Adds a row as the mapping sees it, and to @unassigned.  0, -ENOMEM, or -EOVERFLOW when
 * a sum does not fit. */
int cell_sums_add_row(struct cell_sums *sums, const struct block_row *row,
		      struct unassigned *unassigned);
/* The same for every row of a block; also ERROR_CORRUPT. */
int cell_sums_add_block(struct cell_sums *sums, struct store_value block,
			struct unassigned *unassigned);
/* Adds cells that were derived by the same mapping. */
int cell_sums_add_cells(struct cell_sums *sums, struct store_value cells);
/* Stores them under @key (cell_key). */
int cell_sums_save(const struct cell_sums *sums, struct store_txn *txn, const struct key *key);

/* Whether that would store the same as @cells. */
int cell_sums_compare(const struct cell_sums *sums, struct store_value cells, bool *is_equal_out);

struct cell {
	uint16_t area;
	uint16_t line;
	struct money amount;
	uint32_t row_count;
};

typedef int cell_visitor(void *context, const struct cell *cell);
int cells_each(struct store_value cells, cell_visitor *visit, void *context);
