/* SPDX-License-Identifier: Apache-2.0 */
/* What a figure is made of, and what an import moved. */
#include "support/test.h"

#include "aggregate/difference.h"
#include "aggregate/import.h"
#include "unit/aggregate/town.h"

#define ROW(period, account, activity, ore)                                                        \
	{                                                                                          \
		period, account, activity, ore, NULL, NULL                                         \
	}

static const struct town_row first[] = {
	ROW(202001, "5010", "510", -1000),
	ROW(202002, "5010", "510", -2000),
	ROW(202002, "6010", "511", -30),
	ROW(202002, "5010", "500", -4),
};
static const struct town_row corrected[] = {
	ROW(202001, "5010", "510", -1000), ROW(202002, "5010", "510", -2500),
	ROW(202002, "3011", "511", 70),	   ROW(202002, "5010", "500", -4),
	ROW(202003, "5010", "510", -3000),
};

static void take(struct town *town, uint8_t file, const char *source, enum layer layer,
		 uint32_t last, const struct town_row *rows, uint32_t count)
{
	struct town_batch batch = {.file = file,
				   .source = source,
				   .mode = REPLACE_SNAPSHOT,
				   .layer = layer,
				   .first = 202001,
				   .last = last,
				   .rows = rows,
				   .row_count = count};

	assert_int_equal(town_commit(town, &batch).r, 0);
}

static struct answer explain(struct town *town, enum request_kind kind, const char *area,
			     const char *line, const char *layer)
{
	struct request request = {
		.kind = kind, .period = {202002}, .area = area, .line = line, .text = layer};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(explain_answer(&town->ledger, &request, town->arena, &answer), 0);
	return answer;
}

static void parts_by_import_are_the_figure(void **state)
{
	static const struct town_row other[] = {ROW(202001, "5011", "512", -5)};
	struct answer answer;

	take(*state, 1, "bok", LAYER_OUTCOME, 202002, first, 4);
	take(*state, 2, "rest", LAYER_OUTCOME, 202001, other, 1);
	answer = explain(*state, REQUEST_EXPLAIN, "Familjehem", "Personal", "");
	assert_int_equal(answer.table->row_count, 2);
	assert_string_equal(town_text(&answer, "kalla", 0), "bok");
	assert_int_equal(town_number(&answer, "rader", 0), 2);
	assert_int_equal(town_number(&answer, "manad", 0), -2000);
	assert_int_equal(town_number(&answer, "ackumulerat", 0), -3000);
	assert_int_equal(town_number(&answer, "manad", 1), 0);
	assert_int_equal(town_number(&answer, "ackumulerat", 1), -5);
	assert_non_null(strstr(answer.table->notes[0], "lika med rapporten"));
}

static void parts_by_code_are_the_same_figure(void **state)
{
	struct answer answer;
	int64_t sum = 0;

	take(*state, 1, "bok", LAYER_OUTCOME, 202002, first, 4);
	answer = explain(*state, REQUEST_CODES, "", "", "");
	assert_int_equal(answer.table->row_count, 3);
	for (size_t i = 0; i < 3; i++)
		sum += town_number(&answer, "ackumulerat", i);
	assert_int_equal(sum, -3034);
	assert_non_null(strstr(answer.table->notes[0], "lika med rapporten"));
}

static void a_budget_has_its_whole_year(void **state)
{
	static const struct town_row budget[] = {ROW(202001, "5010", "510", -10),
						 ROW(202012, "5010", "510", -20)};
	struct answer answer;

	take(*state, 1, "budget", LAYER_BUDGET, 202012, budget, 2);
	answer = explain(*state, REQUEST_EXPLAIN, "", "", "budget");
	assert_int_equal(town_number(&answer, "ackumulerat", 0), -10);
	assert_int_equal(town_number(&answer, "helar", 0), -30);
}

static void what_is_not_there_is_said(void **state)
{
	assert_int_equal(explain(*state, REQUEST_EXPLAIN, "Månen", "", "").code, ANSWER_NOT_FOUND);
	assert_int_equal(explain(*state, REQUEST_EXPLAIN, "", "Månen", "").code, ANSWER_NOT_FOUND);
	assert_int_equal(explain(*state, REQUEST_EXPLAIN, "", "", "volym").code, ANSWER_INVALID);
}

/* ---- differences -------------------------------------------------------------- */

struct moved {
	char text[1024];
	size_t length;
};

static int moved_add(void *context, const struct difference *difference)
{
	struct moved *moved = context;

	moved->length += (size_t)snprintf(
		moved->text + moved->length, sizeof moved->text - moved->length,
		"%s %u %s %s %lld %lld\n", layer_name(difference->layer), difference->period.yyyymm,
		difference->area, difference->line, (long long)difference->before.ore,
		(long long)difference->after.ore);
	return 0;
}

static int differences(struct town *town, uint64_t batch, struct moved *moved, uint64_t *count)
{
	cleanup(store_abort) struct store_txn *txn = NULL;

	*moved = (struct moved){.length = 0};
	*count = 0;
	assert_int_equal(store_begin(town->ledger.store, STORE_READ, &txn), 0);
	return difference_each(txn, batch, count, moved_add, moved);
}

static void a_corrected_export_tells_what_it_moved(void **state)
{
	struct moved moved;
	uint64_t count;

	take(*state, 1, "bok", LAYER_OUTCOME, 202002, first, 4);
	take(*state, 2, "bok", LAYER_OUTCOME, 202003, corrected, 5);
	assert_int_equal(differences(*state, 1, &moved, &count), STORE_MISSING);
	assert_int_equal(differences(*state, 2, &moved, &count), 0);
	assert_int_equal(count, 3);
	assert_string_equal(moved.text, "utfall 202002 Familjehem Taxor 0 70\n"
					"utfall 202002 Familjehem Personal -2000 -2500\n"
					"utfall 202002 Familjehem Övrigt -30 0\n");
}

static void what_is_the_same_again_moves_nothing(void **state)
{
	struct moved moved;
	uint64_t count;

	take(*state, 1, "bok", LAYER_OUTCOME, 202002, first, 4);
	take(*state, 2, "bok", LAYER_OUTCOME, 202002, first, 4);
	assert_int_equal(differences(*state, 2, &moved, &count), 0);
	assert_int_equal(count, 0);
	assert_string_equal(moved.text, "");
}

static void another_source_moves_nothing_of_this_one(void **state)
{
	struct moved moved;
	uint64_t count;

	take(*state, 1, "bok", LAYER_OUTCOME, 202002, first, 4);
	take(*state, 2, "rest", LAYER_OUTCOME, 202003, corrected, 5);
	assert_int_equal(differences(*state, 2, &moved, &count), STORE_MISSING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts_by_import_are_the_figure, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(parts_by_code_are_the_same_figure, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(a_budget_has_its_whole_year, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_said, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(a_corrected_export_tells_what_it_moved, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(what_is_the_same_again_moves_nothing, town_setup,
						town_teardown),
		cmocka_unit_test_setup_teardown(another_source_moves_nothing_of_this_one,
						town_setup, town_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
