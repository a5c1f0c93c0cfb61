/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a row costs between ingest and aggregate, apart from the socket: packing and
 * unpacking of whole messages of ROWS_MAX rows with konto and verksamhet.
 *
 *     wire_cost            prints the median of pack + unpack in ps a row
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "lib/base/arena.h"
#include "lib/base/memory.h"
#include "lib/wire/codec.h"

enum { ROUNDS = 301, WARM_UP = 20, ARENA_BYTES = 64 * 1024 * 1024 };

static uint32_t accounts[ROWS_MAX], activities[ROWS_MAX], periods[ROWS_MAX];
static int64_t amounts[ROWS_MAX];

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void rows_fill(struct rows *rows)
{
	for (uint32_t i = 0; i < ROWS_MAX; i++) {
		accounts[i] = 1 + i * 7919 % 400;
		activities[i] = 1 + i * 104729 % 120;
		periods[i] = 202101 + i / 6000;
		amounts[i] = (int64_t)i * 104729 % 10000000 - 5000000;
	}
	*rows = (struct rows){
		.layer = LAYER_OUTCOME,
		.count = ROWS_MAX,
		.periods = periods,
		.amounts_ore = amounts,
		.ids = {[DIMENSION_ACCOUNT] = accounts, [DIMENSION_ACTIVITY] = activities},
	};
}

static int64_t round_measure(const struct message *message, struct arena *arena)
{
	struct message received;
	uint8_t *bytes;
	size_t size;
	int64_t start_ns = now_ns(), used_ns;

	if (message_pack(message, &bytes, &size) != 0)
		exit(EX_SOFTWARE);
	arena_reset(arena);
	if (message_unpack(bytes, size, arena, &received) != 0)
		exit(EX_SOFTWARE);
	used_ns = now_ns() - start_ns;
	if (received.batch_rows.rows.count != ROWS_MAX ||
	    memcmp(received.batch_rows.rows.amounts_ore, amounts, sizeof amounts) != 0)
		exit(EX_SOFTWARE);
	free(bytes);
	return used_ns;
}

static int number_compare(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

int main(void)
{
	struct message message = {.kind = MESSAGE_ROWS, .batch_rows = {.session = 1}};
	int64_t used_ns[ROUNDS];
	struct arena *arena;

	memory_keep(); /* as wire_new does in every process of ours */
	rows_fill(&message.batch_rows.rows);
	if (arena_new(&arena, ARENA_BYTES) != 0)
		return EX_OSERR;
	for (int i = -WARM_UP; i < ROUNDS; i++)
		used_ns[i < 0 ? 0 : i] = round_measure(&message, arena);
	qsort(used_ns, ROUNDS, sizeof *used_ns, number_compare);
	printf("%" PRId64 " %" PRId64 " %" PRId64 "\n", used_ns[ROUNDS / 2] * 1000 / ROWS_MAX,
	       used_ns[0] * 1000 / ROWS_MAX, used_ns[ROUNDS - 1] * 1000 / ROWS_MAX);
	arena_destroy(&arena);
	return EX_OK;
}
