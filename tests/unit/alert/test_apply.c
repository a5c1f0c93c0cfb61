/* SPDX-License-Identifier: Apache-2.0 */
/* The life of alerts and plans, on a real store. */
#include "support/test.h"

#include "unit/alert/house.h"

static void alert_assert(struct house *house, uint64_t seq, uint64_t id, enum alert_state alert,
			 const char *area)
{
	struct event event = house_event(house, seq);

	assert_int_equal(event.kind, EVENT_ALERT);
	assert_int_equal(event.alert.id, id);
	assert_int_equal(event.alert.state, alert);
	assert_string_equal(event.alert.area, area);
}

static void a_deficit_beyond_the_limit_raises_one_alert(void **state)
{
	struct house *house = *state;
	struct event event;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1000);
	assert_int_equal(house_last_seq(house), 1);
	alert_assert(house, 1, 1, ALERT_RAISED, "Familjehem");
	event = house_event(house, 1);
	assert_string_equal(event.alert.rule, "verksamhet");
	assert_string_equal(event.alert.measure, "prognos");
	assert_int_equal(event.alert.month, 8);
	assert_money_equal(event.alert.deviation, -1000);
	assert_money_equal(event.alert.budget, -100000);
	assert_int_equal(event.alert.time_ms, HOUSE_TIME_MS);
}

static void the_same_fact_is_told_once(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1200);
	house_tell(house, "Familjehem", 8, -1200);
	house_tell(house, "Familjehem", 9, -1300);
	assert_int_equal(house_last_seq(house), 1);
	assert_int_equal(house_table(house, alert_answer_alerts, 0)->row_count, 1);
}

static void between_the_limits_an_alert_stays(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1200);
	house_tell(house, "Familjehem", 9, -800);
	assert_int_equal(house_last_seq(house), 1);
	house_tell(house, "Familjehem", 10, -799);
	assert_int_equal(house_last_seq(house), 2);
	alert_assert(house, 2, 1, ALERT_CLEARED, "Familjehem");
}

static void an_alert_that_comes_back_keeps_its_number(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1200);
	house_tell(house, "Familjehem", 9, 0);
	house_tell(house, "Familjehem", 10, -1100);
	assert_int_equal(house_last_seq(house), 3);
	alert_assert(house, 3, 1, ALERT_RAISED, "Familjehem");
}

static void a_parent_is_judged_by_the_sum_of_its_leaves(void **state)
{
	struct house *house = *state;
	struct forecast_change changes[] = {
		house_change("Familjehem", 8, -950),
		house_change("Ledning", 8, -950),
	};

	/* Each is below its own limit; together they are 0.95 % of the nämnd's budget ... */
	house_apply(house, changes, 2);
	assert_int_equal(house_last_seq(house), 0);
	/* ... and with one a little worse, 1 %: a plan is demanded. */
	changes[1] = house_change("Ledning", 8, -1050);
	house_apply(house, &changes[1], 1);
	assert_int_equal(house_last_seq(house), 3);
	alert_assert(house, 1, 1, ALERT_RAISED, "Nämnden");
	assert_money_equal(house_event(house, 1).alert.deviation, -2000);
	assert_money_equal(house_event(house, 1).alert.budget, -200000);
	alert_assert(house, 3, 2, ALERT_RAISED, "Ledning");
}

static void facts_of_one_event_are_judged_together(void **state)
{
	struct house *house = *state;
	struct forecast_change changes[] = {
		house_change("Familjehem", 8, -2500),
		house_change("Ledning", 8, 2400),
	};

	house_apply(house, changes, 2);
	assert_int_equal(house_last_seq(house), 1);
	alert_assert(house, 1, 1, ALERT_RAISED, "Familjehem");
}

static void a_demanded_plan_has_a_deadline(void **state)
{
	struct house *house = *state;
	struct event event;

	house_tell(house, "Ledning", 8, -999);
	house_tell(house, "Familjehem", 8, -1001);
	event = house_event(house, 2);
	assert_int_equal(event.kind, EVENT_PLAN);
	assert_int_equal(event.plan.id, 1);
	assert_int_equal(event.plan.alert_id, 1);
	assert_int_equal(event.plan.state, PLAN_DEMANDED);
	assert_string_equal(event.plan.area, "Nämnden");
	assert_int_equal(event.plan.deadline, 20201013);
}

static void a_plan_still_open_is_not_demanded_again(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, -999);
	house_tell(house, "Familjehem", 8, 0);
	house_tell(house, "Familjehem", 9, -1001);
	assert_int_equal(house_table(house, alert_answer_plans, 1)->row_count, 1);
	assert_int_equal(house_order(house, alert_order_decide, 1, 1, "SN § 87").code, ANSWER_OK);
	assert_int_equal(house_order(house, alert_order_close, 2, 1, "").code, ANSWER_OK);
	house_tell(house, "Familjehem", 10, 0);
	house_tell(house, "Familjehem", 11, -1001);
	assert_int_equal(house_table(house, alert_answer_plans, 1)->row_count, 2);
	assert_int_equal(house_table(house, alert_answer_plans, 0)->row_count, 1);
}

static void a_forecast_of_an_older_month_says_nothing(void **state)
{
	struct house *house = *state;
	struct forecast_change older = house_change("Familjehem", 8, -5000);

	older.is_current = false;
	house_tell(house, "Ledning", 8, 5000);
	house_tell(house, "Familjehem", 9, -100);
	house_apply(house, &older, 1);
	assert_int_equal(house_last_seq(house), 0);
	house_tell(house, "Familjehem", 9, -5000);
	assert_int_equal(house_last_seq(house), 1);
}

static void outcome_is_judged_against_the_budget_to_date(void **state)
{
	struct house *house = *state;
	struct forecast_change change = house_change("Familjehem", 8, 0);

	change.outcome_to_date.ore = -50500;
	house_apply(house, &change, 1);
	assert_int_equal(house_last_seq(house), 1);
	assert_string_equal(house_event(house, 1).alert.measure, "utfall");
	assert_money_equal(house_event(house, 1).alert.budget, -50000);
	assert_money_equal(house_event(house, 1).alert.deviation, -500);
}

static void years_have_alerts_of_their_own(void **state)
{
	struct house *house = *state;
	struct forecast_change changes[] = {
		house_change("Ledning", 8, 5000),
		house_change("Familjehem", 8, -1000),
		house_change("Familjehem", 3, -1500),
		house_change("Ledning", 3, 5000),
	};

	changes[2].year = changes[3].year = 2021;
	house_apply(house, changes, 4);
	assert_int_equal(house_last_seq(house), 2);
	alert_assert(house, 1, 1, ALERT_RAISED, "Familjehem");
	alert_assert(house, 2, 2, ALERT_RAISED, "Familjehem");
	assert_int_equal(house_event(house, 2).alert.year, 2021);
}

static void a_leaf_the_tree_does_not_know_counts_as_unassigned(void **state)
{
	struct house *house = *state;

	house->rules.rules[0].level = RULE_LEVEL_ANY;
	house_tell(house, "Avvecklad", 8, -1000);
	alert_assert(house, 1, 1, ALERT_RAISED, AREA_UNASSIGNED_NAME);
}

static void state_survives_a_restart(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1200);
	journal_close(&house->daemon.stage.journal);
	store_close(&house->daemon.stage.store);
	house_open(house);
	house_tell(house, "Familjehem", 8, -1200);
	assert_int_equal(house_last_seq(house), 1);
	house_tell(house, "Familjehem", 9, 0);
	alert_assert(house, 2, 1, ALERT_CLEARED, "Familjehem");
}

static void a_year_without_any_budget_raises_nothing(void **state)
{
	struct house *house = *state;
	struct forecast_change change = house_change("Familjehem", 12, -9000);

	change.has_budget = false;
	change.budget_year = change.budget_to_date = (struct money){0};
	house_apply(house, &change, 1);
	assert_int_equal(house_last_seq(house), 0);
}

static void the_first_budget_of_a_year_brings_what_was_silent_before_it(void **state)
{
	struct house *house = *state;
	struct forecast_change unassigned = house_change(AREA_UNASSIGNED_NAME, 8, 0);

	unassigned.has_budget = false;
	unassigned.net = unassigned.outcome_to_date = (struct money){-700};
	unassigned.budget_year = unassigned.budget_to_date = (struct money){0};
	house->rules.rules[2].level = RULE_LEVEL_ANY;
	house_apply(house, &unassigned, 1);
	assert_int_equal(house_last_seq(house), 0);
	house_tell(house, "Familjehem", 8, 0);
	assert_int_equal(house_last_seq(house), 1);
	alert_assert(house, 1, 1, ALERT_RAISED, AREA_UNASSIGNED_NAME);
}

static void a_changed_limit_counts_from_the_next_start(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -900);
	assert_int_equal(alert_reconcile(&house->daemon, HOUSE_TIME_MS), 0);
	assert_int_equal(house_last_seq(house), 0);
	house->rules.rules[0].amount.ore = 900;
	assert_int_equal(alert_reconcile(&house->daemon, HOUSE_TIME_MS), 0);
	assert_int_equal(house_last_seq(house), 1);
	alert_assert(house, 1, 1, ALERT_RAISED, "Familjehem");
	assert_int_equal(alert_reconcile(&house->daemon, HOUSE_TIME_MS), 0);
	assert_int_equal(house_last_seq(house), 1);
}

static void an_alert_whose_rule_is_gone_is_cleared(void **state)
{
	struct house *house = *state;

	house_tell(house, "Ledning", 8, 500);
	house_tell(house, "Familjehem", 8, -1200);
	assert_int_equal(house_last_seq(house), 1);
	house->rules.rules[0] = house->rules.rules[2];
	house->rules.count = 1;
	assert_int_equal(alert_reconcile(&house->daemon, HOUSE_TIME_MS), 0);
	assert_int_equal(house_last_seq(house), 2);
	alert_assert(house, 2, 1, ALERT_CLEARED, "Familjehem");
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(a_deficit_beyond_the_limit_raises_one_alert),
		IN_HOUSE(the_same_fact_is_told_once),
		IN_HOUSE(between_the_limits_an_alert_stays),
		IN_HOUSE(an_alert_that_comes_back_keeps_its_number),
		IN_HOUSE(a_parent_is_judged_by_the_sum_of_its_leaves),
		IN_HOUSE(facts_of_one_event_are_judged_together),
		IN_HOUSE(a_demanded_plan_has_a_deadline),
		IN_HOUSE(a_plan_still_open_is_not_demanded_again),
		IN_HOUSE(a_forecast_of_an_older_month_says_nothing),
		IN_HOUSE(outcome_is_judged_against_the_budget_to_date),
		IN_HOUSE(years_have_alerts_of_their_own),
		IN_HOUSE(a_leaf_the_tree_does_not_know_counts_as_unassigned),
		IN_HOUSE(state_survives_a_restart),
		IN_HOUSE(a_year_without_any_budget_raises_nothing),
		IN_HOUSE(the_first_budget_of_a_year_brings_what_was_silent_before_it),
		IN_HOUSE(a_changed_limit_counts_from_the_next_start),
		IN_HOUSE(an_alert_whose_rule_is_gone_is_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
