/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resultatrader.csv: what becomes of it, and every way it can be wrong.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "unit/conf/scratch.h"

#define HEADER "resultatrad;överordnad;radtyp;konton\n"
#define NET    "Netto;;netto;\n"
#define COST   "Personal;Netto;post;5011\n"

static void assert_bad(struct scratch *scratch, const char *text, const char *expected)
{
	cleanup(line_tree_destroy) struct line_tree *tree = NULL;

	scratch_write(scratch, "resultatrader.csv", text);
	assert_int_equal(lines_load(scratch->conf, &tree), CONF_BAD);
	assert_null(tree);
	assert_printed(scratch, expected);
}

static void assert_case_loads(const char *folder, int count, const char *account, const char *line)
{
	cleanup(line_tree_destroy) struct line_tree *tree = NULL;
	cleanup(free_bytes) struct conf *conf = calloc(1, sizeof(*conf));

	assert_non_null(conf);
	assert_int_equal(path_print(conf->tables_dir, TEST_DATA "/conf/%s", folder), 0);
	assert_int_equal(lines_load(conf, &tree), 0);
	assert_int_equal(tree->count, count);
	assert_string_equal(tree->lines[line_of_codes(tree, account, "")].name, line);
}

static void code_plans_of_municipalities_load(void **state)
{
	assert_case_loads("ekero-2020-myndighet", 21, "3512", "Statsbidrag");
	assert_case_loads("ekero-2020-egen-regi", 21, "6921", "Driftsersättningar");
	assert_case_loads("nacka-2020", 7, "5611", "Personal");
	assert_case_loads("osteraker-2020", 11, "8511", "Kapitalkostnader");
	assert_printed(*state, "");
}

static void a_line_can_say_which_side_it_is_on(void **state)
{
	struct scratch *scratch = *state;
	cleanup(line_tree_destroy) struct line_tree *tree = NULL;

	scratch_write(scratch, "resultatrader.csv",
		      "resultatrad;överordnad;radtyp;konton;slag\n"
		      "Ränta;Netto;post;8500;Intäkt\nAvgift;Netto;post;3100;kostnad\n"
		      "Bidrag;Netto;post;3500;\nNetto;;netto;;\n");
	assert_int_equal(lines_load(scratch->conf, &tree), 0);
	assert_int_equal(tree->lines[0].side, SIDE_INCOME);
	assert_int_equal(tree->lines[1].side, SIDE_COST);
	assert_int_equal(tree->lines[2].side, SIDE_INCOME);
}

static void a_missing_file_is_a_problem(void **state)
{
	struct scratch *scratch = *state;
	struct line_tree *tree = NULL;

	assert_int_equal(lines_load(scratch->conf, &tree), CONF_BAD);
	assert_printed(scratch, "resultatrader.csv: filen finns inte i mappen FOLDER; lägg den där "
				"eller ändra tables i /etc/budgetvakt.conf\n");
}

static void unknown_words_are_named_with_those_that_exist(void **state)
{
	assert_bad(*state,
		   "resultatrad;överordnad;radtyp;konton;slag\nPersonal;Netto;pst;5011;\n"
		   "Netto;;netto;;minus\n",
		   "resultatrader.csv:2:3: okänd radtyp ”pst”; skriv post, varav, delsumma, "
		   "summa, netto eller balans\n"
		   "resultatrader.csv:3:5: okänt slag ”minus”; skriv intäkt eller kostnad, eller "
		   "lämna cellen tom\n");
}

static void a_row_without_name_is_named(void **state)
{
	assert_bad(*state, HEADER ";Netto;post;1\n" NET,
		   "resultatrader.csv:2:1: kolumnen resultatrad är tom; fyll i den eller ta bort "
		   "raden\n");
}

static void accounts_that_cannot_be_read_are_named(void **state)
{
	assert_bad(*state, HEADER "Personal;Netto;post;5011||5012\n" NET,
		   "resultatrader.csv:2:4: ”” i kolumnen konton är inget konto; skriv konton "
		   "åtskilda med |, intervall som 5000-5999 eller början av konton som 45*\n");
}

static void a_name_used_twice_names_both_lines(void **state)
{
	assert_bad(*state, HEADER NET COST "Personal;Netto;post;5012\n",
		   "resultatrader.csv:4:1: resultatraden ”Personal” finns redan på rad 3; ge den "
		   "ena ett annat namn\n");
}

static void the_reserved_name_is_refused(void **state)
{
	assert_bad(
		*state, HEADER NET "Ej fördelat;Netto;summa;\nPersonal;Ej fördelat;post;5011\n",
		"resultatrader.csv:3:1: namnet ”Ej fördelat” har Budgetvakt för konton som ingen "
		"rad gör anspråk på; välj ett annat namn\n");
}

static void every_way_to_have_the_wrong_parent_is_told_apart(void **state)
{
	assert_bad(
		*state,
		HEADER NET "Personal;Kostnader;post;5011\nHyra;netto;post;6011\n"
			   "Resor;;post;7000\nTillgångar;Netto;balans;1*\nSkulder;;balans;2*\n"
			   "Ränta;Skulder;post;8500\n",
		"resultatrader.csv:3:2: den överordnade raden ”Kostnader” finns inte; lägg till "
		"den eller rätta namnet\n"
		"resultatrader.csv:4:2: den överordnade raden ”netto” finns inte; skriv ”Netto” "
		"som på rad 2\n"
		"resultatrader.csv:5:2: ”Resor” har ingen överordnad rad; skriv namnet på den "
		"summa som raden ingår i\n"
		"resultatrader.csv:6:2: balansraden ”Tillgångar” står utanför resultatet; töm "
		"kolumnen överordnad\n"
		"resultatrader.csv:8:2: den överordnade raden ”Skulder” är en balansrad och står "
		"utanför resultatet; välj en summa\n");
}

static void a_cycle_is_named_at_a_line_in_it(void **state)
{
	assert_bad(
		*state, HEADER NET "Post;A;post;1\nA;B;summa;\nB;A;summa;\n",
		"resultatrader.csv:5:2: raden ”B” ingår genom ”A” i sig själv; ändra någon av de "
		"överordnade raderna\n");
}

static void accounts_of_a_sum_are_named(void **state)
{
	assert_bad(*state,
		   HEADER NET "Kostnader;Netto;summa;5000-5999\nPersonal;Kostnader;post;5\n",
		   "resultatrader.csv:3:4: ”Kostnader” är en summa och kan inte ha egna konton; "
		   "flytta kontona till en underordnad post\n");
}

static void an_account_of_two_lines_names_the_account_and_both(void **state)
{
	assert_bad(*state, HEADER NET COST "Hyra;Netto;post;6011\nLön;Netto;post;5000-5099\n",
		   "resultatrader.csv:5:4: konto 5011 hör både till ”Personal” (rad 3) och till "
		   "”Lön” (rad 5); ta bort kontot från den ena raden\n");
}

static void there_must_be_a_net(void **state)
{
	assert_bad(*state, HEADER "Personal;Kostnader;post;5011\nKostnader;;summa;\n",
		   "resultatrader.csv: ingen rad har radtypen netto; skriv den rad som alla andra "
		   "summeras till, till exempel Nettokostnad;;netto;\n");
}

static void there_must_be_one_net_only(void **state)
{
	assert_bad(*state, HEADER NET COST "Nettokostnad;;netto;\nHyra;Nettokostnad;post;6011\n",
		   "resultatrader.csv:4:3: radtypen netto finns redan på rad 2 (”Netto”); skriv "
		   "summa här, för det ska finnas exakt en netto\n");
}

static void texts_that_do_not_fit_are_named(void **state)
{
	char text[640];
	char name[CODE_SIZE + 1];

	memset(name, 'x', CODE_SIZE);
	name[CODE_SIZE] = '\0';
	snprintf(text, sizeof(text), HEADER "%s;Netto;post;1\nA;%s;post;2\n" NET, name, name);
	assert_bad(*state, text,
		   "resultatrader.csv:2:1: texten i kolumnen resultatrad är längre än 159 byte; "
		   "korta den\n"
		   "resultatrader.csv:3:2: texten i kolumnen överordnad är längre än 159 byte; "
		   "korta den\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(code_plans_of_municipalities_load),
		scratch_test(a_line_can_say_which_side_it_is_on),
		scratch_test(a_missing_file_is_a_problem),
		scratch_test(unknown_words_are_named_with_those_that_exist),
		scratch_test(a_row_without_name_is_named),
		scratch_test(accounts_that_cannot_be_read_are_named),
		scratch_test(a_name_used_twice_names_both_lines),
		scratch_test(the_reserved_name_is_refused),
		scratch_test(every_way_to_have_the_wrong_parent_is_told_apart),
		scratch_test(a_cycle_is_named_at_a_line_in_it),
		scratch_test(accounts_of_a_sum_are_named),
		scratch_test(an_account_of_two_lines_names_the_account_and_both),
		scratch_test(there_must_be_a_net),
		scratch_test(there_must_be_one_net_only),
		scratch_test(texts_that_do_not_fit_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
