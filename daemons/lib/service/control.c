/* SPDX-License-Identifier: Apache-2.0 */
/* The control socket: questions and orders in, answers out. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/base/replay.h"
#include "lib/service/service_private.h"

enum {
	ARENA_BYTES = 64 * 1024 * 1024,
	REQUESTS_PER_TURN = 32, /* a talkative peer must not starve the rest of the loop */
};

int answer_with(struct answer *answer, enum answer_code code, const char *text)
{
	answer->code = code;
	answer->text = text;
	return 0;
}

enum status_column { STATUS_KEY, STATUS_TITLE, STATUS_NUMBER, STATUS_TEXT, STATUS_TIME };

static void status_row(struct table *table, const char *key, const char *title)
{
	if (table_row(table) < 0)
		return;
	table_text(table, STATUS_KEY, key);
	table_text(table, STATUS_TITLE, title);
}

void service_status_number(struct table *table, const char *key, const char *title, uint64_t value)
{
	status_row(table, key, title);
	table_number(table, STATUS_NUMBER, (int64_t)value);
}

void service_status_text(struct table *table, const char *key, const char *title, const char *value)
{
	status_row(table, key, title);
	table_text(table, STATUS_TEXT, value);
}

void service_status_time(struct table *table, const char *key, const char *title, int64_t time_ms)
{
	status_row(table, key, title);
	if (time_ms != 0)
		table_number(table, STATUS_TIME, time_ms);
}

static int status_answer(struct service *service, struct answer *answer)
{
	struct table *table = table_new(service->arena);

	if (!table)
		return -ENOMEM;
	table_column(table, "nyckel", "Nyckel", COLUMN_TEXT);
	table_column(table, "rubrik", "Uppgift", COLUMN_TEXT);
	table_column(table, "tal", "Tal", COLUMN_COUNT);
	table_column(table, "text", "Text", COLUMN_TEXT);
	table_column(table, "tid", "Tid", COLUMN_TIME);
	service_status_text(table, "version", "Version", BUDGETVAKT_VERSION);
	service_status_number(table, "pid", "Process", (uint64_t)getpid());
	service_status_time(table, "startad", "Startad", service->started_ms);
	service_status_number(table, "besvarade", "Besvarade frågor", service->answered_count);
	service_status_number(table, "okanda_meddelanden", "Okända meddelanden",
			      service->unknown_count + wire_rejected_count(service->wire));
	answer->table = table;
	return service->program->status ? service->program->status(service->daemon, table) : 0;
}

static int request_dispatch(struct service *service, const struct request *request,
			    const struct peer *peer, struct answer *answer)
{
	const struct service_program *program = service->program;

	if (request->kind == REQUEST_STATUS)
		return status_answer(service, answer);
	for (size_t i = 0; i < program->route_count; i++) {
		if (request->kind != 0 && program->routes[i].kind == request->kind)
			return program->routes[i].handler(service->daemon, request, peer,
							  service->arena, answer);
	}
	service->unknown_count++;
	log_warn("request of unknown kind %u from uid %d", request->raw_kind, (int)peer->uid);
	return answer_with(answer, ANSWER_UNKNOWN_KIND,
			   "Frågan är okänd här: är programmen av samma version?");
}

int service_answer(struct service *service, const struct peer *peer, const struct answer *answer)
{
	struct message message = {.kind = MESSAGE_ANSWER, .answer = *answer};
	int r = socket_send(service->control, peer, &message);

	service->answered_count++;
	return r < 0 ? r : 0;
}

/* An answer that is too large for us is told so; it does not end the daemon. */
static bool error_is_size(int error)
{
	return error == -ENOMEM || error == ERROR_LIMIT;
}

static int too_large_send(struct service *service, const struct request *request,
			  const struct peer *peer)
{
	struct answer answer = {.code = ANSWER_FAILED, .text = "Svaret får inte plats."};

	memcpy(answer.id, request->id, REQUEST_ID_SIZE);
	log_warn("the answer to a request of kind %u does not fit", request->raw_kind);
	return service_answer(service, peer, &answer);
}

/* Whoever ordered it then. */
static struct peer peer_then(const struct peer *peer)
{
	struct peer then = *peer;
	int64_t time_ms;
	uint32_t uid;

	if (replay_now(&time_ms, &uid))
		then.uid = uid;
	return then;
}

static int message_handle(struct service *service, const struct message *message,
			  const struct peer *peer)
{
	struct answer answer = {.code = ANSWER_OK, .text = ""};
	struct peer then;
	int r;

	if (message->kind != MESSAGE_REQUEST) {
		service->unknown_count++;
		log_warn("message of kind %d is no request, from uid %d", (int)message->kind,
			 (int)peer->uid);
		return 0;
	}
	memcpy(answer.id, message->request.id, REQUEST_ID_SIZE);
	then = peer_then(peer);
	r = request_dispatch(service, &message->request, &then, &answer);
	if (r == SERVICE_LATER)
		return 0;
	if (r == 0)
		r = service_answer(service, peer, &answer);
	return error_is_size(r) ? too_large_send(service, &message->request, peer) : r;
}

static int control_handle(void *context)
{
	struct service *service = context;

	for (int i = 0; i < REQUESTS_PER_TURN; i++) {
		struct message message;
		struct peer peer;
		int r;

		arena_reset(service->arena);
		r = socket_receive(service->control, service->arena, &message, &peer);
		if (r == SOCKET_EMPTY)
			return 0;
		if (r == SOCKET_REJECTED)
			log_warn("something that is no message of ours on the control socket");
		else if (r == 0)
			r = message_handle(service, &message, &peer);
		if (r < 0)
			return r;
	}
	return 0;
}

int control_start(struct service *service)
{
	char endpoint[PATH_SIZE];
	int r = conf_endpoint(service->conf, service->program->name, "control", endpoint);

	if (r == 0)
		r = arena_new(&service->arena, ARENA_BYTES);
	if (r == 0)
		r = socket_open(&service->control, service->wire, SOCKET_SERVER, endpoint);
	if (r == SOCKET_TAKEN) {
		log_error("another budgetvakt-%s already runs for this instance",
			  service->program->name);
		return -EBUSY;
	}
	if (r < 0)
		return log_failure(r, "cannot open the control socket");
	return loop_add_socket(service->loop, service->control, control_handle, service);
}

void control_stop(struct service *service)
{
	if (service->control)
		loop_remove_socket(service->loop, service->control);
	socket_close(&service->control);
	arena_destroy(&service->arena);
}
