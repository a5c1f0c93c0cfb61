/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/feed/chain.h"

#include "lib/base/cleanup.h"
#include "lib/store/store.h"
#include "lib/wire/message.h"

int chain_hash(uint64_t seq, const uint8_t *previous, const uint8_t *payload, size_t size,
	       struct hash *hash_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	struct key number = key_empty();
	int r = hasher_new(&hasher);

	key_u64(&number, seq);
	if (r == 0)
		r = hasher_add(hasher, number.bytes, number.size);
	if (r == 0)
		r = hasher_add(hasher, previous, HASH_SIZE);
	if (r == 0)
		r = hasher_add(hasher, payload, size);
	return r < 0 ? r : hasher_end(hasher, hash_out);
}

int chain_place(uint64_t seq, const struct hash *last, const uint8_t *stream_id,
		struct hash *hash_out)
{
	return chain_hash(seq + 1, last->bytes, stream_id, STREAM_ID_SIZE, hash_out);
}
