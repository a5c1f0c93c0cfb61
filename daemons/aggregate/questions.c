/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/questions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "aggregate/batches.h"
#include "aggregate/budget.h"
#include "aggregate/cube.h"
#include "aggregate/periods.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/service/service.h"
#include "lib/stage/order.h"

enum { BATCHES_MAX = 10000 };

static int year_load(struct ledger *ledger, struct store_txn *txn, int year, struct cube **cube_out)
{
	int r = cube_new(cube_out, year, ledger->areas->count, ledger->lines->count);

	return r == 0 ? cube_load(*cube_out, txn) : r;
}

enum cube_column { CUBE_AREA, CUBE_LINE, CUBE_BEFORE, CUBE_OUTCOME, CUBE_BUDGET, CUBE_BUDGET_YEAR };

static void cube_columns(struct table *table)
{
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "resultatrad", "Resultatrad", COLUMN_TEXT);
	table_column(table, "utfall_fg_ar", "Utfall föregående år", COLUMN_MONEY);
	table_column(table, "utfall", "Utfall", COLUMN_MONEY);
	table_column(table, "budget_period", "Budget perioden", COLUMN_MONEY);
	table_column(table, "budget_ar", "Budget helår", COLUMN_MONEY);
}

static int cube_rows(const struct ledger *ledger, const struct cube *before, const struct cube *now,
		     int months, struct table *table)
{
	for (int area = 0; area < now->area_count; area++) {
		for (int line = 0; line < now->line_count; line++) {
			if (!cube_has_any(now, area, line) && !cube_has_any(before, area, line))
				continue;
			if (table_row(table) < 0)
				return -ENOMEM;
			table_text(table, CUBE_AREA, ledger->areas->areas[area].name);
			table_text(table, CUBE_LINE, ledger->lines->lines[line].name);
			table_money(table, CUBE_BEFORE,
				    cube_sum(before, area, line, LAYER_OUTCOME, months));
			table_money(table, CUBE_OUTCOME,
				    cube_sum(now, area, line, LAYER_OUTCOME, months));
			table_money(table, CUBE_BUDGET,
				    cube_sum(now, area, line, LAYER_BUDGET, months));
			table_money(table, CUBE_BUDGET_YEAR,
				    cube_sum(now, area, line, LAYER_BUDGET, MONTHS));
		}
	}
	return 0;
}

/* What the figures rest on: the last import. */
static int basis_note(struct store_txn *txn, struct table *table)
{
	char file[HASH_TEXT_SIZE];
	struct batch batch;
	uint64_t next;
	char *note;
	int r = batch_number_next(txn, &next);

	if (r == 0 && next == 1)
		return 0;
	if (r == 0)
		r = batch_load(txn, next - 1, &batch);
	if (r != 0)
		return r < 0 ? r : ERROR_CORRUPT;
	hash_text(&batch.file, file);
	note = arena_print(table->arena,
			   "Underlag: %llu inlästa filer, den senaste från källan %s (%.12s).",
			   (unsigned long long)batch.number, batch.source, file);
	if (!note)
		return -ENOMEM;
	table_note(table, note);
	return 0;
}

static int cube_fill(struct ledger *ledger, struct store_txn *txn, struct period period,
		     uint32_t as_of_date, struct table *table)
{
	cleanup(cube_destroy) struct cube *before = NULL;
	cleanup(cube_destroy) struct cube *now = NULL;
	int r = year_load(ledger, txn, period_year(period) - 1, &before);

	if (r == 0)
		r = year_load(ledger, txn, period_year(period), &now);
	if (r == 0 && as_of_date != 0)
		r = budget_as_of(now, ledger, txn, as_of_date);
	if (r == 0)
		r = cube_rows(ledger, before, now, period_month(period), table);
	return r == 0 ? basis_note(txn, table) : r;
}

int cube_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct table *table = table_new(arena);
	int r;

	if (!table)
		return -ENOMEM;
	if (!period_is_valid(request->period))
		return answer_with(answer, ANSWER_INVALID, "Perioden ska vara ÅÅÅÅ-MM.");
	cube_columns(table);
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = cube_fill(ledger, txn, request->period, request->as_of_date, table);
	answer->table = table;
	return r;
}

enum batch_column {
	BATCH_NUMBER,
	BATCH_TIME,
	BATCH_SOURCE,
	BATCH_FILE,
	BATCH_HASH,
	BATCH_FORMAT,
	BATCH_LAYER,
	BATCH_FIRST,
	BATCH_LAST,
	BATCH_ROWS,
	BATCH_SUM,
	BATCH_VOLUME,
	BATCH_VERDICT,
	BATCH_REPLACED_BY,
	BATCH_WARNING_COUNT,
	BATCH_WARNINGS,
};

static void batch_columns(struct table *table)
{
	table_column(table, "nummer", "Nr", COLUMN_COUNT);
	table_column(table, "tid", "Inläst", COLUMN_TIME);
	table_column(table, "kalla", "Källa", COLUMN_TEXT);
	table_column(table, "fil", "Fil", COLUMN_TEXT);
	table_column(table, "sha256", "SHA-256", COLUMN_TEXT);
	table_column(table, "format", "Format", COLUMN_TEXT);
	table_column(table, "lager", "Lager", COLUMN_TEXT);
	table_column(table, "fran", "Från", COLUMN_PERIOD);
	table_column(table, "till", "Till", COLUMN_PERIOD);
	table_column(table, "rader", "Rader", COLUMN_COUNT);
	table_column(table, "summa", "Summa", COLUMN_MONEY);
	table_column(table, "mangd", "Mängd", COLUMN_THOUSANDTHS);
	table_column(table, "besked", "Besked", COLUMN_TEXT);
	table_column(table, "ersatt_av", "Ersatt av", COLUMN_COUNT);
	table_column(table, "antal_varningar", "Antal varningar", COLUMN_COUNT);
	table_column(table, "varningar", "Varningar", COLUMN_TEXT);
}

static int batch_row(struct table *table, const struct batch *batch)
{
	char hash[HASH_TEXT_SIZE];
	char verdict[BATCH_VERDICT_SIZE];

	if (table_row(table) < 0)
		return -ENOMEM;
	hash_text(&batch->file, hash);
	batch_verdict(batch, verdict);
	table_number(table, BATCH_NUMBER, (int64_t)batch->number);
	table_number(table, BATCH_TIME, batch->time_ms);
	table_text(table, BATCH_SOURCE, batch->source);
	table_text(table, BATCH_FILE, batch->file_name);
	table_text(table, BATCH_HASH, hash);
	table_text(table, BATCH_FORMAT, batch->format);
	if (batch->first.yyyymm) {
		table_number(table, BATCH_FIRST, batch->first.yyyymm);
		table_number(table, BATCH_LAST, batch->last.yyyymm);
	}
	table_number(table, BATCH_ROWS, (int64_t)batch->row_count);
	table_text(table, BATCH_LAYER, layer_name(batch->layer));
	table_money(table, layer_is_money(batch->layer) ? BATCH_SUM : BATCH_VOLUME, batch->sum);
	table_text(table, BATCH_VERDICT, verdict);
	if (batch->replaced_by)
		table_number(table, BATCH_REPLACED_BY, (int64_t)batch->replaced_by);
	table_number(table, BATCH_WARNING_COUNT, batch->warning_count);
	if (batch->warnings[0])
		table_text(table, BATCH_WARNINGS, batch->warnings);
	return 0;
}

int batches_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	uint64_t count_max =
		request->max && request->max < BATCHES_MAX ? request->max : BATCHES_MAX;
	struct table *table = table_new(arena);
	uint64_t next = 1;
	int r;

	if (!table)
		return -ENOMEM;
	batch_columns(table);
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = batch_number_next(txn, &next);
	for (uint64_t i = 1; i < next && i <= count_max && r == 0; i++) {
		struct batch batch;

		r = batch_load(txn, next - i, &batch);
		if (r == 0)
			r = batch_row(table, &batch);
	}
	answer->table = table;
	return r == STORE_MISSING ? ERROR_CORRUPT : r;
}

struct months {
	bool known[YEAR_MAX - YEAR_MIN + 1][MONTHS];
};

static int month_collect(void *context, const uint8_t *key, size_t key_size,
			 struct store_value value)
{
	struct months *months = context;
	struct key_place place;
	int r = source_place_read(key, key_size, &place);

	(void)value;
	if (r < 0)
		return r;
	months->known[period_year(place.period) - YEAR_MIN][period_month(place.period) - 1] = true;
	return 0;
}

static int period_row(struct store_txn *txn, struct period period, struct table *table)
{
	struct period_closing closing;
	int r = period_closing_load(txn, period, &closing);

	if (r < 0)
		return r;
	if (table_row(table) < 0)
		return -ENOMEM;
	table_number(table, 0, period.yyyymm);
	table_text(table, 1, r == 0 ? "definitiv" : "preliminär");
	if (r == 0) {
		table_number(table, 2, closing.who);
		table_number(table, 3, closing.time_ms);
	}
	return 0;
}

static int periods_fill(struct store_txn *txn, struct months *months, struct table *table)
{
	struct key outcome = key_empty();
	int r;

	key_u8(&outcome, LAYER_OUTCOME);
	r = store_each(txn, TABLE_CELL, &outcome, NULL, month_collect, months);
	for (int year = YEAR_MIN; year <= YEAR_MAX && r == 0; year++) {
		for (int month = 1; month <= MONTHS && r == 0; month++) {
			if (months->known[year - YEAR_MIN][month - 1])
				r = period_row(txn, period_of(year, month), table);
		}
	}
	return r;
}

int periods_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct months *months = arena_take_zeroed(arena, 1, sizeof *months);
	struct table *table = table_new(arena);
	int r;

	(void)request;
	if (!table || !months)
		return -ENOMEM;
	table_column(table, "period", "Period", COLUMN_PERIOD);
	table_column(table, "status", "Status", COLUMN_TEXT);
	table_column(table, "vem", "Stängd av (uid)", COLUMN_COUNT);
	table_column(table, "tid", "Stängd", COLUMN_TIME);
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = periods_fill(txn, months, table);
	answer->table = table;
	return r;
}

static int decision_tell(struct journal *journal, struct store_txn *txn,
			 const struct request *request, const struct period_closing *closing)
{
	char who[32];
	struct event event = {
		.kind = EVENT_DECISION,
		.decision = {.kind = request->kind == REQUEST_PERIOD_CLOSE ? DECISION_PERIOD_CLOSED
									   : DECISION_PERIOD_OPENED,
			     .time_ms = closing->time_ms,
			     .who = who,
			     .period = request->period,
			     .area = "",
			     .comment = request->text},
	};

	snprintf(who, sizeof who, "uid %u", (unsigned)closing->who);
	return journal_append(journal, txn, &event, NULL);
}

/* A month that is what it shall be already is no decision. */
static bool period_is_so(struct store_txn *txn, const struct request *request)
{
	struct period_closing closing;
	int r = period_closing_load(txn, request->period, &closing);

	return r == (request->kind == REQUEST_PERIOD_CLOSE ? 0 : STORE_MISSING);
}

/* A typing error must not close a month that nobody will look at for years. */
static int outcome_find(struct store_txn *txn, struct period period)
{
	struct key prefix = period_key(LAYER_OUTCOME, period);
	struct key key;
	struct store_value value;

	return store_last(txn, TABLE_CELL, &prefix, &key, &value);
}

static int order_do(struct store_txn *txn, struct journal *journal, const struct request *request,
		    const struct period_closing *closing)
{
	int r = request->kind == REQUEST_PERIOD_CLOSE ? period_close(txn, request->period, closing)
						      : period_open(txn, request->period);

	return r == 0 ? decision_tell(journal, txn, request, closing) : r;
}

/* What the state has against the order, as its answer, when it has. */
static int period_problem(struct store_txn *txn, const struct request *request,
			  struct answer *answer, bool *is_told_out)
{
	bool closes = request->kind == REQUEST_PERIOD_CLOSE;
	int r = 0;

	*is_told_out = true;
	if (period_is_so(txn, request))
		return closes ? answer_with(answer, ANSWER_OK, "Perioden är redan definitiv.")
			      : answer_with(answer, ANSWER_REFUSED,
					    "Perioden är redan preliminär.");
	if (closes)
		r = outcome_find(txn, request->period);
	if (r == STORE_MISSING)
		return answer_with(answer, ANSWER_REFUSED,
				   "Perioden har inget utfall: är det rätt månad?");
	*is_told_out = false;
	return r;
}

int period_order(struct ledger *ledger, struct journal *journal, const struct request *request,
		 uid_t who, int64_t now_ms, struct arena *arena, struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct period_closing closing = {.who = who, .time_ms = now_ms};
	bool is_told;
	int r;

	if (!period_is_valid(request->period))
		return answer_with(answer, ANSWER_INVALID, "Perioden ska vara ÅÅÅÅ-MM.");
	r = store_begin(ledger->store, STORE_WRITE, &txn);
	if (r == 0)
		r = order_begin(txn, TABLE_REQUEST, request, arena, answer);
	if (r != 0)
		return r < 0 ? r : 0;
	r = period_problem(txn, request, answer, &is_told);
	if (r == 0 && is_told)
		return order_refuse(&txn, TABLE_REQUEST, request, answer);
	if (r == 0)
		r = order_do(txn, journal, request, &closing);
	if (r == 0)
		r = store_commit(&txn);
	return r == 0 ? journal_ring(journal) : (r < 0 ? r : ERROR_CORRUPT);
}
