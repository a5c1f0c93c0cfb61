/* SPDX-License-Identifier: Apache-2.0 */
/* Numbering, chain and answers of a journal, read back as its followers would. */
#include "support/test.h"

#include "unit/feed/press.h"

enum { WAIT_MS = 5, DEADLINE_ROUNDS = 2000, BIG_TEXT_BYTES = 3 * 1024 * 1024 };

static void records_are_numbered_from_one_without_gaps(void **state)
{
	struct press *press = *state;
	struct answer answer;

	assert_int_equal(journal_last_seq(press->journal), 0);
	press_print(press, 1, 3);
	press_print(press, 4, 4);
	press_print(press, 5, 9);
	answer = press_answer(press, 1, 0);
	assert_int_equal(answer.record_count, 9);
	assert_int_equal(answer.last_seq, 9);
	for (size_t i = 0; i < answer.record_count; i++)
		assert_int_equal(answer.records[i].seq, i + 1);
	assert_int_equal(journal_last_seq(press->journal), 9);
}

static void an_empty_journal_answers_with_its_stream_and_no_record(void **state)
{
	static const uint8_t none[STREAM_ID_SIZE];
	struct answer answer = press_answer(*state, 1, 0);

	assert_int_equal(answer.record_count, 0);
	assert_int_equal(answer.last_seq, 0);
	assert_memory_not_equal(answer.stream_id, none, STREAM_ID_SIZE);
}

/* SHA-256 of number, previous and payload, without the code under test. */
static struct hash record_hash(const struct record *record)
{
	struct hasher *hasher = NULL;
	struct hash hash;
	uint8_t number[8];

	for (int i = 0; i < 8; i++)
		number[i] = (uint8_t)(record->seq >> (56 - 8 * i));
	assert_int_equal(hasher_new(&hasher), 0);
	assert_int_equal(hasher_add(hasher, number, sizeof number), 0);
	assert_int_equal(hasher_add(hasher, record->previous.bytes, HASH_SIZE), 0);
	assert_int_equal(hasher_add(hasher, record->payload, record->payload_size), 0);
	assert_int_equal(hasher_end(hasher, &hash), 0);
	hasher_destroy(&hasher);
	return hash;
}

static void assert_chain_holds(const struct answer *answer)
{
	struct hash previous = {{0}};

	for (size_t i = 0; i < answer->record_count; i++) {
		assert_memory_equal(answer->records[i].previous.bytes, previous.bytes, HASH_SIZE);
		previous = record_hash(&answer->records[i]);
	}
}

static void the_chain_can_be_verified_by_anybody(void **state)
{
	struct press *press = *state;
	struct answer answer;

	press_print(press, 1, 20);
	answer = press_answer(press, 1, 0);
	assert_int_equal(answer.record_count, 20);
	assert_chain_holds(&answer);
}

static void a_payload_is_the_event_that_was_appended(void **state)
{
	struct press *press = *state;
	struct answer answer;
	struct event event;

	press_print(press, 1, 2);
	answer = press_answer(press, 2, 1);
	assert_int_equal(event_unpack(answer.records[0].payload, answer.records[0].payload_size,
				      press->arena, &event),
			 0);
	assert_int_equal(event.kind, EVENT_LEDGER);
	assert_int_equal(event.ledger.time_ms, 2);
	assert_money_equal(event.ledger.series[0].outcome[0], press_ore(2));
}

/* Appends @count records in a transaction that never happens. */
static void print_and_abort(struct press *press, uint64_t first, unsigned count)
{
	struct store_txn *txn = NULL;

	assert_int_equal(store_begin(press->store, STORE_WRITE, &txn), 0);
	for (uint64_t number = first; number < first + count; number++)
		assert_int_equal(press_append(press, txn, number, NULL), 0);
	store_abort(&txn);
}

static void an_aborted_append_leaves_no_gap_and_no_break(void **state)
{
	struct press *press = *state;
	struct answer answer;

	press_print(press, 1, 2);
	print_and_abort(press, 3, 3);
	press_print(press, 3, 4);
	answer = press_answer(press, 1, 0);
	assert_int_equal(answer.record_count, 4);
	assert_int_equal(answer.last_seq, 4);
	assert_chain_holds(&answer);
}

static void an_aborted_append_is_not_told_before_the_next(void **state)
{
	struct press *press = *state;

	press_print(press, 1, 2);
	print_and_abort(press, 3, 1);
	assert_int_equal(journal_last_seq(press->journal), 2);
	assert_int_equal(press_answer(press, 1, 0).last_seq, 2);
}

static void an_aborted_append_is_not_told_after_another_commit(void **state)
{
	struct press *press = *state;

	press_print(press, 1, 2);
	print_and_abort(press, 3, 1);
	assert_int_equal(journal_ring(press->journal), 0);
	assert_int_equal(journal_last_seq(press->journal), 2);
}

static void a_reopened_journal_goes_on_with_its_stream_and_numbers(void **state)
{
	struct press *press = *state;
	uint8_t stream_id[STREAM_ID_SIZE];
	struct answer answer;

	press_print(press, 1, 3);
	memcpy(stream_id, press_answer(press, 1, 0).stream_id, STREAM_ID_SIZE);
	press_close(press);
	press_open(press);
	assert_int_equal(journal_last_seq(press->journal), 3);
	press_print(press, 4, 5);
	answer = press_answer(press, 1, 0);
	assert_memory_equal(answer.stream_id, stream_id, STREAM_ID_SIZE);
	assert_int_equal(answer.record_count, 5);
	assert_chain_holds(&answer);
}

static void two_journals_are_two_streams(void **state)
{
	struct press *press = *state;
	void *other_state = NULL;
	struct press *other;

	assert_int_equal(press_setup(&other_state), 0);
	other = other_state;
	assert_memory_not_equal(press_answer(press, 1, 0).stream_id,
				press_answer(other, 1, 0).stream_id, STREAM_ID_SIZE);
	press_teardown(&other_state);
}

static void an_answer_begins_where_asked_and_ends_when_told(void **state)
{
	struct press *press = *state;
	struct answer answer;

	press_print(press, 1, 10);
	answer = press_answer(press, 4, 3);
	assert_int_equal(answer.record_count, 3);
	assert_int_equal(answer.records[0].seq, 4);
	assert_int_equal(answer.records[2].seq, 6);
	assert_int_equal(answer.last_seq, 10);
	assert_int_equal(press_answer(press, 11, 3).record_count, 0);
	assert_int_equal(press_answer(press, UINT64_MAX, 3).record_count, 0);
}

/* Four records of 3 MiB each. */
static void big_records_print(struct press *press)
{
	char *text = malloc(BIG_TEXT_BYTES + 1);
	struct store_txn *txn = NULL;

	assert_non_null(text);
	memset(text, 'x', BIG_TEXT_BYTES);
	text[BIG_TEXT_BYTES] = '\0';
	assert_int_equal(store_begin(press->store, STORE_WRITE, &txn), 0);
	for (uint64_t number = 1; number <= 4; number++)
		assert_int_equal(press_append_text(press, txn, number, text, NULL), 0);
	assert_int_equal(store_commit(&txn), 0);
	assert_int_equal(journal_ring(press->journal), 0);
	free(text);
}

static void an_answer_is_at_most_8_mib(void **state)
{
	struct press *press = *state;
	struct answer answer;

	big_records_print(press);
	answer = press_answer(press, 1, 0);
	assert_int_equal(answer.record_count, 2);
	assert_int_equal(answer.last_seq, 4);
	assert_int_equal(press_answer(press, 3, 0).record_count, 2);
}

struct hearing {
	struct press *press;
	struct bell last;
	unsigned rounds;
};

static int bell_hear(void *context)
{
	struct hearing *hearing = context;
	struct message message;
	int r = socket_receive(hearing->press->guest, hearing->press->arena, &message, NULL);

	assert_true(r == 0 || r == SOCKET_EMPTY);
	if (r == 0) {
		assert_int_equal(message.kind, MESSAGE_BELL);
		hearing->last = message.bell;
		loop_stop(hearing->press->loop);
	}
	return 0;
}

static int deadline_check(void *context)
{
	struct hearing *hearing = context;

	return ++hearing->rounds > DEADLINE_ROUNDS ? -ETIMEDOUT : 0;
}

static void the_bell_tells_stream_and_last_number(void **state)
{
	struct press *press = *state;
	struct hearing hearing = {.press = press};
	char endpoint[PATH_SIZE];

	press_print(press, 1, 7);
	scratch_endpoint(&press->scratch, "bell", endpoint);
	assert_int_equal(socket_open(&press->guest, press->wire, SOCKET_LISTENER, endpoint), 0);
	assert_int_equal(loop_add_socket(press->loop, press->guest, bell_hear, &hearing), 0);
	assert_int_equal(loop_add_timer(press->loop, WAIT_MS, deadline_check, &hearing, NULL), 0);
	assert_int_equal(loop_run(press->loop), 0);
	assert_int_equal(hearing.last.last_seq, 7);
	assert_memory_equal(hearing.last.stream_id, press_answer(press, 1, 1).stream_id,
			    STREAM_ID_SIZE);
	loop_remove_socket(press->loop, press->guest);
}

#define journal_test(test) cmocka_unit_test_setup_teardown(test, press_setup, press_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		journal_test(records_are_numbered_from_one_without_gaps),
		journal_test(an_empty_journal_answers_with_its_stream_and_no_record),
		journal_test(the_chain_can_be_verified_by_anybody),
		journal_test(a_payload_is_the_event_that_was_appended),
		journal_test(an_aborted_append_leaves_no_gap_and_no_break),
		journal_test(an_aborted_append_is_not_told_before_the_next),
		journal_test(an_aborted_append_is_not_told_after_another_commit),
		journal_test(a_reopened_journal_goes_on_with_its_stream_and_numbers),
		journal_test(two_journals_are_two_streams),
		journal_test(an_answer_begins_where_asked_and_ends_when_told),
		journal_test(an_answer_is_at_most_8_mib),
		journal_test(the_bell_tells_stream_and_last_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
