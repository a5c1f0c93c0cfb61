/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines a file holds after something was interrupted. */
#include "support/test.h"

#include <errno.h>

#include "notify/line_file.h"
#include "unit/notify/scratch.h"

static int setup(void **state)
{
	struct scratch *scratch = calloc(1, sizeof *scratch);

	assert_non_null(scratch);
	scratch_make(scratch);
	*state = scratch;
	return 0;
}

static int teardown(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}

/* The file, opened, with these bytes in it. */
static int file_with(const struct scratch *scratch, const char *bytes)
{
	int fd = -1;

	assert_int_equal(line_file_open(scratch->path, &fd), 0);
	assert_int_equal(line_file_append(fd, bytes, strlen(bytes)), 0);
	return fd;
}

static void a_new_file_begins_at_nothing(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "");
	int64_t offset;

	assert_int_equal(line_file_end(fd, &offset), 0);
	assert_int_equal(offset, 0);
}

static void a_whole_line_is_there(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "ett\ntvå\n");

	assert_int_equal(line_file_settle(fd, 0, "ett\n", 4), 0);
	assert_int_equal(line_file_settle(fd, 4, "två\n", strlen("två\n")), 0);
	scratch_assert_file(scratch, "ett\ntvå\n");
}

static void a_part_of_a_line_is_cut_off(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "ett\nfyr");

	assert_int_equal(line_file_settle(fd, 4, "fyra\n", 5), LINE_ABSENT);
	scratch_assert_file(scratch, "ett\n");
}

static void a_line_without_its_newline_is_a_part(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "ett\nfyra");

	assert_int_equal(line_file_settle(fd, 4, "fyra\n", 5), LINE_ABSENT);
	scratch_assert_file(scratch, "ett\n");
}

static void a_line_not_begun_is_absent(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "ett\n");

	assert_int_equal(line_file_settle(fd, 4, "fyra\n", 5), LINE_ABSENT);
	assert_int_equal(line_file_settle(fd, 400, "fyra\n", 5), LINE_ABSENT);
	scratch_assert_file(scratch, "ett\n");
}

static void what_someone_else_wrote_is_left_alone(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "ett\nannat\n");

	assert_int_equal(line_file_settle(fd, 4, "fyra\n", 5), LINE_ABSENT);
	scratch_assert_file(scratch, "ett\nannat\n");
}

static void the_next_line_begins_on_a_line_of_its_own(void **state)
{
	struct scratch *scratch = *state;
	cleanup(close_fd) int fd = file_with(scratch, "halv");
	int64_t offset;

	assert_int_equal(line_file_end(fd, &offset), 0);
	assert_int_equal(offset, 5);
	scratch_assert_file(scratch, "halv\n");
}

static void only_plain_files_are_taken(void **state)
{
	struct scratch *scratch = *state;
	int fd = -1;

	assert_int_equal(line_file_open("/dev/null", &fd), -EINVAL);
	assert_int_equal(line_file_open(scratch->folder, &fd), -EISDIR);
	assert_int_equal(fd, -1);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_new_file_begins_at_nothing),
		IN_SCRATCH(a_whole_line_is_there),
		IN_SCRATCH(a_part_of_a_line_is_cut_off),
		IN_SCRATCH(a_line_without_its_newline_is_a_part),
		IN_SCRATCH(a_line_not_begun_is_absent),
		IN_SCRATCH(what_someone_else_wrote_is_left_alone),
		IN_SCRATCH(the_next_line_begins_on_a_line_of_its_own),
		IN_SCRATCH(only_plain_files_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
