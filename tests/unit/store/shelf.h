/* SPDX-License-Identifier: Apache-2.0 */
/* A store with two tables in a scratch folder. */
#pragma once

#include <errno.h>
#include <string.h>

#include "lib/base/error.h"
#include "lib/store/store.h"
#include "support/scratch.h"

enum shelf_table { SHELF_BOOKS, SHELF_MAPS };
enum { SHELF_STORE_MIB = 4 };

static const char *const shelf_tables[] = {"books", "maps"};

struct shelf {
	struct scratch scratch;
	struct store *store;
	struct store_txn *txn;
};

static inline int shelf_try(struct shelf *shelf, struct store **store_out)
{
	char path[PATH_SIZE];

	scratch_path(&shelf->scratch, "a/store", path);
	return store_open(store_out, path, shelf_tables, 2, SHELF_STORE_MIB);
}

static inline void shelf_open(struct shelf *shelf)
{
	assert_int_equal(shelf_try(shelf, &shelf->store), 0);
}

static inline int shelf_setup(void **state)
{
	struct shelf *shelf = calloc(1, sizeof *shelf);

	assert_non_null(shelf);
	scratch_make(&shelf->scratch);
	shelf_open(shelf);
	*state = shelf;
	return 0;
}

static inline int shelf_teardown(void **state)
{
	struct shelf *shelf = *state;

	store_abort(&shelf->txn);
	store_close(&shelf->store);
	scratch_remove(&shelf->scratch);
	free(shelf);
	return 0;
}

static inline void shelf_begin(struct shelf *shelf, enum store_access access)
{
	assert_null(shelf->txn);
	assert_int_equal(store_begin(shelf->store, access, &shelf->txn), 0);
}

static inline void shelf_commit(struct shelf *shelf)
{
	assert_int_equal(store_commit(&shelf->txn), 0);
	assert_null(shelf->txn);
}

static inline struct key shelf_key(const char *text)
{
	struct key key = key_empty();

	key_bytes(&key, text, strlen(text));
	return key;
}

static inline int shelf_put(struct shelf *shelf, const char *name, const char *value)
{
	struct key key = shelf_key(name);

	return store_put(shelf->txn, SHELF_BOOKS, &key, value, strlen(value));
}

static inline int shelf_get(struct shelf *shelf, const char *name, struct store_value *value)
{
	struct key key = shelf_key(name);

	return store_get(shelf->txn, SHELF_BOOKS, &key, value);
}

static inline void assert_shelf_has(struct shelf *shelf, const char *name, const char *expected)
{
	struct store_value value;

	assert_int_equal(shelf_get(shelf, name, &value), 0);
	assert_int_equal(value.size, strlen(expected));
	assert_memory_equal(value.bytes, expected, value.size);
}

static inline void assert_shelf_lacks(struct shelf *shelf, const char *name)
{
	struct store_value value;

	assert_int_equal(shelf_get(shelf, name, &value), STORE_MISSING);
}

#define shelf_test(test) cmocka_unit_test_setup_teardown(test, shelf_setup, shelf_teardown)
