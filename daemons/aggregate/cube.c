/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/cube.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/batches.h"
#include "aggregate/cells.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/conf/conf.h"

/* The outcome sources of a year and how far each has come. */
struct progress {
	char sources[SOURCES_MAX][SOURCE_NAME_SIZE];
	int through_months[SOURCES_MAX];
	int months_covered[SOURCES_MAX]; /* this year, or last year when that was more */
	size_t count;
};

/* A source that has come so often is waited for.  One file with a late posting does
 * not make an area's other months unknown. */
enum { REGULAR_MONTHS = 2 };

struct loading {
	struct cube *cube;
	struct progress *progress;
	enum layer layer;
	int month;
	uint64_t source_bit;
};

int cube_new(struct cube **cube_out, int year, int area_count, int line_count)
{
	cleanup(cube_destroy) struct cube *cube = calloc(1, sizeof *cube);
	size_t pairs = (size_t)area_count * (size_t)line_count;

	if (!cube)
		return -ENOMEM;
	cube->year = year;
	cube->area_count = area_count;
	cube->line_count = line_count;
	cube->amounts = calloc(pairs * CUBE_LAYER_COUNT * MONTHS + 1, sizeof *cube->amounts);
	cube->through_months = calloc((size_t)area_count + 1, sizeof *cube->through_months);
	cube->source_masks = calloc((size_t)area_count + 1, sizeof *cube->source_masks);
	if (!cube->amounts || !cube->through_months || !cube->source_masks)
		return -ENOMEM;
	*cube_out = cube;
	cube = NULL;
	return 0;
}

void cube_destroy(struct cube **cube)
{
	if (!*cube)
		return;
	free((*cube)->amounts);
	free((*cube)->through_months);
	free((*cube)->source_masks);
	free(*cube);
	*cube = NULL;
}

static size_t amount_index(const struct cube *cube, int area, int line, enum layer layer, int month)
{
	size_t pair = (size_t)area * (size_t)cube->line_count + (size_t)line;

	return (pair * CUBE_LAYER_COUNT + (size_t)layer - 1) * MONTHS + (size_t)month;
}

static int source_find(struct progress *progress, const char *source)
{
	for (size_t i = 0; i < progress->count; i++) {
		if (strcmp(progress->sources[i], source) == 0)
			return (int)i;
	}
	if (progress->count == SOURCES_MAX || strlen(source) >= SOURCE_NAME_SIZE)
		return -1;
	memcpy(progress->sources[progress->count], source, strlen(source) + 1);
	return (int)progress->count++;
}

static int cell_add(void *context, const struct cell *cell)
{
	struct loading *loading = context;
	struct cube *cube = loading->cube;
	size_t index;

	if (cell->area >= cube->area_count || cell->line >= cube->line_count)
		return ERROR_CORRUPT;
	index = amount_index(cube, cell->area, cell->line, loading->layer, loading->month);
	if (loading->layer == LAYER_OUTCOME)
		cube->source_masks[cell->area] |= loading->source_bit;
	return money_add(&cube->amounts[index], cell->amount) ? 0 : -EOVERFLOW;
}

static int cells_load(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct loading *loading = context;
	struct key_place place;
	int source;
	int r = source_place_read(key, key_size, &place);

	if (r < 0)
		return r;
	source = source_find(loading->progress, place.source);
	if (source < 0)
		return ERROR_LIMIT;
	loading->source_bit = UINT64_C(1) << source;
	return cells_each(value, cell_add, loading);
}

static int layer_load(struct cube *cube, struct store_txn *txn, struct progress *progress,
		      enum layer layer)
{
	for (int month = 0; month < MONTHS; month++) {
		struct loading loading = {
			.cube = cube, .progress = progress, .layer = layer, .month = month};
		struct key prefix = period_key(layer, period_of(cube->year, month + 1));
		int r = store_each(txn, TABLE_CELL, &prefix, NULL, cells_load, &loading);

		if (r < 0)
			return r;
	}
	return 0;
}

struct coverage_loading {
	struct progress *progress;
	int month; /* 1..12 */
	int months_covered[SOURCES_MAX];
	bool is_year; /* of the cube; otherwise the year before */
};

static int coverage_visit(void *context, const uint8_t *key, size_t key_size,
			  struct store_value value)
{
	struct coverage_loading *loading = context;
	struct coverage coverage = {.batch = 0};
	struct key_place place;
	int index;
	int r = source_place_read(key, key_size, &place);

	if (r == 0)
		r = coverage_unpack(value, &coverage);
	if (r < 0)
		return r;
	index = source_find(loading->progress, place.source);
	if (index < 0)
		return ERROR_LIMIT;
	loading->months_covered[index]++;
	if (loading->is_year && place.period.yyyymm <= coverage.through.yyyymm)
		loading->progress->through_months[index] = loading->month;
	return 0;
}

/* Month by month, so that the last one a source covers is the one that stays. */
static int year_progress_load(struct progress *progress, struct store_txn *txn, int year,
			      bool is_year)
{
	struct coverage_loading loading = {.progress = progress, .is_year = is_year};

	for (loading.month = 1; loading.month <= MONTHS; loading.month++) {
		struct key prefix = period_key(LAYER_OUTCOME, period_of(year, loading.month));
		int r = store_each(txn, TABLE_COVERAGE, &prefix, NULL, coverage_visit, &loading);

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < progress->count; i++) {
		if (loading.months_covered[i] > progress->months_covered[i])
			progress->months_covered[i] = loading.months_covered[i];
	}
	return 0;
}

static int progress_load(struct progress *progress, struct store_txn *txn, int year)
{
	int r = year_progress_load(progress, txn, year, true);

	return r == 0 ? year_progress_load(progress, txn, year - 1, false) : r;
}

/* The earliest last month among the sources in @mask that have any this year and have
 * come @months_min times. */
static int earliest_month(const struct progress *progress, uint64_t mask, int months_min)
{
	int earliest = 0;

	for (size_t i = 0; i < progress->count; i++) {
		int month = progress->through_months[i];

		if (!(mask & UINT64_C(1) << i) || month == 0 ||
		    progress->months_covered[i] < months_min)
			continue;
		if (earliest == 0 || month < earliest)
			earliest = month;
	}
	return earliest;
}

/* Regular sources decide; in a ledger's first month there are none yet. */
static int through_month(const struct progress *progress, uint64_t mask)
{
	int month = earliest_month(progress, mask, REGULAR_MONTHS);

	return month != 0 ? month : earliest_month(progress, mask, 0);
}

int cube_load(struct cube *cube, struct store_txn *txn)
{
	struct progress progress = {.count = 0};
	int r = layer_load(cube, txn, &progress, LAYER_OUTCOME);

	if (r == 0)
		r = layer_load(cube, txn, &progress, LAYER_BUDGET);
	if (r == 0)
		r = progress_load(&progress, txn, cube->year);
	if (r < 0)
		return r;
	for (int area = 0; area < cube->area_count; area++) {
		uint64_t mask = cube->source_masks[area];

		cube->through_months[area] = through_month(&progress, mask ? mask : UINT64_MAX);
	}
	return 0;
}

struct money cube_amount(const struct cube *cube, int area, int line, enum layer layer, int month)
{
	return cube->amounts[amount_index(cube, area, line, layer, month)];
}

int cube_add(struct cube *cube, int area, int line, enum layer layer, int month,
	     struct money amount)
{
	size_t index = amount_index(cube, area, line, layer, month);

	return money_add(&cube->amounts[index], amount) ? 0 : -EOVERFLOW;
}

void cube_clear(struct cube *cube, enum layer layer)
{
	for (int area = 0; area < cube->area_count; area++) {
		for (int line = 0; line < cube->line_count; line++)
			memset(&cube->amounts[amount_index(cube, area, line, layer, 0)], 0,
			       MONTHS * sizeof *cube->amounts);
	}
}

struct money cube_sum(const struct cube *cube, int area, int line, enum layer layer,
		      int month_count)
{
	struct money sum = {0};

	for (int month = 0; month < month_count; month++)
		sum = money_sum(sum, cube_amount(cube, area, line, layer, month));
	return sum;
}

bool cube_has_any(const struct cube *cube, int area, int line)
{
	const struct money *amounts =
		&cube->amounts[amount_index(cube, area, line, LAYER_OUTCOME, 0)];

	for (int i = 0; i < CUBE_LAYER_COUNT * MONTHS; i++) {
		if (amounts[i].ore != 0)
			return true;
	}
	return false;
}

bool cube_month_differs(const struct cube *left, const struct cube *right, int month)
{
	for (int area = 0; area < left->area_count; area++) {
		for (int line = 0; line < left->line_count; line++) {
			if (cube_amount(left, area, line, LAYER_OUTCOME, month).ore !=
			    cube_amount(right, area, line, LAYER_OUTCOME, month).ore)
				return true;
		}
	}
	return false;
}

struct series cube_series(const struct cube *cube, int area, int line, const char *area_name,
			  const char *line_name)
{
	struct series series = {
		.area = area_name,
		.line = line_name,
		.year = cube->year,
		.through_month = cube->through_months[area],
	};

	for (int month = 0; month < MONTHS; month++) {
		series.outcome[month] = cube_amount(cube, area, line, LAYER_OUTCOME, month);
		series.budget[month] = cube_amount(cube, area, line, LAYER_BUDGET, month);
	}
	return series;
}

static bool series_differs(const struct cube *before, const struct cube *after, int area, int line)
{
	size_t index = amount_index(before, area, line, LAYER_OUTCOME, 0);

	if (memcmp(&before->amounts[index], &after->amounts[index],
		   CUBE_LAYER_COUNT * MONTHS * sizeof *before->amounts) != 0)
		return true;
	return before->through_months[area] != after->through_months[area] &&
	       cube_has_any(after, area, line);
}

void cube_changes(const struct cube *before, const struct cube *after, const struct ledger *ledger,
		  struct series *series, size_t *count)
{
	for (int area = 0; area < after->area_count; area++) {
		for (int line = 0; line < after->line_count; line++) {
			if (!series_differs(before, after, area, line))
				continue;
			series[(*count)++] =
				cube_series(after, area, line, ledger->areas->areas[area].name,
					    ledger->lines->lines[line].name);
		}
	}
}
