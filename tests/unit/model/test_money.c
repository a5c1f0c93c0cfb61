/* SPDX-License-Identifier: Apache-2.0 */
/* Money at the ends of int64, rounding, and parts that sum to the whole. */
#include "support/test.h"

#include "lib/model/money.h"

#define MONEY(ore_) ((struct money){(ore_)})

static void a_sum_that_does_not_fit_is_refused(void **state)
{
	struct money sum = MONEY(INT64_MAX);

	(void)state;
	assert_false(money_add(&sum, MONEY(1)));
	assert_money_equal(sum, INT64_MAX);
	assert_true(money_subtract(&sum, MONEY(INT64_MAX)));
	assert_money_equal(sum, 0);
	assert_false(money_subtract(&sum, MONEY(INT64_MIN)));
	assert_money_equal(sum, 0);
	assert_true(money_add(&sum, MONEY(INT64_MIN)));
	assert_money_equal(sum, INT64_MIN);
}

static void shown_sums_stop_at_the_ends(void **state)
{
	(void)state;
	assert_money_equal(money_sum(MONEY(INT64_MAX), MONEY(1)), INT64_MAX);
	assert_money_equal(money_sum(MONEY(INT64_MIN), MONEY(-1)), INT64_MIN);
	assert_money_equal(money_difference(MONEY(INT64_MIN), MONEY(1)), INT64_MIN);
	assert_money_equal(money_difference(MONEY(0), MONEY(INT64_MIN)), INT64_MAX);
	assert_money_equal(money_difference(MONEY(5), MONEY(7)), -2);
}

static void scaling_rounds_half_away_from_zero(void **state)
{
	(void)state;
	assert_money_equal(money_scale(MONEY(5), 1, 2), 3);
	assert_money_equal(money_scale(MONEY(-5), 1, 2), -3);
	assert_money_equal(money_scale(MONEY(-4), 1, 3), -1);
	assert_money_equal(money_scale(MONEY(INT64_MAX), 7, 7), INT64_MAX);
	assert_money_equal(money_scale(MONEY(INT64_MIN), 12, 12), INT64_MIN);
	assert_money_equal(money_scale(MONEY(INT64_MAX), 2, 1), INT64_MAX);
	assert_money_equal(money_scale(MONEY(INT64_MIN), 2, 1), INT64_MIN);
}

static void rounding_to_tkr_is_symmetric(void **state)
{
	(void)state;
	assert_int_equal(money_round(MONEY(149999), 100000), 1);
	assert_int_equal(money_round(MONEY(150000), 100000), 2);
	assert_int_equal(money_round(MONEY(-150000), 100000), -2);
	assert_int_equal(money_round(MONEY(-49999), 100000), 0);
	assert_true(money_round(MONEY(INT64_MIN), 1) == INT64_MIN);
}

static void parts_sum_to_the_whole_to_the_ore(void **state)
{
	static const int64_t amounts[] = {0, 1, -1, 5, 100, -8654300007, INT64_MAX, INT64_MIN};

	(void)state;
	for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
		for (int count = 1; count <= 13; count++) {
			struct money sum = {0};

			for (int part = 0; part < count; part++)
				assert_true(money_add(&sum,
						      money_part(MONEY(amounts[i]), part, count)));
			assert_money_equal(sum, amounts[i]);
		}
	}
}

static void parts_differ_by_one_ore_at_most(void **state)
{
	(void)state;
	for (int part = 0; part < 12; part++) {
		int64_t ore = money_part(MONEY(100), part, 12).ore;

		assert_true(ore == 8 || ore == 9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_that_does_not_fit_is_refused),
		cmocka_unit_test(shown_sums_stop_at_the_ends),
		cmocka_unit_test(scaling_rounds_half_away_from_zero),
		cmocka_unit_test(rounding_to_tkr_is_symmetric),
		cmocka_unit_test(parts_sum_to_the_whole_to_the_ore),
		cmocka_unit_test(parts_differ_by_one_ore_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
