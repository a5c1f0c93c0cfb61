/* SPDX-License-Identifier: Apache-2.0 */
/* How a budget of a year becomes months. */
#include "support/test.h"

#include <stdlib.h>

#include "lib/conf/tables.h"
#include "unit/aggregate/town.h"

#define ROW(period, ore, key)                                                                      \
	{                                                                                          \
		{period, "5010", "510", ore, NULL, NULL}, NULL, NULL, key                          \
	}

static int setup(void **state)
{
	static const struct spread_keys keys = {
		.keys = {{"löner", {1000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3000000}}}, .count = 1};
	static const struct measures measures = {
		.measures = {{"timmar", "h", MEASURE_FLOW}, {"platser", "st", MEASURE_STOCK}},
		.count = 2};
	struct town *town;

	town_setup(state);
	town = *state;
	town->ledger.spread_keys = malloc(sizeof keys);
	town->ledger.measures = malloc(sizeof measures);
	assert_non_null(town->ledger.spread_keys);
	assert_non_null(town->ledger.measures);
	*town->ledger.spread_keys = keys;
	*town->ledger.measures = measures;
	return 0;
}

static struct town_outcome take(struct town *town, uint8_t file, enum layer layer, int year,
				const struct town_entry *rows, uint32_t count)
{
	struct town_batch batch = {.file = file,
				   .source = layer_name(layer),
				   .mode = REPLACE_DELTA,
				   .layer = layer,
				   .first = (uint32_t)year * 100 + 1,
				   .last = (uint32_t)year * 100 + 12,
				   .entries = rows,
				   .entry_count = count};

	return town_commit(town, &batch);
}

static struct town_outcome budget(struct town *town, const struct town_entry *rows, uint32_t count)
{
	struct town_outcome outcome = take(town, 9, LAYER_BUDGET, 2020, rows, count);

	assert_int_equal(outcome.r, 0);
	return outcome;
}

/* The months of Personal in Familjehem; all that are not given are nothing. */
static void assert_months(struct town *town, int64_t first, int64_t second, int64_t last)
{
	for (int month = 1; month <= MONTHS; month++) {
		int64_t expected = month == 1	 ? first
				   : month == 2	 ? second
				   : month == 12 ? last
						 : 0;

		assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_BUDGET, month),
				 expected);
	}
}

static bool is_warned(const struct town_outcome *outcome)
{
	return outcome->findings.warning_count == 1 &&
	       outcome->findings.kept[0].code == FINDING_LEDGER_SPREAD_OTHER;
}

static void a_named_key_weighs(void **state)
{
	static const struct town_entry rows[] = {ROW(202000, -1000, "Löner")};
	struct town_outcome outcome = budget(*state, rows, 1);

	assert_months(*state, -250, 0, -750);
	assert_int_equal(outcome.findings.warning_count, 0);
}

static void a_key_that_is_none_is_refused(void **state)
{
	static const struct town_entry rows[] = {ROW(202000, -1000, "rakt")};
	struct town_outcome outcome = take(*state, 1, LAYER_BUDGET, 2020, rows, 1);

	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_int_equal(outcome.findings.kept[0].code, FINDING_LEDGER_SPREAD);
	assert_months(*state, 0, 0, 0);
}

static void last_year_is_the_code_strings_own(void **state)
{
	static const struct town_entry history[] = {
		ROW(201901, -100, NULL),
		ROW(201902, -300, NULL),
		{{201912, "5010", "511", -9999, NULL, NULL}, NULL, NULL, NULL}};
	static const struct town_entry rows[] = {ROW(202000, -800, "föregående år")};
	struct town_outcome outcome;

	assert_int_equal(take(*state, 1, LAYER_OUTCOME, 2019, history, 3).r, 0);
	outcome = budget(*state, rows, 1);
	assert_months(*state, -200, -600, 0);
	assert_int_equal(outcome.findings.warning_count, 0);
}

static void without_one_it_is_the_areas_and_lines(void **state)
{
	static const struct town_entry history[] = {
		{{201901, "5011", "511", -100, NULL, NULL}, NULL, NULL, NULL},
		{{201912, "5012", "512", -100, NULL, NULL}, NULL, NULL, NULL},
		{{201902, "6010", "510", -9999, NULL, NULL}, NULL, NULL, NULL},
	};
	static const struct town_entry rows[] = {ROW(202000, -800, "föregående år")};
	struct town_outcome outcome;

	assert_int_equal(take(*state, 1, LAYER_OUTCOME, 2019, history, 3).r, 0);
	outcome = budget(*state, rows, 1);
	assert_months(*state, -400, 0, -400);
	assert_true(is_warned(&outcome));
}

static void without_any_it_is_straight(void **state)
{
	static const struct town_entry rows[] = {ROW(202000, -1201, "föregående år")};
	struct town_outcome outcome = budget(*state, rows, 1);
	int64_t sum = 0;

	for (int month = 1; month <= MONTHS; month++) {
		int64_t ore = town_ore(*state, "Familjehem", "Personal", LAYER_BUDGET, month);

		assert_in_range(-ore, 100, 101);
		sum += ore;
	}
	assert_int_equal(sum, -1201);
	assert_true(is_warned(&outcome));
}

static void months_of_the_other_sign_get_nothing(void **state)
{
	static const struct town_entry history[] = {ROW(201901, -300, NULL), ROW(201902, 100, NULL),
						    ROW(201912, -100, NULL)};
	static const struct town_entry rows[] = {ROW(202000, -800, "föregående år")};

	assert_int_equal(take(*state, 1, LAYER_OUTCOME, 2019, history, 3).r, 0);
	budget(*state, rows, 1);
	assert_months(*state, -600, 0, -200);
}

static void the_own_budget_is_the_files_months(void **state)
{
	static const struct town_entry before[] = {ROW(202012, -5000, NULL)};
	static const struct town_entry rows[] = {ROW(202001, -10, NULL), ROW(202002, -30, NULL),
						 ROW(202000, -400, "egen budget")};

	assert_int_equal(take(*state, 1, LAYER_BUDGET, 2020, before, 1).r, 0);
	budget(*state, rows, 3);
	assert_months(*state, -110, -330, -5000);
}

static void or_else_those_in_the_ledger(void **state)
{
	static const struct town_entry before[] = {ROW(202001, -100, NULL),
						   ROW(202012, -300, NULL)};
	static const struct town_entry rows[] = {ROW(202000, -40, "egen budget")};

	assert_int_equal(take(*state, 1, LAYER_BUDGET, 2020, before, 2).r, 0);
	budget(*state, rows, 1);
	assert_months(*state, -110, 0, -330);
}

static void parts_are_the_whole_to_the_ore(void **state)
{
	static const struct town_entry history[] = {ROW(201901, -17, NULL), ROW(201902, -29, NULL),
						    ROW(201907, -3, NULL), ROW(201912, -41, NULL)};
	struct town_entry rows[20];
	int64_t expected = 0;
	int64_t sum = 0;

	assert_int_equal(take(*state, 1, LAYER_OUTCOME, 2019, history, 4).r, 0);
	for (int i = 0; i < 20; i++) {
		rows[i] = (struct town_entry)ROW(202000, -1 - i * 7919, "föregående år");
		expected += rows[i].row.ore;
	}
	budget(*state, rows, 20);
	for (int month = 1; month <= MONTHS; month++)
		sum += town_ore(*state, "Familjehem", "Personal", LAYER_BUDGET, month);
	assert_int_equal(sum, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_named_key_weighs, setup, town_teardown),
		cmocka_unit_test_setup_teardown(a_key_that_is_none_is_refused, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(last_year_is_the_code_strings_own, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(without_one_it_is_the_areas_and_lines, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(without_any_it_is_straight, setup, town_teardown),
		cmocka_unit_test_setup_teardown(months_of_the_other_sign_get_nothing, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(the_own_budget_is_the_files_months, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(or_else_those_in_the_ledger, setup, town_teardown),
		cmocka_unit_test_setup_teardown(parts_are_the_whole_to_the_ore, setup,
						town_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
