/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text lists as real programs write them.
 */
#include "reader_support.h"

#define HEAD "Konto;Ansvar;Verksamhet;Period;Belopp\n"
#define ROW  "utfall 202001 konto=1 ansvar=2 verksamhet=3 "

static void assert_rows(struct source *source, const char *file, const char *rows)
{
	for (size_t chunk = 1; chunk <= 4096; chunk += 1365) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of_bytes(source, file, strlen(file), chunk);

		assert_read(reading);
		assert_string_equal(reading->rows, rows);
	}
}

static void assert_bad_at(struct source *source, const char *file, uint32_t line, uint32_t column,
			  const char *found)
{
	cleanup(reading_destroy) struct reading *reading = reading_of(source, file);

	assert_refused(reading, line, column, found);
	assert_int_equal(reader_findings(reading->reader).error_count, 1);
}

static void the_header_is_found_behind_titles(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_rows(&source,
		    "Huvudbok 2020\nUtskriven: 2020-09-01;;;;\n\n"
		    "K o n t o.;\xEF\xBB\xBF"
		    "Ansvar;Verksam\xC2\xA0het;'Period':;Belopp_x000D_\n"
		    "1;2;3;202001;5\n",
		    ROW "-500\n");
	assert_bad_at(&source, "Huvudbok\nKonto;Ansvar;Period;Belopp\n1;2;202001;5\n", 2, 0,
		      "Verksamhet saknas");
}

static void pages_are_passed_over(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_rows(&source,
		    "Huvudbok           Sida 1\n" HEAD "-----;------;----------;------;------\n"
		    "1;2;3;202001;5\n\fHuvudbok           Sida 2\n" HEAD
		    "1;2;3;202001;6\nSida: 3\n;;;;\n1;2;3;202001;7\n\f\n",
		    ROW "-1800\n");
	/* What merely was cut off is not. */
	assert_bad_at(&source, HEAD "1;2;3;202001;5\n5611\n", 3, 0, "raden har 1 fält");
}

static void sum_rows_are_checked_and_not_added(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_rows(&source,
		    HEAD "1;2;3;202001;5\n1;2;3;202001;6\nDelsumma;;;;11,00\n"
			 "1;2;3;202001;7\n2 Summa;;;;7\nSumma 2-3;;;;18\nTotalt:;;;;18\n",
		    ROW "-1800\n");
	assert_bad_at(&source, HEAD "1;2;3;202001;5\nTotalt;;;;x\n", 3, 11, "inget tal");
	/* A name that only begins so is a name. */
	assert_rows(&source, HEAD "Totala;2;3;202001;5\n",
		    "utfall 202001 konto=Totala ansvar=2 verksamhet=3 -500\n");
	source.policy[FINDING_LIST_SUM_ROW] = FINDING_WARNING;
	assert_rows(&source, HEAD "1;2;3;202001;5\nTotalt;;;;6\n", ROW "-500\n");
}

static void a_bad_row_is_not_blamed_on_its_sum(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_bad_at(&source, HEAD "1;2;3;202001;5x\n1;2;3;202001;6\nSumma;;;;11\n", 2, 14,
		      "inget tal");
}

static void quoted_fields_hold_line_ends(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_rows(&source,
		    "Konto;Text;Ansvar;Verksamhet;Period;Belopp\n"
		    "1;\"Hyra\nför;\n\"\"lokal\"\"\n\";2;3;202001;5\n1;\"\";2;3;202001;6\n",
		    ROW "-1100\n");
}

static void a_lost_quote_is_told_where_it_was_lost(void **state)
{
	struct source source = source_of_list();
	char file[16384] = "Konto;Text;Ansvar;Verksamhet;Period;Belopp\n1;\"x\";2;3;202001;5\n"
			   "1;\"x;2;3;202001;5\n";
	char *end = file + strlen(file);

	(void)state;
	for (int i = 0; i < 200; i++)
		end += snprintf(end, 32, "1;x;2;3;202001;%d\n", i);
	assert_bad_at(&source, file, 3, 3, "citattecknet stängs inte");
	assert_bad_at(&source,
		      "Konto;Text;Ansvar;Verksamhet;Period;Belopp\n1;\"x;2;3;202001;5\n"
		      "1;\"x\";2;3;202001;5\n1;\"x\";2;3;202001;5\n",
		      2, 3, "citattecknet stängs inte");
	assert_bad_at(&source,
		      "Konto;Text;Ansvar;Verksamhet;Period;Belopp\n1;x\";2;3;202001;5\n"
		      "1;\"x\"y;2;3;202001;5\n",
		      3, 6, "efter fältets citattecken");
}

static void every_row_may_end_with_a_delimiter(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_rows(&source, HEAD "1;2;3;202001;5;\n1;2;3;202001;6;\n", ROW "-1100\n");
	assert_rows(&source,
		    "Konto;Ansvar;Verksamhet;Period;Belopp;\n1;2;3;202001;5\n1;2;3;202001;6\n",
		    ROW "-1100\n");
	/* A row that was shifted is not taken for one of those. */
	assert_bad_at(&source,
		      "Konto;Ansvar;Verksamhet;Period;Belopp;Text\n1;2;3;202001;5;\n"
		      "1;2;;3;202001;5;\n1;2;3;202001;5;\n",
		      3, 0, "raden har 7 fält");
}

static void amounts_are_understood(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_rows(&source,
		    HEAD "1;2;3;202001;1\xE2\x80\xAF"
			 "234,5\n1;2;3;202001;\xE2\x88\x92"
			 "1 234,5\n"
			 "1;2;3;202001;\xE2\x80\x93"
			 "1\xE2\x80\x99"
			 "234,50\n"
			 "1;2;3;202001;(1.234,50)\n1;2;3;202001; -   \n1;2;3;202001;-0\n"
			 "1;2;3;202001;1'234,50\n",
		    ROW "123450\n");
}

static void a_point_that_could_be_either_is_refused(void **state)
{
	struct source source = source_of_list();

	(void)state;
	assert_bad_at(&source, HEAD "1;2;3;202001;12\n1;2;3;202001;-1.234\n", 3, 14, "punkt");
	assert_rows(&source, HEAD "1;2;3;202001;1.234\n1;2;3;202001;12,50\n", ROW "-124650\n");
	assert_rows(&source, HEAD "1;2;3;202001;1.234\n1;2;3;202001;1.234.567\n",
		    ROW "-123580100\n");
	source.thousands = '.';
	assert_rows(&source, HEAD "1;2;3;202001;1.234\n", ROW "-123400\n");
	source.thousands = ',';
	source.decimal = '.';
	assert_rows(&source, HEAD "1;2;3;202001;1,234.5\n", ROW "-123450\n");
}

static void debit_and_credit_are_two_columns(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *none = NULL;

	(void)state;
	source.columns[4].role = ROLE_DEBIT;
	snprintf(source.columns[4].header, CODE_SIZE, "Debet");
	source_column_add(&source, "Kredit", ROLE_CREDIT, DIMENSION_ACCOUNT);
	source.sign = SIGN_REPORT;
	assert_rows(&source,
		    "Konto;Ansvar;Verksamhet;Period;Debet;Kredit\n1;2;3;jan-20;5,00;\n"
		    "1;2;3;2020-01;;6,00\n1;2;3;2020.01;9;2\nSumma;;;;14;8\n",
		    ROW "-600\n");
	assert_bad_at(&source, "Konto;Ansvar;Verksamhet;Period;Debet;Kredit\n1;2;3;202001;;\n", 2,
		      14, "beloppet saknas");
}

static void months_stand_side_by_side(void **state)
{
	struct source source = source_of_budget();

	(void)state;
	source.column_count = 0;
	source_column_add(&source, "Konto", ROLE_DIMENSION, DIMENSION_ACCOUNT);
	source_column_add(&source, "År", ROLE_YEAR, DIMENSION_ACCOUNT);
	source_column_add(&source, "Jan", ROLE_MONTH, DIMENSION_ACCOUNT);
	source_column_add(&source, "Feb", ROLE_MONTH, DIMENSION_ACCOUNT);
	source.columns[2].yyyymm = 1;
	source.columns[3].yyyymm = 2;
	assert_rows(&source,
		    "Konto;År;Jan;Feb;Totalt\n3011;2020;1.5;;1.5\n5011;2020;-2;-3;-5\n"
		    "Summa;;-0.5;-3;-3.5\n",
		    "budget 202001 konto=3011 150\nbudget 202001 konto=5011 -200\n"
		    "budget 202002 konto=5011 -300\n");
	assert_bad_at(&source, "Konto;År;Jan;Feb\n3011;2020;1;2\nSumma;;1;3\n", 3, 10,
		      "summaraden");
	assert_bad_at(&source, "Konto;År;Jan;Feb\n3011;;1;2\n", 2, 6, "ingen period");
	source.year = 2021;
	assert_rows(&source, "Konto;År;Jan;Feb\n3011;;1;\n", "budget 202101 konto=3011 100\n");
}

static void a_code_and_its_text_share_a_cell(void **state)
{
	struct source source = source_of_list();

	(void)state;
	source.columns[0].has_text = true;
	assert_rows(&source, HEAD "4011 Köp av verksamhet;*;0300;202001;5\n",
		    "utfall 202001 konto=4011 verksamhet=0300 -500\n");
}

static void a_turned_sign_is_warned_of(void **state)
{
	struct source source = source_of_list();
	cleanup(reading_destroy) struct reading *turned =
		reading_of(&source, HEAD "5010;2;3;202001;-5\n");
	cleanup(reading_destroy) struct reading *right = NULL;

	(void)state;
	assert_read(turned);
	assert_int_equal(reader_findings(turned->reader).warning_count, 1);
	assert_int_equal(reader_findings(turned->reader).items[0].code, FINDING_LIST_SIGN);
	right = reading_of(&source, HEAD "5010;2;3;202001;5\n8011;2;3;202001;-5\n");
	assert_read(right);
	assert_int_equal(reader_findings(right->reader).warning_count, 0);
	source.policy[FINDING_LIST_SIGN] = FINDING_ERROR;
	assert_bad_at(&source, HEAD "8011;2;3;202001;5\n", 0, 0, "omvända");
}

static void volumes_are_thousandths_with_their_own_sign(void **state)
{
	struct source source = source_of_list();

	(void)state;
	source.layer = LAYER_VOLUME;
	source.columns[0].dimension = DIMENSION_LINE;
	source.columns[4].role = ROLE_VOLUME;
	assert_rows(&source, HEAD "årsplatser;2;3;202001;12,5\n",
		    "volym 202001 ansvar=2 verksamhet=3 resultatrad=årsplatser 12500\n");
}

static void a_decision_travels_with_its_budget(void **state)
{
	struct source source = source_of_budget();

	(void)state;
	source.keeps[DIMENSION_DECISION] = true;
	source_column_add(&source, "beslut", ROLE_DECISION_DATE, DIMENSION_ACCOUNT);
	source_column_add(&source, "ref", ROLE_REFERENCE, DIMENSION_ACCOUNT);
	assert_rows(&source,
		    "år;period;område;resultatrad;belopp;periodisering;beslut;ref\n"
		    ";202001;O;R;5;;20191112;KS § 44\n;202001;O;R;5;;2019-11-12;\n"
		    ";202001;O;R;5;;;\n",
		    "budget 202001 område=O resultatrad=R beslut=2019-11-12 KS § 44 500\n"
		    "budget 202001 område=O resultatrad=R beslut=2019-11-12 500\n"
		    "budget 202001 område=O resultatrad=R 500\n");
	assert_bad_at(&source,
		      "år;period;område;resultatrad;belopp;periodisering;beslut;ref\n"
		      ";202001;O;R;5;;snart;\n",
		      2, 16, "beslutsdatumet");
	assert_bad_at(&source,
		      "år;period;område;resultatrad;belopp;periodisering;beslut;ref\n"
		      ";202001;O;R;5;;;KS § 44\n",
		      2, 17, "inget beslutsdatum");
}

static void a_key_is_one_of_the_table(void **state)
{
	static const char file[] = "år;period;område;resultatrad;belopp;periodisering\n"
				   "2020;;O;R;5;LÖNER\n2020;;O;R;5;egen budget\n"
				   "2020;;O;R;5;rakt\n";
	struct source source = source_of_budget();
	cleanup(reader_destroy) struct reader *reader = NULL;
	struct spread_keys keys = {.keys = {{.name = "löner"}}, .count = 1};
	struct encoding_evidence evidence = {0};

	(void)state;
	source.keeps[DIMENSION_SPREAD] = true;
	evidence_add(&evidence, (const uint8_t *)file, strlen(file));
	assert_int_equal(reader_new(&reader, &source, &evidence), 0);
	reader_spread_keys_set(reader, &keys);
	assert_int_equal(reader_feed(reader, (const uint8_t *)file, strlen(file), false), 0);
	assert_int_equal(reader_feed(reader, NULL, 0, true), READER_BAD);
	assert_int_equal(reader_findings(reader).error_count, 1);
	assert_int_equal(reader_findings(reader).items[0].line, 4);
	assert_int_equal(reader_findings(reader).items[0].code, FINDING_LIST_SPREAD);
	assert_non_null(strstr(reader_findings(reader).items[0].found, "”rakt”"));
}

static void utf_16_is_read_in_both_orders(void **state)
{
	static const char text[] = HEAD "5;\xE5;3;202001;1\n\n6;2;3;202001;2";
	struct source source = source_of_list();

	(void)state;
	for (size_t order = 0; order < 2; order++) {
		uint8_t bytes[2 * sizeof(text)] = {0};
		cleanup(reading_destroy) struct reading *reading = NULL;
		cleanup(reading_destroy) struct reading *cut = NULL;

		bytes[order == 0 ? 0 : 1] = 0xFF;
		bytes[order == 0 ? 1 : 0] = 0xFE;
		for (size_t i = 0; i + 1 < sizeof(text); i++)
			bytes[2 + 2 * i + order] = (uint8_t)text[i];
		reading = reading_of_bytes(&source, bytes, sizeof(bytes), 3);
		assert_read(reading);
		assert_string_equal(reading->rows,
				    "utfall 202001 konto=5 ansvar=å verksamhet=3 -100\n"
				    "utfall 202001 konto=6 ansvar=2 verksamhet=3 -200\n");
		cut = reading_of_bytes(&source, bytes, sizeof(bytes) - 1, 3);
		assert_refused(cut, 4, 0, "fel teckenkodning");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_found_behind_titles),
		cmocka_unit_test(pages_are_passed_over),
		cmocka_unit_test(sum_rows_are_checked_and_not_added),
		cmocka_unit_test(a_bad_row_is_not_blamed_on_its_sum),
		cmocka_unit_test(quoted_fields_hold_line_ends),
		cmocka_unit_test(a_lost_quote_is_told_where_it_was_lost),
		cmocka_unit_test(every_row_may_end_with_a_delimiter),
		cmocka_unit_test(amounts_are_understood),
		cmocka_unit_test(a_point_that_could_be_either_is_refused),
		cmocka_unit_test(debit_and_credit_are_two_columns),
		cmocka_unit_test(months_stand_side_by_side),
		cmocka_unit_test(a_code_and_its_text_share_a_cell),
		cmocka_unit_test(a_turned_sign_is_warned_of),
		cmocka_unit_test(volumes_are_thousandths_with_their_own_sign),
		cmocka_unit_test(a_decision_travels_with_its_budget),
		cmocka_unit_test(a_key_is_one_of_the_table),
		cmocka_unit_test(utf_16_is_read_in_both_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
