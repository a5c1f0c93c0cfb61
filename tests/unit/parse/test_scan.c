/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every way of finding delimiters says the same, and the rows are the same whichever
 * way is taken: the portable one, the processor's own, or byte by byte.
 */
#include "reader_support.h"

#include "parse/scan.h"

enum {
	LINE_MAX_LENGTH = 300,
	LINES = 20000,
	ENDS_MAX = 200,
	FILES = 150,
	FILE_SIZE_MAX = 16384,
};

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static size_t scan_slowly(const uint8_t *line, size_t length, uint8_t delimiter, uint32_t *ends)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '"')
			return SCAN_NOT_PLAIN;
		if (line[i] == delimiter)
			ends[count++] = (uint32_t)i;
	}
	return count > ENDS_MAX ? SCAN_NOT_PLAIN : count;
}

/* A line of its exact length on the heap: a byte read outside it is found. */
static uint8_t *random_line(size_t length)
{
	static const uint8_t bytes[] = {';',  ';',  '1',  'a',	',',  '.', ' ', '\t',
					0xC3, 0xA5, 0x00, 0xFF, 0x80, ':', '<', 0xBB};
	uint8_t *line = malloc(length);

	for (size_t i = 0; i < length; i++)
		line[i] = bytes[random_below(sizeof bytes)];
	if (length > 0 && random_below(4) == 0)
		line[random_below((uint32_t)length)] = '"';
	return line;
}

static void assert_scan(scan_line *scan, const uint8_t *line, size_t length)
{
	uint32_t expected[LINE_MAX_LENGTH + 1];
	uint32_t got[ENDS_MAX];
	size_t count = scan_slowly(line, length, ';', expected);

	assert_true(scan(line, length, ';', got, ENDS_MAX) == count);
	if (count != SCAN_NOT_PLAIN)
		assert_memory_equal(got, expected, count * sizeof *got);
}

static void every_way_finds_the_same(void **state)
{
	(void)state;
	scan_line_wish(NULL);
	for (int i = 0; i < LINES; i++) {
		size_t length = 1 + random_below(LINE_MAX_LENGTH);
		cleanup(free_bytes) uint8_t *line = random_line(length);

		assert_scan(scan_line_portable, line, length);
		assert_scan(scan_line_choose(), line, length);
	}
}

static void no_more_are_written_than_there_is_room_for(void **state)
{
	uint8_t line[LINE_MAX_LENGTH];
	uint32_t ends[ENDS_MAX + 1];

	(void)state;
	memset(line, ';', sizeof line);
	ends[ENDS_MAX] = 7;
	assert_true(scan_line_portable(line, ENDS_MAX, ';', ends, ENDS_MAX) == ENDS_MAX);
	assert_true(scan_line_portable(line, ENDS_MAX + 1, ';', ends, ENDS_MAX) == SCAN_NOT_PLAIN);
	assert_true(scan_line_choose()(line, ENDS_MAX + 1, ';', ends, ENDS_MAX) == SCAN_NOT_PLAIN);
	assert_int_equal(ends[ENDS_MAX], 7);
}

static void the_portable_way_can_be_chosen(void **state)
{
	(void)state;
	scan_line_wish("portable");
	assert_ptr_equal(scan_line_choose(), scan_line_portable);
	scan_line_wish(NULL);
}

static const char *random_field(void)
{
	static const char *const fields[] = {
		"1",	    "",		  "3011",   "\"30\"", "a b",   "\xC3\xA5",
		"\"a;b\"",  "\"a\"\"b\"", "202001", "202002", "12,50", "-7",
		"1 000,00", "\"5\"x",	  "*",	    " 4 ",
	};

	/* The first are likely ones: most rows are to be good. */
	return fields[random_below(random_below(3) == 0 ? 16 : 3)];
}

static size_t random_file(char file[static FILE_SIZE_MAX])
{
	static const char *const line_ends[] = {"\n", "\r\n", "\r"};
	const char *line_end = line_ends[random_below(3)];
	uint32_t rows = 1 + random_below(40);
	size_t length = (size_t)snprintf(file, FILE_SIZE_MAX,
					 "Text;Konto;Ansvar;Verksamhet;Period;Belopp%s", line_end);

	for (uint32_t i = 0; i < rows; i++) {
		if (random_below(20) == 0)
			length += (size_t)snprintf(file + length, FILE_SIZE_MAX - length, "%s;",
						   random_field());
		for (int k = 0; k < 4; k++)
			length += (size_t)snprintf(file + length, FILE_SIZE_MAX - length, "%s;",
						   random_field());
		length += (size_t)snprintf(
			file + length, FILE_SIZE_MAX - length, "20200%u;%s%u,%02u%s",
			1 + random_below(3), random_below(9) == 0 ? "\"" : "", random_below(900),
			random_below(100), i + 1 < rows || random_below(2) ? line_end : "");
	}
	return length;
}

static void assert_readings_equal(const struct reading *left, const struct reading *right)
{
	struct findings ours = reader_findings(left->reader);
	struct findings theirs = reader_findings(right->reader);

	assert_int_equal(left->result, right->result);
	assert_string_equal(left->rows, right->rows);
	assert_int_equal(left->end.row_count, right->end.row_count);
	assert_int_equal(left->end.sum.ore, right->end.sum.ore);
	assert_int_equal(ours.error_count, theirs.error_count);
	assert_int_equal(ours.count, theirs.count);
	for (size_t i = 0; i < ours.count; i++) {
		assert_int_equal(ours.items[i].code, theirs.items[i].code);
		assert_int_equal(ours.items[i].line, theirs.items[i].line);
		assert_int_equal(ours.items[i].column, theirs.items[i].column);
		assert_string_equal(ours.items[i].found, theirs.items[i].found);
	}
}

static void files_are_read_the_same_by_every_way(void **state)
{
	struct source source = source_of_list();
	static char file[FILE_SIZE_MAX];

	(void)state;
	for (int i = 0; i < FILES; i++) {
		size_t length = random_file(file);
		size_t chunk = 1 + random_below(100);
		cleanup(reading_destroy) struct reading *native =
			reading_of_bytes(&source, file, length, chunk);
		cleanup(reading_destroy) struct reading *portable = NULL;
		cleanup(reading_destroy) struct reading *slow = NULL;

		scan_line_wish("portable");
		portable = reading_of_bytes(&source, file, length, length);
		scan_line_wish("none");
		slow = reading_of_bytes(&source, file, length, 4096);
		scan_line_wish(NULL);
		assert_readings_equal(native, portable);
		assert_readings_equal(native, slow);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_finds_the_same),
		cmocka_unit_test(no_more_are_written_than_there_is_room_for),
		cmocka_unit_test(the_portable_way_can_be_chosen),
		cmocka_unit_test(files_are_read_the_same_by_every_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
