/* SPDX-License-Identifier: Apache-2.0 */
/* Parsers that die, lie or do not start. */
#include "support/test.h"

#include "unit/ingest/intake_world.h"

static int setup(void **state)
{
	(void)state;
	return world_setup(TEST_PROGRAMS "/budgetvakt-parse");
}

/* A parser of our own: @script has the job's descriptor as 3. */
static void parser_put(const char *script)
{
	static char path[PATH_SIZE];
	char text[512];

	snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
	scratch_put(&world.scratch, "parser", text);
	snprintf(path, sizeof path, "%s", scratch_path(&world.scratch, "parser"));
	assert_int_equal(chmod(path, 0700), 0);
	world.program = path;
}

static void assert_reader_broken(void)
{
	struct report report;

	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_REFUSED);
	assert_int_equal(world.verdict.file.code, FINDING_READER_BROKEN);
	assert_int_equal(world.begin_count, 2);
	assert_int_equal(world.end_count, 0);
	assert_int_equal(
		archive_report(world.scratch.conf, "skola", &world.verdict.file.hash, &report), 0);
	assert_nothing_left();
}

static void a_file_that_no_parser_survives_is_quarantined(void **state)
{
	(void)state;
	parser_put("printf '\\0\\0\\0\\0' >&3; kill -SYS $$");
	assert_reader_broken();
}

static void a_parser_that_talks_nonsense_is_not_believed(void **state)
{
	(void)state;
	parser_put("printf '\\0\\0\\0\\0\\3\\0\\0\\0abc' >&3; exec sleep 60");
	assert_reader_broken();
}

static void a_parser_that_claims_too_much_is_not_believed(void **state)
{
	(void)state;
	parser_put("printf '\\0\\0\\0\\0\\377\\377\\377\\377' >&3; exec sleep 60");
	assert_reader_broken();
}

/* The administrator mends the installation, and then the rescan timer. */
static int parser_mend(void *context)
{
	const char *obstacle = intake_obstacle(world.intake);
	const char *path = scratch_path(&world.scratch, "parser");

	(void)context;
	if (!obstacle)
		return 0;
	assert_non_null(strstr(obstacle, "budgetvakt-parse"));
	assert_true(scratch_has(&world.scratch, "state/spool/skola/a.csv"));
	unlink(path);
	assert_int_equal(symlink(TEST_PROGRAMS "/budgetvakt-parse", path), 0);
	return intake_tick(world.intake);
}

static void a_parser_that_does_not_start_is_not_the_files_fault(void **state)
{
	(void)state;
	parser_put("exit 1");
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	assert_int_equal(loop_add_timer(world.loop, RETRY_MS, parser_mend, NULL, NULL), 0);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_nothing_left();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_no_parser_survives_is_quarantined),
		TEST(a_parser_that_talks_nonsense_is_not_believed),
		TEST(a_parser_that_claims_too_much_is_not_believed),
		TEST(a_parser_that_does_not_start_is_not_the_files_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
