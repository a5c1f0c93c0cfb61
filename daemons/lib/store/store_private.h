/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by store.c and store_data.c only. */
#pragma once

#include <lmdb.h>

#include "lib/store/store.h"

struct store {
	MDB_env *environment;
	MDB_dbi tables[STORE_TABLES_MAX];
	uint64_t table_seeds[STORE_TABLES_MAX]; /* checksum of the table's name */
	size_t table_count;
	int lock_fd;
};

struct store_txn {
	struct store *store;
	MDB_txn *handle;
	uint8_t *scratch; /* a value with its checksum in front, while it is put */
	size_t scratch_size;
};

int store_error(int code);
