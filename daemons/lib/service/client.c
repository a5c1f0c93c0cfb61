/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/service/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

struct client {
	struct socket *socket;
};

int client_new(struct client **client_out, const struct conf *conf, struct wire *wire,
	       const char *daemon)
{
	cleanup(client_destroy) struct client *client = calloc(1, sizeof *client);
	char endpoint[PATH_SIZE];
	int r;

	if (!client)
		return -ENOMEM;
	r = conf_endpoint(conf, daemon, "control", endpoint);
	if (r == 0)
		r = socket_open(&client->socket, wire, SOCKET_CLIENT, endpoint);
	if (r != 0)
		return r < 0 ? r : -EIO;
	*client_out = client;
	client = NULL;
	return 0;
}

void client_destroy(struct client **client)
{
	if (!*client)
		return;
	socket_close(&(*client)->socket);
	free(*client);
	*client = NULL;
}

static int id_give(struct request *request)
{
	static const uint8_t none[REQUEST_ID_SIZE];

	if (memcmp(request->id, none, REQUEST_ID_SIZE) != 0)
		return 0;
	return getrandom(request->id, REQUEST_ID_SIZE, 0) == REQUEST_ID_SIZE ? 0 : -EIO;
}

/* 0 when @answer is the one asked for, SOCKET_EMPTY when there is nothing to read. */
static int answer_read(struct client *client, const struct request *request, struct arena *arena,
		       struct answer *answer_out)
{
	struct message message;
	int r;

	for (;;) {
		arena_reset(arena);
		r = socket_receive(client->socket, arena, &message, NULL);
		if (r < 0 || r == SOCKET_EMPTY)
			return r;
		if (r == 0 && message.kind == MESSAGE_ANSWER &&
		    memcmp(message.answer.id, request->id, REQUEST_ID_SIZE) == 0)
			break;
	}
	*answer_out = message.answer;
	return 0;
}

int client_ask(struct client *client, struct request *request, struct arena *arena,
	       struct answer *answer_out, int timeout_ms)
{
	struct message message = {.kind = MESSAGE_REQUEST};
	int64_t until_ms = clock_monotonic_ms() + timeout_ms;
	int r = id_give(request);

	if (r < 0)
		return r;
	message.request = *request;
	r = socket_send(client->socket, NULL, &message);
	if (r != 0)
		return r < 0 ? r : CLIENT_NO_ANSWER;
	for (;;) {
		int64_t left_ms = until_ms - clock_monotonic_ms();

		r = answer_read(client, request, arena, answer_out);
		if (r <= 0)
			return r;
		if (left_ms <= 0)
			return CLIENT_NO_ANSWER;
		r = socket_wait(client->socket, (int)left_ms);
		if (r < 0)
			return r;
	}
}
