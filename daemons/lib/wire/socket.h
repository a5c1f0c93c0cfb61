/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ZeroMQ sockets with every limit set in one place: LINGER 0 (durability is
 * ours), high-water marks, maximum message size, ROUTER_MANDATORY, handshake
 * and heartbeat intervals, and ZAP by the peer's uid over ipc.
 *
 * Messages are single frames.  ZeroMQ carries, the store remembers: a message
 * sent is not a message received.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/arena.h"
#include "lib/wire/message.h"

struct loop;
struct wire;
struct socket;

enum socket_kind {
	SOCKET_SERVER = 1, /* ROUTER, bound: answers many */
	SOCKET_CLIENT,	   /* DEALER, connected: asks one */
	SOCKET_BELL,	   /* PUB, bound: rings */
	SOCKET_LISTENER,   /* SUB, connected: hears */
};

enum { PEER_ID_SIZE_MAX = 32 };

/* Who a message came from: answer to it, and log by uid. */
struct peer {
	uint8_t id[PEER_ID_SIZE_MAX];
	size_t id_size;
	uid_t uid;
};

/* Outcomes. */
enum {
	SOCKET_EMPTY = 1, /* nothing to read now */
	SOCKET_REJECTED,  /* something arrived that is not a message of ours: counted */
	SOCKET_GONE,	  /* the peer is no longer there, or its queue is full */
	SOCKET_TAKEN,	  /* another process answers on this endpoint */
};

/* @loop runs the ZAP handler; peers whose uid is neither ours, nor root's, nor in
 * @uids are refused before they can send a byte.  @loop may be NULL for a
 * program that binds nothing. */
int wire_new(struct wire **wire_out, struct loop *loop, const uid_t *uids, size_t uid_count);
void wire_destroy(struct wire **wire);

int socket_open(struct socket **socket_out, struct wire *wire, enum socket_kind kind,
		const char *endpoint);
void socket_close(struct socket **socket);

/* Reads one message without waiting.  @message lives in @arena (reset it first);
 * @peer may be NULL.  0, SOCKET_EMPTY, SOCKET_REJECTED or a negative errno. */
int socket_receive(struct socket *socket, struct arena *arena, struct message *message,
		   struct peer *peer);
/* @peer: for a SERVER, NULL otherwise.  0, SOCKET_GONE or a negative errno. */
int socket_send(struct socket *socket, const struct peer *peer, const struct message *message);

/* The same for a message that is packed already; takes @bytes over, whatever comes of it. */
int socket_send_packed(struct socket *socket, const struct peer *peer, uint8_t *bytes, size_t size);

/* Messages refused by socket_receive on all sockets of @wire so far. */
uint64_t wire_rejected_count(const struct wire *wire);

/* Counts a message of ours that has nothing to do on @socket, with those. */
void socket_reject(struct socket *socket);

/* For programs without a loop: waits for a message at most @timeout_ms;
 * 0 when there is one, SOCKET_EMPTY when there is none. */
int socket_wait(struct socket *socket, int timeout_ms);
/* The same for two sockets at once. */
int socket_wait_either(struct socket *one, struct socket *other, int timeout_ms);

/* The ZeroMQ handle, for the loop only. */
void *socket_handle(const struct socket *socket);
