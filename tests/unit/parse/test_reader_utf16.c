/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files in UTF-16 are read as if they were UTF-8, and a zero is found at its line.
 */
#include "reader_support.h"

#define HEAD "Konto;Ansvar;Verksamhet;Period;Belopp\r\n"
#define TEXT                                                                                       \
	HEAD "3011;\xC3\x85LD;\xE2\x82\xAC"                                                        \
	     ";202001;1 234,50\r\n3012;\xF0\x9F\x98\x80;;202001;-5\r\n"

enum { BYTES_MAX = 1024, CHUNK_MAX = 9 };

struct bytes {
	uint8_t bytes[BYTES_MAX];
	size_t length;
};

static void unit_put(struct bytes *bytes, bool is_big, uint32_t unit)
{
	assert_true(bytes->length + 2 <= BYTES_MAX);
	bytes->bytes[bytes->length++] = (uint8_t)(is_big ? unit >> 8 : unit);
	bytes->bytes[bytes->length++] = (uint8_t)(is_big ? unit : unit >> 8);
}

/* The text, which is sound UTF-8. */
static void text_put(struct bytes *bytes, bool is_big, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	while (*at) {
		int more = *at < 0x80 ? 0 : *at < 0xE0 ? 1 : *at < 0xF0 ? 2 : 3;
		uint32_t character = *at & (more == 0 ? 0x7Fu : 0x3Fu >> more);

		for (at++; more > 0; more--)
			character = character << 6 | (*at++ & 0x3Fu);
		if (character >= 0x10000) {
			unit_put(bytes, is_big, 0xD800 + ((character - 0x10000) >> 10));
			character = 0xDC00 + ((character - 0x10000) & 0x3FF);
		}
		unit_put(bytes, is_big, character);
	}
}

static struct reading *reading_of_utf16(const struct source *source, const struct bytes *bytes,
					size_t chunk)
{
	return reading_of_bytes(source, bytes->bytes, bytes->length, chunk);
}

static void assert_reads_like_utf8(const struct source *source, const struct bytes *bytes)
{
	struct source plain = source_of_list();
	cleanup(reading_destroy) struct reading *expected = reading_of(&plain, TEXT);

	assert_read(expected);
	for (size_t chunk = 1; chunk <= CHUNK_MAX; chunk++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of_utf16(source, bytes, chunk);

		assert_read(reading);
		assert_string_equal(reading->rows, expected->rows);
	}
}

static void a_byte_order_mark_tells_which(void **state)
{
	struct source source = source_of_list();

	(void)state;
	for (int is_big = 0; is_big <= 1; is_big++) {
		struct bytes bytes = {.length = 0};

		text_put(&bytes, is_big, "\xEF\xBB\xBF" TEXT);
		assert_reads_like_utf8(&source, &bytes);
	}
}

static void without_one_the_source_tells(void **state)
{
	struct source source = source_of_list();

	(void)state;
	for (int is_big = 0; is_big <= 1; is_big++) {
		struct bytes bytes = {.length = 0};

		source.encoding = is_big ? ENCODING_UTF16BE : ENCODING_UTF16LE;
		text_put(&bytes, is_big, TEXT);
		assert_reads_like_utf8(&source, &bytes);
	}
}

static void a_nul_is_found_at_its_line(void **state)
{
	struct source source = source_of_list();
	struct bytes bytes = {.length = 0};
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	text_put(&bytes, false, "\xEF\xBB\xBF" HEAD "30");
	unit_put(&bytes, false, 0);
	text_put(&bytes, false, ";1;;202001;1\r\n");
	reading = reading_of_utf16(&source, &bytes, 64);
	assert_refused(reading, 2, 0, "teckenkodning");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_byte_order_mark_tells_which),
		cmocka_unit_test(without_one_the_source_tells),
		cmocka_unit_test(a_nul_is_found_at_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
