/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables as spreadsheets save them.
 */
#include "support/test.h"

#include <errno.h>

#include "lib/base/cleanup.h"
#include "lib/conf/sheet.h"
#include "unit/conf/scratch.h"

static const struct sheet_column columns[] = {
	{"område", true}, {"gräns_tkr", true}, {"kommentar", false}};

static int sheet_of_bytes(struct scratch *scratch, const char *bytes, size_t length,
			  struct sheet **sheet)
{
	char path[PATH_SIZE];

	scratch_write_bytes(scratch, "t.csv", bytes, length);
	scratch_path(scratch, "t.csv", path);
	return sheet_read(sheet, path, columns, 3);
}

static int sheet_of(struct scratch *scratch, const char *text, struct sheet **sheet)
{
	return sheet_of_bytes(scratch, text, strlen(text), sheet);
}

static void assert_bad(struct scratch *scratch, const char *text, const char *expected)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;

	assert_int_equal(sheet_of(scratch, text, &sheet), SHEET_BAD);
	assert_null(sheet);
	assert_printed(scratch, expected);
}

/* Rows can be read, but something was printed. */
static void assert_flawed(struct scratch *scratch, const char *text, size_t rows, size_t problems,
			  const char *expected)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;

	assert_int_equal(sheet_of(scratch, text, &sheet), 0);
	assert_int_equal(sheet_row_count(sheet), rows);
	assert_int_equal(sheet_problem_count(sheet), problems);
	assert_printed(scratch, expected);
}

static void cells_are_found_by_the_name_of_their_column(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;

	assert_int_equal(sheet_of(*state, "gräns_tkr;område\n500;Äldreomsorg\n600; LSS \n", &sheet),
			 0);
	assert_int_equal(sheet_row_count(sheet), 2);
	assert_string_equal(sheet_cell(sheet, 0, "område"), "Äldreomsorg");
	assert_string_equal(sheet_cell(sheet, 1, "område"), "LSS");
	assert_string_equal(sheet_cell(sheet, 1, "gräns_tkr"), "600");
	assert_int_equal(sheet_row_line(sheet, 1), 3);
	assert_string_equal(sheet_cell(sheet, 0, "kommentar"), "");
	assert_printed(*state, "");
}

static void headings_match_without_case_dots_and_blanks(void **state)
{
	static const char *const headings[] = {
		"Område;GRÄNS_TKR",
		"omrade;grans_tkr",
		"OMRÅDE;Gräns tkr",
		"område ; gräns-tkr",
		"omra\u030ade;gra\u0308ns_tkr",
	};

	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
		cleanup(sheet_destroy) struct sheet *sheet = NULL;
		char text[128];

		snprintf(text, sizeof(text), "%s\nA;1\n", headings[i]);
		assert_int_equal(sheet_of(*state, text, &sheet), 0);
		assert_string_equal(sheet_cell(sheet, 0, "gräns_tkr"), "1");
		assert_printed(*state, "");
	}
}

static void every_encoding_of_a_spreadsheet_reads_the_same(void **state)
{
	static const char *const texts[] = {
		"område;gräns_tkr\nÄldre – 5 €;1\n",
		"\xEF\xBB\xBFområde;gräns_tkr\r\nÄldre – 5 €;1\r\n",
		"omr\xE5"
		"de;gr\xE4ns_tkr\r\n\xC4ldre \x96 5 \x80;1\r\n",
		"omr\xE5"
		"de;gr\xE4ns_tkr\r\xC4ldre \x96 5 \x80;1",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cleanup(sheet_destroy) struct sheet *sheet = NULL;

		assert_int_equal(sheet_of(*state, texts[i], &sheet), 0);
		assert_int_equal(sheet_row_count(sheet), 1);
		assert_string_equal(sheet_cell(sheet, 0, "område"), "Äldre – 5 €");
		assert_string_equal(sheet_cell(sheet, 0, "gräns_tkr"), "1");
		assert_int_equal(sheet_row_line(sheet, 0), 2);
	}
}

static void blank_rows_and_comments_do_not_count(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	static const char text[] =
		"# till \"ekonomen\n\n;;\nområde;gräns_tkr\n \n#A;1\n\"# B; b\";2\nC;3\n;;;\n";

	assert_int_equal(sheet_of(*state, text, &sheet), 0);
	assert_int_equal(sheet_row_count(sheet), 1);
	assert_string_equal(sheet_cell(sheet, 0, "område"), "C");
	assert_int_equal(sheet_row_line(sheet, 0), 8);
	assert_printed(*state, "");
}

static void quotes_hold_semicolons_quotes_and_line_breaks(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	static const char text[] = "område;gräns_tkr;kommentar\n"
				   "\"A;B\";\"1\" ;\"sa \"\"ja\"\"\nigen\"\nC;2;5\" rör\n";

	assert_int_equal(sheet_of(*state, text, &sheet), 0);
	assert_int_equal(sheet_row_count(sheet), 2);
	assert_string_equal(sheet_cell(sheet, 0, "område"), "A;B");
	assert_string_equal(sheet_cell(sheet, 0, "gräns_tkr"), "1");
	assert_string_equal(sheet_cell(sheet, 0, "kommentar"), "sa \"ja\" igen");
	assert_string_equal(sheet_cell(sheet, 1, "kommentar"), "5\" rör");
	assert_int_equal(sheet_row_line(sheet, 1), 4);
}

static void bad_quotes_are_named_with_their_cell(void **state)
{
	assert_flawed(*state, "område;gräns_tkr\n\"A\"B;1\nC;2\n", 1, 1,
		      "t.csv:2:1: det står text efter cellens avslutande citattecken; skriv "
		      "citattecken inne i en cell som två\n");
	assert_flawed(
		*state, "område;gräns_tkr\nA;\"1\n", 0, 1,
		"t.csv:3:2: citattecknet som börjar cellen avslutas aldrig; ta bort det eller "
		"avsluta cellen med ett till\n");
}

static void a_short_row_has_empty_cells(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;

	assert_int_equal(sheet_of(*state, "område;gräns_tkr;kommentar\nA\n", &sheet), 0);
	assert_string_equal(sheet_cell(sheet, 0, "gräns_tkr"), "");
	assert_string_equal(sheet_cell(sheet, 0, "kommentar"), "");
	assert_printed(*state, "");
}

static void cells_without_heading_are_named(void **state)
{
	assert_flawed(*state, "område;gräns_tkr;\nA;1;;\nB;2;x\nC;3;;y\n", 3, 2,
		      "t.csv:3:3: cellen står i en kolumn utan rubrik; ta bort den eller ge "
		      "kolumnen en rubrik\n"
		      "t.csv:4:4: cellen står i en kolumn utan rubrik; ta bort den eller ge "
		      "kolumnen en rubrik\n");
}

static void unknown_doubled_and_missing_columns_are_named(void **state)
{
	assert_flawed(*state, "område;gräns_tkr;färg\nA;1;x\n", 1, 1,
		      "t.csv:1:3: okänd kolumn ”färg”; ta bort den eller rätta rubriken till någon "
		      "av: område, gräns_tkr, kommentar\n");
	assert_flawed(*state, "område;gräns_tkr;Omrade\nA;1;x\n", 1, 1,
		      "t.csv:1:3: kolumnen område finns redan som kolumn 1; ta bort en av dem\n");
	assert_bad(*state, "område;kommentar\nA;1\n",
		   "t.csv:1: kolumnen gräns_tkr saknas; lägg till den i rubrikraden\n");
}

static void files_saved_the_wrong_way_say_so(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;

	assert_bad(*state, "",
		   "t.csv: filen är tom; skriv kolumnernas rubriker först: "
		   "område;gräns_tkr;kommentar\n");
	assert_bad(*state, "område,gräns_tkr\nA,1\n",
		   "t.csv:1: kolumnerna är inte åtskilda med semikolon; spara tabellen som "
		   "semikolonavgränsad CSV\n");
	assert_bad(*state, "område\tgräns_tkr\nA\t1\n",
		   "t.csv:1: kolumnerna är inte åtskilda med semikolon; spara tabellen som "
		   "semikolonavgränsad CSV\n");
	assert_bad(*state,
		   "omr\xE5"
		   "de\nA\x81\n",
		   "t.csv:2: tecknen är varken UTF-8 eller Windows-1252; spara tabellen som CSV "
		   "UTF-8\n");
	assert_int_equal(sheet_of_bytes(*state, "\xFF\xFEo\0m\0", 6, &sheet), SHEET_BAD);
	assert_printed(*state, "t.csv: filen är sparad som Unicode-text (UTF-16); spara den som "
			       "semikolonavgränsad CSV\n");
	assert_int_equal(sheet_of_bytes(*state, "PK\3\4\0\0", 6, &sheet), SHEET_BAD);
	assert_printed(*state,
		       "t.csv: filen är ingen textfil; spara tabellen som semikolonavgränsad "
		       "CSV\n");
}

static void too_many_rows_end_the_reading(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	cleanup(free_bytes) char *text = malloc(5 * SHEET_ROWS_MAX + 64);
	char *end;

	assert_non_null(text);
	end = stpcpy(text, "område;gräns_tkr\n");
	for (int i = 0; i < SHEET_ROWS_MAX; i++)
		end = stpcpy(end, "A;1\n");
	assert_int_equal(sheet_of(*state, text, &sheet), 0);
	assert_int_equal(sheet_row_count(sheet), SHEET_ROWS_MAX);
	stpcpy(end, "A;1\n");
	assert_bad(*state, text,
		   "t.csv:10002: tabellen har fler än 10000 rader; är det rätt fil?\n");
}

static void too_long_rows_end_the_reading(void **state)
{
	cleanup(free_bytes) char *text = calloc(1, SHEET_ROW_BYTES_MAX + 64);
	char *end;

	assert_non_null(text);
	end = stpcpy(text, "område;gräns_tkr\n");
	memset(end, 'A', SHEET_ROW_BYTES_MAX);
	stpcpy(end + SHEET_ROW_BYTES_MAX, ";1\n");
	assert_bad(*state, text, "t.csv:2: raden är längre än 65536 byte; är det rätt fil?\n");
}

static void a_file_that_does_not_exist_is_left_to_the_caller(void **state)
{
	struct sheet *sheet = NULL;
	char path[PATH_SIZE];

	scratch_path(*state, "saknas.csv", path);
	assert_int_equal(sheet_read(&sheet, path, columns, 3), -ENOENT);
	assert_null(sheet);
	assert_printed(*state, "");
}

static void amounts_are_read_or_named(void **state)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	struct money amount = {5};

	assert_int_equal(sheet_of(*state, "område;gräns_tkr\nA;1 250,5\nB;\nC;mycket\n", &sheet),
			 0);
	assert_true(sheet_amount(sheet, 0, "gräns_tkr", 100000, &amount));
	assert_money_equal(amount, 125050000);
	assert_false(sheet_amount(sheet, 1, "gräns_tkr", 100000, &amount));
	assert_printed(*state, "");
	assert_false(sheet_amount(sheet, 2, "gräns_tkr", 100000, &amount));
	assert_money_equal(amount, 125050000);
	assert_int_equal(sheet_problem_count(sheet), 1);
	assert_printed(*state,
		       "t.csv:4:2: ”mycket” i kolumnen gräns_tkr är inget belopp; skriv "
		       "siffror, högst ett decimaltecken och inga delar av öre, till exempel "
		       "1250,5\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(cells_are_found_by_the_name_of_their_column),
		scratch_test(headings_match_without_case_dots_and_blanks),
		scratch_test(every_encoding_of_a_spreadsheet_reads_the_same),
		scratch_test(blank_rows_and_comments_do_not_count),
		scratch_test(quotes_hold_semicolons_quotes_and_line_breaks),
		scratch_test(bad_quotes_are_named_with_their_cell),
		scratch_test(a_short_row_has_empty_cells),
		scratch_test(cells_without_heading_are_named),
		scratch_test(unknown_doubled_and_missing_columns_are_named),
		scratch_test(files_saved_the_wrong_way_say_so),
		scratch_test(too_many_rows_end_the_reading),
		scratch_test(too_long_rows_end_the_reading),
		scratch_test(a_file_that_does_not_exist_is_left_to_the_caller),
		scratch_test(amounts_are_read_or_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
