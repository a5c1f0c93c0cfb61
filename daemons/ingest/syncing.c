/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/syncing.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/log.h"

enum { NO_FILE = -1 };

struct syncing {
	struct loop *loop;
	syncing_handler *handler;
	void *context;
	pthread_t thread;
	bool has_thread;
	bool is_under_way;
	int start_fd; /* rings for the thread ... */
	int done_fd;  /* ... and when it is done */
	/* The thread's, from one ring to the other. */
	int fd; /* NO_FILE: it is to end */
	int result;
};

/* A ring that is not heard would be waited for for ever: better to start again. */
static _Noreturn void deaf_end(void)
{
	log_failure(-errno, "the thread that makes files durable cannot be spoken with");
	_exit(EX_OSERR);
}

/* An eventfd takes a first number at once. */
static void ring(int fd)
{
	const uint64_t one = 1;
	ssize_t size;

	do
		size = write(fd, &one, sizeof one);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		deaf_end();
}

static void ring_await(int fd)
{
	uint64_t count;
	ssize_t size;

	do
		size = read(fd, &count, sizeof count);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		deaf_end();
}

static void *thread_run(void *context)
{
	struct syncing *syncing = context;

	for (;;) {
		ring_await(syncing->start_fd);
		if (syncing->fd == NO_FILE)
			return NULL;
		syncing->result = fdatasync(syncing->fd) < 0 ? -errno : 0;
		ring(syncing->done_fd);
	}
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
	syncing->has_thread = r == 0;
	return -r;
}

void syncing_start(struct syncing *syncing, int fd)
{
	syncing->is_under_way = true;
	syncing->fd = fd;
	ring(syncing->start_fd);
}

bool syncing_is_under_way(const struct syncing *syncing)
{
	return syncing->is_under_way;
}

void syncing_finish(struct syncing *syncing)
{
	if (syncing->is_under_way)
		ring_await(syncing->done_fd);
	syncing->is_under_way = false;
}

/* The loop may have seen a ring that was awaited since. */
static int syncing_done(void *context)
{
	struct syncing *syncing = context;

	if (!syncing->is_under_way)
		return 0;
	syncing_finish(syncing);
	return syncing->handler(syncing->context, syncing->result);
}

int syncing_new(struct syncing **syncing_out, struct loop *loop, syncing_handler *handler,
		void *context)
{
	cleanup(syncing_destroy) struct syncing *syncing = calloc(1, sizeof *syncing);
	int r;

	if (!syncing)
		return -ENOMEM;
	*syncing = (struct syncing){
		.loop = loop, .handler = handler, .context = context, .fd = NO_FILE};
	syncing->start_fd = eventfd(0, EFD_CLOEXEC);
	syncing->done_fd = eventfd(0, EFD_CLOEXEC);
	if (syncing->start_fd < 0 || syncing->done_fd < 0)
		return -errno;
	r = thread_start(syncing);
	if (r == 0)
		r = loop_add_fd(loop, syncing->done_fd, syncing_done, syncing);
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
	if ((*syncing)->has_thread) {
		syncing_finish(*syncing);
		syncing_start(*syncing, NO_FILE);
		pthread_join((*syncing)->thread, NULL);
		loop_remove_fd((*syncing)->loop, (*syncing)->done_fd);
	}
	close_fd(&(*syncing)->start_fd);
	close_fd(&(*syncing)->done_fd);
	free(*syncing);
	*syncing = NULL;
}
