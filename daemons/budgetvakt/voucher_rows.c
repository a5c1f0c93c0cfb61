/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/voucher_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "budgetvakt/output.h"
#include "lib/base/text.h"

enum {
	ROWS_DEFAULT = 1000,
	PATIENCE_MS = 10 * 60 * 1000, /* a file of many millions of rows, after others' */
	NOTES_ERROR_MAX = 3,
	TEXT_SIZE = 1024,
	TEXT_NARROW_SIZE = 64,
};

enum row_column { ROW_IMPORT, ROW_SOURCE, ROW_FILE, ROW_LINE, ROW_COPIED };

/* Copied from what ingest answers, by key. */
static const struct {
	const char *key;
	const char *title;
	enum column_kind kind;
} copied[] = {
	{"period", "Månad", COLUMN_PERIOD},	 {"konto", "Konto", COLUMN_TEXT},
	{"ansvar", "Ansvar", COLUMN_TEXT},	 {"verksamhet", "Verksamhet", COLUMN_TEXT},
	{"aktivitet", "Aktivitet", COLUMN_TEXT}, {"projekt", "Projekt", COLUMN_TEXT},
	{"objekt", "Objekt", COLUMN_TEXT},	 {"motpart", "Motpart", COLUMN_TEXT},
	{"omrade", "Område", COLUMN_TEXT},	 {"resultatrad", "Resultatrad", COLUMN_TEXT},
	{"serie", "Serie", COLUMN_TEXT},	 {"verifikation", "Verifikation", COLUMN_TEXT},
	{"belopp", "Belopp", COLUMN_MONEY},	 {"text", "Text", COLUMN_TEXT},
};

enum { COPIED_COUNT = sizeof copied / sizeof *copied };

/* One import behind the figure. */
struct part {
	uint64_t number;
	const char *source;
	const char *file;
	struct hash hash;
	struct money amount; /* its part of the figure */
};

struct finding_rows {
	struct context *context;
	const struct request *request;
	struct table *table;
	bool has_texts;
	const char *textless; /* ", SOURCE (why)" of each that has no texts */
	struct part *parts;
	size_t part_count;
	uint64_t max;
	uint64_t row_count; /* with those that are not shown */
	struct money sum;
	struct money parts_sum;
	size_t error_count;
};

/* Texts stand last, when they are asked for. */
static size_t copied_count(const struct finding_rows *finding)
{
	return finding->has_texts ? COPIED_COUNT : COPIED_COUNT - 1;
}

/* ---- the imports -------------------------------------------------------------- */

static bool part_read(const struct table *table, size_t row, struct arena *arena, struct part *part)
{
	const struct table_column *number = table_find(table, "nummer");
	const struct table_column *source = table_find(table, "kalla");
	const struct table_column *file = table_find(table, "fil");
	const struct table_column *hash = table_find(table, "sha256");
	const struct table_column *amount = table_find(table, "ackumulerat");

	if (!number || !source || !file || !hash || !amount || !source->texts ||
	    !source->texts[row] || !file->texts || !file->texts[row] || !hash->texts ||
	    !hash->texts[row] || hash_parse(hash->texts[row], &part->hash) < 0)
		return false;
	part->number = (uint64_t)number->numbers[row];
	part->source = arena_copy_text(arena, source->texts[row], strlen(source->texts[row]));
	part->file = arena_copy_text(arena, file->texts[row], strlen(file->texts[row]));
	part->amount.ore = amount->numbers[row];
	return part->source && part->file;
}

/* The answer gives way to others: what is needed of it is copied. */
static int parts_take(struct finding_rows *finding, const struct table *table)
{
	finding->parts = arena_take_zeroed(finding->context->arena, table->row_count + 1,
					   sizeof *finding->parts);
	if (!finding->parts)
		return context_failure("att ställa upp", -ENOMEM);
	for (size_t i = 0; i < table->row_count; i++) {
		if (!part_read(table, i, finding->context->arena, &finding->parts[i]))
			return complain(EX_PROTOCOL, "budgetvakt-aggregate svarade obegripligt");
		finding->parts_sum = money_sum(finding->parts_sum, finding->parts[i].amount);
	}
	finding->part_count = table->row_count;
	for (size_t i = 0; i < table->note_count; i++)
		table_note(finding->table, table->notes[i]);
	return EX_OK;
}

static int parts_find(struct finding_rows *finding)
{
	struct request request = *finding->request;
	struct answer answer;
	int status;

	request.kind = REQUEST_EXPLAIN;
	status = context_ask(finding->context, "aggregate", &request, &answer);
	if (status == EX_OK && !answer.table)
		return complain(EX_PROTOCOL, "budgetvakt-aggregate svarade utan tabell");
	return status == EX_OK ? parts_take(finding, answer.table) : status;
}

/* ---- their rows --------------------------------------------------------------- */

static int selection_ask(struct finding_rows *finding, const struct part *part,
			 struct request *rows_request)
{
	struct request request = *finding->request;
	const struct table_column *column;
	struct answer answer;
	int status;

	request.kind = REQUEST_SELECTION;
	request.number = part->number;
	status = context_ask(finding->context, "aggregate", &request, &answer);
	if (status != EX_OK)
		return status;
	column = answer.table ? table_find(answer.table, "urval") : NULL;
	if (!column || (answer.table->row_count > 0 && !column->numbers))
		return complain(EX_PROTOCOL, "budgetvakt-aggregate svarade utan urval");
	rows_request->selection = (const uint64_t *)(const void *)column->numbers;
	rows_request->selection_count = answer.table->row_count;
	return EX_OK;
}

static int64_t number_at(const struct table *table, const char *key, size_t row)
{
	const struct table_column *column = table_find(table, key);

	return column && column->numbers ? column->numbers[row] : TABLE_MISSING;
}

/* Anybody may have written what stands in the last column. */
static void text_put(struct finding_rows *finding, size_t column, const char *text)
{
	const struct options *options = &finding->context->options;
	bool is_narrow = options->format == VIEW_TEXT && !options_has(options, OPTION_WIDE);
	char tame[TEXT_SIZE];

	if (text && column == ROW_COPIED + COPIED_COUNT - 1) {
		text_tame(tame, is_narrow ? TEXT_NARROW_SIZE : sizeof tame, text, strlen(text));
		text = tame;
	}
	table_text(finding->table, column, text);
}

static int row_copy(struct finding_rows *finding, const struct part *part, const struct table *from,
		    size_t row)
{
	struct table *table = finding->table;

	if (table_row(table) < 0)
		return -ENOMEM;
	table_number(table, ROW_IMPORT, (int64_t)part->number);
	table_text(table, ROW_SOURCE, part->source);
	table_text(table, ROW_FILE, part->file);
	table_number(table, ROW_LINE, number_at(from, "rad", row));
	for (size_t i = 0; i < copied_count(finding); i++) {
		const struct table_column *column = table_find(from, copied[i].key);

		if (!column)
			continue;
		if (copied[i].kind == COLUMN_TEXT && column->kind == COLUMN_TEXT)
			text_put(finding, ROW_COPIED + i, column->texts[row]);
		else if (copied[i].kind != COLUMN_TEXT && column->kind != COLUMN_TEXT)
			table_number(table, ROW_COPIED + i, column->numbers[row]);
	}
	return 0;
}

static void part_note(struct finding_rows *finding, const struct part *part, const char *what)
{
	if (finding->error_count++ < NOTES_ERROR_MAX)
		table_note(finding->table,
			   arena_print(finding->context->arena, "FEL: %s (import %" PRIu64 "): %s",
				       part->file, part->number, what));
}

/* The last row is about them all. */
static int rows_take(struct finding_rows *finding, const struct part *part,
		     const struct table *from)
{
	size_t last = from->row_count - 1;
	struct money sum;

	if (from->row_count == 0 || number_at(from, "belopp", last) == TABLE_MISSING ||
	    number_at(from, "rader", last) == TABLE_MISSING)
		return complain(EX_PROTOCOL, "budgetvakt-ingest svarade utan rader");
	sum.ore = number_at(from, "belopp", last);
	finding->sum = money_sum(finding->sum, sum);
	finding->row_count += (uint64_t)number_at(from, "rader", last);
	if (sum.ore != part->amount.ore)
		part_note(finding, part,
			  "raderna ger en annan summa än den inlästa; källans inställningar kan ha "
			  "ändrats sedan dess");
	for (size_t i = 0; i < last; i++)
		if (row_copy(finding, part, from, i) < 0)
			return context_failure("att ställa upp", -ENOMEM);
	return EX_OK;
}

/* A source is named once, however many files of it there are. */
static void textless_add(struct finding_rows *finding, const struct part *part, const char *why)
{
	struct arena *arena = finding->context->arena;
	const char *name = arena_print(arena, ", %s (%s)", part->source, why);
	const char *all = name ? arena_print(arena, "%s%s", finding->textless, name) : NULL;

	if (all && !strstr(finding->textless, name))
		finding->textless = all;
}

/* A file that is not there, or not to be read any more, does not stop the others. */
static int part_find(struct finding_rows *finding, const struct part *part)
{
	uint64_t left = finding->max - finding->table->row_count;
	struct request request = {.kind = finding->has_texts ? REQUEST_ROW_TEXTS : REQUEST_ROWS,
				  .area = finding->request->area,
				  .line = finding->request->line,
				  .period = finding->request->period,
				  .source = part->source,
				  .hash = part->hash,
				  .max = (uint32_t)(left < ROWS_MAX ? left : ROWS_MAX)};
	struct answer answer;
	int status = selection_ask(finding, part, &request);
	int r;

	if (status != EX_OK)
		return status;
	r = context_try(finding->context, "ingest", &request, &answer, PATIENCE_MS);
	if (r == CONTEXT_NO_ANSWER)
		return context_silence("ingest");
	if (r < 0)
		return context_failure("att fråga", r);
	if (answer.code == ANSWER_FORBIDDEN)
		return context_answer_status("ingest", &answer);
	if (answer.code != ANSWER_OK || !answer.table) {
		part_note(finding, part, answer.text && *answer.text ? answer.text : "inget svar");
		return EX_OK;
	}
	if (answer.text && *answer.text)
		textless_add(finding, part, answer.text);
	return rows_take(finding, part, answer.table);
}

/* ---- the table ------------------------------------------------------------------ */

static void columns_add(const struct finding_rows *finding)
{
	struct table *table = finding->table;

	table_column(table, "nummer", "Import", COLUMN_COUNT);
	table_column(table, "kalla", "Källa", COLUMN_TEXT);
	table_column(table, "fil", "Fil", COLUMN_TEXT);
	table_column(table, "rad", "Rad", COLUMN_COUNT);
	for (size_t i = 0; i < copied_count(finding); i++)
		table_column(table, copied[i].key, copied[i].title, copied[i].kind);
}

static void sums_note(struct finding_rows *finding)
{
	struct arena *arena = finding->context->arena;
	uint64_t size =
		finding->sum.ore < 0 ? 0 - (uint64_t)finding->sum.ore : (uint64_t)finding->sum.ore;
	const char *sum = arena_print(arena, "%s%" PRIu64 ",%02" PRIu64,
				      finding->sum.ore < 0 ? "-" : "", size / 100, size % 100);

	if (finding->row_count > finding->table->row_count)
		table_note(finding->table,
			   arena_print(arena, "%" PRIu64 " rader; de första %zu visas (--max).",
				       finding->row_count, finding->table->row_count));
	if (finding->error_count > NOTES_ERROR_MAX)
		table_note(finding->table, arena_print(arena, "FEL i ytterligare %zu filer.",
						       finding->error_count - NOTES_ERROR_MAX));
	if (finding->sum.ore == finding->parts_sum.ore && finding->error_count == 0)
		table_note(finding->table,
			   arena_print(arena,
				       "Raderna i filerna är tillsammans %s kr, lika med delarna "
				       "på öret.",
				       sum));
	else
		table_note(
			finding->table,
			arena_print(arena,
				    "FEL: raderna i filerna är tillsammans %s kr, vilket inte är "
				    "delarnas summa.",
				    sum));
}

static int ingest_require(struct context *context)
{
	struct request request = {.kind = REQUEST_STATUS};
	struct answer answer;

	return context_ask(context, "ingest", &request, &answer);
}

int voucher_rows_find(struct context *context, const struct request *request,
		      struct table **table_out)
{
	struct finding_rows finding = {
		.context = context,
		.request = request,
		.table = table_new(context->arena),
		.max = context->options.max ? context->options.max : ROWS_DEFAULT,
		.has_texts = options_has(&context->options, OPTION_TEXTS),
		.textless = "",
	};
	int status;

	if (!finding.table)
		return context_failure("att ställa upp", -ENOMEM);
	columns_add(&finding);
	/* Before it is asked for what takes its time. */
	status = ingest_require(context);
	if (status == EX_OK)
		status = parts_find(&finding);
	for (size_t i = 0; i < finding.part_count && status == EX_OK; i++)
		status = part_find(&finding, &finding.parts[i]);
	if (status != EX_OK)
		return status;
	sums_note(&finding);
	if (*finding.textless)
		table_note(finding.table, arena_print(context->arena, "Inga texter från %s.",
						      finding.textless + strlen(", ")));
	*table_out = finding.table;
	return EX_OK;
}

static bool column_is_filled(const struct table_column *column, size_t row_count)
{
	for (size_t row = 0; row < row_count; row++)
		if (column->kind == COLUMN_TEXT ? column->texts[row] != NULL
						: column->numbers[row] != TABLE_MISSING)
			return true;
	return false;
}

/* On a terminal only the parts of the code string that there are. */
int voucher_rows_show(const struct context *context, const struct table *table)
{
	const char *narrow[TABLE_COLUMNS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < table->column_count; i++)
		if (i != ROW_SOURCE &&
		    (i < ROW_COPIED || column_is_filled(&table->columns[i], table->row_count)))
			narrow[count++] = table->columns[i].key;
	return context_show(context, context_narrow(context, table, narrow, count, NULL));
}
