/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/commit.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

enum {
	CREDIT = 4, /* Messages under way: one here, one in the queue, two being filled */
	ARENA_BYTES = 64 * 1024 * 1024,
	SILENCE_MS = 60 * 1000, /* after this a sender is taken for gone */
	FILL_MAX = 9500,	/* of the store, in hundredths of a percent: then no batch begins */
};

struct session {
	struct ledger *ledger;
	struct journal *journal;
	struct loop *loop;
	struct socket *socket;
	struct arena *arena;
	struct session_counts counts;
	/* The batch coming in; staging is NULL when there is none. */
	struct staging *staging;
	struct peer peer;
	struct batch_begin begin; /* its texts are copies below */
	char source[SOURCE_NAME_SIZE];
	char file_name[BATCH_NAME_SIZE];
	char format[BATCH_FORMAT_SIZE];
	struct batch_findings findings;
	bool was_heard; /* since the timer last looked */
	int timer;
};

struct session_counts session_counts(const struct session *session)
{
	return session->counts;
}

static int answer_send(struct session *session, const struct peer *peer,
		       const struct batch_answer *answer)
{
	struct message message = {.kind = MESSAGE_BATCH_ANSWER, .batch_answer = *answer};
	int r = socket_send(session->socket, peer, &message);

	return r < 0 ? r : 0;
}

static int refusal_send(struct session *session, const struct peer *peer, uint64_t id,
			const struct batch_findings *findings)
{
	const struct finding *first = findings_error(findings);

	session->counts.refused++;
	log_warn("batch refused: %s", finding_code_text(first->code));
	return answer_send(session, peer,
			   &(struct batch_answer){.session = id,
						  .verdict = BATCH_REFUSED,
						  .text = first->found,
						  .expected = first->expected,
						  .line = first->line,
						  .findings = findings->kept,
						  .finding_count = findings->kept_count,
						  .finding_total = findings->error_count +
								   findings->warning_count});
}

/* One finding about the whole file. */
static int refuse(struct session *session, const struct peer *peer, uint64_t id,
		  enum finding_code code, const char *found, const char *expected)
{
	session->findings = (struct batch_findings){.kept_count = 0};
	findings_add(&session->findings, code, FINDING_ERROR, 0, expected, "%s", found);
	return refusal_send(session, peer, id, &session->findings);
}

static int batch_send(struct session *session, const struct peer *peer, uint64_t id,
		      enum batch_verdict verdict, const struct batch *batch)
{
	return answer_send(session, peer,
			   &(struct batch_answer){.session = id,
						  .verdict = verdict,
						  .seq = batch->number,
						  .row_count = batch->row_count,
						  .text = batch->warnings});
}

/* The message's texts end with its arena; the batch lives longer. */
static int begin_keep(struct session *session, const struct batch_begin *begin,
		      const struct peer *peer)
{
	int r = staging_new(&session->staging);

	if (r < 0)
		return r;
	session->begin = *begin;
	session->peer = *peer;
	snprintf(session->source, sizeof session->source, "%s", begin->source);
	snprintf(session->file_name, sizeof session->file_name, "%.200s", begin->file_name);
	snprintf(session->format, sizeof session->format, "%s", begin->format);
	session->begin.source = session->source;
	session->begin.file_name = session->file_name;
	session->begin.format = session->format;
	return 0;
}

/* What is kept back is for what people decide, for new mapping tables, and for the batch
 * that is larger than any before. */
static bool room_is_short(struct session *session)
{
	unsigned fill = 0;

	return store_fill(session->ledger->store, &fill) == 0 && fill >= FILL_MAX;
}

static int begin_handle(struct session *session, const struct batch_begin *begin,
			const struct peer *peer)
{
	int r;

	staging_destroy(&session->staging);
	if (room_is_short(session))
		return answer_send(session, peer,
				   &(struct batch_answer){.session = begin->session,
							  .verdict = BATCH_NO_ROOM});
	if (strlen(begin->source) >= SOURCE_NAME_SIZE || strlen(begin->format) >= BATCH_FORMAT_SIZE)
		return refuse(session, peer, begin->session, FINDING_LEDGER_LIMIT,
			      "ett orimligt långt källnamn", "ett kortare namn");
	r = begin_keep(session, begin, peer);
	if (r < 0)
		return r;
	return answer_send(session, peer,
			   &(struct batch_answer){.session = begin->session,
						  .verdict = BATCH_READY,
						  .credit = CREDIT});
}

static bool session_is_current(const struct session *session, uint64_t id, const struct peer *peer)
{
	return session->staging && session->begin.session == id &&
	       session->peer.id_size == peer->id_size &&
	       memcmp(session->peer.id, peer->id, peer->id_size) == 0;
}

static int unknown_send(struct session *session, const struct peer *peer, uint64_t id)
{
	return answer_send(session, peer,
			   &(struct batch_answer){.session = id, .verdict = BATCH_UNKNOWN});
}

static const char *staging_outcome_text(int outcome)
{
	switch (outcome) {
	case STAGING_OVERFLOW:
		return "en summa som inte ryms i 64 bitar öre";
	case STAGING_FULL:
		return "fler olika kodsträngar eller verifikationer än en fil får ha";
	default:
		return "rader som inte går att tolka";
	}
}

static enum finding_code staging_outcome_code(int outcome)
{
	if (outcome == STAGING_OVERFLOW)
		return FINDING_LEDGER_SUM;
	return outcome == STAGING_FULL ? FINDING_LEDGER_LIMIT : FINDING_LEDGER_ROWS;
}

/* @r: what has become of what came. */
static int added_answer(struct session *session, const struct peer *peer, uint64_t id, int r)
{
	if (r < 0)
		return r;
	if (r == 0)
		return answer_send(session, peer,
				   &(struct batch_answer){
					   .session = id, .verdict = BATCH_CREDIT, .credit = 1});
	staging_destroy(&session->staging);
	return refuse(session, peer, id, staging_outcome_code(r), staging_outcome_text(r),
		      "rimliga belopp och koder: kontrollera exporten");
}

static int rows_handle(struct session *session, const struct batch_rows *rows,
		       const struct peer *peer)
{
	if (!session_is_current(session, rows->session, peer))
		return unknown_send(session, peer, rows->session);
	return added_answer(session, peer, rows->session,
			    staging_add(session->staging, &rows->rows));
}

static int vouchers_handle(struct session *session, const struct batch_vouchers *vouchers,
			   const struct peer *peer)
{
	if (!session_is_current(session, vouchers->session, peer))
		return unknown_send(session, peer, vouchers->session);
	return added_answer(session, peer, vouchers->session,
			    vouchers_add(staging_vouchers(session->staging), vouchers));
}

static int end_handle(struct session *session, const struct batch_end *end, const struct peer *peer)
{
	struct batch_findings *findings = &session->findings;
	struct batch batch;
	int r;

	if (!session_is_current(session, end->session, peer))
		return unknown_send(session, peer, end->session);
	*findings = (struct batch_findings){.kept_count = 0};
	r = commit_batch(session->ledger, session->journal, &session->begin, session->staging, end,
			 clock_wall_ms(), &batch, findings);
	staging_destroy(&session->staging);
	if (r < 0)
		return log_failure(r, "cannot commit a batch of source %s", session->source);
	if (r == COMMIT_REFUSED)
		return refusal_send(session, peer, end->session, findings);
	if (r == COMMIT_ALREADY_HAVE) {
		session->counts.already_had++;
		return batch_send(session, peer, end->session, BATCH_ALREADY_HAVE, &batch);
	}
	session->counts.committed++;
	log_info("batch %llu of source %s committed, %llu rows", (unsigned long long)batch.number,
		 batch.source, (unsigned long long)batch.row_count);
	r = batch_send(session, peer, end->session, BATCH_COMMITTED, &batch);
	/* Without room the next commit says so itself. */
	store_grow(session->ledger->store);
	return r;
}

static int abort_handle(struct session *session, const struct batch_abort *abort,
			const struct peer *peer)
{
	if (session_is_current(session, abort->session, peer))
		staging_destroy(&session->staging);
	return 0;
}

static int message_handle(struct session *session, const struct message *message,
			  const struct peer *peer)
{
	switch (message->kind) {
	case MESSAGE_BATCH_BEGIN:
		return begin_handle(session, &message->batch_begin, peer);
	case MESSAGE_ROWS:
		return rows_handle(session, &message->batch_rows, peer);
	case MESSAGE_VOUCHERS:
		return vouchers_handle(session, &message->batch_vouchers, peer);
	case MESSAGE_BATCH_END:
		return end_handle(session, &message->batch_end, peer);
	case MESSAGE_BATCH_ABORT:
		return abort_handle(session, &message->batch_abort, peer);
	/* Sent by us, or at home on another socket: here only by mistake. */
	case MESSAGE_BATCH_ANSWER:
	case MESSAGE_REQUEST:
	case MESSAGE_ANSWER:
	case MESSAGE_BELL:
	case MESSAGE_PARSE_JOB:
	case MESSAGE_FINDINGS:
		break;
	}
	socket_reject(session->socket);
	log_warn("message of kind %d on the batch socket from uid %d", (int)message->kind,
		 (int)peer->uid);
	return 0;
}

/* What a sender that is gone has left behind is memory for nothing. */
static int silence_handle(void *context)
{
	struct session *session = context;

	if (!session->was_heard)
		staging_destroy(&session->staging);
	session->was_heard = false;
	return 0;
}

/* One message a turn: a batch of rows is milliseconds of work, and questions on
 * the control socket should not wait for a whole file. */
static int socket_handle_one(void *context)
{
	struct session *session = context;
	struct message message;
	struct peer peer;
	int r;

	arena_reset(session->arena);
	session->was_heard = true;
	r = socket_receive(session->socket, session->arena, &message, &peer);
	if (r == SOCKET_REJECTED)
		log_warn("something that is no message of ours on the batch socket");
	return r == 0 ? message_handle(session, &message, &peer) : (r < 0 ? r : 0);
}

int session_new(struct session **session_out, struct ledger *ledger, struct journal *journal,
		struct wire *wire, struct loop *loop, const char *endpoint)
{
	cleanup(session_destroy) struct session *session = calloc(1, sizeof *session);
	int r;

	if (!session)
		return -ENOMEM;
	session->ledger = ledger;
	session->journal = journal;
	session->loop = loop;
	r = arena_new(&session->arena, ARENA_BYTES);
	if (r == 0)
		r = socket_open(&session->socket, wire, SOCKET_SERVER, endpoint);
	if (r == 0)
		r = loop_add_socket(loop, session->socket, socket_handle_one, session);
	if (r == 0)
		r = loop_add_timer(loop, SILENCE_MS, silence_handle, session, &session->timer);
	if (r != 0)
		return r;
	*session_out = session;
	session = NULL;
	return 0;
}

void session_destroy(struct session **session)
{
	if (!*session)
		return;
	if ((*session)->timer)
		loop_remove_timer((*session)->loop, (*session)->timer);
	if ((*session)->socket)
		loop_remove_socket((*session)->loop, (*session)->socket);
	socket_close(&(*session)->socket);
	staging_destroy(&(*session)->staging);
	arena_destroy(&(*session)->arena);
	free(*session);
	*session = NULL;
}
