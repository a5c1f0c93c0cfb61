/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who only looks: beside the owner, in a process of its own, as an environment wants to be
 * opened once a process.
 */
#include "support/test.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "unit/store/shelf.h"

struct inspection {
	unsigned whole;
	unsigned broken;
};

static int value_inspect(void *context, const uint8_t *key, size_t key_size,
			 struct store_value value, bool is_whole)
{
	struct inspection *inspection = context;

	(void)key;
	(void)key_size;
	if (is_whole)
		inspection->whole++;
	else
		inspection->broken += value.size == 0;
	return 0;
}

/* The exit code of a process that does @look with a reader of the shelf's store. */
static int reader_run(const struct shelf *shelf, int (*look)(struct store *store))
{
	struct store *store = NULL;
	char path[PATH_SIZE];
	int status = 0;
	pid_t pid;

	scratch_path(&shelf->scratch, "a/store", path);
	pid = fork();
	if (pid == 0)
		_exit(store_open_reader(&store, path, shelf_tables, 2) == 0 ? look(store) : 99);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int values_count(struct store *store)
{
	struct inspection inspection = {0};
	struct store_txn *txn = NULL;

	if (store_begin(store, STORE_READ, &txn) != 0 ||
	    store_inspect(txn, SHELF_BOOKS, value_inspect, &inspection) != 0)
		return 98;
	store_abort(&txn);
	return (int)(10 * inspection.broken + inspection.whole);
}

static int write_try(struct store *store)
{
	struct store_txn *txn = NULL;

	return store_begin(store, STORE_WRITE, &txn) < 0 ? 0 : 1;
}

static void two_put(struct shelf *shelf)
{
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "one", "the first of the values"), 0);
	assert_int_equal(shelf_put(shelf, "two", "the second of the values"), 0);
	shelf_commit(shelf);
}

static void a_reader_sees_what_the_owner_has_committed(void **state)
{
	struct shelf *shelf = *state;

	two_put(shelf);
	assert_int_equal(reader_run(shelf, values_count), 2);
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "three", "not committed yet"), 0);
	assert_int_equal(reader_run(shelf, values_count), 2);
	shelf_commit(shelf);
	assert_int_equal(reader_run(shelf, values_count), 3);
}

static void a_reader_cannot_write(void **state)
{
	struct shelf *shelf = *state;

	two_put(shelf);
	assert_int_equal(reader_run(shelf, write_try), 0);
}

static void a_store_that_is_not_there_is_not_made(void **state)
{
	struct shelf *shelf = *state;
	struct store *store = NULL;
	char path[PATH_SIZE];
	struct stat status;

	scratch_path(&shelf->scratch, "nothing", path);
	assert_int_equal(store_open_reader(&store, path, shelf_tables, 2), -ENOENT);
	assert_null(store);
	assert_int_equal(stat(path, &status), -1);
}

/* The damaged one is told of, and the other is still seen. */
static void inspection_goes_on_after_a_value_that_is_damaged(void **state)
{
	struct shelf *shelf = *state;
	char path[PATH_SIZE];
	size_t length;
	char *bytes;
	char *place;

	two_put(shelf);
	store_close(&shelf->store);
	scratch_path(&shelf->scratch, "a/store/data.mdb", path);
	assert_int_equal(file_read(path, 16 << 20, &bytes, &length), 0);
	for (place = bytes;
	     (place = memmem(place, length - (size_t)(place - bytes), "the first of", 12));)
		*place = 'T';
	assert_int_equal(file_write(path, bytes, length), 0);
	free(bytes);
	shelf_open(shelf);
	assert_int_equal(reader_run(shelf, values_count), 11);
}

static void a_copy_holds_what_was_committed(void **state)
{
	struct shelf *shelf = *state;
	char path[PATH_SIZE];

	two_put(shelf);
	scratch_path(&shelf->scratch, "copy", path);
	assert_int_equal(directory_make(path), 0);
	assert_int_equal(store_copy(shelf->store, path), 0);
	store_close(&shelf->store);
	assert_int_equal(store_open(&shelf->store, path, shelf_tables, 2, SHELF_STORE_MIB), 0);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_has(shelf, "one", "the first of the values");
	assert_shelf_has(shelf, "two", "the second of the values");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		shelf_test(a_reader_sees_what_the_owner_has_committed),
		shelf_test(a_reader_cannot_write),
		shelf_test(a_store_that_is_not_there_is_not_made),
		shelf_test(inspection_goes_on_after_a_value_that_is_damaged),
		shelf_test(a_copy_holds_what_was_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
