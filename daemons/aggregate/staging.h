/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has arrived of a batch so far: rows of equal code string, period and
 * layer added up into groups, so that memory follows the number of distinct
 * groups and not the number of rows.  Pure: nothing is stored from here.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "aggregate/vouchers.h"
#include "lib/model/dictionary.h"
#include "lib/model/money.h"
#include "lib/model/rows.h"

/* Words of a group's key in sort order: what decides the block, then what decides
 * the area, then the rest; konto last. */
enum staging_word {
	WORD_LAYER,
	WORD_PERIOD,
	WORD_DIMENSIONS, /* DIMENSION_COUNT words in the order of staging_dimensions */
	WORD_COUNT = WORD_DIMENSIONS + DIMENSION_COUNT,
};

/* Which dimension the word WORD_DIMENSIONS + i holds. */
extern const enum dimension staging_dimensions[DIMENSION_COUNT];

struct group {
	uint32_t words[WORD_COUNT]; /* dictionary numbers of the batch */
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

enum { STAGING_GROUPS_MAX = 4 * 1024 * 1024, STAGING_CODES_MAX = 1 << 20 };

int staging_new(struct staging **staging_out);
void staging_destroy(struct staging **staging);

int staging_add(struct staging *staging, const struct rows *rows);

/* Sorts the groups by their words; call once, when all rows are in.  0 or -ENOMEM. */
int staging_sort(struct staging *staging);

const struct group *staging_groups(const struct staging *staging, size_t *count_out);
/* What it holds as a delta. */
struct vouchers *staging_vouchers(struct staging *staging);
uint64_t staging_row_count(const struct staging *staging);
struct money staging_sum(const struct staging *staging);
struct money staging_outcome_sum(const struct staging *staging);
/* The code behind a group's word for @dimension. */
const char *staging_code(const struct staging *staging, enum dimension dimension, uint32_t id);
uint32_t staging_code_count(const struct staging *staging, enum dimension dimension);
/* The number of a code, 0 when no row has it. */
uint32_t staging_code_id(const struct staging *staging, enum dimension dimension, const char *code);
