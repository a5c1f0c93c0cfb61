/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/overlap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "aggregate/batches.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"
#include "lib/base/text.h"

enum { VERSION = 1, NAME_SHOWN_MAX = 100, TIME_SIZE = 32 };

/* A voucher in two places. */
struct twin {
	uint32_t line;
	uint32_t earlier_line;
	uint64_t earlier_batch;
};

struct overlap {
	enum finding_severity severity;
	const struct voucher *items; /* of one month */
	size_t count;
	struct twin *twins;
	size_t twin_count;
	size_t twin_capacity;
};

static int twin_add(struct overlap *overlap, const struct twin *twin)
{
	if (overlap->twin_count == overlap->twin_capacity) {
		size_t capacity = overlap->twin_capacity * 2 + 64;
		struct twin *twins = reallocarray(overlap->twins, capacity, sizeof *twins);

		if (!twins)
			return -ENOMEM;
		overlap->twins = twins;
		overlap->twin_capacity = capacity;
	}
	overlap->twins[overlap->twin_count++] = *twin;
	return 0;
}

/* What another batch holds of the month, beside ours: both are sorted. */
static int held_compare(void *context, const uint8_t *key, size_t key_size,
			struct store_value value)
{
	struct overlap *overlap = context;
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);
	uint8_t version = unpack_u8(&unpacker);
	uint32_t count = unpack_u32(&unpacker);
	uint64_t identity = 0;
	size_t at = 0;
	int r = 0;

	if (version != VERSION || key_size < sizeof(uint64_t))
		return ERROR_CORRUPT;
	for (uint32_t i = 0; i < count && !unpacker.failed && r == 0; i++) {
		uint32_t line;

		identity += unpack_varint(&unpacker);
		line = (uint32_t)unpack_varint(&unpacker);
		while (at < overlap->count && overlap->items[at].identity < identity)
			at++;
		if (at < overlap->count && overlap->items[at].identity == identity)
			r = twin_add(overlap, &(struct twin){overlap->items[at].line, line,
							     key_read_u64(key + key_size - 8)});
	}
	if (r == 0 && !unpack_is_complete(&unpacker))
		return ERROR_CORRUPT;
	return r;
}

static int twin_compare(const void *left, const void *right)
{
	const struct twin *l = left;
	const struct twin *r = right;

	if (l->line != r->line)
		return l->line < r->line ? -1 : 1;
	return (l->earlier_batch > r->earlier_batch) - (l->earlier_batch < r->earlier_batch);
}

/* As much of the name as a finding has room for, in whole characters. */
static void name_cut(const char *name, char shown[static NAME_SHOWN_MAX])
{
	int length = snprintf(shown, NAME_SHOWN_MAX, "%s", name);

	for (size_t end = NAME_SHOWN_MAX - 1; length >= NAME_SHOWN_MAX && !text_is_utf8(shown, end);
	     end--)
		shown[end - 1] = '\0';
}

static void time_print(int64_t time_ms, char text[static TIME_SIZE])
{
	time_t seconds = (time_t)(time_ms / 1000);
	struct tm parts;

	text[0] = '\0';
	if (localtime_r(&seconds, &parts))
		strftime(text, TIME_SIZE, "%Y-%m-%d %H:%M", &parts);
}

static void twin_tell(const struct twin *twin, const struct batch *batch,
		      enum finding_severity severity, struct batch_findings *findings)
{
	char name[NAME_SHOWN_MAX];
	char time[TIME_SIZE];

	name_cut(batch->file_name, name);
	time_print(batch->time_ms, time);
	findings_add(findings, FINDING_LEDGER_VOUCHER, severity, twin->line,
		     "en verifikation i bara en av källans filer; ta bort den ur den här filen om "
		     "den redan är inläst",
		     "verifikationen finns redan på rad %u i %s (import %llu, inläst %s)",
		     twin->earlier_line, name, (unsigned long long)batch->number, time);
}

static int twins_tell(struct store_txn *txn, const struct overlap *overlap,
		      struct batch_findings *findings)
{
	struct batch batch = {.number = 0};

	for (size_t i = 0; i < overlap->twin_count; i++) {
		const struct twin *twin = &overlap->twins[i];
		int r = 0;

		if (twin->earlier_batch != batch.number)
			r = batch_load(txn, twin->earlier_batch, &batch);
		if (r != 0)
			return r < 0 ? r : ERROR_CORRUPT;
		twin_tell(twin, &batch, overlap->severity, findings);
	}
	return 0;
}

int overlap_check(struct store_txn *txn, const struct vouchers *vouchers, const char *source,
		  struct batch_findings *findings)
{
	struct overlap overlap = {.severity = vouchers->severity, .items = vouchers->items};
	int r = 0;

	for (size_t i = 0; i < vouchers->count && r == 0; i += overlap.count) {
		struct key prefix = source_key(vouchers->layer,
					       (struct period){vouchers->items[i].period}, source);

		overlap.items = &vouchers->items[i];
		overlap.count = vouchers_run(vouchers, i);
		r = store_each(txn, TABLE_VOUCHER, &prefix, NULL, held_compare, &overlap);
	}
	if (r == 0 && overlap.twin_count > 0) {
		qsort(overlap.twins, overlap.twin_count, sizeof *overlap.twins, twin_compare);
		r = twins_tell(txn, &overlap, findings);
	}
	free(overlap.twins);
	return r;
}

static int run_save(struct store_txn *txn, const struct key *key, const struct voucher *items,
		    size_t count)
{
	cleanup(packer_finish) struct packer packer = {0};
	uint64_t before = 0;

	pack_u8(&packer, VERSION);
	pack_u32(&packer, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		pack_varint(&packer, items[i].identity - before);
		pack_varint(&packer, items[i].line);
		before = items[i].identity;
	}
	return store_put_packed(txn, TABLE_VOUCHER, key, &packer);
}

int overlap_save(struct store_txn *txn, const struct vouchers *vouchers, const char *source,
		 uint64_t batch)
{
	size_t count;
	int r = 0;

	for (size_t i = 0; i < vouchers->count && r == 0; i += count) {
		struct period period = {vouchers->items[i].period};
		struct key key = block_key(vouchers->layer, period, source, batch);

		count = vouchers_run(vouchers, i);
		r = run_save(txn, &key, &vouchers->items[i], count);
	}
	return r;
}
