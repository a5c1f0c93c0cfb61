/* SPDX-License-Identifier: Apache-2.0 */
/* Every message to bytes and back, field by field. */
#include "support/test.h"

#include "unit/wire/samples.h"

enum { SMALL_ARENA_BYTES = 2048, LARGE_TEXT_BYTES = MESSAGE_SIZE_MAX + 1 };

static void a_begin_arrives_whole(void **state)
{
	struct message sent = sample_begin();
	struct batch_begin got = sample_round(*state, &sent).batch_begin;

	assert_int_equal(got.session, sent.batch_begin.session);
	assert_string_equal(got.source, sent.batch_begin.source);
	assert_string_equal(got.file_name, sent.batch_begin.file_name);
	assert_string_equal(got.format, sent.batch_begin.format);
	assert_int_equal(got.mode, REPLACE_DELTA);
}

static void rows_arrive_whole(void **state)
{
	struct message sent = sample_rows();
	struct batch_rows got = sample_round(*state, &sent).batch_rows;

	assert_int_equal(got.session, UINT64_MAX);
	assert_int_equal(got.rows.layer, LAYER_BUDGET);
	assert_int_equal(got.rows.count, SAMPLE_ROWS);
	assert_memory_equal(got.rows.ids[DIMENSION_ACCOUNT], sample_accounts,
			    sizeof sample_accounts);
	assert_memory_equal(got.rows.ids[DIMENSION_LINE], sample_lines, sizeof sample_lines);
	assert_null(got.rows.ids[DIMENSION_UNIT]);
	assert_null(got.rows.ids[DIMENSION_PROJECT]);
	assert_memory_equal(got.rows.periods, sample_periods, sizeof sample_periods);
	assert_memory_equal(got.rows.amounts_ore, sample_amounts, sizeof sample_amounts);
	assert_memory_equal(got.rows.row_counts, sample_row_counts, sizeof sample_row_counts);
	assert_int_equal(got.rows.new_codes_count[DIMENSION_ACCOUNT], 3);
	assert_string_equal(got.rows.new_codes[DIMENSION_ACCOUNT][1], "0042");
	assert_string_equal(got.rows.new_codes[DIMENSION_ACCOUNT][2], "Å");
	assert_int_equal(got.rows.new_codes_count[DIMENSION_UNIT], 1);
	assert_int_equal(got.rows.new_codes_count[DIMENSION_LINE], 0);
}

static void the_most_rows_arrive(void **state)
{
	static uint32_t ids[ROWS_MAX];
	static uint32_t periods[ROWS_MAX];
	static int64_t amounts[ROWS_MAX];
	struct message sent = {.kind = MESSAGE_ROWS,
			       .batch_rows = {.rows = {.layer = LAYER_OUTCOME,
						       .count = ROWS_MAX,
						       .periods = periods,
						       .amounts_ore = amounts}}};
	struct batch_rows got;

	for (uint32_t i = 0; i < ROWS_MAX; i++) {
		ids[i] = i;
		periods[i] = 202001 + i % 12;
		amounts[i] = -(int64_t)i * i;
	}
	for (int d = 0; d < DIMENSION_COUNT; d++)
		sent.batch_rows.rows.ids[d] = ids;
	got = sample_round(*state, &sent).batch_rows;
	assert_int_equal(got.rows.count, ROWS_MAX);
	assert_null(got.rows.row_counts);
	assert_memory_equal(got.rows.amounts_ore, amounts, sizeof amounts);
	for (int d = 0; d < DIMENSION_COUNT; d++)
		assert_memory_equal(got.rows.ids[d], ids, sizeof ids);
}

static void an_end_arrives_whole(void **state)
{
	struct message sent = sample_end();
	struct batch_end got = sample_round(*state, &sent).batch_end;

	assert_int_equal(got.session, 1);
	assert_int_equal(got.row_count, UINT64_MAX);
	assert_int_equal(got.voucher_count, 4194304);
	assert_money_equal(got.sum, INT64_MIN);
	assert_true(got.balances);
	assert_int_equal(got.exported_date, 20200915);
	assert_int_equal(got.coverage_count, 2);
	assert_int_equal(got.coverages[0].layer, LAYER_OUTCOME);
	assert_int_equal(got.coverages[0].last.yyyymm, 202012);
	assert_int_equal(got.coverages[0].through.yyyymm, 202008);
	assert_int_equal(got.coverages[1].layer, LAYER_BUDGET);
	assert_int_equal(got.coverages[1].first.yyyymm, 201901);
	assert_int_equal(got.warning_count, 3);
	assert_string_equal(got.warnings[2], SAMPLE_TEXT);
	assert_memory_equal(got.file.bytes, sent.batch_end.file.bytes, HASH_SIZE);
	assert_true(got.may_replace_newer);
}

static void findings_arrive_whole(void **state)
{
	struct message sent = sample_parse_findings();
	struct parse_findings got = sample_round(*state, &sent).findings;

	assert_int_equal(got.session, UINT64_MAX);
	assert_int_equal(got.findings.count, 2);
	assert_int_equal(got.findings.error_count, 1);
	assert_int_equal(got.findings.warning_count, UINT64_MAX - 1);
	assert_memory_equal(&got.findings.items[0], &sample_found[0], sizeof sample_found[0]);
	assert_memory_equal(&got.findings.items[1], &sample_found[1], sizeof sample_found[1]);
}

static void a_job_arrives_whole(void **state)
{
	struct message sent = sample_message(MESSAGE_PARSE_JOB - 1);
	struct parse_job got = sample_round(*state, &sent).parse_job;

	assert_int_equal(got.session, UINT64_MAX);
	assert_string_equal(got.source, "myndighet");
	assert_int_equal(got.source_check, UINT64_MAX - 1);
	assert_true(got.is_packed && got.wants_rows && got.wants_extract && got.is_extract);
	assert_true(got.wants_texts);
	assert_memory_equal(got.answer_id, sent.parse_job.answer_id, REQUEST_ID_SIZE);
	assert_int_equal(got.rows_max, UINT32_MAX);
}

static void controls_arrive_whole(void **state)
{
	struct message sent = sample_end();
	struct batch_end got = sample_round(*state, &sent).batch_end;

	assert_int_equal(got.control_count, 2);
	assert_int_equal(got.controls[0].kind, CONTROL_ACCOUNT_YEAR);
	assert_string_equal(got.controls[0].account, "5010");
	assert_int_equal(got.controls[0].period.yyyymm, 202012);
	assert_money_equal(got.controls[0].amount, INT64_MIN);
	assert_int_equal(got.controls[0].line, UINT32_MAX);
	assert_int_equal(got.controls[0].severity, FINDING_WARNING);
	assert_int_equal(got.controls[1].kind, CONTROL_ACCOUNT_PERIOD);
	assert_money_equal(got.controls[1].amount, INT64_MAX);
}

static void a_batch_answer_arrives_whole(void **state)
{
	struct message sent = sample_batch_answer();
	struct batch_answer got = sample_round(*state, &sent).batch_answer;

	assert_int_equal(got.session, 5);
	assert_int_equal(got.verdict, BATCH_REFUSED);
	assert_int_equal(got.credit, UINT32_MAX);
	assert_int_equal(got.seq, UINT64_MAX);
	assert_int_equal(got.row_count, 7864);
	assert_string_equal(got.text, SAMPLE_TEXT);
	assert_string_equal(got.expected, "gör om exporten");
	assert_int_equal(got.line, 12);
	assert_int_equal(got.finding_count, 2);
	assert_int_equal(got.finding_total, 400);
	assert_int_equal(got.findings[0].code, FINDING_LEDGER_RESULT);
	assert_int_equal(got.findings[0].line, 12);
	assert_string_equal(got.findings[0].found, "#RES för konto 5010 är 1,00");
	assert_string_equal(got.findings[0].expected, "gör om exporten");
	assert_int_equal(got.findings[1].code, FINDING_LEDGER_OLDER);
}

static void vouchers_arrive_whole(void **state)
{
	struct message sent = sample_vouchers();
	struct batch_vouchers got = sample_round(*state, &sent).batch_vouchers;

	assert_int_equal(got.session, 6);
	assert_int_equal(got.layer, LAYER_VOLUME_BUDGET);
	assert_int_equal(got.severity, FINDING_WARNING);
	assert_int_equal(got.count, SAMPLE_ROWS);
	assert_memory_equal(got.periods, sample_periods, sizeof sample_periods);
	assert_memory_equal(got.identities, sample_identities, sizeof sample_identities);
	assert_memory_equal(got.lines, sample_voucher_lines, sizeof sample_voucher_lines);
}

static void an_abort_and_a_bell_arrive_whole(void **state)
{
	struct message abort = sample_message(MESSAGE_BATCH_ABORT - 1);
	struct message bell = sample_message(MESSAGE_BELL - 1);
	struct message got = sample_round(*state, &bell);

	assert_int_equal(sample_round(*state, &abort).batch_abort.session, UINT64_MAX);
	assert_int_equal(got.bell.last_seq, 99);
	assert_memory_equal(got.bell.stream_id, bell.bell.stream_id, STREAM_ID_SIZE);
}

static void a_request_arrives_whole(void **state)
{
	struct message sent = sample_request();
	struct request got = sample_round(*state, &sent).request;

	assert_memory_equal(got.id, sent.request.id, REQUEST_ID_SIZE);
	assert_int_equal(got.kind, REQUEST_FORECAST_SET);
	assert_int_equal(got.raw_kind, REQUEST_FORECAST_SET);
	assert_int_equal(got.period.yyyymm, 202009);
	assert_string_equal(got.area, "Familjehem");
	assert_string_equal(got.source, "myndighet");
	assert_string_equal(got.text, SAMPLE_TEXT);
	assert_string_equal(got.reference, "SN 2020/17");
	assert_memory_equal(got.hash.bytes, sent.request.hash.bytes, HASH_SIZE);
	assert_int_equal(got.number, UINT64_MAX);
	assert_int_equal(got.from, UINT64_MAX - 1);
	assert_int_equal(got.max, UINT32_MAX);
	assert_true(got.has_split);
	assert_money_equal(got.income, INT64_MAX);
	assert_money_equal(got.cost, INT64_MIN);
	assert_money_equal(got.net, -1);
	assert_string_equal(got.line, "Personal");
	assert_int_equal(got.as_of_date, 20200301);
	assert_int_equal(got.selection_count, SAMPLE_ROWS);
	assert_memory_equal(got.selection, sample_identities, sizeof sample_identities);
}

static void a_kind_of_request_we_do_not_know_keeps_its_number(void **state)
{
	struct message sent = {.kind = MESSAGE_REQUEST,
			       .request = {.raw_kind = REQUEST_KIND_MAX + 1}};
	struct request got = sample_round(*state, &sent).request;

	assert_int_equal(got.kind, 0);
	assert_int_equal(got.raw_kind, REQUEST_KIND_MAX + 1);
}

static void an_answer_arrives_whole(void **state)
{
	struct message sent = sample_answer();
	struct answer got = sample_round(*state, &sent).answer;

	assert_memory_equal(got.id, sent.answer.id, REQUEST_ID_SIZE);
	assert_int_equal(got.code, ANSWER_FAILED);
	assert_string_equal(got.text, SAMPLE_TEXT);
	assert_memory_equal(got.stream_id, sent.answer.stream_id, STREAM_ID_SIZE);
	assert_int_equal(got.last_seq, UINT64_MAX);
	assert_int_equal(got.record_count, 2);
	assert_int_equal(got.records[0].seq, 1);
	assert_int_equal(got.records[0].payload_size, sizeof sample_payload);
	assert_memory_equal(got.records[0].payload, sample_payload, sizeof sample_payload);
	assert_int_equal(got.records[1].seq, UINT64_MAX);
	assert_int_equal(got.records[1].payload_size, 1);
	assert_memory_equal(got.records[1].previous.bytes, sample_records[1].previous.bytes,
			    HASH_SIZE);
}

static void a_table_arrives_with_what_is_missing_in_it(void **state)
{
	struct message sent = sample_answer();
	const struct table *got = sample_round(*state, &sent).answer.table;
	const struct table_column *column;

	assert_non_null(got);
	assert_string_equal(got->title, "Rubrik");
	assert_int_equal(got->row_count, 3);
	assert_int_equal(got->column_count, 3);
	assert_int_equal(got->note_count, 2);
	assert_string_equal(got->notes[0], "en not");
	column = table_find(got, "område");
	assert_non_null(column);
	assert_string_equal(column->title, "Område");
	assert_null(column->texts[0]);
	assert_string_equal(column->texts[1], "");
	assert_string_equal(column->texts[2], SAMPLE_TEXT);
	column = table_find(got, "utfall");
	assert_int_equal(column->kind, COLUMN_MONEY);
	assert_int_equal(column->numbers[0], TABLE_MISSING);
	assert_int_equal(column->numbers[2], INT64_MAX);
	assert_int_equal(table_find(got, "dag")->kind, COLUMN_DATE);
}

static void a_table_without_rows_and_title_arrives(void **state)
{
	struct table empty = {.columns = {{"a", "A", COLUMN_TEXT, NULL, NULL},
					  {"b", "B", COLUMN_COUNT, NULL, NULL}},
			      .column_count = 2};
	struct message sent = {.kind = MESSAGE_ANSWER,
			       .answer = {.code = ANSWER_OK, .text = "", .table = &empty}};
	const struct table *got = sample_round(*state, &sent).answer.table;

	assert_non_null(got);
	assert_int_equal(got->row_count, 0);
	assert_int_equal(got->column_count, 2);
	assert_null(got->title);
}

/* The least of every kind: texts that are NULL arrive as "". */
static void the_least_of_every_kind_arrives(void **state)
{
	static uint32_t period[1] = {202001};
	static int64_t amount[1];
	const struct message least[] = {
		{.kind = MESSAGE_BATCH_BEGIN, .batch_begin = {.mode = REPLACE_SNAPSHOT}},
		{.kind = MESSAGE_ROWS,
		 .batch_rows.rows = {.layer = LAYER_OUTCOME,
				     .count = 1,
				     .periods = period,
				     .amounts_ore = amount}},
		{.kind = MESSAGE_BATCH_END},
		{.kind = MESSAGE_BATCH_ABORT},
		{.kind = MESSAGE_BATCH_ANSWER, .batch_answer = {.verdict = BATCH_READY}},
		{.kind = MESSAGE_REQUEST},
		{.kind = MESSAGE_ANSWER, .answer = {.code = ANSWER_OK}},
		{.kind = MESSAGE_BELL},
		{.kind = MESSAGE_PARSE_JOB},
		{.kind = MESSAGE_FINDINGS},
	};

	for (size_t i = 0; i < sizeof least / sizeof least[0]; i++)
		sample_round(*state, &least[i]);
	assert_string_equal(sample_round(*state, &least[5]).request.area, "");
	assert_string_equal(sample_round(*state, &least[0]).batch_begin.source, "");
	assert_null(sample_round(*state, &least[6]).answer.table);
	assert_int_equal(sample_round(*state, &least[6]).answer.record_count, 0);
}

static void a_message_over_the_limit_is_neither_packed_nor_unpacked(void **state)
{
	struct message sent = sample_request();
	char *text = malloc(LARGE_TEXT_BYTES + 1);
	uint8_t *bytes = NULL;
	size_t size = 0;
	struct message got;

	assert_non_null(text);
	memset(text, 'x', LARGE_TEXT_BYTES);
	text[LARGE_TEXT_BYTES] = '\0';
	sent.request.text = text;
	assert_int_equal(message_pack(&sent, &bytes, &size), -EMSGSIZE);
	assert_int_equal(message_unpack((const uint8_t *)text, LARGE_TEXT_BYTES, *state, &got),
			 CODEC_TOO_LARGE);
	free(text);
}

static void a_full_arena_makes_a_message_malformed_and_no_crash(void **state)
{
	struct arena *small = NULL;
	unsigned refused = 0;

	(void)state;
	assert_int_equal(arena_new(&small, SMALL_ARENA_BYTES), 0);
	for (int i = 0; i < SAMPLE_MESSAGES; i++) {
		struct message message = sample_message(i);
		uint8_t *bytes = NULL;
		size_t size = 0;

		assert_int_equal(message_pack(&message, &bytes, &size), 0);
		for (size_t left = 0; left < SMALL_ARENA_BYTES; left += 16) {
			struct message got;
			int r;

			arena_reset(small);
			assert_non_null(arena_take(small, SMALL_ARENA_BYTES - left));
			r = message_unpack(bytes, size, small, &got);
			assert_true(r == 0 || r == CODEC_MALFORMED);
			refused += r != 0;
		}
		free(bytes);
	}
	arena_destroy(&small);
	print_message("%u messages refused for want of room\n", refused);
	assert_true(refused > 100);
}

static void a_kind_that_is_none_cannot_be_packed(void **state)
{
	struct message none = {.kind = 0};
	uint8_t *bytes = NULL;
	size_t size = 0;

	(void)state;
	assert_int_equal(message_pack(&none, &bytes, &size), -EINVAL);
	assert_null(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		codec_test(a_begin_arrives_whole),
		codec_test(rows_arrive_whole),
		codec_test(the_most_rows_arrive),
		codec_test(an_end_arrives_whole),
		codec_test(controls_arrive_whole),
		codec_test(a_batch_answer_arrives_whole),
		codec_test(vouchers_arrive_whole),
		codec_test(an_abort_and_a_bell_arrive_whole),
		codec_test(findings_arrive_whole),
		codec_test(a_job_arrives_whole),
		codec_test(a_request_arrives_whole),
		codec_test(a_kind_of_request_we_do_not_know_keeps_its_number),
		codec_test(an_answer_arrives_whole),
		codec_test(a_table_arrives_with_what_is_missing_in_it),
		codec_test(a_table_without_rows_and_title_arrives),
		codec_test(the_least_of_every_kind_arrives),
		codec_test(a_message_over_the_limit_is_neither_packed_nor_unpacked),
		codec_test(a_full_arena_makes_a_message_malformed_and_no_crash),
		codec_test(a_kind_that_is_none_cannot_be_packed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
