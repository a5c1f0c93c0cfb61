/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Good SIE files: what their records become.
 */
#include "reader_support.h"

#define HEAD                                                                                       \
	"#FLAGGA 0\r\n#FORMAT PC8\r\n#GEN 20200828\r\n#SIETYP 4\r\n"                               \
	"#RAR 0 20200101 20201231\r\n#RAR -1 20190101 20191231\r\n"                                \
	"#DIM 1 \"Ansvar\"\r\n#DIM 20 \"VERKSAMHET\"\r\n"

static void a_voucher_becomes_rows_in_report_sign(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(
		&source, HEAD "#VER A 1 20200115 \"Hyra\" 20200116\r\n"
			      "{\r\n"
			      "   #TRANS 5611 {1 \"4153\" 20 \"560\"} 77643.59 20200229\r\n"
			      "\t#TRANS 3011 {\"20\"\t561 1 4154} -0.50\r\n"
			      "   #TRANS 1930 {} -77643.09 \"\" \"text }\" \r\n"
			      "}\t\r\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202002 konto=5611 ansvar=4153 verksamhet=560 -7764359\n"
			    "utfall 202001 konto=3011 ansvar=4154 verksamhet=561 50\n"
			    "utfall 202001 konto=1930 7764309\n");
	assert_true(reading->end.balances);
	assert_int_equal(reading->end.row_count, 3);
	assert_int_equal(reading->end.sum.ore, 0);
	assert_int_equal(reading->end.exported_date, 20200828);
	assert_coverage(reading, "utfall 202001-202002");
}

static void odd_but_legal_writing_is_understood(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, "\xEF\xBB\xBF\n  #SIETYP\t4\n#RAR 0 2020-01-01 2020-12-31\n"
				    "#OKAND 1 2 \"oklart\n#KONTO 3011 \"Avgift med \\\" i\"\n"
				    "#VER \"\" \"\" \"20200301\" \"C:\\data\\\" 20200301\n{ \n"
				    "#TRANS 3011 { } -.20\n"
				    "#TRANS 3012 {1 \"4}1\" 6 \"sa \\\"ja\\\"\"} \"0.2\" text\n"
				    "#TRANS 3012 {1 \"a\\\"b\"} -0.00\n"
				    "#TRANS 3013 {7 \"1\" 1 B} \"\"\n"
				    "}");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202003 konto=3011 20\n"
					   "utfall 202003 konto=3012 ansvar=4}1 -20\n"
					   "utfall 202003 konto=3012 ansvar=a\"b 0\n"
					   "utfall 202003 konto=3013 ansvar=B 0\n");
	assert_int_equal(reading->end.warning_count, 1);
	assert_non_null(strstr(reading->end.warnings[0], "1 transaktioner"));
}

static void struck_and_added_rows_do_not_count_twice(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(
		&source, HEAD "#VER A 1 20200115\n{\n"
			      "#TRANS 4011 {} 100.00\n"
			      "#BTRANS 4011 {} 70.00\n"
			      "#RTRANS 1930 {} -100.00\n"
			      "#TRANS 1930 {} -100.00\n}\n"
			      "#VER A 2 20180101\n{\n#BTRANS 4011 {} 5.00 20180101\n}\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 konto=4011 -10000\n"
					   "utfall 202001 konto=1930 10000\n");
}

static void a_missing_series_field_moves_the_date(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "#VER 1 20200115 \"text\"\n{\n#TRANS 4011 {} 0\n}\n"
					 "#VER 1 20200215\n{\n#TRANS 4011 {} 0\n}\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202001 konto=4011 0\nutfall 202002 konto=4011 0\n");
}

static void code_pages_give_the_same_codes(void **state)
{
	static const char *const files[] = {
		HEAD "#VER A 1 20200115 \"L\x94n\"\n{\n#TRANS 4011 {1 \"\x8EO\x99\x86\"} 0\n}\n",
		HEAD "#VER A 1 20200115 \"L\xF6n\"\n{\n#TRANS 4011 {1 \"\xC4O\xD6\xE5\"} 0\n}\n",
		HEAD "#VER A 1 20200115 \"L\xC3\xB6n\"\n{\n"
		     "#TRANS 4011 {1 \"\xC3\x84O\xC3\x96\xC3\xA5\"} 0\n}\n",
	};
	struct source source = source_of_sie();

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		cleanup(reading_destroy) struct reading *reading = reading_of(&source, files[i]);

		assert_read(reading);
		assert_string_equal(reading->rows, "utfall 202001 konto=4011 ansvar=ÄOÖå 0\n");
	}
}

static void the_configured_encoding_wins(void **state)
{
	struct source source = source_of_sie();

	(void)state;
	source.encoding = ENCODING_CP437;
	{
		cleanup(reading_destroy) struct reading *reading =
			reading_of(&source, HEAD
				   "#VER A 1 20200115\n{\n#TRANS 4011 {1 \"\xE5\xE4\xF6\"} 0\n}\n");

		assert_read(reading);
		assert_string_equal(reading->rows, "utfall 202001 konto=4011 ansvar=σΣ÷ 0\n");
	}
}

static void dimension_set(struct source *source, const char *word, enum dimension dimension)
{
	size_t i = source->sie_dimension_count++;

	snprintf(source->sie_dimensions[i].word, CODE_SIZE, "%s", word);
	source->sie_dimensions[i].dimension = dimension;
}

/* All of them are read with {1 "a" 6 "b" 20 "c"}. */
static void dimensions_check(const struct source *source, const char *dims, const char *expected)
{
	char file[1024];
	char row[256];
	cleanup(reading_destroy) struct reading *reading = NULL;

	snprintf(file, sizeof(file),
		 "#SIETYP 4\n%s#VER A 1 20200115\n{\n#TRANS 4 {1 \"a\" 6 \"b\" 20 \"c\"} 0\n}\n",
		 dims);
	snprintf(row, sizeof(row), "utfall 202001 konto=4%s 0\n", expected);
	reading = reading_of(source, file);
	assert_read(reading);
	assert_string_equal(reading->rows, row);
}

static void dimensions_are_found_by_number_or_name(void **state)
{
	struct source plain = source_of_sie();
	struct source numbered = source_of_sie();
	struct source named = source_of_sie();

	(void)state;
	dimensions_check(&plain, "", " ansvar=a");
	dimensions_check(&plain, "#DIM 20 \"verksamhet\"\n", " ansvar=a verksamhet=c");
	dimensions_check(&plain, "#DIM 1 Verksamhet\n#DIM 6 Ansvar\n", " ansvar=b verksamhet=a");
	dimension_set(&numbered, "1", DIMENSION_UNIT);
	dimension_set(&numbered, "6", DIMENSION_PROJECT);
	dimensions_check(&numbered, "#DIM 6 \"Verksamhet\"\n", " ansvar=a verksamhet=b");
	dimension_set(&numbered, "20", DIMENSION_ACTIVITY);
	dimensions_check(&numbered, "#DIM 6 \"Verksamhet\"\n", " ansvar=a verksamhet=c");
	dimension_set(&named, "Kostnadsst\xC3\xA4lle", DIMENSION_UNIT);
	dimensions_check(&named, "#DIM 20 \"KOSTNADSST\xC3\x84LLE\"\n", " ansvar=c");
	dimensions_check(&named, "#DIM 20 \"Kostnadsst\xE4lle\"\n", " ansvar=c");
}

static void objects_that_nobody_maps_are_told(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, "#SIETYP 4\n#VER A 1 20200115\n{\n#TRANS 4 {20 \"c\"} 0\n}\n");

	(void)state;
	assert_read(reading);
	assert_int_equal(reading->end.warning_count, 1);
	assert_non_null(strstr(reading->end.warnings[0], "sie_dimensions"));
}

static void result_balances_become_controls(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "#RES 0 3011 -10.00\n"
					 "#RES -1 3011 -99.00\n"
					 "#RES 0 1930 5.00\n"
					 "#UB 0 1930 5.00\n"
					 "#PSALDO 0 202003 3011 {} -10.00\n"
					 "#PSALDO 0 202003 3011 {1 \"4\"} -4.00\n"
					 "#PSALDO -1 201903 3011 {} -7.00\n"
					 "#PSALDO 0 202003 1930 {} 10.00\n"
					 "#VER A 1 20200315\n{\n#TRANS 3011 {1 4} -10\n"
					 "#TRANS 1930 {} 10\n}\n");
	const struct batch_control *controls = reading->end.controls;

	(void)state;
	assert_read(reading);
	assert_int_equal(reading->end.row_count, 2);
	assert_int_equal(reading->end.control_count, 2);
	assert_int_equal(controls[0].kind, CONTROL_ACCOUNT_YEAR);
	assert_string_equal(controls[0].account, "3011");
	assert_int_equal(controls[0].period.yyyymm, 202001);
	assert_money_equal(controls[0].amount, 1000);
	assert_int_equal(controls[0].line, 9);
	assert_int_equal(controls[1].kind, CONTROL_ACCOUNT_PERIOD);
	assert_int_equal(controls[1].period.yyyymm, 202003);
	assert_money_equal(controls[1].amount, 1000);
	assert_int_equal(controls[1].line, 13);
}

static void a_budget_total_is_not_added_to_its_objects(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD "#PBUDGET 0 202001 5011 {1 \"a\"} 60.00\n"
					 "#PBUDGET 0 202001 5011 {} 100.00\n"
					 "#PBUDGET 0 202001 5011 {1 \"b\"} 30.00\n"
					 "#PBUDGET 0 202001 5011 {6 \"p\"} 100.00\n"
					 "#PBUDGET 0 202002 5011 {} 40.00\n"
					 "#PBUDGET 0 202002 5011 {1 \"a\"} 40.00\n"
					 "#PBUDGET 0 202003 3011 {1 \"a\"} -5.00\n"
					 "#PBUDGET 0 202004 3011 {6 \"p\"} -6.00\n"
					 "#PBUDGET -1 201904 3011 {} -6.00\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "budget 202001 konto=5011 ansvar=a -6000\n"
					   "budget 202001 konto=5011 ansvar=b -3000\n"
					   "budget 202002 konto=5011 ansvar=a -4000\n"
					   "budget 202003 konto=3011 ansvar=a 500\n"
					   "budget 202001 konto=5011 -1000\n"
					   "budget 202004 konto=3011 600\n");
	assert_coverage(reading, "budget 202001-202012");
	assert_through(reading, "202012");
	assert_false(reading->end.balances);
}

#define HEAD3 "#SIETYP 3\n#RAR 0 20200101 20201231\n#DIM 1 \"Ansvar\"\n"

static void files_without_vouchers_give_their_period_balances(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD3 "#OMFATTN 20200430\n#RES 0 3011 -15.00\n"
					  "#PSALDO 0 202001 3011 {} -10.00\n"
					  "#PSALDO 0 202001 3011 {1 \"a\"} -8.00\n"
					  "#PSALDO 0 202002 3011 {} -5.00\n"
					  "#PSALDO 0 202012 3011 {} 0\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 konto=3011 ansvar=a 800\n"
					   "utfall 202001 konto=3011 200\n"
					   "utfall 202002 konto=3011 500\n");
	assert_coverage(reading, "utfall 202001-202004");
	assert_false(reading->end.balances);
	assert_int_equal(reading->end.control_count, 0);
	assert_int_equal(reading->end.warning_count, 0);
}

static void an_empty_list_is_the_rest_where_the_result_says_so(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, HEAD3 "#RES 0 3011 -18.00\n#RES 0 3012 -1.00\n"
					  "#PSALDO 0 202001 3011 {} -10.00\n"
					  "#PSALDO 0 202001 3011 {1 \"a\"} -8.00\n"
					  "#PSALDO 0 202001 3012 {} -2.00\n");

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 konto=3011 ansvar=a 800\n"
					   "utfall 202001 konto=3011 1000\n"
					   "utfall 202001 konto=3012 200\n");
	assert_int_equal(reading->end.warning_count, 2);
	assert_non_null(strstr(reading->end.warnings[1], "1 konton"));
}

static void coverage_follows_the_fiscal_year(void **state)
{
	struct source source = source_of_sie();
	static const struct {
		const char *head;
		const char *coverage;
		const char *through;
	} cases[] = {
		{"#RAR 0 20200101 20201231\n#OMFATTN 20200831\n", "utfall 202001-202008", "202008"},
		{"#RAR 0 20200101 20201231\n#OMFATTN 20200131\n", "utfall 202001-202003", "202001"},
		{"#RAR 0 20200101 20201231\n#GEN 20200228\n", "utfall 202001-202003", "202002"},
		{"#RAR 0 20200101 20201231\n#GEN 20200428\n", "utfall 202001-202003", "202003"},
		{"#RAR 0 20200101 20201231\n#GEN 20210110\n", "utfall 202001-202003", "202003"},
		{"#RAR 0 20190901 20200831\n#OMFATTN 20191031\n",
		 "utfall 201909-201912, utfall 202001-202003", "201910, 0"},
		{"#RAR 0 20200101 20201231\n#OMFATTN 19800101\n", "utfall 202001-202003", "202003"},
		{"#RAR 0 20200101 20201231\n#OMFATTN 20210131\n", "utfall 202001-202003", "202003"},
		{"#RAR 0 20190901 20200831\n", "utfall 201909-201912, utfall 202001-202003",
		 "201912, 202003"},
		{"#RAR -1 20200101 20201231\n", "utfall 202003-202003", "202003"},
		{"#RAR 0\n", "utfall 202003-202003", "202003"},
		{"#OMFATTN 20200831\n", "utfall 202003-202003", "202003"},
		{"", "utfall 202003-202003", "202003"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char file[512];
		cleanup(reading_destroy) struct reading *reading = NULL;

		snprintf(file, sizeof(file),
			 "#SIETYP 4\n%s#VER A 1 20200315\n{\n#TRANS 4011 {} 0\n}\n", cases[i].head);
		reading = reading_of(&source, file);
		assert_read(reading);
		assert_coverage(reading, cases[i].coverage);
		assert_through(reading, cases[i].through);
	}
}

static void dimensions_that_are_not_kept_are_dropped(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	source.keeps[DIMENSION_UNIT] = false;
	source.keeps[DIMENSION_ACCOUNT] = false;
	reading = reading_of(&source, HEAD "#RES 0 4011 0\n#VER A 1 20200115\n{\n"
					   "#TRANS 4011 {1 \"a\" 20 \"b\"} 0\n}\n");
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 verksamhet=b 0\n");
	assert_int_equal(reading->end.control_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_voucher_becomes_rows_in_report_sign),
		cmocka_unit_test(odd_but_legal_writing_is_understood),
		cmocka_unit_test(struck_and_added_rows_do_not_count_twice),
		cmocka_unit_test(a_missing_series_field_moves_the_date),
		cmocka_unit_test(code_pages_give_the_same_codes),
		cmocka_unit_test(the_configured_encoding_wins),
		cmocka_unit_test(dimensions_are_found_by_number_or_name),
		cmocka_unit_test(objects_that_nobody_maps_are_told),
		cmocka_unit_test(result_balances_become_controls),
		cmocka_unit_test(a_budget_total_is_not_added_to_its_objects),
		cmocka_unit_test(files_without_vouchers_give_their_period_balances),
		cmocka_unit_test(an_empty_list_is_the_rest_where_the_result_says_so),
		cmocka_unit_test(coverage_follows_the_fiscal_year),
		cmocka_unit_test(dimensions_that_are_not_kept_are_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
