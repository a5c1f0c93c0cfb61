/* SPDX-License-Identifier: Apache-2.0 */
/* What aggregate answers, and the orders about months. */
#include "support/test.h"

#include "aggregate/periods.h"
#include "aggregate/questions.h"
#include "lib/base/text.h"
#include "unit/aggregate/town.h"

#define WHO 1001

static const struct town_row months[] = {
	{202001, "5010", "510", -1000, NULL, NULL},
	{202002, "5010", "510", -2000, NULL, NULL},
	{202002, "3011", "510", 500, NULL, NULL},
};

static void months_import(struct town *town, uint8_t file, enum layer layer)
{
	struct town_batch batch = {.file = file,
				   .source = "myndighet",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = layer,
				   .first = 202001,
				   .last = 202002,
				   .rows = months,
				   .row_count = sizeof months / sizeof months[0]};

	assert_int_equal(town_commit(town, &batch).r, 0);
}

static struct answer order(struct town *town, enum request_kind kind, uint8_t id, uint32_t yyyymm,
			   int64_t now_ms)
{
	static char text[256];
	cleanup(arena_destroy) struct arena *arena = NULL;
	struct request request = {.id = {id}, .kind = kind, .period = {yyyymm}, .text = "bokslut"};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(arena_new(&arena, 4096), 0);
	assert_int_equal(
		period_order(&town->ledger, town->journal, &request, WHO, now_ms, arena, &answer),
		0);
	assert_true(text_copy(text, sizeof text, answer.text));
	answer.text = text;
	return answer;
}

/* 0 when @yyyymm is definitiv, with the closing; STORE_MISSING otherwise. */
static int closing(struct town *town, uint32_t yyyymm, struct period_closing *closing_out)
{
	cleanup(store_abort) struct store_txn *txn = NULL;

	assert_int_equal(store_begin(town->ledger.store, STORE_READ, &txn), 0);
	return period_closing_load(txn, (struct period){yyyymm}, closing_out);
}

static void a_month_is_closed_and_opened_again(void **state)
{
	struct town *town = *state;
	struct period_closing found;

	months_import(town, 1, LAYER_OUTCOME);
	assert_int_equal(closing(town, 202001, &found), STORE_MISSING);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 77).code, ANSWER_OK);
	assert_int_equal(closing(town, 202001, &found), 0);
	assert_int_equal(found.who, WHO);
	assert_int_equal(found.time_ms, 77);
	assert_int_equal(closing(town, 202002, &found), STORE_MISSING);
	assert_int_equal(order(town, REQUEST_PERIOD_OPEN, 2, 202001, 78).code, ANSWER_OK);
	assert_int_equal(closing(town, 202001, &found), STORE_MISSING);
}

static void an_order_is_carried_out_once_per_id(void **state)
{
	struct town *town = *state;
	struct period_closing found;

	months_import(town, 1, LAYER_OUTCOME);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 77).code, ANSWER_OK);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 99).code, ANSWER_OK);
	assert_int_equal(closing(town, 202001, &found), 0);
	assert_int_equal(found.time_ms, 77);
	assert_int_equal(journal_last_seq(town->journal), 2);
	/* Opened in between, the repeated order must not close it again. */
	assert_int_equal(order(town, REQUEST_PERIOD_OPEN, 2, 202001, 78).code, ANSWER_OK);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 99).code, ANSWER_OK);
	assert_int_equal(closing(town, 202001, &found), STORE_MISSING);
	assert_int_equal(order(town, REQUEST_PERIOD_OPEN, 2, 202001, 99).code, ANSWER_OK);
	assert_int_equal(journal_last_seq(town->journal), 3);
}

static void orders_are_remembered_over_a_restart(void **state)
{
	struct town *town = *state;
	struct period_closing found;

	months_import(town, 1, LAYER_OUTCOME);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 77).code, ANSWER_OK);
	assert_int_equal(order(town, REQUEST_PERIOD_OPEN, 2, 202001, 78).code, ANSWER_OK);
	town_close(town);
	town_open(town, town_area_tree(town_areas), town_line_tree("50*", "6*|7*"), 1);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 99).code, ANSWER_OK);
	assert_int_equal(closing(town, 202001, &found), STORE_MISSING);
}

static void an_order_that_was_refused_stays_refused(void **state)
{
	struct town *town = *state;
	struct period_closing found;

	months_import(town, 1, LAYER_BUDGET);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 77).code, ANSWER_REFUSED);
	months_import(town, 2, LAYER_OUTCOME);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 78).code, ANSWER_REFUSED);
	assert_int_equal(closing(town, 202001, &found), STORE_MISSING);
	/* Nor is one that was done by somebody else done once more. */
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 2, 202001, 79).code, ANSWER_OK);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 3, 202001, 80).code, ANSWER_OK);
	assert_int_equal(order(town, REQUEST_PERIOD_OPEN, 4, 202001, 81).code, ANSWER_OK);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 3, 202001, 82).code, ANSWER_OK);
	assert_int_equal(closing(town, 202001, &found), STORE_MISSING);
}

static void an_order_about_no_month_is_invalid(void **state)
{
	struct town *town = *state;

	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 202013, 77).code, ANSWER_INVALID);
	assert_int_equal(order(town, REQUEST_PERIOD_OPEN, 2, 0, 77).code, ANSWER_INVALID);
	assert_int_equal(journal_last_seq(town->journal), 0);
}

static void opening_what_is_open_is_refused_and_not_told(void **state)
{
	struct town *town = *state;
	struct answer answer = order(town, REQUEST_PERIOD_OPEN, 1, 202001, 77);

	assert_int_equal(answer.code, ANSWER_REFUSED);
	assert_string_equal(answer.text, "Perioden är redan preliminär.");
	assert_int_equal(journal_last_seq(town->journal), 0);
}

static void a_month_without_outcome_is_not_closed(void **state)
{
	struct town *town = *state;
	struct period_closing found;

	months_import(town, 1, LAYER_OUTCOME);
	assert_int_equal(order(town, REQUEST_PERIOD_CLOSE, 1, 203001, 77).code, ANSWER_REFUSED);
	assert_int_equal(closing(town, 203001, &found), STORE_MISSING);
	assert_int_equal(journal_last_seq(town->journal), 1);
}

static struct event decision(struct town *town, uint64_t seq)
{
	struct request request = {.kind = REQUEST_JOURNAL, .from = seq, .max = 1};
	struct answer answer = {.code = ANSWER_OK};
	struct event event;

	assert_int_equal(journal_answer(town->journal, &request, town->arena, &answer), 0);
	assert_int_equal(answer.record_count, 1);
	assert_int_equal(event_unpack(answer.records[0].payload, answer.records[0].payload_size,
				      town->arena, &event),
			 0);
	return event;
}

static void orders_stand_in_the_journal(void **state)
{
	struct town *town = *state;
	struct event event;

	months_import(town, 1, LAYER_OUTCOME);
	order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 77);
	order(town, REQUEST_PERIOD_OPEN, 2, 202001, 78);
	assert_int_equal(journal_last_seq(town->journal), 3);
	event = decision(town, 2);
	assert_int_equal(event.kind, EVENT_DECISION);
	assert_int_equal(event.decision.kind, DECISION_PERIOD_CLOSED);
	assert_int_equal(event.decision.period.yyyymm, 202001);
	assert_int_equal(event.decision.time_ms, 77);
	assert_string_equal(event.decision.who, "uid 1001");
	assert_string_equal(event.decision.comment, "bokslut");
	assert_int_equal(decision(town, 3).decision.kind, DECISION_PERIOD_OPENED);
}

typedef int question(struct ledger *ledger, const struct request *request, struct arena *arena,
		     struct answer *answer);

static const struct table *ask(struct town *town, question *ask_it, uint32_t yyyymm, uint32_t max)
{
	struct request request = {.period = {yyyymm}, .max = max};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(ask_it(&town->ledger, &request, town->arena, &answer), 0);
	assert_int_equal(answer.code, ANSWER_OK);
	assert_non_null(answer.table);
	return answer.table;
}

static void every_month_with_outcome_is_listed_with_its_status(void **state)
{
	struct town *town = *state;
	const struct table *table;

	months_import(town, 1, LAYER_OUTCOME);
	order(town, REQUEST_PERIOD_CLOSE, 1, 202001, 77);
	table = ask(town, periods_answer, 0, 0);
	assert_int_equal(table->row_count, 2);
	assert_int_equal(table_find(table, "period")->numbers[0], 202001);
	assert_int_equal(table_find(table, "period")->numbers[1], 202002);
	assert_string_equal(table_find(table, "status")->texts[0], "definitiv");
	assert_string_equal(table_find(table, "status")->texts[1], "preliminär");
	assert_int_equal(table_find(table, "tid")->numbers[0], 77);
	assert_int_equal(table_find(table, "tid")->numbers[1], TABLE_MISSING);
}

/* Column and row by what the cube's table says of itself: text columns first. */
static void the_cube_is_answered_to_date(void **state)
{
	struct town *town = *state;
	const struct table *table;
	int64_t outcome = 0;
	int64_t budget = 0;
	int64_t year = 0;

	months_import(town, 1, LAYER_OUTCOME);
	months_import(town, 2, LAYER_BUDGET);
	table = ask(town, cube_answer, 202001, 0);
	assert_int_equal(table->row_count, 2);
	for (size_t row = 0; row < table->row_count; row++) {
		outcome += table_find(table, "utfall")->numbers[row];
		budget += table_find(table, "budget_period")->numbers[row];
		year += table_find(table, "budget_ar")->numbers[row];
	}
	assert_int_equal(outcome, -1000);
	assert_int_equal(budget, -1000);
	assert_int_equal(year, -2500);
	table = ask(town, cube_answer, 202102, 0);
	assert_int_equal(table_find(table, "utfall_fg_ar")->numbers[0] +
				 table_find(table, "utfall_fg_ar")->numbers[1],
			 -2500);
}

static void imports_are_listed_newest_first(void **state)
{
	struct town *town = *state;

	months_import(town, 1, LAYER_OUTCOME);
	months_import(town, 2, LAYER_BUDGET);
	months_import(town, 3, LAYER_OUTCOME);
	assert_int_equal(ask(town, batches_answer, 0, 0)->row_count, 3);
	assert_int_equal(ask(town, batches_answer, 0, 2)->row_count, 2);
	assert_int_equal(ask(town, batches_answer, 0, 2)->columns[0].numbers[0], 3);
}

static void a_question_about_no_month_is_invalid(void **state)
{
	struct town *town = *state;
	struct request request = {.period = {202000}};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(cube_answer(&town->ledger, &request, town->arena, &answer), 0);
	assert_int_equal(answer.code, ANSWER_INVALID);
}

#define questions_test(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		questions_test(a_month_is_closed_and_opened_again),
		questions_test(an_order_is_carried_out_once_per_id),
		questions_test(an_order_that_was_refused_stays_refused),
		questions_test(orders_are_remembered_over_a_restart),
		questions_test(an_order_about_no_month_is_invalid),
		questions_test(opening_what_is_open_is_refused_and_not_told),
		questions_test(a_month_without_outcome_is_not_closed),
		questions_test(orders_stand_in_the_journal),
		questions_test(every_month_with_outcome_is_listed_with_its_status),
		questions_test(the_cube_is_answered_to_date),
		questions_test(imports_are_listed_newest_first),
		questions_test(a_question_about_no_month_is_invalid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
