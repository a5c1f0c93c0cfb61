/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: a poll set rebuilt when it changes, timers, work for later. */
#include "lib/wire/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zmq.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/wire/socket.h"

enum { LATER_MAX = 64, NO_FD = -1 };

struct entry {
	struct socket *socket; /* NULL for a descriptor */
	int fd;
	loop_handler *handler; /* NULL: removed, to be dropped before the next poll */
	void *context;
};

struct timer {
	int id;
	int64_t interval_ms;
	int64_t next_ms;
	loop_handler *handler; /* NULL: free */
	void *context;
};

struct later {
	loop_handler *handler;
	void *context;
};

struct loop {
	struct entry entries[LOOP_ENTRIES_MAX];
	size_t entry_count;
	struct timer timers[LOOP_ENTRIES_MAX];
	int timer_id_last;
	struct later later[LATER_MAX];
	size_t later_count;
	int signal_fd;
	bool stopped;
};

static int signal_read(void *context)
{
	struct loop *loop = context;
	struct signalfd_siginfo info;

	if (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
		loop_stop(loop);
	return 0;
}

static int signals_block(struct loop *loop)
{
	sigset_t stopping;

	sigemptyset(&stopping);
	sigaddset(&stopping, SIGTERM);
	sigaddset(&stopping, SIGINT);
	loop->signal_fd = signalfd(-1, &stopping, SFD_NONBLOCK | SFD_CLOEXEC);
	if (loop->signal_fd < 0)
		return -errno;
	sigaddset(&stopping, SIGPIPE);
	return sigprocmask(SIG_BLOCK, &stopping, NULL) < 0 ? -errno : 0;
}

int loop_new(struct loop **loop_out)
{
	cleanup(loop_destroy) struct loop *loop = calloc(1, sizeof *loop);
	int r;

	if (!loop)
		return -ENOMEM;
	loop->signal_fd = NO_FD;
	r = signals_block(loop);
	if (r < 0)
		return r;
	r = loop_add_fd(loop, loop->signal_fd, signal_read, loop);
	if (r < 0)
		return r;
	*loop_out = loop;
	loop = NULL;
	return 0;
}

void loop_destroy(struct loop **loop)
{
	if (!*loop)
		return;
	close_fd(&(*loop)->signal_fd);
	free(*loop);
	*loop = NULL;
}

static int entry_add(struct loop *loop, struct entry entry)
{
	if (loop->entry_count == LOOP_ENTRIES_MAX)
		return -ENOSPC;
	loop->entries[loop->entry_count++] = entry;
	return 0;
}

int loop_add_fd(struct loop *loop, int fd, loop_handler *handler, void *context)
{
	return entry_add(loop, (struct entry){.fd = fd, .handler = handler, .context = context});
}

int loop_add_socket(struct loop *loop, struct socket *socket, loop_handler *handler, void *context)
{
	return entry_add(loop, (struct entry){.socket = socket,
					      .fd = NO_FD,
					      .handler = handler,
					      .context = context});
}

void loop_remove_fd(struct loop *loop, int fd)
{
	for (size_t i = 0; i < loop->entry_count; i++) {
		if (!loop->entries[i].socket && loop->entries[i].fd == fd)
			loop->entries[i].handler = NULL;
	}
}

void loop_remove_socket(struct loop *loop, const struct socket *socket)
{
	for (size_t i = 0; i < loop->entry_count; i++) {
		if (loop->entries[i].socket == socket)
			loop->entries[i].handler = NULL;
	}
}

int loop_add_timer(struct loop *loop, int64_t interval_ms, loop_handler *handler, void *context,
		   int *timer_id_out)
{
	for (size_t i = 0; i < LOOP_ENTRIES_MAX; i++) {
		struct timer *timer = &loop->timers[i];

		if (timer->handler)
			continue;
		*timer = (struct timer){
			.id = ++loop->timer_id_last,
			.interval_ms = interval_ms,
			.next_ms = clock_monotonic_ms() + interval_ms,
			.handler = handler,
			.context = context,
		};
		if (timer_id_out)
			*timer_id_out = timer->id;
		return 0;
	}
	return -ENOSPC;
}

void loop_remove_timer(struct loop *loop, int timer_id)
{
	for (size_t i = 0; i < LOOP_ENTRIES_MAX; i++) {
		if (loop->timers[i].id == timer_id)
			loop->timers[i].handler = NULL;
	}
}

int loop_later(struct loop *loop, loop_handler *handler, void *context)
{
	if (loop->later_count == LATER_MAX)
		return -ENOSPC;
	loop->later[loop->later_count++] = (struct later){handler, context};
	return 0;
}

/* Drops removed entries and fills the poll set; entry i is item i. */
static size_t poll_set_fill(struct loop *loop, zmq_pollitem_t *items)
{
	size_t kept = 0;

	for (size_t i = 0; i < loop->entry_count; i++) {
		const struct entry *entry = &loop->entries[i];

		if (!entry->handler)
			continue;
		items[kept] = (zmq_pollitem_t){
			.socket = entry->socket ? socket_handle(entry->socket) : NULL,
			.fd = entry->fd,
			.events = ZMQ_POLLIN,
		};
		loop->entries[kept++] = *entry;
	}
	loop->entry_count = kept;
	return kept;
}

static long wait_ms(const struct loop *loop)
{
	int64_t now = clock_monotonic_ms();
	int64_t wait = -1;

	if (loop->later_count > 0)
		return 0;
	for (size_t i = 0; i < LOOP_ENTRIES_MAX; i++) {
		int64_t left = loop->timers[i].next_ms - now;

		if (!loop->timers[i].handler)
			continue;
		if (left < 0)
			left = 0;
		if (wait < 0 || left < wait)
			wait = left;
	}
	return (long)wait;
}

static int events_handle(struct loop *loop, const zmq_pollitem_t *items, size_t count)
{
	for (size_t i = 0; i < count && !loop->stopped; i++) {
		const struct entry *entry = &loop->entries[i];
		int r;

		if (!(items[i].revents & (ZMQ_POLLIN | ZMQ_POLLERR)) || !entry->handler)
			continue;
		r = entry->handler(entry->context);
		if (r < 0)
			return r;
	}
	return 0;
}

static int timers_handle(struct loop *loop)
{
	int64_t now = clock_monotonic_ms();

	for (size_t i = 0; i < LOOP_ENTRIES_MAX && !loop->stopped; i++) {
		struct timer *timer = &loop->timers[i];
		int r;

		if (!timer->handler || timer->next_ms > now)
			continue;
		timer->next_ms = now + timer->interval_ms;
		r = timer->handler(timer->context);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What is put off while this runs waits for the next turn. */
static int later_handle(struct loop *loop)
{
	struct later work[LATER_MAX];
	size_t count = loop->later_count;

	for (size_t i = 0; i < count; i++)
		work[i] = loop->later[i];
	loop->later_count = 0;
	for (size_t i = 0; i < count && !loop->stopped; i++) {
		int r = work[i].handler(work[i].context);

		if (r < 0)
			return r;
	}
	return 0;
}

int loop_run(struct loop *loop)
{
	zmq_pollitem_t items[LOOP_ENTRIES_MAX];
	int r = 0;

	while (!loop->stopped && r == 0) {
		size_t count = poll_set_fill(loop, items);

		if (zmq_poll(items, (int)count, wait_ms(loop)) < 0 && errno != EINTR)
			return -errno;
		r = events_handle(loop, items, count);
		if (r == 0)
			r = timers_handle(loop);
		if (r == 0)
			r = later_handle(loop);
	}
	return r;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}
