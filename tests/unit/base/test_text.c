/* SPDX-License-Identifier: Apache-2.0 */
/* Reading words and numbers strictly, and widths as a terminal shows them. */
#include "support/test.h"

#include <string.h>

#include "lib/base/text.h"

static void a_copy_fits_or_is_empty(void **state)
{
	char target[4] = "old";

	(void)state;
	assert_true(text_copy(target, sizeof target, "abc"));
	assert_string_equal(target, "abc");
	assert_false(text_copy(target, sizeof target, "abcd"));
	assert_string_equal(target, "");
}

static void a_number_is_digits_and_nothing_else(void **state)
{
	uint64_t value = 1;

	(void)state;
	assert_true(text_read_u64("18446744073709551615", UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_true(text_read_u64("007", 7, &value));
	assert_int_equal(value, 7);
	assert_false(text_read_u64("8", 7, &value));
	assert_false(text_read_u64("18446744073709551616", UINT64_MAX, &value));
	assert_false(text_read_u64("", 7, &value));
	assert_false(text_read_u64("-1", 7, &value));
	assert_false(text_read_u64("+1", 7, &value));
	assert_false(text_read_u64("1 ", 7, &value));
	assert_int_equal(value, 7);
}

static void blanks_and_line_ends_are_trimmed(void **state)
{
	char text[] = " \t två ord\r\n";
	char blanks[] = " \r\n\t";

	(void)state;
	assert_string_equal(text_trim(text), "två ord");
	assert_string_equal(text_trim(blanks), "");
}

static void tame_check(const char *text, size_t length, size_t size, const char *expected)
{
	char target[64];

	assert_true(size <= sizeof target);
	text_tame(target, size, text, length);
	assert_string_equal(target, expected);
	assert_true(text_is_utf8(target, strlen(target)));
}

#define assert_tame(text, size, expected) tame_check(text, sizeof(text) - 1, size, expected)

static void nothing_in_a_tame_text_steers_a_terminal(void **state)
{
	/* Turns the text around, as bytes: in the source itself they would mislead. */
	static const char turned[] = {(char)0xE2, (char)0x80, (char)0xAE, 'a',
				      (char)0xE2, (char)0x81, (char)0xA6, 'd',
				      (char)0xE2, (char)0x80, (char)0x8F, '\0'};

	(void)state;
	assert_tame("Åsa Ek, €uro", 64, "Åsa Ek, €uro");
	assert_tame("", 4, "");
	assert_tame("två\trader\r\nhär", 64, "två rader  här");
	assert_tame("\x1b[31mröd\x07\x7f", 64, "\uFFFD[31mröd\uFFFD\uFFFD");
	assert_tame("a\0b", 64, "a\uFFFDb");
	/* CSI of one byte, a line separator, what turns the text around and back. */
	assert_tame("\xC2\x9B"
		    "2J\u2028",
		    64, "\uFFFD2J\uFFFD");
	assert_tame(turned, 64, "\uFFFDa\uFFFDd\uFFFD");
	assert_tame("\xC5sa \xED\xA0\x80 \xE2\x82", 64, "\uFFFDsa \uFFFD \uFFFD");
}

static void a_tame_text_is_cut_between_characters(void **state)
{
	(void)state;
	assert_tame("abcdef", 7, "abcdef");
	assert_tame("abcdefg", 7, "abc…");
	assert_tame("åäöå", 7, "å…");
	assert_tame("åäö", 7, "åäö");
	assert_tame("abcde", 4, "…");
}

static void only_well_formed_utf8_passes(void **state)
{
	(void)state;
	assert_true(text_is_utf8("åäö €", 10));
	assert_false(text_is_utf8("\xE5", 1));
	assert_false(text_is_utf8("\xC0\xAF", 2));
	assert_false(text_is_utf8("\xED\xA0\x80", 3));
}

static void case_is_folded_in_swedish_letters_too(void **state)
{
	(void)state;
	assert_true(text_equal_folded("OMRÅDE", "område"));
	assert_true(text_equal_folded("ÄÖÉ", "äöé"));
	assert_false(text_equal_folded("område", "områden"));
	assert_false(text_equal_folded("å", "ä"));
}

static void width_counts_columns_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(text_width("Försörjningsstöd"), 16);
	assert_int_equal(text_width("\xE2\x88\x92"
				    "1\xC2\xA0"
				    "234"),
			 6);
	assert_int_equal(text_width("\xE5\xE4"), 2);
	assert_int_equal(text_width(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_fits_or_is_empty),
		cmocka_unit_test(a_number_is_digits_and_nothing_else),
		cmocka_unit_test(blanks_and_line_ends_are_trimmed),
		cmocka_unit_test(nothing_in_a_tame_text_steers_a_terminal),
		cmocka_unit_test(a_tame_text_is_cut_between_characters),
		cmocka_unit_test(only_well_formed_utf8_passes),
		cmocka_unit_test(case_is_folded_in_swedish_letters_too),
		cmocka_unit_test(width_counts_columns_not_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
