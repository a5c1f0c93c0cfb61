/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subscribe: follows alert's journal from a number on, a line per event.
 *
 *     bell rings, or five seconds pass -> ask the journal from the next number -> print
 *
 * A record is printed once and in order, also when alert is started again or a
 * ring is lost.  Signals are held while a line is written, so that it is whole.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "lib/view/event_line.h"
#include "lib/wire/codec.h"

enum {
	ASK_AGAIN_MS = 5000,
	RECORDS_PER_ANSWER = 500,
	EVENT_ARENA_BYTES = 16 * 1024 * 1024,
	SUBSCRIBE_DONE = 1, /* enough printed, or nobody reads any more */
	SUBSCRIBE_DOUBT,    /* told on stderr */
};

struct subscription {
	struct context *context;
	struct socket *bell;
	struct arena *arena; /* for one event or one ring */
	uint64_t next;
	uint64_t left; /* events to print yet */
	uint8_t stream_id[STREAM_ID_SIZE];
	bool has_stream;
};

static void on_signal(int number)
{
	(void)number;
	_exit(EX_OK);
}

static void signals_hold(bool hold)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL);
}

static void signals_prepare(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int record_print(struct subscription *subscription, const struct record *record)
{
	cleanup(free_bytes) char *line = NULL;
	struct event event;
	int r;

	arena_reset(subscription->arena);
	r = event_unpack(record->payload, record->payload_size, subscription->arena, &event);
	if (r != 0) {
		complain(EX_PROTOCOL, "händelse %" PRIu64 " kan inte läsas", record->seq);
		return SUBSCRIBE_DOUBT;
	}
	r = event_line(record->seq, &event, &line);
	if (r != 0)
		return r == EVENT_LINE_NONE ? 0 : r;
	signals_hold(true);
	r = fd_write(STDOUT_FILENO, line, strlen(line));
	signals_hold(false);
	return r == -EPIPE ? SUBSCRIBE_DONE : r;
}

/* Whether the answer goes on where we are, in the journal we know. */
static bool answer_fits(struct subscription *subscription, const struct answer *answer)
{
	if (!subscription->has_stream) {
		memcpy(subscription->stream_id, answer->stream_id, STREAM_ID_SIZE);
		subscription->has_stream = true;
	} else if (memcmp(subscription->stream_id, answer->stream_id, STREAM_ID_SIZE) != 0) {
		return false;
	}
	for (size_t i = 0; i < answer->record_count; i++)
		if (answer->records[i].seq != subscription->next + i)
			return false;
	return true;
}

static int records_print(struct subscription *subscription, const struct answer *answer)
{
	if (!answer_fits(subscription, answer)) {
		complain(EX_PROTOCOL,
			 "larmens journal är en annan än förut; börja om med --from 1");
		return SUBSCRIBE_DOUBT;
	}
	for (size_t i = 0; i < answer->record_count; i++) {
		int r = record_print(subscription, &answer->records[i]);

		if (r != 0)
			return r;
		subscription->next++;
		if (--subscription->left == 0)
			return SUBSCRIBE_DONE;
	}
	return 0;
}

/* Everything the journal holds from the next number on.  Silence is no failure. */
static int catch_up(struct subscription *subscription)
{
	struct answer answer;
	int r;

	do {
		struct request request = {
			.kind = REQUEST_JOURNAL,
			.from = subscription->next,
			.max = RECORDS_PER_ANSWER,
		};

		r = context_try(subscription->context, "alert", &request, &answer, ASK_AGAIN_MS);
		if (r != 0)
			return r < 0 ? r : 0;
		if (context_answer_status("alert", &answer) != EX_OK)
			return SUBSCRIBE_DOUBT;
		r = records_print(subscription, &answer);
	} while (r == 0 && answer.record_count > 0 && answer.last_seq >= subscription->next);
	return r;
}

/* The heartbeat of a journal we have read to its end tells nothing. */
static bool bell_calls(const struct subscription *subscription, const struct message *message)
{
	if (message->kind != MESSAGE_BELL)
		return false;
	return message->bell.last_seq >= subscription->next ||
	       (subscription->has_stream &&
		memcmp(message->bell.stream_id, subscription->stream_id, STREAM_ID_SIZE) != 0);
}

/* Until the bell tells of something new, or it has been silent for too long. */
static int bell_wait(struct subscription *subscription)
{
	struct message message;
	int r;

	while ((r = socket_wait(subscription->bell, ASK_AGAIN_MS)) == 0) {
		arena_reset(subscription->arena);
		r = socket_receive(subscription->bell, subscription->arena, &message, NULL);
		if (r < 0)
			return r;
		if (r == 0 && bell_calls(subscription, &message))
			return 0;
	}
	return r < 0 ? r : 0;
}

static int subscription_follow(struct subscription *subscription)
{
	int r;

	do {
		r = catch_up(subscription);
		if (r == 0)
			r = bell_wait(subscription);
	} while (r == 0);
	if (r == SUBSCRIBE_DONE)
		return EX_OK;
	if (r == SUBSCRIBE_DOUBT)
		return EX_PROTOCOL;
	return r == -EIO || r == -ENOSPC || r == -EBADF ? output_failed()
							: context_failure("att följa larmen", r);
}

static int subscribe_run(struct context *context)
{
	const struct options *options = &context->options;
	cleanup(arena_destroy) struct arena *arena = NULL;
	cleanup(socket_close) struct socket *bell = NULL;
	struct subscription subscription = {
		.context = context,
		.next = options->from ? options->from : 1,
		.left = options->max ? options->max : UINT64_MAX,
	};
	char endpoint[PATH_SIZE];
	int status = context_connect(context);
	int r;

	if (status != EX_OK)
		return status;
	signals_prepare();
	r = arena_new(&arena, EVENT_ARENA_BYTES);
	if (r == 0)
		r = conf_endpoint(context->conf, "alert", "bell", endpoint);
	if (r == 0)
		r = socket_open(&bell, context->wire, SOCKET_LISTENER, endpoint);
	if (r != 0)
		return context_failure("att följa larmen", r < 0 ? r : -EIO);
	subscription.arena = arena;
	subscription.bell = bell;
	return subscription_follow(&subscription);
}

const struct command subscribe_commands[] = {
	{
		.name = "subscribe",
		.summary =
			"följer larm, åtgärdsplaner och underkända filer, en JSON-rad per händelse",
		.operands = "",
		.help = "Skriver först det som redan har hänt, från --from, och väntar sedan på "
			"mer.\n"
			"Varje rad har sitt nummer i ”seq”; börja om med det sista plus ett. "
			"Slutar "
			"på\n"
			"Ctrl-C eller efter --max händelser.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt subscribe --from 12 | while read -r rad; do …; done\n",
		.options = OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_MAX),
		.run = subscribe_run,
	},
	{.name = NULL},
};
