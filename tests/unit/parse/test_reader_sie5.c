/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIE 5: what its elements become, and what is refused where.
 */
#include "reader_support.h"

#define ROOT "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Sie xmlns=\"http://www.sie.se/sie5\">\n"
#define YEAR                                                                                       \
	"<FileInfo><FileCreation time=\"2020-09-02T15:27:27+01:00\"/><FiscalYears>"                \
	"<FiscalYear start=\"2019-01\" end=\"2019-12\"/>"                                          \
	"<FiscalYear start=\"2020-01\" end=\"2020-12\" primary=\"true\" "                          \
	"lastCoveredDate=\"2020-08-31\"/></FiscalYears>"                                           \
	"<AccountingCurrency currency=\"SEK\"/></FileInfo>\n"
#define DIMENSIONS                                                                                 \
	"<Dimensions><Dimension id=\"1\" name=\"Kostnadsställe\"/>"                               \
	"<Dimension id=\"20\" name=\"Verksamhet\"/></Dimensions>\n"
#define ENTRY(date, rows)                                                                          \
	"<Journal id=\"A\"><JournalEntry id=\"1\" journalDate=\"" date "\">\n" rows                \
	"</JournalEntry></Journal>\n"
#define OBJECT(dimension, object)                                                                  \
	"<ObjectReference dimId=\"" dimension "\" objectId=\"" object "\"/>"
#define END "</Sie>\n"

static void entries_become_rows(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(
		&source,
		ROOT YEAR DIMENSIONS ENTRY(
			"2020-01-15",
			"<LedgerEntry accountId=\"5611\" amount=\"10.5\">" OBJECT("1", "4153")
				OBJECT("20", "560") OBJECT(
					"7", "person") "</LedgerEntry>"
						       "<LedgerEntry accountId=\"5611\" "
						       "amount=\"7\"><Overstrike/></LedgerEntry>"
						       "<LedgerEntry accountId=\"1930\" "
						       "amount=\"-10.50\" "
						       "ledgerDate=\"2020-02-01\"/><CorrectedBy "
						       "journalId=\"A\"/>") END);

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows,
			    "utfall 202001 konto=5611 ansvar=4153 verksamhet=560 -1050\n"
			    "utfall 202002 konto=1930 1050\n");
	assert_coverage(reading, "utfall 202001-202008");
	assert_through(reading, "202008");
	assert_int_equal(reading->end.exported_date, 20200902);
}

static void a_sample_file_is_read(void **state)
{
	struct source source = source_of_sie();
	cleanup(free_bytes) char *bytes = NULL;
	size_t length;

	(void)state;
	assert_int_equal(
		file_read(TEST_DATA "/sie/sie4sdk-SampleEntry3.sie", 1 << 20, &bytes, &length), 0);
	for (size_t chunk = 1; chunk < 5000; chunk *= 17) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of_bytes(&source, bytes, length, chunk);

		assert_read(reading);
		assert_int_equal(reading->end.row_count, 19);
		assert_int_equal(reading->end.sum.ore, 0);
	}
}

static void encodings_are_the_parsers(void **state)
{
	static const char *const files[] = {
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
		"<?xml version=\"1.0\" encoding=\"windows-1252\"?>",
	};
	struct source source = source_of_sie();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char file[1024];
		cleanup(reading_destroy) struct reading *reading = NULL;

		snprintf(file, sizeof(file),
			 "%s<SieEntry xmlns=\"http://www.sie.se/sie5\">" ENTRY(
				 "2020-01-15", "<LedgerEntry accountId=\"4\" amount=\"0\">" OBJECT(
						       "1", "\xC5") "</LedgerEntry>") "</SieEntry>",
			 files[i]);
		reading = reading_of(&source, file);
		assert_read(reading);
		assert_string_equal(reading->rows, "utfall 202001 konto=4 ansvar=Å 0\n");
	}
}

static void budgets_are_divided_once(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(
		&source, ROOT YEAR DIMENSIONS
		"<Accounts><Account id=\"3010\" name=\"a\" type=\"income\">"
		"<Budget month=\"2020-03\" amount=\"-10\"/>"
		"<Budget month=\"2020-03\" amount=\"-4\">" OBJECT(
			"1", "A") "</Budget>"
				  "<BudgetMultidim month=\"2020-03\" amount=\"-4\">" OBJECT("1",
											    "A")
					  OBJECT("20", "5") "</BudgetMultidim>"
							    "</Account></Accounts>\n" END);

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "budget 202003 konto=3010 ansvar=A 400\n"
					   "budget 202003 konto=3010 600\n");
}

#define BALANCES(result)                                                                           \
	"<Accounts><Account id=\"1930\" name=\"a\" type=\"asset\">"                                \
	"<OpeningBalance month=\"2020-01\" amount=\"5\"/>"                                         \
	"<ClosingBalance month=\"2020-08\" amount=\"-5\"/></Account>\n"                            \
	"<Account id=\"4010\" name=\"a\" type=\"cost\">"                                           \
	"<ClosingBalance month=\"2020-08\" amount=\"" result "\"/></Account></Accounts>\n"
#define ROWS(ore)                                                                                  \
	"<LedgerEntry accountId=\"4010\" amount=\"" ore "\"/>\n"                                   \
	"<LedgerEntry accountId=\"1930\" amount=\"-10\"/>\n"

static void a_file_of_balances_is_a_years_total(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, ROOT YEAR BALANCES("10") END);

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202008 konto=4010 -1000\n");
}

struct damage {
	const char *file;
	uint32_t line;
	enum finding_code code;
};

static void damages_are_one_finding_on_their_line(void **state)
{
	static const struct damage damages[] = {
		{"<html><body>404 Not Found</body></html>", 1, FINDING_FILE_MARKUP},
		{"<!DOCTYPE html>\n<html><br></html>", 1, FINDING_FILE_MARKUP},
		{"<?xml version=\"1.0\"?>\n<Sie/>", 2, FINDING_FILE_MARKUP},
		{"<?xml version=\"1.0\"?>\n<!DOCTYPE Sie [<!ENTITY a \"b\">]>\n<Sie "
		 "xmlns=\"http://www.sie.se/sie5\"/>",
		 2, FINDING_SIE5_DTD},
		{ROOT YEAR END, 0, FINDING_SIE_EMPTY},
		{ROOT YEAR ENTRY("2020-01-15", ROWS("10")), 7, FINDING_SIE_CUT},
		{ROOT YEAR ENTRY("2020-01-15", ROWS("1O")) END, 5, FINDING_AMOUNT_NUMBER},
		{ROOT YEAR ENTRY("2020-01-15", ROWS("11")) END, 4, FINDING_SIE_UNBALANCED},
		{ROOT YEAR ENTRY("2020-13-15", ROWS("10")) END, 4, FINDING_SIE_DATE},
		{ROOT YEAR ENTRY("2021-01-15", ROWS("10")) END, 4, FINDING_SIE_OUTSIDE_YEAR},
		{ROOT YEAR ENTRY("2020-01-15", "<LedgerEntry amount=\"1\"/>\n") END, 5,
		 FINDING_SIE5_ATTRIBUTE},
		{ROOT YEAR ENTRY("2020-01-15", "<LedgerEntry accountId=\"1\"/>\n") END, 5,
		 FINDING_SIE5_ATTRIBUTE},
		{ROOT YEAR ENTRY("2020-01-15", "<LedgerEntry accountId=\"1\" amount=\"0\">\n") END,
		 6, FINDING_SIE5_SYNTAX},
		{ROOT YEAR "<Journal>\n<JournalEntry>\n<JournalEntry>\n" END, 6,
		 FINDING_SIE5_SYNTAX},
		{ROOT YEAR "<Journal>\n" ROWS("10") "</Journal>\n" END, 5, FINDING_SIE5_SYNTAX},
		{ROOT YEAR BALANCES("12") ENTRY("2020-01-15", ROWS("10")) END, 5,
		 FINDING_SIE_BOOKED},
	};
	struct source source = source_of_sie();

	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of(&source, damages[i].file);
		struct findings findings = reader_findings(reading->reader);

		if (findings.error_count != 1 || findings.items[0].line != damages[i].line ||
		    findings.items[0].code != damages[i].code)
			for (size_t k = 0; k < findings.count; k++)
				print_error("damage %zu: %u %s: %s\n", i, findings.items[k].line,
					    finding_code_text(findings.items[k].code),
					    findings.items[k].found);
		assert_int_equal(findings.error_count, 1);
		assert_int_equal(findings.items[0].line, damages[i].line);
		assert_int_equal(findings.items[0].code, damages[i].code);
	}
}

static void depth_has_a_limit(void **state)
{
	struct source source = source_of_sie();
	char file[4096] = ROOT;
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	for (int i = 0; i < 100; i++)
		snprintf(file + strlen(file), sizeof(file) - strlen(file), "<Deep>");
	reading = reading_of(&source, file);
	assert_refused(reading, 3, 379, "nivåer");
}

static void other_years_are_passed_over(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading =
		reading_of(&source, ROOT YEAR ENTRY("2019-01-15", ROWS("10"))
					    ENTRY("2020-01-15", ROWS("10")) END);

	(void)state;
	assert_read(reading);
	assert_string_equal(reading->rows, "utfall 202001 konto=4010 -1000\n"
					   "utfall 202001 konto=1930 1000\n");
	assert_int_equal(reading->end.warning_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_become_rows),
		cmocka_unit_test(a_sample_file_is_read),
		cmocka_unit_test(encodings_are_the_parsers),
		cmocka_unit_test(budgets_are_divided_once),
		cmocka_unit_test(a_file_of_balances_is_a_years_total),
		cmocka_unit_test(damages_are_one_finding_on_their_line),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(other_years_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
