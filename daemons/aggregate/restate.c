/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/restate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/cells.h"
#include "aggregate/cube.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

enum { YEARS_MAX = YEAR_MAX - YEAR_MIN + 1, NAMES_MAX = 65536 };

/* The names behind the numbers in the cells, as they were when derived. */
struct names {
	char (*areas)[CODE_SIZE];
	char (*lines)[CODE_SIZE];
	int area_count;
	int line_count;
};

static void names_finish(struct names *names)
{
	free(names->areas);
	free(names->lines);
}

static struct key mapping_key(void)
{
	struct key key = key_empty();

	key_text(&key, "mapping");
	return key;
}

static int mapping_save(const struct ledger *ledger, struct store_txn *txn)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = mapping_key();

	pack_bytes(&packer, ledger->mapping.bytes, HASH_SIZE);
	pack_u32(&packer, (uint32_t)ledger->areas->count);
	for (int i = 0; i < ledger->areas->count; i++)
		pack_text(&packer, ledger->areas->areas[i].name);
	pack_u32(&packer, (uint32_t)ledger->lines->count);
	for (int i = 0; i < ledger->lines->count; i++)
		pack_text(&packer, ledger->lines->lines[i].name);
	return store_put_packed(txn, TABLE_META, &key, &packer);
}

static int list_read(struct unpacker *unpacker, char (**names_out)[CODE_SIZE], int *count_out)
{
	uint32_t count = unpack_u32(unpacker);

	if (unpacker->failed || count > NAMES_MAX)
		return ERROR_CORRUPT;
	*names_out = calloc(count + 1, sizeof **names_out);
	if (!*names_out)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		unpack_text(unpacker, (*names_out)[i], CODE_SIZE);
	*count_out = (int)count;
	return 0;
}

/* 0, or STORE_MISSING in a new store. */
static int mapping_load(struct store_txn *txn, struct hash *hash_out, struct names *names)
{
	struct key key = mapping_key();
	struct store_value value;
	struct unpacker unpacker;
	const uint8_t *hash;
	int r = store_get(txn, TABLE_META, &key, &value);

	if (r != 0)
		return r;
	unpacker = unpacker_over(value.bytes, value.size);
	hash = unpack_bytes(&unpacker, HASH_SIZE);
	if (!hash)
		return ERROR_CORRUPT;
	memcpy(hash_out->bytes, hash, HASH_SIZE);
	r = list_read(&unpacker, &names->areas, &names->area_count);
	if (r == 0)
		r = list_read(&unpacker, &names->lines, &names->line_count);
	if (r < 0)
		return r;
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

struct years {
	int years[YEARS_MAX];
	size_t count;
};

static int year_collect(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct years *years = context;
	struct key_place place;
	int r = block_place_read(key, key_size, &place);

	(void)value;
	if (r < 0)
		return r;
	for (size_t i = 0; i < years->count; i++) {
		if (years->years[i] == period_year(place.period))
			return 0;
	}
	years->years[years->count++] = period_year(place.period);
	return 0;
}

static int key_copy(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct key *next = context;

	(void)value;
	*next = key_empty();
	key_bytes(next, key, key_size);
	return STORE_STOP;
}

/* The first block of @prefix after @from (empty: the first of all); its size is 0
 * when there is none.  Found anew each time: nothing is written under a cursor. */
static int block_next(struct store_txn *txn, const struct key *prefix, struct key *from)
{
	struct key after = *from;
	struct key next = key_empty();
	int r;

	if (after.size > 0)
		key_u8(&after, 0);
	r = store_each(txn, TABLE_BLOCK, prefix, after.size > 0 ? &after : NULL, key_copy, &next);
	*from = next;
	return r;
}

/* The cells of one layer, period and source, from all its blocks. */
static int source_rederive(struct ledger *ledger, struct store_txn *txn, const struct key *source)
{
	cleanup(cell_sums_destroy) struct cell_sums *sums = NULL;
	struct unassigned unassigned = {.row_count = 0};
	struct key block = key_empty();
	int r = cell_sums_new(&sums, ledger);

	while (r == 0) {
		struct store_value value;

		r = block_next(txn, source, &block);
		if (r < 0 || block.size == 0)
			break;
		r = store_get(txn, TABLE_BLOCK, &block, &value);
		if (r == 0)
			r = cell_sums_add_block(sums, value, &unassigned);
	}
	return r == 0 ? cell_sums_save(sums, txn, source) : r;
}

/* One layer and period: source by source, each found by the block after the last of
 * the source before. */
static int period_rederive(struct ledger *ledger, struct store_txn *txn, enum layer layer,
			   struct period period)
{
	struct key prefix = period_key(layer, period);
	struct key block = key_empty();
	int r = block_next(txn, &prefix, &block);

	while (r == 0 && block.size > 0) {
		struct key source = key_empty();

		key_bytes(&source, block.bytes, block.size - sizeof(uint64_t));
		r = source_rederive(ledger, txn, &source);
		block = source;
		key_u64(&block, UINT64_MAX);
		if (r == 0)
			r = block_next(txn, &prefix, &block);
	}
	return r;
}

static int year_rederive(struct ledger *ledger, struct store_txn *txn, int year)
{
	int r = 0;

	for (int month = 1; month <= MONTHS && r == 0; month++) {
		r = period_rederive(ledger, txn, LAYER_OUTCOME, period_of(year, month));
		if (r == 0)
			r = period_rederive(ledger, txn, LAYER_BUDGET, period_of(year, month));
	}
	return r;
}

static int name_find(char (*names)[CODE_SIZE], int count, const char *name)
{
	for (int i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	return -1;
}

struct comparison {
	const struct ledger *ledger;
	struct names *names;
	struct cube *before;
	struct cube *after;
	struct series *series;
	size_t count;
};

/* Other figures, or figures that are complete through another month. */
static bool series_differ(const struct series *now, const struct series *then, bool has_any)
{
	return memcmp(now->outcome, then->outcome, sizeof now->outcome) != 0 ||
	       memcmp(now->budget, then->budget, sizeof now->budget) != 0 ||
	       (has_any && now->through_month != then->through_month);
}

/* Every pair of the new trees whose figures are not what the old names held. */
static void kept_compare(struct comparison *comparison)
{
	const struct area_tree *areas = comparison->ledger->areas;
	const struct line_tree *lines = comparison->ledger->lines;
	struct names *names = comparison->names;

	for (int a = 0; a < areas->count; a++) {
		int old_area = name_find(names->areas, names->area_count, areas->areas[a].name);

		for (int l = 0; l < lines->count; l++) {
			const char *name = lines->lines[l].name;
			int old_line = name_find(names->lines, names->line_count, name);
			struct series now =
				cube_series(comparison->after, a, l, areas->areas[a].name, name);
			struct series then = {.area = now.area, .line = name, .year = now.year};

			if (old_area >= 0 && old_line >= 0)
				then = cube_series(comparison->before, old_area, old_line, now.area,
						   name);
			if (series_differ(&now, &then, cube_has_any(comparison->after, a, l)))
				comparison->series[comparison->count++] = now;
		}
	}
}

/* Every pair that held something under names that are gone: told once more, empty. */
static void gone_compare(struct comparison *comparison)
{
	const struct ledger *ledger = comparison->ledger;
	struct names *names = comparison->names;

	for (int a = 0; a < names->area_count; a++) {
		for (int l = 0; l < names->line_count; l++) {
			bool kept = area_find(ledger->areas, names->areas[a]) >= 0 &&
				    line_find(ledger->lines, names->lines[l]) >= 0;

			if (kept || !cube_has_any(comparison->before, a, l))
				continue;
			comparison->series[comparison->count++] = (struct series){
				.area = names->areas[a],
				.line = names->lines[l],
				.year = comparison->before->year,
				.through_month = comparison->before->through_months[a],
			};
		}
	}
}

static int differences_journal(struct comparison *comparison, struct journal *journal,
			       struct store_txn *txn, int64_t now_ms)
{
	const struct ledger *ledger = comparison->ledger;
	const struct names *names = comparison->names;
	size_t pairs = (size_t)ledger->areas->count * (size_t)ledger->lines->count +
		       (size_t)names->area_count * (size_t)names->line_count;
	cleanup(free_bytes) struct series *series = calloc(pairs + 1, sizeof *series);
	struct event event = {.kind = EVENT_LEDGER, .ledger = {.time_ms = now_ms, .source = ""}};

	if (!series)
		return -ENOMEM;
	comparison->series = series;
	kept_compare(comparison);
	gone_compare(comparison);
	event.ledger.series = series;
	event.ledger.series_count = comparison->count;
	return comparison->count > 0 ? journal_append(journal, txn, &event, NULL) : 0;
}

/* One event a year, so that a long history never makes one too large. */
static int year_restate(struct ledger *ledger, struct journal *journal, struct store_txn *txn,
			struct names *names, int year, int64_t now_ms)
{
	cleanup(cube_destroy) struct cube *before = NULL;
	cleanup(cube_destroy) struct cube *after = NULL;
	struct comparison comparison = {.ledger = ledger, .names = names};
	int r = cube_new(&before, year, names->area_count, names->line_count);

	if (r == 0)
		r = cube_load(before, txn);
	if (r == 0)
		r = year_rederive(ledger, txn, year);
	if (r == 0)
		r = cube_new(&after, year, ledger->areas->count, ledger->lines->count);
	if (r == 0)
		r = cube_load(after, txn);
	comparison.before = before;
	comparison.after = after;
	return r == 0 ? differences_journal(&comparison, journal, txn, now_ms) : r;
}

static int history_restate(struct ledger *ledger, struct journal *journal, struct store_txn *txn,
			   struct names *names, int64_t now_ms)
{
	struct years years = {.count = 0};
	struct key all = key_empty();
	int r = store_each(txn, TABLE_BLOCK, &all, NULL, year_collect, &years);

	for (size_t i = 0; i < years.count && r == 0; i++)
		r = year_restate(ledger, journal, txn, names, years.years[i], now_ms);
	return r;
}

int ledger_mapping_is_current(const struct ledger *ledger, struct store_txn *txn,
			      bool *is_current_out)
{
	cleanup(names_finish) struct names names = {0};
	struct hash stored;
	int r = mapping_load(txn, &stored, &names);

	*is_current_out = r == 0 && memcmp(stored.bytes, ledger->mapping.bytes, HASH_SIZE) == 0;
	return r < 0 ? r : 0;
}

int ledger_restate(struct ledger *ledger, struct journal *journal, int64_t now_ms,
		   bool *restated_out)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	cleanup(names_finish) struct names names = {0};
	struct hash stored;
	int r = store_begin(ledger->store, STORE_WRITE, &txn);

	*restated_out = false;
	if (r == 0)
		r = mapping_load(txn, &stored, &names);
	if (r == 0 && memcmp(stored.bytes, ledger->mapping.bytes, HASH_SIZE) == 0)
		return 0;
	if (r == 0) {
		*restated_out = true;
		r = history_restate(ledger, journal, txn, &names, now_ms);
	}
	if (r == 0 || r == STORE_MISSING)
		r = mapping_save(ledger, txn);
	if (r == 0)
		r = store_commit(&txn);
	return r == 0 ? journal_ring(journal) : r;
}

static int year_tell(struct ledger *ledger, struct journal *journal, struct store_txn *txn,
		     int year, int64_t now_ms)
{
	cleanup(cube_destroy) struct cube *nothing = NULL;
	cleanup(cube_destroy) struct cube *now = NULL;
	cleanup(free_bytes) struct series *series = NULL;
	size_t pairs = (size_t)ledger->areas->count * (size_t)ledger->lines->count;
	struct event event = {.kind = EVENT_LEDGER, .ledger = {.time_ms = now_ms, .source = ""}};
	int r = cube_new(&nothing, year, ledger->areas->count, ledger->lines->count);

	if (r == 0)
		r = cube_new(&now, year, ledger->areas->count, ledger->lines->count);
	if (r == 0)
		r = cube_load(now, txn);
	if (r < 0)
		return r;
	series = calloc(pairs + 1, sizeof *series);
	if (!series)
		return -ENOMEM;
	event.ledger.series = series;
	cube_changes(nothing, now, ledger, series, &event.ledger.series_count);
	return event.ledger.series_count > 0 ? journal_append(journal, txn, &event, NULL) : 0;
}

int ledger_tell(struct ledger *ledger, struct journal *journal, struct store_txn *txn,
		int64_t now_ms)
{
	struct years years = {.count = 0};
	struct key all = key_empty();
	int r = store_each(txn, TABLE_BLOCK, &all, NULL, year_collect, &years);

	for (size_t i = 0; i < years.count && r == 0; i++)
		r = year_tell(ledger, journal, txn, years.years[i], now_ms);
	return r;
}
