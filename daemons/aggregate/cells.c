/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/cells.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/block.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

struct sum {
	struct money amount;
	uint32_t row_count;
};

enum { LINE_NOT_ASKED = -2 };

/* The blocks are sorted so that rows of one area stand together: the last answer
 * is nearly always the next one too. */
struct derivation {
	const struct ledger *ledger;
	struct sum *sums; /* area × line */
	int *lines;	  /* by konto's number: what the line tree said, or LINE_NOT_ASKED */
	uint32_t last_ids[DIMENSION_COUNT];
	int last_area; /* -1: nothing asked yet */
	struct unassigned *unassigned;
};

static void derivation_finish(struct derivation *derivation)
{
	free(derivation->sums);
	free(derivation->lines);
}

static int derivation_start(struct derivation *derivation)
{
	const struct ledger *ledger = derivation->ledger;
	size_t account_count = dictionary_size(ledger->codes[DIMENSION_ACCOUNT]) + 1;

	derivation->last_area = -1;
	derivation->sums = calloc((size_t)ledger->areas->count * (size_t)ledger->lines->count,
				  sizeof *derivation->sums);
	derivation->lines = calloc(account_count, sizeof *derivation->lines);
	if (!derivation->sums || !derivation->lines)
		return -ENOMEM;
	for (size_t i = 0; i < account_count; i++)
		derivation->lines[i] = LINE_NOT_ASKED;
	return 0;
}

static bool area_ids_equal(const uint32_t *left, const uint32_t *right)
{
	/* konto and resultatrad come first and last and have no say about the area. */
	return memcmp(left + 1, right + 1, (DIMENSION_COUNT - 2) * sizeof *left) == 0;
}

static int area_of_row(struct derivation *derivation, const struct block_row *row)
{
	const struct ledger *ledger = derivation->ledger;
	const char *codes[DIMENSION_COUNT];

	if (derivation->last_area >= 0 && area_ids_equal(derivation->last_ids, row->ids))
		return derivation->last_area;
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		codes[i] = dictionary_text(ledger->codes[i], row->ids[i]);
	memcpy(derivation->last_ids, row->ids, sizeof row->ids);
	derivation->last_area = area_of_codes(ledger->areas, codes);
	return derivation->last_area;
}

static int line_of_row(struct derivation *derivation, const struct block_row *row)
{
	const struct ledger *ledger = derivation->ledger;
	uint32_t account = row->ids[DIMENSION_ACCOUNT];
	const char *account_code = dictionary_text(ledger->codes[DIMENSION_ACCOUNT], account);

	if (row->ids[DIMENSION_LINE] != 0)
		return line_of_codes(
			ledger->lines, account_code,
			dictionary_text(ledger->codes[DIMENSION_LINE], row->ids[DIMENSION_LINE]));
	if (derivation->lines[account] == LINE_NOT_ASKED)
		derivation->lines[account] = line_of_codes(ledger->lines, account_code, "");
	return derivation->lines[account];
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

/* A row that is not fully mapped goes to Ej fördelat as a whole, so that it is
 * seen there and an area's figures rest on known konton only. */
static int row_derive(void *context, const struct block_row *row)
{
	struct derivation *derivation = context;
	const struct ledger *ledger = derivation->ledger;
	int line = line_of_row(derivation, row);
	int area;
	bool line_unknown = line == line_unassigned(ledger->lines);
	bool area_unknown;
	struct sum *sum;

	if (line == LINE_OUTSIDE)
		return 0;
	area = area_of_row(derivation, row);
	area_unknown = area == area_unassigned(ledger->areas);
	if (line_unknown || area_unknown)
		unassigned_add(derivation->unassigned, row, area_unknown, line_unknown);
	if (line_unknown)
		area = area_unassigned(ledger->areas);
	sum = &derivation->sums[(size_t)area * (size_t)ledger->lines->count + (size_t)line];
	sum->row_count += row->row_count;
	return money_add(&sum->amount, (struct money){row->ore}) ? 0 : -EOVERFLOW;
}

static void cells_pack(const struct derivation *derivation, struct packer *packer)
{
	size_t line_count = (size_t)derivation->ledger->lines->count;
	size_t sum_count = (size_t)derivation->ledger->areas->count * line_count;
	uint32_t count = 0;

	for (size_t i = 0; i < sum_count; i++)
		count += derivation->sums[i].row_count > 0;
	pack_u32(packer, count);
	for (size_t i = 0; i < sum_count; i++) {
		if (derivation->sums[i].row_count == 0)
			continue;
		pack_u16(packer, (uint16_t)(i / line_count));
		pack_u16(packer, (uint16_t)(i % line_count));
		pack_i64(packer, derivation->sums[i].amount.ore);
		pack_u32(packer, derivation->sums[i].row_count);
	}
}

int cells_derive(const struct ledger *ledger, const uint8_t *block, size_t block_size,
		 struct packer *packer, struct unassigned *unassigned)
{
	cleanup(derivation_finish) struct derivation derivation = {.ledger = ledger,
								   .unassigned = unassigned};
	int r = derivation_start(&derivation);

	if (r == 0)
		r = block_each(block, block_size, row_derive, &derivation);
	if (r < 0)
		return r;
	cells_pack(&derivation, packer);
	return packer->failed ? -ENOMEM : 0;
}

int cells_each(const uint8_t *bytes, size_t size, cell_visitor *visit, void *context)
{
	struct unpacker unpacker = unpacker_over(bytes, size);
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
