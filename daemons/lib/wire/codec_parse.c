/* SPDX-License-Identifier: Apache-2.0 */
/* ingest <-> parser: the job, and what is wrong with a file. */
#include "lib/wire/codec_private.h"

#include <errno.h>

#include "lib/base/text.h"

static int job_fill(const struct parse_job *ours, struct arena *arena,
		    Budgetvakt__Envelope *envelope)
{
	Budgetvakt__ParseJob *job = arena_take(arena, sizeof *job);

	if (!job)
		return -ENOMEM;
	budgetvakt__parse_job__init(job);
	job->session = ours->session;
	job->source = codec_text(ours->source);
	job->source_check = ours->source_check;
	job->is_packed = ours->is_packed;
	job->wants_rows = ours->wants_rows;
	job->answer_id = codec_bytes(ours->answer_id, REQUEST_ID_SIZE);
	job->rows_max = ours->rows_max;
	job->wants_texts = ours->wants_texts;
	job->wants_extract = ours->wants_extract;
	job->is_extract = ours->is_extract;
	job->weighs_first = ours->weighs_first;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_PARSE_JOB;
	envelope->parse_job = job;
	return 0;
}

static int findings_fill(const struct parse_findings *ours, struct arena *arena,
			 Budgetvakt__Envelope *envelope)
{
	Budgetvakt__Findings *findings = arena_take(arena, sizeof *findings);
	Budgetvakt__Finding *items = arena_take_zeroed(arena, ours->findings.count, sizeof *items);

	if (!findings || !items)
		return -ENOMEM;
	budgetvakt__findings__init(findings);
	findings->findings = arena_take_zeroed(arena, ours->findings.count, sizeof(void *));
	if (!findings->findings)
		return -ENOMEM;
	for (size_t i = 0; i < ours->findings.count; i++) {
		budgetvakt__finding__init(&items[i]);
		items[i].code = codec_text(finding_code_text(ours->findings.items[i].code));
		items[i].severity = ours->findings.items[i].severity;
		items[i].line = ours->findings.items[i].line;
		items[i].column = ours->findings.items[i].column;
		items[i].found = codec_text(ours->findings.items[i].found);
		items[i].expected = codec_text(ours->findings.items[i].expected);
		findings->findings[i] = &items[i];
	}
	findings->n_findings = ours->findings.count;
	findings->session = ours->session;
	findings->error_count = ours->findings.error_count;
	findings->warning_count = ours->findings.warning_count;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_FINDINGS;
	envelope->findings = findings;
	return 0;
}

static int finding_read(const Budgetvakt__Finding *theirs, struct finding *ours)
{
	if (!finding_code_parse(theirs->code, &ours->code) ||
	    (theirs->severity != FINDING_WARNING && theirs->severity != FINDING_ERROR) ||
	    !text_copy(ours->found, sizeof ours->found, theirs->found) ||
	    !text_copy(ours->expected, sizeof ours->expected, theirs->expected))
		return CODEC_MALFORMED;
	ours->severity = (enum finding_severity)theirs->severity;
	ours->line = theirs->line;
	ours->column = theirs->column;
	return 0;
}

static int findings_read(const Budgetvakt__Findings *theirs, struct arena *arena,
			 struct parse_findings *ours)
{
	struct finding *items = arena_take_zeroed(arena, theirs->n_findings, sizeof *items);

	if (!items)
		return CODEC_MALFORMED;
	for (size_t i = 0; i < theirs->n_findings; i++) {
		if (finding_read(theirs->findings[i], &items[i]) != 0)
			return CODEC_MALFORMED;
	}
	*ours = (struct parse_findings){
		.session = theirs->session,
		.findings = {.items = items,
			     .count = theirs->n_findings,
			     .error_count = theirs->error_count,
			     .warning_count = theirs->warning_count},
	};
	return theirs->error_count + theirs->warning_count < theirs->n_findings ? CODEC_MALFORMED
										: 0;
}

int codec_fill_parse(const struct message *message, struct arena *arena,
		     Budgetvakt__Envelope *envelope)
{
	if (message->kind == MESSAGE_PARSE_JOB)
		return job_fill(&message->parse_job, arena, envelope);
	return findings_fill(&message->findings, arena, envelope);
}

int codec_read_parse(const Budgetvakt__Envelope *envelope, struct arena *arena,
		     struct message *message)
{
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_FINDINGS) {
		message->kind = MESSAGE_FINDINGS;
		return findings_read(envelope->findings, arena, &message->findings);
	}
	message->kind = MESSAGE_PARSE_JOB;
	message->parse_job = (struct parse_job){
		.session = envelope->parse_job->session,
		.source = envelope->parse_job->source,
		.source_check = envelope->parse_job->source_check,
		.is_packed = envelope->parse_job->is_packed,
		.wants_rows = envelope->parse_job->wants_rows,
		.rows_max = envelope->parse_job->rows_max,
		.wants_texts = envelope->parse_job->wants_texts,
		.wants_extract = envelope->parse_job->wants_extract,
		.is_extract = envelope->parse_job->is_extract,
		.weighs_first = envelope->parse_job->weighs_first,
	};
	return codec_read_fixed(envelope->parse_job->answer_id, message->parse_job.answer_id,
				REQUEST_ID_SIZE);
}
