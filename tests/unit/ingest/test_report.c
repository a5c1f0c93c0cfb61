/* SPDX-License-Identifier: Apache-2.0 */
/* The quarantine report. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ingest/report.h"

static struct report example(void)
{
	struct report report = {
		.file_name = "2020-08.se",
		.source = "myndighet",
		.received_ms = 1599120922000,
		.line = 12,
		.column = 34,
		.code = FINDING_AMOUNT_NUMBER,
		.error_count = 4,
	};

	memset(report.hash.bytes, 0xAB, sizeof report.hash.bytes);
	report_finding_set(&report, "beloppet \"12x\" kan inte läsas", "skriv till exempel 12,50");
	return report;
}

static void a_report_reads_as_a_controller_expects(void **state)
{
	struct report report = example();
	char text[REPORT_SIZE];

	(void)state;
	report_print(&report, text);
	assert_string_equal(
		text, "Fil: 2020-08.se\n"
		      "Källa: myndighet\n"
		      "Mottagen: 2020-09-03 10:15:22 +0200\n"
		      "SHA-256: abababababababababababababababababababababababababababababababab\n"
		      "Fel: 4, det första F121\n"
		      "\n"
		      "12:34: beloppet \"12x\" kan inte läsas; skriv till exempel 12,50\n"
		      "\n"
		      "Ingenting ur filen har räknats in. Rätta och lägg in filen igen.\n");
}

static void assert_survives(const struct report *report)
{
	struct report back;
	char text[REPORT_SIZE];

	report_print(report, text);
	assert_int_equal(report_parse(text, &back), 0);
	assert_string_equal(back.file_name, report->file_name);
	assert_string_equal(back.source, report->source);
	assert_string_equal(back.finding, report->finding);
	assert_memory_equal(&back.hash, &report->hash, sizeof back.hash);
	assert_int_equal(back.received_ms, report->received_ms);
	assert_int_equal(back.line, report->line);
	assert_int_equal(back.column, report->column);
	assert_int_equal(back.code, report->code);
	assert_int_equal(back.error_count, report->error_count);
}

static void what_was_printed_is_read_back(void **state)
{
	struct report report = example();

	(void)state;
	assert_survives(&report);
	report.column = 0;
	report.code = FINDING_NONE;
	report.error_count = UINT64_MAX;
	assert_survives(&report);
	report_finding_set(&report, "99: med siffror först", NULL);
	assert_survives(&report);
	report.line = 0;
	assert_survives(&report);
}

static void the_longest_finding_still_fits(void **state)
{
	struct report report = example();
	char found[REPORT_FINDING_SIZE + 100];

	(void)state;
	for (size_t i = 0; i + 2 < sizeof found; i += 2)
		memcpy(found + i, "ö", 3);
	report_finding_set(&report, found, "rätta");
	assert_int_equal(strlen(report.finding) % 2, 0); /* no half letter */
	memset(report.file_name, 'n', sizeof report.file_name - 1);
	memset(report.source, 's', sizeof report.source - 1);
	report.line = UINT32_MAX;
	report.column = UINT32_MAX;
	assert_survives(&report);
}

static void a_name_is_shown_without_what_could_fool_a_terminal(void **state)
{
	char shown[FILE_NAME_SIZE];

	(void)state;
	report_name_show(shown, "år\x1B[2J\n2020\xFF\xC3.se\xC2\x9B");
	assert_string_equal(shown, "år?[2J?2020??.se?");
}

static void a_position_is_said_in_words(void **state)
{
	struct report report = example();
	char text[REPORT_SIZE];

	(void)state;
	report_finding_set(&report, "a", "b");
	report_finding_sentence(&report, text);
	assert_string_equal(text, "rad 12, kolumn 34: a; b");
	report.column = 0;
	report_finding_sentence(&report, text);
	assert_string_equal(text, "rad 12: a; b");
	report.line = 0;
	report_finding_sentence(&report, text);
	assert_string_equal(text, "a; b");
}

static void an_edited_report_is_called_unreadable(void **state)
{
	struct report report = example();
	char text[REPORT_SIZE];

	(void)state;
	assert_int_equal(report_parse("", &report), REPORT_UNREADABLE);
	assert_int_equal(report_parse("Fil: a\nKälla: b\n", &report), REPORT_UNREADABLE);
	report_print(&report, text);
	strstr(text, "2020-09-03")[0] = 'x';
	assert_int_equal(report_parse(text, &report), REPORT_UNREADABLE);
	report_print(&report, text);
	strstr(text, "beloppet")[0] = '\xE5'; /* saved as Windows-1252 */
	assert_int_equal(report_parse(text, &report), REPORT_UNREADABLE);
	report_print(&report, text);
	strstr(text, "Fel: 4")[5] = 'x';
	assert_int_equal(report_parse(text, &report), REPORT_UNREADABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_reads_as_a_controller_expects),
		cmocka_unit_test(what_was_printed_is_read_back),
		cmocka_unit_test(the_longest_finding_still_fits),
		cmocka_unit_test(a_name_is_shown_without_what_could_fool_a_terminal),
		cmocka_unit_test(a_position_is_said_in_words),
		cmocka_unit_test(an_edited_report_is_called_unreadable),
	};

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
