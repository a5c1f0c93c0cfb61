/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store `ledger` and what stands where in it.
 *
 *   code      dimension u8, number u32             -> code
 *   batch     number u64                           -> batch record (batches.h)
 *   known     source text, file hash 32            -> batch number u64
 *   block     layer u8, period u32, source, batch  -> rows added up (block.h)
 *   cell      layer u8, period u32, source         -> leaf area × line sums (cells.h)
 *   coverage  layer u8, period u32, source         -> which export speaks for it
 *   period    period u32                           -> who made it definitiv
 *   request   request id 16                        -> empty: an order already done
 *   difference batch number u64                   -> what it moved (difference.h)
 *   voucher   layer u8, period u32, source, batch  -> the vouchers of a delta (vouchers.h)
 *   meta      words                                -> journal stream, mapping
 *   journal   seq u64                              -> ledger events
 *
 * A snapshot deletes the blocks of its source and periods and puts its own; a
 * delta only puts its own.  So rows are never merged, every block names its
 * batch, and an import writes a handful of large values however long the history.
 * Cells are one value per layer, period and source, so that a year of the cube is
 * read in the same time however many files made it.
 */
#pragma once

#include "lib/base/hash.h"
#include "lib/conf/tables.h"
#include "lib/model/area.h"
#include "lib/model/dictionary.h"
#include "lib/model/line.h"
#include "lib/model/period.h"
#include "lib/store/store.h"

enum ledger_table {
	TABLE_META,
	TABLE_JOURNAL,
	TABLE_CODE,
	TABLE_BATCH,
	TABLE_KNOWN,
	TABLE_BLOCK,
	TABLE_CELL,
	TABLE_COVERAGE,
	TABLE_PERIOD,
	TABLE_REQUEST,
	TABLE_DIFFERENCE,
	TABLE_VOUCHER,
	TABLE_COUNT,
};

enum { LEDGER_CODES_MAX = 1 << 22 };

struct ledger {
	struct store *store;
	struct area_tree *areas;
	struct line_tree *lines;
	struct spread_keys *spread_keys; /* owned */
	struct measures *measures;	 /* owned */
	struct hash mapping;		 /* of the files behind the two trees */
	struct dictionary *codes[DIMENSION_COUNT];
	uint32_t codes_stored[DIMENSION_COUNT]; /* how many of them are in the store */
	struct cell_sums *sums;			/* for commits; NULL until the first */
};

/* Opens the store and loads codes; takes the trees over.  0, STORE_HELD or negative. */
int ledger_open(struct ledger *ledger, const char *directory, uint64_t size_mib);
void ledger_close(struct ledger *ledger);
/* The codes alone, into a ledger without any; ledger_open does so. */
int ledger_codes_load(struct ledger *ledger, struct store_txn *txn);
/* For who opens the store elsewhere. */
extern const char *const ledger_table_names[TABLE_COUNT];

/* The number that @code has in this ledger, given out when new. */
int ledger_code_add(struct ledger *ledger, enum dimension dimension, const char *code,
		    uint32_t *id_out);
/* Puts the codes given out since the last commit. */
int ledger_codes_save(struct ledger *ledger, struct store_txn *txn);
/* After the commit. */
void ledger_codes_saved(struct ledger *ledger);

/* Keys of coverage, cells and blocks: each is a prefix of the next. */
struct key period_key(enum layer layer, struct period period);
struct key source_key(enum layer layer, struct period period, const char *source);
struct key block_key(enum layer layer, struct period period, const char *source, uint64_t batch);

/* What such a key says. */
struct key_place {
	enum layer layer;
	struct period period;
	const char *source; /* borrowed from the key */
};

/* Of a key by source_key.  0 or ERROR_CORRUPT. */
int source_place_read(const uint8_t *key, size_t size, struct key_place *place_out);
/* Of a key by block_key. */
int block_place_read(const uint8_t *key, size_t size, struct key_place *place_out);
