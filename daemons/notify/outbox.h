/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is still to be delivered, in the store: one row per recipient and change.
 * A row goes when its delivery is certain; how many have gone is counted.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/store/store.h"

enum outbox_table {
	TABLE_CURSOR,
	TABLE_OUTBOX,	 /* recipient, seq -> planned offset, line */
	TABLE_DELIVERED, /* recipient -> last seq, how many */
};

enum { OUTBOX_TABLE_COUNT = TABLE_DELIVERED + 1, OUTBOX_ROWS_MAX = 256, OFFSET_NONE = -1 };

extern const char *const outbox_table_names[OUTBOX_TABLE_COUNT];

struct outbox_row {
	uint64_t seq;
	int64_t offset; /* in the recipient's file, OFFSET_NONE before it is planned */
	char *line;	/* owned */
	size_t length;
};

/* The oldest rows of one recipient, in order. */
struct outbox_rows {
	struct outbox_row rows[OUTBOX_ROWS_MAX];
	size_t count;
};

void outbox_rows_finish(struct outbox_rows *rows);
int outbox_read(struct store_txn *txn, const char *recipient, struct outbox_rows *rows_out);
int outbox_put(struct store_txn *txn, const char *recipient, const struct outbox_row *row);
/* Takes the row out and counts it. */
int outbox_deliver(struct store_txn *txn, const char *recipient, uint64_t seq);

/* Rows waiting, of all recipients or of @recipient. */
int outbox_count(struct store_txn *txn, const char *recipient, uint64_t *count_out);
int outbox_delivered_count(struct store_txn *txn, uint64_t *count_out);
