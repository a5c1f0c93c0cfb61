/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A municipal ledger of any size and up to ten years, the same for the same seed:
 * 400 konton in 66 groups, 600 ansvar, 120 verksamheter, 1500 projekt, 90
 * aktiviteter and 110 motparter; balanced vouchers of 6.3 rows on average, a few
 * of them salary runs of a hundred.  Whole öre and one random sequence, so that
 * the same ledger can be written twice: once to add it up, once to print it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
	GROUP_COUNT = 66,
	ACCOUNT_COUNT = 400,
	UNIT_COUNT = 600,
	ACTIVITY_COUNT = 120, /* verksamheter */
	PROJECT_COUNT = 1500,
	TASK_COUNT = 90, /* aktiviteter */
	PARTNER_COUNT = 110,
	LEDGER_MONTHS_MAX = 120,
	VOUCHER_ROWS_MAX = 512,
	VOUCHER_TEXT_SIZE = 160,
	NO_CODE = -1,
};

/* Indexes into the master data, NO_CODE when the row has none. */
struct ledger_row {
	int account;
	int unit;
	int activity;
	int project;
	int task;
	int partner;
	int64_t ore; /* debit + */
};

struct voucher {
	char series;
	uint64_t number;
	int month; /* from 0, of the ledger */
	int yyyymmdd;
	char text[VOUCHER_TEXT_SIZE]; /* UTF-8 */
	struct ledger_row rows[VOUCHER_ROWS_MAX];
	int row_count;
};

/* What all rows of one konto, verksamhet and month come to. */
struct ledger_sum {
	int64_t ore;
	uint32_t row_count;
};

struct ledger {
	uint64_t seed;
	uint64_t row_count;
	int first_yyyymm;
	int month_count;
	uint64_t first_number; /* of the vouchers */
	/* Made by ledger_prepare. */
	int groups[GROUP_COUNT];	/* 11, 12 … 89 */
	int accounts[ACCOUNT_COUNT];	/* 1110 … */
	int group_of[ACCOUNT_COUNT];	/* index into groups */
	int first_account[GROUP_COUNT]; /* index into accounts */
	int account_counts[GROUP_COUNT];
	int homes[UNIT_COUNT][4]; /* the verksamheter that a unit works with */
	/* Made by ledger_each. */
	uint64_t random;
	uint64_t last_number;
	struct ledger_sum *sums; /* see ledger_sum_at; filled by ledger_add */
};

typedef void voucher_visitor(void *context, const struct voucher *voucher);

/* The settings are filled already.  0 or -ENOMEM. */
int ledger_prepare(struct ledger *ledger);
void ledger_release(struct ledger *ledger);

/* The same vouchers every time, month after month. */
void ledger_each(struct ledger *ledger, voucher_visitor *visit, void *context);

int ledger_yyyymm(const struct ledger *ledger, int month);
struct ledger_sum *ledger_sum_at(const struct ledger *ledger, int month, int account, int activity);
void ledger_add(const struct ledger *ledger, const struct voucher *voucher);

int unit_code(int unit);
int activity_code(int activity); /* three digits, the first is its field: 1 to 9 */
int project_code(int project);
int task_code(int task);
int partner_code(int partner);
