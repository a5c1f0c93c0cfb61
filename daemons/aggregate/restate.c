/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/restate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/cells.h"
#include "aggregate/cube.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

enum { YEARS_MAX = 64, NAMES_MAX = 65536 };

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
	if (packer.failed)
		return -ENOMEM;
	return store_put(txn, TABLE_META, &key, packer.bytes, packer.length);
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
	struct block_place place;
	int r = block_place_read(key, key_size, &place);

	(void)value;
	if (r < 0)
		return r;
	for (size_t i = 0; i < years->count; i++) {
		if (years->years[i] == period_year(place.period))
			return 0;
	}
	if (years->count == YEARS_MAX)
		return ERROR_LIMIT;
	years->years[years->count++] = period_year(place.period);
	return 0;
}

static int cell_rederive(struct ledger *ledger, struct store_txn *txn, const struct key *key)
{
	cleanup(packer_finish) struct packer cells = {0};
	struct unassigned unassigned = {.row_count = 0};
	struct store_value block;
	int r = store_get(txn, TABLE_BLOCK, key, &block);

	if (r == 0)
		r = cells_derive(ledger, block.bytes, block.size, &cells, &unassigned);
	return r == 0 ? store_put(txn, TABLE_CELL, key, cells.bytes, cells.length) : r;
}

static int key_copy(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct key *next = context;

	(void)value;
	*next = key_empty();
	key_bytes(next, key, key_size);
	return STORE_STOP;
}

/* Block by block, each found from the key after the one before: nothing is
 * written under a moving cursor. */
static int cells_rederive(struct ledger *ledger, struct store_txn *txn)
{
	struct key all = key_empty();
	struct key from = key_empty();

	for (;;) {
		struct key next = key_empty();
		int r = store_each(txn, TABLE_BLOCK, &all, &from, key_copy, &next);

		if (r < 0 || next.size == 0)
			return r;
		r = cell_rederive(ledger, txn, &next);
		if (r < 0)
			return r;
		from = next;
		key_u8(&from, 0);
	}
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
			if (memcmp(now.outcome, then.outcome, sizeof now.outcome) != 0 ||
			    memcmp(now.budget, then.budget, sizeof now.budget) != 0)
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

static int years_load(struct store_txn *txn, const struct years *years, int area_count,
		      int line_count, struct cube *cubes[YEARS_MAX])
{
	for (size_t i = 0; i < years->count; i++) {
		int r = cube_new(&cubes[i], years->years[i], area_count, line_count);

		if (r == 0)
			r = cube_load(cubes[i], txn);
		if (r < 0)
			return r;
	}
	return 0;
}

static void cubes_finish(struct cube *(*cubes)[YEARS_MAX])
{
	for (size_t i = 0; i < YEARS_MAX; i++)
		cube_destroy(&(*cubes)[i]);
}

static int differences_journal(struct ledger *ledger, struct journal *journal,
			       struct store_txn *txn, struct names *names,
			       const struct years *years, struct cube **before, struct cube **after,
			       int64_t now_ms)
{
	size_t pairs = (size_t)ledger->areas->count * (size_t)ledger->lines->count +
		       (size_t)names->area_count * (size_t)names->line_count;
	cleanup(free_bytes) struct series *series =
		calloc(pairs * years->count + 1, sizeof *series);
	struct comparison comparison = {.ledger = ledger, .names = names, .series = series};
	struct event event = {.kind = EVENT_LEDGER, .ledger = {.time_ms = now_ms, .source = ""}};

	if (!series)
		return -ENOMEM;
	for (size_t i = 0; i < years->count; i++) {
		comparison.before = before[i];
		comparison.after = after[i];
		kept_compare(&comparison);
		gone_compare(&comparison);
	}
	event.ledger.series = series;
	event.ledger.series_count = comparison.count;
	return comparison.count > 0 ? journal_append(journal, txn, &event, NULL) : 0;
}

static int history_restate(struct ledger *ledger, struct journal *journal, struct store_txn *txn,
			   struct names *names, int64_t now_ms)
{
	cleanup(cubes_finish) struct cube *before[YEARS_MAX] = {NULL};
	cleanup(cubes_finish) struct cube *after[YEARS_MAX] = {NULL};
	struct years years = {.count = 0};
	struct key all = key_empty();
	int r = store_each(txn, TABLE_BLOCK, &all, NULL, year_collect, &years);

	if (r == 0)
		r = years_load(txn, &years, names->area_count, names->line_count, before);
	if (r == 0)
		r = cells_rederive(ledger, txn);
	if (r == 0)
		r = years_load(txn, &years, ledger->areas->count, ledger->lines->count, after);
	if (r == 0)
		r = differences_journal(ledger, journal, txn, names, &years, before, after, now_ms);
	return r;
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
