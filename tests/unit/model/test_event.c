/* SPDX-License-Identifier: Apache-2.0 */
/* The words that people and scripts see for states. */
#include "support/test.h"

#include "lib/model/event.h"

static void alert_states_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(alert_state_name(ALERT_RAISED), "larm");
	assert_string_equal(alert_state_name(ALERT_ACKNOWLEDGED), "kvitterat");
	assert_string_equal(alert_state_name(ALERT_CLEARED), "återställt");
	assert_string_equal(alert_state_name((enum alert_state)0), "");
}

static void plan_states_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(plan_state_name(PLAN_DEMANDED), "Krävs");
	assert_string_equal(plan_state_name(PLAN_DECIDED), "Beslutad");
	assert_string_equal(plan_state_name(PLAN_CLOSED), "Avslutad");
	assert_string_equal(plan_state_name((enum plan_state)9), "");
}

static void case_states_have_their_words(void **state)
{
	(void)state;
	assert_string_equal(case_state_name(CASE_OPENED), "i karantän");
	assert_string_equal(case_state_name(CASE_REPLACED), "ersatt");
	assert_string_equal(case_state_name(CASE_ACCEPTED), "inläst");
	assert_string_equal(case_state_name(CASE_RETRIED), "prövas på nytt");
	assert_string_equal(case_state_name(CASE_DISCARDED), "slängd");
	assert_string_equal(case_state_name((enum case_state)0), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alert_states_have_their_words),
		cmocka_unit_test(plan_states_have_their_words),
		cmocka_unit_test(case_states_have_their_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
