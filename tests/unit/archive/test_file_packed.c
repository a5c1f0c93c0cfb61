/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed files give the bytes that they were made of, or say that they do not. */
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "lib/archive/file_packed.h"
#include "lib/base/cleanup.h"
#include "lib/base/hash.h"

enum { PLAIN_SIZE = 3 * 1024 * 1024 + 7, STOPPED = 17 };

struct seen {
	struct hasher *hasher;
	size_t length;
	unsigned end_count;
	int result; /* of the next chunk */
};

static int chunk_see(void *context, const uint8_t *bytes, size_t length)
{
	struct seen *seen = context;

	seen->length += length;
	seen->end_count += length == 0;
	assert_int_equal(hasher_add(seen->hasher, bytes, length), 0);
	return seen->result;
}

/* A file in memory of the first @length bytes of the compressed text. */
static int packed_make(const uint8_t *plain, size_t plain_size, size_t cut)
{
	size_t room = ZSTD_compressBound(plain_size);
	cleanup(free_bytes) uint8_t *packed = malloc(room);
	size_t size = ZSTD_compress(packed, room, plain, plain_size, 3);
	int fd = memfd_create("packed", MFD_CLOEXEC);

	assert_false(ZSTD_isError(size));
	assert_true(fd >= 0);
	assert_int_equal(write(fd, packed, size - cut), (ssize_t)(size - cut));
	return fd;
}

static uint8_t *plain_make(void)
{
	uint8_t *plain = malloc(PLAIN_SIZE);
	uint32_t random = 1;

	assert_non_null(plain);
	for (size_t i = 0; i < PLAIN_SIZE; i++) {
		random = random * 1664525 + 1013904223;
		plain[i] = (uint8_t)('0' + (random >> 24) % 10);
	}
	return plain;
}

static int packed_read(size_t plain_size, size_t cut, struct seen *seen, struct hash *hash_out)
{
	cleanup(free_bytes) uint8_t *plain = plain_make();
	cleanup(close_fd) int fd = packed_make(plain, plain_size, cut);
	struct hash expected;
	int r;

	assert_int_equal(hasher_new(&seen->hasher), 0);
	r = file_packed_each(fd, chunk_see, seen);
	assert_int_equal(hasher_end(seen->hasher, hash_out), 0);
	hasher_destroy(&seen->hasher);
	assert_int_equal(hash_bytes(plain, plain_size, &expected), 0);
	if (r == 0)
		assert_memory_equal(hash_out, &expected, sizeof expected);
	return r;
}

static void the_bytes_are_those_that_were_packed(void **state)
{
	static const size_t sizes[] = {0, 1, 128 * 1024, PLAIN_SIZE};
	struct hash hash;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		struct seen seen = {.hasher = NULL};

		assert_int_equal(packed_read(sizes[i], 0, &seen, &hash), 0);
		assert_int_equal(seen.length, sizes[i]);
		assert_int_equal(seen.end_count, 1);
	}
}

static void a_file_that_was_cut_off_never_ends(void **state)
{
	struct seen seen = {.hasher = NULL};
	struct hash hash;

	(void)state;
	assert_int_equal(packed_read(PLAIN_SIZE, 9, &seen, &hash), -EBADMSG);
	assert_int_equal(seen.end_count, 0);
}

static void whoever_has_had_enough_is_heard(void **state)
{
	struct seen seen = {.result = STOPPED};
	struct hash hash;

	(void)state;
	assert_int_equal(packed_read(PLAIN_SIZE, 0, &seen, &hash), STOPPED);
	assert_true(seen.length < PLAIN_SIZE);
}

static void what_is_not_packed_is_refused(void **state)
{
	cleanup(close_fd) int fd = memfd_create("plain", MFD_CLOEXEC);
	struct seen seen = {.hasher = NULL};

	(void)state;
	assert_int_equal(write(fd, "Konto;Period\n", 13), 13);
	assert_int_equal(file_packed_each(fd, chunk_see, &seen), -EBADMSG);
	assert_int_equal(seen.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bytes_are_those_that_were_packed),
		cmocka_unit_test(a_file_that_was_cut_off_never_ends),
		cmocka_unit_test(whoever_has_had_enough_is_heard),
		cmocka_unit_test(what_is_not_packed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
