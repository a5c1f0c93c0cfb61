/* SPDX-License-Identifier: Apache-2.0 */
/* What the journals hold, to bytes and back. */
#include "support/test.h"

#include "unit/wire/samples.h"

enum { MANY_SERIES = 8000 };

static void a_ledger_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_LEDGER - 1);
	struct ledger_event got = sample_event_round(*state, &sent).ledger;

	assert_int_equal(got.time_ms, -1);
	assert_memory_equal(got.batch_id.bytes, sent.ledger.batch_id.bytes, HASH_SIZE);
	assert_string_equal(got.source, "källa");
	assert_int_equal(got.series_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(got.series[i].area, sample_series[i].area);
		assert_string_equal(got.series[i].line, sample_series[i].line);
		assert_int_equal(got.series[i].year, sample_series[i].year);
		assert_int_equal(got.series[i].through_month, sample_series[i].through_month);
		assert_memory_equal(got.series[i].outcome, sample_series[i].outcome,
				    sizeof sample_series[i].outcome);
		assert_memory_equal(got.series[i].budget, sample_series[i].budget,
				    sizeof sample_series[i].budget);
	}
}

static void a_ledger_event_of_a_large_import_arrives(void **state)
{
	struct series *series = calloc(MANY_SERIES, sizeof *series);
	struct event sent = {.kind = EVENT_LEDGER,
			     .ledger = {.series = series, .series_count = MANY_SERIES}};
	struct event got;

	assert_non_null(series);
	for (int i = 0; i < MANY_SERIES; i++) {
		series[i] = sample_series[0];
		series[i].outcome[3].ore = i;
	}
	got = sample_event_round(*state, &sent);
	assert_int_equal(got.ledger.series_count, MANY_SERIES);
	assert_money_equal(got.ledger.series[MANY_SERIES - 1].outcome[3], MANY_SERIES - 1);
	free(series);
}

static void a_forecast_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_FORECAST - 1);
	struct forecast_event got = sample_event_round(*state, &sent).forecast;
	const struct forecast_change *one;

	assert_int_equal(got.time_ms, INT64_MAX);
	assert_string_equal(got.method, "profil-1");
	assert_int_equal(got.change_count, 2);
	one = &got.changes[0];
	assert_string_equal(one->area, "Familjehem");
	assert_int_equal(one->year, 2020);
	assert_int_equal(one->month, 12);
	assert_money_equal(one->income, 1);
	assert_money_equal(one->cost, -2);
	assert_money_equal(one->net, -1);
	assert_money_equal(one->low, INT64_MIN);
	assert_money_equal(one->high, INT64_MAX);
	assert_true(one->is_manual);
	assert_true(one->is_current);
	assert_true(one->has_budget);
	assert_money_equal(one->budget_year, 4);
	assert_money_equal(one->outcome_to_date, 5);
	assert_money_equal(one->budget_to_date, 6);
	assert_false(got.changes[1].is_manual);
	assert_false(got.changes[1].is_current);
	assert_false(got.changes[1].has_budget);
}

static void an_alert_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_ALERT - 1);
	struct alert_event got = sample_event_round(*state, &sent).alert;

	assert_int_equal(got.id, UINT64_MAX);
	assert_int_equal(got.time_ms, 17);
	assert_int_equal(got.state, ALERT_CLEARED);
	assert_string_equal(got.rule, "verksamhet");
	assert_string_equal(got.measure, "prognos");
	assert_string_equal(got.area, "Familjehem");
	assert_int_equal(got.year, 2020);
	assert_int_equal(got.month, 9);
	assert_money_equal(got.deviation, INT64_MIN);
	assert_money_equal(got.budget, INT64_MAX);
	assert_string_equal(got.who, "uid 1001");
	assert_string_equal(got.comment, SAMPLE_TEXT);
}

static void a_plan_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_PLAN - 1);
	struct plan_event got = sample_event_round(*state, &sent).plan;

	assert_int_equal(got.id, 1);
	assert_int_equal(got.alert_id, UINT64_MAX);
	assert_int_equal(got.time_ms, 18);
	assert_int_equal(got.state, PLAN_CLOSED);
	assert_string_equal(got.area, "Familjehem");
	assert_int_equal(got.year, 2020);
	assert_int_equal(got.deadline, 20201015);
	assert_string_equal(got.reference, "SN § 7");
	assert_string_equal(got.who, "uid 1001");
	assert_string_equal(got.comment, SAMPLE_TEXT);
}

static void a_decision_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_DECISION - 1);
	struct decision_event got = sample_event_round(*state, &sent).decision;

	assert_int_equal(got.kind, DECISION_FORECAST_SET);
	assert_int_equal(got.time_ms, 19);
	assert_string_equal(got.who, "uid 1001");
	assert_int_equal(got.period.yyyymm, 202009);
	assert_string_equal(got.area, "Familjehem");
	assert_true(got.has_split);
	assert_money_equal(got.income, INT64_MAX);
	assert_money_equal(got.cost, INT64_MIN);
	assert_money_equal(got.net, -1);
	assert_string_equal(got.comment, SAMPLE_TEXT);
}

static void a_case_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_CASE - 1);
	struct case_event got = sample_event_round(*state, &sent).file_case;

	assert_int_equal(got.time_ms, 20);
	assert_int_equal(got.state, CASE_DISCARDED);
	assert_string_equal(got.source, "källa");
	assert_string_equal(got.file_name, "2020-08.se");
	assert_memory_equal(got.file.bytes, sample_case.file.bytes, HASH_SIZE);
	assert_int_equal(got.received_ms, 21);
	assert_string_equal(got.code, "F121");
	assert_int_equal(got.line, UINT32_MAX);
	assert_int_equal(got.column, 7);
	assert_string_equal(got.text, SAMPLE_TEXT);
	assert_int_equal(got.error_count, UINT64_MAX);
	assert_string_equal(got.report, "/state/quarantine/källa/03.txt");
}

static void a_room_event_arrives_whole(void **state)
{
	struct event sent = sample_event(EVENT_ROOM - 1);
	struct room_event got = sample_event_round(*state, &sent).room;

	assert_int_equal(got.time_ms, 22);
	assert_int_equal(got.state, ALERT_CLEARED);
	assert_int_equal(got.free_mib, UINT64_MAX);
	assert_int_equal(got.limit_mib, 256);
}

static void the_least_event_arrives(void **state)
{
	struct event ledger = {.kind = EVENT_LEDGER};
	struct event forecast = {.kind = EVENT_FORECAST};
	struct event got = sample_event_round(*state, &ledger);

	assert_string_equal(got.ledger.source, "");
	assert_int_equal(got.ledger.series_count, 0);
	got = sample_event_round(*state, &forecast);
	assert_string_equal(got.forecast.method, "");
	assert_int_equal(got.forecast.change_count, 0);
}

/* What cannot be: packed by a stranger, refused by us. */
static void impossible_events_are_malformed(void **state)
{
	struct series late = {.area = "a", .line = "b", .year = 2020, .through_month = 13};
	struct series early = {.area = "a", .line = "b", .year = -1};
	struct forecast_change change = {.area = "a", .year = 2020, .month = 13};
	const struct event impossible[] = {
		{.kind = EVENT_LEDGER, .ledger = {.series = &late, .series_count = 1}},
		{.kind = EVENT_LEDGER, .ledger = {.series = &early, .series_count = 1}},
		{.kind = EVENT_FORECAST, .forecast = {.changes = &change, .change_count = 1}},
		{.kind = EVENT_ALERT, .alert = {.state = 0}},
		{.kind = EVENT_ALERT, .alert = {.state = ALERT_CLEARED + 1}},
		{.kind = EVENT_PLAN, .plan = {.state = 0}},
		{.kind = EVENT_PLAN, .plan = {.state = PLAN_CLOSED + 1}},
		{.kind = EVENT_DECISION, .decision = {.kind = 0}},
		{.kind = EVENT_DECISION, .decision = {.kind = DECISION_FORECAST_SET + 1}},
		{.kind = EVENT_CASE, .file_case = {.state = 0}},
		{.kind = EVENT_CASE, .file_case = {.state = CASE_DISCARDED + 1}},
		{.kind = EVENT_ROOM, .room = {.state = 0}},
		{.kind = EVENT_ROOM, .room = {.state = ALERT_ACKNOWLEDGED}},
	};

	for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
		uint8_t *bytes = NULL;
		size_t size = 0;
		struct event got;

		assert_int_equal(event_pack(&impossible[i], &bytes, &size), 0);
		assert_int_equal(event_unpack(bytes, size, *state, &got), CODEC_MALFORMED);
		free(bytes);
	}
}

static void no_event_at_all_is_unknown(void **state)
{
	struct event got;

	assert_int_equal(event_unpack((const uint8_t *)"", 0, *state, &got), CODEC_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		codec_test(a_ledger_event_arrives_whole),
		codec_test(a_ledger_event_of_a_large_import_arrives),
		codec_test(a_forecast_event_arrives_whole),
		codec_test(an_alert_event_arrives_whole),
		codec_test(a_plan_event_arrives_whole),
		codec_test(a_decision_event_arrives_whole),
		codec_test(a_case_event_arrives_whole),
		codec_test(a_room_event_arrives_whole),
		codec_test(the_least_event_arrives),
		codec_test(impossible_events_are_malformed),
		codec_test(no_event_at_all_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
