/* SPDX-License-Identifier: Apache-2.0 */
/* What a person reads about a file that was put in. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "budgetvakt/verdict_text.h"
#include "lib/base/cleanup.h"

static struct table *answer_make(struct arena *arena, const char *word, int64_t rows, int64_t first,
				 int64_t last, const char *reason)
{
	struct table *table = table_new(arena);

	table_column(table, "utslag", "Utslag", COLUMN_TEXT);
	table_column(table, "rader", "Rader", COLUMN_COUNT);
	table_column(table, "fran", "Från", COLUMN_PERIOD);
	table_column(table, "till", "Till", COLUMN_PERIOD);
	table_column(table, "seq", "Post", COLUMN_COUNT);
	table_column(table, "text", "Text", COLUMN_TEXT);
	assert_int_equal(table_row(table), 0);
	table_text(table, 0, word);
	table_number(table, 1, rows);
	table_number(table, 2, first);
	table_number(table, 3, last);
	if (reason)
		table_text(table, 5, reason);
	return table;
}

static void each_verdict_has_its_line(void **state)
{
	static const struct {
		const char *word;
		int64_t rows;
		int64_t first;
		int64_t last;
		const char *reason;
		const char *line;
	} cases[] = {
		{"inläst", 7864, 202001, 202008, NULL,
		 "a.se: inläst, 7\u00a0864 rader, 2020-01–2020-08\n"},
		{"inläst", 1, 202008, 202008, NULL, "a.se: inläst, 1 rad, 2020-08\n"},
		{"inläst", 1000007, TABLE_MISSING, TABLE_MISSING, NULL,
		 "a.se: inläst, 1\u00a0000\u00a0007 rader\n"},
		{"inläst", TABLE_MISSING, TABLE_MISSING, TABLE_MISSING, NULL, "a.se: inläst\n"},
		{"redan inläst", 7864, 202001, 202008, NULL, "a.se: redan inläst\n"},
		{"karantän", TABLE_MISSING, TABLE_MISSING, TABLE_MISSING, "rad 12: fel\x1b[31m",
		 "a.se: satt i karantän: rad 12: fel?[31m\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cleanup(arena_destroy) struct arena *arena = NULL;
		cleanup(free_bytes) char *line = NULL;
		cleanup(close_stream) FILE *stream = NULL;
		struct verdict_text verdict;
		struct table *answer;
		size_t length;

		assert_int_equal(arena_new(&arena, 1 << 20), 0);
		answer = answer_make(arena, cases[i].word, cases[i].rows, cases[i].first,
				     cases[i].last, cases[i].reason);
		assert_true(verdict_text_read(answer, NULL, &verdict));
		assert_int_equal(verdict.is_refused, cases[i].reason != NULL);
		stream = open_memstream(&line, &length);
		verdict_text_print(stream, "a.se", &verdict);
		fflush(stream);
		assert_string_equal(line, cases[i].line);
	}
}

static void an_answer_without_a_verdict_is_none(void **state)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	struct verdict_text verdict;

	(void)state;
	assert_int_equal(arena_new(&arena, 1 << 20), 0);
	assert_false(verdict_text_read(NULL, NULL, &verdict));
	assert_false(verdict_text_read(table_new(arena), NULL, &verdict));
	assert_false(
		verdict_text_read(answer_make(arena, "kanske", 1, 1, 1, NULL), NULL, &verdict));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_has_its_line),
		cmocka_unit_test(an_answer_without_a_verdict_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
