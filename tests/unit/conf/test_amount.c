/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amounts and percentages as people write them.
 */
#include "support/test.h"

#include "lib/conf/amount.h"

enum { TKR = 100000, KR = 100 };

static void assert_tkr(const char *text, int64_t ore_expected)
{
	struct money amount = {-1};

	assert_true(amount_parse(text, TKR, &amount));
	assert_money_equal(amount, ore_expected);
}

static void assert_no_amount(const char *text, int64_t unit_ore)
{
	struct money amount = {77};

	assert_false(amount_parse(text, unit_ore, &amount));
	assert_money_equal(amount, 77);
}

static void thousands_of_kronor_become_ore_exactly(void **state)
{
	(void)state;
	assert_tkr("0", 0);
	assert_tkr("500", 50000000);
	assert_tkr("0,01", 1000);
	assert_tkr("1250.5", 125050000);
	assert_tkr("0,12345", 12345);
	assert_tkr("1,5000000", 150000);
	assert_tkr("+7", 700000);
}

static void blanks_part_thousands(void **state)
{
	(void)state;
	assert_tkr("1 250,5", 125050000);
	assert_tkr("12\u00a0345\u202f678", 1234567800000);
	assert_tkr("  42 ", 4200000);
	assert_no_amount("1 25", TKR);
	assert_no_amount("1 2500", TKR);
	assert_no_amount("1  250", TKR);
	assert_no_amount("1,5 000", KR);
}

static void a_minus_stands_before_or_behind(void **state)
{
	(void)state;
	assert_tkr("-300", -30000000);
	assert_tkr("300-", -30000000);
	assert_tkr("\u2212300", -30000000);
	assert_tkr("1 300,5 \u2212", -130050000);
	assert_tkr("- 300", -30000000);
	assert_no_amount("-300-", TKR);
	assert_no_amount("--300", TKR);
}

static void what_is_no_number_is_refused(void **state)
{
	(void)state;
	assert_no_amount("", TKR);
	assert_no_amount("-", TKR);
	assert_no_amount("tolv", TKR);
	assert_no_amount("12a", TKR);
	assert_no_amount("1.000,50", TKR);
	assert_no_amount("1,", TKR);
	assert_no_amount(",5", TKR);
	assert_no_amount("1E+05", TKR);
	assert_no_amount("99999999999999999999999999999999999999999999999999999999999999999999",
			 TKR);
}

static void parts_of_an_ore_are_refused(void **state)
{
	struct money amount;

	(void)state;
	assert_no_amount("0,123456", TKR);
	assert_no_amount("1,001", KR);
	assert_true(amount_parse("1,01", KR, &amount));
	assert_money_equal(amount, 101);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct money amount;

	(void)state;
	assert_true(amount_parse("92233720368547758,07", KR, &amount));
	assert_money_equal(amount, INT64_MAX);
	assert_no_amount("92233720368547758,08", KR);
	assert_no_amount("92233720368547759", KR);
}

static void percentages_are_hundredths(void **state)
{
	int64_t hundredths = 0;

	(void)state;
	assert_true(percent_parse("1,5", &hundredths));
	assert_int_equal(hundredths, 150);
	assert_true(percent_parse("0.25 %", &hundredths));
	assert_int_equal(hundredths, 25);
	assert_true(percent_parse("3%", &hundredths));
	assert_int_equal(hundredths, 300);
	assert_false(percent_parse("1,555", &hundredths));
	assert_false(percent_parse("%", &hundredths));
	assert_int_equal(hundredths, 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_of_kronor_become_ore_exactly),
		cmocka_unit_test(blanks_part_thousands),
		cmocka_unit_test(a_minus_stands_before_or_behind),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(parts_of_an_ore_are_refused),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(percentages_are_hundredths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
