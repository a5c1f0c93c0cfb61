/* SPDX-License-Identifier: Apache-2.0 */
/* Exactly one delivery per change and recipient, over a real store and real files. */
#include "support/test.h"

#include "lib/base/text.h"
#include "notify/delivery.h"
#include "notify/outbox.h"
#include "unit/notify/scratch.h"

struct house {
	struct scratch scratch;
	struct recipient recipient;
	struct store *store;
	struct delivery delivery;
};

static void address_set(struct house *house, const char *path)
{
	assert_true(text_copy(house->recipient.address, PATH_SIZE, path));
}

static int setup(void **state)
{
	struct house *house = calloc(1, sizeof *house);
	char path[PATH_SIZE];

	assert_non_null(house);
	scratch_make(&house->scratch);
	text_copy(house->recipient.name, sizeof house->recipient.name, "controller");
	address_set(house, house->scratch.path);
	assert_int_equal(path_print(path, "%s/store", house->scratch.folder), 0);
	assert_int_equal(
		store_open(&house->store, path, outbox_table_names, OUTBOX_TABLE_COUNT, 16), 0);
	house->delivery = (struct delivery){.recipient = &house->recipient, .store = house->store};
	*state = house;
	return 0;
}

static int teardown(void **state)
{
	struct house *house = *state;

	store_close(&house->store);
	scratch_remove(&house->scratch);
	free(house);
	return 0;
}

static void row_put(struct house *house, const char *recipient, uint64_t seq, int64_t offset,
		    const char *line)
{
	struct store_txn *txn = NULL;
	char copy[64];
	struct outbox_row row = {.seq = seq, .offset = offset, .line = copy};

	assert_true(text_copy(copy, sizeof copy, line));
	row.length = strlen(copy);
	assert_int_equal(store_begin(house->store, STORE_WRITE, &txn), 0);
	assert_int_equal(outbox_put(txn, recipient, &row), 0);
	assert_int_equal(store_commit(&txn), 0);
}

static void counts_assert(struct house *house, uint64_t waiting, uint64_t delivered)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	uint64_t count;

	assert_int_equal(store_begin(house->store, STORE_READ, &txn), 0);
	assert_int_equal(outbox_count(txn, NULL, &count), 0);
	assert_int_equal(count, waiting);
	assert_int_equal(outbox_delivered_count(txn, &count), 0);
	assert_int_equal(count, delivered);
}

/* What an interrupted try left in the file. */
static void file_leave(struct house *house, const char *bytes)
{
	char folder[PATH_SIZE];

	assert_int_equal(path_print(folder, "%s/larm", house->scratch.folder), 0);
	assert_int_equal(directory_make(folder), 0);
	assert_int_equal(file_write(house->scratch.path, bytes, strlen(bytes)), 0);
}

static void rows_are_delivered_in_order_and_once(void **state)
{
	struct house *house = *state;

	row_put(house, "controller", 2, OFFSET_NONE, "två\n");
	row_put(house, "controller", 1, OFFSET_NONE, "ett\n");
	row_put(house, "controller", 10, OFFSET_NONE, "tio\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "ett\ntvå\ntio\n");
	counts_assert(house, 0, 3);
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "ett\ntvå\ntio\n");
	row_put(house, "controller", 11, OFFSET_NONE, "elva\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "ett\ntvå\ntio\nelva\n");
	counts_assert(house, 0, 4);
}

static void more_than_one_batch_is_delivered(void **state)
{
	struct house *house = *state;
	cleanup(free_bytes) char *expected = calloc(OUTBOX_ROWS_MAX + 10, 16);
	size_t length = 0;

	assert_non_null(expected);
	for (unsigned i = 1; i <= OUTBOX_ROWS_MAX + 5; i++) {
		char line[16];

		snprintf(line, sizeof line, "%u\n", i);
		length += (size_t)snprintf(expected + length, 16, "%s", line);
		row_put(house, "controller", i, OFFSET_NONE, line);
	}
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, expected);
	counts_assert(house, 0, OUTBOX_ROWS_MAX + 5);
}

static void only_the_recipients_own_rows_are_taken(void **state)
{
	struct house *house = *state;

	row_put(house, "controller", 1, OFFSET_NONE, "ett\n");
	row_put(house, "controller 2", 1, OFFSET_NONE, "annan\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "ett\n");
	counts_assert(house, 1, 1);
}

static void a_crash_before_the_append_delivers_once(void **state)
{
	struct house *house = *state;

	file_leave(house, "noll\n");
	row_put(house, "controller", 1, 5, "ett\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "noll\nett\n");
	counts_assert(house, 0, 1);
}

static void a_crash_in_the_middle_of_a_line_delivers_once(void **state)
{
	struct house *house = *state;

	file_leave(house, "noll\nett\ntv");
	row_put(house, "controller", 1, 5, "ett\n");
	row_put(house, "controller", 2, 9, "två\n");
	row_put(house, "controller", 3, 14, "tre\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "noll\nett\ntvå\ntre\n");
	counts_assert(house, 0, 3);
}

static void a_crash_after_the_append_delivers_once(void **state)
{
	struct house *house = *state;

	file_leave(house, "noll\nett\n");
	row_put(house, "controller", 1, 5, "ett\n");
	row_put(house, "controller", 2, OFFSET_NONE, "två\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "noll\nett\ntvå\n");
	counts_assert(house, 0, 2);
}

static void a_file_renamed_away_is_begun_again(void **state)
{
	struct house *house = *state;

	row_put(house, "controller", 1, 4711, "ett\n");
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	scratch_assert_file(&house->scratch, "ett\n");
	counts_assert(house, 0, 1);
}

static void a_recipient_out_of_reach_waits_and_is_served_later(void **state)
{
	struct house *house = *state;

	row_put(house, "controller", 1, OFFSET_NONE, "ett\n");
	address_set(house, house->scratch.folder);
	assert_int_equal(delivery_run(&house->delivery, 0), 0);
	counts_assert(house, 1, 0);
	assert_int_equal(house->delivery.wait_ms, 1000);

	address_set(house, house->scratch.path);
	assert_int_equal(delivery_run(&house->delivery, 999), 0);
	counts_assert(house, 1, 0);
	assert_int_equal(delivery_run(&house->delivery, 1000), 0);
	counts_assert(house, 0, 1);
	assert_int_equal(house->delivery.wait_ms, 0);
	scratch_assert_file(&house->scratch, "ett\n");
}

static void tries_become_rarer_but_never_end(void **state)
{
	struct house *house = *state;
	int64_t now = 0;

	row_put(house, "controller", 1, OFFSET_NONE, "ett\n");
	address_set(house, "/dev/null");
	for (int i = 0; i < 10; i++) {
		assert_int_equal(delivery_run(&house->delivery, now), 0);
		now = house->delivery.retry_ms;
	}
	assert_int_equal(house->delivery.wait_ms, 60000);
	counts_assert(house, 1, 0);
}

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_HOUSE(rows_are_delivered_in_order_and_once),
		IN_HOUSE(more_than_one_batch_is_delivered),
		IN_HOUSE(only_the_recipients_own_rows_are_taken),
		IN_HOUSE(a_crash_before_the_append_delivers_once),
		IN_HOUSE(a_crash_in_the_middle_of_a_line_delivers_once),
		IN_HOUSE(a_crash_after_the_append_delivers_once),
		IN_HOUSE(a_file_renamed_away_is_begun_again),
		IN_HOUSE(a_recipient_out_of_reach_waits_and_is_served_later),
		IN_HOUSE(tries_become_rarer_but_never_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
