/* SPDX-License-Identifier: Apache-2.0 */
/* One batch to aggregate at a time. */
#include "ingest/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

#include "lib/base/arena.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

enum {
	SILENCE_MS = 5000,
	SILENCE_AT_START_MS = 2000, /* asking again costs nothing before the first row */
	TICK_MS = 250,
	ANSWER_BUDGET_BYTES = 1024 * 1024,
};

enum session_state {
	STATE_NONE,
	STATE_BEGUN,   /* waits for READY */
	STATE_SENDING, /* waits for credit when there is none */
	STATE_ENDED,   /* waits for the verdict */
	STATE_LOST,    /* aggregate does not know us: the next tick says so */
};

struct session {
	struct wire *wire;
	struct loop *loop;
	char endpoint[PATH_SIZE];
	session_handler *handler;
	void *context;
	struct socket *socket;
	struct arena *arena;
	int timer;
	enum session_state state;
	uint64_t id;
	uint64_t credit;
	int64_t quiet_since_ms; /* since when it has been aggregate's turn */
	bool is_silence_told;
};

static int session_receive(void *context);

static int socket_connect(struct session *session)
{
	int r = socket_open(&session->socket, session->wire, SOCKET_CLIENT, session->endpoint);

	if (r != 0)
		return r < 0 ? r : -EBUSY;
	return loop_add_socket(session->loop, session->socket, session_receive, session);
}

static void socket_disconnect(struct session *session)
{
	if (!session->socket)
		return;
	loop_remove_socket(session->loop, session->socket);
	socket_close(&session->socket);
}

static int sent(struct session *session, int r)
{
	/* A full queue means that nobody reads: the same as silence. */
	if (r == SOCKET_GONE) {
		session->state = STATE_LOST;
		return 0;
	}
	session->quiet_since_ms = clock_monotonic_ms();
	return r;
}

static int message_send(struct session *session, const struct message *message)
{
	return sent(session, socket_send(session->socket, NULL, message));
}

int session_draw(uint64_t *id_out)
{
	return getrandom(id_out, sizeof *id_out, 0) == (ssize_t)sizeof *id_out ? 0 : -errno;
}

int session_begin(struct session *session, const struct batch_begin *begin)
{
	struct message message = {.kind = MESSAGE_BATCH_BEGIN, .batch_begin = *begin};

	session->id = begin->session;
	session->credit = 0;
	session->state = STATE_BEGUN;
	return message_send(session, &message);
}

bool session_has_credit(const struct session *session)
{
	return session->state == STATE_SENDING && session->credit > 0;
}

int session_rows(struct session *session, uint8_t *bytes, size_t size)
{
	session->credit--;
	return sent(session, socket_send_packed(session->socket, NULL, bytes, size));
}

int session_end(struct session *session, struct batch_end *end)
{
	struct message message = {.kind = MESSAGE_BATCH_END};

	end->session = session->id;
	message.batch_end = *end;
	session->state = STATE_ENDED;
	return message_send(session, &message);
}

int session_abort(struct session *session)
{
	struct message message = {
		.kind = MESSAGE_BATCH_ABORT,
		.batch_abort = {.session = session->id},
	};
	int r = session->state == STATE_NONE ? 0 : message_send(session, &message);

	session->state = STATE_NONE;
	return r;
}

static int credit_add(struct session *session, const struct batch_answer *answer)
{
	if (session->state != STATE_BEGUN && session->state != STATE_SENDING)
		return 0;
	session->state = STATE_SENDING;
	session->credit += answer->credit;
	return session->handler(session->context, SESSION_CREDIT, NULL);
}

static int answer_take(struct session *session, const struct batch_answer *answer)
{
	/* Answers to a session that was given up may still arrive. */
	if (session->state == STATE_NONE || answer->session != session->id)
		return 0;
	session->quiet_since_ms = clock_monotonic_ms();
	if (session->is_silence_told)
		log_info("aggregate answers again");
	session->is_silence_told = false;
	switch (answer->verdict) {
	case BATCH_READY:
	case BATCH_CREDIT:
		return credit_add(session, answer);
	case BATCH_COMMITTED:
	case BATCH_ALREADY_HAVE:
	case BATCH_REFUSED:
		session->state = STATE_NONE;
		return session->handler(session->context, SESSION_ANSWERED, answer);
	case BATCH_NO_ROOM:
		session->state = STATE_NONE;
		return session->handler(session->context, SESSION_NO_ROOM, NULL);
	case BATCH_UNKNOWN:
		session->state = STATE_LOST;
		return 0;
	}
	return 0;
}

static int session_receive(void *context)
{
	struct session *session = context;
	struct message message;
	int r;

	arena_reset(session->arena);
	r = socket_receive(session->socket, session->arena, &message, NULL);
	if (r < 0)
		return r;
	if (r != 0 || message.kind != MESSAGE_BATCH_ANSWER)
		return 0;
	return answer_take(session, &message.batch_answer);
}

static bool session_is_silent(const struct session *session)
{
	int64_t patience_ms = session->state == STATE_BEGUN ? SILENCE_AT_START_MS : SILENCE_MS;

	return session->state != STATE_NONE && !session_has_credit(session) &&
	       clock_monotonic_ms() - session->quiet_since_ms >= patience_ms;
}

/* A new socket: what waits in the old one's queue for an aggregate that is not
 * there must not be said when it comes. */
static int socket_renew(struct session *session)
{
	if (!session->is_silence_told)
		log_warn("aggregate does not answer: asking until it does");
	session->is_silence_told = true;
	socket_disconnect(session);
	return socket_connect(session);
}

static int session_tick(void *context)
{
	struct session *session = context;
	int r = 0;

	if (session_is_silent(session)) {
		session->state = STATE_LOST;
		r = socket_renew(session);
	}
	if (r < 0 || session->state != STATE_LOST)
		return r;
	session->state = STATE_NONE;
	return session->handler(session->context, SESSION_LOST, NULL);
}

int session_new(struct session **session_out, struct wire *wire, struct loop *loop,
		const char *endpoint, session_handler *handler, void *context)
{
	struct session *session = calloc(1, sizeof *session);
	int r;

	if (!session)
		return -ENOMEM;
	*session = (struct session){
		.wire = wire,
		.loop = loop,
		.handler = handler,
		.context = context,
		.timer = -1,
	};
	r = text_copy(session->endpoint, sizeof session->endpoint, endpoint) ? 0 : -ENAMETOOLONG;
	if (r == 0)
		r = arena_new(&session->arena, ANSWER_BUDGET_BYTES);
	if (r == 0)
		r = socket_connect(session);
	if (r == 0)
		r = loop_add_timer(loop, TICK_MS, session_tick, session, &session->timer);
	if (r < 0) {
		session_destroy(&session);
		return r;
	}
	*session_out = session;
	return 0;
}

void session_destroy(struct session **session)
{
	if (!*session)
		return;
	if ((*session)->timer >= 0)
		loop_remove_timer((*session)->loop, (*session)->timer);
	socket_disconnect(*session);
	arena_destroy(&(*session)->arena);
	free(*session);
	*session = NULL;
}
