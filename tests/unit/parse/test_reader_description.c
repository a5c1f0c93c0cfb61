/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rows say in words: told to who asks for it, of every format and encoding, and to
 * nobody else.
 */
#include "reader_support.h"

#define SIE_HEAD                                                                                   \
	"#FLAGGA 0\n#SIETYP 4\n#RAR 0 20200101 20201231\n#KONTO 3011 Taxor\n#KONTO 1930 Bank\n"
#define LIST_HEAD "Konto;Ansvar;Verksamhet;Period;Belopp;Text\n"
#define LIST_ROW  "4611;;100;202001;1,00;"

struct heard {
	char text[4096]; /* "text|text|": of every row */
	size_t length;
};

static int row_hear(void *context, const struct single_row *row)
{
	struct heard *heard = context;

	heard->length += (size_t)snprintf(heard->text + heard->length,
					  sizeof(heard->text) - heard->length, "%s|", row->text);
	assert_true(heard->length < sizeof(heard->text));
	return 0;
}

static void assert_heard_of_bytes(const struct source *source, bool may_see, const char *bytes,
				  size_t length, const char *expected)
{
	cleanup(reader_destroy) struct reader *reader = NULL;
	struct encoding_evidence evidence = {0};
	struct heard heard = {.length = 0};

	evidence_add(&evidence, (const uint8_t *)bytes, length);
	assert_int_equal(reader_new(&reader, source, &evidence), 0);
	assert_int_equal(reader_single(reader, row_hear, &heard), 0);
	if (may_see)
		assert_int_equal(reader_descriptions_show(reader), 0);
	assert_int_equal(reader_feed(reader, (const uint8_t *)bytes, length, false), 0);
	assert_int_equal(reader_feed(reader, NULL, 0, true), 0);
	assert_string_equal(heard.text, expected);
}

static void assert_heard(const struct source *source, const char *text, const char *expected)
{
	assert_heard_of_bytes(source, true, text, strlen(text), expected);
}

static struct source list_source(void)
{
	struct source source = source_of_list();

	source_column_add(&source, "Text", ROLE_TEXT, DIMENSION_ACCOUNT);
	return source;
}

static void a_row_has_its_own_text_or_the_vouchers(void **state)
{
	struct source source = source_of_sie();

	(void)state;
	assert_heard(&source,
		     SIE_HEAD "#VER A 1 20200105 \"Hyra\"\n{\n"
			      "#TRANS 3011 {} -3.00 20200105 \"Lokal 7\"\n"
			      "#TRANS 1930 {} 1.00 20200105\n"
			      "#TRANS 1930 {} 1.00 20200105 \"\"\n"
			      "#TRANS 1930 {} 1.00\n}\n"
			      "#VER A 2 20200106\n{\n"
			      "#TRANS 3011 {} -1.00 \"\" bar 1 Ek\n"
			      "#TRANS 1930 {} 1.00 20200106\n}\n",
		     "Lokal 7|Hyra|Hyra|Hyra|bar||");
}

static void a_text_is_found_where_fields_are_left_out_or_odd(void **state)
{
	struct source source = source_of_sie();

	(void)state;
	/* No series; no date of the row; a date in quotes; quotes inside; backslashes. */
	assert_heard(&source,
		     SIE_HEAD "#VER 1 20200105 \"Utan serie\"\n{\n"
			      "#TRANS 3011 {} -4.00 \"Utan datum\"\n"
			      "#TRANS 1930 {} 1.00 \"20200105\" \"Med datum\"\n"
			      "#TRANS 1930 {} 1.00 20200105 \"sa \"hej\", gick\" 2\n"
			      "#TRANS 1930 {} 1.00 20200105 \"sa \\\"hej\\\"\"\n"
			      "#TRANS 1930 {} 1.00 20200105\n}\n",
		     "Utan datum|Med datum|sa \"hej\", gick|sa \"hej\"|Utan serie|");
}

static void letters_are_those_of_the_files_encoding(void **state)
{
	struct source source = source_of_sie();
	static const char cp437[] =
		SIE_HEAD "#FORMAT PC8\n#VER A 1 20200105 \"\x8Fsa \x84r p\x86 v\x84g\"\n{\n"
			 "#TRANS 3011 {} -1.00\n#TRANS 1930 {} 1.00\n}\n";
	static const char latin1[] = SIE_HEAD "#VER A 1 20200105 \"\xC5sa \xE4r p\xE5 v\xE4g\"\n{\n"
					      "#TRANS 3011 {} -1.00\n#TRANS 1930 {} 1.00\n}\n";

	(void)state;
	assert_heard(&source, cp437, "Åsa är på väg|Åsa är på väg|");
	assert_heard(&source, latin1, "Åsa är på väg|Åsa är på väg|");
}

static void a_list_has_a_column_of_texts(void **state)
{
	struct source source = list_source();

	(void)state;
	assert_heard(&source,
		     LIST_HEAD LIST_ROW "Faktura\n" LIST_ROW "\n" LIST_ROW
					"\"tv\xE5\nrader; \"\"citat\"\"\"\n" LIST_ROW " \xE5 \n",
		     "Faktura||två rader; \"citat\"|å|");
}

static void a_text_is_one_short_harmless_line(void **state)
{
	struct source source = list_source();
	char text[sizeof(LIST_HEAD LIST_ROW) + 1000];
	char expected[300] = "";

	(void)state;
	assert_heard(&source,
		     LIST_HEAD LIST_ROW "\x1b]0,x\x07y\x9B"
					"2J\xC5\n" LIST_ROW "\x81\xE5\xE4\xF6\n",
		     "\uFFFD]0,x\uFFFDy›2JÅ|\uFFFDåäö|");
	snprintf(text, sizeof(text), "%s%s%0900d\n", LIST_HEAD, LIST_ROW, 0);
	snprintf(expected, sizeof(expected), "%0252d…|", 0);
	assert_heard(&source, text, expected);
}

static void who_may_not_see_it_hears_nothing(void **state)
{
	struct source list = list_source();
	struct source book = source_of_sie();
	static const char list_text[] = LIST_HEAD LIST_ROW "Faktura\n";
	static const char book_text[] = SIE_HEAD "#VER A 1 20200105 Hyra\n{\n"
						 "#TRANS 3011 {} -1.00 \"\" Hyra\n"
						 "#TRANS 1930 {} 1.00 \"\" Hyra\n}\n";

	(void)state;
	assert_heard_of_bytes(&list, false, list_text, strlen(list_text), "|");
	assert_heard_of_bytes(&book, false, book_text, strlen(book_text), "||");
}

static void a_row_of_a_batch_is_the_same_with_and_without_the_column(void **state)
{
	struct source with = list_source();
	struct source without = source_of_list();
	const char *text = LIST_HEAD LIST_ROW "Faktura\n" LIST_ROW "Summa\n" LIST_ROW "9\n";
	cleanup(reading_destroy) struct reading *one = reading_of(&with, text);
	cleanup(reading_destroy) struct reading *other = reading_of(&without, text);

	(void)state;
	assert_read(one);
	assert_read(other);
	assert_string_equal(one->rows, other->rows);
	assert_int_equal(one->end.row_count, 3);
	assert_null(strstr(one->rows, "Faktura"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_has_its_own_text_or_the_vouchers),
		cmocka_unit_test(a_text_is_found_where_fields_are_left_out_or_odd),
		cmocka_unit_test(letters_are_those_of_the_files_encoding),
		cmocka_unit_test(a_list_has_a_column_of_texts),
		cmocka_unit_test(a_text_is_one_short_harmless_line),
		cmocka_unit_test(who_may_not_see_it_hears_nothing),
		cmocka_unit_test(a_row_of_a_batch_is_the_same_with_and_without_the_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
