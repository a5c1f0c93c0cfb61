/* SPDX-License-Identifier: Apache-2.0 */
/*
 * omraden.csv: what becomes of it, and every way it can be wrong.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "unit/conf/scratch.h"

static void assert_bad(struct scratch *scratch, const char *text, const char *expected)
{
	cleanup(area_tree_destroy) struct area_tree *tree = NULL;

	scratch_write(scratch, "omraden.csv", text);
	assert_int_equal(areas_load(scratch->conf, &tree), CONF_BAD);
	assert_null(tree);
	assert_printed(scratch, expected);
}

static void assert_case_loads(const char *folder, int count, const char *leaf,
			      const char *const codes[DIMENSION_COUNT])
{
	cleanup(area_tree_destroy) struct area_tree *tree = NULL;
	cleanup(free_bytes) struct conf *conf = calloc(1, sizeof(*conf));

	assert_non_null(conf);
	assert_int_equal(path_print(conf->tables_dir, TEST_DATA "/conf/%s", folder), 0);
	assert_int_equal(areas_load(conf, &tree), 0);
	assert_int_equal(tree->count, count);
	assert_string_equal(tree->areas[area_of_codes(tree, codes)].name, leaf);
}

static void code_plans_of_municipalities_load(void **state)
{
	const char *const home[DIMENSION_COUNT] = {"", "4011", "505", "", "", "", "", "", ""};
	const char *const own[DIMENSION_COUNT] = {"", "6053", "", "", "", "", "", "", ""};
	const char *const youth[DIMENSION_COUNT] = {"", "", "600", "", "", "", "", "", ""};
	const char *const refugees[DIMENSION_COUNT] = {
		"", "", "", "", "", "", "", "Flyktningmottagande", ""};

	assert_case_loads("ekero-2020-myndighet", 29, "Ordinärt boende", home);
	assert_case_loads("ekero-2020-egen-regi", 8, "Ledning och administration", own);
	assert_case_loads("nacka-2020", 27, "Dygnsvård", youth);
	assert_case_loads("osteraker-2020", 8, "Flyktningmottagande", refugees);
	assert_printed(*state, "");
}

static void any_dimension_can_be_a_column(void **state)
{
	struct scratch *scratch = *state;
	cleanup(area_tree_destroy) struct area_tree *tree = NULL;
	const char *const codes[DIMENSION_COUNT] = {"4611", "", "", "", "P7", "", "", "", ""};

	scratch_write(scratch, "omraden.csv",
		      "område;överordnat;konto;projekt;motpart;objekt;aktivitet\n"
		      "Allt;;;;;;\nEnsamkommande;Allt;4600-4699;P*;;;\n");
	assert_int_equal(areas_load(scratch->conf, &tree), 0);
	assert_int_equal(area_of_codes(tree, codes), 1);
	assert_int_equal(tree->areas[1].source_line, 3);
}

static void a_missing_file_is_a_problem(void **state)
{
	struct scratch *scratch = *state;
	struct area_tree *tree = NULL;

	assert_int_equal(areas_load(scratch->conf, &tree), CONF_BAD);
	assert_printed(scratch, "omraden.csv: filen finns inte i mappen FOLDER; lägg den där eller "
				"ändra tables i /etc/budgetvakt.conf\n");
}

static void a_file_without_areas_is_a_problem(void **state)
{
	assert_bad(*state, "område;överordnat\n",
		   "omraden.csv: filen har inga områden; skriv minst ett under rubrikraden\n");
}

static void a_row_without_name_is_named(void **state)
{
	assert_bad(*state, "område;överordnat;ansvar\nA;;\n;A;1\n",
		   "omraden.csv:3:1: kolumnen område är tom; fyll i den eller ta bort raden\n");
}

static void names_that_do_not_fit_are_named(void **state)
{
	char text[512];
	char name[CODE_SIZE + 1];

	memset(name, 'x', CODE_SIZE);
	name[CODE_SIZE] = '\0';
	snprintf(text, sizeof(text), "område;överordnat\n%s;\nA;%s\n", name, name);
	assert_bad(
		*state, text,
		"omraden.csv:2:1: texten i kolumnen område är längre än 159 byte; korta den\n"
		"omraden.csv:3:2: texten i kolumnen överordnat är längre än 159 byte; korta den\n");
}

static void a_name_used_twice_names_both_lines(void **state)
{
	assert_bad(*state, "område;överordnat\nVård;\nÖvrigt;Vård\n\nÖvrigt;Vård\n",
		   "omraden.csv:5:1: området ”Övrigt” finns redan på rad 3; ge det ena ett annat "
		   "namn, till exempel med det överordnade området inom parentes\n");
}

static void the_reserved_name_is_refused(void **state)
{
	assert_bad(*state, "område;överordnat\nVård;\nEj fördelat;Vård\nBarn;Ej fördelat\n",
		   "omraden.csv:3:1: namnet ”Ej fördelat” har Budgetvakt för rader som inget "
		   "område gör anspråk på; välj ett annat namn\n");
}

static void an_unknown_parent_is_named(void **state)
{
	assert_bad(*state, "område;överordnat\nVård;\nBarn;Skola\nÄldre;vård\n",
		   "omraden.csv:3:2: det överordnade området ”Skola” finns inte; lägg till en rad "
		   "för det eller rätta namnet\n"
		   "omraden.csv:4:2: det överordnade området ”vård” finns inte; skriv ”Vård” som "
		   "på rad 2\n");
}

static void a_cycle_is_named_at_an_area_in_it(void **state)
{
	assert_bad(*state, "område;överordnat\nUtanför;A\nA;B\nB;A\nSig;Sig\n",
		   "omraden.csv:4:2: området ”B” ligger genom ”A” under sig självt; ändra något av "
		   "de överordnade områdena\n"
		   "omraden.csv:5:2: området ”Sig” ligger genom ”Sig” under sig självt; ändra "
		   "något av de överordnade områdena\n");
}

static void codes_of_an_area_with_areas_below_are_named(void **state)
{
	assert_bad(*state,
		   "område;överordnat;verksamhet;ansvar\nVård;;;\nÄldre;Vård;;4001\n"
		   "Boende;Äldre;504;\n",
		   "omraden.csv:3:4: området ”Äldre” har underordnade områden och kan inte ha egna "
		   "koder; flytta koderna till ett av de underordnade\n");
}

static void a_code_of_two_areas_names_the_code_and_both(void **state)
{
	assert_bad(*state,
		   "område;överordnat;ansvar;verksamhet\nHemtjänst;;;500-509\nLSS;;;520\n"
		   "Boende;;;51*|505\n",
		   "omraden.csv:4:4: verksamhet 505 hör både till ”Hemtjänst” (rad 2) och till "
		   "”Boende” (rad 4); ta bort koden från det ena området\n");
}

static void codes_that_cannot_be_read_are_named(void **state)
{
	assert_bad(*state, "område;överordnat;verksamhet\nA;;500|50-9|501\nB;;5*5\nC;;509-500\n",
		   "omraden.csv:2:3: ”50-9” i kolumnen verksamhet är ingen kod; skriv koder "
		   "åtskilda med |, intervall som 500-509 eller början av koder som 45*\n"
		   "omraden.csv:3:3: ”5*5” i kolumnen verksamhet är ingen kod; skriv koder "
		   "åtskilda med |, intervall som 500-509 eller början av koder som 45*\n"
		   "omraden.csv:4:3: ”509-500” i kolumnen verksamhet är ingen kod; skriv koder "
		   "åtskilda med |, intervall som 500-509 eller början av koder som 45*\n");
}

static void codes_no_source_keeps_are_named(void **state)
{
	struct scratch *scratch = *state;

	scratch->conf->source_count = 1;
	scratch->conf->sources[0].keeps[DIMENSION_ACCOUNT] = true;
	scratch->conf->sources[0].keeps[DIMENSION_UNIT] = true;
	assert_bad(scratch, "område;överordnat;projekt;ansvar\nA;;;4001\nB;;77;4002\nC;;78;4003\n",
		   "omraden.csv:3:3: ingen källa behåller dimensionen projekt, så koderna träffar "
		   "inga rader; lägg till ”projekt” i dimensions för någon källa\n");
}

static void all_problems_of_a_file_are_printed(void **state)
{
	assert_bad(*state, "område;överordnat;verksamhet\nA;;1\nA;;2\nB;X;3|4\nC;;4\nD;;3\nE;;y-\n",
		   "omraden.csv:7:3: ”y-” i kolumnen verksamhet är ingen kod; skriv koder "
		   "åtskilda med |, intervall som 500-509 eller början av koder som 45*\n"
		   "omraden.csv:3:1: området ”A” finns redan på rad 2; ge det ena ett annat namn, "
		   "till exempel med det överordnade området inom parentes\n"
		   "omraden.csv:4:2: det överordnade området ”X” finns inte; lägg till en rad för "
		   "det eller rätta namnet\n"
		   "omraden.csv:5:3: verksamhet 4 hör både till ”B” (rad 4) och till ”C” (rad 5); "
		   "ta bort koden från det ena området\n"
		   "omraden.csv:6:3: verksamhet 3 hör både till ”B” (rad 4) och till ”D” (rad 6); "
		   "ta bort koden från det ena området\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(code_plans_of_municipalities_load),
		scratch_test(any_dimension_can_be_a_column),
		scratch_test(a_missing_file_is_a_problem),
		scratch_test(a_file_without_areas_is_a_problem),
		scratch_test(a_row_without_name_is_named),
		scratch_test(names_that_do_not_fit_are_named),
		scratch_test(a_name_used_twice_names_both_lines),
		scratch_test(the_reserved_name_is_refused),
		scratch_test(an_unknown_parent_is_named),
		scratch_test(a_cycle_is_named_at_an_area_in_it),
		scratch_test(codes_of_an_area_with_areas_below_are_named),
		scratch_test(a_code_of_two_areas_names_the_code_and_both),
		scratch_test(codes_that_cannot_be_read_are_named),
		scratch_test(codes_no_source_keeps_are_named),
		scratch_test(all_problems_of_a_file_are_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
