/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of tables: columns by key, rows by area. */
#include "support/test.h"

#include "budgetvakt/selection.h"

struct fixture {
	struct arena *arena;
	struct table *table;
};

static void row_add(struct table *table, const char *area, int64_t level, int64_t net)
{
	assert_int_equal(table_row(table), 0);
	table_text(table, 0, area);
	table_number(table, 1, level);
	table_number(table, 2, net);
}

/* Nämnden > (Äldreomsorg > (Hemtjänst, Boende), Barn) */
static int fixture_begin(void **state)
{
	static struct fixture fixture;

	if (arena_new(&fixture.arena, 1 << 20) < 0)
		return -1;
	fixture.table = table_new(fixture.arena);
	table_column(fixture.table, "omrade", "Område", COLUMN_TEXT);
	table_column(fixture.table, "niva", "Nivå", COLUMN_COUNT);
	table_column(fixture.table, "netto", "Netto", COLUMN_MONEY);
	row_add(fixture.table, "Nämnden", 0, -60);
	row_add(fixture.table, "Äldreomsorg", 1, -50);
	row_add(fixture.table, "Hemtjänst", 2, -20);
	row_add(fixture.table, "Boende", 2, TABLE_MISSING);
	row_add(fixture.table, "Barn", 1, -10);
	table_title(fixture.table, "Titel");
	table_note(fixture.table, "Anmärkning");
	*state = &fixture;
	return 0;
}

static int fixture_end(void **state)
{
	struct fixture *fixture = *state;

	arena_destroy(&fixture->arena);
	return 0;
}

static void an_area_brings_what_lies_below_it(void **state)
{
	static const struct {
		const char *area;
		size_t first;
		size_t count;
	} cases[] = {{"Nämnden", 0, 5}, {"Äldreomsorg", 1, 3}, {"Hemtjänst", 2, 1}, {"Barn", 4, 1}};
	struct fixture *fixture = *state;
	struct selection_range range;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(selection_area(fixture->table, cases[i].area, &range));
		assert_int_equal(range.first, cases[i].first);
		assert_int_equal(range.count, cases[i].count);
	}
	assert_false(selection_area(fixture->table, "Skola", &range));
}

static void columns_come_in_the_order_asked_for(void **state)
{
	static const char *const keys[] = {"netto", "finns inte", "omrade"};
	struct fixture *fixture = *state;
	struct table *part = selection_make(fixture->arena, fixture->table, keys, 3, NULL, NULL);

	assert_non_null(part);
	assert_int_equal(part->column_count, 2);
	assert_string_equal(part->columns[0].key, "netto");
	assert_string_equal(part->columns[1].title, "Område");
	assert_int_equal(part->row_count, 5);
	assert_int_equal(part->columns[0].numbers[1], -50);
	assert_true(part->columns[0].numbers[3] == TABLE_MISSING);
	assert_string_equal(part->title, "Titel");
	assert_string_equal(part->notes[0], "Anmärkning");
}

static void only_rows_in_the_range_are_kept(void **state)
{
	struct selection_range range = {.first = 1, .count = 3};
	struct fixture *fixture = *state;
	struct table *part =
		selection_make(fixture->arena, fixture->table, NULL, 0, selection_in_range, &range);

	assert_non_null(part);
	assert_int_equal(part->column_count, 3);
	assert_int_equal(part->row_count, 3);
	assert_string_equal(part->columns[0].texts[0], "Äldreomsorg");
	assert_string_equal(part->columns[0].texts[2], "Boende");
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, fixture_begin, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TABLE(an_area_brings_what_lies_below_it),
		WITH_TABLE(columns_come_in_the_order_asked_for),
		WITH_TABLE(only_rows_in_the_range_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
