/* SPDX-License-Identifier: Apache-2.0 */
/* ingest -> aggregate: everything about a batch but its rows. */
#include "lib/wire/codec_private.h"

#include <errno.h>
#include <string.h>

#include "lib/base/text.h"

static int begin_fill(const struct batch_begin *ours, struct arena *arena,
		      Budgetvakt__Envelope *envelope)
{
	Budgetvakt__BatchBegin *begin = arena_take(arena, sizeof *begin);

	if (!begin)
		return -ENOMEM;
	budgetvakt__batch_begin__init(begin);
	begin->session = ours->session;
	begin->source = codec_text(ours->source);
	begin->file_name = codec_text(ours->file_name);
	begin->format = codec_text(ours->format);
	begin->mode = ours->mode;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_BATCH_BEGIN;
	envelope->batch_begin = begin;
	return 0;
}

static int begin_read(const Budgetvakt__BatchBegin *theirs, struct batch_begin *ours)
{
	*ours = (struct batch_begin){
		.session = theirs->session,
		.source = theirs->source,
		.file_name = theirs->file_name,
		.format = theirs->format,
		.mode = (enum replace_mode)theirs->mode,
	};
	return theirs->mode != REPLACE_SNAPSHOT && theirs->mode != REPLACE_DELTA ? CODEC_MALFORMED
										 : 0;
}

static int coverages_fill(const struct batch_end *ours, struct arena *arena,
			  Budgetvakt__BatchEnd *end)
{
	Budgetvakt__Coverage *coverages =
		arena_take_zeroed(arena, ours->coverage_count, sizeof *coverages);

	end->coverages = arena_take_zeroed(arena, ours->coverage_count, sizeof(void *));
	if (!coverages || !end->coverages)
		return -ENOMEM;
	for (size_t i = 0; i < ours->coverage_count; i++) {
		budgetvakt__coverage__init(&coverages[i]);
		coverages[i].layer = ours->coverages[i].layer;
		coverages[i].first = ours->coverages[i].first.yyyymm;
		coverages[i].last = ours->coverages[i].last.yyyymm;
		coverages[i].through = ours->coverages[i].through.yyyymm;
		end->coverages[i] = &coverages[i];
	}
	end->n_coverages = ours->coverage_count;
	return 0;
}

static int controls_fill(const struct batch_end *ours, struct arena *arena,
			 Budgetvakt__BatchEnd *end)
{
	Budgetvakt__Control *controls =
		arena_take_zeroed(arena, ours->control_count, sizeof *controls);

	end->controls = arena_take_zeroed(arena, ours->control_count, sizeof(void *));
	if (!controls || !end->controls)
		return -ENOMEM;
	for (size_t i = 0; i < ours->control_count; i++) {
		budgetvakt__control__init(&controls[i]);
		controls[i].kind = ours->controls[i].kind;
		controls[i].account = codec_text(ours->controls[i].account);
		controls[i].period = ours->controls[i].period.yyyymm;
		controls[i].amount_ore = ours->controls[i].amount.ore;
		controls[i].line = ours->controls[i].line;
		controls[i].severity = ours->controls[i].severity;
		end->controls[i] = &controls[i];
	}
	end->n_controls = ours->control_count;
	return 0;
}

static int end_fill(const struct batch_end *ours, struct arena *arena,
		    Budgetvakt__Envelope *envelope)
{
	Budgetvakt__BatchEnd *end = arena_take(arena, sizeof *end);

	if (!end)
		return -ENOMEM;
	budgetvakt__batch_end__init(end);
	end->session = ours->session;
	end->row_count = ours->row_count;
	end->voucher_count = ours->voucher_count;
	end->sum_ore = ours->sum.ore;
	end->balances = ours->balances;
	end->exported_date = ours->exported_date;
	end->warnings = (char **)(uintptr_t)ours->warnings;
	end->n_warnings = ours->warning_count;
	end->file = codec_bytes(ours->file.bytes, HASH_SIZE);
	end->may_replace_newer = ours->may_replace_newer;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_BATCH_END;
	envelope->batch_end = end;
	if (coverages_fill(ours, arena, end) < 0)
		return -ENOMEM;
	return controls_fill(ours, arena, end);
}

static int coverages_read(const Budgetvakt__BatchEnd *theirs, struct arena *arena,
			  struct batch_end *ours)
{
	struct batch_coverage *coverages =
		arena_take_zeroed(arena, theirs->n_coverages, sizeof *coverages);

	if (!coverages)
		return CODEC_MALFORMED;
	for (size_t i = 0; i < theirs->n_coverages; i++) {
		const Budgetvakt__Coverage *coverage = theirs->coverages[i];

		coverages[i] = (struct batch_coverage){
			.layer = (enum layer)coverage->layer,
			.first = {coverage->first},
			.last = {coverage->last},
			.through = {coverage->through},
		};
		if (coverage->layer < 1 || coverage->layer > LAYER_MAX ||
		    !period_is_valid(coverages[i].first) || !period_is_valid(coverages[i].last) ||
		    coverage->first > coverage->last ||
		    coverage->first / 100 != coverage->last / 100)
			return CODEC_MALFORMED;
	}
	ours->coverages = coverages;
	ours->coverage_count = theirs->n_coverages;
	return 0;
}

static int controls_read(const Budgetvakt__BatchEnd *theirs, struct arena *arena,
			 struct batch_end *ours)
{
	struct batch_control *controls =
		arena_take_zeroed(arena, theirs->n_controls, sizeof *controls);

	if (!controls)
		return CODEC_MALFORMED;
	for (size_t i = 0; i < theirs->n_controls; i++) {
		const Budgetvakt__Control *control = theirs->controls[i];

		controls[i] = (struct batch_control){
			.kind = (enum control_kind)control->kind,
			.account = control->account,
			.period = {control->period},
			.amount = {control->amount_ore},
			.line = control->line,
			.severity = (enum finding_severity)control->severity,
		};
		if (control->severity > FINDING_ERROR)
			return CODEC_MALFORMED;
		if ((control->kind != CONTROL_ACCOUNT_YEAR &&
		     control->kind != CONTROL_ACCOUNT_PERIOD) ||
		    !period_is_valid(controls[i].period))
			return CODEC_MALFORMED;
	}
	ours->controls = controls;
	ours->control_count = theirs->n_controls;
	return 0;
}

static int end_read(const Budgetvakt__BatchEnd *theirs, struct arena *arena, struct batch_end *ours)
{
	int r;

	*ours = (struct batch_end){
		.session = theirs->session,
		.row_count = theirs->row_count,
		.voucher_count = theirs->voucher_count,
		.sum = {theirs->sum_ore},
		.balances = theirs->balances,
		.exported_date = theirs->exported_date,
		.warnings = (const char **)theirs->warnings,
		.warning_count = theirs->n_warnings,
		.may_replace_newer = theirs->may_replace_newer,
	};
	if (codec_read_fixed(theirs->file, ours->file.bytes, HASH_SIZE) != 0)
		return CODEC_MALFORMED;
	r = coverages_read(theirs, arena, ours);
	return r != 0 ? r : controls_read(theirs, arena, ours);
}

static int abort_fill(const struct batch_abort *ours, struct arena *arena,
		      Budgetvakt__Envelope *envelope)
{
	Budgetvakt__BatchAbort *abort = arena_take(arena, sizeof *abort);

	if (!abort)
		return -ENOMEM;
	budgetvakt__batch_abort__init(abort);
	abort->session = ours->session;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_BATCH_ABORT;
	envelope->batch_abort = abort;
	return 0;
}

static int vouchers_fill(const struct batch_vouchers *ours, struct arena *arena,
			 Budgetvakt__Envelope *envelope)
{
	Budgetvakt__Vouchers *vouchers = arena_take(arena, sizeof *vouchers);

	if (!vouchers)
		return -ENOMEM;
	budgetvakt__vouchers__init(vouchers);
	vouchers->session = ours->session;
	vouchers->layer = ours->layer;
	vouchers->severity = ours->severity;
	vouchers->count = ours->count;
	vouchers->periods = codec_bytes(ours->periods, ours->count * sizeof *ours->periods);
	vouchers->identities =
		codec_bytes(ours->identities, ours->count * sizeof *ours->identities);
	vouchers->lines = codec_bytes(ours->lines, ours->count * sizeof *ours->lines);
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_VOUCHERS;
	envelope->vouchers = vouchers;
	return 0;
}

/* Arrays in an arena are 16-byte aligned, so the received bytes are the columns. */
static int vouchers_read(const Budgetvakt__Vouchers *theirs, struct batch_vouchers *ours)
{
	if (theirs->count == 0 || theirs->count > ROWS_MAX || theirs->layer < 1 ||
	    theirs->layer > LAYER_MAX || theirs->severity > FINDING_ERROR ||
	    theirs->periods.len != theirs->count * sizeof *ours->periods ||
	    theirs->identities.len != theirs->count * sizeof *ours->identities ||
	    theirs->lines.len != theirs->count * sizeof *ours->lines)
		return CODEC_MALFORMED;
	*ours = (struct batch_vouchers){
		.session = theirs->session,
		.layer = (enum layer)theirs->layer,
		.severity = (enum finding_severity)theirs->severity,
		.count = theirs->count,
		.periods = (const uint32_t *)(const void *)theirs->periods.data,
		.identities = (const uint64_t *)(const void *)theirs->identities.data,
		.lines = (const uint32_t *)(const void *)theirs->lines.data,
	};
	for (uint32_t i = 0; i < ours->count; i++) {
		if (!period_is_valid((struct period){ours->periods[i]}))
			return CODEC_MALFORMED;
	}
	return 0;
}

static int findings_fill(const struct batch_answer *ours, struct arena *arena,
			 Budgetvakt__BatchAnswer *answer)
{
	Budgetvakt__LedgerFinding *findings =
		arena_take_zeroed(arena, ours->finding_count, sizeof *findings);

	answer->findings = arena_take_zeroed(arena, ours->finding_count, sizeof(void *));
	if (!findings || !answer->findings)
		return -ENOMEM;
	for (size_t i = 0; i < ours->finding_count; i++) {
		const struct finding *finding = &ours->findings[i];

		budgetvakt__ledger_finding__init(&findings[i]);
		findings[i].code = codec_text(finding_code_text(finding->code));
		findings[i].line = finding->line;
		findings[i].found = codec_text(finding->found);
		findings[i].expected = codec_text(finding->expected);
		answer->findings[i] = &findings[i];
	}
	answer->n_findings = ours->finding_count;
	answer->finding_count = ours->finding_total;
	return 0;
}

static int finding_read(const Budgetvakt__LedgerFinding *theirs, struct finding *ours)
{
	ours->severity = FINDING_ERROR;
	ours->line = theirs->line;
	if (!finding_code_parse(theirs->code, &ours->code) ||
	    !text_copy(ours->found, sizeof ours->found, theirs->found) ||
	    !text_copy(ours->expected, sizeof ours->expected, theirs->expected))
		return CODEC_MALFORMED;
	return 0;
}

static int findings_read(const Budgetvakt__BatchAnswer *theirs, struct arena *arena,
			 struct batch_answer *ours)
{
	struct finding *findings = arena_take_zeroed(arena, theirs->n_findings, sizeof *findings);
	int r = findings ? 0 : CODEC_MALFORMED;

	for (size_t i = 0; i < theirs->n_findings && r == 0; i++)
		r = finding_read(theirs->findings[i], &findings[i]);
	ours->findings = findings;
	ours->finding_count = theirs->n_findings;
	ours->finding_total = theirs->finding_count;
	return r;
}

static int answer_fill(const struct batch_answer *ours, struct arena *arena,
		       Budgetvakt__Envelope *envelope)
{
	Budgetvakt__BatchAnswer *answer = arena_take(arena, sizeof *answer);

	if (!answer)
		return -ENOMEM;
	budgetvakt__batch_answer__init(answer);
	answer->session = ours->session;
	answer->verdict = ours->verdict;
	answer->credit = ours->credit;
	answer->seq = ours->seq;
	answer->row_count = ours->row_count;
	answer->text = codec_text(ours->text);
	answer->expected = codec_text(ours->expected);
	answer->line = ours->line;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_BATCH_ANSWER;
	envelope->batch_answer = answer;
	return findings_fill(ours, arena, answer);
}

static int answer_read(const Budgetvakt__BatchAnswer *theirs, struct arena *arena,
		       struct batch_answer *ours)
{
	*ours = (struct batch_answer){
		.session = theirs->session,
		.verdict = (enum batch_verdict)theirs->verdict,
		.credit = theirs->credit,
		.seq = theirs->seq,
		.row_count = theirs->row_count,
		.text = theirs->text,
		.expected = theirs->expected,
		.line = theirs->line,
	};
	if (theirs->verdict < BATCH_READY || theirs->verdict > BATCH_NO_ROOM)
		return CODEC_MALFORMED;
	return findings_read(theirs, arena, ours);
}

static int rows_fill(const struct batch_rows *ours, struct arena *arena,
		     Budgetvakt__Envelope *envelope)
{
	Budgetvakt__Rows *rows = arena_take(arena, sizeof *rows);

	if (!rows)
		return -ENOMEM;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_ROWS;
	envelope->rows = rows;
	return codec_fill_rows(ours, arena, rows);
}

int codec_fill_batch(const struct message *message, struct arena *arena,
		     Budgetvakt__Envelope *envelope)
{
	switch (message->kind) {
	case MESSAGE_BATCH_BEGIN:
		return begin_fill(&message->batch_begin, arena, envelope);
	case MESSAGE_ROWS:
		return rows_fill(&message->batch_rows, arena, envelope);
	case MESSAGE_BATCH_END:
		return end_fill(&message->batch_end, arena, envelope);
	case MESSAGE_BATCH_ABORT:
		return abort_fill(&message->batch_abort, arena, envelope);
	case MESSAGE_BATCH_ANSWER:
		return answer_fill(&message->batch_answer, arena, envelope);
	case MESSAGE_VOUCHERS:
		return vouchers_fill(&message->batch_vouchers, arena, envelope);
	case MESSAGE_REQUEST:
	case MESSAGE_ANSWER:
	case MESSAGE_BELL:
	case MESSAGE_PARSE_JOB:
	case MESSAGE_FINDINGS:
		break;
	}
	return -EINVAL;
}

int codec_read_batch(const Budgetvakt__Envelope *envelope, struct arena *arena,
		     struct message *message)
{
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_BATCH_BEGIN) {
		message->kind = MESSAGE_BATCH_BEGIN;
		return begin_read(envelope->batch_begin, &message->batch_begin);
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_ROWS) {
		message->kind = MESSAGE_ROWS;
		return codec_read_rows(envelope->rows, arena, &message->batch_rows);
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_BATCH_END) {
		message->kind = MESSAGE_BATCH_END;
		return end_read(envelope->batch_end, arena, &message->batch_end);
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_BATCH_ABORT) {
		message->kind = MESSAGE_BATCH_ABORT;
		message->batch_abort.session = envelope->batch_abort->session;
		return 0;
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_BATCH_ANSWER) {
		message->kind = MESSAGE_BATCH_ANSWER;
		return answer_read(envelope->batch_answer, arena, &message->batch_answer);
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_VOUCHERS) {
		message->kind = MESSAGE_VOUCHERS;
		return vouchers_read(envelope->vouchers, &message->batch_vouchers);
	}
	return CODEC_UNKNOWN;
}
