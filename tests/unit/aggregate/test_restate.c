/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new mapping gives the same cube as importing everything afresh by it, and
 * its event brings a follower from the old figures to the new.
 */
#include "support/test.h"

#include "aggregate/restate.h"
#include "unit/aggregate/town.h"

#define ROWS(rows_) .rows = (rows_), .row_count = sizeof(rows_) / sizeof((rows_)[0])

enum { RANDOM_ROWS = 60, RANDOM_BATCHES = 12, KNOWN_MAX = 512, YEARS = 2 };

static bool restate(struct town *town)
{
	bool restated = false;

	assert_int_equal(ledger_restate(&town->ledger, town->journal, TOWN_TIME_MS, &restated), 0);
	return restated;
}

static uint32_t draw(uint32_t *random, uint32_t below)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 8) % below;
}

static void rows_draw(struct town_row *rows, uint32_t *random, uint32_t first, uint32_t months)
{
	static const char *const accounts[] = {"3011", "5010", "5011", "5700", "6100",
					       "7400", "1930", "9999", "5020"};
	static const char *const activities[] = {"500", "510", "515", "520", "999", NULL};

	for (int i = 0; i < RANDOM_ROWS; i++)
		rows[i] = (struct town_row){
			.period = first + draw(random, months),
			.account = accounts[draw(random, 9)],
			.activity = activities[draw(random, 6)],
			.ore = (int64_t)draw(random, 2000000) - 1000000,
		};
}

/* A dozen batches over two years, two sources and both layers, the same each time. */
static void history_import(struct town *town)
{
	uint32_t random = 7;

	for (unsigned number = 1; number <= RANDOM_BATCHES; number++) {
		struct town_row rows[RANDOM_ROWS];
		uint32_t first = (number % 3 ? 202000u : 201900u) + 1 + draw(&random, 6);
		struct town_batch batch = {
			.file = (uint8_t)number,
			.source = number % 2 ? "myndighet" : "egenregi",
			.mode = number % 4 ? REPLACE_SNAPSHOT : REPLACE_DELTA,
			.may_replace_newer = true,
			.layer = number % 5 ? LAYER_OUTCOME : LAYER_BUDGET,
			.first = first,
			.last = first + 3,
			.rows = rows,
			.row_count = RANDOM_ROWS,
		};

		rows_draw(rows, &random, first, 4);
		assert_int_equal(town_commit(town, &batch).r, 0);
	}
}

static size_t assert_cubes_equal(struct town *left, struct town *right, int year)
{
	cleanup(cube_destroy) struct cube *one = town_cube(left, year);
	cleanup(cube_destroy) struct cube *other = town_cube(right, year);
	size_t cells =
		(size_t)one->area_count * (size_t)one->line_count * CUBE_LAYER_COUNT * MONTHS;
	size_t filled = 0;

	assert_int_equal(one->area_count, other->area_count);
	assert_int_equal(one->line_count, other->line_count);
	for (size_t i = 0; i < cells; i++) {
		assert_int_equal(one->amounts[i].ore, other->amounts[i].ore);
		filled += one->amounts[i].ore != 0;
	}
	for (int area = 0; area < one->area_count; area++)
		assert_int_equal(one->through_months[area], other->through_months[area]);
	return filled;
}

/* What a follower of the journal knows: the last word about each series. */
struct known {
	struct series series[KNOWN_MAX];
	size_t count;
};

static struct series *known_find(struct known *known, const struct series *wanted)
{
	for (size_t i = 0; i < known->count; i++) {
		struct series *series = &known->series[i];

		if (series->year == wanted->year && strcmp(series->area, wanted->area) == 0 &&
		    strcmp(series->line, wanted->line) == 0)
			return series;
	}
	assert_true(known->count < KNOWN_MAX);
	known->series[known->count] =
		(struct series){.area = wanted->area, .line = wanted->line, .year = wanted->year};
	return &known->series[known->count++];
}

static void journal_follow(struct town *town, struct known *known)
{
	for (uint64_t seq = 1; seq <= journal_last_seq(town->journal); seq++) {
		struct event event = town_event(town, seq);

		for (size_t i = 0; i < event.ledger.series_count; i++)
			*known_find(known, &event.ledger.series[i]) = event.ledger.series[i];
	}
}

/* Every figure a follower knows is the cube's, and it knows every figure. */
static void assert_follower_knows(struct town *town, struct known *known, int year)
{
	cleanup(cube_destroy) struct cube *cube = town_cube(town, year);
	const struct area_tree *areas = town->ledger.areas;
	const struct line_tree *lines = town->ledger.lines;

	for (int area = 0; area < areas->count; area++) {
		for (int line = 0; line < lines->count; line++) {
			struct series series = cube_series(
				cube, area, line, areas->areas[area].name, lines->lines[line].name);
			struct series *told = known_find(known, &series);

			assert_memory_equal(told->outcome, series.outcome, sizeof series.outcome);
			assert_memory_equal(told->budget, series.budget, sizeof series.budget);
		}
	}
}

/* Nothing is left under names that are no more. */
static void assert_gone_is_empty(const struct town *town, const struct known *known)
{
	static const struct money nothing[MONTHS];

	for (size_t i = 0; i < known->count; i++) {
		const struct series *series = &known->series[i];

		if (area_find(town->ledger.areas, series->area) >= 0)
			continue;
		assert_memory_equal(series->outcome, nothing, sizeof nothing);
		assert_memory_equal(series->budget, nothing, sizeof nothing);
	}
}

static void mapping_change(struct town *town)
{
	town_close(town);
	town_open(town, town_area_tree(town_areas_new), town_line_tree("50*|57*", "6*|7*|9999"), 2);
}

static void a_changed_mapping_gives_the_cube_of_a_fresh_import(void **state)
{
	struct town *town = *state;
	struct town *fresh = town_new(town_areas_new, "50*|57*", "6*|7*|9999");
	size_t filled = 0;

	assert_false(restate(town)); /* a new store only remembers the mapping */
	history_import(town);
	mapping_change(town);
	assert_true(restate(town));
	history_import(fresh);
	for (int year = 2019; year < 2019 + YEARS; year++)
		filled += assert_cubes_equal(town, fresh, year);
	print_message("%zu filled cells are equal\n", filled);
	assert_true(filled > 100);
	town_destroy(fresh);
}

static void a_restatement_brings_a_follower_to_the_new_figures(void **state)
{
	struct town *town = *state;
	struct known *known = calloc(1, sizeof *known);

	assert_non_null(known);
	restate(town);
	history_import(town);
	mapping_change(town);
	restate(town);
	journal_follow(town, known);
	for (int year = 2019; year < 2019 + YEARS; year++)
		assert_follower_knows(town, known, year);
	assert_gone_is_empty(town, known);
	free(known);
}

static void a_restatement_is_one_event_a_year_of_no_source(void **state)
{
	static const struct hash none;
	struct town *town = *state;
	uint64_t before;
	struct event event;

	restate(town);
	history_import(town);
	before = journal_last_seq(town->journal);
	mapping_change(town);
	restate(town);
	assert_int_equal(journal_last_seq(town->journal), before + 2);
	assert_int_not_equal(town_event(town, before + 1).ledger.series[0].year,
			     town_event(town, before + 2).ledger.series[0].year);
	event = town_event(town, before + 1);
	assert_string_equal(event.ledger.source, "");
	assert_memory_equal(event.ledger.batch_id.bytes, none.bytes, HASH_SIZE);
}

static void the_same_mapping_restates_nothing(void **state)
{
	struct town *town = *state;
	uint64_t before;

	restate(town);
	history_import(town);
	before = journal_last_seq(town->journal);
	assert_false(restate(town));
	town_close(town);
	town_open(town, town_area_tree(town_areas), town_line_tree("50*", "6*|7*"), 1);
	assert_false(restate(town));
	assert_int_equal(journal_last_seq(town->journal), before);
}

static void going_back_to_the_old_mapping_brings_the_old_cube_back(void **state)
{
	struct town *town = *state;
	struct town *untouched = town_new(town_areas, "50*", "6*|7*");

	restate(town);
	history_import(town);
	history_import(untouched);
	mapping_change(town);
	restate(town);
	town_close(town);
	town_open(town, town_area_tree(town_areas), town_line_tree("50*", "6*|7*"), 3);
	assert_true(restate(town));
	for (int year = 2019; year < 2019 + YEARS; year++)
		assert_cubes_equal(town, untouched, year);
	town_destroy(untouched);
}

static void a_restatement_tells_a_changed_through_month(void **state)
{
	static const struct town_row fast[] = {{202008, "5010", "510", -100, NULL, NULL}};
	static const struct town_row slow[] = {{202001, "6100", "515", -7, NULL, NULL}};
	struct town *town = *state;
	struct town_batch one = {.file = 1,
				 .source = "fast",
				 .mode = REPLACE_SNAPSHOT,
				 .layer = LAYER_OUTCOME,
				 .first = 202001,
				 .last = 202008,
				 ROWS(fast)};
	struct town_batch two = {.file = 2,
				 .source = "slow",
				 .mode = REPLACE_SNAPSHOT,
				 .layer = LAYER_OUTCOME,
				 .first = 202001,
				 .last = 202002,
				 ROWS(slow)};
	bool restated;
	struct event event;
	const struct series *series;

	assert_int_equal(ledger_restate(&town->ledger, town->journal, 1, &restated), 0);
	assert_int_equal(town_commit(town, &one).r, 0);
	assert_int_equal(town_commit(town, &two).r, 0);
	event = town_event(town, 2);
	assert_int_equal(town_series(&event, "Familjehem", "Personal")->through_month, 2);
	town_close(town);
	town_open(town, town_area_tree(town_areas_new), town_line_tree("50*", "6*|7*"), 2);
	assert_int_equal(ledger_restate(&town->ledger, town->journal, 1, &restated), 0);
	assert_true(restated);
	event = town_event(town, 3);
	series = town_series(&event, "Familjehem", "Personal");
	assert_non_null(series);
	assert_int_equal(series->through_month, 8);
}

#define restate_test(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		restate_test(a_restatement_tells_a_changed_through_month),
		restate_test(a_changed_mapping_gives_the_cube_of_a_fresh_import),
		restate_test(a_restatement_brings_a_follower_to_the_new_figures),
		restate_test(a_restatement_is_one_event_a_year_of_no_source),
		restate_test(the_same_mapping_restates_nothing),
		restate_test(going_back_to_the_old_mapping_brings_the_old_cube_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
