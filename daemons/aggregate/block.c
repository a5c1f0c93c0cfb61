/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/block.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

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

static int column_pack(struct ledger *ledger, const struct staging *staging,
		       const struct group *groups, size_t count, size_t d, struct packer *packer)
{
	enum dimension dimension = staging_dimensions[d];
	cleanup(free_bytes) uint32_t *numbers =
		calloc(staging_code_count(staging, dimension) + 1, sizeof *numbers);

	if (!numbers)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		uint32_t id = groups[i].words[WORD_DIMENSIONS + d];
		int r = number_find(ledger, staging, dimension, id, numbers);

		if (r < 0)
			return r;
		pack_u32(packer, numbers[id]);
	}
	return 0;
}

int block_pack(struct ledger *ledger, const struct staging *staging, const struct group *groups,
	       size_t count, struct packer *packer)
{
	uint16_t mask = words_used(groups, count);

	pack_u32(packer, (uint32_t)count);
	pack_u16(packer, mask);
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		int r = mask & 1u << d ? column_pack(ledger, staging, groups, count, d, packer) : 0;

		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < count; i++)
		pack_i64(packer, groups[i].ore);
	for (size_t i = 0; i < count; i++)
		pack_u32(packer, groups[i].row_count);
	return packer->failed ? -ENOMEM : 0;
}

struct columns {
	const uint8_t *ids[DIMENSION_COUNT]; /* by dimension; NULL = not used */
	const uint8_t *ore;
	const uint8_t *row_counts;
	uint32_t count;
};

static int columns_open(const uint8_t *bytes, size_t size, struct columns *columns)
{
	struct unpacker unpacker = unpacker_over(bytes, size);
	uint16_t mask;

	*columns = (struct columns){.count = unpack_u32(&unpacker)};
	mask = unpack_u16(&unpacker);
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		if (mask & 1u << d)
			columns->ids[staging_dimensions[d]] =
				unpack_bytes(&unpacker, columns->count * sizeof(uint32_t));
	}
	columns->ore = unpack_bytes(&unpacker, columns->count * sizeof(int64_t));
	columns->row_counts = unpack_bytes(&unpacker, columns->count * sizeof(uint32_t));
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

static void row_read(const struct columns *columns, size_t index, struct block_row *row)
{
	*row = (struct block_row){.row_count = 0};
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		if (columns->ids[d])
			memcpy(&row->ids[d], columns->ids[d] + index * sizeof row->ids[d],
			       sizeof row->ids[d]);
	}
	memcpy(&row->ore, columns->ore + index * sizeof row->ore, sizeof row->ore);
	memcpy(&row->row_count, columns->row_counts + index * sizeof row->row_count,
	       sizeof row->row_count);
}

int block_each(const uint8_t *bytes, size_t size, block_visitor *visit, void *context)
{
	struct columns columns;
	int r = columns_open(bytes, size, &columns);

	for (uint32_t i = 0; i < columns.count && r == 0; i++) {
		struct block_row row;

		row_read(&columns, i, &row);
		r = visit(context, &row);
	}
	return r;
}
