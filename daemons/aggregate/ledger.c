/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/ledger.h"

#include <string.h>

#include "aggregate/block.h"
#include "aggregate/cells.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

const char *const ledger_table_names[TABLE_COUNT] = {
	"meta", "journal",  "code",   "batch",	 "known",      "block",
	"cell", "coverage", "period", "request", "difference", "voucher",
};

struct codes_loading {
	struct ledger *ledger;
	enum dimension dimension;
};

static int code_load(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct codes_loading *loading = context;
	struct dictionary *codes = loading->ledger->codes[loading->dimension];
	uint32_t id = 0;
	int r;

	if (key_size != sizeof(uint8_t) + sizeof(uint32_t))
		return ERROR_CORRUPT;
	r = dictionary_add(codes, (const char *)value.bytes, value.size, &id);
	if (r < 0)
		return r;
	return r == 0 && id == key_read_u32(key + 1) ? 0 : ERROR_CORRUPT;
}

int ledger_codes_load(struct ledger *ledger, struct store_txn *txn)
{
	int r = 0;

	for (size_t i = 0; i < DIMENSION_COUNT && r == 0; i++) {
		struct codes_loading loading = {ledger, (enum dimension)i};
		struct key prefix = key_empty();

		key_u8(&prefix, (uint8_t)i);
		r = dictionary_new(&ledger->codes[i], LEDGER_CODES_MAX);
		if (r == 0)
			r = store_each(txn, TABLE_CODE, &prefix, NULL, code_load, &loading);
		if (r == 0)
			ledger->codes_stored[i] = dictionary_size(ledger->codes[i]);
	}
	return r;
}

static int row_pass(void *context, const struct block_row *row)
{
	(void)context;
	(void)row;
	return 0;
}

static int block_try(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	int r = block_each(value.bytes, value.size, row_pass, context);

	(void)key;
	(void)key_size;
	return r < 0 ? r : STORE_STOP;
}

/* The first block is of an early month, and as old as any. */
static int version_check(const struct ledger *ledger)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key all = key_empty();
	int r = store_begin(ledger->store, STORE_READ, &txn);

	return r == 0 ? store_each(txn, TABLE_BLOCK, &all, NULL, block_try, NULL) : r;
}

int ledger_open(struct ledger *ledger, const char *directory, uint64_t size_mib)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_open(&ledger->store, directory, ledger_table_names, TABLE_COUNT, size_mib);

	if (r == 0)
		r = version_check(ledger);
	if (r == 0)
		r = store_begin(ledger->store, STORE_READ, &txn);
	return r == 0 ? ledger_codes_load(ledger, txn) : r;
}

void ledger_close(struct ledger *ledger)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		dictionary_destroy(&ledger->codes[i]);
	cell_sums_destroy(&ledger->sums);
	store_close(&ledger->store);
	area_tree_destroy(&ledger->areas);
	line_tree_destroy(&ledger->lines);
	spread_keys_destroy(&ledger->spread_keys);
	measures_destroy(&ledger->measures);
}

int ledger_code_add(struct ledger *ledger, enum dimension dimension, const char *code,
		    uint32_t *id_out)
{
	int r = dictionary_add(ledger->codes[dimension], code, strlen(code), id_out);

	return r == DICTIONARY_FULL ? ERROR_LIMIT : r;
}

int ledger_codes_save(struct ledger *ledger, struct store_txn *txn)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		uint32_t size = dictionary_size(ledger->codes[i]);

		for (uint32_t id = ledger->codes_stored[i] + 1; id <= size; id++) {
			const char *code = dictionary_text(ledger->codes[i], id);
			struct key key = key_empty();
			int r;

			key_u8(&key, (uint8_t)i);
			key_u32(&key, id);
			r = store_put(txn, TABLE_CODE, &key, code, strlen(code));
			if (r < 0)
				return r;
		}
	}
	return 0;
}

void ledger_codes_saved(struct ledger *ledger)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		ledger->codes_stored[i] = dictionary_size(ledger->codes[i]);
}

struct key period_key(enum layer layer, struct period period)
{
	struct key key = key_empty();

	key_u8(&key, (uint8_t)layer);
	key_u32(&key, period.yyyymm);
	return key;
}

struct key source_key(enum layer layer, struct period period, const char *source)
{
	struct key key = period_key(layer, period);

	key_text(&key, source);
	return key;
}

struct key block_key(enum layer layer, struct period period, const char *source, uint64_t batch)
{
	struct key key = source_key(layer, period, source);

	key_u64(&key, batch);
	return key;
}

int source_place_read(const uint8_t *key, size_t size, struct key_place *place_out)
{
	enum { SOURCE_AT = sizeof(uint8_t) + sizeof(uint32_t) };

	if (size < SOURCE_AT + 1 || key[size - 1] != '\0' || key[0] < 1 || key[0] > LAYER_MAX)
		return ERROR_CORRUPT;
	place_out->layer = (enum layer)key[0];
	place_out->period.yyyymm = key_read_u32(key + 1);
	place_out->source = (const char *)key + SOURCE_AT;
	return period_is_valid(place_out->period) ? 0 : ERROR_CORRUPT;
}

int block_place_read(const uint8_t *key, size_t size, struct key_place *place_out)
{
	return size < sizeof(uint64_t) ? ERROR_CORRUPT
				       : source_place_read(key, size - sizeof(uint64_t), place_out);
}
