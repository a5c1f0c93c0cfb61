/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions, ownership and limits of a store. */
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "lib/base/error.h"
#include "unit/store/shelf.h"

enum { BIG_BYTES = 1024 * 1024, VALUES_MAX = 64, FILL_MAX = 10000 };

static void what_is_put_is_read_in_the_same_transaction(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_WRITE);
	assert_shelf_lacks(shelf, "a");
	assert_int_equal(shelf_put(shelf, "a", "first"), 0);
	assert_shelf_has(shelf, "a", "first");
	assert_int_equal(shelf_put(shelf, "a", "second, and longer"), 0);
	assert_shelf_has(shelf, "a", "second, and longer");
	assert_int_equal(shelf_put(shelf, "a", ""), 0);
	assert_shelf_has(shelf, "a", "");
}

static void what_is_committed_is_there_after_reopening(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "kept"), 0);
	shelf_commit(shelf);
	store_close(&shelf->store);
	assert_null(shelf->store);
	shelf_open(shelf);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_has(shelf, "a", "kept");
}

static void an_aborted_transaction_leaves_nothing(void **state)
{
	struct shelf *shelf = *state;
	struct key key = shelf_key("b");

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "b", "stays"), 0);
	shelf_commit(shelf);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "goes"), 0);
	assert_int_equal(store_delete(shelf->txn, SHELF_BOOKS, &key), 0);
	store_abort(&shelf->txn);
	store_abort(&shelf->txn);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_lacks(shelf, "a");
	assert_shelf_has(shelf, "b", "stays");
}

static void a_reader_sees_what_was_committed_before_it_began(void **state)
{
	struct shelf *shelf = *state;
	struct store_txn *reader = NULL;
	struct store_value value;
	struct key key = shelf_key("a");

	assert_int_equal(store_begin(shelf->store, STORE_READ, &reader), 0);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "later"), 0);
	shelf_commit(shelf);
	assert_int_equal(store_get(reader, SHELF_BOOKS, &key, &value), STORE_MISSING);
	store_abort(&reader);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_has(shelf, "a", "later");
}

static void a_read_transaction_does_not_write(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_READ);
	assert_true(shelf_put(shelf, "a", "no") < 0);
}

static void tables_do_not_share_keys(void **state)
{
	struct shelf *shelf = *state;
	struct key key = shelf_key("a");
	struct store_value value;

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "a book"), 0);
	assert_int_equal(store_get(shelf->txn, SHELF_MAPS, &key, &value), STORE_MISSING);
	assert_int_equal(store_get(shelf->txn, 2, &key, &value), -EINVAL);
	assert_int_equal(store_put(shelf->txn, 2, &key, "x", 1), -EINVAL);
}

static void deleting_tells_whether_there_was_something(void **state)
{
	struct shelf *shelf = *state;
	struct key key = shelf_key("a");

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "x"), 0);
	assert_int_equal(store_delete(shelf->txn, SHELF_BOOKS, &key), 0);
	assert_int_equal(store_delete(shelf->txn, SHELF_BOOKS, &key), STORE_MISSING);
	assert_shelf_lacks(shelf, "a");
}

static int owner_try(struct shelf *shelf)
{
	struct store *second = NULL;
	int r = shelf_try(shelf, &second);

	store_close(&second);
	return r;
}

/* In another process, which tells the outcome by its exit status. */
static int stranger_try(struct shelf *shelf)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		_exit(owner_try(shelf));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_store_has_one_owner(void **state)
{
	struct shelf *shelf = *state;

	assert_int_equal(stranger_try(shelf), STORE_HELD);
	assert_int_equal(owner_try(shelf), STORE_HELD);
	store_close(&shelf->store);
	assert_int_equal(stranger_try(shelf), 0);
	shelf_open(shelf);
}

/* A child that owns the store and is killed in the middle of a transaction. */
static void owner_die(struct shelf *shelf)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		shelf_open(shelf);
		shelf_begin(shelf, STORE_WRITE);
		shelf_put(shelf, "a", "never committed");
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static void an_owner_that_was_killed_leaves_the_store_free_and_whole(void **state)
{
	struct shelf *shelf = *state;

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "b", "committed"), 0);
	shelf_commit(shelf);
	store_close(&shelf->store);
	owner_die(shelf);
	shelf_open(shelf);
	shelf_begin(shelf, STORE_WRITE);
	assert_shelf_lacks(shelf, "a");
	assert_shelf_has(shelf, "b", "committed");
	assert_int_equal(shelf_put(shelf, "a", "the store works"), 0);
	shelf_commit(shelf);
}

/* Puts values of a MiB until one does not fit. */
static int shelf_stuff(struct shelf *shelf)
{
	static const uint8_t big[BIG_BYTES];
	int r = 0;

	for (uint32_t i = 0; i < VALUES_MAX && r == 0; i++) {
		struct key key = key_empty();

		key_u32(&key, i);
		r = store_put(shelf->txn, SHELF_MAPS, &key, big, sizeof big);
	}
	return r;
}

static void a_full_map_is_told_and_survived(void **state)
{
	struct shelf *shelf = *state;
	unsigned fill = 0;

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "before"), 0);
	shelf_commit(shelf);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_stuff(shelf), ERROR_STORE_FULL);
	store_abort(&shelf->txn);
	shelf_begin(shelf, STORE_WRITE);
	assert_shelf_has(shelf, "a", "before");
	assert_int_equal(shelf_put(shelf, "b", "after"), 0);
	shelf_commit(shelf);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_has(shelf, "b", "after");
	assert_int_equal(store_fill(shelf->store, &fill), 0);
	assert_true(fill > 0 && fill <= FILL_MAX);
}

/* Neither the disk's end nor the map's: a file may not become larger than this. */
static void a_commit_that_fails_says_so_whatever_the_reason(void **state)
{
	static const uint8_t big[BIG_BYTES];
	struct shelf *shelf = *state;
	struct key key = shelf_key("big");
	struct rlimit before;
	struct rlimit little;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){.rlim_cur = BIG_BYTES, .rlim_max = before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(store_put(shelf->txn, SHELF_MAPS, &key, big, sizeof big), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(store_commit(&shelf->txn), -EIO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

static void the_fill_grows_with_what_is_stored(void **state)
{
	static const uint8_t big[BIG_BYTES];
	struct shelf *shelf = *state;
	struct key key = shelf_key("big");
	unsigned before = 0;
	unsigned after = 0;

	assert_int_equal(store_fill(shelf->store, &before), 0);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(store_put(shelf->txn, SHELF_MAPS, &key, big, sizeof big), 0);
	shelf_commit(shelf);
	assert_int_equal(store_fill(shelf->store, &after), 0);
	/* A MiB of four is a quarter. */
	assert_in_range(after - before, 2500, 2700);
}

static off_t file_size(struct shelf *shelf)
{
	struct stat status;
	char path[PATH_SIZE];

	scratch_path(&shelf->scratch, "a/store/data.mdb", path);
	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static void room_is_made_ahead_once_and_harms_nothing(void **state)
{
	static const uint8_t big[BIG_BYTES / 8];
	struct shelf *shelf = *state;
	struct key key = shelf_key("big");
	unsigned before = 0;
	unsigned after = 0;
	off_t size;

	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "a", "kept"), 0);
	shelf_commit(shelf);
	size = file_size(shelf);
	assert_int_equal(store_fill(shelf->store, &before), 0);
	assert_int_equal(store_grow(shelf->store), 0);
	assert_int_equal(store_fill(shelf->store, &after), 0);
	assert_int_equal(before, after);
	assert_true(file_size(shelf) > size);
	size = file_size(shelf);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(store_put(shelf->txn, SHELF_MAPS, &key, big, sizeof big), 0);
	shelf_commit(shelf);
	assert_int_equal(store_grow(shelf->store), 0);
	assert_int_equal(file_size(shelf), size);
	store_close(&shelf->store);
	shelf_open(shelf);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_has(shelf, "a", "kept");
}

static void room_ends_with_the_map(void **state)
{
	static const uint8_t big[BIG_BYTES];
	struct shelf *shelf = *state;

	for (unsigned i = 0; i < SHELF_STORE_MIB - 1; i++) {
		struct key key = shelf_key((char[]){(char)('a' + i), '\0'});

		shelf_begin(shelf, STORE_WRITE);
		assert_int_equal(store_put(shelf->txn, SHELF_MAPS, &key, big, sizeof big), 0);
		shelf_commit(shelf);
		assert_int_equal(store_grow(shelf->store), 0);
		assert_true(file_size(shelf) <= SHELF_STORE_MIB * BIG_BYTES);
	}
}

static void more_tables_than_a_store_may_have_are_refused(void **state)
{
	struct shelf *shelf = *state;
	const char *names[STORE_TABLES_MAX + 1];
	struct store *store = NULL;
	char path[PATH_SIZE];

	for (int i = 0; i <= STORE_TABLES_MAX; i++)
		names[i] = "same";
	scratch_path(&shelf->scratch, "many", path);
	assert_int_equal(store_open(&store, path, names, STORE_TABLES_MAX + 1, SHELF_STORE_MIB),
			 -EINVAL);
	assert_null(store);
}

static void file_put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) >= 0 && fclose(file) == 0, 1);
}

/* What a power cut leaves of a store that was being made. */
static void a_store_that_was_not_finished_is_made_anew(void **state)
{
	struct shelf *shelf = *state;
	struct store *store = NULL;
	char folder[PATH_SIZE], path[PATH_SIZE];

	scratch_path(&shelf->scratch, "cut/new", folder);
	assert_int_equal(directory_make(folder), 0);
	scratch_path(&shelf->scratch, "cut/new/data.mdb", path);
	file_put(path, "a part of the first page");
	scratch_path(&shelf->scratch, "cut", folder);
	assert_int_equal(store_open(&store, folder, shelf_tables, 2, SHELF_STORE_MIB), 0);
	assert_false(file_exists(path));
	store_close(&store);
	scratch_path(&shelf->scratch, "cut/data.mdb", path);
	assert_true(file_exists(path));
}

/* It is written to by its map, where a full disk is a SIGBUS. */
static void the_lock_file_has_its_blocks(void **state)
{
	struct shelf *shelf = *state;
	struct stat status;
	char path[PATH_SIZE];

	scratch_path(&shelf->scratch, "a/store/lock.mdb", path);
	assert_int_equal(stat(path, &status), 0);
	assert_true(status.st_size > 0 && status.st_blocks * 512 >= status.st_size);
}

static void a_store_that_was_finished_is_never_made_anew(void **state)
{
	struct shelf *shelf = *state;
	struct store *store = NULL;
	char folder[PATH_SIZE], path[PATH_SIZE];

	scratch_path(&shelf->scratch, "cut", folder);
	assert_int_equal(directory_make(folder), 0);
	scratch_path(&shelf->scratch, "cut/data.mdb", path);
	file_put(path, "not a store");
	assert_int_equal(store_open(&store, folder, shelf_tables, 2, SHELF_STORE_MIB),
			 ERROR_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		shelf_test(what_is_put_is_read_in_the_same_transaction),
		shelf_test(what_is_committed_is_there_after_reopening),
		shelf_test(an_aborted_transaction_leaves_nothing),
		shelf_test(a_reader_sees_what_was_committed_before_it_began),
		shelf_test(a_read_transaction_does_not_write),
		shelf_test(tables_do_not_share_keys),
		shelf_test(deleting_tells_whether_there_was_something),
		shelf_test(a_store_has_one_owner),
		shelf_test(an_owner_that_was_killed_leaves_the_store_free_and_whole),
		shelf_test(a_full_map_is_told_and_survived),
		shelf_test(a_commit_that_fails_says_so_whatever_the_reason),
		shelf_test(the_fill_grows_with_what_is_stored),
		shelf_test(room_is_made_ahead_once_and_harms_nothing),
		shelf_test(room_ends_with_the_map),
		shelf_test(a_store_that_was_not_finished_is_made_anew),
		shelf_test(the_lock_file_has_its_blocks),
		shelf_test(a_store_that_was_finished_is_never_made_anew),
		shelf_test(more_tables_than_a_store_may_have_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
