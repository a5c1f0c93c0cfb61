/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib/wire's sockets over a network that loses, doubles, delays and so reorders; messages
 * travel as the bytes they really are, and are packed and read by the real codec.
 */
#include "simulation/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/wire/codec.h"

enum { QUEUE_MAX = 64, PACKETS_MAX = 4096, SOCKETS_MAX = 64, NAME_SIZE = 32 };

struct packet {
	int64_t arrives_ms;
	uint64_t order; /* of those that arrive at the same time */
	uint64_t from;
	uint64_t to;		  /* a client or listener; 0: whoever is bound to */
	char endpoint[NAME_SIZE]; /* this */
	uint8_t *bytes;
	size_t size;
};

struct wire {
	uint64_t rejected_count;
};

struct socket {
	uint64_t id;
	struct wire *wire;
	enum socket_kind kind;
	char endpoint[NAME_SIZE];
	struct process *process; /* NULL: of the world */
	struct packet queue[QUEUE_MAX];
	size_t queued;
};

static struct socket *sockets[SOCKETS_MAX];
static size_t socket_count;
static struct packet packets[PACKETS_MAX];
static size_t packet_count;
static uint64_t last_id;

int wire_new(struct wire **wire_out, struct loop *loop, const uid_t *uids, size_t uid_count)
{
	(void)loop;
	(void)uids;
	(void)uid_count;
	*wire_out = calloc(1, sizeof **wire_out);
	return *wire_out ? 0 : -ENOMEM;
}

void wire_destroy(struct wire **wire)
{
	free(*wire);
	*wire = NULL;
}

uint64_t wire_rejected_count(const struct wire *wire)
{
	return wire->rejected_count;
}

void socket_reject(struct socket *socket)
{
	socket->wire->rejected_count++;
}

int socket_open(struct socket **socket_out, struct wire *wire, enum socket_kind kind,
		const char *endpoint)
{
	struct socket *socket;

	if (!process_call())
		return -EIO;
	socket = calloc(1, sizeof *socket);
	if (!socket || socket_count == SOCKETS_MAX) {
		free(socket);
		return -ENOMEM;
	}
	socket->id = ++last_id;
	socket->wire = wire;
	socket->kind = kind;
	socket->process = world.current;
	snprintf(socket->endpoint, sizeof socket->endpoint, "%s", strrchr(endpoint, '/') + 1);
	sockets[socket_count++] = socket;
	*socket_out = socket;
	return 0;
}

void socket_close(struct socket **socket)
{
	if (!*socket)
		return;
	for (size_t i = 0; i < (*socket)->queued; i++)
		free((*socket)->queue[i].bytes);
	for (size_t i = 0; i < socket_count; i++) {
		if (sockets[i] == *socket)
			sockets[i] = sockets[--socket_count];
	}
	free(*socket);
	*socket = NULL;
}

static struct socket *socket_of(const struct packet *packet)
{
	for (size_t i = 0; i < socket_count; i++) {
		bool is_bound = sockets[i]->kind == SOCKET_SERVER &&
				strcmp(sockets[i]->endpoint, packet->endpoint) == 0;

		if (packet->to ? sockets[i]->id == packet->to : is_bound)
			return sockets[i];
	}
	return NULL;
}

static void packet_copy_post(const struct packet *packet, int64_t delay_ms)
{
	struct packet *posted = &packets[packet_count];

	if (packet_count == PACKETS_MAX)
		return;
	*posted = *packet;
	posted->bytes = malloc(packet->size);
	if (!posted->bytes)
		abort();
	memcpy(posted->bytes, packet->bytes, packet->size);
	posted->arrives_ms = world.now_ms + 1 + delay_ms;
	posted->order = ++last_id;
	packet_count++;
}

static int64_t delay_draw(void)
{
	if (world.faults.delay_max_ms == 0 || !chance_per_mille(200))
		return 0;
	world.counts.delayed++;
	return chance_below(world.faults.delay_max_ms);
}

/* What the network makes of a message: none, one or two of it. */
static void packet_post(const struct packet *packet)
{
	if (chance_per_mille(world.faults.lost_per_mille)) {
		world.counts.lost++;
		return;
	}
	packet_copy_post(packet, delay_draw());
	if (chance_per_mille(world.faults.doubled_per_mille)) {
		world.counts.doubled++;
		packet_copy_post(packet, chance_below(world.faults.delay_max_ms + 1));
	}
}

static int bell_post(const struct socket *socket, struct packet *packet)
{
	for (size_t i = 0; i < socket_count; i++) {
		if (sockets[i]->kind != SOCKET_LISTENER ||
		    strcmp(sockets[i]->endpoint, socket->endpoint) != 0)
			continue;
		packet->to = sockets[i]->id;
		packet_post(packet);
	}
	return 0;
}

static int packed_post(struct socket *socket, const struct peer *peer, struct packet *packet)
{
	packet->from = socket->id;
	if (socket->kind == SOCKET_BELL)
		return bell_post(socket, packet);
	if (socket->kind == SOCKET_SERVER) {
		memcpy(&packet->to, peer->id, sizeof packet->to);
		if (!socket_of(packet))
			return SOCKET_GONE;
	} else {
		snprintf(packet->endpoint, sizeof packet->endpoint, "%s", socket->endpoint);
	}
	packet_post(packet);
	return 0;
}

int socket_send(struct socket *socket, const struct peer *peer, const struct message *message)
{
	struct packet packet = {.from = 0};
	int r;

	if (!process_call())
		return -EIO;
	r = message_pack(message, &packet.bytes, &packet.size);
	if (r == 0)
		r = packed_post(socket, peer, &packet);
	free(packet.bytes);
	return r;
}

int socket_receive(struct socket *socket, struct arena *arena, struct message *message,
		   struct peer *peer)
{
	struct packet packet;
	int r;

	if (!process_call())
		return -EIO;
	if (socket->queued == 0)
		return SOCKET_EMPTY;
	packet = socket->queue[0];
	socket->queued--;
	memmove(socket->queue, socket->queue + 1, socket->queued * sizeof packet);
	if (peer) {
		*peer = (struct peer){.id_size = sizeof packet.from, .uid = 1000};
		memcpy(peer->id, &packet.from, sizeof packet.from);
	}
	r = message_unpack(packet.bytes, packet.size, arena, message);
	free(packet.bytes);
	if (r > 0)
		world_bad("a message was refused by the codec");
	return r > 0 ? SOCKET_REJECTED : r;
}

static void socket_handle_queue(struct socket *socket)
{
	struct process *process = socket->process;
	uint64_t id = socket->id;
	void *context = NULL;
	loop_handler *handler;

	for (;;) {
		struct packet name = {.to = id};

		/* The handler may have ended the process, and the socket with it. */
		if (socket_of(&name) != socket || socket->queued == 0 || !process->is_up)
			return;
		handler = loop_handler_of(service_loop(process->service), socket, &context);
		if (!handler)
			return;
		process_run(process, handler, context);
	}
}

static void packet_arrive(struct packet *packet)
{
	struct socket *socket = socket_of(packet);

	/* Nobody there: a client's queue waits for the server, or is lost with its peer. */
	if (!socket && !packet->to && chance_per_mille(500)) {
		packet_copy_post(packet, 500);
		socket = NULL;
	}
	if (!socket || socket->queued == QUEUE_MAX) {
		free(packet->bytes);
		return;
	}
	socket->queue[socket->queued++] = *packet;
	if (socket->process)
		socket_handle_queue(socket);
}

static size_t packet_first(void)
{
	size_t first = 0;

	for (size_t i = 1; i < packet_count; i++) {
		const struct packet *one = &packets[i];
		const struct packet *best = &packets[first];

		if (one->arrives_ms < best->arrives_ms ||
		    (one->arrives_ms == best->arrives_ms && one->order < best->order))
			first = i;
	}
	return first;
}

int64_t wire_next_ms(void)
{
	return packet_count ? packets[packet_first()].arrives_ms : INT64_MAX;
}

void wire_deliver_due(void)
{
	while (packet_count > 0) {
		size_t first = packet_first();
		struct packet packet = packets[first];

		if (packet.arrives_ms > world.now_ms)
			return;
		packets[first] = packets[--packet_count];
		packet_arrive(&packet);
	}
}

bool wire_is_quiet(void)
{
	return packet_count == 0;
}

void wire_forget(void)
{
	while (packet_count > 0)
		free(packets[--packet_count].bytes);
	last_id = 0;
}
