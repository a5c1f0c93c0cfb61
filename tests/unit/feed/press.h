/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal's producer in a scratch folder: a real store, a real bell, and
 * records whose amounts are known from their numbers.
 */
#pragma once

#include <errno.h>
#include <string.h>

#include "lib/base/arena.h"
#include "lib/base/hash.h"
#include "lib/feed/journal.h"
#include "lib/wire/codec.h"
#include "support/scratch.h"

enum press_table { PRESS_JOURNAL, PRESS_META, PRESS_STATE };
enum { PRESS_ARENA_BYTES = 64 * 1024 * 1024, PRESS_STORE_MIB = 64 };

static const char *const press_tables[] = {"journal", "meta", "state"};

struct press {
	struct scratch scratch;
	struct loop *loop;
	struct wire *wire;
	struct arena *arena;
	struct store *store;
	struct journal *journal;
	struct socket *guest; /* of a test; a socket left open would hold up the teardown */
};

static inline void press_open(struct press *press)
{
	char path[PATH_SIZE];

	scratch_path(&press->scratch, "press", path);
	assert_int_equal(store_open(&press->store, path, press_tables, 3, PRESS_STORE_MIB), 0);
	scratch_endpoint(&press->scratch, "bell", path);
	assert_int_equal(journal_open(&press->journal, press->store, PRESS_JOURNAL, PRESS_META,
				      press->wire, press->loop, path),
			 0);
}

static inline void press_close(struct press *press)
{
	journal_close(&press->journal);
	store_close(&press->store);
}

static inline int press_setup(void **state)
{
	struct press *press = calloc(1, sizeof *press);

	assert_non_null(press);
	scratch_make(&press->scratch);
	assert_int_equal(loop_new(&press->loop), 0);
	assert_int_equal(wire_new(&press->wire, press->loop, NULL, 0), 0);
	assert_int_equal(arena_new(&press->arena, PRESS_ARENA_BYTES), 0);
	press_open(press);
	*state = press;
	return 0;
}

static inline int press_teardown(void **state)
{
	struct press *press = *state;

	press_close(press);
	socket_close(&press->guest);
	arena_destroy(&press->arena);
	wire_destroy(&press->wire);
	loop_destroy(&press->loop);
	scratch_remove(&press->scratch);
	free(press);
	return 0;
}

/* What record @seq is about: no two alike, and no short sum equals another. */
static inline int64_t press_ore(uint64_t seq)
{
	return (int64_t)(seq * seq * 7919 + seq);
}

static inline int press_append_text(struct press *press, struct store_txn *txn, uint64_t number,
				    const char *source, uint64_t *seq_out)
{
	struct series series = {.area = "Familjehem", .line = "Personal", .year = 2020};
	struct event event = {
		.kind = EVENT_LEDGER,
		.ledger = {.time_ms = (int64_t)number,
			   .source = source,
			   .series = &series,
			   .series_count = 1},
	};

	series.outcome[0].ore = press_ore(number);
	return journal_append(press->journal, txn, &event, seq_out);
}

static inline int press_append(struct press *press, struct store_txn *txn, uint64_t number,
			       uint64_t *seq_out)
{
	return press_append_text(press, txn, number, "myndighet", seq_out);
}

/* Records @first to @last in one transaction, committed and rung. */
static inline void press_print(struct press *press, uint64_t first, uint64_t last)
{
	struct store_txn *txn = NULL;

	assert_int_equal(store_begin(press->store, STORE_WRITE, &txn), 0);
	for (uint64_t number = first; number <= last; number++) {
		uint64_t seq = 0;

		assert_int_equal(press_append(press, txn, number, &seq), 0);
		assert_int_equal(seq, number);
	}
	assert_int_equal(store_commit(&txn), 0);
	assert_int_equal(journal_ring(press->journal), 0);
}

static inline struct answer press_answer(struct press *press, uint64_t from, uint32_t max)
{
	struct request request = {.kind = REQUEST_JOURNAL, .from = from, .max = max};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(journal_answer(press->journal, &request, press->arena, &answer), 0);
	return answer;
}
