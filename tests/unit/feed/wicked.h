/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A control socket in front of a journal that answers questions wrongly in
 * every way a network could, drawn from a seed: the same faults each run.
 */
#pragma once

#include "unit/feed/press.h"

enum fault {
	FAULT_NONE,
	FAULT_DROP,	       /* no answer */
	FAULT_DOUBLE,	       /* the answer twice */
	FAULT_HOLD,	       /* the answer after the next one */
	FAULT_SHUFFLE,	       /* its records in reverse */
	FAULT_RECORDS_DOUBLED, /* each record twice */
	FAULT_GAP,	       /* without its first record */
	FAULT_REPLAY,	       /* all from the very first record on */
	FAULT_COUNT,
};

enum { WICKED_RECORDS_MAX = 7, WICKED_REPLAY_MAX = 40 };

struct wicked {
	struct press *press;
	struct socket *server;
	struct arena *arena;
	uint32_t random;
	bool is_wicked;
	unsigned counts[FAULT_COUNT];
	unsigned answered;
	bool holds;
	struct request held;
	struct peer held_peer;
	bool dropped; /* since this was last set to false */
	bool is_late; /* after every answer comes an older one to the same question */
	/* Changes an answer before it is sent, for single faults; may be NULL. */
	void (*forge)(struct answer *answer, struct arena *arena);
};

static inline uint32_t wicked_draw(uint32_t *random, uint32_t below)
{
	*random = *random * 1664525u + 1013904223u;
	return (*random >> 8) % below;
}

static inline void wicked_send(struct wicked *wicked, const struct peer *peer,
			       const struct answer *answer)
{
	struct message message = {.kind = MESSAGE_ANSWER, .answer = *answer};
	int r = socket_send(wicked->server, peer, &message);

	assert_true(r == 0 || r == SOCKET_GONE);
}

static inline struct answer wicked_answer(struct wicked *wicked, const struct request *request)
{
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	memcpy(answer.id, request->id, REQUEST_ID_SIZE);
	assert_int_equal(journal_answer(wicked->press->journal, request, wicked->arena, &answer),
			 0);
	if (wicked->forge)
		wicked->forge(&answer, wicked->arena);
	return answer;
}

static inline void wicked_records_spoil(struct wicked *wicked, enum fault fault,
					struct answer *answer)
{
	size_t count = answer->record_count;
	struct record *records = arena_take_zeroed(wicked->arena, 2 * count + 1, sizeof *records);

	assert_non_null(records);
	for (size_t i = 0; i < count; i++) {
		if (fault == FAULT_SHUFFLE)
			records[i] = answer->records[count - 1 - i];
		else
			records[2 * i] = records[2 * i + 1] = answer->records[i];
	}
	answer->records = records;
	answer->record_count = fault == FAULT_SHUFFLE ? count : 2 * count;
}

static inline enum fault wicked_fault(struct wicked *wicked)
{
	if (!wicked->is_wicked)
		return FAULT_NONE;
	return (enum fault)wicked_draw(&wicked->random, FAULT_COUNT);
}

static inline void wicked_spoil(struct wicked *wicked, enum fault fault, struct request *request,
				const struct peer *peer)
{
	struct answer answer;

	if (wicked->is_wicked)
		request->max = 1 + wicked_draw(&wicked->random, WICKED_RECORDS_MAX);
	if (fault == FAULT_REPLAY) {
		request->from = 1;
		request->hash = (struct hash){{0}};
		request->max = WICKED_REPLAY_MAX;
	}
	answer = wicked_answer(wicked, request);
	if (fault == FAULT_SHUFFLE || fault == FAULT_RECORDS_DOUBLED)
		wicked_records_spoil(wicked, fault, &answer);
	if (fault == FAULT_GAP && answer.record_count > 0) {
		answer.records++;
		answer.record_count--;
	}
	wicked_send(wicked, peer, &answer);
	if (fault == FAULT_DOUBLE)
		wicked_send(wicked, peer, &answer);
	answer.record_count = 0;
	answer.last_seq = 0;
	if (wicked->is_late)
		wicked_send(wicked, peer, &answer);
}

static inline void wicked_request(struct wicked *wicked, struct request *request,
				  const struct peer *peer)
{
	enum fault fault = wicked_fault(wicked);

	wicked->counts[fault]++;
	wicked->answered++;
	if (fault == FAULT_DROP || (fault == FAULT_HOLD && wicked->holds)) {
		wicked->dropped = true;
	} else if (fault == FAULT_HOLD) {
		wicked->held = *request;
		wicked->held_peer = *peer;
		wicked->holds = true;
		wicked->dropped = true;
	} else {
		wicked_spoil(wicked, fault, request, peer);
		if (wicked->holds)
			wicked_spoil(wicked, FAULT_NONE, &wicked->held, &wicked->held_peer);
		wicked->holds = false;
	}
}

static inline int wicked_handle(void *context)
{
	struct wicked *wicked = context;
	struct message message;
	struct peer peer;
	int r;

	arena_reset(wicked->arena);
	r = socket_receive(wicked->server, wicked->arena, &message, &peer);
	assert_true(r == 0 || r == SOCKET_EMPTY);
	if (r == 0) {
		assert_int_equal(message.kind, MESSAGE_REQUEST);
		assert_int_equal(message.request.kind, REQUEST_JOURNAL);
		wicked_request(wicked, &message.request, &peer);
	}
	return 0;
}

static inline void wicked_open(struct wicked *wicked, struct press *press)
{
	char endpoint[PATH_SIZE];

	wicked->press = press;
	scratch_endpoint(&press->scratch, "control", endpoint);
	assert_int_equal(arena_new(&wicked->arena, PRESS_ARENA_BYTES), 0);
	assert_int_equal(socket_open(&wicked->server, press->wire, SOCKET_SERVER, endpoint), 0);
	assert_int_equal(loop_add_socket(press->loop, wicked->server, wicked_handle, wicked), 0);
}

static inline void wicked_close(struct wicked *wicked)
{
	loop_remove_socket(wicked->press->loop, wicked->server);
	socket_close(&wicked->server);
	arena_destroy(&wicked->arena);
}
