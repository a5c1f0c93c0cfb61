/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/control.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/model/period.h"

/* Outcome per account and period, sorted by account and then period. */
struct total {
	uint32_t account; /* dictionary number */
	uint32_t period;
	int64_t ore;
};

struct totals {
	struct total *items;
	size_t count;
};

static void totals_finish(struct totals *totals)
{
	free(totals->items);
}

static int total_compare(const void *left, const void *right)
{
	const struct total *l = left;
	const struct total *r = right;

	if (l->account != r->account)
		return l->account < r->account ? -1 : 1;
	return (l->period > r->period) - (l->period < r->period);
}

static size_t account_word(void)
{
	return WORD_DIMENSIONS + DIMENSION_COUNT - 1;
}

/* Wraps instead of overflowing: a wrapped sum equals no stated total but by design. */
static int64_t ore_sum(int64_t left, int64_t right)
{
	return (int64_t)((uint64_t)left + (uint64_t)right);
}

/* One item per account and period instead of one per group. */
static void totals_merge(struct totals *totals)
{
	size_t kept = 0;

	for (size_t i = 0; i < totals->count; i++) {
		if (kept > 0 && total_compare(&totals->items[kept - 1], &totals->items[i]) == 0)
			totals->items[kept - 1].ore =
				ore_sum(totals->items[kept - 1].ore, totals->items[i].ore);
		else
			totals->items[kept++] = totals->items[i];
	}
	totals->count = kept;
}

static int totals_collect(const struct staging *staging, struct totals *totals)
{
	size_t count;
	const struct group *groups = staging_groups(staging, &count);

	totals->items = calloc(count + 1, sizeof *totals->items);
	if (!totals->items)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (groups[i].words[WORD_LAYER] != LAYER_OUTCOME)
			continue;
		totals->items[totals->count++] = (struct total){
			.account = groups[i].words[account_word()],
			.period = groups[i].words[WORD_PERIOD],
			.ore = groups[i].ore,
		};
	}
	qsort(totals->items, totals->count, sizeof *totals->items, total_compare);
	totals_merge(totals);
	return 0;
}

/* The first item not before @account, @period. */
static size_t total_seek(const struct totals *totals, uint32_t account, uint32_t period)
{
	struct total wanted = {.account = account, .period = period};
	size_t low = 0;
	size_t high = totals->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (total_compare(&totals->items[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64_t control_sum(const struct totals *totals, uint32_t account,
			   const struct batch_control *control)
{
	bool is_year = control->kind == CONTROL_ACCOUNT_YEAR;
	uint32_t year = control->period.yyyymm / 100;
	uint32_t first = is_year ? year * 100 : control->period.yyyymm;
	uint32_t last = is_year ? year * 100 + 99 : control->period.yyyymm;
	int64_t sum = 0;

	for (size_t i = total_seek(totals, account, first);
	     i < totals->count && totals->items[i].account == account &&
	     totals->items[i].period <= last;
	     i++)
		sum = ore_sum(sum, totals->items[i].ore);
	return sum;
}

/* Amounts are told with the file's own sign: debit plus. */
static void amount_print(char *text, size_t size, int64_t report_ore)
{
	uint64_t size_ore = report_ore < 0 ? 0 - (uint64_t)report_ore : (uint64_t)report_ore;

	snprintf(text, size, "%s%" PRIu64 ",%02" PRIu64, report_ore > 0 ? "-" : "", size_ore / 100,
		 size_ore % 100);
}

static void deviation_add(const struct batch_control *control, int64_t sum,
			  struct batch_findings *findings)
{
	char stated[32];
	char added[32];
	char period[PERIOD_TEXT_SIZE];
	bool is_year = control->kind == CONTROL_ACCOUNT_YEAR;

	amount_print(stated, sizeof stated, control->amount.ore);
	amount_print(added, sizeof added, sum);
	period_text(control->period, period);
	if (is_year)
		period[4] = '\0';
	findings_add(findings, is_year ? FINDING_LEDGER_RESULT : FINDING_LEDGER_PERIOD_SUM,
		     control->severity, control->line,
		     "filens rader ska summera till dess egna saldon: gör om exporten",
		     "%s för konto %s %s är %s, men filens rader summerar till %s",
		     is_year ? "#RES" : "#PSALDO", control->account, period, stated, added);
}

static void controls_check(const struct totals *totals, const struct staging *staging,
			   const struct batch_end *end, struct batch_findings *findings)
{
	for (size_t i = 0; i < end->control_count; i++) {
		const struct batch_control *control = &end->controls[i];
		uint32_t account = staging_code_id(staging, DIMENSION_ACCOUNT, control->account);
		/* 0 is also the number of "no code", which a konto never is. */
		int64_t sum = account == 0 ? 0 : control_sum(totals, account, control);

		if (sum != control->amount.ore)
			deviation_add(control, sum, findings);
	}
}

/* A fault of ours: nothing that is counted from such rows is worth telling. */
static bool arrival_check(const struct staging *staging, const struct batch_end *end,
			  struct batch_findings *findings)
{
	if (staging_row_count(staging) == end->row_count &&
	    staging_sum(staging).ore == end->sum.ore)
		return true;
	findings_add(findings, FINDING_LEDGER_ARRIVAL, 0, 0,
		     "alla rader: ett fel i Budgetvakt, anmäl det",
		     "%" PRIu64 " rader kom fram av %" PRIu64 ", eller med annan summa",
		     staging_row_count(staging), end->row_count);
	return false;
}

static void balance_check(const struct staging *staging, const struct batch_end *end,
			  struct batch_findings *findings)
{
	char sum[32];

	if (!end->balances || staging_outcome_sum(staging).ore == 0)
		return;
	amount_print(sum, sizeof sum, staging_outcome_sum(staging).ore);
	findings_add(findings, FINDING_LEDGER_BALANCE, 0, 0,
		     "debet lika med kredit: gör om exporten", "verifikationerna summerar till %s",
		     sum);
}

int control_check(const struct staging *staging, const struct batch_end *end,
		  struct batch_findings *findings)
{
	cleanup(totals_finish) struct totals totals = {0};

	if (!arrival_check(staging, end, findings))
		return CONTROL_DEVIATES;
	balance_check(staging, end, findings);
	if (end->control_count > 0) {
		int r = totals_collect(staging, &totals);

		if (r < 0)
			return r;
		controls_check(&totals, staging, end, findings);
	}
	return findings->error_count > 0 ? CONTROL_DEVIATES : 0;
}
