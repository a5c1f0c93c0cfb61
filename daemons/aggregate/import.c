/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/import.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "aggregate/batches.h"
#include "aggregate/difference.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/service/service.h"

enum import_column {
	IMPORT_KEY,
	IMPORT_TITLE,
	IMPORT_VALUE,
	IMPORT_LAYER,
	IMPORT_AREA,
	IMPORT_LINE,
	IMPORT_PERIOD,
	IMPORT_BEFORE,
	IMPORT_AFTER,
	IMPORT_MOVED,
};

static void import_columns(struct table *table)
{
	table_column(table, "nyckel", "Nyckel", COLUMN_TEXT);
	table_column(table, "rubrik", "Uppgift", COLUMN_TEXT);
	table_column(table, "varde", "Värde", COLUMN_TEXT);
	table_column(table, "lager", "Lager", COLUMN_TEXT);
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "resultatrad", "Resultatrad", COLUMN_TEXT);
	table_column(table, "period", "Månad", COLUMN_PERIOD);
	table_column(table, "fore", "Före", COLUMN_MONEY);
	table_column(table, "efter", "Efter", COLUMN_MONEY);
	table_column(table, "skillnad", "Skillnad", COLUMN_MONEY);
}

static void fact_add(struct table *table, const char *key, const char *title, const char *value)
{
	if (table_row(table) < 0 || !value)
		return;
	table_text(table, IMPORT_KEY, key);
	table_text(table, IMPORT_TITLE, title);
	table_text(table, IMPORT_VALUE, value);
}

static void number_add(struct table *table, const char *key, const char *title, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRIu64, value);
	fact_add(table, key, title, text);
}

/* Öre, or thousandths of some unit. */
static void sum_add(struct table *table, const struct batch *batch)
{
	int64_t sum = batch->sum.ore;
	uint64_t size = sum < 0 ? 0 - (uint64_t)sum : (uint64_t)sum;
	bool is_money = layer_is_money(batch->layer);
	uint64_t unit = is_money ? 100 : 1000;
	char text[32];

	snprintf(text, sizeof text, "%s%" PRIu64 ",%0*" PRIu64, sum < 0 ? "-" : "", size / unit,
		 is_money ? 2 : 3, size % unit);
	if (is_money)
		fact_add(table, "summa", "Summa (intäkt plus)", text);
	else
		fact_add(table, "mangd", "Mängd", text);
}

static void time_add(struct table *table, int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	char text[40] = "";
	struct tm parts;

	if (localtime_r(&seconds, &parts))
		strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
	fact_add(table, "tid", "Inläst", text);
}

static void months_add(struct table *table, const struct batch *batch)
{
	char text[PERIOD_TEXT_SIZE];

	if (batch->first.yyyymm == 0)
		return;
	period_text(batch->first, text);
	fact_add(table, "fran", "Från", text);
	period_text(batch->last, text);
	fact_add(table, "till", "Till", text);
}

static void warnings_add(struct table *table, const char *warnings)
{
	while (*warnings) {
		size_t length = strcspn(warnings, "\n");
		const char *line = arena_copy_text(table->arena, warnings, length);

		fact_add(table, "varning", "Varning", line);
		warnings += length + (warnings[length] == '\n');
	}
}

static void facts_add(struct table *table, const struct batch *batch)
{
	char hash[HASH_TEXT_SIZE];
	char verdict[BATCH_VERDICT_SIZE];
	char date[16];

	hash_text(&batch->file, hash);
	number_add(table, "nummer", "Import", batch->number);
	time_add(table, batch->time_ms);
	fact_add(table, "kalla", "Källa", batch->source);
	fact_add(table, "fil", "Fil", batch->file_name);
	fact_add(table, "sha256", "SHA-256", hash);
	fact_add(table, "format", "Format", batch->format);
	fact_add(table, "lager", "Lager", layer_name(batch->layer));
	months_add(table, batch);
	number_add(table, "rader", "Rader", batch->row_count);
	sum_add(table, batch);
	if (batch->exported_date) {
		snprintf(date, sizeof date, "%04u-%02u-%02u", batch->exported_date / 10000 % 10000,
			 batch->exported_date / 100 % 100, batch->exported_date % 100);
		fact_add(table, "exporterad", "Exporterad", date);
	}
	batch_verdict(batch, verdict);
	fact_add(table, "besked", "Besked", verdict);
	number_add(table, "kontroller", "Kontrollsummor prövade", batch->control_count);
	warnings_add(table, batch->warnings);
}

static int difference_row(void *context, const struct difference *difference)
{
	struct table *table = context;

	if (table_row(table) < 0)
		return -ENOMEM;
	table_text(table, IMPORT_KEY, "skillnad");
	table_text(table, IMPORT_LAYER, layer_name(difference->layer));
	table_text(table, IMPORT_AREA, difference->area);
	table_text(table, IMPORT_LINE, difference->line);
	table_number(table, IMPORT_PERIOD, difference->period.yyyymm);
	table_money(table, IMPORT_BEFORE, difference->before);
	table_money(table, IMPORT_AFTER, difference->after);
	table_money(table, IMPORT_MOVED, money_difference(difference->after, difference->before));
	return 0;
}

static int differences_add(struct store_txn *txn, const struct batch *batch, struct table *table)
{
	uint64_t moved = 0;
	size_t facts = table->row_count;
	int r = difference_each(txn, batch->number, &moved, difference_row, table);

	if (r == STORE_MISSING) {
		table_note(table, "Filens månader var nya för källan.");
		return 0;
	}
	if (r == 0 && moved == 0)
		table_note(table, "Filen gav samma siffror som de som fanns.");
	if (r == 0 && moved > table->row_count - facts)
		table_note(table, arena_print(table->arena,
					      "%" PRIu64 " belopp ändrades; de första %zu visas.",
					      moved, table->row_count - facts));
	return r;
}

static bool hash_begins(const struct hash *hash, const char *prefix)
{
	char text[HASH_TEXT_SIZE];

	hash_text(hash, text);
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The newest whose hash begins so. */
static int batch_by_hash(struct store_txn *txn, const char *prefix, struct batch *batch)
{
	uint64_t next = 1;
	int r = batch_number_next(txn, &next);

	for (uint64_t number = next; r == 0 && number > 1; number--) {
		r = batch_load(txn, number - 1, batch);
		if (r == 0 && hash_begins(&batch->file, prefix))
			return 0;
	}
	return r < 0 ? r : STORE_MISSING;
}

static int batch_named(struct store_txn *txn, const char *name, struct batch *batch)
{
	uint64_t number;
	int r = STORE_MISSING;

	if (text_read_u64(name, INT64_MAX, &number))
		r = batch_load(txn, number, batch);
	return r == STORE_MISSING && strlen(name) >= 4 ? batch_by_hash(txn, name, batch) : r;
}

int import_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		  struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct table *table = table_new(arena);
	struct batch batch;
	int r;

	if (!table)
		return -ENOMEM;
	import_columns(table);
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = batch_named(txn, request->text, &batch);
	if (r == STORE_MISSING)
		return answer_with(answer, ANSWER_NOT_FOUND,
				   "Importen finns inte; numren och SHA-256 står i ”budgetvakt "
				   "imports --wide”.");
	if (r < 0)
		return r;
	facts_add(table, &batch);
	answer->table = table;
	return differences_add(txn, &batch, table);
}
