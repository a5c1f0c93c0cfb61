/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/stage/order.h"

#include "lib/service/service.h"

int order_begin(struct store_txn *txn, unsigned table, const struct request *request,
		struct answer *answer)
{
	struct key key = key_empty();
	struct store_value value;
	int r;

	key_bytes(&key, request->id, REQUEST_ID_SIZE);
	r = store_get(txn, table, &key, &value);
	if (r == STORE_MISSING)
		return store_put(txn, table, &key, "", 0);
	if (r < 0)
		return r;
	answer_with(answer, ANSWER_OK, "Ordern är redan utförd.");
	return ORDER_DONE;
}
