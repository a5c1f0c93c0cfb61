/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One loop, one thread: zmq_poll over sockets and descriptors, timers on the
 * monotonic clock, SIGTERM and SIGINT as events.  Handlers return 0 to go on or
 * a negative errno, which ends loop_run with that value.
 */
#pragma once

#include <stdint.h>

struct loop;
struct socket;

typedef int loop_handler(void *context);

enum { LOOP_ENTRIES_MAX = 64 };

/* Blocks SIGTERM, SIGINT and SIGPIPE for the process: call before any thread starts. */
int loop_new(struct loop **loop_out);
void loop_destroy(struct loop **loop);

/* The handler is called again as long as there is something to read. */
int loop_add_fd(struct loop *loop, int fd, loop_handler *handler, void *context);
int loop_add_socket(struct loop *loop, struct socket *socket, loop_handler *handler, void *context);
void loop_remove_fd(struct loop *loop, int fd);
void loop_remove_socket(struct loop *loop, const struct socket *socket);

/* Every @interval_ms from now on; the id stops it. */
int loop_add_timer(struct loop *loop, int64_t interval_ms, loop_handler *handler, void *context,
		   int *timer_id_out);
void loop_remove_timer(struct loop *loop, int timer_id);

/* Runs @handler after the current events are handled, once per call of this. */
int loop_later(struct loop *loop, loop_handler *handler, void *context);

/* Until SIGTERM, SIGINT, loop_stop (0) or a handler's negative errno. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
