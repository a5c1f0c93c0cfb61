/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that are not what this version writes. */
#include "support/test.h"

#include "aggregate/block.h"
#include "lib/base/error.h"
#include "unit/aggregate/town.h"

static const struct town_row rows[] = {
	{202001, "5010", "510", -1000, NULL, NULL},
	{202001, "6010", "500", 70, "5100", NULL},
};

static void rows_import(struct town *town)
{
	struct town_batch batch = {.file = 1,
				   .source = "bok",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = LAYER_OUTCOME,
				   .first = 202001,
				   .last = 202001,
				   .rows = rows,
				   .row_count = sizeof rows / sizeof rows[0]};

	assert_int_equal(town_commit(town, &batch).r, 0);
}

static int row_count(void *context, const struct block_row *row)
{
	size_t *count = context;

	(void)row;
	(*count)++;
	return 0;
}

/* The bytes of the only block. */
static size_t block_take(struct town *town, uint8_t bytes[static 256])
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key key = block_key(LAYER_OUTCOME, (struct period){202001}, "bok", 1);
	struct store_value value;

	assert_int_equal(store_begin(town->ledger.store, STORE_READ, &txn), 0);
	assert_int_equal(store_get(txn, TABLE_BLOCK, &key, &value), 0);
	assert_true(value.size <= 256);
	memcpy(bytes, value.bytes, value.size);
	return value.size;
}

static void a_block_cut_anywhere_is_corrupt(void **state)
{
	uint8_t bytes[256];
	size_t size;
	size_t count = 0;

	rows_import(*state);
	size = block_take(*state, bytes);
	assert_int_equal(block_each(bytes, size, row_count, &count), 0);
	assert_int_equal(count, 2);
	for (size_t length = 0; length < size; length++)
		assert_int_equal(block_each(bytes, length, row_count, &count), ERROR_CORRUPT);
	assert_int_equal(count, 2);
}

static void a_block_of_another_version_is_told_apart(void **state)
{
	uint8_t bytes[256];
	size_t size;

	rows_import(*state);
	size = block_take(*state, bytes);
	bytes[0]--;
	assert_int_equal(block_each(bytes, size, row_count, NULL), ERROR_VERSION);
}

/* Whole and with its checksum, as another version left it. */
static void block_put_old(struct town *town)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key key = block_key(LAYER_OUTCOME, (struct period){202001}, "bok", 1);
	uint8_t bytes[256];
	size_t size = block_take(town, bytes);

	bytes[0] = 2;
	assert_int_equal(store_begin(town->ledger.store, STORE_WRITE, &txn), 0);
	assert_int_equal(store_put(txn, TABLE_BLOCK, &key, bytes, size), 0);
	assert_int_equal(store_commit(&txn), 0);
}

static void a_ledger_of_another_version_is_not_opened(void **state)
{
	struct town *town = *state;
	struct ledger ledger = {.store = NULL};
	char path[PATH_SIZE];

	rows_import(town);
	block_put_old(town);
	scratch_path(&town->scratch, "ledger", path);
	town_close(town);
	assert_int_equal(ledger_open(&ledger, path, TOWN_STORE_MIB), ERROR_VERSION);
	ledger_close(&ledger);
	/* For the teardown. */
	scratch_path(&town->scratch, "other", path);
	town->ledger = (struct ledger){.store = NULL};
	assert_int_equal(ledger_open(&town->ledger, path, TOWN_STORE_MIB), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_block_cut_anywhere_is_corrupt, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(a_block_of_another_version_is_told_apart,
						town_setup, town_teardown),
		cmocka_unit_test_setup_teardown(a_ledger_of_another_version_is_not_opened,
						town_setup, town_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
