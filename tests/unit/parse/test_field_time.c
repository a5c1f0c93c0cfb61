/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days and months as lists write them.
 */
#include "support/test.h"

#include <string.h>

#include "parse/field_time.h"

struct time_case {
	const char *text;
	int problem;
	uint32_t yyyymm;
};

static struct field field_of(const char *text)
{
	return (struct field){.bytes = (const uint8_t *)text, .length = strlen(text)};
}

static void dates_have_many_forms(void **state)
{
	static const struct time_case cases[] = {
		{"2020-08-31", 0, 202008},
		{"20200831", 0, 202008},
		{"2020/08/31", 0, 202008},
		{"2020.08.31", 0, 202008},
		{"31/8 2020", 0, 202008},
		{"31.08.2020", 0, 202008},
		{"31/08/2020", 0, 202008},
		{"31 aug 2020", 0, 202008},
		{"31-Aug-2020", 0, 202008},
		{"200831", 0, 202008},
		{"20-08-31", 0, 202008},
		{"2020-08", 0, 202008},
		{"2020-08-31T00:00:00", 0, 202008},
		{"2020-08-31 23:59:59.000", 0, 202008},
		{"2020-08-31T00:00:00Z", 0, 202008},
		{"202099", TIME_BAD, 0},
		{"201112", TIME_AMBIGUOUS, 0},
		{"08/31/2020", TIME_BAD, 0},
		{"2020-02-30", TIME_BAD, 0},
		{"2020-13", TIME_BAD, 0},
		{"44074", TIME_BAD, 0},
		{"2020-08-31x", TIME_BAD, 0},
		{"-2020-08-31", TIME_BAD, 0},
		{"", TIME_BAD, 0},
		{"0", TIME_BAD, 0},
		{"aug", TIME_BAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field field = field_of(cases[i].text);
		uint32_t yyyymm = 0;
		int problem = field_list_date(&field, DATE_FORM_AUTO, &yyyymm);

		if (problem != cases[i].problem || (problem == 0 && yyyymm != cases[i].yyyymm))
			print_error("%s: %d %u\n", cases[i].text, problem, yyyymm);
		assert_int_equal(problem, cases[i].problem);
		if (problem == 0)
			assert_int_equal(yyyymm, cases[i].yyyymm);
	}
}

static void six_digits_are_a_day_when_the_source_says_so(void **state)
{
	struct field field = field_of("201112");
	uint32_t yyyymm;

	(void)state;
	assert_int_equal(field_list_date(&field, DATE_FORM_SHORT, &yyyymm), 0);
	assert_int_equal(yyyymm, 202011);
}

static void periods_have_many_forms(void **state)
{
	static const struct time_case cases[] = {
		{"202008", 0, 202008},	     {"2020-08", 0, 202008},	  {"2020.08", 0, 202008},
		{"2020/8", 0, 202008},	     {"2020 M08", 0, 202008},	  {"2020M08", 0, 202008},
		{"2020P08", 0, 202008},	     {"aug-20", 0, 202008},	  {"Aug 2020", 0, 202008},
		{"augusti 2020", 0, 202008}, {"2020 augusti", 0, 202008}, {"jan-15", 0, 201501},
		{"may 2020", 0, 202005},     {"2020-08-31", 0, 202008},	  {"20200831", 0, 202008},
		{"P08", 0, 202108},	     {"08", 0, 202108},		  {"8", 0, 202108},
		{"aug", 0, 202108},	     {"13", TIME_BAD, 0},	  {"202013", TIME_BAD, 0},
		{"2020", TIME_BAD, 0},	     {"augur 2020", TIME_BAD, 0}, {"P", TIME_BAD, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field field = field_of(cases[i].text);
		uint32_t yyyymm = 0;
		int problem = field_list_period(&field, 2021, &yyyymm);

		if (problem != cases[i].problem || (problem == 0 && yyyymm != cases[i].yyyymm))
			print_error("%s: %d %u\n", cases[i].text, problem, yyyymm);
		assert_int_equal(problem, cases[i].problem);
		if (problem == 0)
			assert_int_equal(yyyymm, cases[i].yyyymm);
	}
}

static void a_month_needs_a_year(void **state)
{
	struct field field = field_of("P08");
	uint32_t yyyymm;

	(void)state;
	assert_int_equal(field_list_period(&field, 0, &yyyymm), TIME_NO_YEAR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_have_many_forms),
		cmocka_unit_test(six_digits_are_a_day_when_the_source_says_so),
		cmocka_unit_test(periods_have_many_forms),
		cmocka_unit_test(a_month_needs_a_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
