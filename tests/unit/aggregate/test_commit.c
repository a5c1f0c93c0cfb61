/* SPDX-License-Identifier: Apache-2.0 */
/* Batches into a real store: what replaces, what adds, what is refused, what is told. */
#include "support/test.h"

#include "aggregate/periods.h"
#include "unit/aggregate/town.h"

static const struct town_row january[] = {
	{202001, "3011", "510", 50000, NULL, NULL},  {202001, "5010", "510", -120000, "A1", NULL},
	{202001, "5011", "510", -30000, "A1", "P7"}, {202001, "6100", "500", -7000, NULL, NULL},
	{202001, "6100", "999", -100, NULL, NULL},   {202001, "1930", "510", 107100, NULL, NULL},
};

static const struct town_row february[] = {
	{202002, "5010", "510", -200000, NULL, NULL},
	{202002, "6100", "500", -5000, NULL, NULL},
};

static const struct town_row two_months[] = {
	{202001, "5010", "510", -1000, NULL, NULL},
	{202002, "5010", "510", -2000, NULL, NULL},
};

#define ROWS(rows_) .rows = (rows_), .row_count = sizeof(rows_) / sizeof((rows_)[0])

static const struct town_batch january_batch = {.file = 1,
						.source = "myndighet",
						.mode = REPLACE_SNAPSHOT,
						.layer = LAYER_OUTCOME,
						.first = 202001,
						.last = 202001,
						.exported_date = 20200215,
						ROWS(january)};

static struct town_outcome january_commit(struct town *town)
{
	struct town_outcome outcome = town_commit(town, &january_batch);

	assert_int_equal(outcome.r, 0);
	return outcome;
}

static void a_batch_is_added_up_by_area_and_line(void **state)
{
	struct town *town = *state;
	struct town_outcome outcome = january_commit(town);

	assert_int_equal(outcome.batch.number, 1);
	assert_int_equal(outcome.batch.row_count, 6);
	assert_money_equal(outcome.batch.sum, 0);
	assert_int_equal(outcome.batch.first.yyyymm, 202001);
	assert_int_equal(town_ore(town, "Familjehem", "Taxor", LAYER_OUTCOME, 1), 50000);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -150000);
	assert_int_equal(town_ore(town, "Ledning", "Övrigt", LAYER_OUTCOME, 1), -7000);
	assert_int_equal(town_ore(town, AREA_UNASSIGNED_NAME, "Övrigt", LAYER_OUTCOME, 1), -100);
	assert_int_equal(town_ore(town, "Familjehem", "Taxor", LAYER_BUDGET, 1), 0);
	assert_int_equal(town_ore(town, "Familjehem", "Taxor", LAYER_OUTCOME, 2), 0);
}

static void what_no_area_claims_is_a_warning_with_its_code(void **state)
{
	struct town_outcome outcome = january_commit(*state);

	assert_non_null(strstr(outcome.batch.warnings, "1 rad hamnar i Ej fördelat"));
	assert_non_null(strstr(outcome.batch.warnings, "-1,00 kr"));
	assert_non_null(strstr(outcome.batch.warnings, "verksamhet 999"));
}

static void the_event_tells_the_years_values_of_what_changed(void **state)
{
	struct town *town = *state;
	const struct series *series;
	struct event event;

	january_commit(town);
	assert_int_equal(journal_last_seq(town->journal), 1);
	event = town_event(town, 1);
	assert_int_equal(event.ledger.time_ms, TOWN_TIME_MS);
	assert_string_equal(event.ledger.source, "myndighet");
	assert_int_equal(event.ledger.batch_id.bytes[0], 1);
	assert_int_equal(event.ledger.series_count, 4);
	series = town_series(&event, "Familjehem", "Personal");
	assert_non_null(series);
	assert_int_equal(series->year, 2020);
	assert_int_equal(series->through_month, 1);
	assert_money_equal(series->outcome[0], -150000);
	for (int month = 1; month < MONTHS; month++)
		assert_money_equal(series->outcome[month], 0);
}

static void a_later_event_carries_the_whole_year(void **state)
{
	struct town *town = *state;
	struct town_batch batch = {.file = 2,
				   .source = "myndighet",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = LAYER_OUTCOME,
				   .first = 202002,
				   .last = 202002,
				   ROWS(february)};
	const struct series *series;
	struct event event;

	january_commit(town);
	assert_int_equal(town_commit(town, &batch).r, 0);
	event = town_event(town, 2);
	series = town_series(&event, "Familjehem", "Personal");
	assert_non_null(series);
	assert_money_equal(series->outcome[0], -150000);
	assert_money_equal(series->outcome[1], -200000);
	assert_int_equal(series->through_month, 2);
	/* Unchanged figures, but complete through another month: told as well. */
	series = town_series(&event, "Familjehem", "Taxor");
	assert_non_null(series);
	assert_int_equal(series->through_month, 2);
}

static void a_snapshot_replaces_its_source_and_periods_only(void **state)
{
	struct town *town = *state;
	struct town_batch other = january_batch;
	struct town_batch snapshot = {.file = 3,
				      .source = "myndighet",
				      .mode = REPLACE_SNAPSHOT,
				      .layer = LAYER_OUTCOME,
				      .first = 202001,
				      .last = 202002,
				      ROWS(two_months)};

	january_commit(town);
	other.source = "egenregi";
	assert_int_equal(town_commit(town, &other).r, 0);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -300000);
	assert_int_equal(town_commit(town, &snapshot).r, 0);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -151000);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 2), -2000);
	assert_int_equal(town_ore(town, "Ledning", "Övrigt", LAYER_OUTCOME, 1), -7000);
}

static void a_delta_adds_to_its_period(void **state)
{
	struct town *town = *state;
	struct town_batch delta = january_batch;

	delta.mode = REPLACE_DELTA;
	for (uint8_t file = 1; file <= 3; file++) {
		delta.file = file;
		assert_int_equal(town_commit(town, &delta).r, 0);
		assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1),
				 -150000 * file);
	}
}

static void batches_are_numbered_in_the_order_of_commits(void **state)
{
	struct town *town = *state;
	struct town_batch delta = january_batch;
	struct store_txn *txn = NULL;
	struct batch batch;

	delta.mode = REPLACE_DELTA;
	for (uint8_t file = 1; file <= 3; file++) {
		delta.file = file;
		assert_int_equal(town_commit(town, &delta).batch.number, file);
	}
	assert_int_equal(store_begin(town->ledger.store, STORE_READ, &txn), 0);
	assert_int_equal(batch_load(txn, 2, &batch), 0);
	assert_int_equal(batch.file.bytes[0], 2);
	assert_string_equal(batch.source, "myndighet");
	assert_string_equal(batch.file_name, "export.se");
	assert_int_equal(batch_load(txn, 4, &batch), STORE_MISSING);
	store_abort(&txn);
}

static void the_same_file_is_known_again_and_changes_nothing(void **state)
{
	struct town *town = *state;
	struct town_batch again = january_batch;
	struct town_outcome outcome;

	again.mode = REPLACE_DELTA;
	assert_int_equal(town_commit(town, &again).r, 0);
	outcome = town_commit(town, &again);
	assert_int_equal(outcome.r, COMMIT_ALREADY_HAVE);
	assert_int_equal(outcome.batch.number, 1);
	assert_int_equal(outcome.batch.row_count, 6);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -150000);
	assert_int_equal(journal_last_seq(town->journal), 1);
	/* Of another source it is another batch. */
	again.source = "egenregi";
	assert_int_equal(town_commit(town, &again).batch.number, 2);
}

/* January to @last of 2020, exported on @date. */
static struct town_outcome export_commit(struct town *town, uint8_t file, uint32_t last,
					 uint32_t date, bool may_replace_newer)
{
	struct town_batch batch = {.file = file,
				   .source = "myndighet",
				   .mode = REPLACE_SNAPSHOT,
				   .may_replace_newer = may_replace_newer,
				   .layer = LAYER_OUTCOME,
				   .first = 202001,
				   .last = last,
				   .exported_date = date,
				   ROWS(two_months)};

	return town_commit(town, &batch);
}

static void an_older_export_is_refused_unless_allowed(void **state)
{
	struct town *town = *state;
	struct town_outcome outcome;

	assert_int_equal(export_commit(town, 1, 202008, 20200905, false).r, 0);
	outcome = export_commit(town, 2, 202006, 20200705, false);
	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_string_equal(outcome.findings.kept[0].found,
			    "filen är äldre än den export som redan är inläst (t.o.m. 2020-08)");
	assert_non_null(strstr(outcome.findings.kept[0].expected, "budgetvakt import --older"));
	assert_int_equal(journal_last_seq(town->journal), 1);
	/* As far, but exported before: older too; undated or of the same day: not. */
	assert_int_equal(export_commit(town, 3, 202008, 20200904, false).r, COMMIT_REFUSED);
	assert_int_equal(export_commit(town, 4, 202008, 20200905, false).r, 0);
	assert_int_equal(export_commit(town, 5, 202008, 0, false).r, 0);
	assert_int_equal(export_commit(town, 6, 202006, 20200705, true).r, 0);
	assert_int_equal(export_commit(town, 7, 202009, 20201005, false).batch.number, 5);
}

static void a_delta_is_never_older(void **state)
{
	struct town *town = *state;
	struct town_batch delta = january_batch;

	delta.mode = REPLACE_DELTA;
	assert_int_equal(town_commit(town, &delta).r, 0);
	delta.file = 2;
	delta.exported_date = 20190101;
	assert_int_equal(town_commit(town, &delta).r, 0);
}

static void period_set(struct town *town, uint32_t yyyymm, bool is_closed)
{
	struct period_closing closing = {.who = 1001, .time_ms = TOWN_TIME_MS};
	struct period period = {yyyymm};
	struct store_txn *txn = NULL;

	assert_int_equal(store_begin(town->ledger.store, STORE_WRITE, &txn), 0);
	assert_int_equal(is_closed ? period_close(txn, period, &closing) : period_open(txn, period),
			 0);
	assert_int_equal(store_commit(&txn), 0);
}

static void a_closed_period_takes_no_other_outcome(void **state)
{
	struct town *town = *state;
	struct town_batch delta = january_batch;
	struct town_outcome outcome;

	january_commit(town);
	period_set(town, 202001, true);
	delta.file = 2;
	delta.mode = REPLACE_DELTA;
	outcome = town_commit(town, &delta);
	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_string_equal(outcome.findings.kept[0].found,
			    "filen ändrar utfallet i 2020-01, som är definitiv");
	assert_non_null(strstr(outcome.findings.kept[0].expected, "budgetvakt period open"));
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -150000);
	assert_int_equal(journal_last_seq(town->journal), 1);
	period_set(town, 202001, false);
	assert_int_equal(town_commit(town, &delta).batch.number, 2);
}

static void a_closed_period_takes_the_same_outcome_and_any_budget(void **state)
{
	struct town *town = *state;
	struct town_batch same = january_batch;
	struct town_batch budget = january_batch;

	january_commit(town);
	period_set(town, 202001, true);
	same.file = 2;
	assert_int_equal(town_commit(town, &same).r, 0);
	/* Nothing changed, so nothing is told. */
	assert_int_equal(journal_last_seq(town->journal), 1);
	budget.file = 3;
	budget.layer = LAYER_BUDGET;
	assert_int_equal(town_commit(town, &budget).r, 0);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_BUDGET, 1), -150000);
}

static void rows_outside_the_stated_coverage_are_refused(void **state)
{
	struct town_batch batch = january_batch;

	batch.first = batch.last = 202002;
	assert_int_equal(town_commit(*state, &batch).r, COMMIT_REFUSED);
}

static void a_snapshot_without_rows_empties_its_periods(void **state)
{
	struct town *town = *state;
	struct town_batch empty = january_batch;
	const struct series *series;
	struct event event;

	january_commit(town);
	empty.file = 2;
	empty.row_count = 0;
	assert_int_equal(town_commit(town, &empty).r, 0);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), 0);
	event = town_event(town, 2);
	series = town_series(&event, "Familjehem", "Personal");
	assert_non_null(series);
	assert_money_equal(series->outcome[0], 0);
}

/* The codes of a refused batch got numbers in memory: they must not be lost or mixed up. */
static void a_refused_batch_leaves_the_dictionary_right(void **state)
{
	static const struct town_row strange[] = {{202001, "5099", "519", -1, "Z9", "P9"}};
	struct town *town = *state;
	struct town_batch refused = january_batch;
	struct town_batch delta = january_batch;

	january_commit(town);
	period_set(town, 202001, true);
	refused.file = 2;
	refused.rows = strange;
	refused.row_count = 1;
	assert_int_equal(town_commit(town, &refused).r, COMMIT_REFUSED);
	period_set(town, 202001, false);
	delta.file = 3;
	delta.mode = REPLACE_DELTA;
	delta.rows = strange;
	delta.row_count = 1;
	assert_int_equal(town_commit(town, &delta).r, 0);
	town_close(town);
	town_open(town, town_area_tree(town_areas), town_line_tree("50*", "6*|7*"), 1);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -150001);
	assert_string_equal(
		dictionary_text(town->ledger.codes[DIMENSION_ACCOUNT],
				dictionary_find(town->ledger.codes[DIMENSION_ACCOUNT], "5099", 4)),
		"5099");
}

static void an_unreasonable_source_name_is_refused(void **state)
{
	struct town_batch batch = january_batch;
	char name[SOURCE_NAME_SIZE + 1];

	memset(name, 'a', SOURCE_NAME_SIZE);
	name[SOURCE_NAME_SIZE] = '\0';
	batch.source = name;
	assert_int_equal(town_commit(*state, &batch).r, COMMIT_REFUSED);
}

/* Two sources feed one area: its outcome is complete through the earlier of them. */
static void an_area_is_complete_through_its_slowest_source(void **state)
{
	struct town *town = *state;
	struct town_batch slow = january_batch;
	struct event event;

	assert_int_equal(export_commit(town, 1, 202008, 20200905, false).r, 0);
	slow.file = 2;
	slow.source = "egenregi";
	slow.last = 202002;
	assert_int_equal(town_commit(town, &slow).r, 0);
	event = town_event(town, 2);
	assert_int_equal(town_series(&event, "Familjehem", "Personal")->through_month, 2);
	assert_int_equal(town_series(&event, "Ledning", "Övrigt")->through_month, 2);
}

/* One list with a late posting in January is not a source that has fallen behind. */
static void a_single_late_file_leaves_the_months_complete(void **state)
{
	struct town *town = *state;
	struct town_batch late = january_batch;
	struct event event;

	assert_int_equal(export_commit(town, 1, 202008, 20200905, false).r, 0);
	late.file = 2;
	late.source = "egenregi";
	late.mode = REPLACE_DELTA;
	assert_int_equal(town_commit(town, &late).r, 0);
	event = town_event(town, 2);
	assert_int_equal(town_series(&event, "Familjehem", "Personal")->through_month, 8);
}

/* A voucher dated ahead makes the file cover December, but closes nothing. */
static void a_voucher_dated_ahead_completes_no_month(void **state)
{
	static const struct town_row ahead[] = {
		{202008, "5010", "510", -1000, NULL, NULL},
		{202012, "5010", "510", -1, NULL, NULL},
	};
	struct town *town = *state;
	struct town_batch batch = {.file = 1,
				   .source = "myndighet",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = LAYER_OUTCOME,
				   .first = 202001,
				   .last = 202012,
				   .through = 202008,
				   ROWS(ahead)};
	const struct series *series;
	struct event event;

	assert_int_equal(town_commit(town, &batch).r, 0);
	event = town_event(town, 1);
	series = town_series(&event, "Familjehem", "Personal");
	assert_non_null(series);
	assert_int_equal(series->through_month, 8);
	assert_money_equal(series->outcome[11], -1);
}

static void a_sum_beyond_64_bits_refuses_the_file_only(void **state)
{
	static const struct town_row huge[] = {{202001, "5010", "510", INT64_MIN, NULL, NULL}};
	struct town *town = *state;
	struct town_batch delta = {.file = 1,
				   .source = "myndighet",
				   .mode = REPLACE_DELTA,
				   .layer = LAYER_OUTCOME,
				   .first = 202001,
				   .last = 202001,
				   ROWS(huge)};

	assert_int_equal(town_commit(town, &delta).r, 0);
	delta.file = 2;
	assert_int_equal(town_commit(town, &delta).r, COMMIT_REFUSED);
	delta.file = 3;
	delta.source = "egenregi";
	assert_int_equal(town_commit(town, &delta).r, COMMIT_REFUSED);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), INT64_MIN);
	assert_int_equal(journal_last_seq(town->journal), 1);
	delta.file = 4;
	delta.rows = february;
	delta.row_count = 2;
	delta.first = delta.last = 202002;
	assert_int_equal(town_commit(town, &delta).batch.number, 2);
}

static void an_area_may_claim_konton(void **state)
{
	static const struct town_area areas[] = {
		{"Nämnden", "", NULL, NULL, NULL},
		{"Lön", "Nämnden", NULL, NULL, "50*"},
		{"Varor", "Nämnden", NULL, NULL, "6*"},
		{NULL, NULL, NULL, NULL, NULL},
	};
	static const struct town_row rows[] = {
		{202001, "5010", "510", -100, NULL, NULL},
		{202001, "6100", "510", -7, NULL, NULL},
	};
	struct town *town = town_new(areas, "50*", "6*|7*");
	struct town_batch batch = {.file = 1,
				   .source = "m",
				   .mode = REPLACE_SNAPSHOT,
				   .layer = LAYER_OUTCOME,
				   .first = 202001,
				   .last = 202001,
				   ROWS(rows)};
	(void)state;
	assert_int_equal(town_commit(town, &batch).r, 0);
	assert_int_equal(town_ore(town, "Lön", "Personal", LAYER_OUTCOME, 1), -100);
	assert_int_equal(town_ore(town, "Varor", "Övrigt", LAYER_OUTCOME, 1), -7);
	town_destroy(town);
}

#define commit_test(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_area_may_claim_konton),
		commit_test(a_batch_is_added_up_by_area_and_line),
		commit_test(what_no_area_claims_is_a_warning_with_its_code),
		commit_test(the_event_tells_the_years_values_of_what_changed),
		commit_test(a_later_event_carries_the_whole_year),
		commit_test(a_snapshot_replaces_its_source_and_periods_only),
		commit_test(a_delta_adds_to_its_period),
		commit_test(batches_are_numbered_in_the_order_of_commits),
		commit_test(the_same_file_is_known_again_and_changes_nothing),
		commit_test(an_older_export_is_refused_unless_allowed),
		commit_test(a_delta_is_never_older),
		commit_test(a_closed_period_takes_no_other_outcome),
		commit_test(a_closed_period_takes_the_same_outcome_and_any_budget),
		commit_test(rows_outside_the_stated_coverage_are_refused),
		commit_test(a_snapshot_without_rows_empties_its_periods),
		commit_test(a_refused_batch_leaves_the_dictionary_right),
		commit_test(an_unreasonable_source_name_is_refused),
		commit_test(an_area_is_complete_through_its_slowest_source),
		commit_test(a_single_late_file_leaves_the_months_complete),
		commit_test(a_voucher_dated_ahead_completes_no_month),
		commit_test(a_sum_beyond_64_bits_refuses_the_file_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
