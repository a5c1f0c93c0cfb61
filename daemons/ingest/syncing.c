/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/syncing.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/base/cleanup.h"

struct syncing {
	struct loop *loop;
	syncing_handler *handler;
	void *context;
	pthread_t thread;
	bool is_running;
	bool is_watched;
	int done_fd; /* rings when the thread is done */
	/* The thread's, until it has rung. */
	int fd;
	int result;
};

static void *thread_run(void *context)
{
	struct syncing *syncing = context;
	const uint64_t one = 1;

	syncing->result = fdatasync(syncing->fd) < 0 ? -errno : 0;
	/* An eventfd takes a first number at once. */
	while (write(syncing->done_fd, &one, sizeof one) < 0 && errno == EINTR)
		continue;
	return NULL;
}

/* Signals are for the thread that has the loop. */
static int thread_start(struct syncing *syncing)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&syncing->thread, NULL, thread_run, syncing);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	syncing->is_running = r == 0;
	return -r;
}

static void thread_join(struct syncing *syncing)
{
	if (syncing->is_watched)
		loop_remove_fd(syncing->loop, syncing->done_fd);
	syncing->is_watched = false;
	if (syncing->is_running)
		pthread_join(syncing->thread, NULL);
	syncing->is_running = false;
}

static int syncing_done(void *context)
{
	struct syncing *syncing = context;

	thread_join(syncing);
	return syncing->handler(syncing->context, syncing->result);
}

int syncing_new(struct syncing **syncing_out, struct loop *loop, int fd, syncing_handler *handler,
		void *context)
{
	cleanup(syncing_destroy) struct syncing *syncing = calloc(1, sizeof *syncing);
	int r;

	if (!syncing)
		return -ENOMEM;
	syncing->loop = loop;
	syncing->handler = handler;
	syncing->context = context;
	syncing->fd = fd;
	syncing->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (syncing->done_fd < 0)
		return -errno;
	r = loop_add_fd(loop, syncing->done_fd, syncing_done, syncing);
	syncing->is_watched = r == 0;
	if (r == 0)
		r = thread_start(syncing);
	if (r < 0)
		return r;
	*syncing_out = syncing;
	syncing = NULL;
	return 0;
}

void syncing_destroy(struct syncing **syncing)
{
	if (!*syncing)
		return;
	thread_join(*syncing);
	close_fd(&(*syncing)->done_fd);
	free(*syncing);
	*syncing = NULL;
}
