/* SPDX-License-Identifier: Apache-2.0 */
/* The quarantine report: print and read back. */
#include "ingest/report.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/base/text.h"

#define TIME_FORMAT "%Y-%m-%d %H:%M:%S %z"
#define WHOLE_FILE  "Hela filen: "
#define FIRST_CODE  ", det första "
#define NEXT_STEP   "Ingenting ur filen har räknats in. Rätta och lägg in filen igen."

enum { TIME_TEXT_SIZE = 40, UTF8_SEQUENCE_MAX = 4 };

/* C0, DEL, and C1 in its two-byte form. */
static bool character_is_control(const unsigned char *character)
{
	return character[0] < 0x20 || character[0] == 0x7F ||
	       (character[0] == 0xC2 && character[1] < 0xA0);
}

/* Bytes of the well-formed character at @text, 0 when there is none. */
static size_t character_length(const char *text)
{
	size_t length_max = strnlen(text, UTF8_SEQUENCE_MAX);

	for (size_t length = 1; length <= length_max; length++)
		if (text_is_utf8(text, length))
			return length;
	return 0;
}

/* Copies @text on one line, cut at a whole character to fit in @size. */
static void line_show(char *shown, size_t size, const char *text)
{
	size_t used = 0;

	while (*text) {
		size_t length = character_length(text);
		bool is_bad = length == 0 || character_is_control((const unsigned char *)text);
		const char *source = is_bad ? "?" : text;
		size_t shown_length = is_bad ? 1 : length;

		if (used + shown_length >= size)
			break;
		memcpy(shown + used, source, shown_length);
		used += shown_length;
		text += length == 0 ? 1 : length;
	}
	shown[used] = '\0';
}

void report_name_show(char shown[static FILE_NAME_SIZE], const char *name)
{
	line_show(shown, FILE_NAME_SIZE, name);
}

void report_finding_set(struct report *report, const char *found, const char *expected)
{
	char text[2 * REPORT_FINDING_SIZE];

	if (expected && *expected)
		snprintf(text, sizeof text, "%s; %s", found, expected);
	else
		snprintf(text, sizeof text, "%s", found);
	line_show(report->finding, sizeof report->finding, text);
}

void report_finding_line(const struct report *report, char text[static REPORT_SIZE])
{
	if (report->line == 0)
		snprintf(text, REPORT_SIZE, WHOLE_FILE "%s", report->finding);
	else if (report->column == 0)
		snprintf(text, REPORT_SIZE, "%" PRIu32 ": %s", report->line, report->finding);
	else
		snprintf(text, REPORT_SIZE, "%" PRIu32 ":%" PRIu32 ": %s", report->line,
			 report->column, report->finding);
}

void report_finding_sentence(const struct report *report, char text[static REPORT_SIZE])
{
	if (report->line == 0)
		snprintf(text, REPORT_SIZE, "%s", report->finding);
	else if (report->column == 0)
		snprintf(text, REPORT_SIZE, "rad %" PRIu32 ": %s", report->line, report->finding);
	else
		snprintf(text, REPORT_SIZE, "rad %" PRIu32 ", kolumn %" PRIu32 ": %s", report->line,
			 report->column, report->finding);
}

static void time_print(int64_t wall_ms, char text[static TIME_TEXT_SIZE])
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm local;

	localtime_r(&seconds, &local);
	if (strftime(text, TIME_TEXT_SIZE, TIME_FORMAT, &local) == 0)
		text[0] = '\0';
}

/* Years of four digits in every time zone: others are printed otherwise than they are read. */
#define TIME_MS_END INT64_C(253370764800000) /* 9999-01-01 */

static bool time_parse(const char *text, int64_t *wall_ms_out)
{
	struct tm local = {0};
	const char *end = strptime(text, TIME_FORMAT, &local);
	long offset = local.tm_gmtoff;

	if (!end || *end)
		return false;
	*wall_ms_out = ((int64_t)timegm(&local) - offset) * 1000;
	return *wall_ms_out >= 0 && *wall_ms_out < TIME_MS_END;
}

void report_print(const struct report *report, char text[static REPORT_SIZE])
{
	char received[TIME_TEXT_SIZE];
	char hash[HASH_TEXT_SIZE];
	char finding[REPORT_SIZE];
	const char *code = finding_code_text(report->code);

	time_print(report->received_ms, received);
	hash_text(&report->hash, hash);
	report_finding_line(report, finding);
	snprintf(text, REPORT_SIZE,
		 "Fil: %s\nKälla: %s\nMottagen: %s\nSHA-256: %s\nFel: %" PRIu64
		 "%s%s\n\n%.900s\n\n" NEXT_STEP "\n",
		 report->file_name, report->source, received, hash, report->error_count,
		 *code ? FIRST_CODE : "", code, finding);
}

/* Cuts off and returns the first line of *@rest, NULL when nothing is left. */
static char *line_cut(char **rest)
{
	char *line;

	if (!*rest)
		return NULL;
	line = strsep(rest, "\n");
	line[strcspn(line, "\r")] = '\0';
	return line;
}

/* What stands after "LABEL: " on the next line, NULL when that is another line. */
static const char *field_cut(char **rest, const char *label)
{
	const char *line = line_cut(rest);
	size_t length = strlen(label);

	if (!line || strncmp(line, label, length) != 0)
		return NULL;
	return line + length;
}

/* Reads digits and the colon after them; 0 and nothing moved when there are none. */
static uint32_t position_cut(const char **text)
{
	char digits[16];
	size_t length = strspn(*text, "0123456789");
	uint64_t value;

	if (length == 0 || length >= sizeof digits || (*text)[length] != ':')
		return 0;
	memcpy(digits, *text, length);
	digits[length] = '\0';
	if (!text_read_u64(digits, UINT32_MAX, &value))
		return 0;
	*text += length + 1;
	return (uint32_t)value;
}

static bool finding_parse(const char *text, struct report *report)
{
	if (strncmp(text, WHOLE_FILE, strlen(WHOLE_FILE)) == 0)
		return text_copy(report->finding, sizeof report->finding,
				 text + strlen(WHOLE_FILE));
	report->line = position_cut(&text);
	if (report->line == 0)
		return false;
	report->column = position_cut(&text);
	return *text == ' ' && text_copy(report->finding, sizeof report->finding, text + 1);
}

/* "2, det första F121", or a number alone.  A code that we do not know is none. */
static bool count_parse(const char *text, struct report *report)
{
	char digits[24];
	size_t length = strspn(text, "0123456789");

	if (length >= sizeof digits)
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	text += length;
	if (!text_read_u64(digits, UINT64_MAX, &report->error_count))
		return false;
	if (strncmp(text, FIRST_CODE, strlen(FIRST_CODE)) == 0)
		finding_code_parse(text + strlen(FIRST_CODE), &report->code);
	return true;
}

int report_parse(const char *text, struct report *report_out)
{
	struct report report = {0};
	char copy[REPORT_SIZE];
	char *rest = copy;
	const char *file, *source, *received, *hash, *count, *blank, *finding;

	/* What stands after the head is for people. */
	snprintf(copy, sizeof copy, "%s", text);
	file = field_cut(&rest, "Fil: ");
	source = field_cut(&rest, "Källa: ");
	received = field_cut(&rest, "Mottagen: ");
	hash = field_cut(&rest, "SHA-256: ");
	count = field_cut(&rest, "Fel: ");
	blank = line_cut(&rest);
	finding = line_cut(&rest);
	if (!file || !source || !received || !hash || !count || !blank || !finding)
		return REPORT_UNREADABLE;
	/* What is read here is told on, to those who take UTF-8 alone. */
	if (!text_is_utf8(file, strlen(file)) || !text_is_utf8(finding, strlen(finding)))
		return REPORT_UNREADABLE;
	if (!text_copy(report.file_name, sizeof report.file_name, file) ||
	    !text_copy(report.source, sizeof report.source, source) ||
	    !time_parse(received, &report.received_ms) || hash_parse(hash, &report.hash) < 0 ||
	    !count_parse(count, &report) || !finding_parse(finding, &report))
		return REPORT_UNREADABLE;
	*report_out = report;
	return 0;
}
