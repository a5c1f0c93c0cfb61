/* SPDX-License-Identifier: Apache-2.0 */
/* One file from the spool to its verdict. */
#include "ingest/intake_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/archive.h"
#include "ingest/manifest.h"
#include "ingest/stall.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/stage/space.h"

/* Sessions in which aggregate took the whole of a file and was lost, and parsers that
 * a file was the end of. */
enum { LOSSES_MAX = 20, DEATHS_MAX = 2 };

/* A session and a parser for the file, from its first byte. */
static int attempt_start(struct intake *intake)
{
	struct job *job = &intake->job;
	const struct source *source = job->file.source;
	int r;

	job->begin = (struct batch_begin){
		.source = source->name,
		.file_name = job->so_far.file.file_name,
		.format = source_format_name(source),
		.mode = source->mode,
	};
	job->has_sent = false;
	job->is_ended = false;
	job->end = NULL;
	r = session_draw(&job->begin.session);
	if (r == 0)
		r = parser_start(intake->parser,
				 &(struct parser_job){.source = source,
						      .purpose = PARSER_BATCH,
						      .fd = job->fd,
						      .form = ARCHIVE_PLAIN,
						      .session = job->begin.session,
						      .weighs_first = job->weighs_first});
	return r < 0 ? r : session_begin(intake->session, &job->begin);
}

static int job_conclude(struct intake *intake);

int reading_synced(void *context, int result)
{
	struct intake *intake = context;

	return intake_handled(intake, result < 0 ? result : job_conclude(intake));
}

/* Its hash is taken here while the parser reads its rows. */
int reading_start(struct intake *intake)
{
	struct job *job = &intake->job;
	int r;

	/* Whoever wrote the file may not have synced it, and nobody is told that it was decided
	 * before it is on disk.  What it is called may come later: its bytes are found in the
	 * inbox, the spool or the archive. */
	syncing_start(intake->syncing, job->fd);
	intake->state = STATE_READING;
	r = hasher_new(&job->hasher);
	return r < 0 ? r : attempt_start(intake);
}

/* ---- decided --------------------------------------------------------------- */

static int job_move(const struct intake *intake, const struct verdict *verdict)
{
	const struct conf *conf = intake->options.conf;
	const struct report *file = &verdict->file;
	const struct job *job = &intake->job;
	int r = 0;

	if (job->file.source->manifest != MANIFEST_NONE)
		r = archive_manifest_keep(conf, file, job->file.name,
					  verdict->kind == VERDICT_REFUSED);
	if (r < 0)
		return r;
	if (verdict->kind == VERDICT_REFUSED)
		return archive_refuse(conf, file, job->findings.items ? &job->findings : NULL,
				      job->path);
	r = archive_close(conf, file);
	return r == 0 ? archive_accept(conf, file->source, &file->hash, job->path) : r;
}

int reading_decide(struct intake *intake, enum verdict_kind kind)
{
	struct verdict verdict = intake->job.so_far;
	int r;

	verdict.kind = kind;
	if (redacting_is_due(intake, kind))
		return redacting_start(intake, kind);
	r = job_move(intake, &verdict);
	if (r < 0)
		return r;
	intake_stall_forget(intake);
	intake_rest(intake, STATE_IDLE);
	r = intake->options.decided(intake->options.context, &verdict);
	return r < 0 ? r : intake_schedule(intake);
}

static bool job_is_unchanged(const struct job *job)
{
	struct stat after;

	return fstat(job->fd, &after) == 0 && spool_is_unchanged(&job->before, &after);
}

/* What is wrong by the file's manifest; nothing when it has none: 0, STALL_MANIFEST or a
 * negative errno. */
static int manifest_try(const struct intake *intake, const struct batch_end *end,
			struct finding findings[static MANIFEST_FINDINGS_MAX], size_t *count_out)
{
	cleanup(free_bytes) char *text = NULL;
	const struct job *job = &intake->job;
	struct manifest manifest;
	int r;

	*count_out = 0;
	if (job->file.source->manifest == MANIFEST_NONE)
		return 0;
	r = archive_manifest_read(intake->options.conf, &job->so_far.file, job->file.name, &text);
	if (r == ARCHIVE_NONE && job->file.source->manifest == MANIFEST_REQUIRED)
		return STALL_MANIFEST;
	if (r != 0)
		return r == ARCHIVE_NONE ? 0 : r;
	*count_out = 1;
	if (manifest_parse(text, job->file.source, &manifest, findings))
		*count_out = manifest_check(&manifest, job->file.source, end, findings);
	return 0;
}

static int job_refuse_findings(struct intake *intake, const struct findings *findings);

static int job_end(struct intake *intake)
{
	struct finding findings[MANIFEST_FINDINGS_MAX];
	struct job *job = &intake->job;
	struct batch_end end = *job->end;
	size_t count;
	int r;

	end.file = job->so_far.file.hash;
	r = manifest_try(intake, &end, findings, &count);
	if (r == STALL_MANIFEST)
		return intake_stall(intake, STALL_MANIFEST);
	if (r < 0)
		return r;
	if (count > 0)
		return job_refuse_findings(intake, &(struct findings){.items = findings,
								      .count = count,
								      .error_count = count});
	end.may_replace_newer =
		archive_is_allowed(intake->options.conf, job->file.source->name, &end.file);
	verdict_note(&job->so_far, &end);
	job->counted_rows = end.row_count;
	job->counted_sum = end.sum;
	job->end = NULL;
	job->is_ended = true;
	/* The next parser starts when aggregate has committed: until then they would be in each
	 * other's way. */
	return session_end(intake->session, &end);
}

/* The last step that needs the hash, the disk and what the parser said. */
static int job_conclude(struct intake *intake)
{
	struct job *job = &intake->job;

	if (job->hasher || syncing_is_under_way(intake->syncing) || (!job->is_refused && !job->end))
		return 0;
	/* What was read as rows must be what was read as hash. */
	if (!job_is_unchanged(job))
		return intake_stall(intake, STALL_CHANGED);
	return job->is_refused ? reading_decide(intake, VERDICT_REFUSED) : job_end(intake);
}

/* What is wrong stands in the report; its hash may still be missing. */
static int job_refuse(struct intake *intake)
{
	int r = session_abort(intake->session);

	parser_stop(intake->parser);
	intake->job.is_refused = true;
	return r < 0 ? r : job_conclude(intake);
}

static int job_refuse_whole(struct intake *intake, enum finding_code code, const char *found,
			    const char *expected)
{
	struct report *report = &intake->job.so_far.file;

	report->code = code;
	report->error_count = 1;
	report_finding_set(report, found, expected);
	return job_refuse(intake);
}

/* @findings hold an error, and end with their message. */
static int job_refuse_findings(struct intake *intake, const struct findings *findings)
{
	struct job *job = &intake->job;
	struct report *report = &job->so_far.file;
	const struct finding *first = finding_first_error(findings);
	struct finding *items = calloc(findings->count, sizeof *items);

	if (!items)
		return -ENOMEM;
	memcpy(items, findings->items, findings->count * sizeof *items);
	job->findings = *findings;
	job->findings.items = items;
	report->code = first->code;
	report->error_count = findings->error_count;
	report->line = first->line;
	report->column = first->column;
	report_finding_set(report, first->found, first->expected);
	report_rest(findings, job->so_far.rest, sizeof job->so_far.rest);
	return job_refuse(intake);
}

/* ---- read ------------------------------------------------------------------ */

static int hashing_end(struct intake *intake)
{
	struct job *job = &intake->job;
	int r = hasher_end(job->hasher, &job->so_far.file.hash);

	hasher_destroy(&job->hasher);
	if (r == 0)
		r = job_conclude(intake);
	return r < 0 ? r : SLICE_WAIT;
}

/* One chunk of the file; its rows come from the parser meanwhile. */
int reading_slice(struct intake *intake)
{
	struct job *job = &intake->job;
	ssize_t n;

	if (!job->hasher)
		return SLICE_WAIT;
	n = pread(job->fd, intake->slice, SPOOL_SLICE_SIZE, job->hashed_size);
	if (n < 0)
		return errno == EINTR ? SLICE_AGAIN : -errno;
	if (n == 0)
		return hashing_end(intake);
	job->hashed_size += n;
	return hasher_add(job->hasher, intake->slice, (size_t)n);
}

/* Rows, or vouchers, for which there is no session any more will be read again. */
static int rows_pass(struct intake *intake)
{
	uint8_t *bytes;
	size_t size;
	int r;

	intake->job.has_sent = true;
	if (!session_has_credit(intake->session))
		return 0;
	bytes = parser_packed(intake->parser, &size);
	r = session_rows(intake->session, bytes, size);
	if (r < 0)
		return r;
	return parser_listen(intake->parser, session_has_credit(intake->session));
}

static int findings_take(struct intake *intake, const struct findings *findings)
{
	if (findings->error_count == 0)
		return 0;
	/* The first are kept, whatever they are: warnings may have left no room. */
	if (finding_first_error(findings))
		return job_refuse_findings(intake, findings);
	return job_refuse_whole(intake, FINDING_READER_BROKEN,
				"filen har fel som inte ryms bland varningarna",
				"rätta det som varnas för först");
}

static int end_take(struct intake *intake, const struct batch_end *end)
{
	int r = parser_listen(intake->parser, false);

	intake->job.end = end;
	return r < 0 ? r : job_conclude(intake);
}

static int said_handle(struct intake *intake, const struct message *message)
{
	if (intake->job.extract)
		return redacting_heard(intake, message);
	if (message->kind == MESSAGE_ROWS || message->kind == MESSAGE_VOUCHERS)
		return rows_pass(intake);
	if (message->kind == MESSAGE_FINDINGS)
		return findings_take(intake, &message->findings.findings);
	return end_take(intake, &message->batch_end);
}

/* Once may be anybody's fault, twice is the file's. */
static int death_handle(struct intake *intake)
{
	struct job *job = &intake->job;
	int r;

	if (job->extract)
		return intake_stall(intake, STALL_EXTRACT);
	if (++job->death_count >= DEATHS_MAX)
		return job_refuse_whole(intake, FINDING_READER_BROKEN,
					"filen kunde inte läsas: läsaren avbröts",
					"gör om exporten; hjälper inte det, anmäl felet");
	r = session_abort(intake->session);
	return r < 0 ? r : attempt_start(intake);
}

/* Asked for once; a parser that does so again has lost its way. */
static int again_handle(struct intake *intake)
{
	struct job *job = &intake->job;
	int r;

	if (job->weighs_first)
		return death_handle(intake);
	job->weighs_first = true;
	r = session_abort(intake->session);
	return r < 0 ? r : attempt_start(intake);
}

int reading_parser_heard(void *context, const struct parser_news *news)
{
	struct intake *intake = context;

	if (intake->state != STATE_READING)
		return 0;
	switch (news->event) {
	case PARSER_SAID:
		return intake_handled(intake, said_handle(intake, news->message));
	case PARSER_DIED:
		return intake_handled(intake, death_handle(intake));
	case PARSER_AGAIN:
		return intake_handled(intake, again_handle(intake));
	case PARSER_ABSENT:
		return intake_stall(intake, STALL_PARSER);
	}
	return 0;
}

/* ---- answered -------------------------------------------------------------- */

/* Rows that were lost, doubled or overtaken between us: the file is not to blame. */
static bool is_fault_of_the_way(const struct finding *finding)
{
	return finding->code == FINDING_LEDGER_ARRIVAL || finding->code == FINDING_LEDGER_ROWS;
}

static int answer_refuse(struct intake *intake, const struct batch_answer *answer)
{
	const struct findings findings = {.items = answer->findings,
					  .count = answer->finding_count,
					  .error_count = answer->finding_total};
	const struct finding *first = finding_first_error(&findings);

	if (first && is_fault_of_the_way(first) && ++intake->job.loss_count < LOSSES_MAX)
		return attempt_start(intake);
	if (first)
		return job_refuse_findings(intake, &findings);
	intake->job.so_far.file.line = answer->line;
	return job_refuse_whole(intake, FINDING_NONE, answer->text, answer->expected);
}

static int answer_handle(struct intake *intake, const struct batch_answer *answer)
{
	struct verdict *verdict = &intake->job.so_far;

	if (!intake->job.is_ended && answer->verdict != BATCH_REFUSED)
		return 0;
	verdict->seq = answer->seq;
	text_copy(verdict->warnings, sizeof verdict->warnings, answer->text);
	switch (answer->verdict) {
	case BATCH_COMMITTED:
		return reading_decide(intake, VERDICT_ACCEPTED);
	case BATCH_ALREADY_HAVE:
		/* Perhaps from us, when only the answer was lost. */
		return reading_decide(intake, intake->job.loss_count > 0 ? VERDICT_ACCEPTED
									 : VERDICT_KNOWN);
	case BATCH_REFUSED:
		return answer_refuse(intake, answer);
	case BATCH_READY:
	case BATCH_CREDIT:
	case BATCH_UNKNOWN:
	case BATCH_NO_ROOM:
		break;
	}
	return 0;
}

/* Aggregate answers, has not got the file, and would be lost on it once more. */
static int job_give_up(struct intake *intake)
{
	char found[128];

	log_error("%s: aggregate was lost %u times when it had the whole file",
		  intake_file_name(intake), intake->job.loss_count);
	snprintf(found, sizeof found, "Budgetvakt kunde inte räkna in filen (%u försök)",
		 intake->job.loss_count);
	return job_refuse_whole(intake, FINDING_NONE, found,
				"anmäl felet; lägg in filen igen efter rättning");
}

/* An aggregate that was not there yet gets what the parser has read meanwhile. */
static int loss_handle(struct intake *intake)
{
	struct job *job = &intake->job;

	/* It is not the file on which aggregate was lost. */
	if (space_is_short(intake->options.conf))
		return intake_stall(intake, STALL_SPACE);
	job->loss_count += job->is_ended;
	if (job->has_sent || job->is_ended)
		return attempt_start(intake);
	return session_begin(intake->session, &job->begin);
}

int reading_session_heard(void *context, enum session_event event,
			  const struct batch_answer *answer)
{
	struct intake *intake = context;

	if (intake->state != STATE_READING || intake->job.is_refused)
		return 0;
	switch (event) {
	case SESSION_CREDIT:
		if (intake->job.loss_count >= LOSSES_MAX)
			return intake_handled(intake, job_give_up(intake));
		return parser_listen(intake->parser, !intake->job.end);
	case SESSION_ANSWERED:
		return intake_handled(intake, answer_handle(intake, answer));
	case SESSION_LOST:
		return intake_handled(intake, loss_handle(intake));
	case SESSION_NO_ROOM:
		return intake_stall(intake, STALL_STORE);
	}
	return 0;
}
