/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversation with aggregate about one file: begin, rows as far as credit
 * goes, end, answer.  Nothing is kept here: when aggregate is silent or does not
 * know the session any more, the owner is told to begin again from the first byte.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/wire/loop.h"
#include "lib/wire/message.h"
#include "lib/wire/socket.h"

struct session;

enum session_event {
	SESSION_CREDIT = 1, /* rows may be sent */
	SESSION_ANSWERED,   /* COMMITTED, ALREADY_HAVE or REFUSED: the session is over */
	SESSION_LOST,	    /* begin again */
	SESSION_NO_ROOM,    /* aggregate can take no more: the session is over */
};

/* @answer: for ANSWERED, NULL otherwise. */
typedef int session_handler(void *context, enum session_event event,
			    const struct batch_answer *answer);

int session_new(struct session **session_out, struct wire *wire, struct loop *loop,
		const char *endpoint, session_handler *handler, void *context);
void session_destroy(struct session **session);

/* A number that no session has had. */
int session_draw(uint64_t *id_out);
int session_begin(struct session *session, const struct batch_begin *begin);
bool session_has_credit(const struct session *session);
/* A packed message of rows or vouchers of this session, which is taken over.  Uses one
 * credit. */
int session_rows(struct session *session, uint8_t *bytes, size_t size);
/* end->session is filled in here. */
int session_end(struct session *session, struct batch_end *end);
/* Aggregate forgets the session, if there is one. */
int session_abort(struct session *session);
