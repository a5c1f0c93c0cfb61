/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions behind a budget, and the budget of a day. */
#include "support/test.h"

#include "aggregate/budget.h"
#include "unit/aggregate/town.h"

#define ROW(period, activity, ore, decision)                                                       \
	{                                                                                          \
		{period, "5010", activity, ore, NULL, NULL}, NULL, decision, NULL                  \
	}

static void budget_import(struct town *town)
{
	static const struct town_entry rows[] = {
		ROW(202001, "510", -1000, NULL),
		ROW(202002, "510", -200, "2020-03-12 KF § 44"),
		ROW(202003, "510", 50, "2020-01-30"),
		ROW(202003, "500", -7, "2020-03-12 KF § 44"),
	};
	struct town_batch batch = {.file = 1,
				   .source = "budget",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = LAYER_BUDGET,
				   .first = 202001,
				   .last = 202012,
				   .entries = rows,
				   .entry_count = sizeof rows / sizeof rows[0]};

	assert_int_equal(town_commit(town, &batch).r, 0);
}

static struct answer ask(struct town *town, const char *area, uint32_t yyyymm)
{
	struct request request = {
		.kind = REQUEST_BUDGET, .period = {yyyymm}, .area = area, .text = ""};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(budget_answer(&town->ledger, &request, town->arena, &answer), 0);
	return answer;
}

static void dates_of_decisions_are_read_strictly(void **state)
{
	static const char *const bad[] = {"2020",   "2020-02-30",  "2020-1-1", "2020-01-01x",
					  "KF § 1", " 2020-01-01", "20200101"};
	uint32_t date;

	(void)state;
	assert_true(decision_date("", &date));
	assert_int_equal(date, 0);
	assert_true(decision_date("2020-03-12", &date));
	assert_true(decision_date("2020-03-12 KF § 44", &date));
	assert_int_equal(date, 20200312);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(decision_date(bad[i], &date));
}

static void a_decision_without_a_date_is_refused(void **state)
{
	static const struct town_entry rows[] = {ROW(202001, "510", -1, "KF § 44")};
	struct town_batch batch = {.file = 1,
				   .source = "budget",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = LAYER_BUDGET,
				   .first = 202001,
				   .last = 202012,
				   .entries = rows,
				   .entry_count = 1};
	struct town_outcome outcome = town_commit(*state, &batch);

	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_int_equal(outcome.findings.kept[0].code, FINDING_LEDGER_DECISION);
}

static int64_t as_of(struct town *town, uint32_t date, int month)
{
	cleanup(cube_destroy) struct cube *cube = town_cube(town, 2020);
	cleanup(store_abort) struct store_txn *txn = NULL;

	assert_int_equal(store_begin(town->ledger.store, STORE_READ, &txn), 0);
	assert_int_equal(budget_as_of(cube, &town->ledger, txn, date), 0);
	return cube_amount(cube, area_find(town->ledger.areas, "Familjehem"),
			   line_find(town->ledger.lines, "Personal"), LAYER_BUDGET, month - 1)
		.ore;
}

static void the_budget_of_a_day_is_what_had_been_decided(void **state)
{
	budget_import(*state);
	assert_int_equal(as_of(*state, 20200101, 1), -1000);
	assert_int_equal(as_of(*state, 20200101, 3), 0);
	assert_int_equal(as_of(*state, 20200130, 3), 50);
	assert_int_equal(as_of(*state, 20200311, 2), 0);
	assert_int_equal(as_of(*state, 20200312, 2), -200);
}

static void decisions_come_by_day_with_the_budget_so_far(void **state)
{
	struct answer answer;

	budget_import(*state);
	answer = ask(*state, "", 202001);
	assert_int_equal(answer.table->row_count, 3);
	assert_int_equal(town_number(&answer, "summa", 0), -1000);
	assert_null(town_text(&answer, "referens", 1));
	assert_int_equal(town_number(&answer, "datum", 1), 20200130);
	assert_int_equal(town_number(&answer, "gallande", 1), -950);
	assert_string_equal(town_text(&answer, "referens", 2), "KF § 44");
	assert_int_equal(town_number(&answer, "rader", 2), 2);
	assert_int_equal(town_number(&answer, "gallande", 2), -1157);
	answer = ask(*state, "Ledning", 202001);
	assert_int_equal(answer.table->row_count, 1);
	assert_int_equal(town_number(&answer, "summa", 0), -7);
}

static void what_is_not_there_is_said(void **state)
{
	assert_int_equal(ask(*state, "Månen", 202001).code, ANSWER_NOT_FOUND);
	assert_int_equal(ask(*state, "", 202013).code, ANSWER_INVALID);
	assert_int_equal(ask(*state, "", 202001).table->row_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_of_decisions_are_read_strictly),
		cmocka_unit_test_setup_teardown(a_decision_without_a_date_is_refused, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(the_budget_of_a_day_is_what_had_been_decided,
						town_setup, town_teardown),
		cmocka_unit_test_setup_teardown(decisions_come_by_day_with_the_budget_so_far,
						town_setup, town_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_said, town_setup,
						town_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
