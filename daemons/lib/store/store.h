/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store is one LMDB environment owned by one process (a lock file beside it
 * refuses a second).  Fixed map size, default synchronous commits only: what
 * store_commit reports as done is on disk.  Every value carries a checksum
 * bound to its table and key; a value that does not match is ERROR_CORRUPT.
 *
 * Others may look, and never write: store_open_reader, for `verify` and `backup`.  Its
 * transactions see one moment while the owner goes on; while one lasts, the owner's file
 * grows by what is written meanwhile.
 *
 * A commit that fails (-ENOSPC, ERROR_STORE_FULL, or -EIO whatever else it was) has an
 * unknown outcome: the caller must end the process and start again.  Transactions end
 * with their scope:
 *
 *     cleanup(store_abort) struct store_txn *txn = NULL;
 *     r = store_begin(store, STORE_WRITE, &txn);
 *     ...
 *     return store_commit(&txn);
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/pack.h"

struct store;
struct store_txn;

enum { STORE_TABLES_MAX = 16 };
enum store_access { STORE_READ, STORE_WRITE };

/* Outcomes. */
enum {
	STORE_MISSING = 1, /* no such key */
	STORE_HELD,	   /* another process owns this store */
	STORE_STOP,	   /* store_each: the visitor had enough */
};

/* @tables: @count names; a table is later named by its position.  The folder is made. */
int store_open(struct store **store_out, const char *directory, const char *const *tables,
	       size_t count, uint64_t size_mib);
/* Beside the owner or without one: reads only.  -ENOENT when there is no such store. */
int store_open_reader(struct store **store_out, const char *directory, const char *const *tables,
		      size_t count);
void store_close(struct store **store);
/* Copies what is committed now into @directory, which exists and holds no store. */
int store_copy(struct store *store, const char *directory);

int store_begin(struct store *store, enum store_access access, struct store_txn **txn_out);
/* Ends the transaction whatever it returns. */
int store_commit(struct store_txn **txn);
/* Null-safe; nothing after it has happened. */
void store_abort(struct store_txn **txn);
/* Between transactions, when nobody waits: room on disk for the next commits.  One that
 * writes where something stood before has less to wait for. */
int store_grow(struct store *store);

/* Borrowed until the transaction's next write or end.  Not aligned. */
struct store_value {
	const uint8_t *bytes;
	size_t size;
};

/* Keys are built big-endian so that byte order is sort order; at most 500 bytes.
 * A part that does not fit makes the key invalid, and every use -EINVAL. */
enum { KEY_SIZE_MAX = 500 };

struct key {
	uint8_t bytes[KEY_SIZE_MAX];
	size_t size;
	bool invalid;
};

struct key key_empty(void);
void key_u8(struct key *key, uint8_t value);
void key_u16(struct key *key, uint16_t value);
void key_u32(struct key *key, uint32_t value);
void key_u64(struct key *key, uint64_t value);
/* The bytes and a NUL. */
void key_text(struct key *key, const char *text);
void key_bytes(struct key *key, const void *bytes, size_t size);

int store_get(struct store_txn *txn, unsigned table, const struct key *key,
	      struct store_value *value_out);
int store_put(struct store_txn *txn, unsigned table, const struct key *key, const void *bytes,
	      size_t size);
/* What was packed; -ENOMEM when the packer has failed. */
int store_put_packed(struct store_txn *txn, unsigned table, const struct key *key,
		     const struct packer *packer);
/* 0 or STORE_MISSING. */
int store_delete(struct store_txn *txn, unsigned table, const struct key *key);
/* Deletes every key that begins with @prefix. */
int store_delete_prefix(struct store_txn *txn, unsigned table, const struct key *prefix);

/* Visits every key that begins with @prefix and is not below @from (NULL: all),
 * in order, until the visitor returns STORE_STOP, which ends it with 0, or a negative
 * errno, which is returned.  The visitor must not write. */
typedef int store_visitor(void *context, const uint8_t *key, size_t key_size,
			  struct store_value value);
int store_each(struct store_txn *txn, unsigned table, const struct key *prefix,
	       const struct key *from, store_visitor *visit, void *context);
/* Visits every key of the table, also those whose value is not what was written: then
 * @is_whole is false and the value empty. */
typedef int store_inspector(void *context, const uint8_t *key, size_t key_size,
			    struct store_value value, bool is_whole);
int store_inspect(struct store_txn *txn, unsigned table, store_inspector *visit, void *context);
/* The last key that begins with @prefix, or STORE_MISSING. */
int store_last(struct store_txn *txn, unsigned table, const struct key *prefix, struct key *key_out,
	       struct store_value *value_out);

/* How many keys the table has; costs the same however many. */
int store_count(struct store_txn *txn, unsigned table, uint64_t *count_out);

/* Big-endian numbers inside a key handed to a visitor. */
uint16_t key_read_u16(const uint8_t *bytes);
uint32_t key_read_u32(const uint8_t *bytes);
uint64_t key_read_u64(const uint8_t *bytes);

/* Hundredths of a percent of the map in use; pages that can be used again are not. */
int store_fill(struct store *store, unsigned *fill_out);
