/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are taken from the inbox, in which order, and when. */
#include "support/test.h"

#include <poll.h>

#include "ingest/inbox.h"
#include "unit/ingest/scratch.h"

static struct scratch scratch;
static struct inbox *inbox;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	assert_int_equal(inbox_new(&inbox, scratch.conf), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	/* A test that failed as somebody else must still be cleaned up after. */
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	inbox_destroy(&inbox);
	scratch_remove(&scratch);
	return 0;
}

static int next(struct inbox_file *file)
{
	inbox_rescan(inbox);
	return inbox_next(inbox, 0, file);
}

static int next_at(int64_t now_ms)
{
	struct inbox_file file;

	inbox_rescan(inbox);
	return inbox_next(inbox, now_ms, &file);
}

static void assert_next(const char *source, const char *name)
{
	struct inbox_file file;

	assert_int_equal(inbox_next(inbox, 0, &file), 0);
	assert_string_equal(file.source->name, source);
	assert_string_equal(file.name, name);
}

static void age(const char *part, time_t seconds)
{
	const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};

	assert_int_equal(utimensat(AT_FDCWD, scratch_path(&scratch, part), times, 0), 0);
}

static void every_source_has_a_folder(void **state)
{
	(void)state;
	assert_true(scratch_has(&scratch, "inbox/skola"));
	assert_true(scratch_has(&scratch, "inbox/vard"));
}

static void a_file_is_taken_when_nobody_writes_to_it_any_more(void **state)
{
	struct inbox_file file;
	int fd = scratch_open(&scratch, "inbox/skola/a.csv");

	(void)state;
	assert_int_equal(fd_write(fd, "half", 4), 0);
	assert_int_equal(next_at(0), INBOX_EMPTY);
	assert_int_equal(next_at(10 * INBOX_STILL_MS), INBOX_EMPTY);
	assert_false(inbox_holds(inbox, &scratch.conf->sources[0]));
	assert_int_equal(inbox_waiting_count(inbox), 1);
	close(fd);
	assert_true(inbox_holds(inbox, &scratch.conf->sources[0]));
	assert_int_equal(next(&file), 0);
	assert_string_equal(file.name, "a.csv");
}

/* How many lines @action logs that hold @what. */
static size_t lines_logged(int (*action)(int64_t), int64_t argument, const char *what)
{
	int log_fd = scratch_open(&scratch, "log");
	int stderr_fd = dup(STDERR_FILENO);
	char *text;
	size_t length;
	size_t count = 0;

	assert_true(stderr_fd >= 0);
	assert_true(dup2(log_fd, STDERR_FILENO) >= 0);
	action(argument);
	assert_true(dup2(stderr_fd, STDERR_FILENO) >= 0);
	close(stderr_fd);
	close(log_fd);
	assert_int_equal(file_read(scratch_path(&scratch, "log"), 1 << 16, &text, &length), 0);
	for (const char *at = text; (at = strstr(at, what)); at++)
		count++;
	free(text);
	return count;
}

static void a_file_that_stays_open_for_writing_is_told_once(void **state)
{
	int fd = scratch_open(&scratch, "inbox/skola/a.csv");

	(void)state;
	assert_int_equal(lines_logged(next_at, 0, "a.csv"), 0);
	assert_int_equal(inbox_writing_count(inbox), 1);
	assert_int_equal(lines_logged(next_at, INBOX_WRITING_MS - 1, "a.csv"), 0);
	assert_int_equal(fd_write(fd, "more", 4), 0);
	assert_int_equal(lines_logged(next_at, INBOX_WRITING_MS,
				      "a.csv is left alone: a process keeps it open"),
			 1);
	assert_int_equal(fd_write(fd, "more", 4), 0);
	assert_int_equal(lines_logged(next_at, 2 * INBOX_WRITING_MS, "a.csv"), 0);
	close(fd);
	assert_int_equal(next_at(2 * INBOX_WRITING_MS), 0);
	assert_int_equal(inbox_writing_count(inbox), 0);
}

static void a_file_opened_again_after_the_scan_is_not_taken(void **state)
{
	struct inbox_file file;
	int fd;

	(void)state;
	scratch_put(&scratch, "inbox/skola/a.csv", "a");
	scratch_put(&scratch, "inbox/skola/b.csv", "b");
	assert_int_equal(next(&file), 0);
	fd = open(scratch_path(&scratch, "inbox/skola/b.csv"), O_WRONLY | O_APPEND);
	assert_int_equal(inbox_next(inbox, 0, &file), INBOX_EMPTY);
	close(fd);
}

static void a_file_removed_after_the_scan_is_gone(void **state)
{
	struct inbox_file file;

	(void)state;
	scratch_put(&scratch, "inbox/skola/a.csv", "a");
	scratch_put(&scratch, "inbox/skola/b.csv", "b");
	assert_int_equal(next(&file), 0);
	assert_int_equal(unlink(scratch_path(&scratch, "inbox/skola/b.csv")), 0);
	assert_int_equal(inbox_next(inbox, 0, &file), INBOX_EMPTY);
}

static void only_names_that_match_the_pattern_are_taken(void **state)
{
	struct inbox_file file;

	(void)state;
	scratch_put(&scratch, "inbox/skola/.b.csv", "b");
	scratch_put(&scratch, "inbox/skola/b.txt", "b");
	scratch_put(&scratch, "inbox/stray.csv", "b");
	assert_int_equal(next(&file), INBOX_EMPTY);
	assert_int_equal(inbox_unknown_count(inbox), 2);
	assert_int_equal(inbox_waiting_count(inbox), 0);
	scratch_put(&scratch, "inbox/skola/B.CSV", "b");
	assert_int_equal(next(&file), 0);
	assert_string_equal(file.name, "B.CSV");
	assert_true(scratch_has(&scratch, "inbox/skola/b.txt"));
}

static void links_pipes_and_folders_are_left_alone(void **state)
{
	struct inbox_file file;

	(void)state;
	scratch_put(&scratch, "state/secret.csv", "s");
	assert_int_equal(symlink(scratch_path(&scratch, "state/secret.csv"),
				 scratch_path(&scratch, "inbox/skola/link.csv")),
			 0);
	assert_int_equal(mkfifo(scratch_path(&scratch, "inbox/skola/pipe.csv"), 0600), 0);
	assert_int_equal(mkdir(scratch_path(&scratch, "inbox/skola/folder.csv"), 0700), 0);
	assert_int_equal(next(&file), INBOX_EMPTY);
	assert_false(inbox_holds(inbox, &scratch.conf->sources[0]));
}

static void files_come_by_name_from_the_source_that_waited_longest(void **state)
{
	(void)state;
	scratch_put(&scratch, "inbox/skola/2020-08.csv", "8");
	scratch_put(&scratch, "inbox/skola/2020-07.csv", "7");
	scratch_put(&scratch, "inbox/vard/2020-09.csv", "9");
	scratch_put(&scratch, "inbox/vard/2020-01.csv", "1");
	age("inbox/skola/2020-08.csv", 2000);
	age("inbox/skola/2020-07.csv", 3000);
	age("inbox/vard/2020-09.csv", 1000);
	age("inbox/vard/2020-01.csv", 4000);
	assert_next("vard", "2020-01.csv");
	assert_next("vard", "2020-09.csv");
	assert_next("skola", "2020-07.csv");
	assert_next("skola", "2020-08.csv");
}

/* The system does not tell an ordinary user who writes to somebody else's file. */
static void a_file_of_another_owner_is_taken_when_it_has_stood_still(void **state)
{
	static const char *const folders[] = {"", "inbox", "inbox/skola", "inbox/vard"};
	enum { NOBODY = 65534 };

	(void)state;
	if (geteuid() != 0)
		skip();
	scratch_put(&scratch, "inbox/skola/a.csv", "a");
	assert_int_equal(chmod(scratch_path(&scratch, "inbox/skola/a.csv"), 0644), 0);
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		assert_int_equal(chmod(scratch_path(&scratch, folders[i]), 0755), 0);
	assert_int_equal(seteuid(NOBODY), 0);
	assert_int_equal(next_at(0), INBOX_EMPTY);
	assert_true(inbox_holds(inbox, &scratch.conf->sources[0]));
	assert_int_equal(next_at(INBOX_STILL_MS - 1), INBOX_EMPTY);
	assert_int_equal(seteuid(0), 0);
	age("inbox/skola/a.csv", 1000);
	assert_int_equal(seteuid(NOBODY), 0);
	assert_int_equal(next_at(INBOX_STILL_MS), INBOX_EMPTY);
	assert_int_equal(next_at(2 * INBOX_STILL_MS - 1), INBOX_EMPTY);
	assert_int_equal(next_at(2 * INBOX_STILL_MS), 0);
	assert_int_equal(seteuid(0), 0);
}

static bool bell_rings(void)
{
	struct pollfd bell = {.fd = inbox_fd(inbox), .events = POLLIN};

	return poll(&bell, 1, 0) == 1;
}

static void the_bell_rings_when_a_file_is_closed_or_moved_in(void **state)
{
	int fd;

	(void)state;
	assert_true(inbox_fd(inbox) >= 0);
	fd = scratch_open(&scratch, "inbox/skola/a.csv");
	assert_false(bell_rings());
	close(fd);
	assert_true(bell_rings());
	inbox_rang(inbox);
	assert_false(bell_rings());
	scratch_put(&scratch, "state/b.csv", "b");
	assert_int_equal(file_move(scratch_path(&scratch, "state/b.csv"),
				   scratch_path(&scratch, "inbox/vard/b.csv")),
			 0);
	assert_true(bell_rings());
}

static void a_removed_folder_is_made_again(void **state)
{
	struct inbox_file file;

	(void)state;
	assert_int_equal(rmdir(scratch_path(&scratch, "inbox/skola")), 0);
	assert_int_equal(next(&file), INBOX_EMPTY);
	inbox_rang(inbox);
	scratch_put(&scratch, "inbox/skola/a.csv", "a");
	assert_true(bell_rings());
	assert_int_equal(next(&file), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_source_has_a_folder),
		TEST(a_file_is_taken_when_nobody_writes_to_it_any_more),
		TEST(a_file_that_stays_open_for_writing_is_told_once),
		TEST(a_file_opened_again_after_the_scan_is_not_taken),
		TEST(a_file_removed_after_the_scan_is_gone),
		TEST(only_names_that_match_the_pattern_are_taken),
		TEST(links_pipes_and_folders_are_left_alone),
		TEST(files_come_by_name_from_the_source_that_waited_longest),
		TEST(a_file_of_another_owner_is_taken_when_it_has_stood_still),
		TEST(the_bell_rings_when_a_file_is_closed_or_moved_in),
		TEST(a_removed_folder_is_made_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
