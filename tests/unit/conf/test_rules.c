/* SPDX-License-Identifier: Apache-2.0 */
/*
 * larmregler.csv: limits to the öre, and every way a rule can be wrong.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "unit/conf/scratch.h"

#define HEADER                                                                                     \
	"regel;mått;nivå;område;gräns_tkr;gräns_procent;återställning_tkr;"                 \
	"återställning_procent;åtgärdsplan;frist_dagar\n"

/* Socialnämnd (0) > Äldre (1) > Boende (2). */
static struct area_tree *areas_make(struct scratch *scratch)
{
	struct area_tree *areas = NULL;

	scratch_write(
		scratch, "omraden.csv",
		"område;överordnat;ansvar\nSocialnämnd;;\nÄldre;Socialnämnd;\nBoende;Äldre;1\n");
	assert_int_equal(areas_load(scratch->conf, &areas), 0);
	return areas;
}

static int rules_of(struct scratch *scratch, const char *text, struct rules **rules)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make(scratch);

	scratch_write(scratch, "larmregler.csv", text);
	return rules_load(scratch->conf, areas, rules);
}

/* @row: "A;prognos;...", the only row of the table. */
static void assert_bad(struct scratch *scratch, const char *row, const char *expected)
{
	cleanup(rules_destroy) struct rules *rules = NULL;
	char text[1024];

	snprintf(text, sizeof(text), HEADER "%s\n", row);
	assert_int_equal(rules_of(scratch, text, &rules), CONF_BAD);
	assert_null(rules);
	assert_printed(scratch, expected);
}

static void a_full_row_becomes_a_rule(void **state)
{
	cleanup(rules_destroy) struct rules *rules = NULL;
	const struct rule *rule;

	assert_int_equal(rules_of(*state,
				  HEADER "Nämnd;Prognos;0;Socialnämnd;1 250,5;1,5 %;1000.25;"
					 "0,75;Ja;30\n",
				  &rules),
			 0);
	assert_int_equal(rules->count, 1);
	rule = &rules->rules[0];
	assert_string_equal(rule->name, "Nämnd");
	assert_int_equal(rule->measure, MEASURE_FORECAST);
	assert_int_equal(rule->level, 0);
	assert_string_equal(rule->area, "Socialnämnd");
	assert_true(rule->has_amount);
	assert_money_equal(rule->amount, 125050000);
	assert_money_equal(rule->clear_amount, 100025000);
	assert_true(rule->has_percent);
	assert_int_equal(rule->percent_hundredths, 150);
	assert_int_equal(rule->clear_percent_hundredths, 75);
	assert_true(rule->demands_plan);
	assert_int_equal(rule->plan_days, 30);
	assert_printed(*state, "");
}

static void empty_cells_have_meanings(void **state)
{
	cleanup(rules_destroy) struct rules *rules = NULL;

	assert_int_equal(
		rules_of(*state, HEADER "A;utfall;;;500;;;;;\nB;utfall;*;*;;2;;;nej;30\n", &rules),
		0);
	assert_int_equal(rules->count, 2);
	assert_int_equal(rules->rules[0].measure, MEASURE_OUTCOME);
	assert_int_equal(rules->rules[0].level, RULE_LEVEL_ANY);
	assert_string_equal(rules->rules[0].area, "");
	assert_money_equal(rules->rules[0].clear_amount, 50000000);
	assert_false(rules->rules[0].has_percent);
	assert_false(rules->rules[0].demands_plan);
	assert_int_equal(rules->rules[1].level, RULE_LEVEL_ANY);
	assert_string_equal(rules->rules[1].area, "");
	assert_false(rules->rules[1].has_amount);
	assert_int_equal(rules->rules[1].clear_percent_hundredths, 200);
	assert_false(rules->rules[1].demands_plan);
	assert_int_equal(rules->rules[1].plan_days, 0);
}

static void a_rule_can_watch_what_no_area_claims(void **state)
{
	cleanup(rules_destroy) struct rules *rules = NULL;

	assert_int_equal(rules_of(*state, HEADER "A;utfall;;Ej fördelat;0,01;;0;;;\n", &rules), 0);
	assert_string_equal(rules->rules[0].area, "Ej fördelat");
	assert_money_equal(rules->rules[0].amount, 1000);
	assert_money_equal(rules->rules[0].clear_amount, 0);
}

static void no_file_and_no_rows_are_no_rules(void **state)
{
	struct scratch *scratch = *state;
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make(scratch);
	cleanup(rules_destroy) struct rules *none = NULL;
	cleanup(rules_destroy) struct rules *empty = NULL;

	assert_int_equal(rules_load(scratch->conf, areas, &none), 0);
	assert_int_equal(none->count, 0);
	scratch_write(scratch, "larmregler.csv", HEADER);
	assert_int_equal(rules_load(scratch->conf, areas, &empty), 0);
	assert_int_equal(empty->count, 0);
	assert_printed(scratch, "");
}

static void names_are_there_once(void **state)
{
	assert_bad(*state, "A;utfall;;;5;;;;;\na;utfall;;;6;;;;;\n;utfall;;;7;;;;;",
		   "larmregler.csv:3:1: regeln ”a” finns redan på rad 2; ge den ena ett annat "
		   "namn\n"
		   "larmregler.csv:4:1: kolumnen regel är tom; fyll i den eller ta bort raden\n");
}

static void an_unknown_measure_is_named(void **state)
{
	assert_bad(
		*state, "A;budget;;;5;;;;;",
		"larmregler.csv:2:2: okänt mått ”budget”; skriv prognos (hela året) eller utfall "
		"(hittills)\n");
}

static void a_level_that_is_none_is_named(void **state)
{
	assert_bad(
		*state, "A;utfall;alla;;5;;;;;",
		"larmregler.csv:2:3: nivån ”alla” är ingen nivå; skriv 0 för högsta nivån, 1 för "
		"nästa, eller * för alla\n");
	assert_bad(*state, "A;utfall;3;;5;;;;;",
		   "larmregler.csv:2:3: inget område ligger på nivå 3, så regeln larmar aldrig; "
		   "skriv en nivå som finns i omraden.csv\n");
}

static void an_area_that_does_not_exist_is_named(void **state)
{
	assert_bad(*state, "A;utfall;;Skola;5;;;;;",
		   "larmregler.csv:2:4: området ”Skola” finns inte i omraden.csv; rätta namnet, "
		   "eller lämna cellen tom för alla områden\n");
	assert_bad(*state, "A;utfall;;äldre;5;;;;;",
		   "larmregler.csv:2:4: området ”äldre” finns inte i omraden.csv; skriv ”Äldre”\n");
	assert_bad(*state, "A;utfall;1;Boende;5;;;;;",
		   "larmregler.csv:2:4: området ”Boende” ligger på nivå 2, inte på regelns nivå 1; "
		   "töm kolumnen nivå\n");
}

static void a_rule_needs_a_limit(void **state)
{
	assert_bad(*state, "A;utfall;;;;;;;;",
		   "larmregler.csv:2: regeln ”A” har ingen gräns; fyll i gräns_tkr, gräns_procent "
		   "eller båda\n");
}

static void limits_are_positive_numbers(void **state)
{
	assert_bad(*state, "A;utfall;;;-500;0;;;;",
		   "larmregler.csv:2:5: gräns_tkr ska vara ett underskott större än noll, skrivet "
		   "utan minus; skriv 0,01 för att larma vid minsta underskott\n"
		   "larmregler.csv:2:6: gräns_procent ska vara ett underskott större än noll, "
		   "skrivet utan minus; skriv 0,01 för att larma vid minsta underskott\n");
	assert_bad(*state, "A;utfall;;;fem;1,234;;;;",
		   "larmregler.csv:2:5: ”fem” i kolumnen gräns_tkr är inget belopp; skriv siffror, "
		   "högst ett decimaltecken och inga delar av öre, till exempel 1250,5\n"
		   "larmregler.csv:2:6: ”1,234” i kolumnen gräns_procent är ingen procentsats; "
		   "skriv siffror med högst två decimaler, till exempel 1,5\n");
}

static void clear_limits_are_below_their_limits(void **state)
{
	assert_bad(
		*state, "A;utfall;;;500;2;600;2,5;;",
		"larmregler.csv:2:7: återställning_tkr är högre än gräns_tkr; larmet kan inte "
		"upphöra innan det börjar, så skriv samma eller ett lägre tal\n"
		"larmregler.csv:2:8: återställning_procent är högre än gräns_procent; larmet kan "
		"inte upphöra innan det börjar, så skriv samma eller ett lägre tal\n");
	assert_bad(*state, "A;utfall;;;500;;-1;1;;",
		   "larmregler.csv:2:7: återställning_tkr är under noll; skriv det underskott som "
		   "larmet upphör under\n"
		   "larmregler.csv:2:8: återställning_procent är ifylld men inte gräns_procent; "
		   "fyll i båda eller ingen\n");
}

static void a_demanded_plan_needs_its_days(void **state)
{
	assert_bad(*state, "A;utfall;;;5;;;;kanske;",
		   "larmregler.csv:2:9: ”kanske” är varken ja eller nej\n");
	assert_bad(
		*state, "A;utfall;;;5;;;;ja;",
		"larmregler.csv:2:10: regeln kräver åtgärdsplan men saknar frist; skriv inom hur "
		"många dagar planen ska vara beslutad, till exempel 30\n");
	assert_bad(*state, "A;utfall;;;5;;;;ja;en månad",
		   "larmregler.csv:2:10: fristen ”en månad” är inget antal dagar; skriv ett heltal "
		   "mellan 1 och 366\n");
}

static void too_many_rules_are_refused(void **state)
{
	cleanup(rules_destroy) struct rules *rules = NULL;
	char text[8192] = HEADER;
	char *end = text + strlen(text);

	for (int i = 1; i <= RULES_MAX + 1; i++)
		end += snprintf(end, sizeof(text) - (size_t)(end - text), "R%d;utfall;;;5;;;;;\n",
				i);
	assert_int_equal(rules_of(*state, text, &rules), CONF_BAD);
	assert_printed(*state, "larmregler.csv:66: filen har fler än 64 regler; ta bort några\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(a_full_row_becomes_a_rule),
		scratch_test(empty_cells_have_meanings),
		scratch_test(a_rule_can_watch_what_no_area_claims),
		scratch_test(no_file_and_no_rows_are_no_rules),
		scratch_test(names_are_there_once),
		scratch_test(an_unknown_measure_is_named),
		scratch_test(a_level_that_is_none_is_named),
		scratch_test(an_area_that_does_not_exist_is_named),
		scratch_test(a_rule_needs_a_limit),
		scratch_test(limits_are_positive_numbers),
		scratch_test(clear_limits_are_below_their_limits),
		scratch_test(a_demanded_plan_needs_its_days),
		scratch_test(too_many_rules_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
