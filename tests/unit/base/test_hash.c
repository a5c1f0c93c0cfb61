/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes are the ones sha256sum prints, whole or in pieces. */
#include "support/test.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/hash.h"

static const char abc_hash[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void the_hash_is_sha256(void **state)
{
	struct hash hash;
	char text[HASH_TEXT_SIZE];

	(void)state;
	assert_int_equal(hash_bytes("abc", 3, &hash), 0);
	hash_text(&hash, text);
	assert_string_equal(text, abc_hash);
}

static void pieces_hash_like_the_whole(void **state)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	struct hash hash;
	char text[HASH_TEXT_SIZE];

	(void)state;
	assert_int_equal(hasher_new(&hasher), 0);
	assert_int_equal(hasher_add(hasher, "a", 1), 0);
	assert_int_equal(hasher_add(hasher, "", 0), 0);
	assert_int_equal(hasher_add(hasher, "bc", 2), 0);
	assert_int_equal(hasher_end(hasher, &hash), 0);
	hash_text(&hash, text);
	assert_string_equal(text, abc_hash);
}

static void a_hash_is_read_back_only_when_exact(void **state)
{
	struct hash hash;
	char text[HASH_TEXT_SIZE + 1];

	(void)state;
	assert_int_equal(hash_parse(abc_hash, &hash), 0);
	hash_text(&hash, text);
	assert_string_equal(text, abc_hash);
	assert_int_equal(hash_parse(abc_hash + 1, &hash), -EINVAL);
	text[10] = 'g';
	assert_int_equal(hash_parse(text, &hash), -EINVAL);
}

static void the_seed_changes_the_checksum(void **state)
{
	(void)state;
	assert_true(checksum("500", 3) == checksum("500", 3));
	assert_true(checksum("500", 3) != checksum("501", 3));
	assert_true(checksum_seeded("500", 3, 1) != checksum_seeded("500", 3, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_is_sha256),
		cmocka_unit_test(pieces_hash_like_the_whole),
		cmocka_unit_test(a_hash_is_read_back_only_when_exact),
		cmocka_unit_test(the_seed_changes_the_checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
