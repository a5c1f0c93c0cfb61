/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing inside a transaction. */
#include "lib/store/store_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/base/hash.h"

enum { CHECKSUM_SIZE = sizeof(uint64_t) };

/* Binds a value to where it stands: a page written to the wrong place is noticed too. */
static uint64_t value_checksum(const struct store *store, unsigned table, const void *key,
			       size_t key_size, const void *bytes, size_t size)
{
	uint64_t place = checksum_seeded(key, key_size, store->table_seeds[table]);

	return checksum_seeded(bytes, size, place);
}

static int value_check(const struct store *store, unsigned table, const MDB_val *key,
		       const MDB_val *stored, struct store_value *value_out)
{
	uint64_t expected;

	if (stored->mv_size < CHECKSUM_SIZE)
		return ERROR_CORRUPT;
	memcpy(&expected, stored->mv_data, CHECKSUM_SIZE);
	value_out->bytes = (const uint8_t *)stored->mv_data + CHECKSUM_SIZE;
	value_out->size = stored->mv_size - CHECKSUM_SIZE;
	if (value_checksum(store, table, key->mv_data, key->mv_size, value_out->bytes,
			   value_out->size) != expected)
		return ERROR_CORRUPT;
	return 0;
}

static bool place_is_valid(const struct store_txn *txn, unsigned table, const struct key *key)
{
	return table < txn->store->table_count && !key->invalid;
}

static MDB_val key_value(const struct key *key)
{
	return (MDB_val){.mv_size = key->size, .mv_data = (void *)(uintptr_t)key->bytes};
}

int store_get(struct store_txn *txn, unsigned table, const struct key *key,
	      struct store_value *value_out)
{
	MDB_val place = key_value(key);
	MDB_val stored;
	int code;

	if (!place_is_valid(txn, table, key))
		return -EINVAL;
	code = mdb_get(txn->handle, txn->store->tables[table], &place, &stored);
	if (code == MDB_NOTFOUND)
		return STORE_MISSING;
	if (code != MDB_SUCCESS)
		return store_error(code);
	return value_check(txn->store, table, &place, &stored, value_out);
}

static int scratch_reserve(struct store_txn *txn, size_t size)
{
	uint8_t *scratch;

	if (txn->scratch_size >= size)
		return 0;
	scratch = realloc(txn->scratch, size);
	if (!scratch)
		return -ENOMEM;
	txn->scratch = scratch;
	txn->scratch_size = size;
	return 0;
}

int store_put(struct store_txn *txn, unsigned table, const struct key *key, const void *bytes,
	      size_t size)
{
	MDB_val place = key_value(key);
	MDB_val stored = {.mv_size = size + CHECKSUM_SIZE};
	uint64_t sum;
	int r;

	if (!place_is_valid(txn, table, key) || key->size == 0)
		return -EINVAL;
	r = scratch_reserve(txn, size + CHECKSUM_SIZE);
	if (r < 0)
		return r;
	sum = value_checksum(txn->store, table, key->bytes, key->size, bytes, size);
	memcpy(txn->scratch, &sum, CHECKSUM_SIZE);
	if (size > 0)
		memcpy(txn->scratch + CHECKSUM_SIZE, bytes, size);
	stored.mv_data = txn->scratch;
	return store_error(mdb_put(txn->handle, txn->store->tables[table], &place, &stored, 0));
}

int store_put_packed(struct store_txn *txn, unsigned table, const struct key *key,
		     const struct packer *packer)
{
	return packer->failed ? -ENOMEM : store_put(txn, table, key, packer->bytes, packer->length);
}

int store_delete(struct store_txn *txn, unsigned table, const struct key *key)
{
	MDB_val place = key_value(key);
	int code;

	if (!place_is_valid(txn, table, key))
		return -EINVAL;
	code = mdb_del(txn->handle, txn->store->tables[table], &place, NULL);
	return code == MDB_NOTFOUND ? STORE_MISSING : store_error(code);
}

static bool key_begins_with(const MDB_val *place, const struct key *prefix)
{
	return place->mv_size >= prefix->size &&
	       memcmp(place->mv_data, prefix->bytes, prefix->size) == 0;
}

static bool key_is_after(const struct key *key, const struct key *other)
{
	size_t size = key->size < other->size ? key->size : other->size;
	int order = memcmp(key->bytes, other->bytes, size);

	return order > 0 || (order == 0 && key->size > other->size);
}

/* First key at or after @start that begins with @prefix. */
static int first_find(struct store_txn *txn, unsigned table, const struct key *prefix,
		      const struct key *start, MDB_cursor **cursor_out, MDB_val *place,
		      MDB_val *stored)
{
	int code = mdb_cursor_open(txn->handle, txn->store->tables[table], cursor_out);

	if (code != MDB_SUCCESS)
		return store_error(code);
	*place = key_value(start);
	code = start->size == 0 ? mdb_cursor_get(*cursor_out, place, stored, MDB_FIRST)
				: mdb_cursor_get(*cursor_out, place, stored, MDB_SET_RANGE);
	if (code == MDB_NOTFOUND || (code == MDB_SUCCESS && !key_begins_with(place, prefix)))
		return STORE_MISSING;
	return store_error(code);
}

/* 0, STORE_MISSING when the prefix has no further key. */
static int next_find(MDB_cursor *cursor, const struct key *prefix, MDB_val *place, MDB_val *stored)
{
	int code = mdb_cursor_get(cursor, place, stored, MDB_NEXT);

	if (code == MDB_NOTFOUND || (code == MDB_SUCCESS && !key_begins_with(place, prefix)))
		return STORE_MISSING;
	return store_error(code);
}

static int visit_one(struct store_txn *txn, unsigned table, const MDB_val *place,
		     const MDB_val *stored, store_visitor *visit, void *context)
{
	struct store_value value;
	int r = value_check(txn->store, table, place, stored, &value);

	return r < 0 ? r : visit(context, place->mv_data, place->mv_size, value);
}

int store_each(struct store_txn *txn, unsigned table, const struct key *prefix,
	       const struct key *from, store_visitor *visit, void *context)
{
	const struct key *start = from && key_is_after(from, prefix) ? from : prefix;
	MDB_cursor *cursor = NULL;
	MDB_val place;
	MDB_val stored;
	int r;

	if (!place_is_valid(txn, table, prefix) || (from && from->invalid))
		return -EINVAL;
	r = first_find(txn, table, prefix, start, &cursor, &place, &stored);
	while (r == 0) {
		r = visit_one(txn, table, &place, &stored, visit, context);
		if (r == 0)
			r = next_find(cursor, prefix, &place, &stored);
		else if (r == STORE_MISSING)
			r = -EINVAL; /* a visitor's own outcome must not look like the end */
	}
	if (cursor)
		mdb_cursor_close(cursor);
	return r == STORE_MISSING || r == STORE_STOP ? 0 : r;
}

int store_inspect(struct store_txn *txn, unsigned table, store_inspector *visit, void *context)
{
	struct key all = key_empty();
	MDB_cursor *cursor = NULL;
	MDB_val place;
	MDB_val stored;
	int r;

	if (!place_is_valid(txn, table, &all))
		return -EINVAL;
	r = first_find(txn, table, &all, &all, &cursor, &place, &stored);
	while (r == 0) {
		struct store_value value = {.size = 0};
		bool is_whole = value_check(txn->store, table, &place, &stored, &value) == 0;

		if (!is_whole)
			value = (struct store_value){.size = 0};
		r = visit(context, place.mv_data, place.mv_size, value, is_whole);
		if (r == 0)
			r = next_find(cursor, &all, &place, &stored);
	}
	if (cursor)
		mdb_cursor_close(cursor);
	return r == STORE_MISSING || r == STORE_STOP ? 0 : r;
}

/* The smallest key after everything that begins with @prefix; size 0: there is none. */
static struct key prefix_end(const struct key *prefix)
{
	struct key end = *prefix;

	while (end.size > 0 && end.bytes[end.size - 1] == 0xFF)
		end.size--;
	if (end.size > 0)
		end.bytes[end.size - 1]++;
	return end;
}

static int last_seek(MDB_cursor *cursor, const struct key *prefix, MDB_val *place, MDB_val *stored)
{
	struct key end = prefix_end(prefix);
	int code = MDB_NOTFOUND;

	if (end.size > 0) {
		*place = key_value(&end);
		code = mdb_cursor_get(cursor, place, stored, MDB_SET_RANGE);
	}
	return code == MDB_NOTFOUND ? mdb_cursor_get(cursor, place, stored, MDB_LAST)
				    : mdb_cursor_get(cursor, place, stored, MDB_PREV);
}

int store_last(struct store_txn *txn, unsigned table, const struct key *prefix, struct key *key_out,
	       struct store_value *value_out)
{
	MDB_cursor *cursor;
	MDB_val place;
	MDB_val stored;
	int code;

	if (!place_is_valid(txn, table, prefix))
		return -EINVAL;
	code = mdb_cursor_open(txn->handle, txn->store->tables[table], &cursor);
	if (code != MDB_SUCCESS)
		return store_error(code);
	code = last_seek(cursor, prefix, &place, &stored);
	mdb_cursor_close(cursor);
	if (code == MDB_NOTFOUND || (code == MDB_SUCCESS && !key_begins_with(&place, prefix)))
		return STORE_MISSING;
	if (code != MDB_SUCCESS)
		return store_error(code);
	*key_out = key_empty();
	key_bytes(key_out, place.mv_data, place.mv_size);
	return value_check(txn->store, table, &place, &stored, value_out);
}

/* One key at a time by a fresh search: LMDB 0.9.24 and deleting under a moving
 * cursor do not go together. */
int store_delete_prefix(struct store_txn *txn, unsigned table, const struct key *prefix)
{
	struct store_value value;
	struct key last;
	int r;

	while ((r = store_last(txn, table, prefix, &last, &value)) == 0) {
		r = store_delete(txn, table, &last);
		if (r != 0)
			return r < 0 ? r : -EIO;
	}
	return r < 0 ? r : 0;
}

int store_count(struct store_txn *txn, unsigned table, uint64_t *count_out)
{
	MDB_stat status;
	int code;

	if (table >= txn->store->table_count)
		return -EINVAL;
	code = mdb_stat(txn->handle, txn->store->tables[table], &status);
	*count_out = code == MDB_SUCCESS ? status.ms_entries : 0;
	return store_error(code);
}
