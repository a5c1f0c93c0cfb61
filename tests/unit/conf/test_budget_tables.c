/* SPDX-License-Identifier: Apache-2.0 */
/*
 * periodisering.csv and volymer.csv.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "unit/conf/scratch.h"

#define HEADER "nyckel;jan;feb;mar;apr;maj;jun;jul;aug;sep;okt;nov;dec\n"

static int keys_of(struct scratch *scratch, const char *text, struct spread_keys **keys)
{
	scratch_write(scratch, "periodisering.csv", text);
	return spread_keys_load(scratch->conf, keys);
}

static int measures_of(struct scratch *scratch, const char *text, struct measures **measures)
{
	scratch_write(scratch, "volymer.csv", text);
	return measures_load(scratch->conf, measures);
}

static void weights_are_read_exactly(void **state)
{
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;
	const struct spread_key *key;

	assert_int_equal(
		keys_of(*state, HEADER "Löner;8,333333;0.5;;1 000;0;0;0;0;0;0;0;1\n", &keys), 0);
	key = spread_key_find(keys, "LÖNER");
	assert_non_null(key);
	assert_int_equal(key->weights[0], 8333333);
	assert_int_equal(key->weights[1], 500000);
	assert_int_equal(key->weights[2], 0);
	assert_int_equal(key->weights[3], 1000000000);
	assert_null(spread_key_find(keys, "andra"));
	assert_true(spread_is_known(keys, "löner"));
	assert_true(spread_is_known(keys, "Föregående år"));
	assert_false(spread_is_known(keys, "andra"));
	assert_printed(*state, "");
}

static void what_is_no_weight_is_named(void **state)
{
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;

	assert_int_equal(keys_of(*state,
				 HEADER "a;-1;1;;;;;;;;;;\nrak;1;;;;;;;;;;;\n"
					"b;;;;;;;;;;;;\nA;x;1;;;;;;;;;;\n",
				 &keys),
			 CONF_BAD);
	assert_printed(
		*state,
		"periodisering.csv:2:2: ”-1” är ingen vikt; skriv ett tal från 0 till 1000000 "
		"med högst sex decimaler, till exempel 8,33\n"
		"periodisering.csv:3:1: ”rak” har redan en mening; ge nyckeln ett annat namn\n"
		"periodisering.csv:4: alla vikter är 0; skriv en vikt för minst en månad\n"
		"periodisering.csv:5:1: nyckeln ”A” finns redan på rad 2; ge den ena ett annat "
		"namn\n"
		"periodisering.csv:5:2: ”x” är ingen vikt; skriv ett tal från 0 till 1000000 "
		"med högst sex decimaler, till exempel 8,33\n");
}

static void measures_have_unit_and_kind(void **state)
{
	cleanup(measures_destroy) struct measures *measures = NULL;

	assert_int_equal(measures_of(*state,
				     "mått;enhet;slag\nTimmar;tim;Flöde\n"
				     "Platser;årsplatser;bestånd\n",
				     &measures),
			 0);
	assert_int_equal(measures->count, 2);
	assert_int_equal(measure_find(measures, "platser"), 1);
	assert_int_equal(measure_find(measures, "elever"), -1);
	assert_string_equal(measures->measures[0].unit, "tim");
	assert_int_equal(measures->measures[0].kind, MEASURE_FLOW);
	assert_int_equal(measures->measures[1].kind, MEASURE_STOCK);
	assert_printed(*state, "");
}

static void an_unknown_kind_is_told_with_those_that_exist(void **state)
{
	cleanup(measures_destroy) struct measures *measures = NULL;

	assert_int_equal(measures_of(*state, "mått;enhet;slag\nTimmar;tim;summa\n", &measures),
			 CONF_BAD);
	assert_printed(*state,
		       "volymer.csv:2:3: okänt slag ”summa”; skriv flöde om månaderna kan läggas "
		       "ihop (timmar), bestånd om de inte kan det (årsplatser)\n");
}

static void both_tables_may_be_missing(void **state)
{
	struct scratch *scratch = *state;
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;
	cleanup(measures_destroy) struct measures *measures = NULL;

	assert_int_equal(spread_keys_load(scratch->conf, &keys), 0);
	assert_int_equal(measures_load(scratch->conf, &measures), 0);
	assert_int_equal(keys->count + measures->count, 0);
	assert_printed(scratch, "");
}

#define scratch_test(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(weights_are_read_exactly),
		scratch_test(what_is_no_weight_is_named),
		scratch_test(measures_have_unit_and_kind),
		scratch_test(an_unknown_kind_is_told_with_those_that_exist),
		scratch_test(both_tables_may_be_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
