/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders in a scratch folder of each test's own. */
#include "support/test.h"

#include <errno.h>
#include <ftw.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/file.h"

static char scratch[PATH_SIZE];

static int scratch_make(void **state)
{
	const char *parent = getenv("TMPDIR");

	(void)state;
	path_print(scratch, "%s/budgetvakt-file-XXXXXX", parent ? parent : "/tmp");
	return mkdtemp(scratch) ? 0 : -1;
}

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static int scratch_remove(void **state)
{
	(void)state;
	return nftw(scratch, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static void a_path_that_does_not_fit_is_refused(void **state)
{
	char path[PATH_SIZE];
	char name[PATH_SIZE + 1];

	(void)state;
	memset(name, 'x', PATH_SIZE);
	name[PATH_SIZE] = '\0';
	assert_int_equal(path_print(path, "%s", name), -ENAMETOOLONG);
	assert_int_equal(path_print(path, "%s", name + 1), 0);
}

static void folders_are_made_with_their_parents(void **state)
{
	char path[PATH_SIZE];

	(void)state;
	path_print(path, "%s/a/b/c", scratch);
	assert_int_equal(directory_make(path), 0);
	assert_int_equal(directory_make(path), 0);
	assert_true(file_exists(path));
	assert_int_equal(directory_sync(path), 0);
}

static void a_written_file_reads_the_same(void **state)
{
	cleanup(free_bytes) char *bytes = NULL;
	char path[PATH_SIZE];
	size_t length = 0;

	(void)state;
	path_print(path, "%s/file", scratch);
	assert_int_equal(file_write(path, "first", 5), 0);
	assert_int_equal(file_write(path, "second\0x", 8), 0);
	assert_int_equal(file_read(path, 8, &bytes, &length), 0);
	assert_int_equal(length, 8);
	assert_memory_equal(bytes, "second\0x", 9);
}

static void a_file_beyond_the_limit_is_not_read(void **state)
{
	char path[PATH_SIZE];
	char *bytes = NULL;
	size_t length;

	(void)state;
	path_print(path, "%s/file", scratch);
	assert_int_equal(file_write(path, "12345", 5), 0);
	assert_int_equal(file_read(path, 4, &bytes, &length), ERROR_LIMIT);
	path_print(path, "%s/none", scratch);
	assert_int_equal(file_read(path, 4, &bytes, &length), -ENOENT);
	assert_int_equal(file_read(scratch, 4, &bytes, &length), -EINVAL);
	assert_null(bytes);
}

static void a_move_leaves_nothing_behind(void **state)
{
	char from[PATH_SIZE];
	char to[PATH_SIZE];

	(void)state;
	path_print(from, "%s/from", scratch);
	path_print(to, "%s/to", scratch);
	assert_int_equal(file_write(from, "x", 1), 0);
	assert_int_equal(file_move(from, to), 0);
	assert_false(file_exists(from));
	assert_true(file_exists(to));
	assert_int_equal(file_remove(to), 0);
	assert_int_equal(file_remove(to), 0);
	assert_false(file_exists(to));
}

static void a_lock_is_held_by_one_only(void **state)
{
	cleanup(close_fd) int first = -1;
	cleanup(close_fd) int second = -1;
	char path[PATH_SIZE];

	(void)state;
	path_print(path, "%s/lock", scratch);
	assert_int_equal(file_lock(path, &first), 0);
	assert_int_equal(file_lock(path, &second), FILE_LOCK_HELD);
	close_fd(&first);
	assert_int_equal(file_lock(path, &second), 0);
}

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_that_does_not_fit_is_refused),
		SCRATCH_TEST(folders_are_made_with_their_parents),
		SCRATCH_TEST(a_written_file_reads_the_same),
		SCRATCH_TEST(a_file_beyond_the_limit_is_not_read),
		SCRATCH_TEST(a_move_leaves_nothing_behind),
		SCRATCH_TEST(a_lock_is_held_by_one_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
