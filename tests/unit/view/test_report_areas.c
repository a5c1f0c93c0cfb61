/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of the area report: every öre of the cube, and no forecast that only looks whole. */
#include "support/test.h"

#include "unit/view/report_support.h"

#define HEADER                                                                                     \
	"omrade;niva;utfall_fg_ar_netto;utfall_intakter;utfall_kostnader;utfall_netto;"            \
	"budget_period_intakter;budget_period_kostnader;budget_period_netto;avvikelse_period;"     \
	"prognos_intakter;prognos_kostnader;prognos_netto;budget_ar_intakter;"                     \
	"budget_ar_kostnader;budget_ar_netto;avvikelse_ar\n"

#define NONE TABLE_MISSING

static const struct cube_row cube_rows[] = {
	{"Hemtjänst", "Avgifter", {10, 20, 15, 30}},
	{"Hemtjänst", "Personal", {-100, -120, -110, -165}},
	{"Boende", "Statsbidrag", {1, 2, 3, 4}},
	{"Boende", "Personal", {-50, -40, -60, -90}},
	{"Politik", "Personal", {-7, -8, -9, -12}},
};

static const struct forecast_row forecast_rows[] = {
	{"Hemtjänst", 31, -181, -150},
	{"Boende", 4, -80, -76},
	{"Politik", 0, -13, -13},
};

static struct table *report_of(struct arena *arena, const struct area_tree *areas,
			       const struct table *cube, const struct table *forecast)
{
	cleanup(line_tree_destroy) struct line_tree *lines = lines_make();

	return report_areas(arena, areas, lines, cube, forecast, period_of(2020, 8));
}

static void leaves_are_added_up_to_the_root(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(cube_rows)),
					 forecast_make(*state, ROWS(forecast_rows)));

	assert_string_equal(
		csv_of(report),
		HEADER "TOTALT;0;-146;22;-168;-146;18;-179;-161;15;35;-274;-239;34;-267;-233;-6\n"
		       "Politik;1;-7;0;-8;-8;0;-9;-9;1;0;-13;-13;0;-12;-12;-1\n"
		       "Omsorg;1;-139;22;-160;-138;18;-170;-152;14;35;-261;-226;34;-255;-221;-5\n"
		       "Hemtjänst;2;-90;20;-120;-100;15;-110;-95;-5;31;-181;-150;30;-165;-135;-15\n"
		       "Boende;2;-49;2;-40;-38;3;-60;-57;19;4;-80;-76;4;-90;-86;10\n");
	assert_string_equal(report->title,
			    "Uppföljning per verksamhetsområde, januari–augusti 2020");
	assert_int_equal(report->note_count, 0);
}

static void without_forecasts_their_cells_are_missing(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(cube_rows)), NULL);

	assert_non_null(strstr(csv_of(report),
			       "TOTALT;0;-146;22;-168;-146;18;-179;-161;15;;;;34;-267;-233;\n"));
	assert_int_equal(report->note_count, 0);
}

static void a_sum_over_a_leaf_without_forecast_has_none(void **state)
{
	const struct forecast_row rows[] = {{"Hemtjänst", 31, -181, -150},
					    {"Politik", 0, -13, -13}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(cube_rows)),
					 forecast_make(*state, ROWS(rows)));
	const char *csv = csv_of(report);

	assert_non_null(strstr(csv, "\nTOTALT;0;-146;22;-168;-146;18;-179;-161;15;;;;34;"));
	assert_non_null(strstr(csv, "\nOmsorg;1;-139;22;-160;-138;18;-170;-152;14;;;;34;"));
	assert_non_null(strstr(csv, "\nPolitik;1;-7;0;-8;-8;0;-9;-9;1;0;-13;-13;0;"));
	assert_non_null(strstr(csv, "\nBoende;2;-49;2;-40;-38;3;-60;-57;19;;;;4;-90;-86;\n"));
	assert_int_equal(report->note_count, 1);
}

static void a_leaf_with_nothing_this_year_needs_no_forecast(void **state)
{
	const struct cube_row rows[] = {{"Hemtjänst", "Personal", {-100, -120, -110, -165}},
					{"Boende", "Personal", {-5, 0, 0, 0}}};
	const struct forecast_row forecast[] = {{"Hemtjänst", 0, -181, -181}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(rows)),
					 forecast_make(*state, ROWS(forecast)));

	assert_non_null(strstr(csv_of(report), "\nOmsorg;1;-105;0;-120;-120;0;-110;-110;-10;"
					       "0;-181;-181;0;-165;-165;-16\n"));
	assert_non_null(strstr(csv_of(report), "\nBoende;2;-5;0;0;0;0;0;0;0;;;;0;0;0;\n"));
}

static void a_forecast_of_the_net_only_sums_the_net_only(void **state)
{
	const struct forecast_row rows[] = {{"Hemtjänst", 31, -181, -150},
					    {"Boende", NONE, NONE, -76},
					    {"Politik", 0, -13, -13}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(cube_rows)),
					 forecast_make(*state, ROWS(rows)));
	const char *csv = csv_of(report);

	assert_non_null(strstr(csv, ";15;;;-239;34;-267;-233;-6\n"));
	assert_non_null(strstr(csv, ";14;;;-226;34;-255;-221;-5\n"));
	assert_non_null(strstr(csv, ";19;;;-76;4;-90;-86;10\n"));
	assert_non_null(strstr(csv, ";-5;31;-181;-150;30;-165;-135;-15\n"));
}

static void what_belongs_nowhere_is_shown_and_summed(void **state)
{
	const struct cube_row rows[] = {{"Politik", "Personal", {0, -8, -9, -12}},
					{"Ej fördelat", "Avgifter", {0, 3, 0, 0}},
					{"Borttaget", "Personal", {0, -1, 0, 0}},
					{"Omsorg", "Okänd rad", {0, -2, 0, 0}},
					{NULL, NULL, {0, -4, 0, 0}}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(rows)), NULL);

	assert_non_null(strstr(csv_of(report), "\nEj fördelat;0;0;3;-7;-4;0;0;0;-4;;;;0;0;0;\n"
					       "Summa;0;0;3;-15;-12;0;-9;-9;-3;;;;0;-12;-12;\n"));
	assert_int_equal(report->note_count, 1);
}

static void several_roots_get_a_sum(void **state)
{
	const char *names[][2] = {{"Socialnämnd", ""}, {"Summa", ""}};
	const struct cube_row rows[] = {{"Socialnämnd", "Personal", {0, -8, 0, 0}},
					{"Summa", "Personal", {0, -1, 0, 0}}};
	cleanup(area_tree_destroy) struct area_tree *areas = areas_of(ROWS(names));
	struct table *report = report_of(*state, areas, cube_make(*state, ROWS(rows)), NULL);

	assert_int_equal(report->row_count, 3);
	assert_non_null(strstr(csv_of(report), "\nSumma;0;0;0;-1;-1;"));
	assert_non_null(strstr(csv_of(report), "\nSumma alla områden;0;0;0;-9;-9;"));
}

static void an_answer_without_its_columns_is_refused(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	struct table *wrong = table_new(*state);

	table_column(wrong, "omrade", "Område", COLUMN_TEXT);
	assert_null(report_of(*state, areas, wrong, NULL));
	assert_null(report_of(*state, areas, cube_make(*state, ROWS(cube_rows)), wrong));
}

static void a_full_arena_gives_no_report(void **state)
{
	cleanup(area_tree_destroy) struct area_tree *areas = areas_make();
	cleanup(arena_destroy) struct arena *small = NULL;

	assert_int_equal(arena_new(&small, 4096), 0);
	assert_null(report_of(small, areas, cube_make(*state, ROWS(cube_rows)), NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(leaves_are_added_up_to_the_root),
		ARENA_TEST(without_forecasts_their_cells_are_missing),
		ARENA_TEST(a_sum_over_a_leaf_without_forecast_has_none),
		ARENA_TEST(a_leaf_with_nothing_this_year_needs_no_forecast),
		ARENA_TEST(a_forecast_of_the_net_only_sums_the_net_only),
		ARENA_TEST(what_belongs_nowhere_is_shown_and_summed),
		ARENA_TEST(several_roots_get_a_sum),
		ARENA_TEST(an_answer_without_its_columns_is_refused),
		ARENA_TEST(a_full_arena_gives_no_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
