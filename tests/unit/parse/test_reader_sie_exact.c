/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One damage to a SIE file is one finding, and it names the damaged line; what real
 * programs write against the standard is none.
 */
#include "reader_support.h"

/* Thirteen lines: an export whose balances reconcile. */
#define HEAD                                                                                       \
	"#FLAGGA 0\n#SIETYP 4\n#RAR 0 20200101 20201231\n"                                         \
	"#IB 0 1930 100.00\n#UB 0 1930 85.00\n#RES 0 4010 15.00\n"
#define FIRST  "#VER A 1 20200115 \"a\"\n{\n#TRANS 4010 {} 10.00\n#TRANS 1930 {} -10.00\n}\n"
#define SECOND "#VER A 2 20200116 \"b\"\n{\n#TRANS 4010 {} 5.00\n#TRANS 1930 {} -5.00\n}\n"

struct damage {
	const char *file;
	uint32_t line;
	enum finding_code code;
};

static void damages_check(const struct damage *damages, size_t count)
{
	struct source source = source_of_sie();

	for (size_t i = 0; i < count; i++) {
		cleanup(reading_destroy) struct reading *reading =
			reading_of(&source, damages[i].file);
		struct findings findings = reader_findings(reading->reader);

		if (findings.error_count != 1 || findings.items[0].line != damages[i].line ||
		    findings.items[0].code != damages[i].code)
			for (size_t k = 0; k < findings.count; k++)
				print_error("damage %zu: %u %s: %s\n", i, findings.items[k].line,
					    finding_code_text(findings.items[k].code),
					    findings.items[k].found);
		assert_int_equal(reading->result, READER_BAD);
		assert_int_equal(findings.error_count, 1);
		assert_int_equal(findings.items[0].line, damages[i].line);
		assert_int_equal(findings.items[0].code, damages[i].code);
	}
}

static void a_damage_is_one_finding_on_its_line(void **state)
{
	static const struct damage damages[] = {
		{HEAD "#VER A 1 20200115\n{\n#TRANS 4010 {} 1x\n#TRANS 1930 {} -10\n}\n" SECOND, 9,
		 FINDING_AMOUNT_NUMBER},
		{HEAD "#VER A 1 20201315\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 7,
		 FINDING_SIE_DATE},
		{HEAD "#VER A 1 20190115\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 7,
		 FINDING_SIE_OUTSIDE_YEAR},
		/* The brace is gone. */
		{HEAD "#VER A 1 20200115\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 8,
		 FINDING_SIE_BLOCK},
		{HEAD "#VER A 1 20200115\nx\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 8,
		 FINDING_SIE_LABEL},
		{HEAD "#VER A 1 20200115\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n" SECOND, 11,
		 FINDING_SIE_BLOCK},
		{HEAD "#VER A 1 20200115\n{\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND,
		 9, FINDING_SIE_BLOCK},
		{HEAD FIRST "}\n" SECOND, 12, FINDING_SIE_BLOCK},
		/* The voucher's own line: gone, without its #, with another label. */
		{HEAD "{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 7, FINDING_SIE_BLOCK},
		{HEAD "VER A 1 20200115\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 7,
		 FINDING_SIE_LABEL},
		{HEAD "#VRE A 1 20200115\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 7,
		 FINDING_SIE_LABEL},
		/* A row's label, amount, account; a digit of it; the row twice. */
		{HEAD "#VER A 1 20200115\n{\n#TRNS 4010 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 9,
		 FINDING_SIE_LABEL},
		{HEAD
		 "#VER A 1 20200115\n{\n#TRANS 4010 {} 20200115\n#TRANS 1930 {} -10\n}\n" SECOND,
		 9, FINDING_AMOUNT_MISSING},
		{HEAD "#VER A 1 20200115\n{\n#TRANS {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 9,
		 FINDING_SIE_ACCOUNT},
		{HEAD "#VER A 1 20200115\n{\n#TRANS \"\" {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 9,
		 FINDING_SIE_FIELD_MISSING},
		{HEAD "#VER A 1 20200115\n{\n#TRANS 4O10 {} 10\n#TRANS 1930 {} -10\n}\n" SECOND, 9,
		 FINDING_SIE_ACCOUNT},
		{HEAD "#VER A 1 20200115\n{\n#TRANS 4010 {} 11\n#TRANS 1930 {} -10\n}\n" SECOND, 7,
		 FINDING_SIE_UNBALANCED},
		{HEAD "#VER A 1 20200115\n{\n#TRANS 4010 {} 10\n#TRANS 4010 {} 10\n"
		      "#TRANS 1930 {} -10\n}\n" SECOND,
		 7, FINDING_SIE_UNBALANCED},
		/* A row that is gone, a text whose quote is. */
		{HEAD "#VER A 1 20200115\n{\n#TRANS 4010 {} 10\n}\n" SECOND, 7,
		 FINDING_SIE_UNBALANCED},
		{HEAD
		 "#VER A 1 20200115\n{\n#TRANS 4010 {} 10 \"\" \"a\n#TRANS 1930 {} -10\n}\n" SECOND,
		 9, FINDING_SIE_TEXT},
		/* A row is gone, in a file that states nothing of another account. */
		{HEAD FIRST SECOND "#VER A 3 20200115\n{\n#TRANS 77 {} 3\n}\n"
				   "#VER A 4 20200115\n{\n#TRANS 77 {} 2\n#TRANS 78 {} -2\n}\n",
		 17, FINDING_SIE_UNBALANCED},
		{"#RAR 0 20200101 20201331\n" FIRST SECOND, 1, FINDING_SIE_YEAR},
		/* A balance: a digit of it, the row twice. */
		{"#FLAGGA 0\n#SIETYP 4\n#RAR 0 20200101 20201231\n#RES 0 4010 16.00\n" FIRST SECOND,
		 4, FINDING_SIE_BOOKED},
		{HEAD "#RES 0 4010 15.00\n" FIRST SECOND, 7, FINDING_SIE_TWICE},
		{HEAD "#VER A 1 20200115\n#VER A 1 20200115\n{\n}\n", 8, FINDING_SIE_TWICE},
		{HEAD FIRST "#VER A 2 20200116\n{\n#TRANS 4010 {} 5.00\n", 14, FINDING_SIE_CUT},
	};

	(void)state;
	damages_check(damages, sizeof(damages) / sizeof(damages[0]));
}

/* All findings of a file that is read: "S306 S308". */
static void warnings_check(const char *file, const char *expected)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(&source, file);
	struct findings findings = reader_findings(reading->reader);
	char codes[128] = "";

	assert_read(reading);
	for (size_t i = 0; i < findings.count; i++)
		snprintf(codes + strlen(codes), sizeof(codes) - strlen(codes), "%s%s",
			 i > 0 ? " " : "", finding_code_text(findings.items[i].code));
	assert_string_equal(codes, expected);
}

static void what_does_no_harm_is_a_warning(void **state)
{
	(void)state;
	warnings_check("#SIETYP 4\n#RAR 0 20200101 20201231\n" FIRST SECOND, "");
	warnings_check(HEAD FIRST SECOND, "S306 S307");
	warnings_check(HEAD FIRST "#VER A 3 20200301\n" SECOND, "S309 S306 S307");
	warnings_check(HEAD FIRST SECOND "#VER A 3 20190101\n{\n#BTRANS 4010 {} 7\n}\n",
		       "S306 S307");
	warnings_check("#RAR 0 20200101 20201231\n#RAR -1 20201231 20200101\n" FIRST, "S311");
	warnings_check("#RAR 0 20200101 20201231\n#VALUTA EUR\n" FIRST, "S312");
	warnings_check("#RAR 0 20200101 20201231\n#IB 0 1930 1\n#UB 0 1930 -10\n" FIRST,
		       "S308 S306 S307");
	warnings_check("#RAR 0 20200101 20201231\n#UB -1 1930 1\n#UB 0 1930 -9\n"
		       "#RES 0 4010 10\n" FIRST,
		       "S307");
	warnings_check("#RAR 0 20200101 20201231\n#UB 0 1930 -10\n#UB 0 4010 3\n"
		       "#RES 0 4010 10\n" FIRST,
		       "S307 S313");
	/* Pre-systems need not say their year, and may send what lies on both sides of it. */
	warnings_check("#VER A 1 20200115\n{\n#TRANS 4010 {} 0\n}\n"
		       "#VER A 2 20191230\n{\n#TRANS 4010 {} 5\n#TRANS 4010 {} -5 20210101\n}\n",
		       "S314");
	/* The balances are as if the voucher were right. */
	warnings_check("#RAR 0 20200101 20201231\n#IB 0 1930 0\n#UB 0 1930 -9\n#RES 0 4010 10\n"
		       "#VER A 1 20200115\n{\n#TRANS 4010 {} 10\n#TRANS 1930 {} -9\n}\n",
		       "S212 S307");
	warnings_check("#RAR 0 20200101 20201231\n#VER A 1 20200115\n\n#TRANS 4010 {} 10\n"
		       "#TRANS 1930 {} -10\n}\n" SECOND,
		       "S211");
	warnings_check("#RAR 0 20200101 20201231\n#VER A 1 20200115\n{\n#TRANS FEL {} 10\n"
		       "#TRANS FEL {} -10\n}\n" SECOND,
		       "S216");
	/* Cut at one length, which a program does; a quote inside a text or a word. */
	warnings_check("#RAR 0 20200101 20201231\n#VER A 1 20200115 L\"n\n{\n"
		       "#TRANS 4010 {} 10 \"\" L\"n\n#TRANS 1930 {} -10 \"\" \"F\"r\" 3\n}\n",
		       "");
	warnings_check("#RAR 0 20200101 20201231\n#VER A 1 20200115\n{\n"
		       "#TRANS 4010 {} 10 \"\" \"ab\n#TRANS 1930 {} -10 \"\" \"a\n}\n",
		       "S218");
}

#define STATED(n) "#RES 0 40" n " 1\n"
#define BOOKED(n) "#VER A " n " 20200115\n{\n#TRANS 40" n " {} 1\n#TRANS 1930 {} -1\n}\n"
#define ELEVEN(X)                                                                                  \
	X("01") X("02") X("03") X("04") X("05") X("06") X("07") X("08") X("09") X("10") X("11")
#define TWELVE_STATED                                                                              \
	"#RAR 0 20200101 20201231\n#UB 0 1930 -12\n" ELEVEN(STATED) STATED("12") ELEVEN(BOOKED)
/* The series has numbers that the file has not. */
#define LATER(n) "#VER A " n " 20200115\n{\n#TRANS 1930 {} 1\n#TRANS 1930 {} -1\n}\n"

static void a_whole_voucher_may_be_left_out_of_many(void **state)
{
	static const struct damage damages[] = {
		/* An amount that is wrong. */
		{"#RES 0 4013 1\n" TWELVE_STATED BOOKED("12") LATER("99"), 1, FINDING_SIE_BOOKED},
		/* Four accounts of fifteen. */
		{"#RAR 0 20200101 20201231\n#UB 0 1930 -15\n" STATED("13") STATED("14") STATED("15")
			 ELEVEN(STATED) STATED("12") ELEVEN(BOOKED) LATER("99"),
		 0, FINDING_SIE_BOOKED},
		/* No number is missing, or a single one. */
		{TWELVE_STATED, 14, FINDING_SIE_BOOKED},
		{TWELVE_STATED LATER("13") LATER("99"), 14, FINDING_SIE_BOOKED},
	};

	(void)state;
	warnings_check(TWELVE_STATED BOOKED("12"), "");
	warnings_check(TWELVE_STATED LATER("99"), "S222 S308");
	damages_check(damages, sizeof(damages) / sizeof(damages[0]));
}

static void rows_check(const char *file, const char *expected)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *reading = reading_of(&source, file);

	assert_read(reading);
	assert_string_equal(reading->rows, expected);
}

static void real_files_deviations_are_read(void **state)
{
	(void)state;
	rows_check("#flagga 0\n#sietyp 4\n#rar 0\n#ver \"\" 0 20110824 \"Kundfakt\"\n{\n"
		   "#trans 1510  {} 1063 20110824 \"\" \n#trans 3740 {} -1063.0000 \"\"\n}\n",
		   "utfall 201108 konto=1510 -106300\nutfall 201108 konto=3740 106300\n");
	rows_check("#RAR 0 20180101 20181231\n#VER A 1 180501\n{\n#TRANS 1 {} .20 180502\n"
		   "#TRANS 2 {} -0,20 2018-06-01\n}\n",
		   "utfall 201805 konto=1 -20\nutfall 201806 konto=2 20\n");
	rows_check("#VER 20180501 \"text\"\n{\n#TRANS 1 {} 0\n}\n", "utfall 201805 konto=1 0\n");
	rows_check("#VER B \"\" 20091201\n{\n#TRANS 1 {} 0\n}\n"
		   "#VER B \"\" 20100901\n{\n#TRANS 1 {} 0\n}\n",
		   "utfall 200912 konto=1 0\nutfall 201009 konto=1 0\n");
}

static void files_without_vouchers_count_what_they_state(void **state)
{
	struct source source = source_of_sie();
	cleanup(reading_destroy) struct reading *year =
		reading_of(&source, "#RAR 0 20200101 20201231\n#OMFATTN 20200831\n#IB 0 1930 5\n"
				    "#UB 0 1930 15\n#RES 0 3010 -10\n");

	(void)state;
	assert_read(year);
	assert_string_equal(year->rows, "utfall 202008 konto=3010 1000\n");
	assert_coverage(year, "utfall 202008-202008");
	assert_through(year, "202008");
	/* A type 4 without vouchers, and one that says nothing of its type. */
	rows_check("#SIETYP 4\n#RAR 0 20200101 20201231\n#PSALDO 0 202001 3010 {} -7\n"
		   "#PSALDO 0 202001 3010 {1 A} -3\n#PSALDO 0 202002 3010 {} 0\n#RES 0 3010 -7\n",
		   "utfall 202001 konto=3010 ansvar=A 300\nutfall 202001 konto=3010 400\n");
	rows_check("#RAR 0 20200101 20201231\n#PSALDO 0 202001 1930 {} 4\n"
		   "#PSALDO 0 202001 1930 {1 A} 3\n#IB 0 1930 1\n#UB 0 1930 8\n",
		   "utfall 202001 konto=1930 ansvar=A -300\nutfall 202001 konto=1930 -400\n");
	rows_check("#SIETYP 4\n#RAR 0 20200101 20201231\n#OMFATTN 20200131\n#RES 0 3010 -7\n",
		   "utfall 202001 konto=3010 700\n");
	/* The same money on objects of two dimensions, and no row that says how much. */
	rows_check("#SIETYP 3\n#RAR 0 20200101 20201231\n#RES 0 3010 -7\n"
		   "#PSALDO 0 202001 3010 {1 A} -7\n#PSALDO 0 202001 3010 {6 P} -4\n"
		   "#PBUDGET 0 202001 3010 {1 A} -6\n#PBUDGET 0 202001 3010 {7 Q} -6\n",
		   "utfall 202001 konto=3010 ansvar=A 700\n"
		   "budget 202001 konto=3010 ansvar=A 600\n");
	rows_check("#SIETYP 3\n#RAR 0 20200101 20201231\n#RES 0 3010 -11\n"
		   "#PSALDO 0 202001 3010 {1 A} -7\n#PSALDO 0 202001 3010 {6 P} -4\n",
		   "utfall 202001 konto=3010 ansvar=A 700\nutfall 202001 konto=3010 400\n");
	rows_check("#SIETYP 3\n#RAR 0 20200101 20201231\n#RES 0 3010 -4\n"
		   "#PSALDO 0 202001 3010 {1 A} -7\n#PSALDO 0 202001 3010 {6 P} -4\n",
		   "utfall 202001 konto=3010 ansvar=A 700\nutfall 202001 konto=3010 -300\n");
	/* Beside vouchers they are controls. */
	rows_check("#RAR 0 20200101 20201231\n#PSALDO 0 202001 4010 {} 10\n" FIRST,
		   "utfall 202001 konto=4010 -1000\nutfall 202001 konto=1930 1000\n");
}

/* CRC-32 of "#VER" "A" "1" "20200115" "Kör \"a\"" "#TRANS" "4010" "1" "x" "0" in CP437. */
#define SUMMED(letter)                                                                             \
	"#KSUMMA\n#VER A \"1\" 20200115 \"K" letter "r \\\"a\\\"\"\n{\n"                           \
	"\t#TRANS  4010 {1 \"x\"} 0\n}\n#KSUMMA "

static void a_checksum_is_of_cp437_bytes(void **state)
{
	struct source source = source_of_sie();
	static const char *const files[] = {
		SUMMED("\x94") "312059556\n",
		SUMMED("\xF6") "312059556\n",
		SUMMED("\xC3\xB6") "\"312059556\"",
	};
	static const struct damage damages[] = {
		{SUMMED("o") "312059556\n", 6, FINDING_SIE_CHECKSUM},
		{SUMMED("\xC3\xB6") "12x\n", 6, FINDING_SIE_CHECKSUM},
		{FIRST "#KSUMMA 17\n", 6, FINDING_SIE_CHECKSUM},
		{"#KSUMMA\n" FIRST, 6, FINDING_SIE_CHECKSUM_MISSING},
		/* What else is wrong is told alone. */
		{"#KSUMMA\n#VER A 1 20200115\n{\n#TRANS 1 {} 1\n}\n#KSUMMA 17\n", 2,
		 FINDING_SIE_UNBALANCED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		cleanup(reading_destroy) struct reading *reading = reading_of(&source, files[i]);

		assert_read(reading);
	}
	damages_check(damages, sizeof(damages) / sizeof(damages[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_damage_is_one_finding_on_its_line),
		cmocka_unit_test(a_whole_voucher_may_be_left_out_of_many),
		cmocka_unit_test(what_does_no_harm_is_a_warning),
		cmocka_unit_test(real_files_deviations_are_read),
		cmocka_unit_test(files_without_vouchers_count_what_they_state),
		cmocka_unit_test(a_checksum_is_of_cp437_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
