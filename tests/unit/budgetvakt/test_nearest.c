/* SPDX-License-Identifier: Apache-2.0 */
/* Slips of the finger are understood, other words are not. */
#include "support/test.h"

#include <string.h>

#include "budgetvakt/nearest.h"

static const char *const words[] = {"run",	    "import", "report", "forecast",
				    "forecast set", "alerts", "plans",	"alerts ack",
				    "plans decide", "status"};

static const char *find(const char *word)
{
	return nearest_find(word, words, sizeof words / sizeof *words);
}

static void slips_are_understood(void **state)
{
	(void)state;
	assert_string_equal(find("raport"), "report");
	assert_string_equal(find("reprot"), "report");
	assert_string_equal(find("forcast"), "forecast");
	assert_string_equal(find("alert"), "alerts");
	assert_string_equal(find("alerts akc"), "alerts ack");
	assert_string_equal(find("rnu"), "run");
}

static void another_word_is_not_a_slip(void **state)
{
	(void)state;
	assert_null(find("bokslut"));
	assert_null(find("x"));
	assert_null(find("statistik"));
}

static void a_swap_is_one_slip(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("status", "status"), 0);
	assert_int_equal(nearest_distance("satus", "status"), 1);
	assert_int_equal(nearest_distance("statsu", "status"), 1);
	assert_int_equal(nearest_distance("", "run"), 3);
	assert_int_equal(nearest_distance("abc", "xyz"), 3);
}

static void a_word_of_any_length_is_safe(void **state)
{
	char longest[NEAREST_LENGTH_MAX + 2];

	(void)state;
	memset(longest, 'r', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_null(find(longest));
	longest[sizeof longest - 2] = '\0';
	assert_null(find(longest));
	assert_null(find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_are_understood),
		cmocka_unit_test(another_word_is_not_a_slip),
		cmocka_unit_test(a_swap_is_one_slip),
		cmocka_unit_test(a_word_of_any_length_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
