/* SPDX-License-Identifier: Apache-2.0 */
/* The archive becomes small, and no step of that can lose a file. */
#include "support/test.h"

#include <zstd.h>

#include "ingest/archive.h"
#include "ingest/packing.h"
#include "unit/ingest/scratch.h"

enum { TEXT_SIZE = 3 * 1000 * 1000, STEPS_MAX = 1000 };

static struct {
	struct scratch scratch;
	struct packing *packing;
	char *text;
	struct hash hash;
	char name[PATH_SIZE];
} world;

static const char *archived(const char *end)
{
	char part[PATH_SIZE + 64];

	snprintf(part, sizeof part, "state/archive/skola/%s%s", world.name, end);
	return scratch_path(&world.scratch, part);
}

static int setup(void **state)
{
	(void)state;
	scratch_make(&world.scratch);
	world.text = malloc(TEXT_SIZE + 1);
	assert_non_null(world.text);
	for (int i = 0; i < TEXT_SIZE; i++)
		world.text[i] = (char)('0' + (i / 7 + i * (i % 13)) % 10);
	world.text[TEXT_SIZE] = '\0';
	assert_int_equal(hash_bytes(world.text, TEXT_SIZE, &world.hash), 0);
	hash_text(&world.hash, world.name);
	assert_int_equal(archive_prepare(world.scratch.conf), 0);
	scratch_put(&world.scratch, "state/a", world.text);
	assert_int_equal(archive_accept(world.scratch.conf, "skola", &world.hash,
					scratch_path(&world.scratch, "state/a")),
			 0);
	assert_int_equal(packing_new(&world.packing, world.scratch.conf), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	packing_destroy(&world.packing);
	free(world.text);
	scratch_remove(&world.scratch);
	return 0;
}

static void work(void)
{
	int r = 0;

	for (int i = 0; r == 0 && i < STEPS_MAX; i++)
		r = packing_step(world.packing);
	assert_int_equal(r, PACKING_DONE);
}

static void assert_packed(void)
{
	char *packed = NULL;
	char *text = malloc(TEXT_SIZE);
	struct stat status;
	size_t length;

	assert_non_null(text);
	assert_false(file_exists(archived("")));
	assert_int_equal(stat(archived(".zst"), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0400);
	assert_int_equal(file_read(archived(".zst"), TEXT_SIZE, &packed, &length), 0);
	assert_int_equal(ZSTD_decompress(text, TEXT_SIZE, packed, length), TEXT_SIZE);
	assert_memory_equal(text, world.text, TEXT_SIZE);
	assert_true(archive_has(world.scratch.conf, "skola", &world.hash));
	assert_int_equal(scratch_count(&world.scratch, "state/archive/skola"), 1);
	free(packed);
	free(text);
}

static void a_file_is_compressed_and_the_same(void **state)
{
	(void)state;
	assert_true(archive_has(world.scratch.conf, "skola", &world.hash));
	work();
	assert_packed();
}

/* Killed after so many steps, at every step there is: the file is always there. */
static void what_a_crash_cut_short_is_begun_again(void **state)
{
	(void)state;
	for (int steps = 1; file_exists(archived("")); steps++) {
		packing_destroy(&world.packing);
		assert_int_equal(packing_new(&world.packing, world.scratch.conf), 0);
		for (int i = 0; i < steps; i++)
			packing_step(world.packing);
		assert_true(archive_has(world.scratch.conf, "skola", &world.hash));
	}
	assert_packed();
}

static void a_crash_before_the_large_one_goes_leaves_one(void **state)
{
	(void)state;
	work();
	scratch_put(&world.scratch, "state/a", world.text);
	assert_int_equal(rename(scratch_path(&world.scratch, "state/a"), archived("")), 0);
	packing_ask(world.packing);
	work();
	assert_packed();
}

static void a_file_that_comes_again_is_known(void **state)
{
	(void)state;
	work();
	scratch_put(&world.scratch, "state/a", world.text);
	assert_int_equal(archive_accept(world.scratch.conf, "skola", &world.hash,
					scratch_path(&world.scratch, "state/a")),
			 0);
	assert_false(scratch_has(&world.scratch, "state/a"));
	assert_packed();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_compressed_and_the_same),
		TEST(what_a_crash_cut_short_is_begun_again),
		TEST(a_crash_before_the_large_one_goes_leaves_one),
		TEST(a_file_that_comes_again_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
