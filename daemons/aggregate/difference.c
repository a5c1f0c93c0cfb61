/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/difference.h"

#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

struct writing {
	const struct ledger *ledger;
	struct packer packer; /* of the entries */
	uint64_t moved;
	uint32_t kept;
};

static struct key difference_key(uint64_t batch)
{
	struct key key = key_empty();

	key_u64(&key, batch);
	return key;
}

void replaced_add(struct replaced *replaced, enum layer layer, struct period period)
{
	if (!layer_is_money(layer) || replaced->count == REPLACED_MAX)
		return;
	replaced->months[replaced->count].layer = layer;
	replaced->months[replaced->count++].period = period;
}

static void entry_pack(struct writing *writing, enum layer layer, struct period period, int area,
		       int line, struct money before, struct money after)
{
	struct packer *packer = &writing->packer;

	writing->moved++;
	if (writing->kept == DIFFERENCES_MAX)
		return;
	writing->kept++;
	pack_u8(packer, (uint8_t)layer);
	pack_u32(packer, period.yyyymm);
	pack_text(packer, writing->ledger->areas->areas[area].name);
	pack_text(packer, writing->ledger->lines->lines[line].name);
	pack_i64(packer, before.ore);
	pack_i64(packer, after.ore);
}

static void month_compare(struct writing *writing, const struct cube *before,
			  const struct cube *after, enum layer layer, struct period period)
{
	int month = period_month(period) - 1;

	for (int area = 0; area < after->area_count; area++) {
		for (int line = 0; line < after->line_count; line++) {
			struct money old = cube_amount(before, area, line, layer, month);
			struct money new = cube_amount(after, area, line, layer, month);

			if (old.ore != new.ore)
				entry_pack(writing, layer, period, area, line, old, new);
		}
	}
}

int difference_save(struct store_txn *txn, uint64_t batch, const struct replaced *replaced,
		    const struct change *change, const struct ledger *ledger)
{
	struct writing writing = {.ledger = ledger};
	cleanup(packer_finish) struct packer value = {0};
	struct key key = difference_key(batch);
	int r;

	if (replaced->count == 0)
		return 0;
	for (size_t i = 0; i < replaced->count; i++) {
		struct period period = replaced->months[i].period;
		const struct cube *before;
		const struct cube *after;

		if (change_year(change, period_year(period), &before, &after))
			month_compare(&writing, before, after, replaced->months[i].layer, period);
	}
	pack_u64(&value, writing.moved);
	pack_u32(&value, writing.kept);
	pack_bytes(&value, writing.packer.bytes, writing.packer.length);
	value.failed |= writing.packer.failed;
	r = store_put_packed(txn, TABLE_DIFFERENCE, &key, &value);
	packer_finish(&writing.packer);
	return r;
}

static void entry_unpack(struct unpacker *unpacker, struct difference *difference)
{
	difference->layer = (enum layer)unpack_u8(unpacker);
	difference->period.yyyymm = unpack_u32(unpacker);
	unpack_text(unpacker, difference->area, sizeof difference->area);
	unpack_text(unpacker, difference->line, sizeof difference->line);
	difference->before.ore = unpack_i64(unpacker);
	difference->after.ore = unpack_i64(unpacker);
}

int difference_each(struct store_txn *txn, uint64_t batch, uint64_t *moved_out,
		    difference_visitor *visit, void *context)
{
	struct key key = difference_key(batch);
	struct store_value value;
	struct unpacker unpacker;
	uint32_t kept;
	int r = store_get(txn, TABLE_DIFFERENCE, &key, &value);

	if (r != 0)
		return r;
	unpacker = unpacker_over(value.bytes, value.size);
	*moved_out = unpack_u64(&unpacker);
	kept = unpack_u32(&unpacker);
	for (uint32_t i = 0; i < kept && r == 0; i++) {
		struct difference difference;

		entry_unpack(&unpacker, &difference);
		if (unpacker.failed)
			return ERROR_CORRUPT;
		r = visit(context, &difference);
	}
	return r != 0 || unpack_is_complete(&unpacker) ? r : ERROR_CORRUPT;
}
