/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are written to an extract and read again, and what is no extract. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "parse/extract.h"

#define HEAD                                                                                       \
	"lager\trad\tperiod\tkonto\tansvar\tverksamhet\taktivitet\tprojekt\tobjekt\tmotpart\t"     \
	"område\tresultatrad\tbeslut\tperiodisering\tserie\tverifikation\tbelopp\n"
#define ROW	"utfall\t7\t202001\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t-100\n"
#define STOPPED (-EINTR)

struct seen {
	char text[1024];
	size_t length;
	unsigned count;
	int result;
};

static int row_see(void *context, const struct single_row *row)
{
	struct seen *seen = context;

	seen->count++;
	seen->length +=
		(size_t)snprintf(seen->text + seen->length, sizeof(seen->text) - seen->length,
				 "%s %u %u", layer_name(row->layer), row->line, row->yyyymm);
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		if (row->codes[i])
			seen->length += (size_t)snprintf(seen->text + seen->length,
							 sizeof(seen->text) - seen->length,
							 " %zu=%s", i, row->codes[i]);
	seen->length += (size_t)snprintf(seen->text + seen->length,
					 sizeof(seen->text) - seen->length, " '%s' '%s' %lld\n",
					 row->series, row->number, (long long)row->ore);
	return seen->result;
}

/* In chunks of @chunk bytes. */
static int text_read(const char *text, size_t chunk, struct seen *seen)
{
	struct extracted *extracted = calloc(1, sizeof(*extracted));
	size_t length = strlen(text);
	int r = 0;

	assert_non_null(extracted);
	extracted->take = row_see;
	extracted->context = seen;
	for (size_t at = 0; r == 0 && at < length; at += chunk)
		r = extract_feed(extracted, (const uint8_t *)text + at,
				 length - at < chunk ? length - at : chunk);
	if (r == 0)
		r = extract_feed(extracted, NULL, 0);
	free(extracted);
	return r;
}

static const struct single_row rows[] = {
	{.layer = LAYER_OUTCOME,
	 .line = UINT32_MAX,
	 .yyyymm = 202012,
	 .codes = {[DIMENSION_ACCOUNT] = "4011", [DIMENSION_PROJECT] = "Å;\"1"},
	 .series = "Ö",
	 .number = "17",
	 .ore = INT64_MIN},
	{.layer = LAYER_VOLUME_BUDGET,
	 .line = 1,
	 .yyyymm = 202000,
	 .codes = {[DIMENSION_SPREAD] = "rak"},
	 .series = "",
	 .number = "",
	 .ore = INT64_MAX},
};

static void rows_come_back_as_they_were(void **state)
{
	static const char expected[] =
		"utfall 4294967295 202012 0=4011 4=Å;\"1 'Ö' '17' -9223372036854775808\n"
		"volymbudget 1 202000 10=rak '' '' 9223372036854775807\n";
	char text[3 * EXTRACT_LINE_SIZE];
	size_t length = extract_head_print(text);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		length += extract_line_print(&rows[i], text + length);
	assert_memory_equal(text, HEAD, strlen(HEAD));
	for (size_t chunk = 1; chunk < 40; chunk++) {
		struct seen seen = {.count = 0};

		assert_int_equal(text_read(text, chunk, &seen), 0);
		assert_string_equal(seen.text, expected);
	}
}

/* A voucher's text is not checked when it is read. */
static void control_characters_do_not_part_fields(void **state)
{
	struct single_row row = rows[1];
	struct seen seen = {.count = 0};
	char text[2 * EXTRACT_LINE_SIZE];
	size_t length = extract_head_print(text);

	(void)state;
	row.number = "1\t2\n3";
	extract_line_print(&row, text + length);
	assert_int_equal(text_read(text, sizeof(text), &seen), 0);
	assert_non_null(strstr(seen.text, "'1?2?3'"));
}

static void what_is_no_extract_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"Konto;Period\n",
		ROW,
		HEAD ROW "utfall\t7",
		HEAD "utfall\t7\t202001\t4011\t-100\n",
		HEAD "utfall\t7\t202001\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t-100\t1\n",
		HEAD "annat\t7\t202001\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t-100\n",
		HEAD "utfall\t-7\t202001\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t-100\n",
		HEAD "utfall\t7\t1\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t-100\n",
		HEAD "utfall\t7\t202001\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t1,50\n",
		HEAD "utfall\t7\t202001\t4011\t\t\t\t\t\t\t\t\t\t\tA\t1\t9223372036854775808\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct seen seen = {.count = 0};

		assert_int_equal(text_read(bad[i], 1024, &seen), -EBADMSG);
	}
}

static void a_line_without_end_is_refused(void **state)
{
	cleanup(free_bytes) char *text = NULL;
	struct seen seen = {.count = 0};

	(void)state;
	text = malloc(2 * EXTRACT_LINE_SIZE);
	assert_non_null(text);
	memset(text, 'x', 2 * EXTRACT_LINE_SIZE - 1);
	text[2 * EXTRACT_LINE_SIZE - 1] = '\0';
	assert_int_equal(text_read(text, 100, &seen), -EBADMSG);
}

static void whoever_has_had_enough_is_heard(void **state)
{
	struct seen seen = {.result = STOPPED};

	(void)state;
	assert_int_equal(text_read(HEAD ROW ROW, 1024, &seen), STOPPED);
	assert_int_equal(seen.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_back_as_they_were),
		cmocka_unit_test(control_characters_do_not_part_fields),
		cmocka_unit_test(what_is_no_extract_is_refused),
		cmocka_unit_test(a_line_without_end_is_refused),
		cmocka_unit_test(whoever_has_had_enough_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
