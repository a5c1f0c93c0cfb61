/* SPDX-License-Identifier: Apache-2.0 */
/* Rows added up into groups, against a sum made the slow way. */
#include "support/test.h"

#include "unit/aggregate/town.h"

enum { RANDOM_ROWS = 100000, CHUNK = 4096, ACCOUNTS = 40, UNITS = 25, PERIODS = 24 };

static int staging_setup(void **state)
{
	struct staging *staging = NULL;

	assert_int_equal(staging_new(&staging), 0);
	*state = staging;
	return 0;
}

static int staging_teardown(void **state)
{
	struct staging *staging = *state;

	staging_destroy(&staging);
	assert_null(staging);
	staging_destroy(&staging);
	return 0;
}

enum { GROUPS_MAX = 64 * 1024 };

/* Every group of every sheet, in order; the caller frees. */
static struct group *groups_list(const struct staging *staging, size_t *count_out)
{
	struct group *groups = calloc(GROUPS_MAX, sizeof *groups);
	size_t sheet_count;
	struct sheet *const *sheets = staging_sheets(staging, &sheet_count);

	assert_non_null(groups);
	*count_out = 0;
	for (size_t s = 0; s < sheet_count; s++) {
		for (uint32_t i = 0; i < sheet_size(sheets[s]); i++) {
			assert_true(*count_out < GROUPS_MAX);
			staging_group(staging, sheets[s], i, &groups[(*count_out)++]);
		}
	}
	return groups;
}

#define STAGE(staging, layer, rows)                                                                \
	town_stage(staging, layer, rows, sizeof(rows) / sizeof((rows)[0]))

static const struct town_row mixed[] = {
	{202001, "5010", "510", 100, NULL, NULL},  {202001, "5010", "510", -30, NULL, NULL},
	{202002, "5010", "510", 7, NULL, NULL},	   {202001, "5011", "510", 1, NULL, NULL},
	{202001, "5010", "510", 2, "A1", NULL},	   {202001, "5010", NULL, 3, NULL, NULL},
	{202001, "5010", "510", 1000, NULL, NULL},
};

static void equal_rows_become_one_group(void **state)
{
	struct staging *staging = *state;
	cleanup(free_bytes) struct group *groups = NULL;
	size_t count = 0;

	assert_int_equal(STAGE(staging, LAYER_OUTCOME, mixed), 0);
	groups = groups_list(staging, &count);
	assert_int_equal(count, 5);
	assert_int_equal(groups[0].row_count, 3);
	assert_int_equal(groups[0].ore, 1070);
	assert_int_equal(staging_row_count(staging), 7);
	assert_money_equal(staging_sum(staging), 1083);
	assert_money_equal(staging_outcome_sum(staging), 1083);
}

static void layers_are_kept_apart(void **state)
{
	struct staging *staging = *state;
	cleanup(free_bytes) struct group *groups = NULL;
	size_t count = 0;

	assert_int_equal(STAGE(staging, LAYER_OUTCOME, mixed), 0);
	assert_int_equal(STAGE(staging, LAYER_BUDGET, mixed), 0);
	groups = groups_list(staging, &count);
	assert_int_equal(count, 10);
	assert_int_equal(staging_row_count(staging), 14);
	assert_money_equal(staging_sum(staging), 2166);
	assert_money_equal(staging_outcome_sum(staging), 1083);
}

static void codes_and_their_numbers_find_each_other(void **state)
{
	struct staging *staging = *state;

	assert_int_equal(STAGE(staging, LAYER_OUTCOME, mixed), 0);
	assert_int_equal(staging_code_id(staging, DIMENSION_ACCOUNT, "5010"), 1);
	assert_int_equal(staging_code_id(staging, DIMENSION_ACCOUNT, "5011"), 2);
	assert_int_equal(staging_code_id(staging, DIMENSION_ACCOUNT, "510"), 0);
	assert_string_equal(staging_code(staging, DIMENSION_ACCOUNT, 2), "5011");
	assert_string_equal(staging_code(staging, DIMENSION_ACCOUNT, 3), "");
	assert_string_equal(staging_code(staging, DIMENSION_UNIT, 1), "A1");
}

/* The place of group @index's layer, period and numbers in the order, as one list. */
static uint32_t word_of(const struct group *group, size_t word)
{
	if (word == 0)
		return group->layer;
	return word == 1 ? group->period.yyyymm : group->ids[staging_dimensions[word - 2]];
}

static void sorting_puts_layer_and_period_first_and_konto_last(void **state)
{
	struct staging *staging = *state;
	cleanup(free_bytes) struct group *groups = NULL;
	size_t count = 0;

	assert_int_equal(STAGE(staging, LAYER_BUDGET, mixed), 0);
	assert_int_equal(STAGE(staging, LAYER_OUTCOME, mixed), 0);
	assert_int_equal(staging_sort(staging), 0);
	groups = groups_list(staging, &count);
	assert_int_equal(count, 10);
	for (size_t i = 1; i < count; i++) {
		size_t word = 0;

		while (word < DIMENSION_COUNT + 2 &&
		       word_of(&groups[i - 1], word) == word_of(&groups[i], word))
			word++;
		assert_true(word < DIMENSION_COUNT + 2);
		assert_true(word_of(&groups[i - 1], word) < word_of(&groups[i], word));
	}
	assert_int_equal(groups[0].layer, LAYER_OUTCOME);
	assert_int_equal(staging_dimensions[DIMENSION_COUNT - 1], DIMENSION_ACCOUNT);
}

/* Rows straight from numbers, without a dictionary of the test's. */
static int raw_add(struct staging *staging, uint32_t id, uint32_t period, int64_t ore,
		   const char **codes, uint32_t code_count)
{
	struct rows rows = {.layer = LAYER_OUTCOME,
			    .count = 1,
			    .ids = {[DIMENSION_ACCOUNT] = &id},
			    .periods = &period,
			    .amounts_ore = &ore,
			    .new_codes = {[DIMENSION_ACCOUNT] = codes},
			    .new_codes_count = {[DIMENSION_ACCOUNT] = code_count}};

	return staging_add(staging, &rows);
}

static void a_number_outside_the_dictionary_is_malformed(void **state)
{
	const char *codes[] = {"5010", "5011"};

	assert_int_equal(raw_add(*state, 1, 202001, 1, NULL, 0), STAGING_MALFORMED);
	assert_int_equal(raw_add(*state, 2, 202001, 1, codes, 2), 0);
	assert_int_equal(raw_add(*state, 0, 202001, 1, NULL, 0), 0);
	assert_int_equal(raw_add(*state, 3, 202001, 1, NULL, 0), STAGING_MALFORMED);
	assert_int_equal(raw_add(*state, UINT32_MAX, 202001, 1, NULL, 0), STAGING_MALFORMED);
}

static void a_code_sent_twice_is_malformed(void **state)
{
	const char *first[] = {"5010"};
	const char *twice[] = {"5012", "5012"};
	const char *again[] = {"5011", "5010"};

	assert_int_equal(raw_add(*state, 1, 202001, 1, first, 1), 0);
	assert_int_equal(raw_add(*state, 1, 202001, 1, again, 2), STAGING_MALFORMED);
	assert_int_equal(raw_add(*state, 1, 202001, 1, twice, 2), STAGING_MALFORMED);
}

static void a_month_that_is_none_is_malformed(void **state)
{
	assert_int_equal(raw_add(*state, 0, 202000, 1, NULL, 0), STAGING_MALFORMED);
	assert_int_equal(raw_add(*state, 0, 202013, 1, NULL, 0), STAGING_MALFORMED);
	assert_int_equal(raw_add(*state, 0, 0, 1, NULL, 0), STAGING_MALFORMED);
	assert_int_equal(raw_add(*state, 0, UINT32_MAX, 1, NULL, 0), STAGING_MALFORMED);
}

static void a_sum_that_does_not_fit_overflows(void **state)
{
	assert_int_equal(raw_add(*state, 0, 202001, INT64_MAX, NULL, 0), 0);
	assert_int_equal(raw_add(*state, 0, 202001, 1, NULL, 0), STAGING_OVERFLOW);
}

static void a_total_that_does_not_fit_overflows(void **state)
{
	assert_int_equal(raw_add(*state, 0, 202001, INT64_MIN, NULL, 0), 0);
	assert_int_equal(raw_add(*state, 0, 202002, -1, NULL, 0), STAGING_OVERFLOW);
}

/* A hundred thousand rows, and what they are when added up in plain arrays. */
struct slow {
	int64_t ore[PERIODS][ACCOUNTS + 1][UNITS + 1];
	uint32_t rows[PERIODS][ACCOUNTS + 1][UNITS + 1];
	int64_t sum;
};

struct chunk {
	uint32_t accounts[CHUNK];
	uint32_t units[CHUNK];
	uint32_t periods[CHUNK];
	int64_t amounts[CHUNK];
};

static uint32_t draw(uint32_t *random, uint32_t below)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 8) % below;
}

static uint32_t period_of_number(uint32_t number)
{
	return 201901 + number / 12 * 100 + number % 12;
}

static void chunk_draw(struct chunk *chunk, uint32_t count, uint32_t *random, struct slow *slow)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t period = draw(random, PERIODS);
		int64_t ore = (int64_t)draw(random, 1 << 24) * 4001 - (INT64_C(1) << 34);

		chunk->accounts[i] = draw(random, ACCOUNTS + 1);
		chunk->units[i] = draw(random, UNITS + 1);
		chunk->periods[i] = period_of_number(period);
		chunk->amounts[i] = ore;
		slow->ore[period][chunk->accounts[i]][chunk->units[i]] += ore;
		slow->rows[period][chunk->accounts[i]][chunk->units[i]]++;
		slow->sum += ore;
	}
}

/* Codes "1", "2" ... so that a code says its number. */
static const char **codes_count(uint32_t count)
{
	const char **codes = calloc(count, sizeof *codes);

	assert_non_null(codes);
	for (uint32_t i = 0; i < count; i++) {
		char *text = malloc(16);

		assert_non_null(text);
		snprintf(text, 16, "%u", i + 1);
		codes[i] = text;
	}
	return codes;
}

static void codes_free(const char **codes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		free((char *)(uintptr_t)codes[i]);
	free(codes);
}

static void random_stage(struct staging *staging, struct slow *slow)
{
	const char **accounts = codes_count(ACCOUNTS);
	const char **units = codes_count(UNITS);
	struct chunk *chunk = calloc(1, sizeof *chunk);
	uint32_t random = 42;

	assert_non_null(chunk);
	for (uint32_t done = 0; done < RANDOM_ROWS;) {
		uint32_t count = RANDOM_ROWS - done < CHUNK ? RANDOM_ROWS - done : CHUNK;
		struct rows rows = {
			.layer = LAYER_OUTCOME,
			.count = count,
			.ids = {[DIMENSION_ACCOUNT] = chunk->accounts,
				[DIMENSION_UNIT] = chunk->units},
			.periods = chunk->periods,
			.amounts_ore = chunk->amounts,
			.new_codes = {[DIMENSION_ACCOUNT] = accounts, [DIMENSION_UNIT] = units}};

		rows.new_codes_count[DIMENSION_ACCOUNT] = done ? 0 : ACCOUNTS;
		rows.new_codes_count[DIMENSION_UNIT] = done ? 0 : UNITS;
		chunk_draw(chunk, count, &random, slow);
		assert_int_equal(staging_add(staging, &rows), 0);
		done += count;
	}
	free(chunk);
	codes_free(accounts, ACCOUNTS);
	codes_free(units, UNITS);
}

/* The slow sum's cell behind a group, by the codes it stands for. */
static void assert_group_is_slow(const struct staging *staging, const struct group *group,
				 struct slow *slow)
{
	uint32_t yyyymm = group->period.yyyymm;
	uint32_t period = (yyyymm / 100 - 2019) * 12 + yyyymm % 100 - 1;
	uint32_t account = 0;
	uint32_t unit = 0;

	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		uint32_t id = group->ids[staging_dimensions[d]];
		const char *code = staging_code(staging, staging_dimensions[d], id);
		uint32_t number = (uint32_t)strtoul(code, NULL, 10);

		if (staging_dimensions[d] == DIMENSION_ACCOUNT)
			account = number;
		else if (staging_dimensions[d] == DIMENSION_UNIT)
			unit = number;
		else
			assert_int_equal(id, 0);
	}
	assert_int_equal(group->ore, slow->ore[period][account][unit]);
	assert_int_equal(group->row_count, slow->rows[period][account][unit]);
	slow->rows[period][account][unit] = 0;
}

static void a_hundred_thousand_rows_add_up_as_by_hand(void **state)
{
	struct staging *staging = *state;
	struct slow *slow = calloc(1, sizeof *slow);
	cleanup(free_bytes) struct group *groups = NULL;
	size_t count = 0;

	assert_non_null(slow);
	random_stage(staging, slow);
	assert_int_equal(staging_sort(staging), 0);
	groups = groups_list(staging, &count);
	for (size_t i = 0; i < count; i++)
		assert_group_is_slow(staging, &groups[i], slow);
	for (size_t i = 0; i < sizeof slow->rows / sizeof(uint32_t); i++)
		assert_int_equal((&slow->rows[0][0][0])[i], 0);
	assert_money_equal(staging_sum(staging), slow->sum);
	assert_int_equal(staging_row_count(staging), RANDOM_ROWS);
	print_message("%d rows in %zu groups\n", RANDOM_ROWS, count);
	free(slow);
}

#define staging_test(test) cmocka_unit_test_setup_teardown(test, staging_setup, staging_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		staging_test(equal_rows_become_one_group),
		staging_test(layers_are_kept_apart),
		staging_test(codes_and_their_numbers_find_each_other),
		staging_test(sorting_puts_layer_and_period_first_and_konto_last),
		staging_test(a_number_outside_the_dictionary_is_malformed),
		staging_test(a_code_sent_twice_is_malformed),
		staging_test(a_month_that_is_none_is_malformed),
		staging_test(a_sum_that_does_not_fit_overflows),
		staging_test(a_total_that_does_not_fit_overflows),
		staging_test(a_hundred_thousand_rows_add_up_as_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
