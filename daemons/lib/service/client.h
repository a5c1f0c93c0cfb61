/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking a daemon over its control socket: one question, one answer, for the
 * command line and for tests.
 */
#pragma once

#include "lib/conf/conf.h"
#include "lib/wire/socket.h"

struct client;

enum { CLIENT_NO_ANSWER = 1 }; /* the daemon is not running, or too slow */

int client_new(struct client **client_out, const struct conf *conf, struct wire *wire,
	       const char *daemon);
void client_destroy(struct client **client);

/* Gives the request a fresh id when it has none, asks, and waits at most
 * @timeout_ms for the answer with that id.  The answer lives in @arena. */
int client_ask(struct client *client, struct request *request, struct arena *arena,
	       struct answer *answer_out, int timeout_ms);
