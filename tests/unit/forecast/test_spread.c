/* SPDX-License-Identifier: Apache-2.0 */
/* Widths of intervals: whole-number roots, and sums of parts. */
#include "support/test.h"

#include "forecast/spread.h"

static void a_root_is_the_largest_whole_number_below(void **state)
{
	(void)state;
	assert_money_equal(square_root(0), 0);
	assert_money_equal(square_root(1), 1);
	assert_money_equal(square_root(3), 1);
	assert_money_equal(square_root(4), 2);
	assert_money_equal(square_root(99999999), 9999);
	assert_money_equal(square_root(100000000), 10000);
}

static void a_root_undoes_the_largest_square(void **state)
{
	struct money most = {INT64_MIN};

	(void)state;
	assert_money_equal(square_root(amount_square(most)), INT64_C(1) << 56);
	assert_money_equal(square_root(amount_square((struct money){-123456789012345})),
			   123456789012345);
}

static void equal_months_have_no_spread(void **state)
{
	struct money months[3] = {{-500}, {-500}, {-500}};
	struct spread spread = {0};

	(void)state;
	spread_add_months(&spread, months, 3);
	assert_money_equal(spread_width(&spread, 9), 0);
}

static void a_month_is_as_wide_as_the_errors_of_a_month(void **state)
{
	struct spread spread = {0};

	(void)state;
	spread_add(&spread, (struct money){7000}, 1);
	spread_add(&spread, (struct money){-7000}, 1);
	assert_money_equal(spread_width(&spread, 1), 12600);
}

static void the_width_grows_faster_than_the_root_of_the_months(void **state)
{
	struct spread spread = {0};

	(void)state;
	/* 10 (10 + 6) is 10 times 2 (2 + 6): 3.16 times as wide, not 2.24. */
	spread_add(&spread, (struct money){-40000}, 2);
	assert_money_equal(spread_width(&spread, 2), 72000);
	assert_money_equal(spread_width(&spread, 10), 227684);
}

static void an_error_counts_by_what_it_covered(void **state)
{
	struct spread one = {0};
	struct spread many = {0};

	(void)state;
	spread_add(&one, (struct money){1000000}, 1);
	spread_add(&many, (struct money){1000000}, 10);
	assert_true(spread_width(&one, 5).ore > spread_width(&many, 5).ore);
}

static void nothing_measured_is_no_width(void **state)
{
	struct spread spread = {0};

	(void)state;
	assert_money_equal(spread_width(&spread, 12), 0);
}

static void a_sum_of_one_part_is_as_wide_as_the_part(void **state)
{
	struct width_total total = {0};

	(void)state;
	assert_money_equal(width_of(&total), 0);
	width_add(&total, (struct money){7000});
	assert_money_equal(width_of(&total), 7000);
}

static void parts_partly_even_each_other_out(void **state)
{
	/* 0.75 * (3² + 4²) + 0.25 * (3 + 4)² = 31 */
	struct width_total total = {0};

	(void)state;
	width_add(&total, (struct money){3000});
	width_add(&total, (struct money){4000});
	assert_money_equal(width_of(&total), 5567);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_is_the_largest_whole_number_below),
		cmocka_unit_test(a_root_undoes_the_largest_square),
		cmocka_unit_test(equal_months_have_no_spread),
		cmocka_unit_test(a_month_is_as_wide_as_the_errors_of_a_month),
		cmocka_unit_test(the_width_grows_faster_than_the_root_of_the_months),
		cmocka_unit_test(an_error_counts_by_what_it_covered),
		cmocka_unit_test(nothing_measured_is_no_width),
		cmocka_unit_test(a_sum_of_one_part_is_as_wide_as_the_part),
		cmocka_unit_test(parts_partly_even_each_other_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
