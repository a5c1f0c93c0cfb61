/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/control.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/model/period.h"

/* Words of the key that outcome is added up by: konto's number, and a month or YYYY00. */
enum { KEY_ACCOUNT, KEY_PERIOD, KEY_SIZE };

/* What does not fit in a sum is left out of it: the sum is then none that a file states. */
static int total_add(struct group_table *totals, uint32_t account, uint32_t period, int64_t ore)
{
	const uint32_t key[KEY_SIZE] = {[KEY_ACCOUNT] = account, [KEY_PERIOD] = period};
	int r = group_table_add(totals, key, ore, 1);

	return r == GROUP_TABLE_OVERFLOW ? 0 : r;
}

static int sheet_total(const struct staging *staging, const struct sheet *sheet,
		       struct group_table *totals)
{
	uint32_t month = sheet->period.yyyymm;
	int r = 0;

	for (uint32_t i = 0; i < sheet_size(sheet) && r == 0; i++) {
		struct group group;
		uint32_t account;

		staging_group(staging, sheet, i, &group);
		account = group.ids[DIMENSION_ACCOUNT];
		r = total_add(totals, account, month, group.ore);
		if (r == 0)
			r = total_add(totals, account, month / 100 * 100, group.ore);
	}
	return r;
}

static int totals_collect(const struct staging *staging, struct group_table *totals)
{
	size_t count;
	struct sheet *const *sheets = staging_sheets(staging, &count);
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		if (sheets[i]->layer == LAYER_OUTCOME)
			r = sheet_total(staging, sheets[i], totals);
	}
	return r;
}

static int64_t control_sum(const struct group_table *totals, uint32_t account,
			   const struct batch_control *control)
{
	bool is_year = control->kind == CONTROL_ACCOUNT_YEAR;
	uint32_t period = control->period.yyyymm;
	const uint32_t key[KEY_SIZE] = {
		[KEY_ACCOUNT] = account, [KEY_PERIOD] = is_year ? period / 100 * 100 : period};
	const struct group_record *total = group_table_find(totals, key);

	return total ? total->ore : 0;
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

static void controls_check(const struct group_table *totals, const struct staging *staging,
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
	    staging_sum(staging).ore == end->sum.ore &&
	    staging_voucher_count(staging) == end->voucher_count)
		return true;
	findings_add(findings, FINDING_LEDGER_ARRIVAL, 0, 0,
		     "alla rader: ett fel i Budgetvakt, anmäl det",
		     "%" PRIu64 " rader kom fram av %" PRIu64
		     ", eller med annan summa eller andra verifikationer",
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
	cleanup(group_table_destroy) struct group_table *totals = NULL;

	if (!arrival_check(staging, end, findings))
		return CONTROL_DEVIATES;
	balance_check(staging, end, findings);
	if (end->control_count > 0) {
		int r = group_table_new(&totals, KEY_SIZE, GROUP_COUNT_MAX);

		if (r == 0)
			r = totals_collect(staging, totals);
		if (r != 0)
			return r == GROUP_TABLE_FULL ? ERROR_LIMIT : r;
		controls_check(totals, staging, end, findings);
	}
	return findings->error_count > 0 ? CONTROL_DEVIATES : 0;
}
