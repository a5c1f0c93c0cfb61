/* SPDX-License-Identifier: Apache-2.0 */
/* Ledger events, orders and questions on a real store. */
#include "support/test.h"

#include "lib/wire/codec.h"
#include "unit/forecast/house.h"

/* The event with number @seq of the journal. */
static struct event any_event_at(struct house *house, uint64_t seq)
{
	struct request request = {.kind = REQUEST_JOURNAL, .from = seq, .max = 1};
	struct answer answer = {0};
	struct event event;

	assert_int_equal(
		journal_answer(house->daemon.stage.journal, &request, house->arena, &answer), 0);
	assert_int_equal(answer.record_count, 1);
	assert_int_equal(answer.records[0].seq, seq);
	assert_int_equal(event_unpack(answer.records[0].payload, answer.records[0].payload_size,
				      house->arena, &event),
			 0);
	return event;
}

static struct forecast_event event_at(struct house *house, uint64_t seq)
{
	struct event event = any_event_at(house, seq);

	assert_int_equal(event.kind, EVENT_FORECAST);
	return event.forecast;
}

static struct answer order_set(struct house *house, uint8_t id, const char *area, int month,
			       int64_t net)
{
	struct request request = {
		.id = {id},
		.kind = REQUEST_FORECAST_SET,
		.area = area,
		.period = period_of(2020, month),
		.text = "placering avslutas",
		.net = {net},
	};
	struct peer peer = {.uid = 1001};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(forecast_order_set(&house->daemon, &request, &peer, house->arena, &answer),
			 0);
	return answer;
}

static const struct table *table_ask(struct house *house, uint32_t yyyymm)
{
	struct request request = {.kind = REQUEST_FORECAST, .period = {yyyymm}};
	struct peer peer = {0};
	struct answer answer = {.code = ANSWER_OK};

	assert_int_equal(
		forecast_answer_table(&house->daemon, &request, &peer, house->arena, &answer), 0);
	assert_int_equal(answer.code, ANSWER_OK);
	assert_non_null(answer.table);
	return answer.table;
}

static int64_t cell_number(const struct table *table, const char *key, size_t row)
{
	const struct table_column *column = table_find(table, key);

	assert_non_null(column);
	assert_true(row < table->row_count);
	return column->numbers[row];
}

static const char *cell_words(const struct table *table, const char *key, size_t row)
{
	const struct table_column *column = table_find(table, key);

	assert_non_null(column);
	assert_true(row < table->row_count);
	return column->texts[row];
}

static void a_leaf_is_the_sum_of_its_lines(void **state)
{
	struct house *house = *state;
	struct series series[] = {
		house_series("Familjehem", "Personal", 2020, 8, -1000, -900),
		house_series("Familjehem", "Taxor", 2020, 8, 200, 100),
	};
	struct forecast_event event;

	house_tell(house, series, 2);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 1);
	event = event_at(house, 1);
	assert_string_equal(event.method, "profil-1");
	assert_int_equal(event.time_ms, 1599984000000);
	assert_int_equal(event.change_count, 1);
	assert_string_equal(event.changes[0].area, "Familjehem");
	assert_int_equal(event.changes[0].month, 8);
	assert_money_equal(event.changes[0].cost, -11867);
	assert_money_equal(event.changes[0].income, 2267);
	assert_money_equal(event.changes[0].net, -9600);
	assert_money_equal(event.changes[0].budget_year, -9600);
	assert_money_equal(event.changes[0].outcome_to_date, -6400);
	assert_money_equal(event.changes[0].budget_to_date, -6400);
}

static void the_same_figures_again_change_nothing(void **state)
{
	struct house *house = *state;
	struct series series = house_series("Familjehem", "Personal", 2020, 8, -1000, -900);

	house_tell(house, &series, 1);
	house_tell(house, &series, 1);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 1);
}

static void a_corrected_year_changes_the_forecast_of_the_next(void **state)
{
	struct house *house = *state;
	struct series last = house_series("Familjehem", "Personal", 2019, 12, -1000, 0);
	struct series now = house_series("Familjehem", "Personal", 2020, 6, -1000, 0);
	struct forecast_event event;

	house_tell(house, &last, 1);
	house_tell(house, &now, 1);
	last.outcome[11].ore = -7000;
	house_tell(house, &last, 1);
	event = event_at(house, 3);
	assert_int_equal(event.change_count, 2);
	assert_int_equal(event.changes[0].year, 2019);
	assert_money_equal(event.changes[0].net, -18000);
	assert_int_equal(event.changes[1].year, 2020);
	assert_money_equal(event.changes[1].net, -18000);
}

static void an_incomplete_last_year_is_no_profile(void **state)
{
	struct house *house = *state;
	struct series last = house_series("Familjehem", "Personal", 2019, 11, -2000, 0);
	struct series now = house_series("Familjehem", "Personal", 2020, 6, -1000, 0);

	last.outcome[10].ore = -90000;
	house_tell(house, &last, 1);
	house_tell(house, &now, 1);
	assert_money_equal(event_at(house, 2).changes[0].net, -12000);
}

static void a_manual_forecast_is_in_force_for_its_month_only(void **state)
{
	struct house *house = *state;
	struct series series[] = {
		house_series("Familjehem", "Personal", 2020, 8, -1000, -900),
		house_series("Familjehem", "Taxor", 2020, 8, 200, 100),
	};
	struct decision_event decision;
	struct forecast_event event;

	house_tell(house, series, 2);
	assert_int_equal(order_set(house, 1, "Familjehem", 8, -8000).code, ANSWER_OK);
	decision = any_event_at(house, 2).decision;
	assert_int_equal(any_event_at(house, 2).kind, EVENT_DECISION);
	assert_int_equal(decision.kind, DECISION_FORECAST_SET);
	assert_string_equal(decision.area, "Familjehem");
	assert_int_equal(decision.period.yyyymm, 202008);
	assert_false(decision.has_split);
	assert_money_equal(decision.net, -8000);
	event = event_at(house, 3);
	assert_true(event.changes[0].is_manual);
	assert_money_equal(event.changes[0].net, -8000);
	assert_money_equal(event.changes[0].income, 2267);
	assert_money_equal(event.changes[0].cost, -10267);
	assert_money_equal(event.changes[0].budget_to_date, -6400);

	series[0] = house_series("Familjehem", "Personal", 2020, 9, -1000, -900);
	series[1] = house_series("Familjehem", "Taxor", 2020, 9, 200, 100);
	house_tell(house, series, 2);
	event = event_at(house, 4);
	assert_false(event.changes[0].is_manual);
	assert_int_equal(event.changes[0].month, 9);
	assert_money_equal(event.changes[0].net, -9600);
}

/* A source that comes every month appears in the area, and has come less far. */
static void what_was_said_of_a_month_not_complete_after_all_is_withdrawn(void **state)
{
	struct house *house = *state;
	struct series series = house_series("Familjehem", "Personal", 2020, 7, -1000, -900);
	struct series later = house_series("Familjehem", "Personal", 2020, 8, -1000, -900);
	struct request request = {.kind = REQUEST_FORECAST, .period = {202008}};
	struct answer answer = {.code = ANSWER_OK, .text = ""};
	struct peer peer = {0};

	house_tell(house, &series, 1);
	house_tell(house, &later, 1);
	house_tell(house, &series, 1);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 3);
	assert_int_equal(event_at(house, 3).changes[0].month, 7);
	assert_true(event_at(house, 3).changes[0].is_current);
	assert_int_equal(
		forecast_answer_table(&house->daemon, &request, &peer, house->arena, &answer), 0);
	assert_int_equal(answer.table->row_count, 0);
}

static void a_correction_under_a_manual_forecast_keeps_it(void **state)
{
	struct house *house = *state;
	struct series series = house_series("Familjehem", "Personal", 2020, 8, -1000, -900);

	house_tell(house, &series, 1);
	order_set(house, 1, "Familjehem", 8, -8000);
	series.outcome[7].ore = -5000;
	house_tell(house, &series, 1);
	assert_true(event_at(house, 4).changes[0].is_manual);
	assert_money_equal(event_at(house, 4).changes[0].net, -8000);
	assert_money_equal(event_at(house, 4).changes[0].outcome_to_date, -12000);
}

static void the_same_order_twice_is_done_once(void **state)
{
	struct house *house = *state;

	assert_int_equal(order_set(house, 7, "Familjehem", 8, -8000).code, ANSWER_OK);
	assert_int_equal(order_set(house, 7, "Familjehem", 8, -8000).code, ANSWER_OK);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 2);
	assert_int_equal(order_set(house, 8, "Familjehem", 8, -7000).code, ANSWER_OK);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 4);
}

static void only_known_leaves_and_months_can_be_set(void **state)
{
	struct house *house = *state;

	assert_int_equal(order_set(house, 1, "Hamnen", 8, -1).code, ANSWER_INVALID);
	assert_int_equal(order_set(house, 2, "Nämnden", 8, -1).code, ANSWER_INVALID);
	assert_int_equal(order_set(house, 3, "Familjehem", 13, -1).code, ANSWER_INVALID);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 0);
}

static void the_table_has_every_leaf_with_a_forecast_of_that_month(void **state)
{
	struct house *house = *state;
	struct series series = house_series("Familjehem", "Personal", 2020, 8, -1000, -900);
	const struct table *table;

	house_tell(house, &series, 1);
	order_set(house, 1, "Ledning", 8, -5000);
	table = table_ask(house, 202008);
	assert_int_equal(table->row_count, 2);
	assert_string_equal(cell_words(table, "omrade", 0), "Familjehem");
	assert_string_equal(cell_words(table, "metod", 0), "profil-1");
	assert_int_equal(cell_number(table, "netto", 0), -11867);
	assert_string_equal(cell_words(table, "underlag", 0), "modellen");
	assert_int_equal(cell_number(table, "avvikelse", 0), -1067);
	assert_int_equal(cell_number(table, "period", 0), 202008);
	assert_string_equal(cell_words(table, "omrade", 1), "Ledning");
	assert_string_equal(cell_words(table, "metod", 1), "manuell");
	assert_string_equal(cell_words(table, "kommentar", 1), "placering avslutas");
	assert_int_equal(cell_number(table, "netto", 1), -5000);
	assert_int_equal(cell_number(table, "kostnader", 1), -5000);
	assert_string_equal(cell_words(table, "underlag", 1), "ekonomens");
	assert_int_equal(table_ask(house, 202007)->row_count, 0);
}

static void without_a_month_the_newest_with_outcome_is_shown(void **state)
{
	struct house *house = *state;
	struct series series[] = {
		house_series("Familjehem", "Personal", 2020, 8, -1000, -900),
		house_series("Familjehem", "Personal", 2021, 0, 0, -900),
	};
	const struct table *table;

	assert_int_equal(table_ask(house, 0)->row_count, 0);
	house_tell(house, series, 2);
	table = table_ask(house, 0);
	assert_int_equal(table->row_count, 1);
	assert_int_equal(cell_number(table, "period", 0), 202008);
	table = table_ask(house, 202100);
	assert_int_equal(cell_number(table, "netto", 0), -10800);
	assert_true(cell_number(table, "period", 0) == TABLE_MISSING);
}

static void a_forecast_survives_a_restart(void **state)
{
	struct house *house = *state;
	struct series series = house_series("Familjehem", "Personal", 2020, 8, -1000, -900);

	house_tell(house, &series, 1);
	journal_close(&house->daemon.stage.journal);
	store_close(&house->daemon.stage.store);
	house_open(house);
	house_tell(house, &series, 1);
	assert_int_equal(journal_last_seq(house->daemon.stage.journal), 1);
	assert_int_equal(table_ask(house, 202008)->row_count, 1);
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(a_leaf_is_the_sum_of_its_lines),
		IN_HOUSE(the_same_figures_again_change_nothing),
		IN_HOUSE(a_corrected_year_changes_the_forecast_of_the_next),
		IN_HOUSE(an_incomplete_last_year_is_no_profile),
		IN_HOUSE(a_manual_forecast_is_in_force_for_its_month_only),
		IN_HOUSE(what_was_said_of_a_month_not_complete_after_all_is_withdrawn),
		IN_HOUSE(a_correction_under_a_manual_forecast_keeps_it),
		IN_HOUSE(the_same_order_twice_is_done_once),
		IN_HOUSE(only_known_leaves_and_months_can_be_set),
		IN_HOUSE(the_table_has_every_leaf_with_a_forecast_of_that_month),
		IN_HOUSE(without_a_month_the_newest_with_outcome_is_shown),
		IN_HOUSE(a_forecast_survives_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
