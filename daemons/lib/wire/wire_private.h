/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by socket.c and auth.c only. */
#pragma once

#include <stdbool.h>

#include "lib/wire/socket.h"

enum { WIRE_UIDS_MAX = 32 };

struct wire {
	void *context;
	struct loop *loop;
	void *auth_handle; /* REP socket of the ZAP handler, NULL without a loop */
	struct socket *auth;
	uid_t uids[WIRE_UIDS_MAX];
	size_t uid_count;
	uint64_t rejected_count;
};

struct socket {
	struct wire *wire;
	void *handle;
	enum socket_kind kind;
	int lock_fd; /* of a bound ipc path, so that nobody steals it */
};

#define AUTH_DOMAIN "budgetvakt"

/* Starts answering libzmq's question "may this peer in?" on wire->loop. */
int auth_start(struct wire *wire);
void auth_stop(struct wire *wire);
