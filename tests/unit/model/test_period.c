/* SPDX-License-Identifier: Apache-2.0 */
/* Months and days as they are written, and only those that exist. */
#include "support/test.h"

#include "lib/model/period.h"

static void both_ways_of_writing_a_month_are_read(void **state)
{
	struct period period = {0};

	(void)state;
	assert_true(period_parse("2020-08", &period));
	assert_int_equal(period.yyyymm, 202008);
	assert_true(period_parse("201912", &period));
	assert_int_equal(period_year(period), 2019);
	assert_int_equal(period_month(period), 12);
}

static void months_that_do_not_exist_are_refused(void **state)
{
	static const char *const texts[] = {"",	       "2020",	  "2020-13", "2020-00", "1899-12",
					    "3000-01", "2020/08", "20-2008", "2020-8",	"2020-08 ",
					    "2O20-08", "2020080", "-202008"};
	struct period period = {202001};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_false(period_parse(texts[i], &period));
	assert_int_equal(period.yyyymm, 202001);
}

static void a_month_is_written_for_people(void **state)
{
	char text[PERIOD_TEXT_SIZE];

	(void)state;
	period_text(period_of(2020, 8), text);
	assert_string_equal(text, "2020-08");
	assert_string_equal(period_month_name(period_of(2020, 1)), "januari");
	assert_string_equal(period_month_name(period_of(2020, 12)), "december");
	assert_string_equal(period_month_name(period_of(2020, 13)), "");
}

static void dates_follow_the_calendar(void **state)
{
	(void)state;
	assert_true(date_is_valid(20200229));
	assert_false(date_is_valid(20190229));
	assert_false(date_is_valid(21000229));
	assert_true(date_is_valid(20000229));
	assert_false(date_is_valid(20200431));
	assert_false(date_is_valid(20200400));
	assert_false(date_is_valid(0));
	assert_false(date_is_valid(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_of_writing_a_month_are_read),
		cmocka_unit_test(months_that_do_not_exist_are_refused),
		cmocka_unit_test(a_month_is_written_for_people),
		cmocka_unit_test(dates_follow_the_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
