/* SPDX-License-Identifier: Apache-2.0 */
/* The alert feed as lines for programs. */
#include "support/test.h"

#include <string.h>

#include "budgetvakt/event_json.h"
#include "lib/base/cleanup.h"

static void an_alert_is_one_line(void **state)
{
	struct event event = {
		.kind = EVENT_ALERT,
		.alert = {.id = 3,
			  .time_ms = INT64_C(1599120922031),
			  .state = ALERT_RAISED,
			  .rule = "prognos",
			  .measure = "prognos",
			  .area = "Familjehem \"A\"",
			  .year = 2020,
			  .month = 8,
			  .deviation = {-300000000},
			  .budget = {-2450000000},
			  .who = "",
			  .comment = ""},
	};
	cleanup(free_bytes) char *line = event_json(7, &event);

	(void)state;
	assert_string_equal(line, "{\"seq\":7,\"id\":\"alert-7\",\"typ\":\"larm\",\"larm\":3,"
				  "\"läge\":\"larm\",\"regel\":\"prognos\",\"mått\":\"prognos\","
				  "\"område\":\"Familjehem \\\"A\\\"\",\"år\":2020,"
				  "\"period\":\"2020-08\",\"avvikelse_ore\":-300000000,"
				  "\"budget_ore\":-2450000000,\"tid\":\"2020-09-03T08:15:22Z\","
				  "\"vem\":\"\",\"kommentar\":\"\"}\n");
}

static void a_name_that_is_not_utf8_does_not_hide_the_alert(void **state)
{
	struct event event = {
		.kind = EVENT_ALERT,
		.alert = {.state = ALERT_CLEARED, .area = "F\xf6rskola", .year = 2020},
	};
	cleanup(free_bytes) char *line = event_json(1, &event);

	(void)state;
	assert_non_null(strstr(line, "\"område\":\"F?rskola\""));
	assert_non_null(strstr(line, "\"period\":null"));
}

static void a_plan_has_its_deadline(void **state)
{
	struct event event = {
		.kind = EVENT_PLAN,
		.plan = {.id = 1,
			 .alert_id = 3,
			 .state = PLAN_DECIDED,
			 .area = "Familjehem",
			 .year = 2020,
			 .deadline = 20201003,
			 .reference = "SN § 92",
			 .who = "uid 0",
			 .comment = ""},
	};
	cleanup(free_bytes) char *line = event_json(8, &event);

	(void)state;
	assert_non_null(strstr(line, "\"typ\":\"åtgärdsplan\""));
	assert_non_null(strstr(line, "\"frist\":\"2020-10-03\""));
	assert_non_null(strstr(line, "\"beslut\":\"SN § 92\""));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_is_one_line),
		cmocka_unit_test(a_name_that_is_not_utf8_does_not_hide_the_alert),
		cmocka_unit_test(a_plan_has_its_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
