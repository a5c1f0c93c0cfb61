/* SPDX-License-Identifier: Apache-2.0 */
/* What an arena promises: alignment, its budget, and that a reset gives all back. */
#include "support/test.h"

#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/cleanup.h"

enum { BUDGET_BYTES = 1 << 20 };

static void everything_taken_is_aligned(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_new(&arena, BUDGET_BYTES), 0);
	for (size_t size = 1; size < 100; size++)
		assert_int_equal((uintptr_t)arena_take(arena, size) % 16, 0);
}

static void zeroed_memory_is_zero_also_when_used_before(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	const uint64_t *numbers;

	(void)state;
	assert_int_equal(arena_new(&arena, BUDGET_BYTES), 0);
	memset(arena_take(arena, 4096), 0xFF, 4096);
	arena_reset(arena);
	numbers = arena_take_zeroed(arena, 512, sizeof *numbers);
	for (size_t i = 0; i < 512; i++)
		assert_int_equal(numbers[i], 0);
}

static void nothing_is_taken_beyond_the_budget(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_new(&arena, 256), 0);
	assert_non_null(arena_take(arena, 240));
	assert_null(arena_take(arena, 17));
	assert_non_null(arena_take(arena, 16));
	assert_null(arena_take(arena, 1));
	assert_int_equal(arena_used_bytes(arena), 256);
}

static void sizes_that_overflow_are_refused(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_new(&arena, SIZE_MAX), 0);
	assert_null(arena_take(arena, SIZE_MAX));
	assert_null(arena_take_zeroed(arena, SIZE_MAX / 2, 3));
}

static void a_reset_gives_the_whole_budget_back(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_new(&arena, BUDGET_BYTES), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 16; i++)
			assert_non_null(arena_take(arena, BUDGET_BYTES / 16));
		assert_null(arena_take(arena, 1));
		arena_reset(arena);
		assert_int_equal(arena_used_bytes(arena), 0);
	}
}

static void texts_are_copied_and_printed(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_new(&arena, BUDGET_BYTES), 0);
	assert_string_equal(arena_copy_text(arena, "Familjehem", 7), "Familje");
	assert_string_equal(arena_print(arena, "%s %d", "rad", 12), "rad 12");
}

static void destroying_nothing_is_fine(void **state)
{
	struct arena *arena = NULL;

	(void)state;
	arena_destroy(&arena);
	assert_null(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_taken_is_aligned),
		cmocka_unit_test(zeroed_memory_is_zero_also_when_used_before),
		cmocka_unit_test(nothing_is_taken_beyond_the_budget),
		cmocka_unit_test(sizes_that_overflow_are_refused),
		cmocka_unit_test(a_reset_gives_the_whole_budget_back),
		cmocka_unit_test(texts_are_copied_and_printed),
		cmocka_unit_test(destroying_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
