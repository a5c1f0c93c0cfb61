/* SPDX-License-Identifier: Apache-2.0 */
/* Vouchers of delta files into a real store: held, told of, and gone with their batch. */
#include "support/test.h"

#include "aggregate/overlap.h"
#include "unit/aggregate/town.h"

enum { MANY = 5000 };

static const struct town_row rows[] = {{202001, "5010", "510", -1000, NULL, NULL}};

static struct town_batch delta_of(uint8_t file)
{
	return (struct town_batch){.file = file,
				   .source = "bok",
				   .mode = REPLACE_DELTA,
				   .layer = LAYER_OUTCOME,
				   .first = 202001,
				   .last = 202001,
				   .rows = rows,
				   .row_count = 1};
}

static struct town_outcome vouchers_commit(struct town *town, struct town_batch batch,
					   const struct voucher *vouchers, size_t count)
{
	batch.vouchers = vouchers;
	batch.voucher_count = count;
	return town_commit(town, &batch);
}

static const struct voucher first[] = {
	{UINT64_MAX, 202001, 20}, {7, 202001, 10}, {1000, 202002, 30}, {7, 202001, 15}};

static void the_same_voucher_of_a_month_is_refused_with_both_places(void **state)
{
	static const struct voucher second[] = {
		{UINT64_MAX, 202001, 9}, {8, 202001, 2}, {7, 202001, 5}, {1000, 202001, 4}};
	struct town *town = *state;
	struct town_outcome outcome;

	assert_int_equal(vouchers_commit(town, delta_of(1), first, 4).r, 0);
	outcome = vouchers_commit(town, delta_of(2), second, 4);
	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_int_equal(outcome.findings.error_count, 2);
	assert_int_equal(outcome.findings.kept[0].code, FINDING_LEDGER_VOUCHER);
	assert_int_equal(outcome.findings.kept[0].line, 5);
	assert_non_null(strstr(outcome.findings.kept[0].found, "rad 10 i export.se (import 1"));
	assert_int_equal(outcome.findings.kept[1].line, 9);
	assert_non_null(strstr(outcome.findings.kept[1].found, "rad 20 i export.se (import 1"));
}

/* Neither its figures nor its vouchers are there afterwards. */
static void a_refused_batch_leaves_nothing(void **state)
{
	static const struct voucher second[] = {{7, 202001, 2}, {9, 202001, 3}};
	static const struct voucher third[] = {{9, 202001, 4}};
	struct town *town = *state;

	assert_int_equal(vouchers_commit(town, delta_of(1), first, 4).r, 0);
	assert_int_equal(vouchers_commit(town, delta_of(2), second, 2).r, COMMIT_REFUSED);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), -1000);
	assert_int_equal(vouchers_commit(town, delta_of(3), third, 1).r, 0);
	assert_int_equal(vouchers_commit(town, delta_of(4), third, 1).r, COMMIT_REFUSED);
}

static void other_months_sources_and_the_same_file_are_no_overlap(void **state)
{
	static const struct voucher february[] = {{7, 202002, 2}};
	struct town *town = *state;
	struct town_batch other = delta_of(1);

	other.source = "bok2";
	assert_int_equal(vouchers_commit(town, delta_of(1), first, 4).r, 0);
	assert_int_equal(vouchers_commit(town, other, first, 4).r, 0);
	assert_int_equal(vouchers_commit(town, delta_of(1), first, 4).r, COMMIT_ALREADY_HAVE);
	assert_int_equal(vouchers_commit(town, delta_of(2), february, 1).r, 0);
}

static void a_snapshot_takes_the_vouchers_with_the_blocks(void **state)
{
	static const struct voucher second[] = {{7, 202001, 3}};
	static const struct voucher third[] = {{1000, 202002, 3}};
	struct town *town = *state;
	struct town_batch snapshot = delta_of(2);

	snapshot.mode = REPLACE_SNAPSHOT;
	assert_int_equal(vouchers_commit(town, delta_of(1), first, 4).r, 0);
	assert_int_equal(town_commit(town, &snapshot).r, 0);
	assert_int_equal(vouchers_commit(town, delta_of(3), second, 1).r, 0);
	/* February is not replaced. */
	assert_int_equal(vouchers_commit(town, delta_of(4), third, 1).r, COMMIT_REFUSED);
}

static void all_are_counted_and_the_first_lines_kept(void **state)
{
	struct town *town = *state;
	struct voucher *many = calloc(MANY, sizeof *many);
	struct town_outcome outcome;

	assert_non_null(many);
	for (uint32_t i = 0; i < MANY; i++)
		many[i] = (struct voucher){checksum(&i, sizeof i), 202001, MANY - i};
	assert_int_equal(vouchers_commit(town, delta_of(1), many, MANY).r, 0);
	outcome = vouchers_commit(town, delta_of(2), many, MANY);
	free(many);
	assert_int_equal(outcome.r, COMMIT_REFUSED);
	assert_int_equal(outcome.findings.error_count, MANY);
	for (uint32_t i = 0; i < LEDGER_FINDINGS_MAX; i++)
		assert_int_equal(outcome.findings.kept[i].line, i + 1);
}

static void vouchers_of_two_layers_are_no_batch(void **state)
{
	static const uint32_t period = 202001, line = 1;
	static const uint64_t identity = 1;
	struct vouchers vouchers = {.items = NULL};
	struct batch_vouchers more = {.layer = LAYER_OUTCOME,
				      .count = 1,
				      .periods = &period,
				      .identities = &identity,
				      .lines = &line};

	(void)state;
	assert_int_equal(vouchers_add(&vouchers, &more), 0);
	more.layer = LAYER_BUDGET;
	assert_int_equal(vouchers_add(&vouchers, &more), STAGING_MALFORMED);
	vouchers_finish(&vouchers);
}

#define overlap_test(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		overlap_test(the_same_voucher_of_a_month_is_refused_with_both_places),
		overlap_test(a_refused_batch_leaves_nothing),
		overlap_test(other_months_sources_and_the_same_file_are_no_overlap),
		overlap_test(a_snapshot_takes_the_vouchers_with_the_blocks),
		overlap_test(all_are_counted_and_the_first_lines_kept),
		cmocka_unit_test(vouchers_of_two_layers_are_no_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
