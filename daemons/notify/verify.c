/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must always be true of deliveries (lib/books): a line waits or is delivered, never both,
 * and none is of an event that has not been read (I7).
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/pack.h"
#include "lib/books/books.h"
#include "notify/daemon.h"
#include "notify/outbox.h"

struct verifying {
	struct books *books;
	struct store_txn *txn;
	uint64_t cursor;
};

/* stream id, seq, hash: see lib/feed/follower.c. */
static int cursor_read(struct verifying *verifying)
{
	struct key key = key_empty();
	struct store_value value;
	struct unpacker unpacker;
	int r;

	key_text(&key, "alert");
	r = store_get(verifying->txn, TABLE_CURSOR, &key, &value);
	if (r != 0)
		return r < 0 ? r : 0;
	unpacker = unpacker_over(value.bytes, value.size);
	unpack_bytes(&unpacker, STREAM_ID_SIZE);
	verifying->cursor = unpack_u64(&unpacker);
	return unpacker.failed ? ERROR_CORRUPT : 0;
}

static int delivered_seq(struct verifying *verifying, const uint8_t *recipient, size_t size,
			 uint64_t *seq_out)
{
	struct key key = key_empty();
	struct store_value value;
	struct unpacker unpacker;
	int r;

	key_bytes(&key, recipient, size);
	r = store_get(verifying->txn, TABLE_DELIVERED, &key, &value);
	*seq_out = 0;
	if (r != 0)
		return r < 0 ? r : 0;
	unpacker = unpacker_over(value.bytes, value.size);
	*seq_out = unpack_u64(&unpacker);
	return unpacker.failed ? ERROR_CORRUPT : 0;
}

static int row_verify(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct verifying *verifying = context;
	uint64_t delivered;
	uint64_t seq;
	int r;

	(void)value;
	if (key_size < sizeof seq + 1)
		return ERROR_CORRUPT;
	seq = key_read_u64(key + key_size - sizeof seq);
	r = delivered_seq(verifying, key, key_size - sizeof seq, &delivered);
	if (r < 0)
		return r;
	books_count(verifying->books);
	if (seq > verifying->cursor)
		books_fault(verifying->books,
			    "en rad väntar om händelse %" PRIu64 ", som inte är läst", seq);
	if (seq <= delivered)
		books_fault(verifying->books,
			    "raden om händelse %" PRIu64 " väntar men är redan levererad", seq);
	return 0;
}

static int delivered_verify(void *context, const uint8_t *key, size_t key_size,
			    struct store_value value)
{
	struct verifying *verifying = context;
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);
	uint64_t seq = unpack_u64(&unpacker);
	uint64_t count = unpack_u64(&unpacker);

	(void)key;
	(void)key_size;
	if (!unpack_is_complete(&unpacker))
		return ERROR_CORRUPT;
	books_count(verifying->books);
	if (seq > verifying->cursor || count > seq)
		books_fault(verifying->books, "fler rader är levererade än det finns händelser");
	return 0;
}

static int verify(void *context, struct books *books, struct store_txn *txn)
{
	struct verifying verifying = {.books = books, .txn = txn};
	struct key all = key_empty();
	int r = cursor_read(&verifying);

	(void)context;
	books_rule(books, "I7", "rader som väntar eller är levererade");
	if (r == 0)
		r = store_each(txn, TABLE_OUTBOX, &all, NULL, row_verify, &verifying);
	return r == 0 ? store_each(txn, TABLE_DELIVERED, &all, NULL, delivered_verify, &verifying)
		      : r;
}

int notify_books(const struct conf *conf, const char *copy_dir)
{
	const struct books_options options = {
		.name = "notify",
		.folder = "notify",
		.tables = outbox_table_names,
		.table_count = OUTBOX_TABLE_COUNT,
		.journal_table = BOOKS_NO_TABLE,
		.meta_table = BOOKS_NO_TABLE,
		.cursor_table = TABLE_CURSOR,
		.check = verify,
	};

	return books_run(conf, &options, copy_dir);
}
