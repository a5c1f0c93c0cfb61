/* SPDX-License-Identifier: Apache-2.0 */
/* An order's value: nothing when it was carried out; else the code and the text of its answer. */
#include "lib/stage/order.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/pack.h"
#include "lib/service/service.h"

static struct key order_key(const struct request *request)
{
	struct key key = key_empty();

	key_bytes(&key, request->id, REQUEST_ID_SIZE);
	return key;
}

static int answer_again(struct store_value value, struct arena *arena, struct answer *answer)
{
	char *text;

	if (value.size == 0)
		return answer_with(answer, ANSWER_OK, "Ordern är redan utförd.");
	text = arena_copy_text(arena, (const char *)value.bytes + 1, value.size - 1);
	return text ? answer_with(answer, (enum answer_code)value.bytes[0], text) : -ENOMEM;
}

int order_begin(struct store_txn *txn, unsigned table, const struct request *request,
		struct arena *arena, struct answer *answer)
{
	struct key key = order_key(request);
	struct store_value value;
	int r = store_get(txn, table, &key, &value);

	if (r == STORE_MISSING)
		return store_put(txn, table, &key, "", 0);
	if (r == 0)
		r = answer_again(value, arena, answer);
	return r < 0 ? r : ORDER_KNOWN;
}

int order_refuse(struct store_txn **txn, unsigned table, const struct request *request,
		 const struct answer *answer)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = order_key(request);
	int r;

	pack_u8(&packer, (uint8_t)answer->code);
	pack_bytes(&packer, answer->text, strlen(answer->text));
	if (packer.failed)
		return -ENOMEM;
	r = store_put(*txn, table, &key, packer.bytes, packer.length);
	return r == 0 ? store_commit(txn) : r;
}
