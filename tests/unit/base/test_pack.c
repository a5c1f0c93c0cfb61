/* SPDX-License-Identifier: Apache-2.0 */
/* What is packed is unpacked the same, and nothing else passes for complete. */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/base/pack.h"

static void pack_all(struct packer *packer)
{
	pack_u8(packer, 7);
	pack_u16(packer, 65535);
	pack_u32(packer, UINT32_MAX);
	pack_u64(packer, UINT64_MAX);
	pack_i64(packer, INT64_MIN);
	pack_text(packer, "Särskilt boende");
	pack_text(packer, NULL);
}

static void every_kind_comes_back_as_it_was(void **state)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct unpacker unpacker;
	char text[32];

	(void)state;
	pack_all(&packer);
	unpacker = unpacker_over(packer.bytes, packer.length);
	assert_int_equal(unpack_u8(&unpacker), 7);
	assert_int_equal(unpack_u16(&unpacker), 65535);
	assert_int_equal(unpack_u32(&unpacker), UINT32_MAX);
	assert_true(unpack_u64(&unpacker) == UINT64_MAX);
	assert_true(unpack_i64(&unpacker) == INT64_MIN);
	unpack_text(&unpacker, text, sizeof text);
	assert_string_equal(text, "Särskilt boende");
	assert_false(unpack_is_complete(&unpacker));
	unpack_text(&unpacker, text, sizeof text);
	assert_string_equal(text, "");
	assert_true(unpack_is_complete(&unpacker));
}

static void numbers_are_little_endian(void **state)
{
	cleanup(packer_finish) struct packer packer = {0};
	const uint8_t expected[] = {0x04, 0x03, 0x02, 0x01};

	(void)state;
	pack_u32(&packer, 0x01020304);
	assert_int_equal(packer.length, sizeof expected);
	assert_memory_equal(packer.bytes, expected, sizeof expected);
}

static void every_shorter_record_fails(void **state)
{
	cleanup(packer_finish) struct packer packer = {0};

	(void)state;
	pack_all(&packer);
	for (size_t length = 0; length < packer.length; length++) {
		struct unpacker unpacker = unpacker_over(packer.bytes, length);
		char text[32];

		unpack_u8(&unpacker);
		unpack_u16(&unpacker);
		unpack_u32(&unpacker);
		unpack_u64(&unpacker);
		unpack_i64(&unpacker);
		unpack_text(&unpacker, text, sizeof text);
		unpack_text(&unpacker, text, sizeof text);
		assert_false(unpack_is_complete(&unpacker));
	}
}

static void what_is_missing_reads_as_nought(void **state)
{
	struct unpacker unpacker = unpacker_over("\x01\x02", 2);

	(void)state;
	assert_int_equal(unpack_u32(&unpacker), 0);
	assert_true(unpacker.failed);
	assert_int_equal(unpack_u8(&unpacker), 0);
	assert_null(unpack_bytes(&unpacker, 1));
}

static void a_text_that_does_not_fit_fails(void **state)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct unpacker unpacker;
	char text[4] = "xyz";

	(void)state;
	pack_text(&packer, "abcd");
	unpacker = unpacker_over(packer.bytes, packer.length);
	unpack_text(&unpacker, text, sizeof text);
	assert_true(unpacker.failed);
	assert_string_equal(text, "");
}

static void numbers_of_any_size_are_short_when_small(void **state)
{
	static const int64_t numbers[] = {0,   1,	  -1,	     63,	-64,	  64,
					  -65, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
	static const size_t sizes[] = {1, 1, 1, 1, 1, 2, 2, 5, 5, 10, 10};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		cleanup(packer_finish) struct packer packer = {0};
		struct unpacker unpacker;

		pack_varint_signed(&packer, numbers[i]);
		assert_int_equal(packer.length, sizes[i]);
		pack_varint(&packer, (uint64_t)numbers[i]);
		unpacker = unpacker_over(packer.bytes, packer.length);
		assert_true(unpack_varint_signed(&unpacker) == numbers[i]);
		assert_true(unpack_varint(&unpacker) == (uint64_t)numbers[i]);
		assert_true(unpack_is_complete(&unpacker));
	}
}

/* Cut short, longer than it need be, beyond 64 bits, without an end. */
static void numbers_that_nobody_packs_fail(void **state)
{
	static const struct {
		uint8_t bytes[11];
		size_t length;
	} bad[] = {
		{{0}, 0},
		{{0x80}, 1},
		{{0x80, 0x00}, 2},
		{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02}, 10},
		{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x01}, 11},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct unpacker unpacker = unpacker_over(bad[i].bytes, bad[i].length);

		assert_true(unpack_varint(&unpacker) == 0);
		assert_true(unpacker.failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_comes_back_as_it_was),
		cmocka_unit_test(numbers_are_little_endian),
		cmocka_unit_test(every_shorter_record_fails),
		cmocka_unit_test(what_is_missing_reads_as_nought),
		cmocka_unit_test(a_text_that_does_not_fit_fails),
		cmocka_unit_test(numbers_of_any_size_are_short_when_small),
		cmocka_unit_test(numbers_that_nobody_packs_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
