/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/spread.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/block.h"
#include "aggregate/cube.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/model/weights.h"

/* konto to resultatrad: what makes a code string; neither decision nor key do. */
enum { STRING_DIMENSIONS = DIMENSION_LINE + 1 };

enum spread_kind { SPREAD_STRAIGHT, SPREAD_NAMED, SPREAD_LAST_YEAR, SPREAD_OWN, SPREAD_UNKNOWN };

/* What the months of a code string are elsewhere. */
struct profile {
	enum spread_kind kind;
	int year; /* of the budget */
	uint32_t ids[STRING_DIMENSIONS];
	int64_t stored[MONTHS];
	int64_t in_file[MONTHS];
};

struct spreading {
	const struct ledger *ledger;
	struct staging *staging;
	struct batch_findings *findings;
	struct profile *profiles; /* sorted, each once */
	size_t profile_count;
	struct cube *last_year; /* the one loaded last */
	uint64_t by_area_count; /* rows that took the profile of area and line */
	uint64_t straight_count;
	/* Which profiles and month a block is read for. */
	enum spread_kind kind;
	int year;
	int month;
};

static enum spread_kind kind_of(const struct spreading *spreading, const char *name)
{
	if (!*name || text_equal_folded(name, "rak"))
		return SPREAD_STRAIGHT;
	if (text_equal_folded(name, "föregående år"))
		return SPREAD_LAST_YEAR;
	if (text_equal_folded(name, "egen budget"))
		return SPREAD_OWN;
	return spread_key_find(spreading->ledger->spread_keys, name) ? SPREAD_NAMED
								     : SPREAD_UNKNOWN;
}

static const char *code_of(const struct spreading *spreading, const struct group *group,
			   enum dimension dimension)
{
	return staging_code(spreading->staging, dimension, group->ids[dimension]);
}

static struct profile profile_of(const struct spreading *spreading, const struct group *group,
				 enum spread_kind kind)
{
	struct profile profile = {.kind = kind, .year = (int)group->period.yyyymm / 100};

	for (int i = 0; i < STRING_DIMENSIONS; i++) {
		const char *code = code_of(spreading, group, (enum dimension)i);
		uint32_t id = dictionary_find(spreading->ledger->codes[i], code, strlen(code));

		/* A code that the ledger has not seen has no profile there, but may have one
		 * in the file: told apart by its number in the batch. */
		profile.ids[i] = id == 0 && *code ? UINT32_MAX - group->ids[i] : id;
	}
	return profile;
}

static int profile_compare(const void *left, const void *right)
{
	const struct profile *l = left;
	const struct profile *r = right;

	if (l->kind != r->kind)
		return l->kind < r->kind ? -1 : 1;
	if (l->year != r->year)
		return l->year < r->year ? -1 : 1;
	return memcmp(l->ids, r->ids, sizeof l->ids);
}

static struct profile *profile_find(const struct spreading *spreading, const struct profile *wanted)
{
	if (spreading->profile_count == 0)
		return NULL;
	return bsearch(wanted, spreading->profiles, spreading->profile_count, sizeof *wanted,
		       profile_compare);
}

static void profiles_sort(struct spreading *spreading)
{
	size_t kept = 0;

	if (spreading->profile_count == 0)
		return;
	qsort(spreading->profiles, spreading->profile_count, sizeof *spreading->profiles,
	      profile_compare);
	for (size_t i = 1; i < spreading->profile_count; i++) {
		if (profile_compare(&spreading->profiles[kept], &spreading->profiles[i]) != 0)
			spreading->profiles[++kept] = spreading->profiles[i];
	}
	spreading->profile_count = kept + 1;
}

/* A budget for a whole year; what is wrong with its key is found. */
static void year_collect(struct spreading *spreading, const struct group *group)
{
	const char *name = code_of(spreading, group, DIMENSION_SPREAD);
	enum spread_kind kind = kind_of(spreading, name);

	if (kind == SPREAD_UNKNOWN)
		findings_add(spreading->findings, FINDING_LEDGER_SPREAD, FINDING_ERROR, 0,
			     "rak, föregående år, egen budget eller en nyckel i periodisering.csv",
			     "periodiseringsnyckeln ”%.100s” finns inte", name);
	if (kind == SPREAD_LAST_YEAR || kind == SPREAD_OWN)
		spreading->profiles[spreading->profile_count++] =
			profile_of(spreading, group, kind);
}

static size_t years_count(const struct staging *staging)
{
	size_t count, years = 0;
	struct sheet *const *sheets = staging_sheets(staging, &count);

	for (size_t i = 0; i < count; i++)
		years += period_is_year(sheets[i]->period) ? sheet_size(sheets[i]) : 0;
	return years;
}

static int years_collect(struct spreading *spreading, size_t years)
{
	size_t count;
	struct sheet *const *sheets = staging_sheets(spreading->staging, &count);

	spreading->profiles = calloc(years, sizeof *spreading->profiles);
	if (!spreading->profiles)
		return -ENOMEM;
	for (size_t s = 0; s < count; s++) {
		for (uint32_t i = 0; i < sheet_size(sheets[s]); i++) {
			struct group group;

			if (!period_is_year(sheets[s]->period))
				break;
			staging_group(spreading->staging, sheets[s], i, &group);
			year_collect(spreading, &group);
		}
	}
	profiles_sort(spreading);
	return spreading->findings->error_count > 0 ? SPREAD_REFUSED : 0;
}

static void month_read(struct spreading *spreading, const struct sheet *sheet)
{
	uint32_t month = sheet->period.yyyymm % 100;

	for (uint32_t i = 0; i < sheet_size(sheet); i++) {
		struct group group;
		struct profile wanted, *profile;

		staging_group(spreading->staging, sheet, i, &group);
		wanted = profile_of(spreading, &group, SPREAD_OWN);
		profile = profile_find(spreading, &wanted);
		if (profile)
			profile->in_file[month - 1] += group.ore;
	}
}

static void in_file_read(struct spreading *spreading)
{
	size_t count;
	struct sheet *const *sheets = staging_sheets(spreading->staging, &count);

	for (size_t i = 0; i < count && spreading->profile_count > 0; i++) {
		if (sheets[i]->layer == LAYER_BUDGET && !period_is_year(sheets[i]->period))
			month_read(spreading, sheets[i]);
	}
}

static int stored_row_add(void *context, const struct block_row *row)
{
	struct spreading *spreading = context;
	struct profile wanted = {.kind = spreading->kind, .year = spreading->year};
	struct profile *profile;

	memcpy(wanted.ids, row->ids, sizeof wanted.ids);
	profile = profile_find(spreading, &wanted);
	if (profile)
		profile->stored[spreading->month] += row->ore;
	return 0;
}

static int block_read(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	(void)key;
	(void)key_size;
	return block_each(value.bytes, value.size, stored_row_add, context);
}

static int year_read(struct spreading *spreading, struct store_txn *txn, enum layer layer, int year)
{
	int r = 0;

	for (spreading->month = 0; spreading->month < MONTHS && r == 0; spreading->month++) {
		struct key prefix = period_key(layer, period_of(year, spreading->month + 1));

		r = store_each(txn, TABLE_BLOCK, &prefix, NULL, block_read, spreading);
	}
	return r;
}

/* Only the years that somebody asks for. */
static int stored_read(struct spreading *spreading, struct store_txn *txn)
{
	int r = 0;

	for (size_t i = 0; i < spreading->profile_count && r == 0; i++) {
		const struct profile *profile = &spreading->profiles[i];

		if (i > 0 && profile->kind == spreading->kind && profile->year == spreading->year)
			continue;
		spreading->kind = profile->kind;
		spreading->year = profile->year;
		r = profile->kind == SPREAD_OWN
			    ? year_read(spreading, txn, LAYER_BUDGET, profile->year)
			    : year_read(spreading, txn, LAYER_OUTCOME, profile->year - 1);
	}
	return r;
}

/* Months of the other sign than the year get no weight; false when nothing is left. */
static bool weights_make(const int64_t months[static MONTHS], int64_t weights[static MONTHS])
{
	struct money total = {0};

	for (int i = 0; i < MONTHS; i++)
		total = money_sum(total, (struct money){months[i]});
	for (int i = 0; i < MONTHS; i++) {
		bool counts = total.ore != 0 && months[i] != INT64_MIN &&
			      (months[i] < 0) == (total.ore < 0);

		weights[i] = counts ? llabs(months[i]) : 0;
	}
	return total.ore != 0;
}

static int area_weights(struct spreading *spreading, struct store_txn *txn,
			const struct group *group, int64_t weights[static MONTHS], bool *found_out)
{
	const struct ledger *ledger = spreading->ledger;
	const char *codes[DIMENSION_COUNT];
	int year = (int)group->period.yyyymm / 100 - 1;
	int64_t months[MONTHS];
	int area, line, r = 0;

	for (int i = 0; i < DIMENSION_COUNT; i++)
		codes[i] = code_of(spreading, group, (enum dimension)i);
	area = area_of_codes(ledger->areas, codes);
	line = line_of_codes(ledger->lines, codes[DIMENSION_ACCOUNT], codes[DIMENSION_LINE]);
	if (!spreading->last_year || spreading->last_year->year != year) {
		cube_destroy(&spreading->last_year);
		r = cube_new(&spreading->last_year, year, ledger->areas->count,
			     ledger->lines->count);
		if (r == 0)
			r = cube_load(spreading->last_year, txn);
	}
	if (r < 0 || line == LINE_OUTSIDE)
		return r;
	for (int i = 0; i < MONTHS; i++)
		months[i] = cube_amount(spreading->last_year, area, line, LAYER_OUTCOME, i).ore;
	*found_out = weights_make(months, weights);
	return 0;
}

/* The weights of a code string: from its own months, or the nearest there is. */
static int profile_weights(struct spreading *spreading, struct store_txn *txn,
			   const struct group *group, enum spread_kind kind,
			   int64_t weights[static MONTHS])
{
	struct profile wanted = profile_of(spreading, group, kind);
	const struct profile *profile = profile_find(spreading, &wanted);
	bool found = false;
	int r = 0;

	if (profile &&
	    (weights_make(profile->in_file, weights) || weights_make(profile->stored, weights)))
		return 0;
	if (kind == SPREAD_LAST_YEAR)
		r = area_weights(spreading, txn, group, weights, &found);
	for (int i = 0; i < MONTHS && !found; i++)
		weights[i] = 1;
	*(found ? &spreading->by_area_count : &spreading->straight_count) += group->row_count;
	return r;
}

/* A stock budgeted for the year is the same every month. */
static bool group_is_stock(const struct spreading *spreading, const struct group *group)
{
	const struct measures *measures = spreading->ledger->measures;
	int measure;

	if (group->layer != LAYER_VOLUME_BUDGET)
		return false;
	measure = measure_find(measures, code_of(spreading, group, DIMENSION_LINE));
	return measure >= 0 && measures->measures[measure].kind == MEASURE_STOCK;
}

static int parts_make(struct spreading *spreading, struct store_txn *txn, const struct group *group,
		      struct money parts[static MONTHS])
{
	const char *name = code_of(spreading, group, DIMENSION_SPREAD);
	enum spread_kind kind = kind_of(spreading, name);
	int64_t weights[MONTHS];
	int r = 0;

	if (group_is_stock(spreading, group)) {
		for (int i = 0; i < MONTHS; i++)
			parts[i].ore = group->ore;
		return 0;
	}
	if (kind == SPREAD_STRAIGHT) {
		for (int i = 0; i < MONTHS; i++)
			parts[i] = money_part((struct money){group->ore}, i, MONTHS);
		return 0;
	}
	if (kind == SPREAD_NAMED)
		memcpy(weights, spread_key_find(spreading->ledger->spread_keys, name)->weights,
		       sizeof weights);
	else
		r = profile_weights(spreading, txn, group, kind, weights);
	if (r == 0 && !weights_share(weights, (struct money){group->ore}, parts))
		return -EINVAL;
	return r;
}

/* Twelve rows in place of one. */
static int months_add(struct spreading *spreading, const struct group *group,
		      const struct money parts[static MONTHS])
{
	uint32_t ids[DIMENSION_COUNT][MONTHS];
	uint32_t periods[MONTHS], row_counts[MONTHS];
	int64_t amounts[MONTHS];
	struct rows rows = {.layer = group->layer,
			    .count = MONTHS,
			    .periods = periods,
			    .amounts_ore = amounts,
			    .row_counts = row_counts};

	for (int i = 0; i < MONTHS; i++) {
		periods[i] = group->period.yyyymm + (uint32_t)i + 1;
		amounts[i] = parts[i].ore;
		row_counts[i] = group->row_count;
		for (int d = 0; d < DIMENSION_COUNT; d++)
			ids[d][i] = d == DIMENSION_SPREAD ? 0 : group->ids[d];
	}
	for (int d = 0; d < DIMENSION_COUNT; d++) {
		if (group->ids[d] != 0)
			rows.ids[d] = ids[d];
	}
	return staging_add(spreading->staging, &rows);
}

static int year_spread(struct spreading *spreading, struct store_txn *txn,
		       const struct sheet *sheet)
{
	int r = 0;

	for (uint32_t i = 0; i < sheet_size(sheet) && r == 0; i++) {
		struct group group;
		struct money parts[MONTHS];

		staging_group(spreading->staging, sheet, i, &group);
		r = parts_make(spreading, txn, &group, parts);
		if (r == 0)
			r = months_add(spreading, &group, parts);
	}
	return r;
}

/* Months are added to sheets of their own, which come last. */
static int years_spread(struct spreading *spreading, struct store_txn *txn)
{
	size_t count, now;
	int r = 0;

	staging_sheets(spreading->staging, &count);
	for (size_t i = 0; i < count && r == 0; i++) {
		const struct sheet *sheet = staging_sheets(spreading->staging, &now)[i];

		if (period_is_year(sheet->period))
			r = year_spread(spreading, txn, sheet);
	}
	return r;
}

static void fallbacks_tell(struct spreading *spreading)
{
	if (spreading->by_area_count > 0)
		findings_add(spreading->findings, FINDING_LEDGER_SPREAD_OTHER, 0, 0, "",
			     "%" PRIu64 " budgetrader: koderna har inget utfall föregående år, så "
			     "områdets och resultatradens profil används",
			     spreading->by_area_count);
	if (spreading->straight_count > 0)
		findings_add(spreading->findings, FINDING_LEDGER_SPREAD_OTHER, 0, 0, "",
			     "%" PRIu64 " budgetrader: ingen profil finns, så de periodiseras rakt",
			     spreading->straight_count);
}

/* A sum or a number of groups that does not fit is the file's fault. */
static int staging_refuse(struct spreading *spreading, int r)
{
	if (r <= 0 || r == SPREAD_REFUSED)
		return r;
	findings_add(spreading->findings,
		     r == STAGING_FULL ? FINDING_LEDGER_LIMIT : FINDING_LEDGER_SUM, FINDING_ERROR,
		     0, "en mindre budgetfil, med rimliga belopp",
		     "budgeten ryms inte periodiserad");
	return SPREAD_REFUSED;
}

int spread_apply(const struct ledger *ledger, struct staging *staging,
		 struct batch_findings *findings)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct spreading spreading = {.ledger = ledger, .staging = staging, .findings = findings};
	size_t years = years_count(staging);
	int r;

	if (years == 0)
		return 0;
	r = years_collect(&spreading, years);
	if (r == 0) {
		in_file_read(&spreading);
		r = store_begin(ledger->store, STORE_READ, &txn);
		if (r == 0)
			r = stored_read(&spreading, txn);
		if (r == 0)
			r = staging_refuse(&spreading, years_spread(&spreading, txn));
		fallbacks_tell(&spreading);
	}
	free(spreading.profiles);
	cube_destroy(&spreading.last_year);
	return r;
}
