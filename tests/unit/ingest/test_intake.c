/* SPDX-License-Identifier: Apache-2.0 */
/* A file's way to its verdict, with an aggregate that does as the test says. */
#include "support/test.h"

#include "ingest/archive.h"
#include "ingest/intake.h"
#include "ingest/spool.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"
#include "unit/ingest/scratch.h"

#define GOOD_TEXT "Konto;Period;Belopp\n4010;2020-03;100,00\n3010;2020-05;-50,00\n"
#define BAD_TEXT  "Konto;Period;Belopp\n4010;2020-03;12x\n"

enum { GUARD_MS = 20000, RETRY_MS = 50, CREDIT_MS = 150, CREDIT = 2, NAMES_MAX = 8 };

static struct {
	struct scratch scratch;
	struct loop *loop;
	struct wire *wire;
	struct socket *server;
	struct arena *arena;
	struct inbox *inbox;
	struct intake *intake;
	bool timed_out;
	const char *program;
	/* What the aggregate is to do. */
	enum batch_verdict on_begin;
	enum batch_verdict on_begin_again; /* from the second begin on, when not 0 */
	enum batch_verdict on_end;
	enum batch_verdict on_end_again;
	bool breaks_archive; /* before it answers the first end */
	unsigned ends_lost;  /* so many ends it does not survive */
	/* What it saw. */
	unsigned begin_count, end_count, abort_count;
	uint64_t row_count;
	struct peer peer;
	uint64_t session;
	uint32_t credit; /* given and not used */
	uint32_t owed;	 /* used and not given again */
	bool was_overdrawn;
	bool may_replace_newer;
	struct batch_end end;
	/* What the intake decided. */
	size_t awaited_count;
	size_t decided_count;
	struct verdict verdict; /* the last */
	char names[NAMES_MAX][FILE_NAME_SIZE];
} world;

static int answer(const struct peer *peer, uint64_t session, enum batch_verdict verdict,
		  uint32_t credit)
{
	struct message message = {
		.kind = MESSAGE_BATCH_ANSWER,
		.batch_answer = {.session = session,
				 .verdict = verdict,
				 .credit = credit,
				 .seq = verdict == BATCH_COMMITTED ? 7 : 0,
				 .text = verdict == BATCH_REFUSED ? "summan stämmer inte" : "",
				 .expected = verdict == BATCH_REFUSED ? "gör om exporten" : "",
				 .line = verdict == BATCH_REFUSED ? 17 : 0},
	};

	return socket_send(world.server, peer, &message);
}

static int begin_take(const struct peer *peer, const struct batch_begin *begin)
{
	bool is_again = world.begin_count++ > 0 && world.on_begin_again != 0;

	world.peer = *peer;
	world.session = begin->session;
	world.row_count = 0;
	world.owed = 0;
	world.credit = CREDIT;
	return answer(peer, begin->session, is_again ? world.on_begin_again : world.on_begin,
		      CREDIT);
}

static int rows_take(const struct batch_rows *rows)
{
	world.was_overdrawn |= world.credit == 0;
	world.credit--;
	world.owed++;
	for (uint32_t i = 0; i < rows->rows.count; i++)
		world.row_count += rows->rows.row_counts[i];
	return 0;
}

/* Some turns of the loop after the rows came, so that overdrafts show. */
static int credit_give(void *context)
{
	(void)context;
	if (world.owed == 0)
		return 0;
	world.owed--;
	world.credit++;
	return answer(&world.peer, world.session, BATCH_CREDIT, 1);
}

static int end_take(const struct peer *peer, const struct batch_end *end)
{
	bool is_again = world.end_count++ > 0 && world.on_end_again != 0;

	world.may_replace_newer = end->may_replace_newer;
	world.end = *end;
	if (world.breaks_archive && world.end_count == 1)
		assert_int_equal(rmdir(scratch_path(&world.scratch, "state/archive/skola")), 0);
	return answer(peer, end->session,
		      world.end_count <= world.ends_lost ? BATCH_UNKNOWN
		      : is_again			 ? world.on_end_again
							 : world.on_end,
		      0);
}

static int server_receive(void *context)
{
	struct message message;
	struct peer peer;
	int r;

	(void)context;
	arena_reset(world.arena);
	r = socket_receive(world.server, world.arena, &message, &peer);
	if (r != 0)
		return r < 0 ? r : 0;
	switch (message.kind) {
	case MESSAGE_BATCH_BEGIN:
		return begin_take(&peer, &message.batch_begin);
	case MESSAGE_ROWS:
		return rows_take(&message.batch_rows);
	case MESSAGE_BATCH_END:
		return end_take(&peer, &message.batch_end);
	case MESSAGE_BATCH_ABORT:
		world.abort_count++;
		return 0;
	case MESSAGE_BATCH_ANSWER:
	case MESSAGE_REQUEST:
	case MESSAGE_ANSWER:
	case MESSAGE_BELL:
	case MESSAGE_VOUCHERS:
	case MESSAGE_PARSE_JOB:
	case MESSAGE_FINDINGS:
		break;
	}
	fail_msg("a message that is none of ours: %d", message.kind);
	return 0;
}

static int decided(void *context, const struct verdict *verdict)
{
	(void)context;
	world.verdict = *verdict;
	if (world.decided_count < NAMES_MAX)
		snprintf(world.names[world.decided_count], FILE_NAME_SIZE, "%s",
			 verdict->file.file_name);
	if (++world.decided_count == world.awaited_count)
		loop_stop(world.loop);
	return 0;
}

static int guard(void *context)
{
	(void)context;
	world.timed_out = true;
	loop_stop(world.loop);
	return 0;
}

static void world_make(void)
{
	memset(&world, 0, sizeof world);
	world.on_begin = BATCH_READY;
	world.on_end = BATCH_COMMITTED;
	world.program = TEST_PROGRAMS "/budgetvakt-parse";
	scratch_make(&world.scratch);
	assert_int_equal(archive_prepare(world.scratch.conf), 0);
	assert_int_equal(spool_prepare(world.scratch.conf), 0);
}

static int setup(void **state)
{
	char endpoint[PATH_SIZE];

	(void)state;
	world_make();
	assert_int_equal(conf_endpoint(world.scratch.conf, "aggregate", "batch", endpoint), 0);
	assert_int_equal(loop_new(&world.loop), 0);
	assert_int_equal(wire_new(&world.wire, world.loop, NULL, 0), 0);
	assert_int_equal(arena_new(&world.arena, 64 * 1024 * 1024), 0);
	assert_int_equal(socket_open(&world.server, world.wire, SOCKET_SERVER, endpoint), 0);
	assert_int_equal(loop_add_socket(world.loop, world.server, server_receive, NULL), 0);
	assert_int_equal(loop_add_timer(world.loop, GUARD_MS, guard, NULL, NULL), 0);
	assert_int_equal(loop_add_timer(world.loop, CREDIT_MS, credit_give, NULL, NULL), 0);
	assert_int_equal(inbox_new(&world.inbox, world.scratch.conf), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	intake_destroy(&world.intake);
	inbox_destroy(&world.inbox);
	loop_remove_socket(world.loop, world.server);
	socket_close(&world.server);
	arena_destroy(&world.arena);
	wire_destroy(&world.wire);
	loop_destroy(&world.loop);
	scratch_remove(&world.scratch);
	return 0;
}

static void intake_begin(void)
{
	char endpoint[PATH_SIZE];
	const struct intake_options options = {
		.conf = world.scratch.conf,
		.inbox = world.inbox,
		.loop = world.loop,
		.wire = world.wire,
		.batch_endpoint = endpoint,
		.decided = decided,
		.parser_program = world.program,
	};

	assert_int_equal(conf_endpoint(world.scratch.conf, "aggregate", "batch", endpoint), 0);
	assert_int_equal(intake_new(&world.intake, &options), 0);
}

/* Runs until @count files are decided. */
static void run(size_t count)
{
	world.awaited_count = count;
	if (!world.intake)
		intake_begin();
	assert_int_equal(loop_run(world.loop), 0);
	assert_false(world.timed_out);
	assert_int_equal(world.decided_count, count);
}

static void assert_nothing_left(void)
{
	assert_int_equal(scratch_count(&world.scratch, "inbox/skola"), 0);
	assert_int_equal(scratch_count(&world.scratch, "state/spool/skola"), 0);
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
		TEST(an_aggregate_that_comes_back_in_time_gets_the_file),
		TEST(a_taken_file_that_is_written_to_waits_with_its_reason),
		TEST(what_a_removed_source_left_in_the_spool_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
