/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine that carries a file to its verdict. */
#include "ingest/intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/archive.h"
#include "ingest/intake_private.h"
#include "ingest/stall.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/stage/space.h"

static int intake_step(void *context);

int intake_schedule(struct intake *intake)
{
	if (intake->is_scheduled)
		return 0;
	intake->is_scheduled = true;
	return loop_later(intake->options.loop, intake_step, intake);
}

static void job_finish(struct job *job)
{
	close_fd(&job->fd);
	hasher_destroy(&job->hasher);
	extract_file_destroy(&job->extract);
	free((void *)(uintptr_t)job->findings.items);
	*job = (struct job){.fd = -1};
}

void intake_rest(struct intake *intake, enum intake_state state)
{
	parser_stop(intake->parser);
	spool_copy_finish(&intake->copy);
	syncing_finish(intake->syncing);
	job_finish(&intake->job);
	intake->state = state;
}

static void stall_log(struct intake *intake, int stall)
{
	const char *name = intake_file_name(intake);

	if (!name)
		name = "what lies in the inbox";
	if (stall == intake->stall_told && strcmp(name, intake->stall_told_name) == 0)
		return;
	intake->stall_told = stall;
	text_copy(intake->stall_told_name, sizeof intake->stall_told_name, name);
	log_warn("%s stays where it is and is tried again: %s", name, stall_text(stall));
}

void intake_stall_forget(struct intake *intake)
{
	intake->stall = 0;
	intake->stall_told = 0;
}

int intake_stall(struct intake *intake, int stall)
{
	stall_log(intake, stall);
	intake->stall = stall;
	intake_rest(intake, STATE_STALLED);
	return session_abort(intake->session);
}

int intake_handled(struct intake *intake, int r)
{
	return r < 0 ? intake_stall(intake, r) : 0;
}

/* ---- taken ----------------------------------------------------------------- */

static void job_name(struct job *job, const struct inbox_file *file)
{
	*job = (struct job){.fd = -1, .file = *file};
	report_name_show(job->so_far.file.file_name, file->name);
	text_copy(job->so_far.file.source, sizeof job->so_far.file.source, file->source->name);
	job->so_far.file.received_ms = clock_wall_ms();
}

static int copying_start(struct intake *intake, bool is_taken)
{
	int r = spool_copy_start(&intake->copy, intake->options.conf, &intake->job.file, is_taken);

	if (r == SPOOL_GONE) {
		intake_rest(intake, STATE_IDLE);
		return SLICE_AGAIN;
	}
	intake->state = STATE_COPYING;
	return r;
}

/* The file is in the spool. */
static int job_open(struct intake *intake)
{
	struct job *job = &intake->job;
	int r = spool_path(intake->options.conf, &job->file, job->path);

	if (r < 0)
		return r;
	close_fd(&job->fd);
	job->fd = open(job->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (job->fd < 0)
		return -errno;
	/* Somebody may have opened it between the look and the move; once he is done
	 * nobody else can come. */
	if (inbox_completeness(job->fd) == FILE_WRITING) {
		r = intake_stall(intake, STALL_WRITING);
		return r < 0 ? r : SLICE_WAIT;
	}
	if (fstat(job->fd, &job->before) < 0)
		return -errno;
	if (!spool_is_private(&job->before))
		return copying_start(intake, true);
	return reading_start(intake);
}

static int job_take(struct intake *intake)
{
	int r = spool_take(intake->options.conf, &intake->job.file);

	if (r == SPOOL_GONE) {
		intake_rest(intake, STATE_IDLE);
		return SLICE_AGAIN;
	}
	if (r == SPOOL_OTHER_DISK)
		return copying_start(intake, false);
	return r < 0 ? r : job_open(intake);
}

/* Whether or not any file waits: who looks at status should know. */
static int space_stall(struct intake *intake)
{
	int r = intake_stall(intake, STALL_SPACE);

	return r < 0 ? r : SLICE_WAIT;
}

static int idle_slice(struct intake *intake)
{
	struct inbox_file file;
	int r;

	if (space_is_short(intake->options.conf))
		return space_stall(intake);
	r = spool_next(intake->options.conf, &file);
	if (r == 0) {
		job_name(&intake->job, &file);
		return job_open(intake);
	}
	if (r < 0)
		return r;
	r = inbox_next(intake->options.inbox, clock_monotonic_ms(), &file);
	if (r == INBOX_EMPTY) {
		intake_stall_forget(intake);
		return SLICE_WAIT;
	}
	if (r < 0)
		return r;
	job_name(&intake->job, &file);
	return job_take(intake);
}

static int copying_slice(struct intake *intake)
{
	int r = spool_copy_step(&intake->copy);

	if (r == SPOOL_MORE)
		return SLICE_AGAIN;
	if (r == SPOOL_CHANGED) {
		inbox_rescan(intake->options.inbox);
		intake_rest(intake, STATE_IDLE);
		return SLICE_AGAIN;
	}
	if (r < 0)
		return r;
	spool_copy_finish(&intake->copy);
	return job_open(intake);
}

/* ---- the machine ----------------------------------------------------------- */

static int slice_run(struct intake *intake)
{
	switch (intake->state) {
	case STATE_IDLE:
		return idle_slice(intake);
	case STATE_COPYING:
		return copying_slice(intake);
	case STATE_READING:
		return reading_slice(intake);
	case STATE_STALLED:
		return SLICE_WAIT;
	}
	return SLICE_WAIT;
}

static int intake_step(void *context)
{
	struct intake *intake = context;
	int r;

	intake->is_scheduled = false;
	r = slice_run(intake);
	if (r < 0)
		return intake_stall(intake, r);
	return r == SLICE_WAIT ? 0 : intake_schedule(intake);
}

int intake_wake(void *context)
{
	struct intake *intake = context;

	return intake->state == STATE_IDLE ? intake_schedule(intake) : 0;
}

int intake_tick(void *context)
{
	struct intake *intake = context;

	inbox_rescan(intake->options.inbox);
	if (intake->state == STATE_STALLED)
		intake->state = STATE_IDLE;
	return intake_wake(intake);
}

static void orphans_log(const struct conf *conf)
{
	size_t count = 0;
	int r = spool_orphan_count(conf, &count);

	if (r < 0)
		log_failure(r, "cannot look through the spool");
	else if (count > 0)
		log_warn("%zu files in the spool belong to sources that are not configured any "
			 "more and stay there",
			 count);
}

static int parser_make(struct intake *intake)
{
	return parser_new(&intake->parser, &(struct parser_options){
						   .loop = intake->options.loop,
						   .program = intake->options.parser_program,
						   .conf_path = intake->options.conf->path,
						   .handler = reading_parser_heard,
						   .context = intake,
					   });
}

int intake_new(struct intake **intake_out, const struct intake_options *options)
{
	cleanup(intake_destroy) struct intake *intake = calloc(1, sizeof *intake);
	int r;

	if (!intake)
		return -ENOMEM;
	intake->options = *options;
	intake->job.fd = -1;
	intake->copy = SPOOL_COPY_NONE;
	intake->slice = malloc(SPOOL_SLICE_SIZE);
	if (!intake->slice)
		return -ENOMEM;
	r = archive_prepare(options->conf);
	if (r == 0)
		r = spool_prepare(options->conf);
	if (r == 0)
		orphans_log(options->conf);
	if (r == 0)
		r = session_new(&intake->session, options->wire, options->loop,
				options->batch_endpoint, reading_session_heard, intake);
	if (r == 0)
		r = syncing_new(&intake->syncing, options->loop, reading_synced, intake);
	if (r == 0)
		r = parser_make(intake);
	if (r == 0)
		r = intake_schedule(intake);
	if (r < 0)
		return r;
	*intake_out = intake;
	intake = NULL;
	return 0;
}

void intake_destroy(struct intake **intake)
{
	if (!*intake)
		return;
	if ((*intake)->parser)
		intake_rest(*intake, STATE_STALLED);
	parser_destroy(&(*intake)->parser);
	syncing_destroy(&(*intake)->syncing);
	session_destroy(&(*intake)->session);
	free((*intake)->slice);
	free(*intake);
	*intake = NULL;
}

const char *intake_file_name(const struct intake *intake)
{
	const char *name = intake->job.so_far.file.file_name;

	return *name ? name : NULL;
}

const char *intake_obstacle(const struct intake *intake)
{
	return intake->stall != 0 ? stall_words(intake->stall) : NULL;
}
