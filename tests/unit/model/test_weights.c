/* SPDX-License-Identifier: Apache-2.0 */
/* An amount over the months of a year, to the öre. */
#include "support/test.h"

#include "lib/model/weights.h"

static int64_t sum_of(const struct money parts[static MONTHS])
{
	int64_t sum = 0;

	for (int i = 0; i < MONTHS; i++)
		sum += parts[i].ore;
	return sum;
}

static void parts_sum_to_the_amount(void **state)
{
	static const int64_t amounts[] = {
		0, 1, -1, 11, -13, 100, 123456789, -999999999999, INT64_MAX, INT64_MIN};
	static const int64_t weights[][MONTHS] = {
		{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
		{8333333, 500000, 0, 7, 1, 2, 3, 4, 5, 6, 1000000000000, 9},
		{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3},
	};
	struct money parts[MONTHS];

	(void)state;
	for (size_t w = 0; w < sizeof weights / sizeof *weights; w++) {
		for (size_t a = 0; a < sizeof amounts / sizeof *amounts; a++) {
			assert_true(weights_share(weights[w], (struct money){amounts[a]}, parts));
			assert_int_equal(sum_of(parts), amounts[a]);
		}
	}
}

/* 100 öre by 1:2:4 is 14,28 28,57 57,14: two öre are left for .57 and .28. */
static void the_largest_remainders_get_what_is_left(void **state)
{
	static const int64_t weights[MONTHS] = {1, 2, 4};
	struct money parts[MONTHS];

	(void)state;
	assert_true(weights_share(weights, (struct money){-100}, parts));
	assert_int_equal(parts[0].ore, -14);
	assert_int_equal(parts[1].ore, -29);
	assert_int_equal(parts[2].ore, -57);
	assert_int_equal(parts[3].ore, 0);
}

static void weights_of_nothing_are_refused(void **state)
{
	static const int64_t zero[MONTHS] = {0};
	static const int64_t negative[MONTHS] = {2, -1};
	struct money parts[MONTHS];

	(void)state;
	assert_false(weights_share(zero, (struct money){1}, parts));
	assert_false(weights_share(negative, (struct money){1}, parts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_sum_to_the_amount),
		cmocka_unit_test(the_largest_remainders_get_what_is_left),
		cmocka_unit_test(weights_of_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
