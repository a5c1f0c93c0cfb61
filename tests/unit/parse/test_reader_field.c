/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amounts, dates and texts of single fields.
 */
#include "support/test.h"

#include <string.h>

#include "parse/field.h"
#include "parse/field_text.h"

static struct field field_of(const char *text)
{
	return (struct field){.bytes = (const uint8_t *)text, .length = strlen(text), .column = 1};
}

struct amount_case {
	const char *text;
	int problem;
	int64_t ore;
};

static void sie_amounts_are_read_exactly(void **state)
{
	static const struct amount_case cases[] = {
		{"0", 0, 0},
		{"-0.00", 0, 0},
		{"1", 0, 100},
		{"-1", 0, -100},
		{".20", 0, 20},
		{"5.", 0, 500},
		{"12.3", 0, 1230},
		{"-6424978.63", 0, -642497863},
		{"12,34", 0, 1234},
		{"92233720368547758.07", 0, INT64_MAX},
		{"-92233720368547758.07", 0, -INT64_MAX},
		{"92233720368547758.08", FIELD_TOO_BIG, 0},
		{"999999999999999999999", FIELD_TOO_BIG, 0},
		{"-999999999999999999999.99", FIELD_TOO_BIG, 0},
		{"", FIELD_EMPTY, 0},
		{"-", FIELD_NOT_A_NUMBER, 0},
		{".", FIELD_NOT_A_NUMBER, 0},
		{"+1", FIELD_NOT_A_NUMBER, 0},
		{"1-", FIELD_NOT_A_NUMBER, 0},
		{"1 234.00", FIELD_NOT_A_NUMBER, 0},
		{"12O4.50", FIELD_NOT_A_NUMBER, 0},
		{"1.2x", FIELD_NOT_A_NUMBER, 0},
		{"1.2.3", FIELD_NOT_A_NUMBER, 0},
		{"99999999999999999999x", FIELD_NOT_A_NUMBER, 0},
		{"1.234", FIELD_DECIMALS, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field field = field_of(cases[i].text);
		int64_t ore = 0;

		assert_int_equal(field_amount(&field, &ore), cases[i].problem);
		assert_int_equal(ore, cases[i].ore);
	}
}

static void amounts_check(const struct amount_style *style, const struct amount_case *cases,
			  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct field field = field_of(cases[i].text);
		int64_t ore = 0;
		int problem = field_styled_amount(&field, style, &ore);

		if (problem != cases[i].problem)
			print_error("\"%s\": %d\n", cases[i].text, problem);
		assert_int_equal(problem, cases[i].problem);
		if (problem == 0)
			assert_int_equal(ore, cases[i].ore);
	}
}

static void list_amounts_understand_swedish_writing(void **state)
{
	static const struct amount_style style = {',', THOUSANDS_AUTO, 100, ENCODING_UTF8};
	static const struct amount_case cases[] = {
		{"745 654,30", 0, 74565430},
		{"4 824,37-", 0, -482437},
		{" 277,50 ", 0, 27750},
		{"-1 362 250", 0, -136225000},
		{"- 362", 0, -36200},
		{"\xE2\x88\x92"
		 "12,5",
		 0, -1250},
		{"1\xC2\xA0"
		 "234,00",
		 0, 123400},
		{"1\xE2\x80\xAF"
		 "234,00\xC2\xA0",
		 0, 123400},
		{"1'234'567,89", 0, 123456789},
		{"1.234.567,89", 0, 123456789},
		{"1.234", 0, 123400},
		{"(1 234,50)", 0, -123450},
		{"+12", 0, 1200},
		{",5", 0, 50},
		{"12,", 0, 1200},
		{"", FIELD_EMPTY, 0},
		{"  \xC2\xA0 ", FIELD_EMPTY, 0},
		{"-", 0, 0},
		{" -   ", 0, 0},
		{"-0", 0, 0},
		{"--", FIELD_NOT_A_NUMBER, 0},
		{"()", FIELD_NOT_A_NUMBER, 0},
		{"-12-", FIELD_NOT_A_NUMBER, 0},
		{"(-12)", FIELD_NOT_A_NUMBER, 0},
		{"1234.56", FIELD_NOT_A_NUMBER, 0},
		{"12 34", FIELD_NOT_A_NUMBER, 0},
		{"1 2345", FIELD_NOT_A_NUMBER, 0},
		{"1 234.567", FIELD_NOT_A_NUMBER, 0},
		{"1,234.56", FIELD_NOT_A_NUMBER, 0},
		{"1 23,45", FIELD_NOT_A_NUMBER, 0},
		{"12 kr", FIELD_NOT_A_NUMBER, 0},
		{"\xC3\xA5", FIELD_NOT_A_NUMBER, 0},
		{"1,234", FIELD_DECIMALS, 0},
		{"92233720368547758,07", 0, INT64_MAX},
		{"92233720368547758,08", FIELD_TOO_BIG, 0},
		{"92233720368547759", FIELD_TOO_BIG, 0},
	};

	(void)state;
	amounts_check(&style, cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_decimal_point_leaves_no_comma(void **state)
{
	static const struct amount_style style = {'.', THOUSANDS_AUTO, 100, ENCODING_UTF8};
	static const struct amount_case cases[] = {
		{"-631.44", 0, -63144},
		{"8975.87", 0, 897587},
		{"1,234.00", FIELD_NOT_A_NUMBER, 0},
		{"1.234", FIELD_DECIMALS, 0},
	};

	(void)state;
	amounts_check(&style, cases, sizeof(cases) / sizeof(cases[0]));
}

static void thousands_of_kronor_become_whole_ore(void **state)
{
	static const struct amount_style style = {',', THOUSANDS_AUTO, 100000, ENCODING_UTF8};
	static const struct amount_case cases[] = {
		{"12", 0, 1200000},
		{"-0,5", 0, -50000},
		{"0,00001", 0, 1},
		{"0,000001", FIELD_DECIMALS, 0},
		{"92233720368548", FIELD_TOO_BIG, 0},
	};

	(void)state;
	amounts_check(&style, cases, sizeof(cases) / sizeof(cases[0]));
}

static void no_break_blanks_follow_the_encoding(void **state)
{
	static const struct amount_style latin = {',', THOUSANDS_AUTO, 100, ENCODING_WINDOWS_1252};
	static const struct amount_style pc = {',', THOUSANDS_AUTO, 100, ENCODING_CP437};
	static const struct amount_case latin_cases[] = {
		{"1\xA0"
		 "234,00",
		 0, 123400},
		{"1\xFF"
		 "234,00",
		 FIELD_NOT_A_NUMBER, 0},
	};
	static const struct amount_case pc_cases[] = {
		{"1\xFF"
		 "234,00",
		 0, 123400},
		{"1\xA0"
		 "234,00",
		 FIELD_NOT_A_NUMBER, 0},
	};

	(void)state;
	amounts_check(&latin, latin_cases, 2);
	amounts_check(&pc, pc_cases, 2);
}

static void dates_are_days_of_the_calendar(void **state)
{
	struct field good[] = {field_of("20200229"), field_of("2020-02-29")};
	struct field bad[] = {field_of("20190229"),  field_of("20201301"),   field_of("200101"),
			      field_of("2020-2-29"), field_of("2020/02/29"), field_of("abcdefgh"),
			      field_of("")};
	uint32_t date = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(field_date(&good[i], &date));
		assert_int_equal(date, 20200229);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(field_date(&bad[i], &date));
}

static void periods_are_months(void **state)
{
	struct field good[] = {field_of("202012"), field_of("2020-12")};
	struct field bad[] = {field_of("202013"), field_of("202000"), field_of("2020"),
			      field_of("2020-1"), field_of("20201")};
	uint32_t yyyymm = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(field_period(&good[i], &yyyymm));
		assert_int_equal(yyyymm, 202012);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(field_period(&bad[i], &yyyymm));
}

struct text_case {
	const char *bytes;
	char escape;
	enum text_encoding encoding;
	const char *text;
};

static void texts_become_utf8(void **state)
{
	static const struct text_case cases[] = {
		{"\x86\x84\x94\x8F\x8E\x99\x82\x90", 0, ENCODING_CP437, "åäöÅÄÖéÉ"},
		{"\xE5\xE4\xF6\xC5\xC4\xD6\xE9\xC9\x80", 0, ENCODING_WINDOWS_1252, "åäöÅÄÖéÉ€"},
		{"\xC3\xA5", 0, ENCODING_UTF8, "å"},
		{"C:\\data", '\\', ENCODING_UTF8, "C:\\data"},
		{"sa \\\"ja\\\"", '\\', ENCODING_UTF8, "sa \"ja\""},
		{"sa \"\"ja\"\"", '"', ENCODING_UTF8, "sa \"ja\""},
		{"4\"\"", 0, ENCODING_UTF8, "4\"\""},
	};
	char text[CODE_SIZE];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct field field = field_of(cases[i].bytes);

		field.escape = cases[i].escape;
		assert_int_equal(
			field_decode(&field, cases[i].encoding, text, sizeof(text), &length), 0);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(length, strlen(cases[i].text));
	}
}

static void texts_that_cannot_be_held_are_named(void **state)
{
	struct field field = field_of("abcd");
	struct field undefined = field_of("\x81");
	char text[4];
	size_t length;

	(void)state;
	assert_int_equal(field_decode(&field, ENCODING_UTF8, text, sizeof(text), &length),
			 FIELD_TOO_LONG);
	assert_int_equal(
		field_decode(&undefined, ENCODING_WINDOWS_1252, text, sizeof(text), &length),
		FIELD_NOT_TEXT);
}

static void only_numbers_are_quoted(void **state)
{
	struct field number = field_of("12O4,50");
	struct field text = field_of("Placering av barn 14");
	char quote[FIELD_QUOTE_SIZE];

	(void)state;
	field_quote(&number, quote);
	assert_string_equal(quote, "\"12O4,50\"");
	field_quote(&text, quote);
	assert_string_equal(quote, "en text om 20 byte");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sie_amounts_are_read_exactly),
		cmocka_unit_test(list_amounts_understand_swedish_writing),
		cmocka_unit_test(a_decimal_point_leaves_no_comma),
		cmocka_unit_test(thousands_of_kronor_become_whole_ore),
		cmocka_unit_test(no_break_blanks_follow_the_encoding),
		cmocka_unit_test(dates_are_days_of_the_calendar),
		cmocka_unit_test(periods_are_months),
		cmocka_unit_test(texts_become_utf8),
		cmocka_unit_test(texts_that_cannot_be_held_are_named),
		cmocka_unit_test(only_numbers_are_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
