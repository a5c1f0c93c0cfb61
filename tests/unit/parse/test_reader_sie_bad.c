/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bad SIE files: each is refused at exactly the place where it goes wrong.
 */
#include "reader_support.h"

struct bad_case {
	const char *file;
	uint32_t line;
	uint32_t column;
	const char *found;
};

static void cases_check(const struct source *source, const struct bad_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of(source, cases[i].file);

		assert_refused(reading, cases[i].line, cases[i].column, cases[i].found);
	}
}

/* Five lines. */
#define HEAD                                                                                       \
	"#FLAGGA 0\n#SIETYP 4\n#RAR 0 20200101 20201231\n"                                         \
	"#VER A 1 20200115 \"Hyra\"\n{\n"

static void files_that_are_no_ledger_are_refused(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{"", 0, 0, "tom"},
		{"<!DOCTYPE html>\n<h1>404 Not Found</h1>\n", 1, 1, "webbsida"},
		{"\n \n<?xml version=\"1.0\"?><Sie/>", 1, 1, "XML"},
		{"\n\n \n", 3, 0, "inte som en SIE-fil"},
		{"\n Konto;Belopp\n3011;12\n", 2, 2, "inte som en SIE-fil"},
		{"#FLAGGA 0\n#FNAMN \"Kommun\"\n", 0, 0, "varken verifikationer"},
		{"#FLAGGA 0\n#SIETYP 4\n#IB 0 1930 5\n", 0, 0, "varken verifikationer"},
		{"#FLAGGA 0\n#SIETYP 3\n#RES 0 3011 5\n", 0, 0, "varken verifikationer"},
		{"#FLAGGA 0\n#SIETYP 4\n#RES 0 3011 5\n", 0, 0, "något räkenskapsår"},
		{"#FLAGGA 0\n#SIETYP 1\n#IB 0 1930 5\n", 0, 0, "varken verifikationer"},
		{"#FLAGGA 0\n#SIETYP 7\n", 2, 9, "okänd filtyp i #SIETYP: \"7\""},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_zero_byte_is_found(void **state)
{
	static const char file[] = HEAD "#TRANS 30\0 1 {} 5\n}\n";
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of_bytes(&source, file, sizeof(file) - 1, 7);

	(void)state;
	assert_refused(reading, 6, 10, "nollbyte");
}

static void utf16_is_refused(void **state)
{
	static const char file[] = "\xFF\xFE#\0F\0L\0";
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of_bytes(&source, file, sizeof(file) - 1, 64);

	(void)state;
	assert_refused(reading, 1, 1, "UTF-16");
}

static void the_wrong_encoding_is_refused(void **state)
{
	struct source utf8 = source_of_sie();
	struct source latin = source_of_sie();
	static const struct bad_case utf8_cases[] = {
		{HEAD "#TRANS 30 {} 0 20200101 \"l\xF6n\"\n}\n", 6, 0, "fel teckenkodning"},
		{HEAD "#TRANS 30 {} 0\n}\n#FNAMN \"\xC3", 8, 0, "fel teckenkodning"},
	};
	static const struct bad_case latin_cases[] = {
		{HEAD "#TRANS 30 {} 0 20200101 \"l\xC3\xB6n\"\n}\n", 0, 0, "är UTF-8"},
		{HEAD "#TRANS 30 {1 \"\x81\"} 0\n}\n", 6, 15, "fel teckenkodning"},
	};

	(void)state;
	utf8.encoding = ENCODING_UTF8;
	latin.encoding = ENCODING_WINDOWS_1252;
	cases_check(&utf8, utf8_cases, 2);
	cases_check(&latin, latin_cases, 2);
}

static void cut_files_are_refused(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{HEAD "#TRANS 3011 {} 0\n", 6, 0, "slutar inuti verifikationen på rad 4"},
		{HEAD, 5, 0, "slutar inuti verifikationen på rad 4"},
		{"#SIETYP 4\n#VER A 1 20200115\n", 2, 0, "verifikationen på rad 2"},
		{"#SIETYP 4\n#VER A 1", 2, 9, "datum saknas"},
		{"#SIETYP 4\n#VER A", 2, 7, "nummer saknas"},
		{HEAD "#TRANS", 6, 7, "kontot saknas"},
		{HEAD "#TRANS 3011", 6, 12, "objektlistan saknas"},
		{HEAD "#TRANS 3011 {1", 6, 15, "stängs inte"},
		{HEAD "#TRANS 3011 {1 \"40", 6, 16, "citattecknet stängs inte"},
		{HEAD "#TRANS 3011 {1 \"40\"", 6, 20, "stängs inte"},
		{HEAD "#TRANS 3011 {}", 6, 15, "beloppet saknas"},
		{HEAD "#TRANS 3011 {} \"-12", 6, 16, "citattecknet stängs inte"},
		{"#SIETYP 4\n#RES 0 3011", 2, 12, "beloppet saknas"},
		{"#SIETYP 4\n#RAR 0 20200101", 2, 16, "datum saknas"},
		{"#KSUMMA\n" HEAD "#TRANS 3011 {} 0\n}\n", 8, 0, "#KSUMMA saknas"},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

static void vouchers_must_balance_and_be_whole(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{HEAD "#TRANS 3011 {} 10.00\n#TRANS 1930 {} -9.98\n}\n", 4, 0,
		 "debet minus kredit är 0,02 kr"},
		{HEAD "#TRANS 3011 {} -1234.5\n}\n", 4, 0, "debet minus kredit är -1234,50 kr"},
		{HEAD "#TRANS 1 {} 92233720368547758.07\n#TRANS 1 {} .01\n}\n", 7, 13, "för stort"},
		{HEAD "#VER A 2 20200116\n{\n}\n", 6, 0, "verifikationen på rad 4 avslutas inte"},
		{"#SIETYP 4\n#VER A 1 20200115\n#TRANS 3011 {} 5\n", 3, 0, "rad 2 har inga rader"},
		{"#SIETYP 4\n#TRANS 3011 {} 5\n", 2, 0, "utanför en verifikation"},
		{"#SIETYP 4\n {\n", 2, 2, "klammer utan verifikation"},
		{HEAD "} x\n", 6, 3, "text efter klammern"},
		{HEAD "}\n}\n", 7, 1, "klammer utan verifikation"},
		{HEAD "trasig rad\n}\n", 6, 1, "ingen SIE-etikett"},
		{"#SIETYP 3\n#VER A 1 20200115\n{\n}\n", 2, 0, "#SIETYP säger 3"},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

static void amounts_and_objects_are_checked(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{HEAD "#TRANS 3011 {} 12O4.50\n}\n", 6, 16, "inget tal: \"12O4.50\""},
		{HEAD "  #TRANS 3011 {} \"12 34\"\n}\n", 6, 19, "inget tal: \"12 34\""},
		{HEAD "#TRANS 3011 {} Andersson\n}\n", 6, 16, "inget tal: en text om 9 byte"},
		{HEAD "#TRANS 3011 {} 1.234\n}\n", 6, 16, "fler decimaler än ören: \"1.234\""},
		{HEAD "#TRANS 3011 {} 92233720368547758.08\n}\n", 6, 16, "för stort"},
		{HEAD "#TRANS 3011 {} -99999999999999999999999\n}\n", 6, 16, "för stort"},
		{HEAD "#TRANS 3011 500.00\n}\n", 6, 13, "objektlistan saknas"},
		{HEAD "#TRANS 3011 {1} 5\n}\n", 6, 14, "inget objekt: \"1\""},
		{HEAD "#TRANS 3011 {A \"4\"} 5\n}\n", 6, 14, "nummer är inget tal"},
		{"#SIETYP 4\n#PSALDO 0 202001 3011 {} x1\n", 2, 26, "inget tal"},
		{"#SIETYP 4\n#RES 0 3011 1,2,3\n", 2, 13, "inget tal"},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

static void dates_must_lie_in_the_fiscal_year(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{HEAD "#TRANS 3011 {} 0 20210101\n}\n", 6, 18, "20210101 ligger utanför"},
		{HEAD "#TRANS 3011 {} 0 20200230\n}\n", 6, 18, "kalendern: \"20200230\""},
		{HEAD "#TRANS 3011 {} 0 180501\n}\n", 6, 18, "20180501 ligger utanför"},
		{"#RAR 0 20200101 20201231\n#VER A 1 20191231\n{\n#TRANS 3011 {} 0\n}\n", 2, 10,
		 "20191231 ligger utanför"},
		{"#RAR 0 20200101 20201231\n#VER A 1 \"rappakalja\"\n{\n#TRANS 3011 {} 0\n}\n", 2,
		 11, "kalendern"},
		{"#RAR 0 20201231 20200101\n", 1, 0, "slutar (20200101) innan"},
		{"#RAR 0 20200101 20200631\n", 1, 17, "finns inte: \"20200631\""},
		{"#RAR 0 20200101 20201231\n#PBUDGET 0 202101 3011 {} 5\n", 2, 12,
		 "utanför räkenskapsåret: \"202101\""},
		{"#RAR 0 20200101 20201231\n#PSALDO 0 202013 3011 {} 5\n", 2, 11,
		 "kalendern: \"202013\""},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

#define TWO_YEARS "#RAR 0 20200101 20201231\n#RAR -1 20190101 20191231\n"

/* A snapshot replaces the months it covers: December 2019 must not be among them. */
static void rows_must_lie_in_year_zero(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{TWO_YEARS "#VER A 1 20200115\n{\n#TRANS 3011 {} 0 20191230\n}\n", 5, 18,
		 "20191230 ligger utanför räkenskapsåret 20200101–20201231"},
		{TWO_YEARS "#VER A 1 20191230\n{\n#TRANS 3011 {} 0\n}\n", 3, 10,
		 "20191230 ligger utanför"},
		{"#RAR 0 20210101 20211231\n#RAR -1 20200101 20201231\n"
		 "#VER A 1 20200315\n{\n#TRANS 4011 {} 0\n}\n",
		 3, 10, "20200315 ligger utanför"},
		{"#RAR 0 20200101 20201231\n#RAR 0 20190101 20191231\n", 2, 0,
		 "20190101–20191231 är inte"},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

static void without_year_zero_rows_lie_in_the_year_of_the_first(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{"#RAR -1 20190101 20191231\n#VER A 1 20200115\n{\n#TRANS 3011 {} 0\n"
		 "#TRANS 3011 {} 0 20190131\n}\n",
		 5, 18, "20190131 ligger utanför 2020"},
		{"#SIETYP 3\n#PSALDO 0 202001 3011 {1 4} 5\n#PSALDO 0 201912 3011 {1 4} 5\n", 3, 11,
		 "201912 ligger utanför 2020"},
		{"#VER A 1 20200115\n{\n#TRANS 3011 {} 0\n}\n#RAR 0 20200101 20200630\n", 5, 0,
		 "20200101–20200630 är inte"},
		{"#VER A 1 20200115\n{\n#TRANS 3011 {} 0 20191230\n}\n#RAR 0 20200101 20201231\n",
		 5, 0, "20200101–20201231 är inte"},
	};

	(void)state;
	cases_check(&source, cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_web_page_is_told_once(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(&source, "<html>");

	(void)state;
	assert_refused(reading, 1, 1, "inte en huvudboksexport");
	assert_null(strstr(reader_findings(reading->reader).items[0].expected, "huvudboksexport"));
}

static void a_dimension_named_after_its_use_is_refused(void **state)
{
	struct source source = source_of_sie();
	static const struct bad_case cases[] = {
		{HEAD "#TRANS 3011 {20 \"5\"} 0\n}\n#DIM 20 Verksamhet\n", 8, 0, "#DIM 20"},
	};

	(void)state;
	cases_check(&source, cases, 1);
}

static void codes_and_lines_have_a_longest_length(void **state)
{
	enum { SIZE = (1 << 20) + 512 };
	struct source source = source_of_sie();
	cleanup(free_bytes) char *file = malloc(SIZE);
	int head = snprintf(file, SIZE, "%s#TRANS 30 {1 \"", HEAD);

	(void)state;
	assert_non_null(file);
	memset(file + head, 'a', (size_t)(SIZE - head));
	{
		cleanup(reading_destroy) struct reading *reading =
			reading_of_bytes(&source, file, SIZE, 4096);

		assert_refused(reading, 6, 0, "längre än 1 MiB");
	}
	snprintf(file + head + CODE_SIZE, 16, "\"} 0\n}\n");
	{
		cleanup(reading_destroy) struct reading *reading = reading_of(&source, file);

		assert_refused(reading, 6, 15, "koden är för lång");
	}
	snprintf(file + head + CODE_SIZE - 1, 16, "\"} 0\n}\n");
	{
		cleanup(reading_destroy) struct reading *reading = reading_of(&source, file);

		assert_read(reading);
	}
}

static void every_cut_of_a_file_is_refused(void **state)
{
	static const char file[] = HEAD "#TRANS 3011 {1 \"40\"} -10.50 20200116 \"a\"\n"
					"#TRANS 1930 {} 10.50\n}\n";
	struct source source = source_of_sie();

	(void)state;
	for (size_t length = 0; length < sizeof(file) - 3; length++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of_bytes(&source, file, length, 4096);

		assert_int_equal(reading->result, READER_BAD);
	}
}

static void the_first_problem_stays(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, "skräp\n#FLAGGA 0\n");

	(void)state;
	assert_int_equal(reader_feed(reading->reader, (const uint8_t *)"#FLAGGA", 7, true),
			 READER_BAD);
	assert_refused(reading, 1, 1, "SIE-fil");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_are_no_ledger_are_refused),
		cmocka_unit_test(a_zero_byte_is_found),
		cmocka_unit_test(utf16_is_refused),
		cmocka_unit_test(the_wrong_encoding_is_refused),
		cmocka_unit_test(cut_files_are_refused),
		cmocka_unit_test(vouchers_must_balance_and_be_whole),
		cmocka_unit_test(amounts_and_objects_are_checked),
		cmocka_unit_test(dates_must_lie_in_the_fiscal_year),
		cmocka_unit_test(rows_must_lie_in_year_zero),
		cmocka_unit_test(without_year_zero_rows_lie_in_the_year_of_the_first),
		cmocka_unit_test(a_web_page_is_told_once),
		cmocka_unit_test(a_dimension_named_after_its_use_is_refused),
		cmocka_unit_test(codes_and_lines_have_a_longest_length),
		cmocka_unit_test(every_cut_of_a_file_is_refused),
		cmocka_unit_test(the_first_problem_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
