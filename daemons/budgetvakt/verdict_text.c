/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pure: tables in, words out.
 */
#include "budgetvakt/verdict_text.h"

#include <inttypes.h>
#include <string.h>

#include "budgetvakt/output.h"

#define THOUSANDS_BLANK "\u00a0"

static const char *text_cell(const struct table *table, const char *key)
{
	const struct table_column *column = table_find(table, key);

	return column && column->kind == COLUMN_TEXT ? column->texts[0] : NULL;
}

static int64_t number_cell(const struct table *table, const char *key)
{
	const struct table_column *column = table_find(table, key);

	return column && column->kind != COLUMN_TEXT ? column->numbers[0] : TABLE_MISSING;
}

static struct period period_cell(const struct table *table, const char *key)
{
	int64_t number = number_cell(table, key);

	return (struct period){number > 0 && number <= UINT32_MAX ? (uint32_t)number : 0};
}

bool verdict_text_read(const struct table *answer, const char *report, struct verdict_text *verdict)
{
	const char *word = answer && answer->row_count == 1 ? text_cell(answer, "utslag") : NULL;
	const char *reason;

	if (!word)
		return false;
	reason = text_cell(answer, "text");
	*verdict = (struct verdict_text){
		.verdict = word,
		.is_accepted = strcmp(word, "inläst") == 0,
		.is_refused = strcmp(word, "karantän") == 0,
		.row_count = number_cell(answer, "rader"),
		.first = period_cell(answer, "fran"),
		.last = period_cell(answer, "till"),
		.seq = number_cell(answer, "seq"),
		.reason = reason && *reason ? reason : report,
	};
	return verdict->is_accepted || verdict->is_refused || strcmp(word, "redan inläst") == 0;
}

static void count_print(FILE *stream, int64_t count)
{
	if (count >= 1000) {
		count_print(stream, count / 1000);
		fprintf(stream, THOUSANDS_BLANK "%03" PRId64, count % 1000);
	} else {
		fprintf(stream, "%" PRId64, count);
	}
}

static void periods_print(FILE *stream, struct period first, struct period last)
{
	char text[PERIOD_TEXT_SIZE];

	if (!period_is_valid(first))
		return;
	period_text(first, text);
	fprintf(stream, ", %s", text);
	if (!period_is_valid(last) || last.yyyymm == first.yyyymm)
		return;
	period_text(last, text);
	fprintf(stream, "–%s", text);
}

void verdict_text_print(FILE *stream, const char *name, const struct verdict_text *verdict)
{
	output_text(stream, name);
	if (verdict->is_refused) {
		fputs(": satt i karantän: ", stream);
		output_lines(stream, verdict->reason ? verdict->reason : "utan angivet skäl", "  ");
		return;
	}
	fprintf(stream, ": %s", verdict->verdict);
	if (verdict->is_accepted && verdict->row_count >= 0) {
		fputs(", ", stream);
		count_print(stream, verdict->row_count);
		fputs(verdict->row_count == 1 ? " rad" : " rader", stream);
		periods_print(stream, verdict->first, verdict->last);
	}
	putc('\n', stream);
	if (verdict->is_accepted && verdict->reason && *verdict->reason) {
		fputs("  varning: ", stream);
		output_lines(stream, verdict->reason, "  varning: ");
	}
}

enum {
	VERDICT_FILE,
	VERDICT_WORD,
	VERDICT_ROWS,
	VERDICT_FIRST,
	VERDICT_LAST,
	VERDICT_SEQ,
	VERDICT_REASON
};

struct table *verdict_text_table(struct arena *arena)
{
	static const struct table_column columns[] = {
		[VERDICT_FILE] = {"fil", "Fil", COLUMN_TEXT, NULL, NULL},
		[VERDICT_WORD] = {"utslag", "Utslag", COLUMN_TEXT, NULL, NULL},
		[VERDICT_ROWS] = {"rader", "Rader", COLUMN_COUNT, NULL, NULL},
		[VERDICT_FIRST] = {"fran", "Från", COLUMN_PERIOD, NULL, NULL},
		[VERDICT_LAST] = {"till", "Till", COLUMN_PERIOD, NULL, NULL},
		[VERDICT_SEQ] = {"seq", "Post", COLUMN_COUNT, NULL, NULL},
		[VERDICT_REASON] = {"text", "Skäl", COLUMN_TEXT, NULL, NULL},
	};
	struct table *table = table_new(arena);

	for (size_t i = 0; table && i < sizeof columns / sizeof *columns; i++)
		table_column(table, columns[i].key, columns[i].title, columns[i].kind);
	if (table)
		table_title(table, "Inläsning");
	return table;
}

bool verdict_text_add(struct table *table, const char *name, const struct verdict_text *verdict)
{
	if (table_row(table) < 0)
		return false;
	table_text(table, VERDICT_FILE, name);
	table_text(table, VERDICT_WORD, verdict->verdict);
	table_number(table, VERDICT_ROWS, verdict->row_count);
	if (period_is_valid(verdict->first))
		table_number(table, VERDICT_FIRST, verdict->first.yyyymm);
	if (period_is_valid(verdict->last))
		table_number(table, VERDICT_LAST, verdict->last.yyyymm);
	table_number(table, VERDICT_SEQ, verdict->seq);
	if (verdict->reason && *verdict->reason)
		table_text(table, VERDICT_REASON, verdict->reason);
	return true;
}
