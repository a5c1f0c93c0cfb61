/* SPDX-License-Identifier: Apache-2.0 */
/* How patient the supervisor is. */
#include "support/test.h"

#include "budgetvakt/backoff.h"

static void the_wait_doubles_up_to_two_seconds(void **state)
{
	static const int expected_ms[] = {50, 100, 200, 400, 800, 1600, 2000, 2000};
	int wait_ms = 0;

	(void)state;
	for (size_t i = 0; i < sizeof expected_ms / sizeof *expected_ms; i++) {
		wait_ms = backoff_next_ms(wait_ms, 10);
		assert_int_equal(wait_ms, expected_ms[i]);
	}
}

static void a_long_life_is_forgiven(void **state)
{
	(void)state;
	assert_int_equal(backoff_next_ms(2000, 9999), 2000);
	assert_int_equal(backoff_next_ms(2000, 10000), 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wait_doubles_up_to_two_seconds),
		cmocka_unit_test(a_long_life_is_forgiven),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
