/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/delivery.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/log.h"
#include "notify/line_file.h"
#include "notify/outbox.h"

enum { WAIT_FIRST_MS = 1000, WAIT_MAX_MS = 60000 };

/* Some rows of one recipient under way. */
struct batch {
	const char *recipient;
	struct store *store;
	int fd;
	struct outbox_rows rows;
	bool is_delivered[OUTBOX_ROWS_MAX];
	size_t waiting_count;
};

static int batch_read(struct batch *batch)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(batch->store, STORE_READ, &txn);

	if (r == 0)
		r = outbox_read(txn, batch->recipient, &batch->rows);
	batch->waiting_count = batch->rows.count;
	return r;
}

static void batch_finish(struct batch **batch)
{
	if (!*batch)
		return;
	outbox_rows_finish(&(*batch)->rows);
	close_fd(&(*batch)->fd);
	free(*batch);
	*batch = NULL;
}

/* Looks for what an earlier try has written. */
static int batch_settle(struct batch *batch)
{
	for (size_t i = 0; i < batch->rows.count; i++) {
		const struct outbox_row *row = &batch->rows.rows[i];
		int r = LINE_ABSENT;

		if (row->offset != OFFSET_NONE)
			r = line_file_settle(batch->fd, row->offset, row->line, row->length);
		if (r < 0)
			return r;
		batch->is_delivered[i] = r == 0;
		batch->waiting_count -= r == 0;
	}
	return batch->waiting_count < batch->rows.count ? line_file_sync(batch->fd) : 0;
}

static int batch_plan(struct batch *batch)
{
	int64_t offset;
	int r = line_file_end(batch->fd, &offset);

	for (size_t i = 0; r == 0 && i < batch->rows.count; i++) {
		if (batch->is_delivered[i])
			continue;
		batch->rows.rows[i].offset = offset;
		offset += (int64_t)batch->rows.rows[i].length;
	}
	return r;
}

/* What is delivered leaves the outbox, the rest stays with its planned offset. */
static int batch_commit(struct batch *batch)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(batch->store, STORE_WRITE, &txn);

	for (size_t i = 0; r == 0 && i < batch->rows.count; i++) {
		const struct outbox_row *row = &batch->rows.rows[i];

		r = batch->is_delivered[i] ? outbox_deliver(txn, batch->recipient, row->seq)
					   : outbox_put(txn, batch->recipient, row);
	}
	return r < 0 ? r : store_commit(&txn);
}

static int batch_append(struct batch *batch)
{
	cleanup(free_bytes) char *lines = NULL;
	size_t length = 0;

	for (size_t i = 0; i < batch->rows.count; i++)
		length += batch->is_delivered[i] ? 0 : batch->rows.rows[i].length;
	lines = malloc(length + 1);
	if (!lines)
		return -ENOMEM;
	length = 0;
	for (size_t i = 0; i < batch->rows.count; i++) {
		if (batch->is_delivered[i])
			continue;
		memcpy(lines + length, batch->rows.rows[i].line, batch->rows.rows[i].length);
		length += batch->rows.rows[i].length;
	}
	return line_file_append(batch->fd, lines, length);
}

/* Rows that were settled are out of the outbox by now: only the appended remain. */
static int batch_commit_appended(struct batch *batch)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(batch->store, STORE_WRITE, &txn);

	for (size_t i = 0; r == 0 && i < batch->rows.count; i++) {
		if (!batch->is_delivered[i])
			r = outbox_deliver(txn, batch->recipient, batch->rows.rows[i].seq);
	}
	return r < 0 ? r : store_commit(&txn);
}

/* @problem: what went wrong with the recipient; the result is about the store. */
static int batch_deliver(struct batch *batch, const char *path, int *problem)
{
	int r;

	*problem = line_file_open(path, &batch->fd);
	if (*problem == 0)
		*problem = batch_settle(batch);
	if (*problem == 0)
		*problem = batch_plan(batch);
	if (*problem < 0)
		return 0;
	r = batch_commit(batch);
	if (r < 0 || batch->waiting_count == 0)
		return r;
	*problem = batch_append(batch);
	return *problem < 0 ? 0 : batch_commit_appended(batch);
}

static void failure_note(struct delivery *delivery, int problem, int64_t now_ms)
{
	if (!delivery->wait_ms)
		log_failure(problem, "recipient %s cannot be written to; trying again",
			    delivery->recipient->name);
	delivery->wait_ms = delivery->wait_ms ? delivery->wait_ms * 2 : WAIT_FIRST_MS;
	if (delivery->wait_ms > WAIT_MAX_MS)
		delivery->wait_ms = WAIT_MAX_MS;
	delivery->retry_ms = now_ms + delivery->wait_ms;
}

static void success_note(struct delivery *delivery)
{
	if (delivery->wait_ms)
		log_info("recipient %s can be written to again", delivery->recipient->name);
	delivery->wait_ms = 0;
}

/* @more_out: there may be more rows to deliver. */
static int batch_run(struct delivery *delivery, int64_t now_ms, bool *more_out)
{
	cleanup(batch_finish) struct batch *batch = calloc(1, sizeof *batch);
	int problem = 0;
	int r;

	*more_out = false;
	if (!batch)
		return -ENOMEM;
	batch->fd = -1;
	batch->recipient = delivery->recipient->name;
	batch->store = delivery->store;
	r = batch_read(batch);
	if (r < 0 || batch->rows.count == 0)
		return r;
	*more_out = batch->rows.count == OUTBOX_ROWS_MAX;
	r = batch_deliver(batch, delivery->recipient->address, &problem);
	if (r < 0)
		return r;
	if (problem == 0) {
		success_note(delivery);
		return 0;
	}
	*more_out = false;
	failure_note(delivery, problem, now_ms);
	return 0;
}

int delivery_run(struct delivery *delivery, int64_t now_ms)
{
	bool is_more = !delivery->wait_ms || now_ms >= delivery->retry_ms;
	int r = 0;

	while (r == 0 && is_more)
		r = batch_run(delivery, now_ms, &is_more);
	return r;
}
