/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/batches.h"
#include "aggregate/block.h"
#include "aggregate/cells.h"
#include "aggregate/restate.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/books/books.h"

/* What the blocks of one batch are together. */
struct told {
	uint64_t row_count;
	struct money sum;
	uint32_t layers; /* a bit each */
};

struct verifying {
	struct ledger *ledger;
	struct books *books;
	struct store_txn *txn;
	struct told *told; /* by batch number */
	uint64_t batch_count;
	/* Of the layer, period and source whose blocks are read. */
	struct key place;
	struct cell_sums *sums;
	struct unassigned unassigned;
	struct told *batch; /* of the block that is read */
	bool is_money;
	struct packer packer; /* the block, by its codes' names */
};

/* ---- batches ---------------------------------------------------------------- */

static void name_print(char hex[static 2 * BATCH_NAME_SIZE], const char *name)
{
	size_t length = strlen(name);

	hex[0] = '\0';
	for (size_t i = 0; i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned char)name[i]);
}

static void batch_tell(struct verifying *verifying, const struct batch *batch)
{
	char name[2 * BATCH_NAME_SIZE];
	char hash[HASH_TEXT_SIZE];

	name_print(name, batch->file_name);
	hash_text(&batch->file, hash);
	books_tell(verifying->books,
		   "batch\t%" PRIu64 "\t%" PRId64 "\t%" PRIu64 "\t%" PRId64 "\t%s\t%s\t%s",
		   batch->number, batch->time_ms, batch->row_count, batch->sum.ore, batch->source,
		   hash, name);
}

static void batch_judge(struct verifying *verifying, const struct batch *batch)
{
	const struct told *told = &verifying->told[batch->number];
	uint32_t outcome = UINT32_C(1) << LAYER_OUTCOME;
	uint32_t money = outcome | UINT32_C(1) << LAYER_BUDGET;

	if (batch->replaced_count > batch->month_count ||
	    batch->replaced_by > verifying->batch_count)
		books_fault(verifying->books, "import %" PRIu64 " är ersatt av vad som inte finns",
			    batch->number);
	if (batch->replaced_count == batch->month_count && batch->month_count > 0 && told->layers)
		books_fault(verifying->books, "import %" PRIu64 " är ersatt men har rader kvar",
			    batch->number);
	if (batch->replaced_count > 0)
		return;
	if ((told->layers | money) == money && told->sum.ore != batch->sum.ore)
		books_fault(verifying->books,
			    "import %" PRIu64 " (%s): blocken summerar till %" PRId64
			    " öre, filen till %" PRId64,
			    batch->number, batch->source, told->sum.ore, batch->sum.ore);
	if ((told->layers | outcome) == outcome && told->row_count != batch->row_count)
		books_fault(verifying->books,
			    "import %" PRIu64 " (%s): blocken har %" PRIu64
			    " rader, filen %" PRIu64,
			    batch->number, batch->source, told->row_count, batch->row_count);
}

static int batches_verify(struct verifying *verifying)
{
	books_rule(verifying->books, "I1", "importer mot sina block");
	for (uint64_t number = 1; number <= verifying->batch_count; number++) {
		struct batch batch;
		int r = batch_load(verifying->txn, number, &batch);

		if (r < 0)
			return r;
		books_count(verifying->books);
		if (r == STORE_MISSING) {
			books_fault(verifying->books, "import %" PRIu64 " saknas", number);
			continue;
		}
		batch_tell(verifying, &batch);
		batch_judge(verifying, &batch);
	}
	return 0;
}

static int known_verify(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct verifying *verifying = context;
	struct batch batch;
	uint64_t number;
	int r;

	if (value.size != sizeof number || key_size < HASH_SIZE + 1)
		return ERROR_CORRUPT;
	memcpy(&number, value.bytes, sizeof number);
	books_count(verifying->books);
	r = batch_load(verifying->txn, number, &batch);
	if (r < 0)
		return r;
	if (r == STORE_MISSING || strcmp(batch.source, (const char *)key) != 0 ||
	    memcmp(batch.file.bytes, key + key_size - HASH_SIZE, HASH_SIZE) != 0)
		books_fault(verifying->books, "en känd fil är inte den import %" PRIu64 " läste in",
			    number);
	return 0;
}

static int known_all_verify(struct verifying *verifying)
{
	struct key all = key_empty();
	uint64_t count = 0;
	int r;

	books_rule(verifying->books, "I3", "kända filer, var och en inläst en gång");
	r = store_each(verifying->txn, TABLE_KNOWN, &all, NULL, known_verify, verifying);
	if (r == 0)
		r = store_count(verifying->txn, TABLE_KNOWN, &count);
	if (r == 0 && count != verifying->batch_count)
		books_fault(verifying->books, "%" PRIu64 " filer är kända, men %" PRIu64 " inlästa",
			    count, verifying->batch_count);
	return r;
}

/* ---- blocks and cells ------------------------------------------------------- */

static void place_print(const struct key *place, char text[static 96])
{
	struct key_place at;
	char month[PERIOD_TEXT_SIZE];

	if (source_place_read(place->bytes, place->size, &at) < 0) {
		snprintf(text, 96, "?");
		return;
	}
	period_text(at.period, month);
	snprintf(text, 96, "%s %s %s", at.source, month, layer_name(at.layer));
}

/* The blocks of a place are all read. */
static int place_end(struct verifying *verifying)
{
	struct store_value cells = {.size = 0};
	bool is_equal = false;
	char place[96];
	int r;

	if (verifying->place.size == 0 || !verifying->is_money || !verifying->sums)
		return 0;
	books_count(verifying->books);
	r = store_get(verifying->txn, TABLE_CELL, &verifying->place, &cells);
	if (r == 0)
		r = cell_sums_compare(verifying->sums, cells, &is_equal);
	if (r < 0)
		return r;
	place_print(&verifying->place, place);
	if (!is_equal)
		books_fault(verifying->books, "cellerna för %s är inte summan av sina block",
			    place);
	return 0;
}

static int place_begin(struct verifying *verifying, const uint8_t *key, size_t size)
{
	struct key_place place;
	int r = place_end(verifying);

	if (r == 0)
		r = source_place_read(key, size, &place);
	if (r < 0)
		return r;
	verifying->place = key_empty();
	key_bytes(&verifying->place, key, size);
	verifying->is_money = layer_is_money(place.layer);
	if (verifying->sums)
		cell_sums_clear(verifying->sums);
	return 0;
}

static int row_verify(void *context, const struct block_row *row)
{
	struct verifying *verifying = context;
	const struct ledger *ledger = verifying->ledger;

	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		if (row->ids[i] > dictionary_size(ledger->codes[i]))
			return ERROR_CORRUPT;
		pack_text(&verifying->packer, dictionary_text(ledger->codes[i], row->ids[i]));
	}
	pack_i64(&verifying->packer, row->ore);
	pack_u32(&verifying->packer, row->row_count);
	verifying->batch->row_count += row->row_count;
	if (!money_add(&verifying->batch->sum, (struct money){row->ore}))
		return ERROR_CORRUPT;
	return verifying->is_money && verifying->sums
		       ? cell_sums_add_row(verifying->sums, row, &verifying->unassigned)
		       : 0;
}

static int block_rows_verify(struct verifying *verifying, const uint8_t *key, size_t key_size,
			     struct store_value value)
{
	struct packer *packer = &verifying->packer;
	int r = block_each(value.bytes, value.size, row_verify, verifying);

	if (r == 0 && packer->failed)
		r = -ENOMEM;
	if (r == 0)
		r = books_state_add(verifying->books, key, key_size);
	if (r == 0)
		r = books_state_add(verifying->books, packer->bytes, packer->length);
	packer_finish(packer);
	return r;
}

static int block_verify(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct verifying *verifying = context;
	size_t place_size = key_size - sizeof(uint64_t);
	uint64_t number;
	int r = 0;

	if (key_size < sizeof number + 1)
		return ERROR_CORRUPT;
	number = key_read_u64(key + place_size);
	if (verifying->place.size != place_size ||
	    memcmp(verifying->place.bytes, key, place_size) != 0)
		r = place_begin(verifying, key, place_size);
	if (r < 0)
		return r;
	if (number == 0 || number > verifying->batch_count) {
		books_fault(verifying->books,
			    "ett block är från import %" PRIu64 ", som inte finns", number);
		return 0;
	}
	verifying->batch = &verifying->told[number];
	verifying->batch->layers |= UINT32_C(1) << key[0];
	return block_rows_verify(verifying, key, key_size, value);
}

/* A cell whose blocks are gone. */
static int cell_verify(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct verifying *verifying = context;
	struct key place = key_empty();
	struct key block;
	struct store_value any;
	char text[96];
	int r;

	(void)value;
	key_bytes(&place, key, key_size);
	r = store_last(verifying->txn, TABLE_BLOCK, &place, &block, &any);
	if (r != STORE_MISSING)
		return r;
	place_print(&place, text);
	books_fault(verifying->books, "cellerna för %s har inga block", text);
	return 0;
}

static int blocks_verify(struct verifying *verifying)
{
	struct key all = key_empty();
	bool is_current = false;
	int r = ledger_mapping_is_current(verifying->ledger, verifying->txn, &is_current);

	books_rule(verifying->books, "I2", "celler mot sina block, per källa, månad och lager");
	if (r == 0 && is_current)
		r = cell_sums_new(&verifying->sums, verifying->ledger);
	else if (r == 0 && verifying->batch_count > 0)
		books_tell(verifying->books,
			   "note\tomraden.csv eller resultatrader.csv är ändrade sedan celler "
			   "räknades: de prövas när budgetvakt-aggregate har startats om");
	if (r == 0)
		r = books_state_add(verifying->books, "block", 5);
	if (r == 0)
		r = store_each(verifying->txn, TABLE_BLOCK, &all, NULL, block_verify, verifying);
	if (r == 0)
		r = place_end(verifying);
	return r == 0 ? store_each(verifying->txn, TABLE_CELL, &all, NULL, cell_verify, verifying)
		      : r;
}

/* ---- coverage --------------------------------------------------------------- */

static int coverage_verify(void *context, const uint8_t *key, size_t key_size,
			   struct store_value value)
{
	struct verifying *verifying = context;
	struct coverage coverage;
	struct key_place place;
	struct batch batch;
	struct key at = key_empty();
	char text[96];
	int r = source_place_read(key, key_size, &place);

	if (r == 0)
		r = coverage_unpack(value, &coverage);
	if (r == 0)
		r = batch_load(verifying->txn, coverage.batch, &batch);
	if (r < 0)
		return r;
	books_count(verifying->books);
	key_bytes(&at, key, key_size);
	place_print(&at, text);
	if (r == STORE_MISSING || strcmp(batch.source, place.source) != 0)
		books_fault(verifying->books, "%s är från import %" PRIu64 ", som inte är källans",
			    text, coverage.batch);
	else if (coverage.last.yyyymm < place.period.yyyymm ||
		 coverage.through.yyyymm > coverage.last.yyyymm)
		books_fault(verifying->books, "%s täcks inte av sin export", text);
	return 0;
}

static int coverage_all_verify(struct verifying *verifying)
{
	struct key all = key_empty();

	books_rule(verifying->books, "I2", "täckta månader mot importen de är från");
	return store_each(verifying->txn, TABLE_COVERAGE, &all, NULL, coverage_verify, verifying);
}

/* ---- all of it -------------------------------------------------------------- */

static int told_new(struct verifying *verifying)
{
	uint64_t next = 0;
	int r = batch_number_next(verifying->txn, &next);

	if (r < 0)
		return r;
	verifying->batch_count = next - 1;
	verifying->told = calloc(next, sizeof *verifying->told);
	return verifying->told ? 0 : -ENOMEM;
}

static int verify(void *context, struct books *books, struct store_txn *txn)
{
	struct verifying verifying = {.ledger = context, .books = books, .txn = txn};
	int r = told_new(&verifying);

	if (r == 0)
		r = ledger_codes_load(verifying.ledger, txn);
	if (r == 0)
		r = blocks_verify(&verifying);
	if (r == 0)
		r = batches_verify(&verifying);
	if (r == 0)
		r = known_all_verify(&verifying);
	if (r == 0)
		r = coverage_all_verify(&verifying);
	cell_sums_destroy(&verifying.sums);
	free(verifying.told);
	return r;
}

int ledger_verify(struct ledger *ledger, const struct conf *conf, const char *copy_dir)
{
	static const unsigned state[] = {TABLE_BATCH,  TABLE_CELL,	 TABLE_COVERAGE,
					 TABLE_PERIOD, TABLE_DIFFERENCE, TABLE_VOUCHER};
	const struct books_options options = {
		.name = "aggregate",
		.folder = "ledger",
		.tables = ledger_table_names,
		.table_count = TABLE_COUNT,
		.journal_table = TABLE_JOURNAL,
		.meta_table = TABLE_META,
		.cursor_table = BOOKS_NO_TABLE,
		.check = verify,
		.context = ledger,
		.state_tables = state,
		.state_table_count = sizeof state / sizeof *state,
	};

	return books_run(conf, &options, copy_dir);
}
