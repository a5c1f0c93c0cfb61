/* SPDX-License-Identifier: Apache-2.0 */
/* What was counted: flows are added over months, stocks never. */
#include "support/test.h"

#include <stdlib.h>

#include "aggregate/volumes.h"
#include "lib/conf/tables.h"
#include "unit/aggregate/town.h"

#define ROW(period, activity, amount, measure)                                                     \
	{                                                                                          \
		{period, NULL, activity, amount, NULL, NULL}, measure, NULL, NULL                  \
	}

static int setup(void **state)
{
	static const struct measures measures = {
		.measures = {{"timmar", "h", MEASURE_FLOW}, {"platser", "st", MEASURE_STOCK}},
		.count = 2};
	struct town *town;

	town_setup(state);
	town = *state;
	town->ledger.measures = malloc(sizeof measures);
	assert_non_null(town->ledger.measures);
	*town->ledger.measures = measures;
	return 0;
}

static struct town_outcome take(struct town *town, uint8_t file, enum layer layer,
				const struct town_entry *rows, uint32_t count)
{
	struct town_batch batch = {.file = file,
				   .source = layer_name(layer),
				   .mode = REPLACE_SNAPSHOT,
				   .layer = layer,
				   .first = 202001,
				   .last = 202012,
				   .entries = rows,
				   .entry_count = count};

	return town_commit(town, &batch);
}

static struct answer ask(struct town *town, const char *area, uint32_t yyyymm)
{
	struct request request = {
		.kind = REQUEST_VOLUMES, .period = {yyyymm}, .area = area, .text = ""};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(volumes_answer(&town->ledger, &request, town->arena, &answer), 0);
	return answer;
}

/* The row of the area and mått. */
static size_t row_of(const struct answer *answer, const char *area, const char *measure)
{
	for (size_t i = 0; i < answer->table->row_count; i++)
		if (strcmp(town_text(answer, "omrade", i), area) == 0 &&
		    strcmp(town_text(answer, "matt", i), measure) == 0)
			return i;
	fail_msg("no %s of %s", measure, area);
	return 0;
}

static void outcome_import(struct town *town)
{
	static const struct town_entry rows[] = {
		ROW(202001, "510", 1000, "timmar"),   ROW(202002, "510", 2000, "timmar"),
		ROW(202001, "510", 10000, "platser"), ROW(202002, "510", 20000, "platser"),
		ROW(202002, "500", 5000, "platser"),
	};

	assert_int_equal(take(town, 1, LAYER_VOLUME, rows, 5).r, 0);
}

static void flows_are_added_over_months(void **state)
{
	struct answer answer;
	size_t row;

	outcome_import(*state);
	answer = ask(*state, "", 202002);
	row = row_of(&answer, "Familjehem", "timmar");
	assert_string_equal(town_text(&answer, "slag", row), "flöde");
	assert_int_equal(town_number(&answer, "manad", row), 2000);
	assert_int_equal(town_number(&answer, "ackumulerat", row), 3000);
	assert_int_equal(town_number(&answer, "medel", row), TABLE_MISSING);
	assert_int_equal(town_number(&answer, "budget_ar", row), TABLE_MISSING);
}

static void stocks_are_added_over_areas_only(void **state)
{
	struct answer answer;
	size_t row;

	outcome_import(*state);
	answer = ask(*state, "", 202002);
	row = row_of(&answer, "Familjehem", "platser");
	assert_int_equal(town_number(&answer, "ackumulerat", row), 20000);
	assert_int_equal(town_number(&answer, "medel", row), 15000);
	row = row_of(&answer, "Nämnden", "platser");
	assert_int_equal(town_number(&answer, "manad", row), 25000);
	assert_int_equal(town_number(&answer, "ackumulerat", row), 25000);
	assert_int_equal(ask(*state, "Ledning", 202002).table->row_count, 1);
}

static void a_stock_of_a_year_is_the_same_every_month(void **state)
{
	static const struct town_entry rows[] = {ROW(202000, "510", 12000, "platser"),
						 ROW(202000, "510", 12000, "timmar")};
	struct answer answer;
	size_t row;

	assert_int_equal(take(*state, 1, LAYER_VOLUME_BUDGET, rows, 2).r, 0);
	answer = ask(*state, "", 202003);
	row = row_of(&answer, "Familjehem", "platser");
	assert_int_equal(town_number(&answer, "budget_manad", row), 12000);
	assert_int_equal(town_number(&answer, "budget_ackumulerat", row), 12000);
	assert_int_equal(town_number(&answer, "budget_ar", row), 12000);
	row = row_of(&answer, "Familjehem", "timmar");
	assert_int_equal(town_number(&answer, "budget_manad", row), 1000);
	assert_int_equal(town_number(&answer, "budget_ackumulerat", row), 3000);
	assert_int_equal(town_number(&answer, "budget_ar", row), 12000);
}

static void unknown_measures_are_refused_each_once(void **state)
{
	static const struct town_entry rows[] = {ROW(202001, "510", 1, "dygn"),
						 ROW(202002, "510", 1, "dygn"),
						 ROW(202001, "510", 1, NULL)};
	struct town_outcome outcome = take(*state, 1, LAYER_VOLUME, rows, 3);

	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_in_range(outcome.findings.error_count, 2, 3);
	for (size_t i = 0; i < outcome.findings.kept_count; i++)
		assert_int_equal(outcome.findings.kept[i].code, FINDING_LEDGER_MEASURE);
	assert_int_equal(ask(*state, "", 202001).table->row_count, 0);
}

static void what_is_not_there_is_said(void **state)
{
	assert_int_equal(ask(*state, "Månen", 202001).code, ANSWER_NOT_FOUND);
	assert_int_equal(ask(*state, "", 202000).code, ANSWER_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(flows_are_added_over_months, setup, town_teardown),
		cmocka_unit_test_setup_teardown(stocks_are_added_over_areas_only, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(a_stock_of_a_year_is_the_same_every_month, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(unknown_measures_are_refused_each_once, setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_said, setup, town_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
