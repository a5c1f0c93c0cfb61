/* SPDX-License-Identifier: Apache-2.0 */
/* Codes get the numbers 1, 2, 3 ... once each, however many there are. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/model/dictionary.h"

enum { MANY = 100000 };

static uint32_t number_of(struct dictionary *dictionary, const char *code)
{
	uint32_t id = 99;

	assert_int_equal(dictionary_add(dictionary, code, strlen(code), &id), 0);
	return id;
}

static void codes_are_numbered_in_the_order_first_seen(void **state)
{
	cleanup(dictionary_destroy) struct dictionary *dictionary = NULL;

	(void)state;
	assert_int_equal(dictionary_new(&dictionary, 10), 0);
	assert_int_equal(number_of(dictionary, "500"), 1);
	assert_int_equal(number_of(dictionary, "0500"), 2);
	assert_int_equal(number_of(dictionary, "500"), 1);
	assert_int_equal(number_of(dictionary, ""), 0);
	assert_int_equal(dictionary_size(dictionary), 2);
	assert_string_equal(dictionary_text(dictionary, 2), "0500");
	assert_string_equal(dictionary_text(dictionary, 0), "");
	assert_string_equal(dictionary_text(dictionary, 3), "");
}

static void finding_adds_nothing(void **state)
{
	cleanup(dictionary_destroy) struct dictionary *dictionary = NULL;

	(void)state;
	assert_int_equal(dictionary_new(&dictionary, 10), 0);
	number_of(dictionary, "500");
	assert_int_equal(dictionary_find(dictionary, "500", 3), 1);
	assert_int_equal(dictionary_find(dictionary, "501", 3), 0);
	assert_int_equal(dictionary_find(dictionary, "", 0), 0);
	assert_int_equal(dictionary_size(dictionary), 1);
}

static void only_the_given_length_counts(void **state)
{
	cleanup(dictionary_destroy) struct dictionary *dictionary = NULL;
	uint32_t id;

	(void)state;
	assert_int_equal(dictionary_new(&dictionary, 10), 0);
	assert_int_equal(dictionary_add(dictionary, "5001;x", 4, &id), 0);
	assert_string_equal(dictionary_text(dictionary, 1), "5001");
	assert_int_equal(number_of(dictionary, "5001"), 1);
}

static void a_full_dictionary_takes_known_codes_only(void **state)
{
	cleanup(dictionary_destroy) struct dictionary *dictionary = NULL;
	uint32_t id;

	(void)state;
	assert_int_equal(dictionary_new(&dictionary, 2), 0);
	number_of(dictionary, "1");
	number_of(dictionary, "2");
	assert_int_equal(dictionary_add(dictionary, "3", 1, &id), DICTIONARY_FULL);
	assert_int_equal(number_of(dictionary, "2"), 2);
	assert_int_equal(dictionary_size(dictionary), 2);
}

static void many_codes_keep_their_numbers(void **state)
{
	cleanup(dictionary_destroy) struct dictionary *dictionary = NULL;
	char code[16];

	(void)state;
	assert_int_equal(dictionary_new(&dictionary, MANY), 0);
	for (uint32_t round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < MANY; i++) {
			snprintf(code, sizeof code, "%u", i * 7);
			assert_int_equal(number_of(dictionary, code), i + 1);
		}
	}
	assert_int_equal(dictionary_size(dictionary), MANY);
	assert_string_equal(dictionary_text(dictionary, MANY), "699993");
}

static void a_very_long_code_is_kept_whole(void **state)
{
	static char code[100000];
	cleanup(dictionary_destroy) struct dictionary *dictionary = NULL;

	(void)state;
	memset(code, 'x', sizeof code - 1);
	assert_int_equal(dictionary_new(&dictionary, 10), 0);
	number_of(dictionary, "before");
	assert_int_equal(number_of(dictionary, code), 2);
	assert_string_equal(dictionary_text(dictionary, 2), code);
	assert_string_equal(dictionary_text(dictionary, 1), "before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_numbered_in_the_order_first_seen),
		cmocka_unit_test(finding_adds_nothing),
		cmocka_unit_test(only_the_given_length_counts),
		cmocka_unit_test(a_full_dictionary_takes_known_codes_only),
		cmocka_unit_test(many_codes_keep_their_numbers),
		cmocka_unit_test(a_very_long_code_is_kept_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
