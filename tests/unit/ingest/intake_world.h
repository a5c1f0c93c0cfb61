/* SPDX-License-Identifier: Apache-2.0 */
/* An intake with its folders, and an aggregate that does as the test says. */
#pragma once

#include "ingest/archive.h"
#include "ingest/intake.h"
#include "ingest/spool.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"
#include "unit/ingest/scratch.h"

#ifndef TEST_PROGRAMS /* where the parser is: the build says */
#define TEST_PROGRAMS "."
#endif

#define GOOD_TEXT "Konto;Period;Belopp\n4010;2020-03;100,00\n3010;2020-05;-50,00\n"
#define BAD_TEXT  "Konto;Period;Belopp\n4010;2020-03;12x\n"

enum { GUARD_MS = 120000, RETRY_MS = 50, CREDIT_MS = 150, CREDIT = 2, NAMES_MAX = 8 };

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
	bool breaks_archive;  /* before it answers the first end */
	unsigned ends_lost;   /* so many ends it does not survive */
	unsigned ends_maimed; /* so many for which not all rows came */
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

static inline int answer(const struct peer *peer, uint64_t session, enum batch_verdict verdict,
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

static inline int begin_take(const struct peer *peer, const struct batch_begin *begin)
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

static inline int rows_take(const struct batch_rows *rows)
{
	world.was_overdrawn |= world.credit == 0;
	world.credit--;
	world.owed++;
	for (uint32_t i = 0; i < rows->rows.count; i++)
		world.row_count += rows->rows.row_counts[i];
	return 0;
}

/* Some turns of the loop after the rows came, so that overdrafts show. */
static inline int credit_give(void *context)
{
	(void)context;
	if (world.owed == 0)
		return 0;
	world.owed--;
	world.credit++;
	return answer(&world.peer, world.session, BATCH_CREDIT, 1);
}

/* As aggregate says it when rows were lost between us. */
static inline int maimed_answer(const struct peer *peer, uint64_t session)
{
	const struct finding finding = {.code = FINDING_LEDGER_ARRIVAL,
					.severity = FINDING_ERROR,
					.found = "1 rader kom fram av 2",
					.expected = "alla rader"};
	struct message message = {
		.kind = MESSAGE_BATCH_ANSWER,
		.batch_answer = {.session = session,
				 .verdict = BATCH_REFUSED,
				 .findings = &finding,
				 .finding_count = 1,
				 .finding_total = 1,
				 .text = finding.found,
				 .expected = finding.expected},
	};

	return socket_send(world.server, peer, &message);
}

static inline int end_take(const struct peer *peer, const struct batch_end *end)
{
	bool is_again = world.end_count++ > 0 && world.on_end_again != 0;

	world.may_replace_newer = end->may_replace_newer;
	world.end = *end;
	if (world.breaks_archive && world.end_count == 1)
		assert_int_equal(rmdir(scratch_path(&world.scratch, "state/archive/skola")), 0);
	if (world.end_count <= world.ends_maimed)
		return maimed_answer(peer, end->session);
	return answer(peer, end->session,
		      world.end_count <= world.ends_lost ? BATCH_UNKNOWN
		      : is_again			 ? world.on_end_again
							 : world.on_end,
		      0);
}

static inline int server_receive(void *context)
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

static inline int decided(void *context, const struct verdict *verdict)
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

static inline int guard(void *context)
{
	(void)context;
	world.timed_out = true;
	loop_stop(world.loop);
	return 0;
}

static inline void world_make(void)
{
	memset(&world, 0, sizeof world);
	world.on_begin = BATCH_READY;
	world.on_end = BATCH_COMMITTED;
	scratch_make(&world.scratch);
	assert_int_equal(archive_prepare(world.scratch.conf), 0);
	assert_int_equal(spool_prepare(world.scratch.conf), 0);
}

/* @program: the parser. */
static inline int world_setup(const char *program)
{
	char endpoint[PATH_SIZE];

	world_make();
	world.program = program;
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

static inline int teardown(void **state)
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

static inline void intake_begin(void)
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
static inline void run(size_t count)
{
	world.awaited_count = count;
	if (!world.intake)
		intake_begin();
	assert_int_equal(loop_run(world.loop), 0);
	assert_false(world.timed_out);
	assert_int_equal(world.decided_count, count);
}

static inline void assert_nothing_left(void)
{
	assert_int_equal(scratch_count(&world.scratch, "inbox/skola"), 0);
	assert_int_equal(scratch_count(&world.scratch, "state/spool/skola"), 0);
}
