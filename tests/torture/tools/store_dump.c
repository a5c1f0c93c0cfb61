/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens stores with the real code and tells everything that is in them.  A line of standard
 * input is a folder and the names of its tables; the answer is a line for each value, in
 * hexadecimal digits:
 *
 *     TABLE KEY VALUE
 *     end 0            or the negative errno with which the reading ended
 *
 * Every value has been read twice, in order and by its key, and every table counted.  A word
 * "+" behind the tables: before it is read, the store lives on for some transactions that
 * leave nothing behind but what they did with its pages.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/store/store.h"

enum { LINE_SIZE = 4096, STORE_MIB = 64, ROUNDS = 12, VALUE_SIZE = 3000, VALUES = 4 };

struct reading {
	struct store_txn *txn;
	const char *name;
	unsigned table;
	uint64_t count;
};

static void hex_put(const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	putchar(' ');
	for (size_t i = 0; i < size; i++) {
		putchar(digits[bytes[i] >> 4]);
		putchar(digits[bytes[i] & 15]);
	}
}

static int value_tell(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct reading *reading = context;
	struct store_value again;
	struct key own = key_empty();
	int r;

	key_bytes(&own, key, key_size);
	r = store_get(reading->txn, reading->table, &own, &again);
	if (r != 0 || again.size != value.size || memcmp(again.bytes, value.bytes, value.size) != 0)
		return ERROR_CORRUPT;
	fputs(reading->name, stdout);
	hex_put(key, key_size);
	hex_put(value.bytes, value.size);
	putchar('\n');
	reading->count++;
	return 0;
}

static int table_tell(struct store_txn *txn, unsigned table, const char *name)
{
	struct reading reading = {.txn = txn, .name = name, .table = table};
	struct key all = key_empty();
	uint64_t count = 0;
	int r = store_each(txn, table, &all, NULL, value_tell, &reading);

	if (r == 0)
		r = store_count(txn, table, &count);
	return r == 0 && count != reading.count ? ERROR_CORRUPT : r;
}

static int round_pass(struct store *store, unsigned table, bool is_last)
{
	static const uint8_t value[VALUE_SIZE];
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(store, STORE_WRITE, &txn);

	for (uint32_t i = 0; r >= 0 && i < VALUES; i++) {
		struct key key = key_empty();

		key_text(&key, "~torture");
		key_u32(&key, i);
		r = is_last ? store_delete(txn, table, &key)
			    : store_put(txn, table, &key, value, sizeof value);
	}
	return r < 0 ? r : store_commit(&txn);
}

/* Takes pages from the list of the free ones, and gives them back. */
static int store_live_on(struct store *store, size_t table_count)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < ROUNDS; i++)
		for (unsigned table = 0; r == 0 && table < table_count; table++)
			r = round_pass(store, table, i % 2 == 1);
	return r;
}

static int store_tell(const char *folder, const char *const *tables, size_t count, bool lives_on)
{
	cleanup(store_close) struct store *store = NULL;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_open(&store, folder, tables, count, STORE_MIB);

	if (r == 0 && lives_on)
		r = store_live_on(store, count);
	if (r == 0)
		r = store_begin(store, STORE_READ, &txn);
	for (unsigned i = 0; r == 0 && i < count; i++)
		r = table_tell(txn, i, tables[i]);
	store_abort(&txn);
	return r;
}

int main(void)
{
	static char line[LINE_SIZE];

	while (fgets(line, sizeof line, stdin)) {
		const char *words[STORE_TABLES_MAX + 2] = {line};
		bool lives_on;
		size_t count = 0;
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		for (char *word; count < STORE_TABLES_MAX + 2 && (word = strsep(&rest, " "));)
			words[count++] = word;
		lives_on = strcmp(words[count - 1], "+") == 0;
		printf("end %d\n", store_tell(words[0], words + 1, count - 1 - lives_on, lives_on));
		fflush(stdout);
	}
	return EXIT_SUCCESS;
}
