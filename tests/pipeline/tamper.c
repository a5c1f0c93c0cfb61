/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes a store behind its owner's back, and leaves checksums valid:
 *
 *	test_tamper STORE TABLE change N OFFSET    adds 1 to that byte of the value of key N
 *	test_tamper STORE TABLE drop N             takes the key N away
 *
 * N counts from 0; -1 is the last, also of the bytes.  0 when done, 1 when there is no such key or
 *byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/store/store.h"

struct search {
	long wanted;
	long index;
	struct key key;
	uint8_t *value;
	size_t size;
};

static int key_take(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct search *search = context;

	if (search->wanted >= 0 && search->index++ != search->wanted)
		return 0;
	search->key = key_empty();
	key_bytes(&search->key, key, key_size);
	free(search->value);
	search->size = value.size;
	search->value = malloc(value.size + 1);
	memcpy(search->value, value.bytes, value.size);
	return search->wanted >= 0 ? STORE_STOP : 0;
}

static int tamper(struct store_txn *txn, struct search *search, char **words, int count)
{
	struct key all = key_empty();
	long offset = count > 2 ? strtol(words[2], NULL, 10) : 0;
	int r = store_each(txn, 0, &all, NULL, key_take, search);

	if (r < 0 || search->key.size == 0)
		return 1;
	if (strcmp(words[0], "drop") == 0)
		return store_delete(txn, 0, &search->key);
	if (offset < 0)
		offset += (long)search->size;
	if (offset < 0 || (size_t)offset >= search->size)
		return 1;
	search->value[offset]++;
	return store_put(txn, 0, &search->key, search->value, search->size);
}

int main(int argc, char **argv)
{
	cleanup(store_close) struct store *store = NULL;
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct search search = {.wanted = argc > 4 ? strtol(argv[4], NULL, 10) : 0};
	const char *tables[] = {argc > 2 ? argv[2] : ""};
	int r;

	if (argc < 5)
		return 64;
	r = store_open(&store, argv[1], tables, 1, 512);
	if (r == 0)
		r = store_begin(store, STORE_WRITE, &txn);
	if (r == 0)
		r = tamper(txn, &search, argv + 3, argc - 3);
	if (r == 0)
		r = store_commit(&txn);
	free(search.value);
	return r == 0 ? 0 : 1;
}
