/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values damaged on disk: a store is closed, bytes of data.mdb are changed by
 * hand, and it is opened again.
 */
#include "support/test.h"

#include "unit/store/shelf.h"

enum { FILE_BYTES_MAX = 16 * 1024 * 1024 };

#define TREASURE       "thirty-two bytes that are unique"
#define TREASURE_OTHER "another value of the same length"

static int nothing_see(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	(void)context;
	(void)key;
	(void)key_size;
	(void)value;
	return 0;
}

struct disk {
	char path[PATH_SIZE];
	char *bytes;
	size_t length;
};

static void disk_read(struct shelf *shelf, struct disk *disk)
{
	store_close(&shelf->store);
	scratch_path(&shelf->scratch, "a/store/data.mdb", disk->path);
	assert_int_equal(file_read(disk->path, FILE_BYTES_MAX, &disk->bytes, &disk->length), 0);
}

static void disk_write(struct shelf *shelf, struct disk *disk)
{
	FILE *file = fopen(disk->path, "r+");

	assert_non_null(file);
	assert_int_equal(fwrite(disk->bytes, 1, disk->length, file), disk->length);
	assert_int_equal(fclose(file), 0);
	free(disk->bytes);
	shelf_open(shelf);
}

/* Every place where @text stands: a page that was copied leaves an old one behind. */
static unsigned disk_replace(struct disk *disk, const char *text, const char *by)
{
	size_t length = strlen(text);
	unsigned count = 0;
	char *place = disk->bytes;

	while ((place = memmem(place, disk->length - (size_t)(place - disk->bytes), text,
			       length))) {
		memcpy(place, by, length);
		place += length;
		count++;
	}
	return count;
}

static void treasures_put(struct shelf *shelf)
{
	shelf_begin(shelf, STORE_WRITE);
	assert_int_equal(shelf_put(shelf, "guarded", TREASURE), 0);
	assert_int_equal(shelf_put(shelf, "other", TREASURE_OTHER), 0);
	shelf_commit(shelf);
}

static void an_untouched_value_is_read_after_all_that(void **state)
{
	struct shelf *shelf = *state;
	struct disk disk;

	treasures_put(shelf);
	disk_read(shelf, &disk);
	disk_write(shelf, &disk);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_has(shelf, "guarded", TREASURE);
	assert_shelf_has(shelf, "other", TREASURE_OTHER);
}

static void assert_guarded_is_corrupt(struct shelf *shelf)
{
	struct store_value value;
	struct key all = key_empty();
	struct key prefix = shelf_key("g");
	struct key last;

	shelf_begin(shelf, STORE_READ);
	assert_int_equal(shelf_get(shelf, "guarded", &value), ERROR_CORRUPT);
	assert_int_equal(store_each(shelf->txn, SHELF_BOOKS, &all, NULL, nothing_see, NULL),
			 ERROR_CORRUPT);
	assert_int_equal(store_last(shelf->txn, SHELF_BOOKS, &prefix, &last, &value),
			 ERROR_CORRUPT);
}

static void one_flipped_bit_of_a_value_is_noticed(void **state)
{
	struct shelf *shelf = *state;
	char flipped[] = TREASURE;
	struct disk disk;

	treasures_put(shelf);
	flipped[9] ^= 4;
	disk_read(shelf, &disk);
	assert_true(disk_replace(&disk, TREASURE, flipped) > 0);
	disk_write(shelf, &disk);
	assert_guarded_is_corrupt(shelf);
	assert_shelf_has(shelf, "other", TREASURE_OTHER);
}

/* The value and its checksum are whole, but the key they stand under is another. */
static void a_value_under_another_key_is_noticed(void **state)
{
	struct shelf *shelf = *state;
	struct store_value value;
	struct disk disk;

	treasures_put(shelf);
	disk_read(shelf, &disk);
	assert_int_equal(disk_replace(&disk, "guarded", "gUarded"), 1);
	disk_write(shelf, &disk);
	shelf_begin(shelf, STORE_READ);
	assert_shelf_lacks(shelf, "guarded");
	assert_int_equal(shelf_get(shelf, "gUarded", &value), ERROR_CORRUPT);
	assert_shelf_has(shelf, "other", TREASURE_OTHER);
}

/* The key is right, but the table it stands in bears another name. */
static void a_value_in_another_table_is_noticed(void **state)
{
	static const char *const renamed[] = {"bOoks", "maps"};
	struct shelf *shelf = *state;
	struct store_value value;
	char path[PATH_SIZE];
	struct disk disk;

	treasures_put(shelf);
	disk_read(shelf, &disk);
	assert_true(disk_replace(&disk, "books", "bOoks") > 0);
	disk_write(shelf, &disk);
	store_close(&shelf->store);
	scratch_path(&shelf->scratch, "a/store", path);
	assert_int_equal(store_open(&shelf->store, path, renamed, 2, SHELF_STORE_MIB), 0);
	shelf_begin(shelf, STORE_READ);
	assert_int_equal(shelf_get(shelf, "guarded", &value), ERROR_CORRUPT);
}

static void every_bit_of_a_short_value_is_guarded(void **state)
{
	struct shelf *shelf = *state;
	struct store_value value;
	unsigned refused = 0;

	for (size_t bit = 0; bit < 8 * strlen(TREASURE); bit += 11) {
		char flipped[] = TREASURE;
		struct disk disk;

		shelf_begin(shelf, STORE_WRITE);
		assert_int_equal(shelf_put(shelf, "guarded", TREASURE), 0);
		shelf_commit(shelf);
		flipped[bit / 8] = (char)(flipped[bit / 8] ^ 1 << bit % 8);
		disk_read(shelf, &disk);
		assert_true(disk_replace(&disk, TREASURE, flipped) > 0);
		disk_write(shelf, &disk);
		shelf_begin(shelf, STORE_READ);
		assert_int_equal(shelf_get(shelf, "guarded", &value), ERROR_CORRUPT);
		store_abort(&shelf->txn);
		refused++;
	}
	print_message("%u flipped bits refused\n", refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		shelf_test(an_untouched_value_is_read_after_all_that),
		shelf_test(one_flipped_bit_of_a_value_is_noticed),
		shelf_test(a_value_under_another_key_is_noticed),
		shelf_test(a_value_in_another_table_is_noticed),
		shelf_test(every_bit_of_a_short_value_is_guarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
