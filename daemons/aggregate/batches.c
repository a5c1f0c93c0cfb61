/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/batches.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"

static struct key batch_key(uint64_t number)
{
	struct key key = key_empty();

	key_u64(&key, number);
	return key;
}

static struct key known_key(const char *source, const struct hash *file)
{
	struct key key = key_empty();

	key_text(&key, source);
	key_bytes(&key, file->bytes, HASH_SIZE);
	return key;
}

static int record_save(struct store_txn *txn, const struct batch *batch)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = batch_key(batch->number);

	pack_bytes(&packer, batch->file.bytes, HASH_SIZE);
	pack_text(&packer, batch->source);
	pack_text(&packer, batch->file_name);
	pack_text(&packer, batch->format);
	pack_i64(&packer, batch->time_ms);
	pack_u64(&packer, batch->row_count);
	pack_i64(&packer, batch->sum.ore);
	pack_u32(&packer, batch->first.yyyymm);
	pack_u32(&packer, batch->last.yyyymm);
	pack_u32(&packer, batch->exported_date);
	pack_text(&packer, batch->warnings);
	pack_u32(&packer, batch->control_count);
	pack_u8(&packer, (uint8_t)batch->layer);
	pack_u32(&packer, batch->warning_count);
	pack_u32(&packer, batch->month_count);
	pack_u32(&packer, batch->replaced_count);
	pack_u64(&packer, batch->replaced_by);
	return store_put_packed(txn, TABLE_BATCH, &key, &packer);
}

int batch_save(struct store_txn *txn, const struct batch *batch)
{
	struct key known = known_key(batch->source, &batch->file);
	int r = record_save(txn, batch);

	if (r < 0)
		return r;
	return store_put(txn, TABLE_KNOWN, &known, &batch->number, sizeof batch->number);
}

static int batch_read(struct store_value value, uint64_t number, struct batch *batch_out)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);
	const uint8_t *file = unpack_bytes(&unpacker, HASH_SIZE);

	*batch_out = (struct batch){.number = number};
	if (file)
		memcpy(batch_out->file.bytes, file, HASH_SIZE);
	unpack_text(&unpacker, batch_out->source, sizeof batch_out->source);
	unpack_text(&unpacker, batch_out->file_name, sizeof batch_out->file_name);
	unpack_text(&unpacker, batch_out->format, sizeof batch_out->format);
	batch_out->time_ms = unpack_i64(&unpacker);
	batch_out->row_count = unpack_u64(&unpacker);
	batch_out->sum.ore = unpack_i64(&unpacker);
	batch_out->first.yyyymm = unpack_u32(&unpacker);
	batch_out->last.yyyymm = unpack_u32(&unpacker);
	batch_out->exported_date = unpack_u32(&unpacker);
	unpack_text(&unpacker, batch_out->warnings, sizeof batch_out->warnings);
	batch_out->control_count = unpack_u32(&unpacker);
	batch_out->layer = (enum layer)unpack_u8(&unpacker);
	batch_out->warning_count = unpack_u32(&unpacker);
	batch_out->month_count = unpack_u32(&unpacker);
	batch_out->replaced_count = unpack_u32(&unpacker);
	batch_out->replaced_by = unpack_u64(&unpacker);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

int batch_load(struct store_txn *txn, uint64_t number, struct batch *batch_out)
{
	struct key key = batch_key(number);
	struct store_value value;
	int r = store_get(txn, TABLE_BATCH, &key, &value);

	return r == 0 ? batch_read(value, number, batch_out) : r;
}

int batch_find(struct store_txn *txn, const char *source, const struct hash *file,
	       struct batch *batch_out)
{
	struct key key = known_key(source, file);
	struct store_value value;
	uint64_t number;
	int r = store_get(txn, TABLE_KNOWN, &key, &value);

	if (r != 0)
		return r;
	if (value.size != sizeof number)
		return ERROR_CORRUPT;
	memcpy(&number, value.bytes, sizeof number);
	r = batch_load(txn, number, batch_out);
	return r == STORE_MISSING ? ERROR_CORRUPT : r;
}

int batch_number_next(struct store_txn *txn, uint64_t *number_out)
{
	struct key all = key_empty();
	struct key last;
	struct store_value value;
	int r = store_last(txn, TABLE_BATCH, &all, &last, &value);

	*number_out = r == 0 ? key_read_u64(last.bytes) + 1 : 1;
	return r == STORE_MISSING ? 0 : r;
}

int batch_replace(struct store_txn *txn, uint64_t number, uint64_t by)
{
	struct batch batch;
	int r = batch_load(txn, number, &batch);

	if (r != 0)
		return r == STORE_MISSING ? ERROR_CORRUPT : r;
	batch.replaced_count++;
	batch.replaced_by = by;
	return record_save(txn, &batch);
}

void batch_verdict(const struct batch *batch, char text[static BATCH_VERDICT_SIZE])
{
	char end[BATCH_VERDICT_SIZE / 2] = "";

	if (batch->warning_count > 0)
		snprintf(end, sizeof end, ", %" PRIu32 " %s", batch->warning_count,
			 batch->warning_count == 1 ? "varning" : "varningar");
	if (batch->replaced_count == 0)
		snprintf(text, BATCH_VERDICT_SIZE, "inläst%s", end);
	else
		snprintf(text, BATCH_VERDICT_SIZE, "%sersatt av import %" PRIu64 "%s",
			 batch->replaced_count < batch->month_count ? "delvis " : "",
			 batch->replaced_by, end);
}

int coverage_save(struct store_txn *txn, const char *source, enum layer layer, struct period period,
		  const struct coverage *coverage)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = source_key(layer, period, source);

	pack_u32(&packer, coverage->last.yyyymm);
	pack_u32(&packer, coverage->through.yyyymm);
	pack_u32(&packer, coverage->exported_date);
	pack_u64(&packer, coverage->batch);
	return store_put_packed(txn, TABLE_COVERAGE, &key, &packer);
}

int coverage_unpack(struct store_value value, struct coverage *coverage_out)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	coverage_out->last.yyyymm = unpack_u32(&unpacker);
	coverage_out->through.yyyymm = unpack_u32(&unpacker);
	coverage_out->exported_date = unpack_u32(&unpacker);
	coverage_out->batch = unpack_u64(&unpacker);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

int coverage_load(struct store_txn *txn, const char *source, enum layer layer, struct period period,
		  struct coverage *coverage_out)
{
	struct key key = source_key(layer, period, source);
	struct store_value value;
	int r = store_get(txn, TABLE_COVERAGE, &key, &value);

	return r == 0 ? coverage_unpack(value, coverage_out) : r;
}

bool coverage_is_older(const struct coverage *candidate, const struct coverage *present)
{
	if (candidate->last.yyyymm != present->last.yyyymm)
		return candidate->last.yyyymm < present->last.yyyymm;
	return candidate->exported_date != 0 && candidate->exported_date < present->exported_date;
}
