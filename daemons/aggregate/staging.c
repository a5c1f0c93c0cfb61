/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger comes in the order of its months, so that the sheet of a month is in the
 * processor's cache while its rows arrive.  A key holds the dimensions that some row
 * has had a code of, in the order they were met: nearly always two to five of eleven.
 */
#include "aggregate/staging.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/model/period.h"

enum { YEAR_COUNT = YEAR_MAX - YEAR_MIN + 1, YEAR_PERIODS = MONTHS + 1 };

const enum dimension staging_dimensions[DIMENSION_COUNT] = {
	DIMENSION_AREA,	    DIMENSION_ACTIVITY, DIMENSION_UNIT,	       DIMENSION_TASK,
	DIMENSION_PROJECT,  DIMENSION_OBJECT,	DIMENSION_COUNTERPART, DIMENSION_LINE,
	DIMENSION_DECISION, DIMENSION_SPREAD,	DIMENSION_ACCOUNT,
};

struct staging {
	struct dictionary *codes[DIMENSION_COUNT];
	enum dimension used[DIMENSION_COUNT]; /* word i of a key is of used[i] */
	uint32_t used_count;
	struct sheet **sheets; /* in the order of their first rows until they are sorted */
	size_t sheet_count;
	size_t sheet_capacity;
	/* By layer and period, the whole year's first; NULL: no rows. */
	struct sheet *(*places[LAYER_MAX + 1])[YEAR_PERIODS];
	size_t group_count;
	uint64_t row_count;
	struct money sum;
	struct money outcome_sum;
	struct vouchers vouchers;
};

static void sheet_destroy(struct sheet **sheet)
{
	if (*sheet)
		group_table_destroy(&(*sheet)->groups);
	free(*sheet);
	*sheet = NULL;
}

int staging_new(struct staging **staging_out)
{
	cleanup(staging_destroy) struct staging *staging = calloc(1, sizeof *staging);

	if (!staging)
		return -ENOMEM;
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		int r = dictionary_new(&staging->codes[i], STAGING_CODES_MAX);

		if (r < 0)
			return r;
	}
	*staging_out = staging;
	staging = NULL;
	return 0;
}

void staging_destroy(struct staging **staging)
{
	if (!*staging)
		return;
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		dictionary_destroy(&(*staging)->codes[i]);
	for (size_t i = 0; i < (*staging)->sheet_count; i++)
		sheet_destroy(&(*staging)->sheets[i]);
	free((*staging)->sheets);
	for (size_t i = 0; i <= LAYER_MAX; i++)
		free((*staging)->places[i]);
	vouchers_finish(&(*staging)->vouchers);
	free(*staging);
	*staging = NULL;
}

/* ---- codes ------------------------------------------------------------------ */

/* The sender numbers its codes itself: a code it has sent before is a fault. */
static int codes_add(struct staging *staging, const struct rows *rows)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		for (uint32_t j = 0; j < rows->new_codes_count[i]; j++) {
			const char *code = rows->new_codes[i][j];
			uint32_t expected = dictionary_size(staging->codes[i]) + 1;
			uint32_t id = 0;
			int r = dictionary_add(staging->codes[i], code, strlen(code), &id);

			if (r == DICTIONARY_FULL)
				return STAGING_FULL;
			if (r < 0)
				return r;
			if (id != expected)
				return STAGING_MALFORMED;
		}
	}
	return 0;
}

static bool column_is_valid(const uint32_t *ids, uint32_t count, uint32_t id_max)
{
	uint32_t highest = 0;

	for (uint32_t i = 0; i < count; i++)
		highest = ids[i] > highest ? ids[i] : highest;
	return highest <= id_max;
}

static bool columns_are_valid(const struct staging *staging, const struct rows *rows)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		if (rows->ids[i] &&
		    !column_is_valid(rows->ids[i], rows->count, dictionary_size(staging->codes[i])))
			return false;
	}
	return true;
}

static bool dimension_is_used(const struct staging *staging, enum dimension dimension)
{
	for (uint32_t i = 0; i < staging->used_count; i++) {
		if (staging->used[i] == dimension)
			return true;
	}
	return false;
}

/* A dimension met for the first time becomes the last word of all keys to come. */
static void columns_use(struct staging *staging, const struct rows *rows)
{
	for (int i = 0; i < DIMENSION_COUNT; i++) {
		if (rows->ids[i] && !dimension_is_used(staging, (enum dimension)i))
			staging->used[staging->used_count++] = (enum dimension)i;
	}
}

/* ---- sheets ----------------------------------------------------------------- */

/* A budget for a whole year has no months until the commit spreads it. */
static bool place_is_valid(enum layer layer, struct period period)
{
	return period_is_valid(period) ||
	       ((layer == LAYER_BUDGET || layer == LAYER_VOLUME_BUDGET) && period_is_year(period));
}

static int sheet_reserve(struct staging *staging)
{
	size_t capacity = staging->sheet_capacity * 2 + MONTHS;
	struct sheet **grown;

	if (staging->sheet_count < staging->sheet_capacity)
		return 0;
	grown = reallocarray(staging->sheets, capacity, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	staging->sheets = grown;
	staging->sheet_capacity = capacity;
	return 0;
}

static int sheet_new(struct staging *staging, enum layer layer, struct period period,
		     struct sheet **place)
{
	cleanup(sheet_destroy) struct sheet *sheet = calloc(1, sizeof *sheet);
	int r = sheet ? sheet_reserve(staging) : -ENOMEM;

	if (r == 0)
		r = group_table_new(&sheet->groups, staging->used_count, GROUP_COUNT_MAX);
	if (r < 0)
		return r;
	sheet->layer = layer;
	sheet->period = period;
	*place = sheet;
	staging->sheets[staging->sheet_count++] = sheet;
	sheet = NULL;
	return 0;
}

/* Its keys get the words that have come since. */
static int sheet_widen(const struct staging *staging, struct sheet *sheet)
{
	cleanup(group_table_destroy) struct group_table *wider = NULL;
	struct group_table *narrower = sheet->groups;
	uint32_t narrow_size = group_table_key_size(narrower);
	int r = group_table_new(&wider, staging->used_count, GROUP_COUNT_MAX);

	for (uint32_t i = 0; i < group_table_count(narrower) && r == 0; i++) {
		const struct group_record *record = group_table_at(narrower, i);
		uint32_t key[DIMENSION_COUNT] = {0};

		memcpy(key, record->key, narrow_size * sizeof *key);
		r = group_table_add(wider, key, record->ore, record->row_count);
	}
	if (r != 0)
		return r;
	sheet->groups = wider;
	wider = narrower;
	return 0;
}

/* The sheet of a row, ready for keys of all dimensions used. */
static int sheet_find(struct staging *staging, enum layer layer, uint32_t yyyymm,
		      struct sheet **sheet_out)
{
	struct period period = {yyyymm};
	struct sheet **place;
	int r;

	if (!place_is_valid(layer, period))
		return STAGING_MALFORMED;
	if (!staging->places[layer])
		staging->places[layer] = calloc(YEAR_COUNT, sizeof *staging->places[layer]);
	if (!staging->places[layer])
		return -ENOMEM;
	place = &staging->places[layer][yyyymm / 100 - YEAR_MIN][yyyymm % 100];
	r = *place ? 0 : sheet_new(staging, layer, period, place);
	if (r == 0 && group_table_key_size((*place)->groups) < staging->used_count)
		r = sheet_widen(staging, *place);
	*sheet_out = *place;
	return r;
}

/* ---- rows ------------------------------------------------------------------- */

static int group_outcome(int r)
{
	if (r == GROUP_TABLE_OVERFLOW)
		return STAGING_OVERFLOW;
	return r == GROUP_TABLE_FULL ? STAGING_FULL : r;
}

/* As many rows from @first on as are added at once, as keys of what is used. */
static uint32_t rows_gather(const struct staging *staging, const struct rows *rows, uint32_t first,
			    uint32_t end, struct group_row gathered[static GROUP_ROWS_MAX])
{
	uint32_t count = end - first < GROUP_ROWS_MAX ? end - first : GROUP_ROWS_MAX;

	for (uint32_t i = 0; i < count; i++) {
		gathered[i].ore = rows->amounts_ore[first + i];
		gathered[i].row_count = rows->row_counts ? rows->row_counts[first + i] : 1;
	}
	for (uint32_t k = 0; k < staging->used_count; k++) {
		const uint32_t *ids = rows->ids[staging->used[k]];

		for (uint32_t i = 0; i < count; i++)
			gathered[i].key[k] = ids ? ids[first + i] : 0;
	}
	return count;
}

/* The rows from @first on that are of one period, nearly always all of them. */
static int run_add(struct staging *staging, const struct rows *rows, uint32_t first, uint32_t end)
{
	struct group_row gathered[GROUP_ROWS_MAX];
	struct sheet *sheet;
	uint32_t before;
	int r = sheet_find(staging, rows->layer, rows->periods[first], &sheet);

	if (r != 0)
		return r;
	before = group_table_count(sheet->groups);
	while (first < end && r == 0) {
		uint32_t done;
		uint32_t count = rows_gather(staging, rows, first, end, gathered);

		r = group_table_add_rows(sheet->groups, gathered, count, &done);
		first += count;
	}
	staging->group_count += group_table_count(sheet->groups) - before;
	if (r == 0 && staging->group_count > STAGING_GROUPS_MAX)
		r = GROUP_TABLE_FULL;
	return group_outcome(r);
}

static int runs_add(struct staging *staging, const struct rows *rows)
{
	uint32_t first = 0;
	int r = 0;

	while (first < rows->count && r == 0) {
		uint32_t end = first + 1;

		while (end < rows->count && rows->periods[end] == rows->periods[first])
			end++;
		r = run_add(staging, rows, first, end);
		first = end;
	}
	return r;
}

static int sums_add(struct staging *staging, const struct rows *rows)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		struct money amount = {rows->amounts_ore[i]};

		if (!money_add(&staging->sum, amount))
			return STAGING_OVERFLOW;
		if (rows->layer == LAYER_OUTCOME && !money_add(&staging->outcome_sum, amount))
			return STAGING_OVERFLOW;
		staging->row_count += rows->row_counts ? rows->row_counts[i] : 1;
	}
	return 0;
}

int staging_add(struct staging *staging, const struct rows *rows)
{
	int r = codes_add(staging, rows);

	if (r != 0)
		return r;
	if (!columns_are_valid(staging, rows))
		return STAGING_MALFORMED;
	columns_use(staging, rows);
	r = runs_add(staging, rows);
	return r == 0 ? sums_add(staging, rows) : r;
}

/* ---- order ------------------------------------------------------------------ */

static int sheet_compare(const void *left, const void *right)
{
	const struct sheet *l = *(struct sheet *const *)left;
	const struct sheet *r = *(struct sheet *const *)right;

	if (l->layer != r->layer)
		return l->layer < r->layer ? -1 : 1;
	return l->period.yyyymm < r->period.yyyymm ? -1 : 1;
}

enum { RADIX_BITS = 8, RADIX = 1 << RADIX_BITS };

/* One pass of a radix sort of group numbers, by the digit at @shift of a word. */
static void order_pass(const struct group_table *groups, uint32_t word, unsigned shift,
		       const uint32_t *from, uint32_t *to)
{
	uint32_t count = group_table_count(groups);
	uint32_t starts[RADIX] = {0};
	uint32_t next = 0;

	for (uint32_t i = 0; i < count; i++)
		starts[group_table_at(groups, i)->key[word] >> shift & (RADIX - 1)]++;
	for (uint32_t i = 0; i < RADIX; i++) {
		uint32_t size = starts[i];

		starts[i] = next;
		next += size;
	}
	for (uint32_t i = 0; i < count; i++)
		to[starts[group_table_at(groups, from[i])->key[word] >> shift & (RADIX - 1)]++] =
			from[i];
}

static int word_of(const struct staging *staging, const struct sheet *sheet,
		   enum dimension dimension)
{
	for (uint32_t i = 0; i < group_table_key_size(sheet->groups); i++) {
		if (staging->used[i] == dimension)
			return (int)i;
	}
	return -1;
}

/* The last dimension first, and of each the lowest digit: every pass keeps the order of
 * those before it.  @order has room for two orders, and the first of them is sorted. */
static void order_make(const struct staging *staging, const struct sheet *sheet, uint32_t *order)
{
	uint32_t count = sheet_size(sheet);
	uint32_t *from = order;
	uint32_t *to = order + count;

	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t d = DIMENSION_COUNT; d-- > 0;) {
		enum dimension dimension = staging_dimensions[d];
		int word = word_of(staging, sheet, dimension);
		uint32_t highest = word < 0 ? 0 : dictionary_size(staging->codes[dimension]);

		for (unsigned shift = 0; highest >> shift != 0; shift += RADIX_BITS) {
			uint32_t *spare = from;

			order_pass(sheet->groups, (uint32_t)word, shift, from, to);
			from = to;
			to = spare;
		}
	}
	if (from != order)
		memcpy(order, from, count * sizeof *order);
}

static int sheet_sort(const struct staging *staging, struct sheet *sheet)
{
	cleanup(free_bytes) uint32_t *order =
		malloc((2 * (size_t)sheet_size(sheet) + 1) * sizeof *order);

	if (!order)
		return -ENOMEM;
	order_make(staging, sheet, order);
	return group_table_reorder(sheet->groups, order);
}

int staging_sort(struct staging *staging)
{
	int r = 0;

	if (staging->sheet_count > 0)
		qsort(staging->sheets, staging->sheet_count, sizeof(*staging->sheets),
		      sheet_compare);
	for (size_t i = 0; i < staging->sheet_count && r == 0; i++)
		r = sheet_sort(staging, staging->sheets[i]);
	return r;
}

/* ---- looked at -------------------------------------------------------------- */

struct sheet *const *staging_sheets(const struct staging *staging, size_t *count_out)
{
	*count_out = staging->sheet_count;
	return staging->sheets;
}

uint32_t sheet_size(const struct sheet *sheet)
{
	return group_table_count(sheet->groups);
}

void staging_group(const struct staging *staging, const struct sheet *sheet, uint32_t index,
		   struct group *group_out)
{
	const struct group_record *record = group_table_at(sheet->groups, index);

	*group_out = (struct group){.layer = sheet->layer,
				    .period = sheet->period,
				    .row_count = record->row_count,
				    .ore = record->ore};
	for (uint32_t i = 0; i < group_table_key_size(sheet->groups); i++)
		group_out->ids[staging->used[i]] = record->key[i];
}

void staging_codes_see(const struct staging *staging, const struct sheet *sheet,
		       uint32_t seen[static DIMENSION_COUNT])
{
	uint32_t word_count = group_table_key_size(sheet->groups);
	uint32_t words[GROUP_KEY_MAX] = {0};

	for (uint32_t i = 0; i < sheet_size(sheet); i++) {
		const uint32_t *key = group_table_at(sheet->groups, i)->key;

		for (uint32_t k = 0; k < word_count; k++)
			words[k] |= key[k];
	}
	memset(seen, 0, DIMENSION_COUNT * sizeof *seen);
	for (uint32_t k = 0; k < word_count; k++)
		seen[staging->used[k]] = words[k];
}

struct vouchers *staging_vouchers(struct staging *staging)
{
	return &staging->vouchers;
}

size_t staging_voucher_count(const struct staging *staging)
{
	return staging->vouchers.count;
}

uint64_t staging_row_count(const struct staging *staging)
{
	return staging->row_count;
}

struct money staging_sum(const struct staging *staging)
{
	return staging->sum;
}

struct money staging_outcome_sum(const struct staging *staging)
{
	return staging->outcome_sum;
}

const char *staging_code(const struct staging *staging, enum dimension dimension, uint32_t id)
{
	return dictionary_text(staging->codes[dimension], id);
}

uint32_t staging_code_count(const struct staging *staging, enum dimension dimension)
{
	return dictionary_size(staging->codes[dimension]);
}

uint32_t staging_code_id(const struct staging *staging, enum dimension dimension, const char *code)
{
	return dictionary_find(staging->codes[dimension], code, strlen(code));
}
