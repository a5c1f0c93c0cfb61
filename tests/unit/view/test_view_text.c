/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for a terminal, as goldens. */
#include "support/test.h"

#include <stdlib.h>
#include <time.h>

#include "unit/view/view_support.h"

static const struct view_options in_tkr = {.format = VIEW_TEXT, .unit_ore = VIEW_UNIT_TKR};

static struct table *areas_make(struct arena *arena)
{
	static const struct {
		const char *name;
		int64_t level;
		int64_t outcome;
		int64_t deviation;
	} rows[] = {{"TOTALT", 0, -36869200000, 644200000},
		    {"Äldreomsorg", 1, -14054000000, -112100000},
		    {"Särskilt boende", 2, 49999, TABLE_MISSING}};
	struct table *table = table_new(arena);

	table_title(table, "Uppföljning, augusti 2020");
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "niva", "Nivå", COLUMN_COUNT);
	table_column(table, "utfall_netto", "Utfall netto", COLUMN_MONEY);
	table_column(table, "avvikelse_period", "Avvikelse perioden", COLUMN_MONEY);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(table_row(table), 0);
		table_text(table, 0, rows[i].name);
		table_number(table, 1, rows[i].level);
		table_number(table, 2, rows[i].outcome);
		table_number(table, 3, rows[i].deviation);
	}
	return table;
}

static void money_is_aligned_and_levels_are_indented(void **state)
{
	struct table *table = areas_make(*state);

	table_note(table, "Preliminär period.");
	table_note(table, "Två anmarkningar.");
	assert_string_equal(written(table, in_tkr), "Uppföljning, augusti 2020 (tkr)\n"
						    "\n"
						    "                       Utfall  Avvikelse\n"
						    "Område                  netto   perioden\n"
						    "────────────────────────────────────────\n"
						    "TOTALT               ~368_692      6_442\n"
						    "  Äldreomsorg        ~140_540     ~1_121\n"
						    "    Särskilt boende         0\n"
						    "\n"
						    "Preliminär period.\n"
						    "Två anmarkningar.\n");
}

static void the_unit_decides_the_decimals(void **state)
{
	struct table *table = areas_make(*state);
	struct view_options options = in_tkr;

	options.unit_ore = VIEW_UNIT_MNKR;
	assert_non_null(strstr(written(table, options), "(mnkr)"));
	assert_non_null(
		strstr(written(table, options), "  Äldreomsorg        ~140,5       ~1,1\n"));
	options.unit_ore = VIEW_UNIT_KR;
	assert_non_null(strstr(written(table, options), "(kr)"));
	assert_non_null(strstr(written(table, options), " ~140_540_000,00  ~1_121_000,00\n"));
	assert_non_null(
		strstr(written(table, options), "\n    Särskilt boende           499,99\n"));
}

static void deficits_are_red_only_when_asked(void **state)
{
	struct table *table = areas_make(*state);
	struct view_options options = in_tkr;

	assert_null(strchr(written(table, options), '\x1b'));
	options.color = true;
	assert_non_null(strstr(written(table, options), "~140_540     \x1b[31m~1_121\x1b[0m\n"));
	assert_non_null(strstr(written(table, options), "~368_692      6_442\n"));
}

static void parts_of_a_sum_read_varav(void **state)
{
	static const struct {
		const char *name;
		const char *kind;
	} rows[] = {{"Summa intäkter", "delsumma"}, {"Statsbidrag", "varav"}, {"Övrigt", "varav"},
		    {"LSS-bidrag", "varav"},	    {"Personal", "post"},     {"Utan typ", NULL}};
	struct table *table = table_new(*state);

	table_column(table, "resultatrad", "Resultatrad", COLUMN_TEXT);
	table_column(table, "radtyp", "Radtyp", COLUMN_TEXT);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(table_row(table), 0);
		table_text(table, 0, rows[i].name);
		table_text(table, 1, rows[i].kind);
		table_money(table, 2, (struct money){100000});
	}
	assert_string_equal(written(table, in_tkr), "Belopp (tkr)\n"
						    "\n"
						    "Resultatrad          Utfall\n"
						    "───────────────────────────\n"
						    "Summa intäkter            1\n"
						    "- varav statsbidrag       1\n"
						    "- varav övrigt            1\n"
						    "- varav LSS-bidrag        1\n"
						    "Personal                  1\n"
						    "Utan typ                  1\n");
}

static void every_kind_is_written_for_people(void **state)
{
	struct table *table = table_new(*state);

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	table_column(table, "namn", "Namn", COLUMN_TEXT);
	table_column(table, "antal", "Antal", COLUMN_COUNT);
	table_column(table, "andel", "Andel", COLUMN_PERCENT);
	table_column(table, "period", "Period", COLUMN_PERIOD);
	table_column(table, "tid", "Tid", COLUMN_TIME);
	table_column(table, "datum", "Datum", COLUMN_DATE);
	assert_int_equal(table_row(table), 0);
	table_text(table, 0, "x");
	table_number(table, 1, 12345);
	table_number(table, 2, -155);
	table_number(table, 3, 202008);
	table_number(table, 4, INT64_C(1598945402999));
	table_number(table, 5, 20200831);
	assert_int_equal(table_row(table), 0);
	table_number(table, 1, 2020);
	table_number(table, 3, 0);
	assert_string_equal(written(table, in_tkr),
			    "Namn   Antal   Andel  Period   Tid                  Datum\n"
			    "──────────────────────────────────────────────────────────────\n"
			    "x     12_345  ~1,6_%  2020-08  2020-09-01 09:30:02  2020-08-31\n"
			    "        2020\n");
}

static void names_cannot_steer_the_terminal(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "namn", "Namn", COLUMN_TEXT);
	assert_int_equal(table_row(table), 0);
	table_text(table, 0,
		   "a\x1b[2Jb\nc\xC2\x9B"
		   "d");
	table_title(table, "t\x07");
	table_note(table, "n\x7F");
	assert_string_equal(written(table, in_tkr), "t?\n"
						    "\n"
						    "Namn\n"
						    "───────────\n"
						    "a?[2Jb?c??d\n"
						    "\n"
						    "n?\n");
}

static void a_table_without_rows_shows_its_heading(void **state)
{
	struct table *table = table_new(*state);

	table_column(table, "larm", "Larm", COLUMN_COUNT);
	table_column(table, "text", "Text", COLUMN_TEXT);
	assert_string_equal(written(table, in_tkr), "Larm  Text\n"
						    "──────────\n");
}

static void the_largest_amounts_are_written_whole(void **state)
{
	struct table *table = table_new(*state);
	struct view_options options = {.format = VIEW_TEXT, .unit_ore = VIEW_UNIT_KR};

	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	assert_int_equal(table_row(table), 0);
	table_money(table, 0, (struct money){INT64_MAX});
	assert_int_equal(table_row(table), 0);
	table_money(table, 0, (struct money){-INT64_MAX});
	assert_int_equal(table_row(table), 0);
	table_money(table, 0, (struct money){-5});
	assert_non_null(strstr(written(table, options), "\n 92_233_720_368_547_758,07\n"
							"~92_233_720_368_547_758,07\n"
							"                     ~0,05\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(money_is_aligned_and_levels_are_indented),
		ARENA_TEST(the_unit_decides_the_decimals),
		ARENA_TEST(deficits_are_red_only_when_asked),
		ARENA_TEST(parts_of_a_sum_read_varav),
		ARENA_TEST(every_kind_is_written_for_people),
		ARENA_TEST(names_cannot_steer_the_terminal),
		ARENA_TEST(a_table_without_rows_shows_its_heading),
		ARENA_TEST(the_largest_amounts_are_written_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
