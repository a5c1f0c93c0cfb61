/* SPDX-License-Identifier: Apache-2.0 */
/* A file's way to its verdict, with an aggregate that does as the test says. */
#include "support/test.h"

#include "unit/ingest/intake_world.h"

static int setup(void **state)
{
	(void)state;
	return world_setup(TEST_PROGRAMS "/budgetvakt-parse");
}

static void a_good_file_is_sent_and_archived(void **state)
{
	(void)state;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(world.verdict.row_count, 2);
	assert_int_equal(world.verdict.first.yyyymm, 202003);
	assert_int_equal(world.verdict.last.yyyymm, 202005);
	assert_int_equal(world.verdict.seq, 7);
	assert_int_equal(world.row_count, 2);
	assert_int_equal(world.end.row_count, 2);
	assert_true(archive_has(world.scratch.conf, "skola", &world.verdict.file.hash));
	assert_nothing_left();
}

static void a_bad_file_is_quarantined_with_its_line(void **state)
{
	struct report report;

	(void)state;
	scratch_put(&world.scratch, "inbox/skola/a.csv", BAD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_REFUSED);
	assert_int_equal(world.end_count, 0);
	assert_int_equal(
		archive_report(world.scratch.conf, "skola", &world.verdict.file.hash, &report), 0);
	assert_string_equal(report.file_name, "a.csv");
	assert_int_equal(report.line, 2);
	assert_nothing_left();
}

static void a_refusal_of_aggregate_is_told_like_a_finding(void **state)
{
	struct report report;

	(void)state;
	world.on_end = BATCH_REFUSED;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_REFUSED);
	assert_int_equal(
		archive_report(world.scratch.conf, "skola", &world.verdict.file.hash, &report), 0);
	assert_int_equal(report.line, 17);
	assert_string_equal(report.finding, "summan stämmer inte; gör om exporten");
	assert_nothing_left();
}

static void a_file_that_aggregate_has_is_known(void **state)
{
	(void)state;
	world.on_end = BATCH_ALREADY_HAVE;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_KNOWN);
	assert_true(archive_has(world.scratch.conf, "skola", &world.verdict.file.hash));
	assert_nothing_left();
}

static void a_forgotten_session_begins_again_from_the_first_row(void **state)
{
	(void)state;
	world.on_begin = BATCH_UNKNOWN;
	world.on_begin_again = BATCH_READY;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.begin_count, 2);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(world.row_count, 2);
}

static void a_lost_answer_does_not_make_a_new_file_an_old_one(void **state)
{
	(void)state;
	world.on_end = BATCH_UNKNOWN;
	world.on_end_again = BATCH_ALREADY_HAVE;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(world.verdict.row_count, 2);
}

static void what_a_crash_left_in_the_spool_comes_first(void **state)
{
	(void)state;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	scratch_put(&world.scratch, "state/spool/skola/b.csv", GOOD_TEXT "4010;2020-06;1,00\n");
	scratch_put(&world.scratch, "state/spool/skola/.copy", "half a cop");
	run(2);
	assert_string_equal(world.names[0], "b.csv");
	assert_string_equal(world.names[1], "a.csv");
	assert_false(scratch_has(&world.scratch, "state/spool/skola/.copy"));
	assert_nothing_left();
}

static void a_quarantined_file_dropped_again_gets_a_new_verdict(void **state)
{
	size_t count;

	(void)state;
	world.on_begin = BATCH_REFUSED;
	world.on_begin_again = BATCH_READY;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	scratch_put(&world.scratch, "inbox/skola/b.csv", GOOD_TEXT);
	run(2);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(archive_refused_count(world.scratch.conf, &count), 0);
	assert_int_equal(count, 0);
}

static void a_bad_file_does_not_hold_up_the_next(void **state)
{
	(void)state;
	scratch_put(&world.scratch, "inbox/skola/a.csv", BAD_TEXT);
	scratch_put(&world.scratch, "inbox/skola/b.csv", "");
	scratch_put(&world.scratch, "inbox/skola/c.csv", GOOD_TEXT);
	run(3);
	assert_string_equal(world.names[2], "c.csv");
	assert_int_equal(world.abort_count, 2);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(scratch_count(&world.scratch, "state/quarantine/skola"), 6);
}

static void rows_never_outrun_the_credit(void **state)
{
	enum { ROW_COUNT = 5 * ROWS_MAX + 1 };
	FILE *file = fopen(scratch_path(&world.scratch, "inbox/skola/a.csv"), "w");

	(void)state;
	assert_non_null(file);
	fputs("Konto;Period;Belopp\n", file);
	for (int i = 0; i < ROW_COUNT; i++)
		fprintf(file, "%06d;2020-03;1,00\n", i);
	fclose(file);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(world.verdict.row_count, ROW_COUNT);
	assert_int_equal(world.row_count, ROW_COUNT);
	assert_false(world.was_overdrawn);
}

static void a_file_with_another_link_is_copied_before_it_is_read(void **state)
{
	struct stat status;
	char hash[HASH_TEXT_SIZE];
	char part[PATH_SIZE];

	(void)state;
	scratch_put(&world.scratch, "state/other", GOOD_TEXT);
	assert_int_equal(link(scratch_path(&world.scratch, "state/other"),
			      scratch_path(&world.scratch, "inbox/skola/a.csv")),
			 0);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	hash_text(&world.verdict.file.hash, hash);
	assert_int_equal(path_print(part, "state/archive/skola/%s", hash), 0);
	assert_int_equal(stat(scratch_path(&world.scratch, part), &status), 0);
	assert_int_equal(status.st_nlink, 1);
	assert_int_equal(status.st_size, strlen(GOOD_TEXT));
	assert_nothing_left();
}

/* A folder on another file system, if this machine has one to offer. */
static bool inbox_move_away(char folder[static PATH_SIZE])
{
	struct stat there;
	struct stat here;

	snprintf(folder, PATH_SIZE, "/dev/shm/budgetvakt-test-XXXXXX");
	if (!mkdtemp(folder) || stat(folder, &there) < 0)
		return false;
	assert_int_equal(stat(world.scratch.folder, &here), 0);
	inbox_destroy(&world.inbox);
	snprintf(world.scratch.conf->inbox_dir, PATH_SIZE, "%s", folder);
	assert_int_equal(inbox_new(&world.inbox, world.scratch.conf), 0);
	return there.st_dev != here.st_dev;
}

static void a_file_on_another_disk_is_copied_and_taken_away(void **state)
{
	char folder[PATH_SIZE] = "";
	char path[PATH_SIZE];
	bool is_elsewhere = inbox_move_away(folder);
	FILE *file;

	(void)state;
	if (is_elsewhere) {
		assert_int_equal(path_print(path, "%s/skola/a.csv", folder), 0);
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(GOOD_TEXT, file);
		fclose(file);
		run(1);
		assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
		assert_true(archive_has(world.scratch.conf, "skola", &world.verdict.file.hash));
		assert_false(file_exists(path));
		assert_nothing_left();
	}
	if (file_exists(folder))
		nftw(folder, folder_unlink, FOLDER_FDS_MAX, FTW_DEPTH | FTW_PHYS);
	if (!is_elsewhere)
		skip();
}

static void permission_to_replace_a_newer_export_is_passed_on_once(void **state)
{
	struct hash hash;

	(void)state;
	assert_int_equal(hash_bytes(GOOD_TEXT, strlen(GOOD_TEXT), &hash), 0);
	assert_int_equal(archive_allow(world.scratch.conf, "skola", &hash), 0);
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_true(world.may_replace_newer);
	assert_false(archive_is_allowed(world.scratch.conf, "skola", &hash));
}

/* What the administrator does, and then the rescan timer. */
static int archive_repair(void *context)
{
	(void)context;
	if (!intake_obstacle(world.intake))
		return 0;
	assert_true(scratch_has(&world.scratch, "state/spool/skola/a.csv"));
	assert_int_equal(archive_prepare(world.scratch.conf), 0);
	return intake_tick(world.intake);
}

static void a_failing_disk_keeps_the_file_until_it_works_again(void **state)
{
	(void)state;
	world.breaks_archive = true;
	world.on_end_again = BATCH_ALREADY_HAVE;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	assert_int_equal(loop_add_timer(world.loop, RETRY_MS, archive_repair, NULL, NULL), 0);
	run(1);
	assert_null(intake_obstacle(world.intake));
	assert_true(archive_has(world.scratch.conf, "skola", &world.verdict.file.hash));
	assert_nothing_left();
}

enum { LOSSES = 20 };

static void a_file_that_aggregate_does_not_survive_is_quarantined(void **state)
{
	struct report report;

	(void)state;
	world.ends_lost = LOSSES;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	scratch_put(&world.scratch, "inbox/vard/b.csv", GOOD_TEXT);
	run(2);
	assert_string_equal(world.names[0], "a.csv");
	assert_int_equal(world.end_count, LOSSES + 1);
	assert_int_equal(world.abort_count, 1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(
		archive_report(world.scratch.conf, "skola", &world.verdict.file.hash, &report), 0);
	assert_string_equal(report.finding, "Budgetvakt kunde inte räkna in filen (20 försök); "
					    "anmäl felet; lägg in filen igen efter rättning");
	assert_nothing_left();
}

static void an_aggregate_that_comes_back_in_time_gets_the_file(void **state)
{
	(void)state;
	world.ends_lost = LOSSES - 1;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(world.end_count, LOSSES);
}

static void a_file_whose_rows_were_lost_on_the_way_is_sent_again(void **state)
{
	(void)state;
	world.ends_maimed = LOSSES - 1;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_int_equal(world.end_count, LOSSES);
}

static void a_file_whose_rows_never_all_come_is_quarantined_as_such(void **state)
{
	struct report report;

	(void)state;
	world.ends_maimed = LOSSES;
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.end_count, LOSSES);
	assert_int_equal(
		archive_report(world.scratch.conf, "skola", &world.verdict.file.hash, &report), 0);
	assert_non_null(strstr(report.finding, "1 rader kom fram av 2"));
}

static int stall_watch(void *context)
{
	int *fd = context;
	const char *obstacle = intake_obstacle(world.intake);

	if (*fd < 0 || !obstacle)
		return intake_tick(world.intake);
	assert_string_equal(obstacle, "ett program håller filen öppen för skrivning");
	close(*fd);
	*fd = -1;
	return intake_tick(world.intake);
}

static void a_taken_file_that_is_written_to_waits_with_its_reason(void **state)
{
	int fd;

	(void)state;
	scratch_put(&world.scratch, "state/spool/skola/a.csv", GOOD_TEXT);
	fd = open(scratch_path(&world.scratch, "state/spool/skola/a.csv"), O_WRONLY | O_APPEND);
	assert_true(fd >= 0);
	assert_int_equal(loop_add_timer(world.loop, RETRY_MS, stall_watch, &fd, NULL), 0);
	run(1);
	assert_int_equal(fd, -1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_null(intake_obstacle(world.intake));
}

static void what_a_removed_source_left_in_the_spool_is_counted(void **state)
{
	size_t count;

	(void)state;
	scratch_put(&world.scratch, "state/spool/skola/a.csv", GOOD_TEXT);
	assert_int_equal(spool_orphan_count(world.scratch.conf, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(directory_make(scratch_path(&world.scratch, "state/spool/idrott")), 0);
	scratch_put(&world.scratch, "state/spool/idrott/b.csv", GOOD_TEXT);
	scratch_put(&world.scratch, "state/spool/idrott/.copy", "half");
	run(1);
	assert_int_equal(spool_orphan_count(world.scratch.conf, &count), 0);
	assert_int_equal(count, 1);
	assert_true(scratch_has(&world.scratch, "state/spool/idrott/b.csv"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_file_is_sent_and_archived),
		TEST(a_bad_file_is_quarantined_with_its_line),
		TEST(a_refusal_of_aggregate_is_told_like_a_finding),
		TEST(a_file_that_aggregate_has_is_known),
		TEST(a_forgotten_session_begins_again_from_the_first_row),
		TEST(a_lost_answer_does_not_make_a_new_file_an_old_one),
		TEST(what_a_crash_left_in_the_spool_comes_first),
		TEST(a_quarantined_file_dropped_again_gets_a_new_verdict),
		TEST(a_bad_file_does_not_hold_up_the_next),
		TEST(rows_never_outrun_the_credit),
		TEST(a_file_with_another_link_is_copied_before_it_is_read),
		TEST(a_file_on_another_disk_is_copied_and_taken_away),
		TEST(permission_to_replace_a_newer_export_is_passed_on_once),
		TEST(a_failing_disk_keeps_the_file_until_it_works_again),
		TEST(a_file_that_aggregate_does_not_survive_is_quarantined),
		TEST(a_file_whose_rows_were_lost_on_the_way_is_sent_again),
		TEST(a_file_whose_rows_never_all_come_is_quarantined_as_such),
		TEST(an_aggregate_that_comes_back_in_time_gets_the_file),
		TEST(a_taken_file_that_is_written_to_waits_with_its_reason),
		TEST(what_a_removed_source_left_in_the_spool_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
