/* SPDX-License-Identifier: Apache-2.0 */
/* CSV as Swedish Excel opens it, as goldens. */
#include "support/test.h"

#include <stdlib.h>
#include <time.h>

#include "unit/view/view_support.h"

#define BOM "\xEF\xBB\xBF"

static const struct view_options in_kr = {.format = VIEW_CSV, .unit_ore = VIEW_UNIT_KR};

static struct table *amounts_make(struct arena *arena)
{
	struct table *table = table_new(arena);

	table_title(table, "Titeln är inte med");
	table_note(table, "Inte heller anmarkningar.");
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "niva", "Nivå", COLUMN_COUNT);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	assert_int_equal(table_row(table), 0);
	table_text(table, 0, "Äldreomsorg");
	table_number(table, 1, 1);
	table_money(table, 2, (struct money){-123456789});
	assert_int_equal(table_row(table), 0);
	return table;
}

static void kronor_are_exact_to_the_ore(void **state)
{
	assert_string_equal(written(amounts_make(*state), in_kr),
			    BOM "omrade;niva;utfall\r\n"
				"Äldreomsorg;1;-1234567,89\r\n"
				";;\r\n");
}

static void tkr_and_mnkr_are_rounded(void **state)
{
	struct table *table = amounts_make(*state);
	struct view_options options = {.format = VIEW_CSV, .unit_ore = VIEW_UNIT_TKR};

	assert_non_null(strstr(written(table, options), ";-1235\r\n"));
	options.unit_ore = VIEW_UNIT_MNKR;
	assert_non_null(strstr(written(table, options), ";-1,2\r\n"));
}

static void texts_are_quoted_when_they_must_be(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} cells[] = {
		{"Barn & unga", "Barn & unga"},
		{"a;b", "\"a;b\""},
		{"säger \"nej\"", "\"säger \"\"nej\"\"\""},
		{"två\nrader", "\"två\nrader\""},
		{" blank", "\" blank\""},
		{"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
		{"=1+1", "'=1+1"},
		{"+46", "'+46"},
		{"-1", "'-1"},
		{"@SUM", "'@SUM"},
		{"\tcmd", "\"'\tcmd\""},
		{"\rcmd", "\"'\rcmd\""},
		{"a=b", "a=b"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
		struct table *table = table_new(*state);
		char expected[128];

		table_column(table, "t", "T", COLUMN_TEXT);
		assert_int_equal(table_row(table), 0);
		table_text(table, 0, cells[i].text);
		snprintf(expected, sizeof expected, BOM "t\r\n%s\r\n", cells[i].expected);
		assert_string_equal(written(table, in_kr), expected);
	}
}

static void every_kind_is_written_for_a_spreadsheet(void **state)
{
	static const int64_t percents[] = {150, 100, 1234, -5, -250};
	struct table *table = table_new(*state);

	setenv("TZ", "UTC0", 1);
	tzset();
	table_column(table, "antal", "Antal", COLUMN_COUNT);
	table_column(table, "andel", "Andel", COLUMN_PERCENT);
	table_column(table, "period", "Period", COLUMN_PERIOD);
	table_column(table, "tid", "Tid", COLUMN_TIME);
	table_column(table, "datum", "Datum", COLUMN_DATE);
	for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
		assert_int_equal(table_row(table), 0);
		table_number(table, 1, percents[i]);
	}
	table_number(table, 0, -1234567);
	table_number(table, 2, 202008);
	table_number(table, 3, 1598945402999);
	table_number(table, 4, 20200831);
	assert_string_equal(written(table, in_kr),
			    BOM "antal;andel;period;tid;datum\r\n"
				";1,5;;;\r\n"
				";1,0;;;\r\n"
				";12,34;;;\r\n"
				";-0,05;;;\r\n"
				"-1234567;-2,5;2020-08;2020-09-01 07:30:02;2020-08-31\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(kronor_are_exact_to_the_ore),
		ARENA_TEST(tkr_and_mnkr_are_rounded),
		ARENA_TEST(texts_are_quoted_when_they_must_be),
		ARENA_TEST(every_kind_is_written_for_a_spreadsheet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
