/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of areas: what is refused at load, and which leaf claims a row. */
#include "support/test.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/model/area.h"

static void add(struct area_tree *tree, const char *name, const char *parent, const char *activity,
		const char *unit)
{
	struct code_set *claims[DIMENSION_COUNT] = {NULL};
	size_t offset;

	assert_int_equal(code_set_parse(activity, &claims[DIMENSION_ACTIVITY], &offset), 0);
	assert_int_equal(code_set_parse(unit, &claims[DIMENSION_UNIT], &offset), 0);
	assert_int_equal(area_tree_add(tree, name, parent, claims, (unsigned)tree->count + 2), 0);
	assert_null(claims[DIMENSION_ACTIVITY]);
	assert_null(claims[DIMENSION_UNIT]);
}

static struct area_tree *tree_make(void)
{
	struct area_tree *tree = NULL;

	assert_int_equal(area_tree_new(&tree), 0);
	return tree;
}

/* Parents come after their children on purpose. */
static struct area_tree *ekero_make(void)
{
	struct area_tree *tree = tree_make();
	struct area_problem problem;

	add(tree, "Ordinärt boende", "Äldreomsorg", "504|505", "4011-4013");
	add(tree, "Särskilt boende", "Äldreomsorg", "508-509", "402*");
	add(tree, "Äldreomsorg", "TOTALT", "", "");
	add(tree, "Politisk verksamhet", "TOTALT", "500", "");
	add(tree, "Nämndstöd", "TOTALT", "", "4900");
	add(tree, "TOTALT", "", "", "");
	assert_int_equal(area_tree_finish(tree, &problem), 0);
	return tree;
}

static const char *area_for(const struct area_tree *tree, const char *activity, const char *unit,
			    const char *name)
{
	const char *codes[DIMENSION_COUNT] = {"", "", "", "", "", "", "", "", ""};

	codes[DIMENSION_ACTIVITY] = activity;
	codes[DIMENSION_UNIT] = unit;
	codes[DIMENSION_AREA] = name;
	return tree->areas[area_of_codes(tree, codes)].name;
}

static void parents_may_come_after_their_children(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_int_equal(tree->count, 7);
	assert_int_equal(tree->areas[0].level, 2);
	assert_int_equal(tree->areas[0].parent, area_find(tree, "Äldreomsorg"));
	assert_int_equal(tree->areas[5].parent, -1);
	assert_true(tree->areas[0].is_leaf);
	assert_false(tree->areas[2].is_leaf);
	assert_false(tree->areas[5].is_leaf);
	assert_int_equal(area_find(tree, "ordinärt boende"), -1);
}

static void unassigned_is_the_last_root(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_int_equal(area_unassigned(tree), 6);
	assert_string_equal(tree->areas[6].name, "Ej fördelat");
	assert_int_equal(tree->areas[6].parent, -1);
	assert_true(tree->areas[6].is_leaf);
}

static void a_row_belongs_to_the_leaf_that_claims_it(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_string_equal(area_for(tree, "505", "4013", ""), "Ordinärt boende");
	assert_string_equal(area_for(tree, "509", "4029", ""), "Särskilt boende");
	assert_string_equal(area_for(tree, "500", "9999", ""), "Politisk verksamhet");
}

static void a_dimension_without_code_does_not_contradict(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_string_equal(area_for(tree, "504", "", ""), "Ordinärt boende");
	assert_string_equal(area_for(tree, "", "4012", ""), "Ordinärt boende");
	assert_string_equal(area_for(tree, "", "", ""), "Ej fördelat");
}

static void a_contradicted_claim_does_not_hold(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_string_equal(area_for(tree, "504", "4021", ""), "Ej fördelat");
	assert_string_equal(area_for(tree, "777", "4011", ""), "Ej fördelat");
}

static void a_row_two_leaves_claim_is_unassigned(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_string_equal(area_for(tree, "500", "4900", ""), "Ej fördelat");
	assert_string_equal(area_for(tree, "", "4900", ""), "Nämndstöd");
}

static void a_name_decides_alone(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_string_equal(area_for(tree, "504", "", "Nämndstöd"), "Nämndstöd");
	assert_string_equal(area_for(tree, "504", "", "Äldreomsorg"), "Ej fördelat");
	assert_string_equal(area_for(tree, "504", "", "Okänt"), "Ej fördelat");
}

static void an_area_is_within_itself_and_what_is_above(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = ekero_make();

	(void)state;
	assert_true(area_is_within(tree, 0, 0));
	assert_true(area_is_within(tree, 0, 2));
	assert_true(area_is_within(tree, 0, 5));
	assert_false(area_is_within(tree, 5, 0));
	assert_false(area_is_within(tree, 3, 2));
	assert_false(area_is_within(tree, area_unassigned(tree), 5));
}

static void a_name_written_twice_is_refused(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "A", "", "1", "");
	add(tree, "B", "", "2", "");
	add(tree, "A", "", "3", "");
	assert_int_equal(area_tree_finish(tree, &problem), AREA_NAME_TWICE);
	assert_int_equal(problem.area, 2);
	assert_int_equal(problem.other, 0);
}

static void the_name_of_unassigned_is_reserved(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "Ej fördelat", "", "1", "");
	assert_int_equal(area_tree_finish(tree, &problem), AREA_NAME_RESERVED);
	assert_int_equal(problem.area, 0);
}

static void an_unknown_parent_is_refused(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "A", "", "", "");
	add(tree, "B", "Ö", "2", "");
	assert_int_equal(area_tree_finish(tree, &problem), AREA_PARENT_UNKNOWN);
	assert_int_equal(problem.area, 1);
	assert_string_equal(tree->areas[problem.area].parent_name, "Ö");
}

static void parents_in_a_circle_are_refused(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	cleanup(area_tree_destroy) struct area_tree *own = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "Rot", "", "", "");
	add(tree, "A", "B", "", "");
	add(tree, "B", "C", "", "");
	add(tree, "C", "A", "", "");
	assert_int_equal(area_tree_finish(tree, &problem), AREA_PARENT_CYCLE);
	assert_int_equal(problem.area, 1);
	add(own, "A", "A", "", "");
	assert_int_equal(area_tree_finish(own, &problem), AREA_PARENT_CYCLE);
}

static void only_leaves_may_claim(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "A", "", "", "40");
	add(tree, "B", "A", "2", "");
	assert_int_equal(area_tree_finish(tree, &problem), AREA_CLAIM_NOT_LEAF);
	assert_int_equal(problem.area, 0);
	assert_int_equal(problem.dimension, DIMENSION_UNIT);
}

static void leaves_that_claim_the_same_rows_are_refused(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "A", "", "500-509", "4001");
	add(tree, "B", "", "1", "");
	add(tree, "C", "", "507", "");
	assert_int_equal(area_tree_finish(tree, &problem), AREA_CLAIM_OVERLAP);
	assert_int_equal(problem.area, 2);
	assert_int_equal(problem.other, 0);
	assert_int_equal(problem.dimension, DIMENSION_ACTIVITY);
	assert_string_equal(problem.example, "507");
}

static void one_shared_dimension_that_differs_keeps_leaves_apart(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct area_problem problem;

	(void)state;
	add(tree, "A", "", "500", "4001");
	add(tree, "B", "", "500", "4002");
	add(tree, "C", "", "", "4003");
	assert_int_equal(area_tree_finish(tree, &problem), 0);
	assert_string_equal(area_for(tree, "500", "4002", ""), "B");
	assert_string_equal(area_for(tree, "500", "", ""), "Ej fördelat");
}

static void a_name_that_does_not_fit_is_refused(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *tree = tree_make();
	struct code_set *claims[DIMENSION_COUNT] = {NULL};
	char name[CODE_SIZE + 1];

	(void)state;
	memset(name, 'x', CODE_SIZE);
	name[CODE_SIZE] = '\0';
	assert_int_equal(area_tree_add(tree, name, "", claims, 2), ERROR_LIMIT);
	assert_int_equal(tree->count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parents_may_come_after_their_children),
		cmocka_unit_test(unassigned_is_the_last_root),
		cmocka_unit_test(a_row_belongs_to_the_leaf_that_claims_it),
		cmocka_unit_test(a_dimension_without_code_does_not_contradict),
		cmocka_unit_test(a_contradicted_claim_does_not_hold),
		cmocka_unit_test(a_row_two_leaves_claim_is_unassigned),
		cmocka_unit_test(a_name_decides_alone),
		cmocka_unit_test(an_area_is_within_itself_and_what_is_above),
		cmocka_unit_test(a_name_written_twice_is_refused),
		cmocka_unit_test(the_name_of_unassigned_is_reserved),
		cmocka_unit_test(an_unknown_parent_is_refused),
		cmocka_unit_test(parents_in_a_circle_are_refused),
		cmocka_unit_test(only_leaves_may_claim),
		cmocka_unit_test(leaves_that_claim_the_same_rows_are_refused),
		cmocka_unit_test(one_shared_dimension_that_differs_keeps_leaves_apart),
		cmocka_unit_test(a_name_that_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
