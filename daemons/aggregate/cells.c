/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/cells.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

struct sum {
	struct money amount;
	uint32_t row_count;
};

enum { LINE_NOT_ASKED = -2 };

/* The blocks are sorted so that rows of one area stand together: the last answer
 * is nearly always the next one too. */
struct cell_sums {
	const struct ledger *ledger;
	struct sum *sums; /* area × line */
	int *lines;	  /* by konto's number: what the line tree said, or LINE_NOT_ASKED */
	uint32_t line_count;
	uint32_t last_ids[DIMENSION_COUNT];
	int last_area; /* -1: nothing asked yet */
	bool areas_claim_accounts;
	struct unassigned *unassigned; /* of the block now added */
};

static size_t sum_count(const struct cell_sums *sums)
{
	return (size_t)sums->ledger->areas->count * (size_t)sums->ledger->lines->count;
}

int cell_sums_new(struct cell_sums **sums_out, const struct ledger *ledger)
{
	cleanup(cell_sums_destroy) struct cell_sums *sums = calloc(1, sizeof *sums);

	if (!sums)
		return -ENOMEM;
	sums->ledger = ledger;
	sums->last_area = -1;
	for (int i = 0; i < ledger->areas->count; i++)
		sums->areas_claim_accounts |=
			ledger->areas->areas[i].claims[DIMENSION_ACCOUNT] != NULL;
	sums->sums = calloc(sum_count(sums), sizeof *sums->sums);
	if (!sums->sums)
		return -ENOMEM;
	*sums_out = sums;
	sums = NULL;
	return 0;
}

void cell_sums_clear(struct cell_sums *sums)
{
	memset(sums->sums, 0, sum_count(sums) * sizeof *sums->sums);
}

void cell_sums_destroy(struct cell_sums **sums)
{
	if (!*sums)
		return;
	free((*sums)->sums);
	free((*sums)->lines);
	free(*sums);
	*sums = NULL;
}

/* Whether two rows are sure to lie in the same area.  resultatrad and what comes after
 * never have a say in that, and konto, the first, only where some area claims konton. */
static bool area_ids_equal(const struct cell_sums *sums, const uint32_t *left,
			   const uint32_t *right)
{
	static_assert(DIMENSION_ACCOUNT == 0 && DIMENSION_AREA < DIMENSION_LINE &&
			      DIMENSION_DECISION > DIMENSION_LINE &&
			      DIMENSION_SPREAD > DIMENSION_LINE,
		      "konto first, what areas never claim last");
	size_t first = sums->areas_claim_accounts ? DIMENSION_ACCOUNT : DIMENSION_ACCOUNT + 1;

	return memcmp(left + first, right + first, (DIMENSION_LINE - first) * sizeof *left) == 0;
}

static int area_of_row(struct cell_sums *sums, const struct block_row *row)
{
	const struct ledger *ledger = sums->ledger;
	const char *codes[DIMENSION_COUNT];

	if (sums->last_area >= 0 && area_ids_equal(sums, sums->last_ids, row->ids))
		return sums->last_area;
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		codes[i] = dictionary_text(ledger->codes[i], row->ids[i]);
	memcpy(sums->last_ids, row->ids, sizeof row->ids);
	sums->last_area = area_of_codes(ledger->areas, codes);
	return sums->last_area;
}

/* Room for what the line tree says of every konto there is by now. */
static int lines_grow(struct cell_sums *sums)
{
	uint32_t count = dictionary_size(sums->ledger->codes[DIMENSION_ACCOUNT]) + 1;
	uint32_t capacity = count + count / 2;
	int *lines = reallocarray(sums->lines, capacity, sizeof *lines);

	if (!lines)
		return -ENOMEM;
	for (uint32_t i = sums->line_count; i < capacity; i++)
		lines[i] = LINE_NOT_ASKED;
	sums->lines = lines;
	sums->line_count = capacity;
	return 0;
}

static int line_of_row(struct cell_sums *sums, const struct block_row *row, int *line_out)
{
	const struct ledger *ledger = sums->ledger;
	uint32_t account = row->ids[DIMENSION_ACCOUNT];
	const char *account_code = dictionary_text(ledger->codes[DIMENSION_ACCOUNT], account);

	if (row->ids[DIMENSION_LINE] != 0) {
		*line_out = line_of_codes(
			ledger->lines, account_code,
			dictionary_text(ledger->codes[DIMENSION_LINE], row->ids[DIMENSION_LINE]));
		return 0;
	}
	if (account >= sums->line_count && lines_grow(sums) < 0)
		return -ENOMEM;
	if (sums->lines[account] == LINE_NOT_ASKED)
		sums->lines[account] = line_of_codes(ledger->lines, account_code, "");
	*line_out = sums->lines[account];
	return 0;
}

static void code_remember(uint32_t *ids, size_t *count, uint32_t id)
{
	for (size_t i = 0; i < *count; i++) {
		if (ids[i] == id)
			return;
	}
	if (id != 0 && *count < UNASSIGNED_CODES_MAX)
		ids[(*count)++] = id;
}

static void unassigned_add(struct unassigned *unassigned, const struct block_row *row,
			   bool area_unknown, bool line_unknown)
{
	unassigned->row_count += row->row_count;
	unassigned->sum = money_sum(unassigned->sum, (struct money){row->ore});
	if (line_unknown)
		code_remember(unassigned->account_ids, &unassigned->account_count,
			      row->ids[DIMENSION_ACCOUNT]);
	if (area_unknown)
		code_remember(unassigned->activity_ids, &unassigned->activity_count,
			      row->ids[DIMENSION_ACTIVITY]);
}

static int sum_add(struct cell_sums *sums, int area, int line, struct money amount,
		   uint32_t row_count)
{
	size_t index = (size_t)area * (size_t)sums->ledger->lines->count + (size_t)line;
	struct sum *sum = &sums->sums[index];

	sum->row_count += row_count;
	return money_add(&sum->amount, amount) ? 0 : -EOVERFLOW;
}

/* A row that is not fully mapped goes to Ej fördelat as a whole, so that it is
 * seen there and an area's figures rest on known konton only. */
int cell_sums_add_row(struct cell_sums *sums, const struct block_row *row,
		      struct unassigned *unassigned)
{
	const struct ledger *ledger = sums->ledger;
	int line, area;
	bool line_unknown, area_unknown;

	if (line_of_row(sums, row, &line) < 0)
		return -ENOMEM;
	if (line == LINE_OUTSIDE)
		return 0;
	line_unknown = line == line_unassigned(ledger->lines);
	area = area_of_row(sums, row);
	area_unknown = area == area_unassigned(ledger->areas);
	if (line_unknown || area_unknown)
		unassigned_add(unassigned, row, area_unknown, line_unknown);
	if (line_unknown)
		area = area_unassigned(ledger->areas);
	return sum_add(sums, area, line, (struct money){row->ore}, row->row_count);
}

static int row_derive(void *context, const struct block_row *row)
{
	struct cell_sums *sums = context;

	return cell_sums_add_row(sums, row, sums->unassigned);
}

int cell_sums_add_block(struct cell_sums *sums, struct store_value block,
			struct unassigned *unassigned)
{
	sums->unassigned = unassigned;
	return block_each(block.bytes, block.size, row_derive, sums);
}

static int cell_add(void *context, const struct cell *cell)
{
	struct cell_sums *sums = context;

	if (cell->area >= sums->ledger->areas->count || cell->line >= sums->ledger->lines->count)
		return ERROR_CORRUPT;
	return sum_add(sums, cell->area, cell->line, cell->amount, cell->row_count);
}

int cell_sums_add_cells(struct cell_sums *sums, struct store_value cells)
{
	return cells_each(cells, cell_add, sums);
}

static void cells_pack(const struct cell_sums *sums, struct packer *packer)
{
	size_t line_count = (size_t)sums->ledger->lines->count;
	uint32_t count = 0;

	for (size_t i = 0; i < sum_count(sums); i++)
		count += sums->sums[i].row_count > 0;
	pack_u32(packer, count);
	for (size_t i = 0; i < sum_count(sums); i++) {
		if (sums->sums[i].row_count == 0)
			continue;
		pack_u16(packer, (uint16_t)(i / line_count));
		pack_u16(packer, (uint16_t)(i % line_count));
		pack_i64(packer, sums->sums[i].amount.ore);
		pack_u32(packer, sums->sums[i].row_count);
	}
}

int cell_sums_save(const struct cell_sums *sums, struct store_txn *txn, const struct key *key)
{
	cleanup(packer_finish) struct packer packer = {0};

	cells_pack(sums, &packer);
	return store_put_packed(txn, TABLE_CELL, key, &packer);
}

int cell_sums_compare(const struct cell_sums *sums, struct store_value cells, bool *is_equal_out)
{
	cleanup(packer_finish) struct packer packer = {0};

	cells_pack(sums, &packer);
	if (packer.failed)
		return -ENOMEM;
	*is_equal_out =
		packer.length == cells.size && memcmp(packer.bytes, cells.bytes, cells.size) == 0;
	return 0;
}

int cells_each(struct store_value cells, cell_visitor *visit, void *context)
{
	struct unpacker unpacker = unpacker_over(cells.bytes, cells.size);
	uint32_t count = unpack_u32(&unpacker);
	int r = 0;

	for (uint32_t i = 0; i < count && r == 0; i++) {
		struct cell cell;

		cell.area = unpack_u16(&unpacker);
		cell.line = unpack_u16(&unpacker);
		cell.amount.ore = unpack_i64(&unpacker);
		cell.row_count = unpack_u32(&unpacker);
		if (unpacker.failed)
			return ERROR_CORRUPT;
		r = visit(context, &cell);
	}
	return r != 0 || unpack_is_complete(&unpacker) ? r : ERROR_CORRUPT;
}
