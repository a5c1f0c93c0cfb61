/* SPDX-License-Identifier: Apache-2.0 */
/* The lines that subscribers read. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/view/event_line.h"

static struct event alert_event(void)
{
	return (struct event){
		.kind = EVENT_ALERT,
		.alert = {.id = 3,
			  .time_ms = 1599984000999,
			  .state = ALERT_ACKNOWLEDGED,
			  .rule = "verksamhet",
			  .measure = "prognos",
			  .area = "Familjehem \"öppna\"",
			  .year = 2020,
			  .month = 8,
			  .deviation = {-300000001},
			  .budget = {-9000000000000000001},
			  .who = "uid 1001",
			  .comment = "rad\nbryts"},
	};
}

static void an_alert_is_one_line_with_exact_money(void **state)
{
	struct event event = alert_event();
	cleanup(free_bytes) char *line = NULL;

	(void)state;
	assert_int_equal(event_line(17, &event, &line), 0);
	assert_string_equal(
		line, "{\"seq\":17,\"id\":\"alert-17\",\"typ\":\"larm\",\"larm\":3,\"lage\":"
		      "\"kvitterat\","
		      "\"regel\":\"verksamhet\",\"matt\":\"prognos\","
		      "\"omrade\":\"Familjehem \\\"öppna\\\"\",\"ar\":2020,\"period\":\"2020-08\","
		      "\"avvikelse_ore\":-300000001,\"budget_ore\":-9000000000000000001,"
		      "\"tid\":\"2020-09-13T08:00:00Z\",\"vem\":\"uid 1001\","
		      "\"kommentar\":\"rad\\nbryts\"}\n");
}

static void a_plan_has_its_deadline_and_decision(void **state)
{
	struct event event = {
		.kind = EVENT_PLAN,
		.plan = {.id = 1,
			 .alert_id = 3,
			 .time_ms = 1599984000000,
			 .state = PLAN_DECIDED,
			 .area = "Nämnden",
			 .year = 2020,
			 .deadline = 20201013,
			 .reference = "SN § 87",
			 .who = "",
			 .comment = ""},
	};
	cleanup(free_bytes) char *line = NULL;

	(void)state;
	assert_int_equal(event_line(18, &event, &line), 0);
	assert_string_equal(line,
			    "{\"seq\":18,\"id\":\"alert-18\",\"typ\":\"åtgärdsplan\","
			    "\"atgardsplan\":1,\"larm\":3,"
			    "\"lage\":\"Beslutad\",\"omrade\":\"Nämnden\",\"ar\":2020,"
			    "\"frist\":\"2020-10-13\",\"beslut\":\"SN § 87\","
			    "\"tid\":\"2020-09-13T08:00:00Z\",\"vem\":\"\",\"kommentar\":\"\"}\n");
}

static void a_refused_file_says_what_is_wrong_and_where_the_report_is(void **state)
{
	struct event event = {
		.kind = EVENT_CASE,
		.file_case = {.time_ms = 1599984000000,
			      .state = CASE_OPENED,
			      .source = "bok",
			      .file_name = "2020-08.se",
			      .received_ms = 1599983999000,
			      .code = "F121",
			      .line = 12,
			      .text = "beloppet är inget tal; rätta",
			      .error_count = 4,
			      .report = "/s/quarantine/bok/0.txt"},
	};
	cleanup(free_bytes) char *line = NULL;

	(void)state;
	assert_int_equal(event_line(19, &event, &line), 0);
	assert_string_equal(
		line,
		"{\"seq\":19,\"id\":\"alert-19\",\"typ\":\"fil\",\"lage\":\"larm\","
		"\"orsak\":\"i karantän\",\"kalla\":\"bok\",\"fil\":\"2020-08.se\","
		"\"sha256\":\"00000000000000000000000000000000"
		"00000000000000000000000000000000\","
		"\"mottagen\":\"2020-09-13T07:59:59Z\",\"antal_fel\":4,\"kod\":\"F121\","
		"\"rad\":12,\"kolumn\":null,\"text\":\"beloppet är inget tal; rätta\","
		"\"rapport\":\"/s/quarantine/bok/0.txt\",\"tid\":\"2020-09-13T08:00:00Z\"}\n");
	free(line);
	line = NULL;
	event.file_case.state = CASE_REPLACED;
	assert_int_equal(event_line(20, &event, &line), 0);
	assert_non_null(strstr(line, "\"lage\":\"återställt\",\"orsak\":\"ersatt\""));
}

static void a_disk_that_is_nearly_full_says_what_that_means(void **state)
{
	struct event event = {.kind = EVENT_ROOM,
			      .room = {.time_ms = 1599984000000,
				       .state = ALERT_RAISED,
				       .free_mib = 255,
				       .limit_mib = 256}};
	cleanup(free_bytes) char *line = NULL;

	(void)state;
	assert_int_equal(event_line(21, &event, &line), 0);
	assert_string_equal(line,
			    "{\"seq\":21,\"id\":\"alert-21\",\"typ\":\"utrymme\",\"lage\":\"larm\","
			    "\"kvar_mib\":255,\"grans_mib\":256,\"text\":\"disken är nästan full: "
			    "inga filer läses in förrän det finns plats\","
			    "\"tid\":\"2020-09-13T08:00:00Z\"}\n");
}

static void a_year_not_begun_has_no_period(void **state)
{
	struct event event = alert_event();
	cleanup(free_bytes) char *line = NULL;

	(void)state;
	event.alert.month = 0;
	assert_int_equal(event_line(1, &event, &line), 0);
	assert_non_null(strstr(line, "\"period\":null"));
}

static void a_name_that_is_not_text_does_not_stop_an_alert(void **state)
{
	struct event event = alert_event();
	cleanup(free_bytes) char *line = NULL;

	(void)state;
	event.alert.area = "K\xf6k";
	assert_int_equal(event_line(1, &event, &line), 0);
	assert_non_null(strstr(line, "\"omrade\":\"K?k\""));
}

static void other_events_are_nobodys_business(void **state)
{
	struct event event = {.kind = EVENT_FORECAST};
	char *line = NULL;

	(void)state;
	assert_int_equal(event_line(1, &event, &line), EVENT_LINE_NONE);
	assert_null(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_is_one_line_with_exact_money),
		cmocka_unit_test(a_plan_has_its_deadline_and_decision),
		cmocka_unit_test(a_refused_file_says_what_is_wrong_and_where_the_report_is),
		cmocka_unit_test(a_disk_that_is_nearly_full_says_what_that_means),
		cmocka_unit_test(a_year_not_begun_has_no_period),
		cmocka_unit_test(a_name_that_is_not_text_does_not_stop_an_alert),
		cmocka_unit_test(other_events_are_nobodys_business),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
