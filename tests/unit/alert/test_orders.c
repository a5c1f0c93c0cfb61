/* SPDX-License-Identifier: Apache-2.0 */
/* What people order, once and in the right state. */
#include "support/test.h"

#include "unit/alert/house.h"

/* Alert 1 on a leaf, alert 2 on the nämnd with plan 1. */
static void house_raise(struct house *house)
{
	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1200);
	house_tell(house, "Familjehem", 8, -2500);
	assert_int_equal(house_last_seq(house), 3);
}

static void an_acknowledged_alert_says_who_and_why(void **state)
{
	struct house *house = *state;
	struct event event;

	house_raise(house);
	assert_int_equal(house_order(house, alert_order_acknowledge, 1, 1, "").code, ANSWER_OK);
	event = house_event(house, 4);
	assert_int_equal(event.kind, EVENT_ALERT);
	assert_int_equal(event.alert.state, ALERT_ACKNOWLEDGED);
	assert_string_equal(event.alert.who, "uid 1001");
	assert_string_equal(event.alert.comment, "sett");
}

static void the_same_order_twice_is_done_once(void **state)
{
	struct house *house = *state;

	house_raise(house);
	assert_int_equal(house_order(house, alert_order_acknowledge, 1, 1, "").code, ANSWER_OK);
	assert_int_equal(house_order(house, alert_order_acknowledge, 1, 1, "").code, ANSWER_OK);
	assert_int_equal(house_last_seq(house), 4);
}

static void another_acknowledgement_is_refused(void **state)
{
	struct house *house = *state;
	struct answer answer;

	house_raise(house);
	house_order(house, alert_order_acknowledge, 1, 1, "");
	answer = house_order(house, alert_order_acknowledge, 2, 1, "");
	assert_int_equal(answer.code, ANSWER_REFUSED);
	assert_string_equal(answer.text, "Larm 1 är redan kvitterat.");
	assert_int_equal(house_last_seq(house), 4);
}

static void an_order_that_was_refused_stays_refused(void **state)
{
	struct house *house = *state;
	struct answer answer;

	house_tell(house, "Ledning", 8, 5000);
	assert_int_equal(house_order(house, alert_order_acknowledge, 1, 1, "").code,
			 ANSWER_NOT_FOUND);
	house_tell(house, "Familjehem", 8, -1200);
	answer = house_order(house, alert_order_acknowledge, 1, 1, "");
	assert_int_equal(answer.code, ANSWER_NOT_FOUND);
	assert_string_equal(answer.text, "Det finns inget larm 1.");
	assert_int_equal(house_last_seq(house), 1);
	assert_int_equal(house_order(house, alert_order_acknowledge, 2, 1, "").code, ANSWER_OK);
}

static void an_acknowledged_alert_clears_and_comes_back_unacknowledged(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 5000);
	house_tell(house, "Familjehem", 8, -1200);
	house_order(house, alert_order_acknowledge, 1, 1, "");
	house_tell(house, "Familjehem", 9, -900);
	assert_int_equal(house_last_seq(house), 2);
	house_tell(house, "Familjehem", 9, 0);
	assert_int_equal(house_event(house, 3).alert.state, ALERT_CLEARED);
	assert_string_equal(house_event(house, 3).alert.who, "");
	assert_int_equal(house_order(house, alert_order_acknowledge, 2, 1, "").code,
			 ANSWER_REFUSED);
	house_tell(house, "Familjehem", 10, -1500);
	assert_int_equal(house_event(house, 4).alert.state, ALERT_RAISED);
	assert_int_equal(house_event(house, 4).alert.id, 1);
}

static void what_does_not_exist_is_not_found(void **state)
{
	struct house *house = *state;

	assert_int_equal(house_order(house, alert_order_acknowledge, 1, 9, "").code,
			 ANSWER_NOT_FOUND);
	assert_int_equal(house_order(house, alert_order_decide, 2, 9, "SN § 1").code,
			 ANSWER_NOT_FOUND);
	assert_int_equal(house_order(house, alert_order_close, 3, 9, "").code, ANSWER_NOT_FOUND);
	assert_int_equal(house_last_seq(house), 0);
}

static void a_plan_is_demanded_decided_and_closed(void **state)
{
	struct house *house = *state;

	house_raise(house);
	assert_string_equal(house_text(house_table(house, alert_answer_plans, 0), "lage"), "Krävs");
	assert_int_equal(house_order(house, alert_order_decide, 1, 1, "SN § 87").code, ANSWER_OK);
	assert_int_equal(house_event(house, 4).plan.state, PLAN_DECIDED);
	assert_string_equal(house_event(house, 4).plan.reference, "SN § 87");
	assert_string_equal(house_text(house_table(house, alert_answer_plans, 0), "beslut"),
			    "SN § 87");
	assert_int_equal(house_order(house, alert_order_close, 2, 1, "").code, ANSWER_OK);
	assert_int_equal(house_event(house, 5).plan.state, PLAN_CLOSED);
	assert_string_equal(house_event(house, 5).plan.reference, "SN § 87");
	assert_int_equal(house_table(house, alert_answer_plans, 0)->row_count, 0);
	assert_int_equal(house_table(house, alert_answer_plans, 1)->row_count, 1);
}

static void a_plan_is_not_decided_twice_or_without_a_decision(void **state)
{
	struct house *house = *state;

	house_raise(house);
	assert_int_equal(house_order(house, alert_order_decide, 1, 1, "").code, ANSWER_INVALID);
	assert_int_equal(house_order(house, alert_order_decide, 2, 1, "SN § 87").code, ANSWER_OK);
	assert_int_equal(house_order(house, alert_order_decide, 3, 1, "SN § 88").code,
			 ANSWER_REFUSED);
	assert_int_equal(house_order(house, alert_order_close, 4, 1, "").code, ANSWER_OK);
	assert_int_equal(house_order(house, alert_order_close, 5, 1, "").code, ANSWER_REFUSED);
	assert_int_equal(house_last_seq(house), 5);
}

static void an_undecided_plan_closes_only_when_its_alert_is_over(void **state)
{
	struct house *house = *state;

	house_raise(house);
	assert_int_equal(house_order(house, alert_order_close, 1, 1, "").code, ANSWER_REFUSED);
	house_tell(house, "Familjehem", 9, 0);
	assert_int_equal(house_order(house, alert_order_close, 2, 1, "").code, ANSWER_OK);
}

static void a_comment_too_long_is_refused_whole(void **state)
{
	struct house *house = *state;
	char comment[COMMENT_SIZE + 1];
	struct request request = {.id = {1}, .number = 1, .text = comment, .reference = ""};
	struct peer peer = {.uid = 1001};
	struct answer answer = {.code = ANSWER_OK};

	house_raise(house);
	memset(comment, 'a', COMMENT_SIZE);
	comment[COMMENT_SIZE] = '\0';
	assert_int_equal(
		alert_order_acknowledge(&house->daemon, &request, &peer, house->arena, &answer), 0);
	assert_int_equal(answer.code, ANSWER_INVALID);
	assert_int_equal(house_last_seq(house), 3);
}

static void the_list_shows_open_alerts_or_all(void **state)
{
	struct house *house = *state;
	const struct table *table;

	house_raise(house);
	house_tell(house, "Familjehem", 9, -700);
	table = house_table(house, alert_answer_alerts, 0);
	assert_int_equal(table->row_count, 0);
	table = house_table(house, alert_answer_alerts, 1);
	assert_int_equal(table->row_count, 2);
	assert_string_equal(house_text(table, "lage"), "återställt");
	assert_string_equal(house_text(table, "omrade"), "Nämnden");
	assert_string_equal(house_text(table, "matt"), "prognos");
	assert_int_equal(table_find(table, "avvikelse")->numbers[0], -700);
	assert_int_equal(table_find(table, "procent")->numbers[0], -70);
	assert_int_equal(table_find(table, "period")->numbers[0], 202009);
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(an_acknowledged_alert_says_who_and_why),
		IN_HOUSE(the_same_order_twice_is_done_once),
		IN_HOUSE(another_acknowledgement_is_refused),
		IN_HOUSE(an_order_that_was_refused_stays_refused),
		IN_HOUSE(an_acknowledged_alert_clears_and_comes_back_unacknowledged),
		IN_HOUSE(what_does_not_exist_is_not_found),
		IN_HOUSE(a_plan_is_demanded_decided_and_closed),
		IN_HOUSE(a_plan_is_not_decided_twice_or_without_a_decision),
		IN_HOUSE(an_undecided_plan_closes_only_when_its_alert_is_over),
		IN_HOUSE(a_comment_too_long_is_refused_whole),
		IN_HOUSE(the_list_shows_open_alerts_or_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
