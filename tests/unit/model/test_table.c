/* SPDX-License-Identifier: Apache-2.0 */
/* Tables grow, cells start out missing, and a misused table says so. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/model/table.h"

enum { BUDGET_BYTES = 1 << 20, ROWS = 1000 };

static int arena_make(void **state)
{
	return arena_new((struct arena **)state, BUDGET_BYTES);
}

static int arena_free(void **state)
{
	arena_destroy((struct arena **)state);
	return 0;
}

static void cells_are_missing_until_set(void **state)
{
	struct table *table = table_new(*state);
	size_t name = table_column(table, "namn", "Namn", COLUMN_TEXT);
	size_t sum = table_column(table, "summa", "Summa", COLUMN_MONEY);

	assert_int_equal(table_row(table), 0);
	assert_null(table->columns[name].texts[0]);
	assert_true(table->columns[sum].numbers[0] == TABLE_MISSING);
	table_text(table, name, "x");
	table_text(table, name, NULL);
	table_money(table, sum, (struct money){-5});
	assert_null(table->columns[name].texts[0]);
	assert_int_equal(table->columns[sum].numbers[0], -5);
	assert_false(table->failed);
}

static void many_rows_keep_their_cells(void **state)
{
	struct table *table = table_new(*state);
	size_t name = table_column(table, "namn", "Namn", COLUMN_TEXT);
	size_t count = table_column(table, "antal", "Antal", COLUMN_COUNT);
	char text[16];

	for (int i = 0; i < ROWS; i++) {
		assert_int_equal(table_row(table), 0);
		snprintf(text, sizeof text, "rad %d", i);
		table_text(table, name, text);
		table_number(table, count, i);
	}
	assert_int_equal(table->row_count, ROWS);
	for (int i = 0; i < ROWS; i++) {
		snprintf(text, sizeof text, "rad %d", i);
		assert_string_equal(table->columns[name].texts[i], text);
		assert_int_equal(table->columns[count].numbers[i], i);
	}
}

static void columns_are_found_by_key(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	assert_string_equal(table_find(table, "utfall")->title, "Utfall");
	assert_null(table_find(table, "Utfall"));
}

static void titles_and_notes_are_copied(void **state)
{
	struct table *table = table_new(*state);
	char text[] = "not";

	table_title(table, text);
	table_note(table, text);
	text[0] = 'x';
	assert_string_equal(table->title, "not");
	assert_string_equal(table->notes[0], "not");
	assert_int_equal(table->note_count, 1);
}

static void a_full_arena_fails_the_table(void **state)
{
	cleanup(arena_destroy) struct arena *small = NULL;
	struct table *table;
	int r = 0;

	(void)state;
	assert_int_equal(arena_new(&small, 8192), 0);
	table = table_new(small);
	table_column(table, "antal", "Antal", COLUMN_COUNT);
	for (int i = 0; i < ROWS && r == 0; i++)
		r = table_row(table);
	assert_int_equal(r, -ENOMEM);
	assert_true(table->failed);
	assert_int_equal(table->row_count, 0);
}

static void a_text_that_does_not_fit_fails_the_table(void **state)
{
	static char text[BUDGET_BYTES];
	struct table *table = table_new(*state);
	size_t name = table_column(table, "namn", "Namn", COLUMN_TEXT);

	memset(text, 'x', sizeof text - 1);
	assert_int_equal(table_row(table), 0);
	table_text(table, name, text);
	assert_true(table->failed);
	assert_int_equal(table_row(table), -ENOMEM);
}

static void misuse_fails_the_table(void **state)
{
	struct table *table = table_new(*state);
	size_t count = table_column(table, "antal", "Antal", COLUMN_COUNT);
	struct table *wrong = table_new(*state);
	struct table *wide = table_new(*state);

	table_number(table, count, 1);
	assert_true(table->failed);
	table_column(wrong, "antal", "Antal", COLUMN_COUNT);
	assert_int_equal(table_row(wrong), 0);
	table_text(wrong, 0, "ett");
	assert_true(wrong->failed);
	for (int i = 0; i < TABLE_COLUMNS_MAX; i++)
		table_column(wide, "k", "K", COLUMN_COUNT);
	assert_false(wide->failed);
	table_column(wide, "k", "K", COLUMN_COUNT);
	assert_true(wide->failed);
}

#define ARENA_TEST(test) cmocka_unit_test_setup_teardown(test, arena_make, arena_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(cells_are_missing_until_set),
		ARENA_TEST(many_rows_keep_their_cells),
		ARENA_TEST(columns_are_found_by_key),
		ARENA_TEST(titles_and_notes_are_copied),
		ARENA_TEST(a_full_arena_fails_the_table),
		ARENA_TEST(a_text_that_does_not_fit_fails_the_table),
		ARENA_TEST(misuse_fails_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
