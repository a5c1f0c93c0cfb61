/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of a redacted source, once it is counted: its extract is made before it is
 * decided, and then it goes.  Until that is done the file stays in the spool, where
 * whatever cut this short begins again: aggregate knows the file by then.
 */
#include "ingest/archive.h"
#include "ingest/intake_private.h"
#include "ingest/stall.h"
#include "lib/base/log.h"

bool redacting_is_due(const struct intake *intake, enum verdict_kind kind)
{
	const struct job *job = &intake->job;
	const struct source *source = job->file.source;

	return kind != VERDICT_REFUSED && source->is_redacted &&
	       !archive_has(intake->options.conf, source->name, &job->so_far.file.hash);
}

int redacting_start(struct intake *intake, enum verdict_kind kind)
{
	struct job *job = &intake->job;
	const struct source *source = job->file.source;
	struct parser_job order = {
		.source = source,
		.purpose = PARSER_EXTRACT,
		.fd = job->fd,
		.form = ARCHIVE_PLAIN,
	};
	int r = session_draw(&job->begin.session);

	order.session = job->begin.session;
	job->decided = kind;
	if (r == 0)
		r = extract_file_open(&job->extract, intake->options.conf, source->name,
				      &job->so_far.file.hash);
	if (r == 0)
		r = parser_start(intake->parser, &order);
	return r == 0 ? parser_listen(intake->parser, true) : r;
}

/* What is kept must be what was counted, whatever has happened to the parser. */
static int extract_end(struct intake *intake, const struct batch_end *end)
{
	struct job *job = &intake->job;
	int r;

	if (end->row_count != job->counted_rows || end->sum.ore != job->counted_sum.ore) {
		log_error("an extract has other rows than were counted");
		return intake_stall(intake, STALL_EXTRACT);
	}
	r = extract_file_keep(job->extract);
	extract_file_destroy(&job->extract);
	return r == 0 ? reading_decide(intake, job->decided) : r;
}

int redacting_heard(struct intake *intake, const struct message *message)
{
	if (message->kind == MESSAGE_ANSWER)
		return extract_file_add(intake->job.extract, message->answer.text);
	if (message->kind == MESSAGE_BATCH_END)
		return extract_end(intake, &message->batch_end);
	return message->findings.findings.error_count > 0 ? intake_stall(intake, STALL_EXTRACT) : 0;
}
