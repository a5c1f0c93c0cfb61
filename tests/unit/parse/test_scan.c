/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every way of finding delimiters says the same, and the rows are the same whichever
 * way is taken: the portable one, the processor's own, or byte by byte.
 */
#include "reader_support.h"

#include "parse/scan.h"

enum {
	TEXT_MAX_LENGTH = 300,
	TEXTS = 20000,
	FILES = 150,
	FILE_SIZE_MAX = 16384,
};

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

static void scan_slowly(const uint8_t *text, size_t length, uint8_t delimiter,
			struct scan_marks *marks)
{
	marks->count = 0;
	marks->stop_count = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '"' || text[i] == '\n')
			marks->stops[marks->stop_count++] = marks->count;
		if (text[i] == delimiter || text[i] == '"' || text[i] == '\n')
			marks->offsets[marks->count++] = (uint32_t)i;
	}
}

/* A text of its exact length on the heap: a byte read outside it is found. */
static uint8_t *random_text(size_t length)
{
	static const uint8_t bytes[] = {';',  ';',  '1',  'a',	',', '.', ' ', '\t', '\n',
					0xC3, 0xA5, 0x00, 0xFF, '"', ':', '<', 0xBB};
	uint8_t *text = malloc(length + 1);

	assert_non_null(text);
	for (size_t i = 0; i < length; i++)
		text[i] = bytes[random_below(sizeof bytes)];
	return realloc(text, length > 0 ? length : 1);
}

static void assert_scan(scan_text *scan, const uint8_t *text, size_t length)
{
	static struct scan_marks expected;
	static struct scan_marks got;

	scan_slowly(text, length, ';', &expected);
	scan(text, length, ';', &got);
	assert_int_equal(got.count, expected.count);
	assert_int_equal(got.stop_count, expected.stop_count);
	assert_memory_equal(got.offsets, expected.offsets, got.count * sizeof *got.offsets);
	assert_memory_equal(got.stops, expected.stops, got.stop_count * sizeof *got.stops);
}

static void every_way_finds_the_same(void **state)
{
	(void)state;
	scan_text_wish(NULL);
	for (int i = 0; i < TEXTS; i++) {
		size_t length = random_below(TEXT_MAX_LENGTH);
		cleanup(free_bytes) uint8_t *text = random_text(length);

		assert_scan(scan_text_portable, text, length);
		assert_scan(scan_text_choose(), text, length);
	}
}

static void there_is_room_when_every_byte_is_a_mark(void **state)
{
	static uint8_t text[SCAN_SIZE_MAX];

	(void)state;
	scan_text_wish(NULL);
	for (int i = 0; i < 3; i++) {
		memset(text, ";\n\""[i], sizeof text);
		assert_scan(scan_text_portable, text, sizeof text);
		assert_scan(scan_text_choose(), text, sizeof text);
	}
}

static void the_way_can_be_chosen(void **state)
{
	(void)state;
	scan_text_wish("portable");
	assert_ptr_equal(scan_text_choose(), scan_text_portable);
	scan_text_wish("none");
	assert_null(scan_text_choose());
	scan_text_wish("anything");
	assert_non_null(scan_text_choose());
	scan_text_wish(NULL);
}

static const char *random_field(void)
{
	static const char *const fields[] = {
		"1",	    "",		  "3011",   "\"30\"", "a b",   "\xC3\xA5",
		"\"a;b\"",  "\"a\"\"b\"", "202001", "202002", "12,50", "-7",
		"1 000,00", "\"5\"x",	  "*",	    " 4 ",    "a\"b",  "\"a",
	};

	/* The first are likely ones: most rows are to be good. */
	return fields[random_below(random_below(3) == 0 ? 18 : 3)];
}

static size_t random_file(char file[static FILE_SIZE_MAX])
{
	static const char *const line_ends[] = {"\n", "\r\n", "\r"};
	const char *line_end = line_ends[random_below(3)];
	uint32_t rows = 1 + random_below(40);
	size_t length = (size_t)snprintf(
		file, FILE_SIZE_MAX, "Text;Konto;Ansvar;Verksamhet;Period;Belopp;Not%s", line_end);

	for (uint32_t i = 0; i < rows; i++) {
		if (random_below(20) == 0)
			length += (size_t)snprintf(file + length, FILE_SIZE_MAX - length, "%s;",
						   random_field());
		for (int k = 0; k < 4; k++)
			length += (size_t)snprintf(file + length, FILE_SIZE_MAX - length, "%s;",
						   random_field());
		length += (size_t)snprintf(file + length, FILE_SIZE_MAX - length,
					   "20200%u;%s%u,%02u;%s%s", 1 + random_below(3),
					   random_below(9) == 0 ? "\"" : "", random_below(900),
					   random_below(100), random_field(),
					   i + 1 < rows || random_below(2) ? line_end : "");
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

		scan_text_wish("portable");
		portable = reading_of_bytes(&source, file, length, length);
		scan_text_wish("none");
		slow = reading_of_bytes(&source, file, length, 4096);
		scan_text_wish(NULL);
		assert_readings_equal(native, portable);
		assert_readings_equal(native, slow);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_finds_the_same),
		cmocka_unit_test(there_is_room_when_every_byte_is_a_mark),
		cmocka_unit_test(the_way_can_be_chosen),
		cmocka_unit_test(files_are_read_the_same_by_every_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
