/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an import moved in months that its source had told of before: per area, line
 * and month, old and new.  Kept with the batch by name, so that it stays what it was
 * when the tables change.
 *
 *   u64 moved · u32 kept · kept × (u8 layer · u32 period · text area · text line ·
 *   i64 before · i64 after)
 */
#pragma once

#include "aggregate/change.h"

enum { DIFFERENCES_MAX = 5000, REPLACED_MAX = 16 * MONTHS * 2 };

/* The months that had been told of. */
struct replaced {
	struct {
		enum layer layer;
		struct period period;
	} months[REPLACED_MAX];
	size_t count;
};

void replaced_add(struct replaced *replaced, enum layer layer, struct period period);

/* After change_after.  Writes nothing when no month had been told of. */
int difference_save(struct store_txn *txn, uint64_t batch, const struct replaced *replaced,
		    const struct change *change, const struct ledger *ledger);

struct difference {
	enum layer layer;
	struct period period;
	char area[CODE_SIZE];
	char line[CODE_SIZE];
	struct money before;
	struct money after;
};

typedef int difference_visitor(void *context, const struct difference *difference);

/* Every one that is kept; @moved_out: how many there were.  0, STORE_MISSING when no month
 * of the batch had been told of, or negative. */
int difference_each(struct store_txn *txn, uint64_t batch, uint64_t *moved_out,
		    difference_visitor *visit, void *context);
