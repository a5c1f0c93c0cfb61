/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has arrived of a batch so far: rows of equal code string, period and
 * layer added up into groups, so that memory follows the number of distinct
 * groups and not the number of rows.  Groups of one layer and period are a sheet,
 * which is to become a block.  Pure: nothing is stored from here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "aggregate/vouchers.h"
#include "lib/model/dictionary.h"
#include "lib/model/group_table.h"
#include "lib/model/money.h"
#include "lib/model/period.h"
#include "lib/model/rows.h"

/* In the order groups are sorted by: what decides the area, then the rest; konto last. */
extern const enum dimension staging_dimensions[DIMENSION_COUNT];

struct sheet {
	enum layer layer;
	struct period period;
	struct group_table *groups; /* owned; keys are what staging says is used */
};

struct group {
	enum layer layer;
	struct period period;
	uint32_t ids[DIMENSION_COUNT]; /* by dimension; dictionary numbers of the batch */
	uint32_t row_count;
	int64_t ore;
};

struct staging;

/* Outcomes of staging_add. */
enum {
	STAGING_MALFORMED = 1, /* numbers outside the dictionaries, impossible periods */
	STAGING_OVERFLOW,      /* a sum does not fit in 64 bits */
	STAGING_FULL,	       /* more groups or codes than a batch may have */
};

enum { STAGING_GROUPS_MAX = GROUP_COUNT_MAX, STAGING_CODES_MAX = 1 << 20 };

int staging_new(struct staging **staging_out);
void staging_destroy(struct staging **staging);

int staging_add(struct staging *staging, const struct rows *rows);

/* Sorts the sheets by layer and period, and the groups of each by their numbers in the
 * order of staging_dimensions; call once, when all rows are in.  0 or -ENOMEM. */
int staging_sort(struct staging *staging);

/* All sheets; a later staging_add may add more, and none goes away. */
struct sheet *const *staging_sheets(const struct staging *staging, size_t *count_out);
uint32_t sheet_size(const struct sheet *sheet);
/* Group @index of a sheet, below sheet_size. */
void staging_group(const struct staging *staging, const struct sheet *sheet, uint32_t index,
		   struct group *group_out);
/* Of which dimensions some group of the sheet has a code: not 0. */
void staging_codes_see(const struct staging *staging, const struct sheet *sheet,
		       uint32_t seen[static DIMENSION_COUNT]);
/* What it holds as a delta. */
struct vouchers *staging_vouchers(struct staging *staging);

size_t staging_voucher_count(const struct staging *staging);
uint64_t staging_row_count(const struct staging *staging);
struct money staging_sum(const struct staging *staging);
struct money staging_outcome_sum(const struct staging *staging);
/* The code behind a group's number for @dimension. */
const char *staging_code(const struct staging *staging, enum dimension dimension, uint32_t id);
uint32_t staging_code_count(const struct staging *staging, enum dimension dimension);
/* The number of a code, 0 when no row has it. */
uint32_t staging_code_id(const struct staging *staging, enum dimension dimension, const char *code);
