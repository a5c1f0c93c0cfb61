/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a SIE file are read the same by the way that nearly all of them take and by the
 * one that takes them all, which is taken when a file comes byte by byte.
 */
#include "reader_support.h"

enum { FILES = 150, ROWS_MAX_IN_FILE = 5, FILE_SIZE_MAX = 8192 };

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

/* The first is what most rows have. */
static const char *random_of(const char *const *texts, uint32_t count)
{
	return texts[random_below(12) == 0 ? random_below(count) : 0];
}

#define RANDOM_OF(...)                                                                             \
	random_of((const char *const[]){__VA_ARGS__},                                              \
		  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static const char *random_blank(void)
{
	return RANDOM_OF(" ", "\t", "  ", "", " \t ", "\r", "\x01");
}

static const char *random_objects(void)
{
	static const char *const objects[] = {
		"{}",
		"{1 \"501\"}",
		"{1 \"501\" 20 \"71\"}",
		"{ }",
		"{1 \"123456789\"}",
		"{20 \"71\" 20 \"72\"}",
		"{1 \"12345678\"}",
		"{1 \"1234567890123456\"}",
		"{123 \"5\" 20 \"71\"}",
		"{ 1 501 }",
		"{1 501 20 71}",
		"{1 \"a b\" 20 \"\"}",
		"{1\"501\"}",
		"{\"1\" \"501\"}",
		"{1 \"501\"20 \"71\"}",
		"{1 \"50\\1\"}",
		"{1 \"50\\\"1\"}",
		"{1 \"501}",
		"{1 }",
		"{1 501",
		"{01 \"501\"}",
		"{12345 \"5\"}",
		"{x \"501\"}",
		"{-1 \"501\"}",
		"{1 \"\x86\x84\"}",
		"{1 5\"01}",
		"1 \"501\"}",
	};

	return objects[random_below(random_below(3) == 0 ? sizeof(objects) / sizeof(char *) : 3)];
}

static const char *random_amount(void)
{
	static const char *const amounts[] = {
		"10.00",
		"-10.00",
		"0.05",
		"1234567.89",
		"12345678.90",
		"123456789.00",
		"10",
		"10.5",
		"10,00",
		"-.50",
		"--1.00",
		"1.000",
		"\"10.00\"",
		"20210113",
		"",
		"10.00x",
		"92233720368547758.00",
		"1O.00",
		"+10.00",
	};

	return amounts[random_below(random_below(4) == 0 ? sizeof(amounts) / sizeof(char *) : 3)];
}

static const char *random_rest(void)
{
	static const char *const rests[] = {
		"",
		" 20210113",
		" 20210113 \"a text\"",
		" 20210113 \"a text\" 1 \"b\"",
		" \"\" \"a text\"",
		" 20210114",
		" 210113",
		" 2021-01-13",
		" 20211332",
		" 20200113",
		" 20210113{",
		" 20210113x \"a\"",
		" 20210113 \"open",
		" 20210113 a\"b",
		" ",
		" \"20210113\"",
	};

	return rests[random_below(random_below(4) == 0 ? sizeof(rests) / sizeof(char *) : 4)];
}

static size_t random_row(char *text, const char *line_end)
{
	return (size_t)snprintf(
		text, 256, "%s%s%s%s%s%s%s%s%s%s", RANDOM_OF("", " ", "\t", "   ", "x"),
		RANDOM_OF("#TRANS", "#trans", "#RTRANS", "#TRANSX", "#PSALDO"), random_blank(),
		RANDOM_OF("3010", "4010", "12345678", "123456789", "\"3010\"", "FEL", "30x0", ""),
		random_blank(), random_objects(), random_blank(), random_amount(), random_rest(),
		line_end);
}

static size_t random_file(char file[static FILE_SIZE_MAX])
{
	const char *line_end = RANDOM_OF("\n", "\r\n", "\r");
	uint32_t rows = 1 + random_below(ROWS_MAX_IN_FILE);
	size_t length = (size_t)snprintf(
		file, FILE_SIZE_MAX,
		"#SIETYP 4%s#RAR 0 20210101 20211231%s%s#VER A 1 %s \"a\"%s%s%s", line_end,
		line_end, random_below(2) ? "#DIM 20 Verksamhet\n#DIM 123 Ansvar\n" : "",
		RANDOM_OF("20210113", "20200113", "\"\"", "20211332"), line_end,
		RANDOM_OF("{", "", " {", "}"), line_end);

	for (uint32_t i = 0; i < rows; i++)
		length += random_row(file + length, line_end);
	return length + (size_t)snprintf(file + length, FILE_SIZE_MAX - length, "}%s",
					 random_below(4) ? line_end : "");
}

static void rows_are_read_the_same_by_both_ways(void **state)
{
	struct source source = source_of_sie();
	static char file[FILE_SIZE_MAX];

	(void)state;
	/* That vouchers do not balance is not what is asked here. */
	source.policy[FINDING_SIE_UNBALANCED] = FINDING_WARNING;
	for (int i = 0; i < FILES; i++) {
		size_t length = random_file(file);
		cleanup(reading_destroy) struct reading *whole =
			reading_of_bytes(&source, file, length, length);
		cleanup(reading_destroy) struct reading *bytes =
			reading_of_bytes(&source, file, length, 1);

		assert_int_equal(whole->result, bytes->result);
		assert_found_equal(whole, bytes);
		assert_string_equal(whole->rows, bytes->rows);
		assert_int_equal(whole->end.row_count, bytes->end.row_count);
		assert_int_equal(whole->end.sum.ore, bytes->end.sum.ore);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_the_same_by_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
