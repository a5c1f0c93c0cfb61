/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two digits of konto, and how many konton begin with them. */
static const struct {
	uint8_t group;
	uint8_t count;
} chart[GROUP_COUNT] = {
	{11, 6},  {12, 6},  {13, 4}, {14, 3}, {15, 6}, {16, 8},	 {17, 5},  {18, 3},  {19, 6},
	{20, 3},  {22, 3},  {23, 4}, {24, 5}, {25, 4}, {26, 5},	 {27, 6},  {28, 4},  {29, 7},
	{30, 6},  {31, 9},  {33, 3}, {34, 6}, {35, 9}, {36, 6},	 {37, 3},  {38, 3},  {39, 4},
	{40, 4},  {41, 3},  {43, 3}, {44, 6}, {45, 8}, {46, 12}, {50, 12}, {51, 10}, {52, 4},
	{53, 4},  {54, 3},  {55, 9}, {56, 8}, {57, 6}, {60, 9},	 {61, 7},  {62, 8},  {63, 5},
	{64, 12}, {65, 10}, {66, 9}, {67, 3}, {68, 7}, {69, 8},	 {70, 7},  {71, 5},  {72, 5},
	{73, 7},  {74, 12}, {75, 9}, {76, 9}, {78, 4}, {79, 7},	 {80, 5},  {82, 5},  {84, 6},
	{85, 6},  {86, 3},  {89, 2},
};

/* How lively a month is, in thousandths of an average one. */
static const uint64_t season[12] = {950, 920, 1050, 980,  1000, 1120,
				    620, 880, 1020, 1040, 1060, 1360};

/* Where in chart the konto groups of a class begin and end. */
struct span {
	int first;
	int count;
};

enum {
	GROUP_BANK = 8,
	GROUP_CUSTOMER = 4,
	GROUP_TAX = 5,
	GROUP_SUPPLIER = 12,
	GROUP_VAT = 14,
	GROUP_PAY_TAX = 15,
	GROUP_ACCRUED = 17,
	GROUP_INTERNAL = 26
};

/* Kinds of vouchers: how many of a thousand, their rows, what these are on, what
 * balances them.  Digits of kronor say how large amounts are. */
struct voucher_kind {
	unsigned share;
	char series;
	const char *text;
	unsigned rows_min;
	unsigned rows_span;
	struct span span;
	int sign;
	int digits_min;
	int digits_max;
	int side_group; /* takes a part of the sum, NO_CODE for none */
	unsigned side_of_hundred;
	int balance_group;
};

static const struct voucher_kind kinds[] = {
	{560, 'L', "Faktura", 1, 5, {27, 33}, 1, 2, 6, GROUP_TAX, 20, GROUP_SUPPLIER},
	{30, 'N', "Lön", 20, 100, {33, 8}, 1, 3, 5, GROUP_PAY_TAX, 30, GROUP_ACCRUED},
	{170, 'K', "Kundfaktura", 1, 4, {18, 9}, -1, 2, 5, GROUP_VAT, 20, GROUP_CUSTOMER},
	{140, 'B', "Betalning", 1, 1, {GROUP_SUPPLIER, 1}, 1, 3, 7, NO_CODE, 0, GROUP_BANK},
	{50, 'I', "Intern debitering", 1, 10, {27, 33}, 1, 2, 5, NO_CODE, 0, GROUP_INTERNAL},
	{45, 'A', "Rättelse", 1, 7, {27, 33}, 1, 2, 6, NO_CODE, 0, 33},
	{5, 'S', "Skatteintäkter", 1, 4, {60, 6}, -1, 5, 7, NO_CODE, 0, GROUP_BANK},
};

static const char *const makers[] = {"Bygg",  "Måleri", "Livsmedel", "Vård",
				     "Åkeri", "Städ",	"Energi",    "Rör"};
static const char *const ends[] = {"tjänst AB",	       "gruppen AB", " & Söner AB",
				   " i Mälardalen AB", "förening",   " kafé HB"};

static uint64_t random_next(struct ledger *ledger)
{
	uint64_t z = (ledger->random += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned below(struct ledger *ledger, unsigned limit)
{
	return (unsigned)((random_next(ledger) >> 32) * limit >> 32);
}

/* Small numbers more often than large ones: a few units do most of the work. */
static int below_skewed(struct ledger *ledger, int limit)
{
	uint64_t one = below(ledger, (unsigned)limit);

	return (int)(one * below(ledger, (unsigned)limit) / (unsigned)limit);
}

int unit_code(int unit)
{
	return 10000 + unit * 37;
}

int activity_code(int activity)
{
	int field = activity * 9 / ACTIVITY_COUNT;

	return (field + 1) * 100 + 10 + activity % 14 * 5;
}

int project_code(int project)
{
	return 10000 + project * 7;
}

int task_code(int task)
{
	return 100 + task * 9;
}

int partner_code(int partner)
{
	return 110 + partner * 7;
}

static void chart_make(struct ledger *ledger)
{
	int account = 0;

	for (int i = 0; i < GROUP_COUNT; i++) {
		ledger->groups[i] = chart[i].group;
		ledger->first_account[i] = account;
		ledger->account_counts[i] = chart[i].count;
		for (int k = 0; k < chart[i].count; k++) {
			ledger->group_of[account] = i;
			ledger->accounts[account++] = chart[i].group * 100 + 10 + k * 7;
		}
	}
}

int ledger_prepare(struct ledger *ledger)
{
	size_t count = (size_t)ledger->month_count * ACCOUNT_COUNT * (ACTIVITY_COUNT + 1);

	chart_make(ledger);
	ledger->random = 4711;
	for (int unit = 0; unit < UNIT_COUNT; unit++) {
		ledger->homes[unit][0] = unit % ACTIVITY_COUNT;
		for (int i = 1; i < 4; i++)
			ledger->homes[unit][i] = (int)below(ledger, ACTIVITY_COUNT);
	}
	ledger->sums = calloc(count, sizeof *ledger->sums);
	return ledger->sums ? 0 : -ENOMEM;
}

void ledger_release(struct ledger *ledger)
{
	free(ledger->sums);
	ledger->sums = NULL;
}

int ledger_yyyymm(const struct ledger *ledger, int month)
{
	int all = ledger->first_yyyymm / 100 * 12 + ledger->first_yyyymm % 100 - 1 + month;

	return all / 12 * 100 + all % 12 + 1;
}

struct ledger_sum *ledger_sum_at(const struct ledger *ledger, int month, int account, int activity)
{
	size_t index = (size_t)month * ACCOUNT_COUNT + (size_t)account;

	return &ledger->sums[index * (ACTIVITY_COUNT + 1) + (size_t)(activity + 1)];
}

void ledger_add(const struct ledger *ledger, const struct voucher *voucher)
{
	for (int i = 0; i < voucher->row_count; i++) {
		const struct ledger_row *row = &voucher->rows[i];
		struct ledger_sum *sum =
			ledger_sum_at(ledger, voucher->month, row->account, row->activity);

		sum->ore += row->ore;
		sum->row_count++;
	}
}

/* Evenly spread over the number of digits, with most in the middle; half are whole kronor. */
static int64_t amount_draw(struct ledger *ledger, const struct voucher_kind *kind)
{
	unsigned span = (unsigned)(kind->digits_max - kind->digits_min + 1);
	unsigned digits =
		(unsigned)kind->digits_min + (below(ledger, span) + below(ledger, span)) / 2;
	int64_t unit = 1;

	while (--digits > 0)
		unit *= 10;
	int64_t kronor = unit + (int64_t)(random_next(ledger) % (uint64_t)(9 * unit));
	unsigned part = below(ledger, 200);

	return kind->sign * (kronor * 100 + (part < 100 ? part : 0));
}

static void row_add(struct ledger *ledger, struct voucher *voucher, int group, int unit,
		    int64_t ore)
{
	struct ledger_row *row = &voucher->rows[voucher->row_count++];
	bool is_balance = ledger->groups[group] < 30;
	unsigned draw = below(ledger, 1000);

	*row = (struct ledger_row){.unit = NO_CODE,
				   .activity = NO_CODE,
				   .project = NO_CODE,
				   .task = NO_CODE,
				   .partner = NO_CODE,
				   .ore = ore};
	row->account =
		ledger->first_account[group] + below_skewed(ledger, ledger->account_counts[group]);
	if (is_balance && draw < 600)
		return;
	row->unit = unit;
	draw = below(ledger, 100);
	row->activity = ledger->homes[unit][draw < 85 ? 0 : draw < 92 ? 1 : draw < 97 ? 2 : 3];
	draw = below(ledger, 1000);
	if (draw < 300)
		row->task = (int)below(ledger, TASK_COUNT);
	if (draw % 10 < 2)
		row->project = below_skewed(ledger, PROJECT_COUNT);
	if (draw % 10 < 6)
		row->partner = below_skewed(ledger, PARTNER_COUNT);
}

static void text_make(struct ledger *ledger, struct voucher *voucher,
		      const struct voucher_kind *kind)
{
	unsigned awkward = below(ledger, 1000);
	const char *form = awkward < 3	 ? "%s %u %s%s; avser föregående år"
			   : awkward < 5 ? "%s %u \"%s%s\" enl. avtal"
					 : "%s %u %s%s";
	const char *maker = makers[below(ledger, sizeof makers / sizeof *makers)];
	const char *end = ends[below(ledger, sizeof ends / sizeof *ends)];

	snprintf(voucher->text, sizeof voucher->text, form, kind->text,
		 100000 + below(ledger, 900000), maker, end);
}

/* Exactly @left rows are left of the month: take them all, or leave two at least. */
static void rows_fit(struct voucher *voucher, uint64_t left)
{
	int wanted = voucher->row_count;

	if ((uint64_t)wanted > left)
		wanted = (int)left;
	else if (left - (uint64_t)wanted == 1)
		wanted++;
	for (; voucher->row_count > wanted; voucher->row_count--)
		voucher->rows[voucher->row_count - 2].ore +=
			voucher->rows[voucher->row_count - 1].ore;
	for (; voucher->row_count < wanted; voucher->row_count++) {
		struct ledger_row *last = &voucher->rows[voucher->row_count];

		*last = last[-1];
		last[-1].ore /= 2;
		last->ore -= last[-1].ore;
	}
}

static const struct voucher_kind *kind_draw(struct ledger *ledger)
{
	unsigned draw = below(ledger, 1000);
	size_t i = 0;

	while (draw >= kinds[i].share)
		draw -= kinds[i++].share;
	return &kinds[i];
}

static void voucher_make(struct ledger *ledger, struct voucher *voucher, uint64_t left)
{
	const struct voucher_kind *kind = kind_draw(ledger);
	int unit = below_skewed(ledger, UNIT_COUNT);
	unsigned rows = kind->rows_min + below(ledger, kind->rows_span);
	int64_t sum = 0;

	voucher->series = kind->series;
	voucher->number = ++ledger->last_number;
	voucher->yyyymmdd =
		ledger_yyyymm(ledger, voucher->month) * 100 + 1 + (int)below(ledger, 28);
	voucher->row_count = 0;
	text_make(ledger, voucher, kind);
	for (unsigned i = 0; i < rows; i++) {
		int group = kind->span.first + below_skewed(ledger, kind->span.count);
		int64_t ore = amount_draw(ledger, kind);

		if (below(ledger, 40) == 0)
			ore = -ore;
		if (i % 3 == 2)
			unit = below_skewed(ledger, UNIT_COUNT);
		row_add(ledger, voucher, group, unit, ore);
		sum += ore;
	}
	if (kind->side_group != NO_CODE && below(ledger, 4) != 0) {
		int64_t side = sum * kind->side_of_hundred / 100;

		row_add(ledger, voucher, kind->side_group, unit, side);
		sum += side;
	}
	row_add(ledger, voucher, kind->balance_group, unit, -sum);
	rows_fit(voucher, left);
}

/* The rows of the first @month_count months, as the seasons share them. */
static uint64_t rows_until(const struct ledger *ledger, int month_count)
{
	uint64_t all = 0, until = 0;

	for (int month = 0; month < ledger->month_count; month++) {
		uint64_t weight = season[ledger_yyyymm(ledger, month) % 100 - 1];

		all += weight;
		until += month < month_count ? weight : 0;
	}
	return all == 0 ? 0 : ledger->row_count * until / all;
}

void ledger_each(struct ledger *ledger, voucher_visitor *visit, void *context)
{
	struct voucher voucher;

	ledger->random = ledger->seed;
	ledger->last_number = ledger->first_number;
	for (int month = 0; month < ledger->month_count; month++) {
		uint64_t left = rows_until(ledger, month + 1) - rows_until(ledger, month);

		voucher.month = month;
		while (left > 0) {
			voucher_make(ledger, &voucher, left);
			visit(context, &voucher);
			left -= (uint64_t)voucher.row_count;
		}
	}
}
