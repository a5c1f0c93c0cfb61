/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A follower against a real journal in the same process: two stores, one loop,
 * and between them a control socket that misbehaves.
 */
#include "support/test.h"

#include "lib/base/error.h"
#include "lib/feed/follower.h"
#include "unit/feed/wicked.h"

enum consumer_table { CONSUMER_CURSOR, CONSUMER_STATE };

enum {
	RECORD_COUNT = 500,
	CRASH_ONE_IN = 25,
	WATCH_MS = 2,
	WATCH_ROUNDS_MAX = 10000, /* twenty seconds: something is wrong then */
	FAULTS_AT_LEAST = 100,
	SEED = 20201122,
};

static const char *const consumer_tables[] = {"cursor", "state"};

/* What is derived: a sum, a count, and a digest that depends on the order. */
struct derived {
	int64_t sum_ore;
	uint64_t count;
	uint64_t digest;
};

struct consumer {
	struct press *press;
	struct store *store;
	struct follower *follower;
	struct wicked wicked;
	uint32_t random;
	bool crashes;
	unsigned crash_count;
	unsigned commit_count;
	uint64_t stop_at; /* loop_run ends when so many are applied */
	unsigned rounds;
	int timer;
	int apply_error;
};

static void derived_add(struct derived *derived, uint64_t seq, int64_t ore)
{
	derived->sum_ore += ore;
	derived->count++;
	derived->digest = derived->digest * 31 + seq;
}

static struct derived derived_expected(uint64_t count)
{
	struct derived derived = {0};

	for (uint64_t seq = 1; seq <= count; seq++)
		derived_add(&derived, seq, press_ore(seq));
	return derived;
}

static struct derived derived_load(struct store_txn *txn)
{
	struct derived derived = {0};
	struct key key = key_empty();
	struct store_value value;
	int r;

	key_text(&key, "derived");
	r = store_get(txn, CONSUMER_STATE, &key, &value);
	assert_true(r == 0 || r == STORE_MISSING);
	if (r == 0)
		memcpy(&derived, value.bytes, sizeof derived);
	return derived;
}

static void derived_save(struct store_txn *txn, const struct derived *derived)
{
	struct key key = key_empty();

	key_text(&key, "derived");
	assert_int_equal(store_put(txn, CONSUMER_STATE, &key, derived, sizeof *derived), 0);
}

static bool consumer_crashes(struct consumer *consumer)
{
	if (!consumer->crashes || wicked_draw(&consumer->random, CRASH_ONE_IN) != 0)
		return false;
	consumer->crash_count++;
	return true;
}

/* Dies before it has derived, or after, inside the transaction. */
static int consumer_apply(void *context, struct store_txn *txn, uint64_t seq,
			  const struct event *event)
{
	struct consumer *consumer = context;
	struct derived derived = derived_load(txn);

	if (consumer->apply_error)
		return consumer->apply_error;
	if (consumer_crashes(consumer))
		return -ECANCELED;
	assert_int_equal(event->kind, EVENT_LEDGER);
	derived_add(&derived, seq, event->ledger.series[0].outcome[0].ore);
	derived_save(txn, &derived);
	return consumer_crashes(consumer) ? -ECANCELED : 0;
}

static int consumer_committed(void *context)
{
	struct consumer *consumer = context;

	consumer->commit_count++;
	return consumer_crashes(consumer) ? -ECANCELED : 0;
}

/* Ends the loop when all is applied, and kills the follower at half of the
 * dropped answers: the other half it has to ask again for by itself. */
static int consumer_watch(void *context)
{
	struct consumer *consumer = context;

	if (++consumer->rounds > WATCH_ROUNDS_MAX)
		return -ETIMEDOUT;
	if (follower_cursor(consumer->follower) >= consumer->stop_at)
		return -ECANCELED;
	if (consumer->wicked.dropped) {
		consumer->wicked.dropped = false;
		return wicked_draw(&consumer->random, 16) != 0 ? -ECANCELED : 0;
	}
	return 0;
}

static void consumer_store_open(struct consumer *consumer)
{
	char path[PATH_SIZE];

	scratch_path(&consumer->press->scratch, "consumer", path);
	assert_int_equal(store_open(&consumer->store, path, consumer_tables, 2, PRESS_STORE_MIB),
			 0);
}

static int consumer_setup(void **state)
{
	struct consumer *consumer = calloc(1, sizeof *consumer);
	void *press = NULL;

	assert_non_null(consumer);
	press_setup(&press);
	consumer->press = press;
	consumer->random = SEED;
	consumer->wicked.random = SEED;
	consumer_store_open(consumer);
	wicked_open(&consumer->wicked, consumer->press);
	assert_int_equal(loop_add_timer(consumer->press->loop, WATCH_MS, consumer_watch, consumer,
					&consumer->timer),
			 0);
	*state = consumer;
	return 0;
}

static int consumer_teardown(void **state)
{
	struct consumer *consumer = *state;
	void *press = consumer->press;

	follower_destroy(&consumer->follower);
	wicked_close(&consumer->wicked);
	store_close(&consumer->store);
	press_teardown(&press);
	free(consumer);
	return 0;
}

static void follower_start(struct consumer *consumer)
{
	char bell[PATH_SIZE];
	char control[PATH_SIZE];
	struct follower_options options = {
		.name = "aggregate",
		.bell_endpoint = bell,
		.control_endpoint = control,
		.store = consumer->store,
		.cursor_table = CONSUMER_CURSOR,
		.wire = consumer->press->wire,
		.loop = consumer->press->loop,
		.apply = consumer_apply,
		.committed = consumer_committed,
		.context = consumer,
	};

	scratch_endpoint(&consumer->press->scratch, "bell", bell);
	scratch_endpoint(&consumer->press->scratch, "control", control);
	assert_int_equal(follower_new(&consumer->follower, &options), 0);
}

/* One life of a follower, to its end. */
static int follower_live(struct consumer *consumer, uint64_t stop_at)
{
	int r;

	consumer->stop_at = stop_at;
	consumer->rounds = 0;
	follower_start(consumer);
	r = loop_run(consumer->press->loop);
	follower_destroy(&consumer->follower);
	return r;
}

static struct derived consumer_derived(struct consumer *consumer)
{
	struct store_txn *txn = NULL;
	struct derived derived;

	assert_int_equal(store_begin(consumer->store, STORE_READ, &txn), 0);
	derived = derived_load(txn);
	store_abort(&txn);
	return derived;
}

static void assert_derived(struct consumer *consumer, uint64_t count)
{
	struct derived expected = derived_expected(count);
	struct derived derived = consumer_derived(consumer);

	assert_int_equal(derived.count, expected.count);
	assert_int_equal(derived.sum_ore, expected.sum_ore);
	assert_int_equal(derived.digest, expected.digest);
}

static void a_follower_applies_what_is_there_and_what_comes(void **state)
{
	struct consumer *consumer = *state;

	press_print(consumer->press, 1, 20);
	assert_int_equal(follower_live(consumer, 20), -ECANCELED);
	assert_derived(consumer, 20);
	press_print(consumer->press, 21, 30);
	assert_int_equal(follower_live(consumer, 30), -ECANCELED);
	assert_derived(consumer, 30);
	assert_true(consumer->commit_count >= 2);
}

static int more_print(void *context)
{
	struct consumer *consumer = context;

	press_print(consumer->press, 6, 8);
	return 0;
}

static void a_bell_wakes_a_follower_that_has_caught_up(void **state)
{
	struct consumer *consumer = *state;

	press_print(consumer->press, 1, 5);
	consumer->stop_at = 8;
	follower_start(consumer);
	assert_int_equal(loop_later(consumer->press->loop, more_print, consumer), 0);
	assert_int_equal(loop_run(consumer->press->loop), -ECANCELED);
	assert_int_equal(follower_cursor(consumer->follower), 8);
	assert_int_equal(follower_producer_seq(consumer->follower), 8);
	assert_derived(consumer, 8);
}

/* Lives until @count records are applied; sometimes on a store opened anew. */
static unsigned follower_live_on(struct consumer *consumer, uint64_t count)
{
	unsigned lives = 0;

	while (consumer_derived(consumer).count < count) {
		assert_int_equal(follower_live(consumer, count), -ECANCELED);
		if (++lives % 4 == 0) {
			store_close(&consumer->store);
			consumer_store_open(consumer);
		}
	}
	return lives;
}

static unsigned faults_count(const struct wicked *wicked)
{
	return wicked->answered - wicked->counts[FAULT_NONE];
}

static void faults_print(const struct wicked *wicked)
{
	print_message("%u answers, %u faults: %u dropped, %u doubled, %u held, %u reversed, "
		      "%u with records doubled, %u with a gap, %u replayed\n",
		      wicked->answered, faults_count(wicked), wicked->counts[FAULT_DROP],
		      wicked->counts[FAULT_DOUBLE], wicked->counts[FAULT_HOLD],
		      wicked->counts[FAULT_SHUFFLE], wicked->counts[FAULT_RECORDS_DOUBLED],
		      wicked->counts[FAULT_GAP], wicked->counts[FAULT_REPLAY]);
}

static void every_record_is_applied_once_and_in_order_whatever_happens(void **state)
{
	struct consumer *consumer = *state;
	unsigned lives;

	consumer->wicked.is_wicked = true;
	consumer->crashes = true;
	press_print(consumer->press, 1, RECORD_COUNT / 2);
	lives = follower_live_on(consumer, RECORD_COUNT / 3);
	press_print(consumer->press, RECORD_COUNT / 2 + 1, RECORD_COUNT);
	lives += follower_live_on(consumer, RECORD_COUNT);
	assert_derived(consumer, RECORD_COUNT);
	faults_print(&consumer->wicked);
	print_message("%u lives of the follower, %u of them ended in the middle of something\n",
		      lives, consumer->crash_count);
	assert_true(faults_count(&consumer->wicked) >= FAULTS_AT_LEAST);
	assert_true(consumer->crash_count > 20);
	for (int fault = 0; fault < FAULT_COUNT; fault++)
		assert_true(consumer->wicked.counts[fault] > 0);
}

/* A consumer without the guard: it applies whatever it gets. */
struct naive {
	struct press *press;
	struct derived derived;
	uint64_t last_seq;
	bool heard; /* something since the last tick */
	unsigned rounds;
};

static int naive_ask(void *context)
{
	struct naive *naive = context;
	struct message message = {
		.kind = MESSAGE_REQUEST,
		.request = {.kind = REQUEST_JOURNAL, .from = naive->last_seq + 1, .max = 256},
	};

	assert_int_equal(socket_send(naive->press->guest, NULL, &message), 0);
	return 0;
}

/* Asks again when nothing came. */
static int naive_tick(void *context)
{
	struct naive *naive = context;
	bool heard = naive->heard;

	if (++naive->rounds > WATCH_ROUNDS_MAX)
		return -ETIMEDOUT;
	naive->heard = false;
	return heard ? 0 : naive_ask(naive);
}

static void naive_apply(struct naive *naive, const struct record *record)
{
	struct event event;

	assert_int_equal(
		event_unpack(record->payload, record->payload_size, naive->press->arena, &event),
		0);
	derived_add(&naive->derived, record->seq, event.ledger.series[0].outcome[0].ore);
	if (record->seq > naive->last_seq)
		naive->last_seq = record->seq;
}

static int naive_handle(void *context)
{
	struct naive *naive = context;
	struct message message;

	arena_reset(naive->press->arena);
	if (socket_receive(naive->press->guest, naive->press->arena, &message, NULL) != 0)
		return 0;
	naive->heard = true;
	for (size_t i = 0; i < message.answer.record_count; i++)
		naive_apply(naive, &message.answer.records[i]);
	return naive->last_seq == RECORD_COUNT ? -ECANCELED : naive_ask(naive);
}

static void naive_live(struct naive *naive)
{
	struct press *press = naive->press;
	char control[PATH_SIZE];
	int timer = 0;

	scratch_endpoint(&press->scratch, "control", control);
	assert_int_equal(socket_open(&press->guest, press->wire, SOCKET_CLIENT, control), 0);
	assert_int_equal(loop_add_socket(press->loop, press->guest, naive_handle, naive), 0);
	assert_int_equal(loop_add_timer(press->loop, WATCH_MS, naive_tick, naive, &timer), 0);
	assert_int_equal(naive_ask(naive), 0);
	assert_int_equal(loop_run(press->loop), -ECANCELED);
	loop_remove_timer(press->loop, timer);
	loop_remove_socket(press->loop, press->guest);
}

/* Control: the faults are real ones, for without the guard the sum is wrong. */
static void the_same_faults_mislead_a_consumer_without_the_guard(void **state)
{
	struct consumer *consumer = *state;
	struct derived expected = derived_expected(RECORD_COUNT);
	struct naive naive = {.press = consumer->press};

	consumer->wicked.is_wicked = true;
	loop_remove_timer(consumer->press->loop, consumer->timer);
	press_print(consumer->press, 1, RECORD_COUNT);
	naive_live(&naive);
	print_message("the naive consumer applied %llu records of %d, and its sum is wrong by "
		      "%lld\n",
		      (unsigned long long)naive.derived.count, RECORD_COUNT,
		      (long long)(naive.derived.sum_ore - expected.sum_ore));
	assert_int_not_equal(naive.derived.sum_ore, expected.sum_ore);
	assert_int_not_equal(naive.derived.digest, expected.digest);
}

static void a_lost_answer_is_asked_for_again(void **state)
{
	struct consumer *consumer = *state;

	/* The last question went to a socket that was closed before it was read. */
	press_print(consumer->press, 1, 3);
	follower_start(consumer);
	wicked_close(&consumer->wicked);
	wicked_open(&consumer->wicked, consumer->press);
	consumer->stop_at = 3;
	assert_int_equal(loop_run(consumer->press->loop), -ECANCELED);
	assert_derived(consumer, 3);
}

static void stream_forge(struct answer *answer, struct arena *arena)
{
	(void)arena;
	answer->stream_id[0] ^= 1;
}

static void fewer_forge(struct answer *answer, struct arena *arena)
{
	(void)arena;
	answer->last_seq = 4;
	answer->record_count = 0;
}

static struct record *records_copy(struct answer *answer, struct arena *arena)
{
	struct record *records =
		arena_take_zeroed(arena, answer->record_count + 1, sizeof *records);

	assert_non_null(records);
	memcpy(records, answer->records, answer->record_count * sizeof *records);
	answer->records = records;
	return records;
}

static void chain_forge(struct answer *answer, struct arena *arena)
{
	if (answer->record_count > 0)
		records_copy(answer, arena)[0].previous.bytes[31] ^= 1;
}

static void payload_forge(struct answer *answer, struct arena *arena)
{
	if (answer->record_count > 0)
		records_copy(answer, arena)[0].payload_size--;
}

/* Changed, but a well-formed event all the same: another first record of the answer. */
static void content_forge(struct answer *answer, struct arena *arena)
{
	struct record *records = records_copy(answer, arena);

	if (answer->record_count > 1)
		records[0].payload = records[1].payload;
}

static void refused_forge(struct answer *answer, struct arena *arena)
{
	(void)arena;
	answer->code = ANSWER_FAILED;
}

typedef void forger(struct answer *answer, struct arena *arena);

/* Five applied honestly, ten to come, and then every answer is forged. */
static void assert_doubted(struct consumer *consumer, forger *forge, uint64_t applied)
{
	press_print(consumer->press, 1, 5);
	assert_int_equal(follower_live(consumer, 5), -ECANCELED);
	press_print(consumer->press, 6, 15);
	consumer->wicked.forge = forge;
	assert_int_equal(follower_live(consumer, 15), ERROR_CORRUPT);
	assert_derived(consumer, applied);
	/* The doubt changed nothing: an honest producer is followed from there. */
	consumer->wicked.forge = NULL;
	assert_int_equal(follower_live(consumer, 15), -ECANCELED);
	assert_derived(consumer, 15);
}

static void a_foreign_stream_stops_the_process(void **state)
{
	assert_doubted(*state, stream_forge, 5);
}

static void a_producer_that_knows_fewer_records_stops_the_process(void **state)
{
	assert_doubted(*state, fewer_forge, 5);
}

static void a_broken_chain_stops_the_process(void **state)
{
	assert_doubted(*state, chain_forge, 5);
}

static void an_unreadable_record_stops_the_process(void **state)
{
	assert_doubted(*state, payload_forge, 5);
}

static void a_changed_record_stops_the_process_at_the_next(void **state)
{
	assert_doubted(*state, content_forge, 5);
}

static void a_refused_question_is_only_waited_out(void **state)
{
	struct consumer *consumer = *state;

	press_print(consumer->press, 1, 5);
	consumer->wicked.forge = refused_forge;
	follower_start(consumer);
	consumer->stop_at = 5;
	consumer->rounds = WATCH_ROUNDS_MAX - 100;
	assert_int_equal(loop_run(consumer->press->loop), -ETIMEDOUT);
	assert_int_equal(follower_cursor(consumer->follower), 0);
	assert_derived(consumer, 0);
}

/* It knows fewer records than were applied here by then, and is no doubt for all that. */
static void an_older_answer_to_an_answered_question_is_passed_over(void **state)
{
	struct consumer *consumer = *state;

	press_print(consumer->press, 1, 5);
	consumer->wicked.is_late = true;
	follower_start(consumer);
	consumer->stop_at = 6;
	consumer->rounds = WATCH_ROUNDS_MAX - 100;
	assert_int_equal(loop_run(consumer->press->loop), -ETIMEDOUT);
	assert_int_equal(follower_cursor(consumer->follower), 5);
	assert_derived(consumer, 5);
}

static void an_error_of_the_consumer_is_passed_up_and_undoes_everything(void **state)
{
	struct consumer *consumer = *state;

	press_print(consumer->press, 1, 5);
	consumer->apply_error = -EOVERFLOW;
	assert_int_equal(follower_live(consumer, 5), -EOVERFLOW);
	assert_derived(consumer, 0);
	consumer->apply_error = 0;
	assert_int_equal(follower_live(consumer, 5), -ECANCELED);
	assert_derived(consumer, 5);
}

#define follower_test(test) cmocka_unit_test_setup_teardown(test, consumer_setup, consumer_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		follower_test(a_follower_applies_what_is_there_and_what_comes),
		follower_test(a_bell_wakes_a_follower_that_has_caught_up),
		follower_test(every_record_is_applied_once_and_in_order_whatever_happens),
		follower_test(the_same_faults_mislead_a_consumer_without_the_guard),
		follower_test(a_lost_answer_is_asked_for_again),
		follower_test(a_foreign_stream_stops_the_process),
		follower_test(a_producer_that_knows_fewer_records_stops_the_process),
		follower_test(a_broken_chain_stops_the_process),
		follower_test(an_unreadable_record_stops_the_process),
		follower_test(a_changed_record_stops_the_process_at_the_next),
		follower_test(a_refused_question_is_only_waited_out),
		follower_test(an_older_answer_to_an_answered_question_is_passed_over),
		follower_test(an_error_of_the_consumer_is_passed_up_and_undoes_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
