/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and their order, prefixes, and the visits along them. */
#include "support/test.h"

#include "unit/store/shelf.h"

enum { SEEN_SIZE = 1024, MANY = 3000, STOPPED_BY_VISITOR = -ECANCELED };

/* The keys visited, each followed by a blank; stops after @stop_after of them. */
struct seen {
	char keys[SEEN_SIZE];
	int count;
	int stop_after;
	int stop_with;
};

static int key_see(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct seen *seen = context;
	size_t length = strlen(seen->keys);

	(void)value;
	snprintf(seen->keys + length, SEEN_SIZE - length, "%.*s ", (int)key_size,
		 (const char *)key);
	return ++seen->count == seen->stop_after ? seen->stop_with : 0;
}

/* Every word of @words becomes a key, in that order. */
static void words_put(struct shelf *shelf, const char *words)
{
	char copy[SEEN_SIZE];
	char *rest = NULL;

	snprintf(copy, sizeof copy, "%s", words);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		assert_int_equal(shelf_put(shelf, word, word), 0);
}

static void assert_seen(struct shelf *shelf, const char *prefix, const char *from,
			const char *expected)
{
	struct key prefix_key = shelf_key(prefix);
	struct key from_key = shelf_key(from ? from : "");
	struct seen seen = {.count = 0};

	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &prefix_key, from ? &from_key : NULL,
				    key_see, &seen),
			 0);
	assert_string_equal(seen.keys, expected);
}

static void keys_are_visited_in_the_order_of_their_bytes(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_WRITE);
	assert_seen(shelf, "", NULL, "");
	words_put(shelf, "b aa ab c a bb");
	assert_seen(shelf, "", NULL, "a aa ab b bb c ");
	assert_seen(shelf, "a", NULL, "a aa ab ");
	assert_seen(shelf, "ab", NULL, "ab ");
	assert_seen(shelf, "d", NULL, "");
}

static void a_visit_begins_where_told(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_WRITE);
	words_put(shelf, "a aa ab ac b bb c");
	assert_seen(shelf, "", "ab", "ab ac b bb c ");
	assert_seen(shelf, "a", "ab", "ab ac ");
	assert_seen(shelf, "a", "abc", "ac ");
	assert_seen(shelf, "a", "b", "");
	assert_seen(shelf, "", "d", "");
}

static void a_visitor_ends_the_visit_when_it_has_enough(void **state)
{
	struct shelf *shelf = *state;
	struct key all = key_empty();
	struct seen seen = {.stop_after = 2, .stop_with = STORE_STOP};
	struct seen failed = {.stop_after = 1, .stop_with = STOPPED_BY_VISITOR};

	shelf_begin(shelf, STORE_WRITE);
	words_put(shelf, "a b c");
	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &all, NULL, key_see, &seen), 0);
	assert_string_equal(seen.keys, "a b ");
	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &all, NULL, key_see, &failed),
			 STOPPED_BY_VISITOR);
	assert_string_equal(failed.keys, "a ");
}

static void numbers_sort_as_numbers(void **state)
{
	static const uint64_t numbers[] = {UINT64_MAX, 256, 1, 0, 65536, 255, UINT64_C(1) << 40};
	struct shelf *shelf = *state;
	struct key all = key_empty();
	struct key last;
	struct store_value value;

	shelf_begin(shelf, STORE_WRITE);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct key key = key_empty();

		key_u64(&key, numbers[i]);
		assert_int_equal(store_put(shelf->txn, SHELF_BOOKS, &key, "", 0), 0);
	}
	for (uint64_t above = UINT64_MAX; above > 0; above = key_read_u64(last.bytes)) {
		assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &all, &last, &value), 0);
		assert_true(key_read_u64(last.bytes) <= above);
		assert_int_equal(store_delete(shelf->txn, SHELF_BOOKS, &last), 0);
	}
	assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &all, &last, &value), STORE_MISSING);
}

static void key_parts_are_big_endian(void **state)
{
	static const uint8_t expected[] = {7, 1, 2, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 'x', 0};
	struct key key = key_empty();

	(void)state;
	key_u8(&key, 7);
	key_u16(&key, 0x0102);
	key_u32(&key, 0x01020304);
	key_u64(&key, 0x0102030405060708);
	key_text(&key, "x");
	assert_int_equal(key.size, sizeof expected);
	assert_memory_equal(key.bytes, expected, sizeof expected);
	assert_int_equal(key_read_u16(key.bytes + 1), 0x0102);
	assert_int_equal(key_read_u32(key.bytes + 3), 0x01020304);
	assert_int_equal(key_read_u64(key.bytes + 7), 0x0102030405060708);
}

static void a_start_below_the_prefix_visits_all_of_it(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_WRITE);
	words_put(shelf, "a b bc c");
	assert_seen(shelf, "b", "a", "b bc ");
}

static void the_last_key_of_a_prefix_is_found(void **state)
{
	struct shelf *shelf = *state;
	struct key last;
	struct store_value value;
	struct key a = shelf_key("a");
	struct key high = shelf_key("\xff");
	struct key none = shelf_key("b");

	shelf_begin(shelf, STORE_WRITE);
	words_put(shelf, "a ac ab c \xff\xff \xff");
	assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &a, &last, &value), 0);
	assert_int_equal(last.size, 2);
	assert_memory_equal(last.bytes, "ac", 2);
	assert_int_equal(value.size, 2);
	assert_memory_equal(value.bytes, "ac", 2);
	assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &high, &last, &value), 0);
	assert_memory_equal(last.bytes, "\xff\xff", 2);
	assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &none, &last, &value), STORE_MISSING);
}

static void a_prefix_is_deleted_and_nothing_else(void **state)
{
	struct shelf *shelf = *state;
	struct key a = shelf_key("a");
	struct key all = key_empty();

	shelf_begin(shelf, STORE_WRITE);
	words_put(shelf, "A a aa ab aba b \xff");
	assert_int_equal(store_delete_prefix(shelf->txn, SHELF_BOOKS, &a), 0);
	assert_seen(shelf, "", NULL, "A b \xff ");
	assert_int_equal(store_delete_prefix(shelf->txn, SHELF_BOOKS, &a), 0);
	assert_int_equal(store_delete_prefix(shelf->txn, SHELF_BOOKS, &all), 0);
	assert_seen(shelf, "", NULL, "");
}

static void many_keys_of_a_prefix_are_deleted(void **state)
{
	struct shelf *shelf = *state;
	struct key prefix = key_empty();
	struct key all = key_empty();
	struct seen kept = {.count = 0};
	char name[32];

	shelf_begin(shelf, STORE_WRITE);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "%c%06d", i % 3 ? 'k' : 'd', i * 7919 % MANY);
		assert_int_equal(shelf_put(shelf, name, "x"), 0);
	}
	key_u8(&prefix, 'd');
	assert_int_equal(store_delete_prefix(shelf->txn, SHELF_BOOKS, &prefix), 0);
	shelf_commit(shelf);
	shelf_begin(shelf, STORE_READ);
	assert_seen(shelf, "d", NULL, "");
	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &all, NULL, key_see, &kept), 0);
	assert_int_equal(kept.count, MANY - MANY / 3);
}

static void the_longest_key_is_500_bytes(void **state)
{
	struct shelf *shelf = *state;
	struct key key = key_empty();
	struct store_value value;

	shelf_begin(shelf, STORE_WRITE);
	while (key.size < KEY_SIZE_MAX)
		key_u8(&key, (uint8_t)key.size);
	assert_int_equal(store_put(shelf->txn, SHELF_BOOKS, &key, "long", 4), 0);
	assert_int_equal(store_get(shelf->txn, SHELF_BOOKS, &key, &value), 0);
	assert_int_equal(value.size, 4);
}

static void a_key_too_long_is_invalid_in_every_use(void **state)
{
	struct shelf *shelf = *state;
	struct key key = key_empty();
	struct key all = key_empty();
	struct key last;
	struct store_value value;
	struct seen seen = {.count = 0};

	while (!key.invalid)
		key_u64(&key, key.size);
	assert_true(key.size <= KEY_SIZE_MAX);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(store_put(shelf->txn, SHELF_BOOKS, &key, "x", 1), -EINVAL);
	assert_int_equal(store_get(shelf->txn, SHELF_BOOKS, &key, &value), -EINVAL);
	assert_int_equal(store_delete(shelf->txn, SHELF_BOOKS, &key), -EINVAL);
	assert_int_equal(store_delete_prefix(shelf->txn, SHELF_BOOKS, &key), -EINVAL);
	assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &key, &last, &value), -EINVAL);
	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &key, NULL, key_see, &seen), -EINVAL);
	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &all, &key, key_see, &seen), -EINVAL);
}

static void an_empty_key_cannot_be_put(void **state)
{
	struct shelf *shelf = *state;
	struct key key = key_empty();

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(store_put(shelf->txn, SHELF_BOOKS, &key, "x", 1), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		shelf_test(keys_are_visited_in_the_order_of_their_bytes),
		shelf_test(a_visit_begins_where_told),
		shelf_test(a_visitor_ends_the_visit_when_it_has_enough),
		shelf_test(numbers_sort_as_numbers),
		shelf_test(key_parts_are_big_endian),
		shelf_test(a_start_below_the_prefix_visits_all_of_it),
		shelf_test(the_last_key_of_a_prefix_is_found),
		shelf_test(a_prefix_is_deleted_and_nothing_else),
		shelf_test(many_keys_of_a_prefix_are_deleted),
		shelf_test(the_longest_key_is_500_bytes),
		shelf_test(a_key_too_long_is_invalid_in_every_use),
		shelf_test(an_empty_key_cannot_be_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
