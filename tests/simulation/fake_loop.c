/* SPDX-License-Identifier: Apache-2.0 */
/* lib/wire/loop on the simulated clock: handlers are called by the world, one at a time. */
#include "simulation/world.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/wire/loop.h"

struct listening {
	const struct socket *socket;
	loop_handler *handler;
	void *context;
};

struct timer {
	int id;
	int64_t interval_ms;
	int64_t next_ms;
	loop_handler *handler;
	void *context;
};

struct loop {
	struct listening listening[LOOP_ENTRIES_MAX];
	size_t listening_count;
	struct timer timers[LOOP_ENTRIES_MAX]; /* of interval 0: once, and gone */
	size_t timer_count;
	int last_id;
};

int loop_new(struct loop **loop_out)
{
	*loop_out = calloc(1, sizeof **loop_out);
	return *loop_out ? 0 : -ENOMEM;
}

void loop_destroy(struct loop **loop)
{
	free(*loop);
	*loop = NULL;
}

int loop_add_socket(struct loop *loop, struct socket *socket, loop_handler *handler, void *context)
{
	if (loop->listening_count == LOOP_ENTRIES_MAX)
		return -ENOBUFS;
	loop->listening[loop->listening_count++] = (struct listening){socket, handler, context};
	return 0;
}

void loop_remove_socket(struct loop *loop, const struct socket *socket)
{
	for (size_t i = 0; i < loop->listening_count; i++) {
		if (loop->listening[i].socket == socket)
			loop->listening[i] = loop->listening[--loop->listening_count];
	}
}

loop_handler *loop_handler_of(struct loop *loop, const struct socket *socket, void **context_out)
{
	for (size_t i = 0; i < loop->listening_count; i++) {
		*context_out = loop->listening[i].context;
		if (loop->listening[i].socket == socket)
			return loop->listening[i].handler;
	}
	return NULL;
}

static int timer_add(struct loop *loop, int64_t interval_ms, loop_handler *handler, void *context)
{
	if (loop->timer_count == LOOP_ENTRIES_MAX)
		return -ENOBUFS;
	loop->timers[loop->timer_count++] = (struct timer){.id = ++loop->last_id,
							   .interval_ms = interval_ms,
							   .next_ms = world.now_ms + interval_ms,
							   .handler = handler,
							   .context = context};
	return 0;
}

int loop_add_timer(struct loop *loop, int64_t interval_ms, loop_handler *handler, void *context,
		   int *timer_id_out)
{
	int r = timer_add(loop, interval_ms, handler, context);

	if (r == 0 && timer_id_out)
		*timer_id_out = loop->last_id;
	return r;
}

int loop_later(struct loop *loop, loop_handler *handler, void *context)
{
	return timer_add(loop, 0, handler, context);
}

static void timer_remove_at(struct loop *loop, size_t index)
{
	for (size_t i = index + 1; i < loop->timer_count; i++)
		loop->timers[i - 1] = loop->timers[i];
	loop->timer_count--;
}

void loop_remove_timer(struct loop *loop, int timer_id)
{
	for (size_t i = 0; i < loop->timer_count; i++) {
		if (loop->timers[i].id == timer_id) {
			timer_remove_at(loop, i);
			return;
		}
	}
}

int64_t loop_next_ms(const struct loop *loop)
{
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < loop->timer_count; i++) {
		if (loop->timers[i].next_ms < next_ms)
			next_ms = loop->timers[i].next_ms;
	}
	return next_ms;
}

/* Takes the first timer that is due out, or sets it on. */
static bool timer_take(struct loop *loop, struct timer *timer_out)
{
	for (size_t i = 0; i < loop->timer_count; i++) {
		struct timer *timer = &loop->timers[i];

		if (timer->next_ms > world.now_ms)
			continue;
		*timer_out = *timer;
		timer->next_ms = world.now_ms + timer->interval_ms;
		if (timer->interval_ms == 0)
			timer_remove_at(loop, i);
		return true;
	}
	return false;
}

void loop_run_due(struct process *process)
{
	struct timer timer;

	while (process->is_up && timer_take(service_loop(process->service), &timer))
		process_run(process, timer.handler, timer.context);
}

/* Nothing in the simulation reads descriptors, or runs a loop of its own. */
int loop_run(struct loop *loop)
{
	(void)loop;
	return -ENOSYS;
}
