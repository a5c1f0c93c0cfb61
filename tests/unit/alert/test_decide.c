/* SPDX-License-Identifier: Apache-2.0 */
/* When a limit is crossed and when it is not any more; dates of deadlines. */
#include "support/test.h"

#include "alert/decide.h"

/* At least 1 000 tkr and 1.5 %; cleared below 800 tkr or 1.0 %. */
static const struct rule both = {
	.has_amount = true,
	.has_percent = true,
	.amount = {100000000},
	.clear_amount = {80000000},
	.percent_hundredths = 150,
	.clear_percent_hundredths = 100,
};
static const struct rule amount_only = {
	.has_amount = true,
	.amount = {100000000},
	.clear_amount = {80000000},
};
static const struct rule percent_only = {
	.has_percent = true,
	.percent_hundredths = 150,
	.clear_percent_hundredths = 100,
};
static const struct rule no_mercy = {.has_amount = true, .amount = {1}, .clear_amount = {0}};

struct decision {
	const struct rule *rule;
	int64_t deviation;
	int64_t budget;
	bool is_up;
	enum verdict expected;
};

static void decisions_check(const struct decision *decisions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct decision *decision = &decisions[i];
		enum verdict verdict =
			rule_decide(decision->rule, (struct money){decision->deviation},
				    (struct money){decision->budget}, decision->is_up);

		if (verdict != decision->expected)
			fail_msg("decision %zu: %d instead of %d", i, (int)verdict,
				 (int)decision->expected);
	}
}

static void every_limit_that_is_set_must_be_reached(void **state)
{
	static const struct decision decisions[] = {
		{&both, -100000000, -6666666600, false, VERDICT_RAISE},
		{&both, -99999999, -6666666600, false, VERDICT_NOTHING},
		{&both, -100000000, -6666666700, false, VERDICT_NOTHING},
		{&both, 500000000, -6666666600, false, VERDICT_NOTHING},
		{&amount_only, -100000000, INT64_MIN, false, VERDICT_RAISE},
		{&amount_only, -99999999, 0, false, VERDICT_NOTHING},
		{&percent_only, -150, 10000, false, VERDICT_RAISE},
		{&percent_only, -150, -10000, false, VERDICT_RAISE},
		{&percent_only, -149, -10000, false, VERDICT_NOTHING},
	};

	(void)state;
	decisions_check(decisions, sizeof decisions / sizeof decisions[0]);
}

static void one_clear_limit_that_is_passed_clears(void **state)
{
	static const struct decision decisions[] = {
		{&both, -80000000, -8000000000, true, VERDICT_NOTHING},
		{&both, -79999999, -100, true, VERDICT_CLEAR},
		{&both, -80000000, -8000000100, true, VERDICT_CLEAR},
		{&both, -90000000, -8000000000, true, VERDICT_NOTHING},
		{&both, 1, -8000000000, true, VERDICT_CLEAR},
		{&percent_only, -100, -10000, true, VERDICT_NOTHING},
		{&percent_only, -99, -10000, true, VERDICT_CLEAR},
	};

	(void)state;
	decisions_check(decisions, sizeof decisions / sizeof decisions[0]);
}

static void between_the_limits_nothing_changes(void **state)
{
	static const struct decision decisions[] = {
		{&amount_only, -90000000, 0, true, VERDICT_NOTHING},
		{&amount_only, -90000000, 0, false, VERDICT_NOTHING},
	};

	(void)state;
	decisions_check(decisions, sizeof decisions / sizeof decisions[0]);
}

static void any_deficit_crosses_a_share_of_nothing(void **state)
{
	static const struct decision decisions[] = {
		{&percent_only, -1, 0, false, VERDICT_RAISE},
		{&percent_only, 0, 0, false, VERDICT_NOTHING},
		{&percent_only, -1, 0, true, VERDICT_NOTHING},
		{&percent_only, 0, 0, true, VERDICT_CLEAR},
	};

	(void)state;
	decisions_check(decisions, sizeof decisions / sizeof decisions[0]);
}

static void no_deficit_clears_whatever_the_limit(void **state)
{
	static const struct decision decisions[] = {
		{&no_mercy, -1, 0, false, VERDICT_RAISE},
		{&no_mercy, -1, 0, true, VERDICT_NOTHING},
		{&no_mercy, 0, 0, true, VERDICT_CLEAR},
	};

	(void)state;
	decisions_check(decisions, sizeof decisions / sizeof decisions[0]);
}

static void the_largest_amounts_are_decided(void **state)
{
	static const struct decision decisions[] = {
		{&both, INT64_MIN, INT64_MIN, false, VERDICT_RAISE},
		{&percent_only, INT64_MIN, INT64_MAX, false, VERDICT_RAISE},
		{&both, INT64_MAX, INT64_MIN, true, VERDICT_CLEAR},
	};

	(void)state;
	decisions_check(decisions, sizeof decisions / sizeof decisions[0]);
}

static void a_rule_without_limits_never_raises(void **state)
{
	static const struct rule none = {0};
	static const struct decision decisions[] = {{&none, -1000, 0, false, VERDICT_NOTHING}};

	(void)state;
	decisions_check(decisions, 1);
}

static void a_percentage_is_of_the_budgets_size(void **state)
{
	int64_t percent;

	(void)state;
	assert_true(percent_of((struct money){-150}, (struct money){-10000}, &percent));
	assert_int_equal(percent, -150);
	assert_true(percent_of((struct money){150}, (struct money){-10000}, &percent));
	assert_int_equal(percent, 150);
	assert_false(percent_of((struct money){-1}, (struct money){0}, &percent));
}

static void a_deadline_is_so_many_days_after_the_date_in_utc(void **state)
{
	const int64_t last_ms_of_2020_02_28 = 1582934399999;

	(void)state;
	assert_int_equal(deadline_date(0, 0), 19700101);
	assert_int_equal(deadline_date(last_ms_of_2020_02_28, 0), 20200228);
	assert_int_equal(deadline_date(last_ms_of_2020_02_28, 1), 20200229);
	assert_int_equal(deadline_date(last_ms_of_2020_02_28, 2), 20200301);
	assert_int_equal(deadline_date(last_ms_of_2020_02_28 + 1, 366), 20210301);
	assert_int_equal(deadline_date(INT64_C(1609459199000), 30), 20210130);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_limit_that_is_set_must_be_reached),
		cmocka_unit_test(one_clear_limit_that_is_passed_clears),
		cmocka_unit_test(between_the_limits_nothing_changes),
		cmocka_unit_test(any_deficit_crosses_a_share_of_nothing),
		cmocka_unit_test(no_deficit_clears_whatever_the_limit),
		cmocka_unit_test(the_largest_amounts_are_decided),
		cmocka_unit_test(a_rule_without_limits_never_raises),
		cmocka_unit_test(a_percentage_is_of_the_budgets_size),
		cmocka_unit_test(a_deadline_is_so_many_days_after_the_date_in_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
