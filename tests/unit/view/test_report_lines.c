/* SPDX-License-Identifier: Apache-2.0 */
/* The result statement, of everything or of one area. */
#include "support/test.h"

#include "unit/view/report_support.h"

#define HEADER                                                                                     \
	"resultatrad;niva;radtyp;utfall_fg_ar;utfall;budget_period;avvikelse_period;budget_ar\n"

static const struct cube_row cube_rows[] = {
	{"Hemtjänst", "Avgifter", {10, 20, 15, 30}},
	{"Hemtjänst", "Personal", {-100, -120, -110, -165}},
	{"Boende", "Statsbidrag", {1, 2, 3, 4}},
	{"Politik", "Personal", {-7, -8, -9, -12}},
};

static struct table *report_of(struct arena *arena, const struct area_tree *areas,
			       const struct table *cube, int area, struct period period)
{
	cleanup(line_tree_destroy) struct line_tree *lines = lines_make();

	return report_lines(arena, areas, lines, cube, area, period);
}

static void lines_are_added_up_to_the_net(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(cube_rows)), -1,
					 period_of(2020, 8));

	assert_string_equal(csv_of(report), HEADER "Summa intäkter;1;summa;11;22;18;4;34\n"
						   "Statsbidrag;2;varav;1;2;3;-1;4\n"
						   "Avgifter;2;post;10;20;15;5;30\n"
						   "Personal;1;post;-107;-128;-119;-9;-177\n"
						   "Netto;0;netto;-96;-106;-101;-5;-143\n");
	assert_string_equal(report->title, "Resultatrapport, januari–augusti 2020");
}

static void one_area_and_all_below_it_can_be_shown(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *cube = cube_make(*state, ROWS(cube_rows));
	struct table *care =
		report_of(*state, areas, cube, area_find(areas, "Omsorg"), period_of(2020, 1));

	assert_non_null(strstr(csv_of(care), "\nNetto;0;netto;-89;-98;-92;-6;-131\n"));
	assert_string_equal(care->title, "Resultatrapport för Omsorg, januari 2020");
}

static void unknown_lines_are_shown_as_unassigned(void **state)
{
	const struct cube_row rows[] = {{"Politik", "Personal", {0, -8, 0, 0}},
					{"Politik", "Borttagen", {0, -1, 0, 0}},
					{"Politik", "Netto", {0, -2, 0, 0}},
					{"Politik", "Interim", {0, -4, 0, 0}}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report =
		report_of(*state, areas, cube_make(*state, ROWS(rows)), -1, period_of(2020, 8));

	assert_non_null(strstr(csv_of(report), "\nNetto;0;netto;0;-15;0;-15;0\n"
					       "Ej fördelat;1;post;0;-7;0;-7;0\n"));
	assert_int_equal(report->note_count, 1);
}

static void amounts_that_cancel_out_are_still_shown(void **state)
{
	const struct cube_row rows[] = {{"Politik", "Ej fördelat", {0, -8, 0, 0}},
					{"Boende", "Ej fördelat", {0, 8, 0, 0}}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report =
		report_of(*state, areas, cube_make(*state, ROWS(rows)), -1, period_of(2020, 8));

	assert_non_null(strstr(csv_of(report), "\nEj fördelat;1;post;0;0;0;0;0\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(lines_are_added_up_to_the_net),
		ARENA_TEST(one_area_and_all_below_it_can_be_shown),
		ARENA_TEST(unknown_lines_are_shown_as_unassigned),
		ARENA_TEST(amounts_that_cancel_out_are_still_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
