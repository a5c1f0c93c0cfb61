/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

/* Tells a block from what was stored before blocks were packed tightly. */
enum { BLOCK_VERSION = 0xB2 };

static uint16_t words_used(const struct group *groups, size_t count)
{
	uint16_t mask = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t d = 0; d < DIMENSION_COUNT; d++) {
			if (groups[i].words[WORD_DIMENSIONS + d] != 0)
				mask = (uint16_t)(mask | 1u << d);
		}
	}
	return mask;
}

/* The batch's number of a code becomes the ledger's; @numbers remembers which. */
static int number_find(struct ledger *ledger, const struct staging *staging,
		       enum dimension dimension, uint32_t id, uint32_t *numbers)
{
	if (id == 0 || numbers[id] != 0)
		return 0;
	return ledger_code_add(ledger, dimension, staging_code(staging, dimension, id),
			       &numbers[id]);
}

/* The tables number_find keeps, one a dimension that is used. */
static int numbers_new(const struct staging *staging, uint16_t mask,
		       uint32_t *numbers[static DIMENSION_COUNT])
{
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		if (!(mask & 1u << d))
			continue;
		numbers[d] = calloc(staging_code_count(staging, staging_dimensions[d]) + 1,
				    sizeof **numbers);
		if (!numbers[d])
			return -ENOMEM;
	}
	return 0;
}

static void numbers_destroy(uint32_t *numbers[static DIMENSION_COUNT])
{
	for (size_t d = 0; d < DIMENSION_COUNT; d++)
		free(numbers[d]);
}

struct packing {
	struct ledger *ledger;
	const struct staging *staging;
	struct packer *packer;
	uint32_t *numbers[DIMENSION_COUNT];
	uint32_t before[DIMENSION_COUNT]; /* the numbers of the row before */
	uint16_t mask;
};

static int row_pack(struct packing *packing, const struct group *group)
{
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		uint32_t id = group->words[WORD_DIMENSIONS + d];
		uint32_t number;
		int r;

		if (!(packing->mask & 1u << d))
			continue;
		r = number_find(packing->ledger, packing->staging, staging_dimensions[d], id,
				packing->numbers[d]);
		if (r < 0)
			return r;
		number = packing->numbers[d][id];
		pack_varint_signed(packing->packer, (int64_t)number - packing->before[d]);
		packing->before[d] = number;
	}
	pack_varint_signed(packing->packer, group->ore);
	pack_varint(packing->packer, group->row_count);
	return 0;
}

int block_pack(struct ledger *ledger, const struct staging *staging, const struct group *groups,
	       size_t count, struct packer *packer)
{
	struct packing packing = {.ledger = ledger,
				  .staging = staging,
				  .packer = packer,
				  .mask = words_used(groups, count)};
	int r = numbers_new(staging, packing.mask, packing.numbers);

	pack_u8(packer, BLOCK_VERSION);
	pack_u32(packer, (uint32_t)count);
	pack_u16(packer, packing.mask);
	for (size_t i = 0; i < count && r == 0; i++)
		r = row_pack(&packing, &groups[i]);
	numbers_destroy(packing.numbers);
	if (r < 0)
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
	uint8_t version;

	*unpacking = (struct unpacking){.unpacker = unpacker_over(bytes, size)};
	version = unpack_u8(&unpacking->unpacker);
	unpacking->count = unpack_u32(&unpacking->unpacker);
	unpacking->mask = unpack_u16(&unpacking->unpacker);
	return version == BLOCK_VERSION && unpacking->mask >> DIMENSION_COUNT == 0;
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

	if (!unpacking_open(&unpacking, bytes, size) || !block_is_whole(unpacking))
		return ERROR_CORRUPT;
	for (uint32_t i = 0; i < unpacking.count && r == 0; i++) {
		row_unpack(&unpacking);
		r = visit(context, &unpacking.row);
	}
	return r;
}
