/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of codes: what they hold, what cannot be read, and where two collide. */
#include "support/test.h"

#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/model/code.h"

static struct code_set *set_of(const char *text)
{
	struct code_set *set = NULL;
	size_t offset = 0;

	assert_int_equal(code_set_parse(text, &set, &offset), 0);
	return set;
}

static bool holds(const char *text, const char *code)
{
	cleanup(code_set_destroy) struct code_set *set = set_of(text);

	return code_set_has(set, code);
}

static void codes_between_bars_are_held(void **state)
{
	(void)state;
	assert_true(holds("500|501", "500"));
	assert_true(holds(" 500 | 501 ", "501"));
	assert_false(holds("500|501", "502"));
	assert_false(holds("500|501", "50"));
	assert_false(holds("500|501", "5000"));
	assert_false(holds("0500", "500"));
	assert_false(holds("500", ""));
}

static void a_range_holds_codes_of_the_same_length(void **state)
{
	(void)state;
	assert_true(holds("500-509", "500"));
	assert_true(holds("500-509", "505"));
	assert_true(holds("500 - 509", "509"));
	assert_true(holds("500–509", "509"));
	assert_false(holds("500-509", "510"));
	assert_false(holds("500-509", "499"));
	assert_false(holds("500-509", "5050"));
	assert_false(holds("500-509", "50"));
}

static void a_star_holds_every_code_that_begins_so(void **state)
{
	(void)state;
	assert_true(holds("45*", "4511"));
	assert_true(holds("45*", "45"));
	assert_false(holds("45*", "4"));
	assert_false(holds("45*", "4611"));
	assert_true(holds("*", "0"));
	assert_false(holds("*", ""));
}

static void nothing_written_is_an_empty_set(void **state)
{
	cleanup(code_set_destroy) struct code_set *set = set_of("  ");

	(void)state;
	assert_true(code_set_is_empty(set));
	assert_false(code_set_has(set, "500"));
	assert_string_equal(code_set_first(set), "");
}

static void the_first_code_is_the_first_written(void **state)
{
	cleanup(code_set_destroy) struct code_set *set = set_of("8011|3*|1000-2000");

	(void)state;
	assert_string_equal(code_set_first(set), "8011");
}

static void what_cannot_be_read_is_pointed_at(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
	} bad[] = {{"500||501", 4}, {"500|", 4},      {"|500", 0},    {"4*5", 0},
		   {"12|4**", 3},   {"509-500", 0},   {"1|1-100", 2}, {"5-", 0},
		   {"-5", 0},	    {"1|45*-47*", 2}, {"1-2-3", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct code_set *set = NULL;
		size_t offset = 99;

		assert_int_equal(code_set_parse(bad[i].text, &set, &offset), CODE_SET_BAD);
		assert_int_equal(offset, bad[i].offset);
		assert_null(set);
	}
}

static void a_code_that_does_not_fit_is_refused(void **state)
{
	char text[CODE_SIZE + 1];
	struct code_set *set = NULL;
	size_t offset;

	(void)state;
	memset(text, '5', CODE_SIZE);
	text[CODE_SIZE] = '\0';
	assert_int_equal(code_set_parse(text, &set, &offset), CODE_SET_BAD);
	assert_true(holds(text + 1, text + 1));
}

static void overlap_has(const char *left_text, const char *right_text, const char *expected)
{
	cleanup(code_set_destroy) struct code_set *left = set_of(left_text);
	cleanup(code_set_destroy) struct code_set *right = set_of(right_text);
	char example[CODE_SIZE] = "";

	assert_true(code_set_overlaps(left, right, example));
	assert_string_equal(example, expected);
	assert_true(code_set_has(left, example));
	assert_true(code_set_has(right, example));
	assert_true(code_set_overlaps(right, left, example));
	assert_true(code_set_has(left, example));
	assert_true(code_set_has(right, example));
}

static void overlaps_come_with_a_code_that_both_hold(void **state)
{
	(void)state;
	overlap_has("500|501", "502|501", "501");
	overlap_has("500-509", "505-520", "505");
	overlap_has("500-509", "503", "503");
	overlap_has("45*", "4511", "4511");
	overlap_has("4511-4599", "45*", "4511");
	overlap_has("4411-4520", "45*", "4520");
	overlap_has("4000-4999", "45*", "4500");
	overlap_has("45*", "451*", "451");
	overlap_has("*", "*", "0");
	overlap_has("*", "77", "77");
}

static void disjoint(const char *left_text, const char *right_text)
{
	cleanup(code_set_destroy) struct code_set *left = set_of(left_text);
	cleanup(code_set_destroy) struct code_set *right = set_of(right_text);
	char example[CODE_SIZE];

	assert_false(code_set_overlaps(left, right, example));
	assert_false(code_set_overlaps(right, left, example));
}

static void sets_that_share_no_code_do_not_overlap(void **state)
{
	(void)state;
	disjoint("500|501", "502-509");
	disjoint("500-509", "5000-5099");
	disjoint("45*", "46*|44");
	disjoint("45*", "4");
	disjoint("4600-4699", "45*");
	disjoint("", "*");
}

static void dimensions_go_by_their_swedish_words(void **state)
{
	enum dimension dimension;

	(void)state;
	for (int d = 0; d < DIMENSION_COUNT; d++) {
		assert_true(dimension_parse(dimension_name((enum dimension)d), &dimension));
		assert_int_equal(dimension, d);
	}
	assert_true(dimension_parse("OMRÅDE", &dimension));
	assert_int_equal(dimension, DIMENSION_AREA);
	assert_string_equal(dimension_name(DIMENSION_ACCOUNT), "konto");
	assert_string_equal(dimension_name(DIMENSION_LINE), "resultatrad");
	assert_false(dimension_parse("kont", &dimension));
}

static void layers_go_by_their_swedish_words(void **state)
{
	enum layer layer;

	(void)state;
	assert_true(layer_parse("Budget", &layer));
	assert_int_equal(layer, LAYER_BUDGET);
	assert_true(layer_parse("utfall", &layer));
	assert_int_equal(layer, LAYER_OUTCOME);
	assert_string_equal(layer_name(LAYER_OUTCOME), "utfall");
	for (int l = 1; l <= LAYER_MAX; l++) {
		assert_true(layer_parse(layer_name((enum layer)l), &layer));
		assert_int_equal(layer, l);
	}
	assert_string_equal(layer_name(LAYER_VOLUME), "volym");
	assert_string_equal(layer_name(LAYER_VOLUME_BUDGET), "volymbudget");
	assert_true(layer_is_money(LAYER_BUDGET));
	assert_false(layer_is_money(LAYER_VOLUME));
	assert_false(layer_parse("prognos", &layer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_between_bars_are_held),
		cmocka_unit_test(a_range_holds_codes_of_the_same_length),
		cmocka_unit_test(a_star_holds_every_code_that_begins_so),
		cmocka_unit_test(nothing_written_is_an_empty_set),
		cmocka_unit_test(the_first_code_is_the_first_written),
		cmocka_unit_test(what_cannot_be_read_is_pointed_at),
		cmocka_unit_test(a_code_that_does_not_fit_is_refused),
		cmocka_unit_test(overlaps_come_with_a_code_that_both_hold),
		cmocka_unit_test(sets_that_share_no_code_do_not_overlap),
		cmocka_unit_test(dimensions_go_by_their_swedish_words),
		cmocka_unit_test(layers_go_by_their_swedish_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
