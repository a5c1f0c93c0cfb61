/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/periods.h"

#include <errno.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"

static struct key closing_key(struct period period)
{
	struct key key = key_empty();

	key_u32(&key, period.yyyymm);
	return key;
}

int period_closing_load(struct store_txn *txn, struct period period,
			struct period_closing *closing_out)
{
	struct key key = closing_key(period);
	struct store_value value;
	struct unpacker unpacker;
	int r = store_get(txn, TABLE_PERIOD, &key, &value);

	if (r != 0)
		return r;
	unpacker = unpacker_over(value.bytes, value.size);
	closing_out->who = unpack_u32(&unpacker);
	closing_out->time_ms = unpack_i64(&unpacker);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

int period_close(struct store_txn *txn, struct period period, const struct period_closing *closing)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = closing_key(period);

	pack_u32(&packer, closing->who);
	pack_i64(&packer, closing->time_ms);
	return store_put_packed(txn, TABLE_PERIOD, &key, &packer);
}

int period_open(struct store_txn *txn, struct period period)
{
	struct key key = closing_key(period);

	return store_delete(txn, TABLE_PERIOD, &key);
}
