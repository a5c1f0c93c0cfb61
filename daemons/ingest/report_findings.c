/* SPDX-License-Identifier: Apache-2.0 */
/* All that was found in a file, for people and for programs. */
#include "ingest/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"

/* Begins with the place, as the head does. */
static void place_print(FILE *stream, const struct finding *finding)
{
	if (finding->line == 0)
		fputs("Hela filen: ", stream);
	else if (finding->column == 0)
		fprintf(stream, "%" PRIu32 ": ", finding->line);
	else
		fprintf(stream, "%" PRIu32 ":%" PRIu32 ": ", finding->line, finding->column);
}

static void finding_print(FILE *stream, const struct finding *finding)
{
	place_print(stream, finding);
	fprintf(stream, "%s %s: %s%s%s\n", finding_severity_text(finding->severity),
		finding_code_text(finding->code), finding->found, finding->expected[0] ? "; " : "",
		finding->expected);
}

static void count_print(FILE *stream, uint64_t count, const char *one, const char *many)
{
	fprintf(stream, "%" PRIu64 " %s", count, count == 1 ? one : many);
}

static void findings_print(FILE *stream, const struct findings *findings)
{
	uint64_t all = findings->error_count + findings->warning_count;

	fputs("\nAlla fynd (", stream);
	count_print(stream, findings->error_count, "fel", "fel");
	fputs(", ", stream);
	count_print(stream, findings->warning_count, "varning", "varningar");
	fputs("):\n", stream);
	for (size_t i = 0; i < findings->count; i++)
		finding_print(stream, &findings->items[i]);
	if (all > findings->count)
		fprintf(stream, "… och %" PRIu64 " till, som inte visas.\n", all - findings->count);
}

/* The report's own finding, when that is all there is. */
static struct finding finding_only(const struct report *report)
{
	struct finding finding = {
		.code = report->code,
		.severity = FINDING_ERROR,
		.line = report->line,
		.column = report->column,
	};

	snprintf(finding.found, sizeof finding.found, "%.255s", report->finding);
	return finding;
}

int report_write(const struct report *report, const struct findings *findings, char **text_out)
{
	cleanup(close_stream) FILE *stream = NULL;
	char head[REPORT_SIZE];
	size_t size;

	*text_out = NULL;
	stream = open_memstream(text_out, &size);
	if (!stream)
		return -ENOMEM;
	report_print(report, head);
	fputs(head, stream);
	if (findings)
		findings_print(stream, findings);
	return fflush(stream) == 0 ? 0 : -ENOMEM;
}

static void json_text(FILE *stream, const char *text)
{
	putc('"', stream);
	for (const unsigned char *byte = (const unsigned char *)text; *byte; byte++) {
		if (*byte == '"' || *byte == '\\')
			fprintf(stream, "\\%c", *byte);
		else if (*byte < ' ')
			fprintf(stream, "\\u%04x", *byte);
		else
			putc(*byte, stream);
	}
	putc('"', stream);
}

static void json_pair(FILE *stream, const char *key, const char *text)
{
	fprintf(stream, "\"%s\":", key);
	json_text(stream, text);
}

static void json_finding(FILE *stream, const struct finding *finding)
{
	putc('{', stream);
	json_pair(stream, "kod", finding_code_text(finding->code));
	putc(',', stream);
	json_pair(stream, "grad", finding_severity_text(finding->severity));
	fprintf(stream, ",\"rad\":%" PRIu32 ",\"kolumn\":%" PRIu32 ",", finding->line,
		finding->column);
	json_pair(stream, "funnet", finding->found);
	putc(',', stream);
	json_pair(stream, "vantat", finding->expected);
	putc('}', stream);
}

static void json_head(FILE *stream, const struct report *report, const struct findings *findings)
{
	char hash[HASH_TEXT_SIZE];

	hash_text(&report->hash, hash);
	putc('{', stream);
	json_pair(stream, "fil", report->file_name);
	putc(',', stream);
	json_pair(stream, "kalla", report->source);
	putc(',', stream);
	json_pair(stream, "sha256", hash);
	fprintf(stream,
		",\"mottagen_ms\":%" PRId64 ",\"antal_fel\":%" PRIu64
		",\"antal_varningar\":%" PRIu64 ",\"fynd\":[",
		report->received_ms, findings->error_count, findings->warning_count);
}

int report_write_json(const struct report *report, const struct findings *findings, char **json_out)
{
	struct finding only = finding_only(report);
	struct findings one = {.items = &only, .count = 1, .error_count = 1};
	const struct findings *all = findings && findings->count > 0 ? findings : &one;
	cleanup(close_stream) FILE *stream = NULL;
	size_t size;

	*json_out = NULL;
	stream = open_memstream(json_out, &size);
	if (!stream)
		return -ENOMEM;
	json_head(stream, report, all);
	for (size_t i = 0; i < all->count; i++) {
		fputs(i > 0 ? ",\n" : "\n", stream);
		json_finding(stream, &all->items[i]);
	}
	fputs("\n]}\n", stream);
	return fflush(stream) == 0 ? 0 : -ENOMEM;
}

/* A sentence of one error, or as much of it as fits; whether it did. */
static bool sentence_append(char *text, size_t size, size_t *length, const struct finding *finding)
{
	char sentence[2 * FINDING_TEXT_SIZE + 64];
	int made;

	if (finding->line == 0)
		made = snprintf(sentence, sizeof sentence, "\n%s; %s", finding->found,
				finding->expected);
	else if (finding->column == 0)
		made = snprintf(sentence, sizeof sentence, "\nrad %" PRIu32 ": %s; %s",
				finding->line, finding->found, finding->expected);
	else
		made = snprintf(sentence, sizeof sentence,
				"\nrad %" PRIu32 ", kolumn %" PRIu32 ": %s; %s", finding->line,
				finding->column, finding->found, finding->expected);
	if (made < 0 || *length + (size_t)made + 64 > size)
		return false;
	memcpy(text + *length, sentence, (size_t)made + 1);
	*length += (size_t)made;
	return true;
}

void report_rest(const struct findings *findings, char *text, size_t size)
{
	uint64_t shown = 0;
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->items[i].severity != FINDING_ERROR)
			continue;
		if (shown > 0 && !sentence_append(text, size, &length, &findings->items[i]))
			break;
		shown++;
	}
	if (findings->error_count > shown)
		snprintf(text + length, size - length, "\n… och %" PRIu64 " fel till",
			 findings->error_count - shown);
}
