/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/commit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/block.h"
#include "aggregate/budget.h"
#include "aggregate/cells.h"
#include "aggregate/change.h"
#include "aggregate/difference.h"
#include "aggregate/overlap.h"
#include "aggregate/periods.h"
#include "aggregate/spread.h"
#include "aggregate/volumes.h"
#include "aggregate/warnings.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"

/* Everything the steps of one commit share. */
struct commit {
	struct ledger *ledger;
	struct store_txn *txn;
	const struct batch_begin *begin;
	const struct staging *staging;
	const struct vouchers *vouchers; /* sorted */
	const struct batch_end *end;
	struct batch *batch;
	struct batch_findings *findings;
	struct unassigned unassigned;
	struct change *change;
	struct replaced replaced;
};

static int refuse(struct commit *commit, enum finding_code code, const char *found,
		  const char *expected)
{
	findings_add(commit->findings, code, FINDING_ERROR, 0, expected, "%s", found);
	return COMMIT_REFUSED;
}

/* A decision without a date could never be placed in time. */
static int decisions_check(struct commit *commit)
{
	uint32_t count = staging_code_count(commit->staging, DIMENSION_DECISION);
	uint32_t date;

	for (uint32_t id = 1; id <= count; id++) {
		if (!decision_date(staging_code(commit->staging, DIMENSION_DECISION, id), &date))
			return refuse(commit, FINDING_LEDGER_DECISION,
				      "ett beslut utan läsbart datum först",
				      "beslutsdatum ÅÅÅÅ-MM-DD och därefter referensen");
	}
	return 0;
}

static bool coverage_holds(const struct batch_coverage *coverage, const struct sheet *sheet)
{
	return sheet->layer == coverage->layer && sheet->period.yyyymm >= coverage->first.yyyymm &&
	       sheet->period.yyyymm <= coverage->last.yyyymm;
}

/* A snapshot that does not cover its own rows would leave old ones beside them. */
static int coverage_check(struct commit *commit)
{
	size_t count;
	struct sheet *const *sheets = staging_sheets(commit->staging, &count);

	for (size_t i = 0; i < count; i++) {
		/* A year that has become months. */
		bool held = period_is_year(sheets[i]->period);

		for (size_t j = 0; j < commit->end->coverage_count && !held; j++)
			held = coverage_holds(&commit->end->coverages[j], sheets[i]);
		if (!held)
			return refuse(commit, FINDING_LEDGER_COVERAGE,
				      "rader utanför de perioder som filen säger sig täcka",
				      "ett fel i Budgetvakt, anmäl det");
	}
	return 0;
}

static int older_check_period(struct commit *commit, const struct batch_coverage *coverage,
			      struct period period)
{
	struct coverage candidate = {.last = coverage->last,
				     .exported_date = commit->end->exported_date};
	struct coverage present;
	char last[PERIOD_TEXT_SIZE];
	char found[FINDING_TEXT_SIZE];
	int r = coverage_load(commit->txn, commit->begin->source, coverage->layer, period,
			      &present);

	if (r != 0)
		return r == STORE_MISSING ? 0 : r;
	if (!coverage_is_older(&candidate, &present))
		return 0;
	period_text(present.last, last);
	snprintf(found, sizeof found,
		 "filen är äldre än den export som redan är inläst (t.o.m. %s)", last);
	return refuse(commit, FINDING_LEDGER_OLDER, found,
		      "en nyare export; ska den äldre verkligen ersätta den nyare: "
		      "budgetvakt import --older");
}

static int older_check(struct commit *commit)
{
	if (commit->begin->mode != REPLACE_SNAPSHOT || commit->end->may_replace_newer)
		return 0;
	for (size_t i = 0; i < commit->end->coverage_count; i++) {
		const struct batch_coverage *coverage = &commit->end->coverages[i];

		for (uint32_t p = coverage->first.yyyymm; p <= coverage->last.yyyymm; p++) {
			int r = older_check_period(commit, coverage, (struct period){p});

			if (r != 0)
				return r;
		}
	}
	return 0;
}

/* The same voucher in two files that add to one another would count twice. */
static int overlaps_check(struct commit *commit)
{
	int r;

	if (commit->begin->mode != REPLACE_DELTA)
		return 0;
	r = overlap_check(commit->txn, commit->vouchers, commit->begin->source, commit->findings);
	if (r == 0 && commit->findings->error_count > 0)
		r = COMMIT_REFUSED;
	return r;
}

static int vouchers_save(struct commit *commit)
{
	if (commit->begin->mode != REPLACE_DELTA)
		return 0;
	return overlap_save(commit->txn, commit->vouchers, commit->begin->source,
			    commit->batch->number);
}

static int period_replace(struct commit *commit, const struct batch_coverage *coverage,
			  struct period period)
{
	const char *source = commit->begin->source;
	struct key prefix = source_key(coverage->layer, period, source);
	struct coverage present = {.last = coverage->last,
				   .through = coverage->through,
				   .exported_date = commit->end->exported_date,
				   .batch = commit->batch->number};
	struct coverage before;
	int r = coverage_load(commit->txn, source, coverage->layer, period, &before);

	if (r < 0)
		return r;
	if (r == 0)
		replaced_add(&commit->replaced, coverage->layer, period);
	if (r == 0 && commit->begin->mode == REPLACE_SNAPSHOT)
		r = batch_replace(commit->txn, before.batch, commit->batch->number);
	if (r < 0)
		return r;
	r = 0;
	if (commit->begin->mode == REPLACE_SNAPSHOT) {
		r = store_delete_prefix(commit->txn, TABLE_BLOCK, &prefix);
		if (r == 0)
			r = store_delete_prefix(commit->txn, TABLE_CELL, &prefix);
		if (r == 0)
			r = store_delete_prefix(commit->txn, TABLE_VOUCHER, &prefix);
	}
	return r == 0 ? coverage_save(commit->txn, source, coverage->layer, period, &present) : r;
}

static int periods_replace(struct commit *commit)
{
	for (size_t i = 0; i < commit->end->coverage_count; i++) {
		const struct batch_coverage *coverage = &commit->end->coverages[i];

		for (uint32_t p = coverage->first.yyyymm; p <= coverage->last.yyyymm; p++) {
			int r = period_replace(commit, coverage, (struct period){p});

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* The cells of the layer, period and source that the rows are to be added to. */
static int cells_load(struct commit *commit, const struct key *key)
{
	struct store_value present;
	int r = store_get(commit->txn, TABLE_CELL, key, &present);

	cell_sums_clear(commit->ledger->sums);
	if (r == 0)
		r = cell_sums_add_cells(commit->ledger->sums, present);
	return r == STORE_MISSING ? 0 : r;
}

static int row_seen(void *context, const struct block_row *row)
{
	struct commit *commit = context;

	return cell_sums_add_row(commit->ledger->sums, row, &commit->unassigned);
}

static int sheet_write(struct commit *commit, const struct sheet *sheet)
{
	cleanup(packer_finish) struct packer packer = {0};
	bool is_money = layer_is_money(sheet->layer);
	const char *source = commit->begin->source;
	struct key key = block_key(sheet->layer, sheet->period, source, commit->batch->number);
	struct key cells = source_key(sheet->layer, sheet->period, source);
	int r = is_money ? cells_load(commit, &cells) : 0;

	if (r == 0)
		r = block_pack(commit->ledger, commit->staging, sheet, &packer,
			       is_money ? row_seen : NULL, commit);
	if (r == 0)
		r = store_put(commit->txn, TABLE_BLOCK, &key, packer.bytes, packer.length);
	if (r == 0 && is_money)
		r = cell_sums_save(commit->ledger->sums, commit->txn, &cells);
	return r;
}

static int sheets_write(struct commit *commit)
{
	size_t count;
	struct sheet *const *sheets = staging_sheets(commit->staging, &count);
	struct ledger *ledger = commit->ledger;
	int r = ledger->sums ? 0 : cell_sums_new(&ledger->sums, ledger);

	for (size_t i = 0; i < count && r == 0; i++) {
		/* Years have become months. */
		if (!period_is_year(sheets[i]->period))
			r = sheet_write(commit, sheets[i]);
	}
	return r < 0 ? r : ledger_codes_save(ledger, commit->txn);
}

static int closed_check_period(struct commit *commit, struct period period)
{
	struct period_closing closing;
	char name[PERIOD_TEXT_SIZE];
	char found[FINDING_TEXT_SIZE];
	int r = period_closing_load(commit->txn, period, &closing);

	if (r != 0)
		return r == STORE_MISSING ? 0 : r;
	if (!change_touches(commit->change, period))
		return 0;
	period_text(period, name);
	snprintf(found, sizeof found, "filen ändrar utfallet i %s, som är definitiv", name);
	return refuse(commit, FINDING_LEDGER_CLOSED, found,
		      "oförändrade definitiva perioder; öppna perioden först om ändringen är rätt: "
		      "budgetvakt period open");
}

static int closed_check(struct commit *commit)
{
	for (size_t i = 0; i < commit->end->coverage_count; i++) {
		const struct batch_coverage *coverage = &commit->end->coverages[i];

		if (coverage->layer != LAYER_OUTCOME)
			continue;
		for (uint32_t p = coverage->first.yyyymm; p <= coverage->last.yyyymm; p++) {
			int r = closed_check_period(commit, (struct period){p});

			if (r != 0)
				return r;
		}
	}
	return 0;
}

/* First and last period of the layer, over all its years. */
static bool layer_span(const struct batch_end *end, enum layer layer, struct batch *batch)
{
	for (size_t i = 0; i < end->coverage_count; i++) {
		const struct batch_coverage *coverage = &end->coverages[i];

		if (coverage->layer != layer)
			continue;
		if (!batch->first.yyyymm || coverage->first.yyyymm < batch->first.yyyymm)
			batch->first = coverage->first;
		if (coverage->last.yyyymm > batch->last.yyyymm)
			batch->last = coverage->last;
	}
	if (batch->first.yyyymm != 0)
		batch->layer = layer;
	return batch->first.yyyymm != 0;
}

static void batch_span(const struct batch_end *end, struct batch *batch)
{
	static const enum layer layers[] = {LAYER_OUTCOME, LAYER_BUDGET, LAYER_VOLUME,
					    LAYER_VOLUME_BUDGET};

	for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
		if (layer_span(end, layers[i], batch))
			break;
	for (size_t i = 0; i < end->coverage_count; i++)
		batch->month_count +=
			end->coverages[i].last.yyyymm - end->coverages[i].first.yyyymm + 1;
}

static int batch_describe(struct commit *commit, int64_t now_ms)
{
	struct batch *batch = commit->batch;

	batch->file = commit->end->file;
	batch->time_ms = now_ms;
	batch->row_count = commit->end->row_count;
	batch->sum = commit->end->sum;
	batch->control_count = (uint32_t)commit->end->control_count;
	batch->exported_date = commit->end->exported_date;
	batch_span(commit->end, batch);
	if (!text_copy(batch->source, sizeof batch->source, commit->begin->source) ||
	    !text_copy(batch->format, sizeof batch->format, commit->begin->format))
		return refuse(commit, FINDING_LEDGER_LIMIT, "ett orimligt långt källnamn",
			      "ett kortare namn");
	/* A name is for people: a long one is cut, not refused. */
	snprintf(batch->file_name, sizeof batch->file_name, "%.200s", commit->begin->file_name);
	return 0;
}

/* Everything up to the changes: 0, an outcome, or a negative errno. */
static int batch_write(struct commit *commit, int64_t now_ms)
{
	int r = batch_find(commit->txn, commit->begin->source, &commit->end->file, commit->batch);

	if (r != STORE_MISSING)
		return r == 0 ? COMMIT_ALREADY_HAVE : r;
	*commit->batch = (struct batch){.number = 0};
	r = batch_number_next(commit->txn, &commit->batch->number);
	if (r == 0)
		r = batch_describe(commit, now_ms);
	if (r == 0)
		r = older_check(commit);
	if (r == 0)
		r = overlaps_check(commit);
	if (r == 0)
		r = change_before(commit->ledger, commit->txn, commit->end, &commit->change);
	if (r == 0)
		r = periods_replace(commit);
	if (r == 0)
		r = vouchers_save(commit);
	return r == 0 ? sheets_write(commit) : r;
}

static int batch_finish(struct commit *commit, struct journal *journal, int64_t now_ms)
{
	int r = change_after(commit->change, commit->txn);

	if (r == 0)
		r = closed_check(commit);
	if (r != 0)
		return r;
	commit->batch->warning_count =
		warnings_write(commit->ledger, commit->end, commit->findings, &commit->unassigned,
			       commit->batch->warnings, sizeof commit->batch->warnings);
	r = batch_save(commit->txn, commit->batch);
	if (r == 0)
		r = difference_save(commit->txn, commit->batch->number, &commit->replaced,
				    commit->change, commit->ledger);
	if (r == 0)
		r = change_journal(commit->change, journal, commit->txn, commit->batch, now_ms);
	return r;
}

/* A file beyond our limits is the file's fault: it must not stop the daemon, or it
 * would stop it again at every start. */
static int limit_refuse(struct commit *commit, int r)
{
	if (r == -EOVERFLOW)
		return refuse(commit, FINDING_LEDGER_SUM, "en summa som inte ryms i 64 bitar öre",
			      "rimliga belopp: kontrollera exporten");
	if (r == ERROR_LIMIT)
		return refuse(commit, FINDING_LEDGER_LIMIT,
			      "fler år, koder eller serier än Budgetvakt rymmer",
			      "en mindre fil, eller färre dimensioner för källan");
	return r;
}

int commit_batch(struct ledger *ledger, struct journal *journal, const struct batch_begin *begin,
		 struct staging *staging, const struct batch_end *end, int64_t now_ms,
		 struct batch *batch_out, struct batch_findings *findings)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	cleanup(change_destroy) struct change *change = NULL;
	struct commit commit = {
		.ledger = ledger,
		.begin = begin,
		.staging = staging,
		.vouchers = staging_vouchers(staging),
		.end = end,
		.batch = batch_out,
		.findings = findings,
	};
	int r = control_check(staging, end, findings);

	if (r != 0)
		return r == CONTROL_DEVIATES ? COMMIT_REFUSED : limit_refuse(&commit, r);
	r = decisions_check(&commit);
	volumes_check(ledger, staging, findings);
	if (r == 0 && findings->error_count > 0)
		r = COMMIT_REFUSED;
	if (r == 0)
		r = spread_apply(ledger, staging, findings);
	if (r != 0)
		return r < 0 ? r : COMMIT_REFUSED;
	r = coverage_check(&commit);
	if (r != 0)
		return r;
	vouchers_sort(staging_vouchers(staging));
	r = staging_sort(staging);
	if (r == 0)
		r = store_begin(ledger->store, STORE_WRITE, &txn);
	if (r < 0)
		return r;
	commit.txn = txn;
	r = batch_write(&commit, now_ms);
	change = commit.change;
	if (r == 0)
		r = batch_finish(&commit, journal, now_ms);
	if (r != 0)
		return limit_refuse(&commit, r);
	r = store_commit(&txn);
	if (r < 0)
		return r;
	ledger_codes_saved(ledger);
	return journal_ring(journal);
}
