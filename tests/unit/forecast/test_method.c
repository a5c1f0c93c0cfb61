/* SPDX-License-Identifier: Apache-2.0 */
/* "profil-1": which profile the rest of the year follows, and how sure it is. */
#include "support/test.h"

#include "forecast/method.h"

/* clang-format off */
#define EACH(value) {{value}, {value}, {value}, {value}, {value}, {value}, \
		     {value}, {value}, {value}, {value}, {value}, {value}}
/* clang-format on */

/* Costs that are heavy in the second half of the year: -1200 and -2400. */
static const struct money rising[MONTHS] = {{-1200}, {-1200}, {-1200}, {-1200}, {-1200}, {-1200},
					    {-2400}, {-2400}, {-2400}, {-2400}, {-2400}, {-2400}};
static const struct money flat[MONTHS] = EACH(-1000);
static const struct money zero[MONTHS];

static struct method_result forecast(struct method_input input)
{
	struct method_result result;

	method_profile.run(&input, &result);
	return result;
}

static void a_complete_year_is_its_outcome(void **state)
{
	struct method_result result = forecast((struct method_input){
		.month = 12, .outcome = rising, .budget = flat, .last = flat});

	(void)state;
	assert_money_equal(result.point, -21600);
	assert_money_equal(result.low, -21600);
	assert_money_equal(result.high, -21600);
}

static void before_the_first_month_the_budget_is_the_forecast(void **state)
{
	struct method_result result = forecast(
		(struct method_input){.month = 0, .outcome = zero, .budget = flat, .last = rising});

	(void)state;
	assert_money_equal(result.point, -12000);
	assert_true(result.low.ore < -12000);
	assert_true(result.high.ore > -12000);
}

static void the_rest_follows_last_year_scaled_to_this_year(void **state)
{
	/* 10 % more than last year in each of four months: a third of that is believed. */
	struct money outcome[MONTHS] = {{-1320}, {-1320}, {-1320}, {-1320}};
	struct method_result result = forecast((struct method_input){
		.month = 4, .outcome = outcome, .budget = flat, .last = rising});

	(void)state;
	assert_money_equal(result.point, -5280 - 17360);
}

static void a_year_that_repeats_last_year_has_no_error(void **state)
{
	struct method_result result = forecast((struct method_input){
		.month = 6, .outcome = rising, .budget = flat, .last = rising, .previous = rising});

	(void)state;
	assert_money_equal(result.point, -21600);
	assert_money_equal(result.low, -21600);
	assert_money_equal(result.high, -21600);
}

static void without_last_year_the_budget_is_the_profile(void **state)
{
	struct money outcome[MONTHS] = {{-1320}, {-1320}, {-1320}, {-1320}};
	struct method_result result =
		forecast((struct method_input){.month = 4, .outcome = outcome, .budget = rising});

	(void)state;
	assert_money_equal(result.point, -5280 - 17360);
}

static void a_last_year_of_zeros_is_no_profile(void **state)
{
	struct money outcome[MONTHS] = {{-1320}, {-1320}, {-1320}, {-1320}};
	struct method_result result = forecast((struct method_input){
		.month = 4, .outcome = outcome, .budget = rising, .last = zero});

	(void)state;
	assert_money_equal(result.point, -5280 - 17360);
}

static void without_any_profile_the_mean_month_goes_on(void **state)
{
	struct money outcome[MONTHS] = {{-100}, {-300}, {-200}};
	struct method_result result =
		forecast((struct method_input){.month = 3, .outcome = outcome, .budget = zero});

	(void)state;
	assert_money_equal(result.point, -2400);
	assert_true(result.low.ore < -2400);
}

static void a_scale_beyond_two_gives_way_to_the_budget(void **state)
{
	/* Five times last year: the budget knows of the new unit. */
	struct money outcome[MONTHS] = {{-6000}, {-6000}, {-6000}};
	struct money budget[MONTHS] = EACH(-6000);
	struct method_result result = forecast((struct method_input){
		.month = 3, .outcome = outcome, .budget = budget, .last = rising});

	(void)state;
	assert_money_equal(result.point, -72000);
}

static void no_scale_at_all_leaves_last_year_as_it_was(void **state)
{
	struct money outcome[MONTHS] = {{-6000}, {-6000}, {-6000}};
	struct method_result result = forecast((struct method_input){
		.month = 3, .outcome = outcome, .budget = flat, .last = rising});

	(void)state;
	assert_money_equal(result.point, -18000 - 18000);
}

static void the_bounds_of_a_scale_are_trusted(void **state)
{
	struct money twice[MONTHS] = {{-2400}, {-2400}, {-2400}};
	struct money half[MONTHS] = {{-600}, {-600}, {-600}};
	struct money more[MONTHS] = {{-2400}, {-2400}, {-2401}};
	struct method_input input = {.month = 3, .budget = zero, .last = rising};

	(void)state;
	input.outcome = twice;
	assert_money_equal(forecast(input).point, -7200 - 22500);
	input.outcome = half;
	assert_money_equal(forecast(input).point, -1800 - 15750);
	input.outcome = more;
	assert_money_equal(forecast(input).point, -7201 - 18000);
}

static void a_changed_sign_is_not_scaled(void **state)
{
	/* A refund this year where last year had costs. */
	struct money outcome[MONTHS] = {{500}, {0}, {0}};
	struct method_result result = forecast((struct method_input){
		.month = 3, .outcome = outcome, .budget = zero, .last = rising});

	(void)state;
	assert_money_equal(result.point, 500 - 18000);
}

static void a_tiny_start_of_last_year_is_not_divided_by(void **state)
{
	/* Last year had one öre in January and its grant in December. */
	struct money last[MONTHS] = {[0] = {1}, [11] = {120000}};
	struct money outcome[MONTHS] = {{2}};
	struct method_result result = forecast((struct method_input){
		.month = 6, .outcome = outcome, .budget = zero, .last = last});

	(void)state;
	assert_money_equal(result.point, 2 + 120000);
}

static void nothing_known_is_nothing(void **state)
{
	struct method_result result =
		forecast((struct method_input){.month = 5, .outcome = zero, .budget = zero});

	(void)state;
	assert_money_equal(result.point, 0);
	assert_money_equal(result.low, 0);
	assert_money_equal(result.high, 0);
}

static void the_interval_comes_from_the_errors_of_last_year(void **state)
{
	struct money last[MONTHS] = {{-900},  {-1100}, {-1000}, {-1300}, {-800}, {-1000},
				     {-1100}, {-900},  {-1000}, {-1200}, {-700}, {-1000}};
	struct method_input known = {
		.month = 2, .outcome = flat, .budget = flat, .last = last, .previous = flat};
	struct method_result few = forecast(known);
	struct method_result more;

	(void)state;
	assert_true(few.low.ore < few.point.ore);
	assert_int_equal(few.high.ore - few.point.ore, few.point.ore - few.low.ore);
	known.month = 10;
	more = forecast(known);
	assert_true(more.high.ore - more.point.ore < few.high.ore - few.point.ore);
}

static void few_errors_do_not_hide_how_months_differ(void **state)
{
	/* Last year's months differ; this year repeats them, so that no error shows. */
	struct method_result result = forecast((struct method_input){
		.month = 8, .outcome = rising, .budget = flat, .last = rising});

	(void)state;
	assert_money_equal(result.point, -21600);
	assert_true(result.high.ore - result.point.ore > 1000);
}

static void the_largest_amounts_do_not_overflow(void **state)
{
	struct money huge[MONTHS] = EACH(INT64_MIN);
	struct method_result result = forecast((struct method_input){
		.month = 6, .outcome = huge, .budget = huge, .last = huge, .previous = huge});

	(void)state;
	assert_money_equal(result.point, INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complete_year_is_its_outcome),
		cmocka_unit_test(before_the_first_month_the_budget_is_the_forecast),
		cmocka_unit_test(the_rest_follows_last_year_scaled_to_this_year),
		cmocka_unit_test(a_year_that_repeats_last_year_has_no_error),
		cmocka_unit_test(without_last_year_the_budget_is_the_profile),
		cmocka_unit_test(a_last_year_of_zeros_is_no_profile),
		cmocka_unit_test(without_any_profile_the_mean_month_goes_on),
		cmocka_unit_test(a_scale_beyond_two_gives_way_to_the_budget),
		cmocka_unit_test(no_scale_at_all_leaves_last_year_as_it_was),
		cmocka_unit_test(the_bounds_of_a_scale_are_trusted),
		cmocka_unit_test(a_changed_sign_is_not_scaled),
		cmocka_unit_test(a_tiny_start_of_last_year_is_not_divided_by),
		cmocka_unit_test(nothing_known_is_nothing),
		cmocka_unit_test(the_interval_comes_from_the_errors_of_last_year),
		cmocka_unit_test(few_errors_do_not_hide_how_months_differ),
		cmocka_unit_test(the_largest_amounts_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
