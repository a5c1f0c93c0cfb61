/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that are equal in all but the amount leave the reader as one.
 */
#include "reader_support.h"

#define HEAD "Konto;Ansvar;Verksamhet;Period;Belopp\n"

enum { MANY_ROWS = 100000, ACCOUNT_FIRST = 1000, ACCOUNTS = 700, UNITS = 101, MONTHS_USED = 12 };

static void equal_rows_are_added_up(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "3011;1;2;202001;-1,00\n3011;1;2;202002;-2,00\n"
					 "3011;;2;202001;-4,00\n3011;1;2;202001;-8,50\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 konto=3011 ansvar=1 verksamhet=2 950\n"
					   "utfall 202002 konto=3011 ansvar=1 verksamhet=2 200\n"
					   "utfall 202001 konto=3011 verksamhet=2 400\n");
	assert_int_equal(reading->end.row_count, 4);
	assert_int_equal(reading->counted_rows, 4);
	assert_money_equal(reading->end.sum, 1550);
}

/* Two amounts that fit one by one and not together: each keeps its own entry. */
static void a_sum_that_does_not_fit_goes_on_in_a_new_batch(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "3011;1;2;202001;-90000000000000000,00\n"
					 "3012;1;2;202001;90000000000000000,00\n"
					 "3011;1;2;202001;-90000000000000000,00\n");

	(void)state;
	assert_read(reading);
	assert_int_equal(reading->batch_count, 2);
	assert_string_equal(reading->rows,
			    "utfall 202001 konto=3011 ansvar=1 verksamhet=2 9000000000000000000\n"
			    "utfall 202001 konto=3012 ansvar=1 verksamhet=2 -9000000000000000000\n"
			    "utfall 202001 konto=3011 ansvar=1 verksamhet=2 9000000000000000000\n");
	assert_int_equal(reading->counted_rows, 3);
}

static char *many_rows(int64_t sums[static ACCOUNTS])
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	uint32_t random = 1;

	assert_non_null(stream);
	fputs(HEAD, stream);
	for (int i = 0; i < MANY_ROWS; i++) {
		uint32_t account;
		int ore;

		random = random * 1664525 + 1013904223;
		account = (random >> 8) % ACCOUNTS;
		ore = 100 + (int)(random % 800);
		sums[account] -= ore;
		fprintf(stream, "%u;%u;;2020%02u;%d,%02d\n", ACCOUNT_FIRST + account,
			(random >> 20) % UNITS, 1 + (random >> 13) % MONTHS_USED, ore / 100,
			ore % 100);
	}
	fclose(stream);
	return text;
}

/* More groups than a batch holds: nothing is lost where one ends and the next begins. */
static void every_batch_holds_the_rest_of_the_sum(void **state)
{
	struct source source = source_of_list();
	static int64_t expected[ACCOUNTS];
	static int64_t got[ACCOUNTS];
	cleanup(free_bytes) char *text = many_rows(expected);
	cleanup(reading_destroy) struct reading *reading = reading_of(&source, text);
	cleanup(close_stream) FILE *stream = NULL;
	char line[256];

	(void)state;
	assert_read(reading);
	assert_true(reading->batch_count > 1);
	assert_int_equal(reading->end.row_count, MANY_ROWS);
	assert_int_equal(reading->counted_rows, MANY_ROWS);
	stream = fmemopen(reading->rows, reading->rows_size, "r");
	assert_non_null(stream);
	while (fgets(line, sizeof line, stream)) {
		long account = strtol(strstr(line, "konto=") + strlen("konto="), NULL, 10);

		got[account - ACCOUNT_FIRST] += strtoll(strrchr(line, ' '), NULL, 10);
	}
	assert_memory_equal(got, expected, sizeof got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_rows_are_added_up),
		cmocka_unit_test(a_sum_that_does_not_fit_goes_on_in_a_new_batch),
		cmocka_unit_test(every_batch_holds_the_rest_of_the_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
