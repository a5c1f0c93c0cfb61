/* SPDX-License-Identifier: Apache-2.0 */
/* The result statement: what is refused at load, and the line of a konto. */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/model/line.h"

static void add(struct line_tree *tree, const char *name, const char *parent, enum line_kind kind,
		const char *accounts)
{
	struct code_set *set = NULL;
	size_t offset;

	assert_int_equal(code_set_parse(accounts, &set, &offset), 0);
	assert_int_equal(line_tree_add(tree, name, parent, kind, (enum line_side)0, &set,
				       (unsigned)tree->count + 2),
			 0);
	assert_null(set);
}

static struct line_tree *tree_make(void)
{
	struct line_tree *tree = NULL;

	assert_int_equal(line_tree_new(&tree), 0);
	return tree;
}

static struct line_tree *statement_make(void)
{
	struct line_tree *tree = tree_make();
	struct line_problem problem;

	add(tree, "Summa externa intäkter", "Summa Intäkter", LINE_SUBTOTAL, "");
	add(tree, "Statsbidrag", "Summa externa intäkter", LINE_OF_WHICH, "3511|3512");
	add(tree, "Övriga intäkter", "Summa externa intäkter", LINE_POST, "3011|36*");
	add(tree, "Summa Intäkter", "Nettokostnad", LINE_SUM, "");
	add(tree, "Personal", "Summa Kostnader", LINE_POST, "5*");
	add(tree, "Summa Kostnader", "Nettokostnad", LINE_SUM, "");
	add(tree, "Ränteintäkter", "Nettokostnad", LINE_POST, "8411");
	add(tree, "Avskrivningar", "Summa Kostnader", LINE_POST, "8511|7911");
	add(tree, "Nettokostnad", "", LINE_NET, "");
	add(tree, "Interimskonton", "", LINE_BALANCE, "9900|2990");
	assert_int_equal(line_tree_finish(tree, &problem), 0);
	return tree;
}

static const char *line_for(const struct line_tree *tree, const char *account, const char *name)
{
	int line = line_of_codes(tree, account, name);

	return line == LINE_OUTSIDE ? "utanför" : tree->lines[line].name;
}

static void levels_count_from_the_net_line(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();

	(void)state;
	assert_int_equal(tree->count, 11);
	assert_int_equal(tree->lines[line_find(tree, "Nettokostnad")].level, 0);
	assert_int_equal(tree->lines[line_find(tree, "Summa Kostnader")].level, 1);
	assert_int_equal(tree->lines[line_find(tree, "Personal")].level, 2);
	assert_int_equal(tree->lines[line_find(tree, "Statsbidrag")].level, 3);
	assert_int_equal(tree->lines[line_find(tree, "Interimskonton")].parent, -1);
	assert_true(tree->has_balance_lines);
}

static void unassigned_is_the_last_line_below_the_net(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();
	const struct line *line = &tree->lines[line_unassigned(tree)];

	(void)state;
	assert_int_equal(line_unassigned(tree), 10);
	assert_string_equal(line->name, "Ej fördelat");
	assert_int_equal(line->parent, line_find(tree, "Nettokostnad"));
	assert_int_equal(line->level, 1);
	assert_int_equal(line->side, SIDE_COST);
	assert_true(line->is_leaf);
}

static enum line_side side_of(const struct line_tree *tree, const char *name)
{
	return tree->lines[line_find(tree, name)].side;
}

static void the_side_follows_from_the_first_konto(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();

	(void)state;
	assert_int_equal(side_of(tree, "Statsbidrag"), SIDE_INCOME);
	assert_int_equal(side_of(tree, "Ränteintäkter"), SIDE_INCOME);
	assert_int_equal(side_of(tree, "Avskrivningar"), SIDE_COST);
	assert_int_equal(side_of(tree, "Personal"), SIDE_COST);
	assert_int_equal(side_of(tree, "Summa externa intäkter"), SIDE_INCOME);
	assert_int_equal(side_of(tree, "Summa Intäkter"), SIDE_INCOME);
	assert_int_equal(side_of(tree, "Summa Kostnader"), SIDE_COST);
	assert_int_equal(side_of(tree, "Nettokostnad"), 0);
}

static void a_given_side_is_kept(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = tree_make();
	struct code_set *none = NULL;
	struct line_problem problem;

	(void)state;
	assert_int_equal(line_tree_add(tree, "Avgifter", "Netto", LINE_POST, SIDE_INCOME, &none, 2),
			 0);
	add(tree, "Netto", "", LINE_NET, "");
	assert_int_equal(line_tree_finish(tree, &problem), 0);
	assert_int_equal(side_of(tree, "Avgifter"), SIDE_INCOME);
}

static void a_konto_belongs_to_the_leaf_that_claims_it(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();

	(void)state;
	assert_string_equal(line_for(tree, "3512", ""), "Statsbidrag");
	assert_string_equal(line_for(tree, "3699", ""), "Övriga intäkter");
	assert_string_equal(line_for(tree, "5011", ""), "Personal");
	assert_string_equal(line_for(tree, "7777", ""), "Ej fördelat");
	assert_string_equal(line_for(tree, "", ""), "Ej fördelat");
}

static void balance_accounts_are_outside_the_result(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();

	(void)state;
	assert_string_equal(line_for(tree, "1510", ""), "utanför");
	assert_string_equal(line_for(tree, "2990", ""), "utanför");
	assert_string_equal(line_for(tree, "2440", ""), "utanför");
	assert_string_equal(line_for(tree, "9900", ""), "utanför");
	assert_string_equal(line_for(tree, "5011", "Interimskonton"), "utanför");
}

static void a_claimed_balance_account_is_part_of_the_result(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = tree_make();
	struct line_problem problem;

	(void)state;
	add(tree, "Anslag", "Netto", LINE_POST, "2080");
	add(tree, "Netto", "", LINE_NET, "");
	assert_int_equal(line_tree_finish(tree, &problem), 0);
	assert_string_equal(line_for(tree, "2080", ""), "Anslag");
	assert_false(tree->has_balance_lines);
}

static void a_name_decides_alone(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();

	(void)state;
	assert_string_equal(line_for(tree, "3511", "Personal"), "Personal");
	assert_string_equal(line_for(tree, "3511", "Summa Kostnader"), "Ej fördelat");
	assert_string_equal(line_for(tree, "3511", "Okänd"), "Ej fördelat");
}

static void a_line_is_within_its_sums(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = statement_make();
	int grant = line_find(tree, "Statsbidrag");

	(void)state;
	assert_true(line_is_within(tree, grant, line_find(tree, "Summa Intäkter")));
	assert_true(line_is_within(tree, grant, grant));
	assert_false(line_is_within(tree, grant, line_find(tree, "Summa Kostnader")));
	assert_false(line_is_within(tree, LINE_OUTSIDE, grant));
}

static void refused(struct line_tree *tree, enum line_problem_kind kind, int line, int other)
{
	struct line_problem problem;

	assert_int_equal(line_tree_finish(tree, &problem), kind);
	assert_int_equal(problem.kind, kind);
	assert_int_equal(problem.line, line);
	assert_int_equal(problem.other, other);
}

static void there_must_be_exactly_one_net_line(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *none = tree_make();
	cleanup(line_tree_destroy) struct line_tree *two = tree_make();

	(void)state;
	add(none, "A", "B", LINE_POST, "3*");
	add(none, "B", "", LINE_SUM, "");
	refused(none, LINE_NET_MISSING, -1, -1);
	add(two, "A", "", LINE_NET, "");
	add(two, "B", "", LINE_NET, "");
	refused(two, LINE_NET_MISSING, 1, 0);
}

static void names_are_written_once_and_not_reserved(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *twice = tree_make();
	cleanup(line_tree_destroy) struct line_tree *reserved = tree_make();

	(void)state;
	add(twice, "A", "N", LINE_POST, "3*");
	add(twice, "A", "N", LINE_POST, "4*");
	add(twice, "N", "", LINE_NET, "");
	refused(twice, LINE_NAME_TWICE, 1, 0);
	add(reserved, "N", "", LINE_NET, "");
	add(reserved, "Ej fördelat", "N", LINE_POST, "4*");
	refused(reserved, LINE_NAME_RESERVED, 1, -1);
}

static void every_line_leads_to_the_net(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *orphan = tree_make();
	cleanup(line_tree_destroy) struct line_tree *balance = tree_make();

	(void)state;
	add(orphan, "N", "", LINE_NET, "");
	add(orphan, "A", "", LINE_POST, "3*");
	refused(orphan, LINE_PARENT_UNKNOWN, 1, -1);
	add(balance, "N", "", LINE_NET, "");
	add(balance, "B", "", LINE_BALANCE, "");
	add(balance, "A", "B", LINE_POST, "3*");
	refused(balance, LINE_PARENT_UNKNOWN, 2, -1);
}

static void sums_in_a_circle_are_refused(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = tree_make();

	(void)state;
	add(tree, "N", "", LINE_NET, "");
	add(tree, "A", "B", LINE_SUM, "");
	add(tree, "B", "A", LINE_SUM, "");
	refused(tree, LINE_PARENT_CYCLE, 1, 2);
}

static void a_sum_claims_no_konton(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *sum = tree_make();
	cleanup(line_tree_destroy) struct line_tree *post = tree_make();

	(void)state;
	add(sum, "N", "", LINE_NET, "3*");
	refused(sum, LINE_CLAIM_NOT_LEAF, 0, -1);
	add(post, "N", "", LINE_NET, "");
	add(post, "Personal", "N", LINE_POST, "50*");
	add(post, "Semester", "Personal", LINE_OF_WHICH, "509*");
	refused(post, LINE_CLAIM_NOT_LEAF, 1, -1);
}

static void konton_claimed_twice_are_refused(void **state)
{
	cleanup(line_tree_destroy) struct line_tree *tree = tree_make();
	struct line_problem problem;

	(void)state;
	add(tree, "N", "", LINE_NET, "");
	add(tree, "A", "N", LINE_POST, "5011-5099");
	add(tree, "B", "", LINE_BALANCE, "5090");
	assert_int_equal(line_tree_finish(tree, &problem), LINE_CLAIM_OVERLAP);
	assert_int_equal(problem.line, 2);
	assert_int_equal(problem.other, 1);
	assert_string_equal(problem.example, "5090");
}

static void kinds_go_by_their_swedish_words(void **state)
{
	enum line_kind kind;

	(void)state;
	for (int i = LINE_POST; i <= LINE_BALANCE; i++) {
		assert_true(line_kind_parse(line_kind_name((enum line_kind)i), &kind));
		assert_int_equal(kind, i);
	}
	assert_string_equal(line_kind_name(LINE_OF_WHICH), "varav");
	assert_true(line_kind_parse("NETTO", &kind));
	assert_false(line_kind_parse("total", &kind));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_count_from_the_net_line),
		cmocka_unit_test(unassigned_is_the_last_line_below_the_net),
		cmocka_unit_test(the_side_follows_from_the_first_konto),
		cmocka_unit_test(a_given_side_is_kept),
		cmocka_unit_test(a_konto_belongs_to_the_leaf_that_claims_it),
		cmocka_unit_test(balance_accounts_are_outside_the_result),
		cmocka_unit_test(a_claimed_balance_account_is_part_of_the_result),
		cmocka_unit_test(a_name_decides_alone),
		cmocka_unit_test(a_line_is_within_its_sums),
		cmocka_unit_test(there_must_be_exactly_one_net_line),
		cmocka_unit_test(names_are_written_once_and_not_reserved),
		cmocka_unit_test(every_line_leads_to_the_net),
		cmocka_unit_test(sums_in_a_circle_are_refused),
		cmocka_unit_test(a_sum_claims_no_konton),
		cmocka_unit_test(konton_claimed_twice_are_refused),
		cmocka_unit_test(kinds_go_by_their_swedish_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
