/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"

const char *const outbox_table_names[OUTBOX_TABLE_COUNT] = {"cursor", "outbox", "delivered"};

static struct key recipient_key(const char *recipient)
{
	struct key key = key_empty();

	if (recipient)
		key_text(&key, recipient);
	return key;
}

static struct key row_key(const char *recipient, uint64_t seq)
{
	struct key key = recipient_key(recipient);

	key_u64(&key, seq);
	return key;
}

void outbox_rows_finish(struct outbox_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->rows[i].line);
	rows->count = 0;
}

static int row_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct outbox_rows *rows = context;
	struct outbox_row *row = &rows->rows[rows->count];
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	if (key_size < sizeof row->seq)
		return ERROR_CORRUPT;
	row->seq = key_read_u64(key + key_size - sizeof row->seq);
	row->offset = unpack_i64(&unpacker);
	row->length = value.size - unpacker.position;
	if (unpacker.failed || row->length == 0)
		return ERROR_CORRUPT;
	row->line = malloc(row->length);
	if (!row->line)
		return -ENOMEM;
	memcpy(row->line, unpack_bytes(&unpacker, row->length), row->length);
	return ++rows->count == OUTBOX_ROWS_MAX ? STORE_STOP : 0;
}

int outbox_read(struct store_txn *txn, const char *recipient, struct outbox_rows *rows_out)
{
	struct key prefix = recipient_key(recipient);

	return store_each(txn, TABLE_OUTBOX, &prefix, NULL, row_visit, rows_out);
}

int outbox_put(struct store_txn *txn, const char *recipient, const struct outbox_row *row)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = row_key(recipient, row->seq);

	pack_i64(&packer, row->offset);
	pack_bytes(&packer, row->line, row->length);
	return store_put_packed(txn, TABLE_OUTBOX, &key, &packer);
}

static int delivered_read(struct store_value value, uint64_t *seq_out, uint64_t *count_out)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	*seq_out = unpack_u64(&unpacker);
	*count_out = unpack_u64(&unpacker);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

static int delivered_add(struct store_txn *txn, const char *recipient, uint64_t seq)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = recipient_key(recipient);
	struct store_value value;
	uint64_t last = 0;
	uint64_t count = 0;
	int r = store_get(txn, TABLE_DELIVERED, &key, &value);

	if (r == 0)
		r = delivered_read(value, &last, &count);
	if (r < 0)
		return r;
	pack_u64(&packer, seq > last ? seq : last);
	pack_u64(&packer, count + 1);
	return store_put_packed(txn, TABLE_DELIVERED, &key, &packer);
}

int outbox_deliver(struct store_txn *txn, const char *recipient, uint64_t seq)
{
	struct key key = row_key(recipient, seq);
	int r = store_delete(txn, TABLE_OUTBOX, &key);

	if (r != 0)
		return r < 0 ? r : ERROR_CORRUPT; /* nobody else takes rows out */
	return delivered_add(txn, recipient, seq);
}

static int count_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	(void)key;
	(void)key_size;
	(void)value;
	++*(uint64_t *)context;
	return 0;
}

int outbox_count(struct store_txn *txn, const char *recipient, uint64_t *count_out)
{
	struct key prefix = recipient_key(recipient);

	*count_out = 0;
	return store_each(txn, TABLE_OUTBOX, &prefix, NULL, count_visit, count_out);
}

static int delivered_visit(void *context, const uint8_t *key, size_t key_size,
			   struct store_value value)
{
	uint64_t *sum = context;
	uint64_t last;
	uint64_t count;
	int r = delivered_read(value, &last, &count);

	(void)key;
	(void)key_size;
	*sum += count;
	return r;
}

int outbox_delivered_count(struct store_txn *txn, uint64_t *count_out)
{
	struct key all = key_empty();

	*count_out = 0;
	return store_each(txn, TABLE_DELIVERED, &all, NULL, delivered_visit, count_out);
}
