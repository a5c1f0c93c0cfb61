/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets with every limit set, and single-frame messages over them. */
#include "lib/wire/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/wire/codec.h"
#include "lib/wire/wire_private.h"

enum {
	QUEUE_MESSAGES_MAX = 64, /* per peer and direction: credit keeps batches far below */
	HANDSHAKE_MS = 3000,
	HEARTBEAT_MS = 2000,
	HEARTBEAT_TIMEOUT_MS = 10000,
	RECONNECT_MS = 20, /* a restarted daemon is found again at once … */
	RECONNECT_MS_MAX = 500,
};

/* Set in libzmq 4.3.4, but named only in its draft header. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

int wire_new(struct wire **wire_out, struct loop *loop, const uid_t *uids, size_t uid_count)
{
	cleanup(wire_destroy) struct wire *wire = calloc(1, sizeof *wire);
	int r;

	if (!wire)
		return -ENOMEM;
	if (uid_count > WIRE_UIDS_MAX - 2)
		return -EINVAL;
	memory_keep();
	wire->loop = loop;
	wire->uids[wire->uid_count++] = geteuid();
	wire->uids[wire->uid_count++] = 0;
	for (size_t i = 0; i < uid_count; i++)
		wire->uids[wire->uid_count++] = uids[i];
	wire->context = zmq_ctx_new();
	if (!wire->context)
		return -errno;
	r = loop ? auth_start(wire) : 0;
	if (r < 0)
		return r;
	*wire_out = wire;
	wire = NULL;
	return 0;
}

void wire_destroy(struct wire **wire)
{
	if (!*wire)
		return;
	auth_stop(*wire);
	if ((*wire)->context)
		zmq_ctx_term((*wire)->context);
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

static int number_set(void *handle, int option, int value)
{
	return zmq_setsockopt(handle, option, &value, sizeof value) < 0 ? -errno : 0;
}

/* The limits of every socket, in one place. */
static int limits_set(void *handle)
{
	static const struct {
		int option;
		int value;
	} limits[] = {
		{ZMQ_LINGER, 0},
		{ZMQ_SNDHWM, QUEUE_MESSAGES_MAX},
		{ZMQ_RCVHWM, QUEUE_MESSAGES_MAX},
		{ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS},
		{ZMQ_RECONNECT_IVL, RECONNECT_MS},
		{ZMQ_RECONNECT_IVL_MAX, RECONNECT_MS_MAX},
	};
	int64_t size_max = MESSAGE_SIZE_MAX;

	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		int r = number_set(handle, limits[i].option, limits[i].value);

		if (r < 0)
			return r;
	}
	if (zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &size_max, sizeof size_max) < 0)
		return -errno;
	return 0;
}

/* Asks the ZAP handler about every peer, and lets nobody in when there is none. */
static int guard_set(void *handle)
{
	if (zmq_setsockopt(handle, ZMQ_ZAP_DOMAIN, AUTH_DOMAIN, strlen(AUTH_DOMAIN)) < 0)
		return -errno;
	return number_set(handle, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
}

/* The path of an ipc endpoint, NULL of any other. */
static const char *endpoint_path(const char *endpoint)
{
	static const char scheme[] = "ipc://";

	return strncmp(endpoint, scheme, sizeof scheme - 1) == 0 ? endpoint + sizeof scheme - 1
								 : NULL;
}

/* A second bind on an ipc path would steal it without a word: lock it first. */
static int path_lock(struct socket *socket, const char *endpoint)
{
	const char *socket_path = endpoint_path(endpoint);
	char path[PATH_SIZE];
	int r;

	if (!socket_path)
		return 0;
	r = path_print(path, "%s.lock", socket_path);
	if (r < 0)
		return r;
	r = file_lock(path, &socket->lock_fd);
	return r == FILE_LOCK_HELD ? SOCKET_TAKEN : r;
}

/* The folder says which group may come, the ZAP handler which uid may talk. */
static int path_open_to_group(const char *endpoint)
{
	const char *path = endpoint_path(endpoint);

	return path && chmod(path, 0660) < 0 ? -errno : 0;
}

static int bound_open(struct socket *socket, const char *endpoint)
{
	int r = path_lock(socket, endpoint);

	if (r != 0)
		return r;
	r = guard_set(socket->handle);
	if (r < 0)
		return r;
	if (socket->kind == SOCKET_SERVER)
		r = number_set(socket->handle, ZMQ_ROUTER_MANDATORY, 1);
	if (r < 0)
		return r;
	if (zmq_bind(socket->handle, endpoint) < 0)
		return -errno;
	return path_open_to_group(endpoint);
}

/* Who connects asks whether the other is alive; who is connected to does not: libzmq 4.3.4
 * aborts when it is to ask a peer that is gone while what he sent waits in a full queue. */
static int heartbeat_set(void *handle)
{
	int r = number_set(handle, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS);

	return r < 0 ? r : number_set(handle, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS);
}

static int connected_open(struct socket *socket, const char *endpoint)
{
	int r = heartbeat_set(socket->handle);

	if (r < 0)
		return r;
	if (socket->kind == SOCKET_LISTENER &&
	    zmq_setsockopt(socket->handle, ZMQ_SUBSCRIBE, "", 0) < 0)
		return -errno;
	return zmq_connect(socket->handle, endpoint) < 0 ? -errno : 0;
}

static int socket_type(enum socket_kind kind)
{
	switch (kind) {
	case SOCKET_SERVER:
		return ZMQ_ROUTER;
	case SOCKET_CLIENT:
		return ZMQ_DEALER;
	case SOCKET_BELL:
		return ZMQ_PUB;
	case SOCKET_LISTENER:
		return ZMQ_SUB;
	}
	return -1;
}

int socket_open(struct socket **socket_out, struct wire *wire, enum socket_kind kind,
		const char *endpoint)
{
	cleanup(socket_close) struct socket *socket = calloc(1, sizeof *socket);
	int r;

	if (!socket)
		return -ENOMEM;
	socket->wire = wire;
	socket->kind = kind;
	socket->lock_fd = -1;
	socket->handle = zmq_socket(wire->context, socket_type(kind));
	if (!socket->handle)
		return -errno;
	r = limits_set(socket->handle);
	if (r < 0)
		return r;
	r = kind == SOCKET_SERVER || kind == SOCKET_BELL ? bound_open(socket, endpoint)
							 : connected_open(socket, endpoint);
	if (r != 0)
		return r;
	*socket_out = socket;
	socket = NULL;
	return 0;
}

void socket_close(struct socket **socket)
{
	if (!*socket)
		return;
	if ((*socket)->handle)
		zmq_close((*socket)->handle);
	close_fd(&(*socket)->lock_fd);
	free(*socket);
	*socket = NULL;
}

void *socket_handle(const struct socket *socket)
{
	return socket->handle;
}

static bool more_follows(void *handle)
{
	int more = 0;
	size_t size = sizeof more;

	return zmq_getsockopt(handle, ZMQ_RCVMORE, &more, &size) == 0 && more;
}

/* Messages of ours are one frame; the rest of anything longer is thrown away. */
static void frames_drop(void *handle)
{
	while (more_follows(handle)) {
		zmq_msg_t frame;

		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, handle, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&frame);
			return;
		}
		zmq_msg_close(&frame);
	}
}

static int peer_id_read(void *handle, struct peer *peer)
{
	int size = zmq_recv(handle, peer->id, sizeof peer->id, ZMQ_DONTWAIT);

	if (size < 0)
		return errno == EAGAIN ? SOCKET_EMPTY : -errno;
	peer->id_size = (size_t)size;
	if ((size_t)size > sizeof peer->id || !more_follows(handle)) {
		frames_drop(handle);
		return SOCKET_REJECTED;
	}
	return 0;
}

/* From the body frame: libzmq 4.3.4 loses it on the first frame after a poll. */
static uid_t frame_uid(zmq_msg_t *frame)
{
	const char *user = zmq_msg_gets(frame, "User-Id");
	uint64_t uid;

	return user && text_read_u64(user, UINT32_MAX, &uid) ? (uid_t)uid : (uid_t)-1;
}

static int body_read(struct socket *socket, struct arena *arena, struct message *message,
		     struct peer *peer)
{
	zmq_msg_t frame;
	int r = SOCKET_REJECTED;

	zmq_msg_init(&frame);
	if (zmq_msg_recv(&frame, socket->handle, ZMQ_DONTWAIT) < 0) {
		r = errno == EAGAIN ? SOCKET_EMPTY : -errno;
	} else if (more_follows(socket->handle)) {
		frames_drop(socket->handle);
	} else if (message_unpack(zmq_msg_data(&frame), zmq_msg_size(&frame), arena, message) ==
		   0) {
		peer->uid = frame_uid(&frame);
		r = 0;
	}
	zmq_msg_close(&frame);
	return r;
}

int socket_receive(struct socket *socket, struct arena *arena, struct message *message,
		   struct peer *peer)
{
	struct peer sender = {.uid = (uid_t)-1};
	int r = socket->kind == SOCKET_SERVER ? peer_id_read(socket->handle, &sender) : 0;

	if (r == 0)
		r = body_read(socket, arena, message, &sender);
	if (r == SOCKET_REJECTED)
		socket->wire->rejected_count++;
	if (r == 0 && peer)
		*peer = sender;
	return r;
}

static void bytes_release(void *bytes, void *hint)
{
	(void)hint;
	free(bytes);
}

static int send_outcome(void)
{
	if (errno == EAGAIN || errno == EHOSTUNREACH)
		return SOCKET_GONE;
	return -errno;
}

int socket_send_packed(struct socket *socket, const struct peer *peer, uint8_t *bytes, size_t size)
{
	zmq_msg_t frame;
	int r = 0;

	if (zmq_msg_init_data(&frame, bytes, size, bytes_release, NULL) < 0) {
		free(bytes);
		return -ENOMEM;
	}
	if (peer &&
	    zmq_send(socket->handle, peer->id, peer->id_size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		r = send_outcome();
	else if (zmq_msg_send(&frame, socket->handle, ZMQ_DONTWAIT) < 0)
		/* Behind a peer's name there is no way back: the next name would be sent to him. */
		r = peer ? -errno : send_outcome();
	if (r != 0)
		zmq_msg_close(&frame);
	return r;
}

int socket_send(struct socket *socket, const struct peer *peer, const struct message *message)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	int r = message_pack(message, &bytes, &size);

	return r < 0 ? r : socket_send_packed(socket, peer, bytes, size);
}

int socket_wait(struct socket *socket, int timeout_ms)
{
	return socket_wait_either(socket, NULL, timeout_ms);
}

int socket_wait_either(struct socket *one, struct socket *other, int timeout_ms)
{
	zmq_pollitem_t items[2] = {{.socket = one->handle, .events = ZMQ_POLLIN}};
	int count = 1;
	int ready;

	if (other)
		items[count++] = (zmq_pollitem_t){.socket = other->handle, .events = ZMQ_POLLIN};
	ready = zmq_poll(items, count, timeout_ms);
	if (ready < 0)
		return errno == EINTR ? SOCKET_EMPTY : -errno;
	return ready == 0 ? SOCKET_EMPTY : 0;
}
