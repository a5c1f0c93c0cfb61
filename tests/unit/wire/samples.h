/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One message of every kind with every field set to something, and the events
 * likewise.  Everything is constant and lives as long as the process.
 */
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/wire/codec.h"

enum { SAMPLE_ARENA_BYTES = 64 * 1024 * 1024, SAMPLE_ROWS = 3, SAMPLE_MESSAGES = 11 };

#define SAMPLE_TEXT "Åtgärdsplan – Älvsjö"

static uint32_t sample_accounts[SAMPLE_ROWS] = {1, 2, UINT32_MAX};
static uint32_t sample_lines[SAMPLE_ROWS] = {0, 0, 1};
static uint32_t sample_periods[SAMPLE_ROWS] = {202001, 202012, 299912};
static uint32_t sample_row_counts[SAMPLE_ROWS] = {1, 700, UINT32_MAX};
static int64_t sample_amounts[SAMPLE_ROWS] = {INT64_MIN, INT64_MAX, -1};
static const char *sample_codes[] = {"5010", "0042", "Å"};
static const char *sample_warnings[] = {"tom rad 7", "", SAMPLE_TEXT};

static const struct batch_coverage sample_coverages[] = {
	{.layer = LAYER_OUTCOME, .first = {202001}, .last = {202012}, .through = {202008}},
	{.layer = LAYER_BUDGET, .first = {201901}, .last = {201901}},
};

static const struct batch_control sample_controls[] = {
	{CONTROL_ACCOUNT_YEAR, "5010", {202012}, {INT64_MIN}, UINT32_MAX, FINDING_WARNING},
	{CONTROL_ACCOUNT_PERIOD, "", {202001}, {INT64_MAX}, 0, 0},
};

static const uint8_t sample_payload[] = {0, 1, 0xFF, 0x80};

static const struct record sample_records[] = {
	{1, {{0}}, sample_payload, sizeof sample_payload},
	{UINT64_MAX, {{1, [31] = 9}}, sample_payload, 1},
};

static int64_t sample_numbers[] = {INT64_MIN, 0, INT64_MAX};
static const char *sample_texts[] = {NULL, "", SAMPLE_TEXT};

static const struct table sample_table = {
	.columns = {{"utfall", "Utfall", COLUMN_MONEY, sample_numbers, NULL},
		    {"område", "Område", COLUMN_TEXT, NULL, sample_texts},
		    {"dag", "Dag", COLUMN_DATE, sample_numbers, NULL}},
	.column_count = 3,
	.row_count = 3,
	.title = "Rubrik",
	.notes = {"en not", ""},
	.note_count = 2,
};

static inline struct message sample_rows(void)
{
	return (struct message){
		.kind = MESSAGE_ROWS,
		.batch_rows = {.session = UINT64_MAX,
			       .rows = {.layer = LAYER_BUDGET,
					.count = SAMPLE_ROWS,
					.ids = {[DIMENSION_ACCOUNT] = sample_accounts,
						[DIMENSION_LINE] = sample_lines},
					.periods = sample_periods,
					.amounts_ore = sample_amounts,
					.row_counts = sample_row_counts,
					.new_codes = {[DIMENSION_ACCOUNT] = sample_codes,
						      [DIMENSION_UNIT] = sample_codes},
					.new_codes_count =
						{[DIMENSION_ACCOUNT] = 3, [DIMENSION_UNIT] = 1}}},
	};
}

static inline struct message sample_end(void)
{
	return (struct message){
		.kind = MESSAGE_BATCH_END,
		.batch_end = {.session = 1,
			      .row_count = UINT64_MAX,
			      .voucher_count = 4194304,
			      .sum = {INT64_MIN},
			      .balances = true,
			      .exported_date = 20200915,
			      .coverages = sample_coverages,
			      .coverage_count = 2,
			      .controls = sample_controls,
			      .control_count = 2,
			      .warnings = sample_warnings,
			      .warning_count = 3,
			      .file = {{9, [31] = 1}},
			      .may_replace_newer = true},
	};
}

static const uint64_t sample_identities[] = {1, UINT64_MAX, 0};

static inline struct message sample_request(void)
{
	return (struct message){
		.kind = MESSAGE_REQUEST,
		.request = {.id = {1, [15] = 16},
			    .kind = REQUEST_FORECAST_SET,
			    .period = {202009},
			    .area = "Familjehem",
			    .source = "myndighet",
			    .text = SAMPLE_TEXT,
			    .reference = "SN 2020/17",
			    .hash = {{7, [31] = 8}},
			    .number = UINT64_MAX,
			    .from = UINT64_MAX - 1,
			    .max = UINT32_MAX,
			    .has_split = true,
			    .income = {INT64_MAX},
			    .cost = {INT64_MIN},
			    .net = {-1},
			    .line = "Personal",
			    .as_of_date = 20200301,
			    .selection = sample_identities,
			    .selection_count = SAMPLE_ROWS},
	};
}

static inline struct message sample_answer(void)
{
	return (struct message){
		.kind = MESSAGE_ANSWER,
		.answer = {.id = {2},
			   .code = ANSWER_FAILED,
			   .text = SAMPLE_TEXT,
			   .table = &sample_table,
			   .stream_id = {3, [15] = 4},
			   .last_seq = UINT64_MAX,
			   .records = sample_records,
			   .record_count = 2},
	};
}

static inline struct message sample_begin(void)
{
	return (struct message){
		.kind = MESSAGE_BATCH_BEGIN,
		.batch_begin = {.session = 0x0102030405060708,
				.source = "myndighet",
				.file_name = "2020-08 Åre.se",
				.format = "sie4",
				.mode = REPLACE_DELTA},
	};
}

static const struct finding sample_findings[] = {
	{.code = FINDING_LEDGER_RESULT,
	 .line = 12,
	 .found = "#RES för konto 5010 är 1,00",
	 .expected = "gör om exporten"},
	{.code = FINDING_LEDGER_OLDER, .line = 0},
};

static inline struct message sample_batch_answer(void)
{
	return (struct message){
		.kind = MESSAGE_BATCH_ANSWER,
		.batch_answer = {.session = 5,
				 .verdict = BATCH_REFUSED,
				 .credit = UINT32_MAX,
				 .seq = UINT64_MAX,
				 .row_count = 7864,
				 .text = SAMPLE_TEXT,
				 .expected = "gör om exporten",
				 .line = 12,
				 .findings = sample_findings,
				 .finding_count = 2,
				 .finding_total = 400},
	};
}

static const uint32_t sample_voucher_lines[] = {17, 45, UINT32_MAX};

static inline struct message sample_vouchers(void)
{
	return (struct message){
		.kind = MESSAGE_VOUCHERS,
		.batch_vouchers = {.session = 6,
				   .layer = LAYER_VOLUME_BUDGET,
				   .severity = FINDING_WARNING,
				   .count = SAMPLE_ROWS,
				   .periods = sample_periods,
				   .identities = sample_identities,
				   .lines = sample_voucher_lines},
	};
}

static const struct finding sample_found[] = {
	{FINDING_SIE_UNBALANCED, FINDING_WARNING, UINT32_MAX, 1, SAMPLE_TEXT, "gör om exporten"},
	{FINDING_FILE_EMPTY, FINDING_ERROR, 0, 0, "", ""},
};

static inline struct message sample_parse_findings(void)
{
	return (struct message){
		.kind = MESSAGE_FINDINGS,
		.findings = {UINT64_MAX, {sample_found, 2, 1, UINT64_MAX - 1}},
	};
}

/* The messages in the order of enum message_kind. */
static inline struct message sample_message(int index)
{
	switch (index + 1) {
	case MESSAGE_BATCH_BEGIN:
		return sample_begin();
	case MESSAGE_ROWS:
		return sample_rows();
	case MESSAGE_BATCH_END:
		return sample_end();
	case MESSAGE_BATCH_ABORT:
		return (struct message){.kind = MESSAGE_BATCH_ABORT, .batch_abort = {UINT64_MAX}};
	case MESSAGE_BATCH_ANSWER:
		return sample_batch_answer();
	case MESSAGE_REQUEST:
		return sample_request();
	case MESSAGE_ANSWER:
		return sample_answer();
	case MESSAGE_VOUCHERS:
		return sample_vouchers();
	case MESSAGE_BELL:
		return (struct message){.kind = MESSAGE_BELL,
					.bell = {.stream_id = {1, 2, [15] = 3}, .last_seq = 99}};
	case MESSAGE_PARSE_JOB:
		return (struct message){.kind = MESSAGE_PARSE_JOB,
					.parse_job = {.session = UINT64_MAX,
						      .source = "myndighet",
						      .source_check = UINT64_MAX - 1,
						      .is_packed = true,
						      .wants_rows = true,
						      .answer_id = {1, [15] = 2},
						      .rows_max = UINT32_MAX,
						      .wants_texts = true,
						      .wants_extract = true,
						      .is_extract = true}};
	default:
		return sample_parse_findings();
	}
}

static const struct series sample_series[] = {
	{"Familjehem",
	 "Personal",
	 2020,
	 12,
	 {{INT64_MIN}, {-1}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {INT64_MAX}},
	 {{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}}},
	{"", "", 0, 0, {{0}}, {{0}}},
};

static const struct forecast_change sample_changes[] = {
	{
		.area = "Familjehem",
		.year = 2020,
		.month = 12,
		.income = {1},
		.cost = {-2},
		.net = {-1},
		.low = {INT64_MIN},
		.high = {INT64_MAX},
		.is_manual = true,
		.is_current = true,
		.has_budget = true,
		.budget_year = {4},
		.outcome_to_date = {5},
		.budget_to_date = {6},
	},
	{.area = ""},
};

static const struct alert_event sample_alert = {
	.id = UINT64_MAX,
	.time_ms = 17,
	.state = ALERT_CLEARED,
	.rule = "verksamhet",
	.measure = "prognos",
	.area = "Familjehem",
	.year = 2020,
	.month = 9,
	.deviation = {INT64_MIN},
	.budget = {INT64_MAX},
	.who = "uid 1001",
	.comment = SAMPLE_TEXT,
};

static const struct plan_event sample_plan = {
	.id = 1,
	.alert_id = UINT64_MAX,
	.time_ms = 18,
	.state = PLAN_CLOSED,
	.area = "Familjehem",
	.year = 2020,
	.deadline = 20201015,
	.reference = "SN § 7",
	.who = "uid 1001",
	.comment = SAMPLE_TEXT,
};

static const struct decision_event sample_decision = {
	.kind = DECISION_FORECAST_SET,
	.time_ms = 19,
	.who = "uid 1001",
	.period = {202009},
	.area = "Familjehem",
	.has_split = true,
	.income = {INT64_MAX},
	.cost = {INT64_MIN},
	.net = {-1},
	.comment = SAMPLE_TEXT,
};

static const struct case_event sample_case = {
	.time_ms = 20,
	.state = CASE_DISCARDED,
	.source = "källa",
	.file_name = "2020-08.se",
	.file = {{3, [31] = 4}},
	.received_ms = 21,
	.code = "F121",
	.line = UINT32_MAX,
	.column = 7,
	.text = SAMPLE_TEXT,
	.error_count = UINT64_MAX,
	.report = "/state/quarantine/källa/03.txt",
};

/* The events in the order of enum event_kind. */
static inline struct event sample_event(int index)
{
	switch (index + 1) {
	case EVENT_LEDGER:
		return (struct event){.kind = EVENT_LEDGER,
				      .ledger = {.time_ms = -1,
						 .batch_id = {{1, [31] = 2}},
						 .source = "källa",
						 .series = sample_series,
						 .series_count = 2}};
	case EVENT_FORECAST:
		return (struct event){.kind = EVENT_FORECAST,
				      .forecast = {.time_ms = INT64_MAX,
						   .method = "profil-1",
						   .changes = sample_changes,
						   .change_count = 2}};
	case EVENT_ALERT:
		return (struct event){.kind = EVENT_ALERT, .alert = sample_alert};
	case EVENT_PLAN:
		return (struct event){.kind = EVENT_PLAN, .plan = sample_plan};
	case EVENT_DECISION:
		return (struct event){.kind = EVENT_DECISION, .decision = sample_decision};
	case EVENT_CASE:
		return (struct event){.kind = EVENT_CASE, .file_case = sample_case};
	default:
		return (struct event){.kind = EVENT_ROOM,
				      .room = {.time_ms = 22,
					       .state = ALERT_CLEARED,
					       .free_mib = UINT64_MAX,
					       .limit_mib = 256}};
	}
}

static inline int sample_setup(void **state)
{
	struct arena *arena = NULL;

	assert_int_equal(arena_new(&arena, SAMPLE_ARENA_BYTES), 0);
	*state = arena;
	return 0;
}

static inline int sample_teardown(void **state)
{
	struct arena *arena = *state;

	arena_destroy(&arena);
	return 0;
}

/* Packed, unpacked, and packed again into the same bytes. */
static inline struct message sample_round(struct arena *arena, const struct message *message)
{
	uint8_t *bytes = NULL;
	uint8_t *again = NULL;
	size_t size = 0;
	size_t again_size = 0;
	struct message unpacked;

	assert_int_equal(message_pack(message, &bytes, &size), 0);
	assert_int_equal(message_unpack(bytes, size, arena, &unpacked), 0);
	assert_int_equal(message_pack(&unpacked, &again, &again_size), 0);
	assert_int_equal(again_size, size);
	assert_memory_equal(again, bytes, size);
	assert_int_equal(unpacked.kind, message->kind);
	/* Nothing of the message may live in the bytes. */
	memset(bytes, 0xA5, size);
	free(bytes);
	free(again);
	return unpacked;
}

static inline struct event sample_event_round(struct arena *arena, const struct event *event)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	struct event unpacked;

	assert_int_equal(event_pack(event, &bytes, &size), 0);
	assert_int_equal(event_unpack(bytes, size, arena, &unpacked), 0);
	assert_int_equal(unpacked.kind, event->kind);
	memset(bytes, 0xA5, size);
	free(bytes);
	return unpacked;
}

#define codec_test(test) cmocka_unit_test_setup_teardown(test, sample_setup, sample_teardown)
