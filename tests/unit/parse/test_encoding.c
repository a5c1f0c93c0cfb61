/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guess of a file's encoding from its bytes.
 */
#include "support/test.h"

#include <string.h>

#include "parse/reader.h"

static struct encoding_evidence evidence_of(const char *bytes, size_t length, size_t chunk)
{
	struct encoding_evidence evidence = {0};

	for (size_t i = 0; i < length; i += chunk)
		evidence_add(&evidence, (const uint8_t *)bytes + i,
			     length - i < chunk ? length - i : chunk);
	return evidence;
}

struct encoding_case {
	const char *bytes;
	enum text_encoding encoding;
};

static void bytes_decide_the_encoding(void **state)
{
	static const struct encoding_case cases[] = {
		{"plain ascii text", ENCODING_UTF8},
		{"", ENCODING_UTF8},
		{"\xEF\xBB\xBFkonto", ENCODING_UTF8},
		{"\xEF\xBB\xBFkonto \xE5", ENCODING_UTF8},
		{"l\xC3\xB6n och hyra", ENCODING_UTF8},
		{"euro \xE2\x82\xAC och \xF0\x9F\x98\x80", ENCODING_UTF8},
		{"l\xF6n och \xE5r", ENCODING_WINDOWS_1252},
		{"l\x94n och \x86r", ENCODING_CP437},
		{"\x8Ert och \x99l", ENCODING_CP437},
		{"\xC3", ENCODING_WINDOWS_1252},	     /* cut in a character */
		{"\xC0\xAF", ENCODING_WINDOWS_1252},	     /* overlong */
		{"\xED\xA0\x80", ENCODING_WINDOWS_1252},     /* surrogate */
		{"\xF4\xA0\x80\x80", ENCODING_WINDOWS_1252}, /* beyond U+10FFFF */
		{"l\x94n \x94 citat \xE5\xE4\xF6", ENCODING_WINDOWS_1252},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t chunk = 1; chunk <= 16; chunk++) {
			struct encoding_evidence evidence =
				evidence_of(cases[i].bytes, strlen(cases[i].bytes), chunk);

			assert_int_equal(evidence_decide(&evidence), cases[i].encoding);
		}
	}
}

static void every_chunking_gives_the_same_evidence(void **state)
{
	static const char text[] = "\xEF\xBB\xBF  l\xC3\xB6n 0123456789abcdef \xE5 "
				   "\x94\x86 0123456789abcdef\n\xC3\xA4";
	struct encoding_evidence whole = evidence_of(text, sizeof(text) - 1, sizeof(text));

	(void)state;
	assert_true(whole.has_utf8_bom);
	assert_int_equal(whole.byte_count, sizeof(text) - 1);
	assert_int_equal(whole.high_count, 10);
	for (size_t chunk = 1; chunk < sizeof(text); chunk++) {
		struct encoding_evidence parts = evidence_of(text, sizeof(text) - 1, chunk);

		assert_memory_equal(&parts, &whole, sizeof(whole));
	}
}

static void marks_and_markup_are_seen_at_the_start(void **state)
{
	struct encoding_evidence evidence = evidence_of("\xFF\xFE#\0F\0", 6, 1);

	(void)state;
	assert_true(evidence.has_utf16_bom);
	assert_true(evidence.has_nul);
	evidence = evidence_of("\xFE\xFF\0#", 4, 4);
	assert_true(evidence.has_utf16_bom);
	evidence = evidence_of("\r\n  <!DOCTYPE html>", 19, 1);
	assert_true(evidence.looks_like_markup);
	evidence = evidence_of("\xEF\xBB\xBF<?xml version=\"1.0\"?>", 24, 2);
	assert_true(evidence.looks_like_markup);
	assert_true(evidence.has_utf8_bom);
	evidence = evidence_of("#FLAGGA 0 <html>", 16, 3);
	assert_false(evidence.looks_like_markup);
	assert_false(evidence.has_nul);
	assert_false(evidence.has_utf16_bom);
	evidence = evidence_of("0123456789\0", 11, 11);
	assert_true(evidence.has_nul);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_decide_the_encoding),
		cmocka_unit_test(every_chunking_gives_the_same_evidence),
		cmocka_unit_test(marks_and_markup_are_seen_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
