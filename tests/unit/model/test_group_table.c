/* SPDX-License-Identifier: Apache-2.0 */
/* Groups against plain arrays, and what a table of groups refuses. */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/model/group_table.h"

enum { KEY_SIZE = 3, WIDTH = 24, ROWS = 200000, COUNT_MAX = WIDTH * WIDTH * WIDTH };

static void rows_of_equal_keys_are_added_up(void **state)
{
	cleanup(group_table_destroy) struct group_table *table = NULL;
	static int64_t sums[WIDTH][WIDTH][WIDTH];
	static uint32_t rows[WIDTH][WIDTH][WIDTH];
	uint32_t random = 1, total = 0;

	(void)state;
	assert_int_equal(group_table_new(&table, KEY_SIZE, COUNT_MAX), 0);
	for (int i = 0; i < ROWS; i++) {
		uint32_t key[KEY_SIZE];

		for (int k = 0; k < KEY_SIZE; k++) {
			random = random * 1664525u + 1013904223u;
			key[k] = (random >> 8) % WIDTH;
		}
		assert_int_equal(group_table_add(table, key, (int64_t)random - INT32_MAX, 2), 0);
		sums[key[0]][key[1]][key[2]] += (int64_t)random - INT32_MAX;
		rows[key[0]][key[1]][key[2]] += 2;
	}
	for (uint32_t i = 0; i < group_table_count(table); i++) {
		const struct group_record *group = group_table_at(table, i);
		const uint32_t *key = group->key;

		assert_ptr_equal(group_table_find(table, key), group);
		assert_int_equal(group->ore, sums[key[0]][key[1]][key[2]]);
		assert_int_equal(group->row_count, rows[key[0]][key[1]][key[2]]);
		total += group->row_count;
	}
	assert_int_equal(total, 2 * ROWS);
	print_message("%d rows in %u groups\n", ROWS, group_table_count(table));
}

static void a_full_table_takes_rows_of_the_groups_it_has(void **state)
{
	cleanup(group_table_destroy) struct group_table *table = NULL;
	const uint32_t keys[] = {7, 8, 9};

	(void)state;
	assert_int_equal(group_table_new(&table, 1, 2), 0);
	assert_int_equal(group_table_add(table, &keys[0], 1, 1), 0);
	assert_int_equal(group_table_add(table, &keys[1], 1, 1), 0);
	assert_int_equal(group_table_add(table, &keys[2], 1, 1), GROUP_TABLE_FULL);
	assert_int_equal(group_table_add(table, &keys[0], 1, 1), 0);
	assert_int_equal(group_table_count(table), 2);
	assert_null(group_table_find(table, &keys[2]));
	group_table_clear(table);
	assert_int_equal(group_table_count(table), 0);
	assert_null(group_table_find(table, &keys[0]));
	assert_int_equal(group_table_add(table, &keys[2], 5, 1), 0);
	assert_int_equal(group_table_find(table, &keys[2])->ore, 5);
}

static void what_does_not_fit_is_not_added(void **state)
{
	cleanup(group_table_destroy) struct group_table *table = NULL;
	const uint32_t key = 1;

	(void)state;
	assert_int_equal(group_table_new(&table, 1, 2), 0);
	assert_int_equal(group_table_add(table, &key, INT64_MAX, UINT32_MAX - 1), 0);
	assert_int_equal(group_table_add(table, &key, 1, 1), GROUP_TABLE_OVERFLOW);
	assert_int_equal(group_table_add(table, &key, -1, 2), GROUP_TABLE_OVERFLOW);
	assert_int_equal(group_table_find(table, &key)->ore, INT64_MAX);
	assert_int_equal(group_table_find(table, &key)->row_count, UINT32_MAX - 1);
}

static void groups_stand_in_the_order_asked_for(void **state)
{
	cleanup(group_table_destroy) struct group_table *table = NULL;
	const uint32_t keys[] = {30, 10, 20};
	const uint32_t order[] = {1, 2, 0};

	(void)state;
	assert_int_equal(group_table_new(&table, 1, 3), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(group_table_add(table, &keys[i], i, 1), 0);
	assert_int_equal(group_table_reorder(table, order), 0);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(group_table_at(table, i)->key[0], 10 * (i + 1));
		assert_int_equal(group_table_at(table, i)->ore, order[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_equal_keys_are_added_up),
		cmocka_unit_test(a_full_table_takes_rows_of_the_groups_it_has),
		cmocka_unit_test(what_does_not_fit_is_not_added),
		cmocka_unit_test(groups_stand_in_the_order_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
