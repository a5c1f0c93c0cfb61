/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine that carries a file to its verdict. */
#include "ingest/intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/archive.h"
#include "ingest/session.h"
#include "ingest/spool.h"
#include "ingest/stall.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "parse/reader.h"

enum intake_state {
	STATE_IDLE,
	STATE_COPYING,
	STATE_HASHING,
	STATE_SENDING,
	STATE_STALLED, /* until the next tick */
};

/* What a slice of work says about the next one. */
enum { SLICE_AGAIN = 0, SLICE_WAIT = 1 };

/* Sessions in which aggregate took the whole of a file and was lost. */
enum { LOSSES_MAX = 20 };

/* The file at work. */
struct job {
	struct inbox_file file;
	char path[PATH_SIZE]; /* in the spool */
	int fd;
	struct stat before; /* as it was when its hash was begun */
	struct hasher *hasher;
	struct encoding_evidence evidence;
	struct reader *reader;
	bool is_read;	/* the reader has all bytes */
	bool is_synced; /* what was taken is on disk */
	bool is_ended;	/* all rows and the end are sent */
	bool was_ended; /* in some session: aggregate may have it from us */
	unsigned loss_count;
	struct verdict so_far;
};

struct intake {
	struct intake_options options;
	struct session *session;
	enum intake_state state;
	bool is_scheduled;
	struct job job;
	struct spool_copy copy;
	uint8_t *slice;
	int stall;	/* the last one's reason, 0 since something moved */
	int stall_told; /* logged, of ... */
	char stall_told_name[FILE_NAME_SIZE];
};

static int intake_step(void *context);

static int step_schedule(struct intake *intake)
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
	reader_destroy(&job->reader);
	*job = (struct job){.fd = -1};
}

static void intake_rest(struct intake *intake, enum intake_state state)
{
	spool_copy_finish(&intake->copy);
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

static void stall_forget(struct intake *intake)
{
	intake->stall = 0;
	intake->stall_told = 0;
}

/* The file stays where it is. */
static int intake_stall(struct intake *intake, int stall)
{
	stall_log(intake, stall);
	intake->stall = stall;
	intake_rest(intake, STATE_STALLED);
	return session_abort(intake->session);
}

static int handled(struct intake *intake, int r)
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

static int hashing_start(struct job *job)
{
	hasher_destroy(&job->hasher);
	job->evidence = (struct encoding_evidence){0};
	/* Whoever wrote the file may not have synced it, and the archive must: it goes to the
	 * disk while it is read. */
	job->is_synced = false;
	sync_file_range(job->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	if (fstat(job->fd, &job->before) < 0 || lseek(job->fd, 0, SEEK_SET) < 0)
		return -errno;
	return hasher_new(&job->hasher);
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
	intake->state = STATE_HASHING;
	return hashing_start(job);
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

static int idle_slice(struct intake *intake)
{
	struct inbox_file file;
	int r = spool_next(intake->options.conf, &file);

	if (r == 0) {
		job_name(&intake->job, &file);
		return job_open(intake);
	}
	if (r < 0)
		return r;
	r = inbox_next(intake->options.inbox, clock_monotonic_ms(), &file);
	if (r == INBOX_EMPTY) {
		stall_forget(intake);
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

/* ---- hashed ---------------------------------------------------------------- */

static bool job_is_unchanged(const struct job *job)
{
	struct stat after;

	return fstat(job->fd, &after) == 0 && spool_is_unchanged(&job->before, &after);
}

static int sending_start(struct intake *intake)
{
	struct job *job = &intake->job;
	const struct source *source = job->file.source;
	struct report *file = &job->so_far.file;
	struct batch_begin begin = {
		.file = file->hash,
		.source = source->name,
		.file_name = file->file_name,
		.format = source->format == FORMAT_SIE4 ? "sie4" : "csv",
		.mode = source->mode,
		.may_replace_newer =
			archive_is_allowed(intake->options.conf, source->name, &file->hash),
	};
	int r;

	reader_destroy(&job->reader);
	job->is_read = false;
	job->is_ended = false;
	if (lseek(job->fd, 0, SEEK_SET) < 0)
		return -errno;
	r = reader_new(&job->reader, source, &job->evidence);
	if (r < 0)
		return r;
	intake->state = STATE_SENDING;
	r = session_begin(intake->session, &begin);
	return r < 0 ? r : SLICE_WAIT;
}

/* Before anybody is told that the file was decided. */
static int job_sync(struct job *job)
{
	if (!job->is_synced && fsync(job->fd) < 0)
		return -errno;
	job->is_synced = true;
	return 0;
}

static int hashing_end(struct intake *intake)
{
	struct job *job = &intake->job;
	int r = hasher_end(job->hasher, &job->so_far.file.hash);

	if (r < 0)
		return r;
	if (!job_is_unchanged(job))
		return hashing_start(job);
	return sending_start(intake);
}

static int hashing_slice(struct intake *intake)
{
	struct job *job = &intake->job;
	ssize_t n = read(job->fd, intake->slice, SPOOL_SLICE_SIZE);

	if (n < 0)
		return errno == EINTR ? SLICE_AGAIN : -errno;
	if (n == 0)
		return hashing_end(intake);
	evidence_add(&job->evidence, intake->slice, (size_t)n);
	return hasher_add(job->hasher, intake->slice, (size_t)n);
}

/* ---- decided --------------------------------------------------------------- */

static int job_move(const struct intake *intake, const struct verdict *verdict,
		    const struct findings *findings)
{
	const struct conf *conf = intake->options.conf;
	const struct report *file = &verdict->file;
	int r;

	if (verdict->kind == VERDICT_REFUSED)
		return archive_refuse(conf, file, findings, intake->job.path);
	r = archive_accept(conf, file->source, &file->hash, intake->job.path);
	return r == 0 ? archive_close(conf, file->source, file->file_name) : r;
}

/* @findings: of a refused file, NULL when its report says all. */
static int job_decide(struct intake *intake, enum verdict_kind kind,
		      const struct findings *findings)
{
	struct job *job = &intake->job;
	struct verdict verdict = job->so_far;
	int r;

	verdict.kind = kind;
	r = job_sync(job);
	if (r < 0)
		return r;
	r = job_move(intake, &verdict, findings);
	if (r < 0)
		return r;
	stall_forget(intake);
	intake_rest(intake, STATE_IDLE);
	r = intake->options.decided(intake->options.context, &verdict);
	return r < 0 ? r : step_schedule(intake);
}

static int job_refuse(struct intake *intake, uint32_t line, uint32_t column, const char *found,
		      const char *expected)
{
	struct report *report = &intake->job.so_far.file;

	report->line = line;
	report->column = column;
	report_finding_set(report, found ? found : "", expected);
	return job_decide(intake, VERDICT_REFUSED, NULL);
}

static int job_refuse_finding(struct intake *intake)
{
	struct findings findings = reader_findings(intake->job.reader);
	struct verdict *verdict = &intake->job.so_far;
	const struct finding *finding = finding_first_error(&findings);
	int r = session_abort(intake->session);

	if (r < 0)
		return r;
	verdict->file.code = finding->code;
	verdict->file.line = finding->line;
	verdict->file.column = finding->column;
	report_finding_set(&verdict->file, finding->found, finding->expected);
	report_rest(&findings, verdict->rest, sizeof verdict->rest);
	return job_decide(intake, VERDICT_REFUSED, &findings);
}

/* ---- sent ------------------------------------------------------------------ */

static int sending_end(struct intake *intake)
{
	struct job *job = &intake->job;
	struct batch_end end = {0};
	int r;

	/* What was read as rows must be what was read as hash. */
	if (!job_is_unchanged(job)) {
		r = intake_stall(intake, STALL_CHANGED);
		return r < 0 ? r : SLICE_WAIT;
	}
	r = job_sync(job);
	if (r < 0)
		return r;
	reader_end(job->reader, &end);
	verdict_note(&job->so_far, &end);
	job->is_ended = true;
	job->was_ended = true;
	r = session_end(intake->session, &end);
	return r < 0 ? r : SLICE_WAIT;
}

static int reader_fill(struct intake *intake)
{
	struct job *job = &intake->job;
	ssize_t n = read(job->fd, intake->slice, SPOOL_SLICE_SIZE);
	int r;

	if (n < 0)
		return errno == EINTR ? SLICE_AGAIN : -errno;
	job->is_read = n == 0;
	r = reader_feed(job->reader, intake->slice, (size_t)n, job->is_read);
	if (r == READER_BAD) {
		r = job_refuse_finding(intake);
		return r < 0 ? r : SLICE_WAIT;
	}
	return r < 0 ? r : SLICE_AGAIN;
}

/* One message of rows or one chunk of the file. */
static int sending_slice(struct intake *intake)
{
	struct job *job = &intake->job;
	const struct rows *rows;

	if (job->is_ended || !session_has_credit(intake->session))
		return SLICE_WAIT;
	rows = reader_rows(job->reader);
	if (rows)
		return session_rows(intake->session, rows);
	return job->is_read ? sending_end(intake) : reader_fill(intake);
}

static int answer_handle(struct intake *intake, const struct batch_answer *answer)
{
	struct verdict *verdict = &intake->job.so_far;

	verdict->seq = answer->seq;
	text_copy(verdict->warnings, sizeof verdict->warnings, answer->text);
	switch (answer->verdict) {
	case BATCH_COMMITTED:
		return job_decide(intake, VERDICT_ACCEPTED, NULL);
	case BATCH_ALREADY_HAVE:
		/* Perhaps from us, when only the answer was lost. */
		return job_decide(intake, intake->job.was_ended ? VERDICT_ACCEPTED : VERDICT_KNOWN,
				  NULL);
	case BATCH_REFUSED:
		return job_refuse(intake, answer->line, 0, answer->text, answer->expected);
	case BATCH_READY:
	case BATCH_CREDIT:
	case BATCH_UNKNOWN:
		break;
	}
	return 0;
}

/* Aggregate answers, has not got the file, and would be lost on it once more. */
static int job_give_up(struct intake *intake)
{
	char found[128];
	int r = session_abort(intake->session);

	if (r < 0)
		return r;
	log_error("%s: aggregate was lost %u times when it had the whole file",
		  intake_file_name(intake), intake->job.loss_count);
	snprintf(found, sizeof found, "Budgetvakt kunde inte räkna in filen (%u försök)",
		 intake->job.loss_count);
	return job_refuse(intake, 0, 0, found, "anmäl felet; lägg in filen igen efter rättning");
}

static int session_handle(void *context, enum session_event event,
			  const struct batch_answer *answer)
{
	struct intake *intake = context;

	if (intake->state != STATE_SENDING)
		return 0;
	switch (event) {
	case SESSION_CREDIT:
		if (intake->job.loss_count >= LOSSES_MAX)
			return handled(intake, job_give_up(intake));
		return step_schedule(intake);
	case SESSION_ANSWERED:
		return handled(intake, answer_handle(intake, answer));
	case SESSION_LOST:
		intake->job.loss_count += intake->job.is_ended;
		return handled(intake, sending_start(intake));
	}
	return 0;
}

/* ---- the machine ----------------------------------------------------------- */

static int slice_run(struct intake *intake)
{
	switch (intake->state) {
	case STATE_IDLE:
		return idle_slice(intake);
	case STATE_COPYING:
		return copying_slice(intake);
	case STATE_HASHING:
		return hashing_slice(intake);
	case STATE_SENDING:
		return sending_slice(intake);
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
	return r == SLICE_WAIT ? 0 : step_schedule(intake);
}

int intake_wake(void *context)
{
	struct intake *intake = context;

	return intake->state == STATE_IDLE ? step_schedule(intake) : 0;
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
				options->batch_endpoint, session_handle, intake);
	if (r == 0)
		r = step_schedule(intake);
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
	intake_rest(*intake, STATE_STALLED);
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
