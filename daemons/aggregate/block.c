/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

/* Tells a block from what was stored before blocks were packed tightly. */
enum { BLOCK_VERSION = 0xB2 };

/* Everything one block is packed with. */
struct packing {
	struct ledger *ledger;
	const struct staging *staging;
	const struct sheet *sheet;
	struct packer *packer;
	/* The dimensions that some group has a code of, in the order of staging_dimensions. */
	enum dimension used[DIMENSION_COUNT];
	size_t used_count;
	uint16_t mask;			    /* the same, a bit each */
	uint32_t *numbers[DIMENSION_COUNT]; /* the ledger's by the batch's; 0: not asked yet */
	struct block_row row;		    /* the one packed last */
};

static void used_find(struct packing *packing)
{
	uint32_t seen[DIMENSION_COUNT];

	staging_codes_see(packing->staging, packing->sheet, seen);
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		if (seen[staging_dimensions[i]] == 0)
			continue;
		packing->used[packing->used_count++] = staging_dimensions[i];
		packing->mask = (uint16_t)(packing->mask | 1u << i);
	}
}

/* The tables number_find keeps, one a dimension that is used. */
static int numbers_new(struct packing *packing)
{
	for (size_t i = 0; i < packing->used_count; i++) {
		enum dimension dimension = packing->used[i];
		uint32_t **numbers = &packing->numbers[dimension];

		*numbers = calloc(staging_code_count(packing->staging, dimension) + 1,
				  sizeof **numbers);
		if (!*numbers)
			return -ENOMEM;
	}
	return 0;
}

static void packing_finish(struct packing *packing)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		free(packing->numbers[i]);
}

/* The batch's number of a code becomes the ledger's. */
static int number_find(const struct packing *packing, enum dimension dimension, uint32_t id,
		       uint32_t *number_out)
{
	uint32_t *number = &packing->numbers[dimension][id];
	int r = 0;

	if (id != 0 && *number == 0)
		r = ledger_code_add(packing->ledger, dimension,
				    staging_code(packing->staging, dimension, id), number);
	*number_out = *number;
	return r;
}

static int row_pack(struct packing *packing, const struct group *group)
{
	struct block_row *row = &packing->row;

	for (size_t i = 0; i < packing->used_count; i++) {
		enum dimension dimension = packing->used[i];
		uint32_t number;
		int r = number_find(packing, dimension, group->ids[dimension], &number);

		if (r < 0)
			return r;
		pack_varint_signed(packing->packer, (int64_t)number - row->ids[dimension]);
		row->ids[dimension] = number;
	}
	row->ore = group->ore;
	row->row_count = group->row_count;
	pack_varint_signed(packing->packer, row->ore);
	pack_varint(packing->packer, row->row_count);
	return 0;
}

static int rows_pack(struct packing *packing, block_visitor *visit, void *context)
{
	int r = 0;

	for (uint32_t i = 0; i < sheet_size(packing->sheet) && r == 0; i++) {
		struct group group;

		staging_group(packing->staging, packing->sheet, i, &group);
		r = row_pack(packing, &group);
		if (r == 0 && visit)
			r = visit(context, &packing->row);
	}
	return r;
}

int block_pack(struct ledger *ledger, const struct staging *staging, const struct sheet *sheet,
	       struct packer *packer, block_visitor *visit, void *context)
{
	cleanup(packing_finish) struct packing packing = {
		.ledger = ledger, .staging = staging, .sheet = sheet, .packer = packer};
	int r;

	used_find(&packing);
	r = numbers_new(&packing);
	pack_u8(packer, BLOCK_VERSION);
	pack_u32(packer, sheet_size(sheet));
	pack_u16(packer, packing.mask);
	if (r == 0)
		r = rows_pack(&packing, visit, context);
	if (r != 0)
		return r;
	return packer->failed ? -ENOMEM : 0;
}

/* Rows as they come out: each is told by how it differs from the one before. */
struct unpacking {
	struct unpacker unpacker;
	struct block_row row;
	uint32_t count;
	uint16_t mask;
};

static bool unpacking_open(struct unpacking *unpacking, const uint8_t *bytes, size_t size)
{
	*unpacking = (struct unpacking){.unpacker = unpacker_over(bytes, size)};
	unpack_u8(&unpacking->unpacker); /* the version */
	unpacking->count = unpack_u32(&unpacking->unpacker);
	unpacking->mask = unpack_u16(&unpacking->unpacker);
	return unpacking->mask >> DIMENSION_COUNT == 0;
}

static bool row_unpack(struct unpacking *unpacking)
{
	struct block_row *row = &unpacking->row;
	uint64_t row_count;

	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		uint32_t *id = &row->ids[staging_dimensions[d]];
		int64_t number;

		if (!(unpacking->mask & 1u << d))
			continue;
		if (__builtin_add_overflow(unpack_varint_signed(&unpacking->unpacker), *id,
					   &number) ||
		    number < 0 || number > UINT32_MAX)
			return false;
		*id = (uint32_t)number;
	}
	row->ore = unpack_varint_signed(&unpacking->unpacker);
	row_count = unpack_varint(&unpacking->unpacker);
	row->row_count = (uint32_t)row_count;
	return row_count <= UINT32_MAX && !unpacking->unpacker.failed;
}

static bool block_is_whole(struct unpacking unpacking)
{
	for (uint32_t i = 0; i < unpacking.count; i++) {
		if (!row_unpack(&unpacking))
			return false;
	}
	return unpack_is_complete(&unpacking.unpacker);
}

/* Nothing of a block is handed out before all of it is known to be well. */
int block_each(const uint8_t *bytes, size_t size, block_visitor *visit, void *context)
{
	struct unpacking unpacking;
	int r = 0;

	if (size > 0 && bytes[0] != BLOCK_VERSION)
		return ERROR_VERSION;
	if (!unpacking_open(&unpacking, bytes, size) || !block_is_whole(unpacking))
		return ERROR_CORRUPT;
	for (uint32_t i = 0; i < unpacking.count && r == 0; i++) {
		row_unpack(&unpacking);
		r = visit(context, &unpacking.row);
	}
	return r;
}
