/* SPDX-License-Identifier: Apache-2.0 */
/* JSON for programs, as goldens. */
#include "support/test.h"

#include "unit/view/view_support.h"

static const struct view_options json = {.format = VIEW_JSON};

static void a_table_is_one_object_with_exact_values(void **state)
{
	struct table *table = table_new(*state);

	table_title(table, "Larm \"2020\"");
	table_note(table, "En anmärkning.");
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	table_column(table, "antal", "Antal", COLUMN_COUNT);
	table_column(table, "andel", "Andel", COLUMN_PERCENT);
	table_column(table, "period", "Period", COLUMN_PERIOD);
	table_column(table, "tid", "Tid", COLUMN_TIME);
	table_column(table, "datum", "Datum", COLUMN_DATE);
	assert_int_equal(table_row(table), 0);
	table_text(table, 0, "Äldreomsorg");
	table_number(table, 1, -123456789);
	table_number(table, 2, 3);
	table_number(table, 3, 110);
	table_number(table, 4, 202008);
	table_number(table, 5, 1598945402042);
	table_number(table, 6, 20200831);
	assert_string_equal(written(table, json), "{\n"
						  "  \"titel\": \"Larm \\\"2020\\\"\",\n"
						  "  \"rader\": [\n"
						  "    {\n"
						  "      \"omrade\": \"Äldreomsorg\",\n"
						  "      \"utfall_ore\": -123456789,\n"
						  "      \"antal\": 3,\n"
						  "      \"andel\": 1.1,\n"
						  "      \"period\": \"2020-08\",\n"
						  "      \"tid\": \"2020-09-01T07:30:02.042Z\",\n"
						  "      \"datum\": \"2020-08-31\"\n"
						  "    }\n"
						  "  ],\n"
						  "  \"anmarkningar\": [\n"
						  "    \"En anmärkning.\"\n"
						  "  ]\n"
						  "}\n");
}

static void what_is_missing_is_null(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "namn", "Namn", COLUMN_TEXT);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	table_column(table, "period", "Period", COLUMN_PERIOD);
	assert_int_equal(table_row(table), 0);
	table_number(table, 2, 0);
	assert_string_equal(written(table, json), "{\n"
						  "  \"titel\": null,\n"
						  "  \"rader\": [\n"
						  "    {\n"
						  "      \"namn\": null,\n"
						  "      \"utfall_ore\": null,\n"
						  "      \"period\": null\n"
						  "    }\n"
						  "  ],\n"
						  "  \"anmarkningar\": []\n"
						  "}\n");
}

static void amounts_at_the_ends_of_int64_are_exact(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	assert_int_equal(table_row(table), 0);
	table_number(table, 0, INT64_MAX);
	assert_int_equal(table_row(table), 0);
	table_number(table, 0, INT64_MIN + 1);
	assert_non_null(strstr(written(table, json), "\"utfall_ore\": 9223372036854775807\n"));
	assert_non_null(strstr(written(table, json), "\"utfall_ore\": -9223372036854775807\n"));
}

static void bytes_that_are_not_utf8_do_not_stop_the_rest(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "namn", "Namn", COLUMN_TEXT);
	assert_int_equal(table_row(table), 0);
	table_text(table, 0, "N\xE4mnd");
	assert_non_null(strstr(written(table, json), "\"namn\": \"N?mnd\""));
}

static void times_before_1970_are_written_too(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "tid", "Tid", COLUMN_TIME);
	assert_int_equal(table_row(table), 0);
	table_number(table, 0, -1);
	assert_non_null(strstr(written(table, json), "\"1969-12-31T23:59:59.999Z\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(a_table_is_one_object_with_exact_values),
		ARENA_TEST(what_is_missing_is_null),
		ARENA_TEST(amounts_at_the_ends_of_int64_are_exact),
		ARENA_TEST(bytes_that_are_not_utf8_do_not_stop_the_rest),
		ARENA_TEST(times_before_1970_are_written_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
