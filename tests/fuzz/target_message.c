/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of every kind: what is taken is packed to bytes that are taken and packed to
 * the same again; fields that are unknown are dropped on the way. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "lib/wire/codec.h"

enum { ARENA_SIZE = 64 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct arena *arena;
	struct message message;
	uint8_t *packed[2] = {NULL, NULL};
	size_t sizes[2] = {0, 0};

	if (!arena)
		promise(arena_new(&arena, ARENA_SIZE) == 0);
	if (message_unpack(bytes, size, arena, &message) == 0) {
		promise(message_pack(&message, &packed[0], &sizes[0]) == 0);
		promise(message_unpack(packed[0], sizes[0], arena, &message) == 0);
		promise(message_pack(&message, &packed[1], &sizes[1]) == 0);
		promise(sizes[0] == sizes[1] && memcmp(packed[0], packed[1], sizes[0]) == 0);
	}
	free(packed[0]);
	free(packed[1]);
	arena_reset(arena);
	return 0;
}
