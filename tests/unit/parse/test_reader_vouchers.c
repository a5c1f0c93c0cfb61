/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which vouchers a reader tells of: those of files that add to one another.
 */
#include "reader_support.h"

#define SIE_HEAD                                                                                   \
	"#FLAGGA 0\n#SIETYP 4\n#RAR 0 20200101 20201231\n#KONTO 3011 Taxor\n#KONTO 1930 Bank\n"
#define ROWS(date) "{\n#TRANS 3011 {} -1.00 " date "\n#TRANS 1930 {} 1.00 " date "\n}\n"
#define LIST_HEAD  "Konto;Ansvar;Verksamhet;Period;Belopp;Serie;Ver\n"

enum { LINES_MAX = 200000 };

static struct source list_source(void)
{
	struct source source = source_of_list();

	source_column_add(&source, "Serie", ROLE_SERIES, DIMENSION_ACCOUNT);
	source_column_add(&source, "Ver", ROLE_VOUCHER, DIMENSION_ACCOUNT);
	return source;
}

static struct source sie_source(void)
{
	struct source source = source_of_sie();

	source.mode = REPLACE_DELTA;
	return source;
}

/* "202001:7 202002:7 ": month and line of all that is told. */
static void assert_told(struct reading *reading, const char *expected)
{
	char text[1024] = "";
	size_t length = 0;
	struct batch_vouchers vouchers;

	assert_read(reading);
	while (reader_vouchers(reading->reader, &vouchers)) {
		assert_int_equal(vouchers.layer, LAYER_OUTCOME);
		for (uint32_t i = 0; i < vouchers.count && length < sizeof(text); i++)
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%u:%u ",
						   vouchers.periods[i], vouchers.lines[i]);
	}
	assert_string_equal(text, expected);
}

static uint64_t identity_of(const struct source *source, const char *text)
{
	cleanup(reading_destroy) struct reading *reading = reading_of(source, text);
	struct batch_vouchers vouchers;

	assert_read(reading);
	assert_true(reader_vouchers(reading->reader, &vouchers));
	assert_int_equal(vouchers.count, 1);
	return vouchers.identities[0];
}

static void a_voucher_is_told_once_a_month_where_it_begins(void **state)
{
	struct source source = sie_source();
	cleanup(reading_destroy) struct reading *reading = reading_of(
		&source, SIE_HEAD "#VER A 1 20200105\n" ROWS("20200105") "#VER A 2 20200131\n" ROWS(
				 "20200131") "#VER B 1 20200131\n{\n#TRANS 3011 {} -1 20200131\n"
					     "#TRANS 1930 {} 1 20200201\n}\n");

	(void)state;
	assert_told(reading, "202001:6 202001:11 202001:16 202002:16 ");
}

static void what_has_no_number_cannot_be_told_from_another(void **state)
{
	struct source source = sie_source();
	cleanup(reading_destroy) struct reading *reading = reading_of(
		&source,
		SIE_HEAD "#VER \"\" \"\" 20200105\n" ROWS(
			"20200105") "#VER A "
				    "\"\" 20200105\n" ROWS("20200105") "#VER A 0 20200105\n" ROWS(
					    "20200105") "#VER \"\" 7 20200105\n" ROWS("20200105"));

	(void)state;
	assert_told(reading, "202001:21 ");
}

static void a_snapshot_tells_of_none(void **state)
{
	struct source sie = source_of_sie();
	struct source list = list_source();
	cleanup(reading_destroy) struct reading *first =
		reading_of(&sie, SIE_HEAD "#VER A 1 20200105\n" ROWS("20200105"));
	cleanup(reading_destroy) struct reading *second = NULL;

	(void)state;
	list.mode = REPLACE_SNAPSHOT;
	second =
		reading_of(&list, LIST_HEAD "3011;1;2;202001;-1,00;A;1\n3012;1;2;202001;-2,00;A;1\n"
					    "3013;1;2;202001;-3,00;;\n3013;1;2;202001;-4,00;A;2\n");
	assert_told(first, "");
	assert_told(second, "");
	assert_string_equal(second->rows, "utfall 202001 konto=3011 ansvar=1 verksamhet=2 100\n"
					  "utfall 202001 konto=3012 ansvar=1 verksamhet=2 200\n"
					  "utfall 202001 konto=3013 ansvar=1 verksamhet=2 700\n");
}

static void a_list_without_numbers_tells_of_none(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, "Konto;Ansvar;Verksamhet;Period;Belopp\n3011;1;2;202001;-1\n");

	(void)state;
	assert_told(reading, "");
}

/* Rows of a list come in any order: the same voucher again is the same. */
static void rows_of_a_voucher_may_be_far_apart(void **state)
{
	struct source source = list_source();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, LIST_HEAD "3011;1;2;202001;-1,00;A;1\n3011;1;2;202001;-1;A;1\n"
					      "3011;1;2;202001;-1,00;A;2\n3012;1;2;202001;-1;A;1\n"
					      "3011;1;2;202001;-1,00;;\n3011;1;2;202002;-1;A;1\n");

	(void)state;
	assert_told(reading, "202001:2 202001:4 202002:7 ");
}

static void series_and_number_make_the_voucher(void **state)
{
	struct source list = list_source();
	struct source sie = sie_source();
	uint64_t identity = identity_of(&list, LIST_HEAD "3011;1;2;202001;-1,00;A;12\n");
	uint64_t other = identity_of(&list, LIST_HEAD "3011;1;2;202001;-1,00;A1;2\n");

	(void)state;
	assert_int_not_equal(identity, other);
	assert_int_equal(identity, identity_of(&list, LIST_HEAD "1;;;202007;9; A;\"12\"\n"));
	assert_int_equal(identity,
			 identity_of(&sie, SIE_HEAD "#VER A 12 20200105\n" ROWS("20200105")));
	/* The series left out, as some programs do. */
	assert_int_equal(identity_of(&list, LIST_HEAD "3011;1;2;202001;-1,00;;12\n"),
			 identity_of(&sie, SIE_HEAD "#VER 12 20200105\n" ROWS("20200105")));
}

static void encoding_does_not_matter(void **state)
{
	struct source source = list_source();
	struct source latin = source;
	struct source utf8 = source;

	(void)state;
	latin.encoding = ENCODING_WINDOWS_1252;
	utf8.encoding = ENCODING_UTF8;
	assert_int_equal(identity_of(&latin, LIST_HEAD "1;;;202001;9;\xD6;1\n"),
			 identity_of(&utf8, LIST_HEAD "1;;;202001;9;\xC3\x96;1\n"));
}

static void nothing_is_told_of_a_bad_file(void **state)
{
	struct source source = list_source();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, LIST_HEAD "3011;1;2;202001;-1,00;A;1\n3011;1;2;202001;x;A;2\n");
	struct batch_vouchers vouchers;

	(void)state;
	assert_int_equal(reading->result, READER_BAD);
	assert_false(reader_vouchers(reading->reader, &vouchers));
}

static char *many_lines(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	fputs(LIST_HEAD, stream);
	for (int i = 1; i <= LINES_MAX; i++)
		fprintf(stream, "3011;1;2;202001;-1;A;%d\n", i);
	fclose(stream);
	return text;
}

/* As the parser does: after each chunk, full messages only. */
static void messages_are_of_bounded_size(void **state)
{
	struct source source = list_source();
	struct encoding_evidence evidence = {0};
	cleanup(free_bytes) char *text = many_lines();
	cleanup(reader_destroy) struct reader *reader = NULL;
	size_t length = strlen(text);
	struct batch_end end;
	struct batch_vouchers vouchers;
	uint32_t count = 0;

	(void)state;
	evidence_add(&evidence, (const uint8_t *)text, length);
	assert_int_equal(reader_new(&reader, &source, &evidence), 0);
	for (size_t at = 0; at <= length; at += 1 << 20) {
		size_t part = length - at < 1 << 20 ? length - at : 1 << 20;

		assert_int_equal(reader_feed(reader, (const uint8_t *)text + at, part, false), 0);
		while (reader_vouchers(reader, &vouchers)) {
			assert_int_equal(vouchers.count, ROWS_MAX);
			assert_int_equal(vouchers.lines[0], count + 2);
			count += vouchers.count;
		}
	}
	assert_int_equal(reader_feed(reader, NULL, 0, true), READER_ROWS_READY);
	assert_true(reader_vouchers(reader, &vouchers));
	assert_int_equal(vouchers.lines[0], count + 2);
	assert_int_equal(count + vouchers.count, LINES_MAX);
	assert_false(reader_vouchers(reader, &vouchers));
	reader_end(reader, &end);
	assert_int_equal(end.voucher_count, LINES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_voucher_is_told_once_a_month_where_it_begins),
		cmocka_unit_test(what_has_no_number_cannot_be_told_from_another),
		cmocka_unit_test(a_snapshot_tells_of_none),
		cmocka_unit_test(a_list_without_numbers_tells_of_none),
		cmocka_unit_test(rows_of_a_voucher_may_be_far_apart),
		cmocka_unit_test(series_and_number_make_the_voucher),
		cmocka_unit_test(encoding_does_not_matter),
		cmocka_unit_test(nothing_is_told_of_a_bad_file),
		cmocka_unit_test(messages_are_of_bounded_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
