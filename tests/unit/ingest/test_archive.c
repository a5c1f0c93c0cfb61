/* SPDX-License-Identifier: Apache-2.0 */
/* Where decided files come to lie. */
#include "support/test.h"

#include <errno.h>

#include "ingest/archive.h"
#include "unit/ingest/scratch.h"

#define HASH_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

static struct scratch scratch;
static struct hash hash_a;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	assert_int_equal(hash_parse(HASH_A, &hash_a), 0);
	assert_int_equal(archive_prepare(scratch.conf), 0);
	assert_int_equal(directory_make(scratch_path(&scratch, "state/spool/skola")), 0);
	scratch_put(&scratch, "state/spool/skola/a.csv", "a");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static int accept(void)
{
	return archive_accept(scratch.conf, "skola", &hash_a,
			      scratch_path(&scratch, "state/spool/skola/a.csv"));
}

static int refuse(void)
{
	struct report report = {.file_name = "a.csv", .source = "skola", .hash = hash_a, .line = 3};

	report_finding_set(&report, "fel", "rätta");
	return archive_refuse(scratch.conf, &report, NULL,
			      scratch_path(&scratch, "state/spool/skola/a.csv"));
}

static void an_accepted_file_lies_under_its_hash_and_cannot_be_written(void **state)
{
	struct stat status;

	(void)state;
	assert_false(archive_has(scratch.conf, "skola", &hash_a));
	assert_int_equal(accept(), 0);
	assert_true(archive_has(scratch.conf, "skola", &hash_a));
	assert_false(archive_has(scratch.conf, "vard", &hash_a));
	assert_int_equal(stat(scratch_path(&scratch, "state/archive/skola/" HASH_A), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0400);
	assert_int_equal(scratch_count(&scratch, "state/spool/skola"), 0);
}

static void the_same_file_again_only_leaves_the_spool(void **state)
{
	struct stat before;
	struct stat after;

	(void)state;
	assert_int_equal(accept(), 0);
	assert_int_equal(stat(scratch_path(&scratch, "state/archive/skola/" HASH_A), &before), 0);
	scratch_put(&scratch, "state/spool/skola/a.csv", "a");
	assert_int_equal(accept(), 0);
	assert_int_equal(stat(scratch_path(&scratch, "state/archive/skola/" HASH_A), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(scratch_count(&scratch, "state/spool/skola"), 0);
}

static void a_refused_file_lies_beside_its_report(void **state)
{
	struct report report;

	(void)state;
	assert_int_equal(archive_report(scratch.conf, "skola", &hash_a, &report), ARCHIVE_NONE);
	assert_int_equal(refuse(), 0);
	assert_true(scratch_has(&scratch, "state/quarantine/skola/" HASH_A));
	assert_true(scratch_has(&scratch, "state/quarantine/skola/" HASH_A ".txt"));
	assert_int_equal(archive_report(scratch.conf, "skola", &hash_a, &report), 0);
	assert_string_equal(report.file_name, "a.csv");
	assert_string_equal(report.finding, "fel; rätta");
	assert_int_equal(report.line, 3);
}

static void a_refused_file_that_is_accepted_later_leaves_quarantine(void **state)
{
	size_t count;

	(void)state;
	assert_int_equal(refuse(), 0);
	assert_int_equal(archive_refused_count(scratch.conf, &count), 0);
	assert_int_equal(count, 1);
	scratch_put(&scratch, "state/spool/skola/a.csv", "a");
	assert_int_equal(accept(), 0);
	assert_int_equal(archive_refused_count(scratch.conf, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(scratch_count(&scratch, "state/quarantine/skola"), 0);
}

static void a_replaced_file_that_is_refused_again_is_open_again(void **state)
{
	struct report accepted = {.file_name = "a.csv", .source = "skola", .hash = {{1}}};
	struct report other = {.file_name = "b.csv", .source = "skola", .hash = {{1}}};
	struct report itself = {.file_name = "a.csv", .source = "skola", .hash = hash_a};

	(void)state;
	assert_int_equal(refuse(), 0);
	assert_int_equal(archive_close(scratch.conf, &other), 0);
	assert_int_equal(archive_close(scratch.conf, &itself), 0);
	assert_true(archive_is_refused(scratch.conf, "skola", &hash_a));
	assert_int_equal(archive_close(scratch.conf, &accepted), 0);
	assert_false(archive_is_refused(scratch.conf, "skola", &hash_a));
	assert_true(archive_is_closed(scratch.conf, "skola", &hash_a));
	assert_true(scratch_has(&scratch, "state/quarantine/skola/closed/" HASH_A ".txt"));
	scratch_put(&scratch, "state/spool/skola/a.csv", "a");
	assert_int_equal(refuse(), 0);
	assert_true(archive_is_refused(scratch.conf, "skola", &hash_a));
	assert_false(archive_is_closed(scratch.conf, "skola", &hash_a));
}

static void a_report_without_its_file_is_no_refusal(void **state)
{
	struct report report;
	size_t count;

	(void)state;
	assert_int_equal(refuse(), 0);
	assert_int_equal(unlink(scratch_path(&scratch, "state/quarantine/skola/" HASH_A)), 0);
	assert_int_equal(archive_report(scratch.conf, "skola", &hash_a, &report), ARCHIVE_NONE);
	assert_int_equal(archive_refused_count(scratch.conf, &count), 0);
	assert_int_equal(count, 0);
}

static void an_edited_or_missing_report_does_not_hide_the_file(void **state)
{
	struct report report;

	(void)state;
	assert_int_equal(refuse(), 0);
	scratch_put(&scratch, "state/quarantine/skola/" HASH_A ".txt", "något annat");
	assert_int_equal(archive_report(scratch.conf, "skola", &hash_a, &report), 0);
	assert_string_equal(report.source, "skola");
	assert_memory_equal(&report.hash, &hash_a, sizeof hash_a);
	assert_true(report.finding[0] != '\0');
	assert_int_equal(unlink(scratch_path(&scratch, "state/quarantine/skola/" HASH_A ".txt")),
			 0);
	assert_int_equal(archive_report(scratch.conf, "skola", &hash_a, &report), 0);
}

static void a_permission_lasts_until_the_file_is_accepted(void **state)
{
	(void)state;
	assert_false(archive_is_allowed(scratch.conf, "skola", &hash_a));
	assert_int_equal(archive_allow(scratch.conf, "skola", &hash_a), 0);
	assert_true(archive_is_allowed(scratch.conf, "skola", &hash_a));
	assert_false(archive_is_allowed(scratch.conf, "vard", &hash_a));
	assert_int_equal(refuse(), 0);
	assert_true(archive_is_allowed(scratch.conf, "skola", &hash_a));
	scratch_put(&scratch, "state/spool/skola/a.csv", "a");
	assert_int_equal(accept(), 0);
	assert_false(archive_is_allowed(scratch.conf, "skola", &hash_a));
}

static void a_failed_move_leaves_the_file_where_it_is(void **state)
{
	(void)state;
	assert_int_equal(rmdir(scratch_path(&scratch, "state/archive/skola")), 0);
	assert_int_equal(accept(), -ENOENT);
	assert_true(scratch_has(&scratch, "state/spool/skola/a.csv"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_accepted_file_lies_under_its_hash_and_cannot_be_written, setup,
			teardown),
		cmocka_unit_test_setup_teardown(the_same_file_again_only_leaves_the_spool, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_refused_file_lies_beside_its_report, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_refused_file_that_is_accepted_later_leaves_quarantine, setup, teardown),
		cmocka_unit_test_setup_teardown(a_replaced_file_that_is_refused_again_is_open_again,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_report_without_its_file_is_no_refusal, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_edited_or_missing_report_does_not_hide_the_file,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_permission_lasts_until_the_file_is_accepted,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_move_leaves_the_file_where_it_is, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
