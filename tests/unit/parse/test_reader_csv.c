/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text lists: what is understood and what is refused, and where.
 */
#include "reader_support.h"

#define HEAD "Konto;Ansvar;Verksamhet;Period;Belopp\n"

static void columns_are_found_by_their_header(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, "\xEF\xBB\xBF"
				    "Ver.nr;PERIOD; belopp ;\"Verksamhet\";ansvar;"
				    "Text;konto\r\n"
				    "1;202008;745 654,30;704;6011;\"Hyra; \"\"lokal\"\"\";5611\r\n"
				    "\r\n"
				    "2;2020-09;4 824,37-;;6022;;0391\r\n"
				    ";;;;;;\r\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202008 konto=5611 ansvar=6011 verksamhet=704 -74565430\n"
			    "utfall 202009 konto=0391 ansvar=6022 482437\n");
	assert_int_equal(reading->end.row_count, 2);
	assert_int_equal(reading->end.sum.ore, -74565430 + 482437);
	assert_false(reading->end.balances);
	assert_coverage(reading, "utfall 202008-202009");
}

static void latin_headers_and_codes_become_utf8(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	snprintf(source.columns[1].header, CODE_SIZE, "Kostnadsställe");
	reading = reading_of(&source, "Konto;KOSTNADSST\xC4LLE;Verksamhet;Period;Belopp\n"
				      "3011;\xC5LD\xA0;1;202001;1\xA0"
				      "000,00\n");
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202001 konto=3011 ansvar=ÅLD verksamhet=1 -100000\n");
}

static void quoted_codes_lose_their_quotes(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "\"30;11\";\"a\"\"b\" ; 7 ;\"202001\";\"-1,50\"");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202001 konto=30;11 ansvar=a\"b verksamhet=7 150\n");
}

static void lines_may_end_with_cr_alone(void **state)
{
	static const char file[] = "Konto;Ansvar;Verksamhet;Period;Belopp\r"
				   "1;2;3;202001;5\r4;5;6;202002;7\r";
	struct source source = source_of_list();

	(void)state;
	for (size_t chunk = 1; chunk < sizeof(file); chunk++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of_bytes(&source, file, sizeof(file) - 1, chunk);

		assert_read(reading);
		assert_string_equal(reading->rows,
				    "utfall 202001 konto=1 ansvar=2 verksamhet=3 -500\n"
				    "utfall 202002 konto=4 ansvar=5 verksamhet=6 -700\n");
	}
}

static void a_date_gives_the_period(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	source.columns[3].role = ROLE_DATE;
	reading = reading_of(&source, HEAD "1;2;3;2020-02-29;5\n1;2;3;20210101;5\n");
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202002 konto=1 ansvar=2 verksamhet=3 -500\n"
					   "utfall 202101 konto=1 ansvar=2 verksamhet=3 -500\n");
	assert_coverage(reading, "utfall 202002-202002, utfall 202101-202101");
}

static void a_year_is_spread_to_the_ore(void **state)
{
	struct source source = source_of_budget();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, "år;period;område;resultatrad;belopp;periodisering\n"
				    "2020;;Barn och unga;Avgifter;-1000.01;Rak\n"
				    "2021;2021-03;Barn och unga;Avgifter;7;\n");
	struct money sum = {0};
	const char *line = reading->rows;

	(void)state;
	assert_read(reading);
	assert_int_equal(reading->end.row_count, 13);
	for (int month = 1; month <= 12; month++) {
		char start[128];
		int length = snprintf(start, sizeof(start),
				      "budget 2020%02d område=Barn och unga resultatrad=Avgifter ",
				      month);
		int64_t ore;

		assert_memory_equal(line, start, (size_t)length);
		ore = strtoll(line + length, NULL, 10);
		assert_in_range(-ore, 8333, 8334);
		assert_true(money_add(&sum, (struct money){ore}));
		line = strchr(line, '\n') + 1;
	}
	assert_int_equal(sum.ore, -100001);
	assert_string_equal(line, "budget 202103 område=Barn och unga resultatrad=Avgifter 700\n");
	assert_coverage(reading, "budget 202001-202012, budget 202101-202112");
}

static void units_and_signs_follow_the_source(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	source.sign = SIGN_REPORT;
	source.unit_ore = 100000;
	source.delimiter = '\t';
	reading = reading_of(&source, "Konto\tAnsvar\tVerksamhet\tPeriod\tBelopp\n"
				      "1\t2\t3\t202001\t-1 357,5\n");
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202001 konto=1 ansvar=2 verksamhet=3 -135750000\n");
}

static void codes_that_repeat_a_digit_are_told_apart(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "5;;;202001;0\n55;;;202001;0\n555;;;202001;0\n"
					 "5555;;;202001;0\n55555555;;;202001;0\n5;;;202001;0\n"
					 "055;;;202001;0\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 konto=5 0\nutfall 202001 konto=55 0\n"
					   "utfall 202001 konto=555 0\nutfall 202001 konto=5555 0\n"
					   "utfall 202001 konto=55555555 0\n"
					   "utfall 202001 konto=055 0\n");
	assert_int_equal(reading->code_count[DIMENSION_ACCOUNT], 6);
}

static void a_snapshot_with_a_gap_is_refused(void **state)
{
	static const char gap[] = HEAD "1;2;3;202006;5\n1;2;3;202001;5\n1;2;3;202002;5\n"
				       "1;2;3;202006;5\n";
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *delta = reading_of(&source, gap);
	cleanup(reading_destroy) struct reading *snapshot = NULL;
	cleanup(reading_destroy) struct reading *whole = NULL;
	cleanup(reading_destroy) struct reading *years = NULL;

	(void)state;
	assert_read(delta);
	source.mode = REPLACE_SNAPSHOT;
	snapshot = reading_of(&source, gap);
	assert_refused(snapshot, 2, 0, "rader i 2020-02 och 2020-06");
	whole = reading_of(&source, HEAD "1;2;3;202003;5\n1;2;3;202001;5\n1;2;3;202002;5\n");
	assert_read(whole);
	assert_coverage(whole, "utfall 202001-202003");
	assert_through(whole, "202003");
	/* What lies between is in no coverage. */
	years = reading_of(&source, HEAD "1;2;3;201912;5\n1;2;3;202006;5\n");
	assert_read(years);
	assert_coverage(years, "utfall 201912-201912, utfall 202006-202006");
	assert_through(years, "201912, 202006");
}

static void a_year_without_months_leaves_no_gap(void **state)
{
	struct source source = source_of_budget();
	cleanup(reading_destroy) struct reading *outcome = NULL;
	cleanup(reading_destroy) struct reading *budget =
		reading_of(&source, "år;period;område;resultatrad;belopp;periodisering\n"
				    "2020;202001;O;R;5;\n2020;202006;O;R;5;\n");

	(void)state;
	assert_read(budget);
	source.layer = LAYER_OUTCOME;
	outcome = reading_of(&source, "år;period;område;resultatrad;belopp;periodisering\n"
				      "2020;202001;O;R;5;\n2020;;O;R;12;rak\n");
	assert_read(outcome);
	assert_coverage(outcome, "utfall 202001-202012");
}

struct bad_case {
	const char *file;
	uint32_t line;
	uint32_t column;
	const char *found;
};

static void bad_lists_are_refused_where_they_go_wrong(void **state)
{
	struct source source = source_of_list();
	static const struct bad_case cases[] = {
		{"", 0, 0, "tom"},
		{"\n\n", 0, 0, "ingen rubrikrad"},
		{"<html>", 1, 1, "webbsida"},
		{HEAD, 0, 0, "inga rader"},
		{"\nKonto;Ansvar;Period;Belopp\n", 2, 0, "Verksamhet saknas"},
		{"Konto,Ansvar,Verksamhet,Period,Belopp\n", 1, 0, "Konto saknas"},
		{"Konto;Ansvar;Verksamhet;Period;Belopp;KONTO \n", 1, 39, "Konto finns två gånger"},
		{HEAD "1;2;3;202001\n", 2, 0, "raden har 4 fält"},
		{HEAD "1;2;3;202001;5\n1;2;3;202001;5;\n", 3, 0, "raden har 6 fält"},
		{HEAD "1;2;3;202001;5;\n1;2;3;202001;5\n", 2, 0, "raden har 6 fält"},
		{HEAD "1;2;3;202013;5\n", 2, 7, "läsa: \"202013\""},
		{HEAD "1;2;3;jax-15;5\n", 2, 7, "läsa: en text"},
		{HEAD "1;2;3;;5\n", 2, 7, "ingen period"},
		{HEAD "1;2;3;202001;\n", 2, 14, "beloppet saknas"},
		{HEAD "1;2;3;202001;1O,50\n", 2, 14, "inget tal: \"1O,50\""},
		{HEAD "1;2;3;202001;Eva Ek\n", 2, 14, "inget tal: en text om 6 byte"},
		{HEAD "1;2;3;202001;1,234\n", 2, 14, "fler decimaler"},
		{HEAD "1;2;3;202001;12345678901234567890\n", 2, 14, "för stort"},
		{HEAD "1;\"2;3;202001;5\n", 2, 3, "citattecknet stängs inte"},
		{HEAD "1;\"2\"x;3;202001;5\n", 2, 6, "efter fältets citattecken"},
		{HEAD "1;2;3;202001;5\nSumma;;;;6\n", 3, 10,
		 "summaraden säger 6,00 men raderna hittills ger 5,00"},
		{HEAD "1;2;3;202001;5\n;;;TOTALT: allt;-5\n", 3, 17, "summaraden"},
		{HEAD "1;2;3;202001;92233720368547758\n1;2;3;202001;92233720368547758\n", 3, 0,
		 "summan av filens belopp"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of(&source, cases[i].file);

		assert_refused(reading, cases[i].line, cases[i].column, cases[i].found);
	}
}

static void bad_budgets_are_refused_where_they_go_wrong(void **state)
{
	struct source source = source_of_budget();
	static const struct bad_case cases[] = {
		{"20;;O;R;5;rak\n", 2, 1, "året går inte att läsa: \"20\""},
		{";;O;R;5;rak\n", 2, 2, "ingen period"},
		{"2020;202101;O;R;5;\n", 2, 6, "inte till radens år"},
		{"2020;202001;O;R;5,5;\n", 2, 17, "inget tal"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char file[256];
		cleanup(reading_destroy) struct reading *reading = NULL;

		snprintf(file, sizeof(file),
			 "år;period;område;resultatrad;belopp;periodisering\n%s", cases[i].file);
		reading = reading_of(&source, file);
		assert_refused(reading, cases[i].line, cases[i].column, cases[i].found);
	}
}

static void the_finding_lists_the_columns(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading = reading_of(&source, "a;b\n");

	(void)state;
	assert_refused(reading, 1, 0, "Konto");
	assert_string_equal(reader_findings(reading->reader).items[0].expected,
			    "en rubrikrad åtskild av ; med Konto, Ansvar, Verksamhet, Period, "
			    "Belopp");
}

static void wrong_encoding_is_found_at_its_line(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	source.encoding = ENCODING_UTF8;
	reading = reading_of(&source, HEAD "1;2;3;202001;5\n1;\xE5;3;202001;5\n");
	assert_refused(reading, 3, 0, "fel teckenkodning");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_found_by_their_header),
		cmocka_unit_test(latin_headers_and_codes_become_utf8),
		cmocka_unit_test(quoted_codes_lose_their_quotes),
		cmocka_unit_test(lines_may_end_with_cr_alone),
		cmocka_unit_test(a_date_gives_the_period),
		cmocka_unit_test(a_year_is_spread_to_the_ore),
		cmocka_unit_test(units_and_signs_follow_the_source),
		cmocka_unit_test(codes_that_repeat_a_digit_are_told_apart),
		cmocka_unit_test(a_snapshot_with_a_gap_is_refused),
		cmocka_unit_test(a_year_without_months_leaves_no_gap),
		cmocka_unit_test(bad_lists_are_refused_where_they_go_wrong),
		cmocka_unit_test(bad_budgets_are_refused_where_they_go_wrong),
		cmocka_unit_test(the_finding_lists_the_columns),
		cmocka_unit_test(wrong_encoding_is_found_at_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
