/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors, timers, work put off, and the ways a loop ends. */
#include "support/test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/wire/loop.h"

enum { TICK_MS = 5, SLOW_MS = 60000, DEADLINE_MS = 10000 };

struct tally {
	struct loop *loop;
	int pipe[2];
	int other_pipe[2];
	int timer;
	int other_timer;
	unsigned count;
	unsigned other_count;
	unsigned stop_after;
	int deadline;
};

static int too_late(void *context)
{
	(void)context;
	return -ETIMEDOUT;
}

static int tally_setup(void **state)
{
	struct tally *tally = calloc(1, sizeof *tally);

	assert_non_null(tally);
	assert_int_equal(loop_new(&tally->loop), 0);
	assert_int_equal(pipe(tally->pipe), 0);
	assert_int_equal(pipe(tally->other_pipe), 0);
	assert_int_equal(
		loop_add_timer(tally->loop, DEADLINE_MS, too_late, tally, &tally->deadline), 0);
	*state = tally;
	return 0;
}

static int tally_teardown(void **state)
{
	struct tally *tally = *state;

	loop_destroy(&tally->loop);
	assert_null(tally->loop);
	loop_destroy(&tally->loop);
	for (int i = 0; i < 2; i++) {
		close(tally->pipe[i]);
		close(tally->other_pipe[i]);
	}
	free(tally);
	return 0;
}

static int count_up(void *context)
{
	struct tally *tally = context;

	if (++tally->count >= tally->stop_after)
		loop_stop(tally->loop);
	return 0;
}

static int other_count_up(void *context)
{
	struct tally *tally = context;

	tally->other_count++;
	return 0;
}

static void a_timer_comes_again_and_again(void **state)
{
	struct tally *tally = *state;
	int64_t started_ms = clock_monotonic_ms();

	tally->stop_after = 4;
	assert_int_equal(loop_add_timer(tally->loop, TICK_MS, count_up, tally, NULL), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->count, 4);
	assert_true(clock_monotonic_ms() - started_ms >= 4 * TICK_MS);
}

static int timer_stop_itself(void *context)
{
	struct tally *tally = context;

	tally->other_count++;
	loop_remove_timer(tally->loop, tally->other_timer);
	return 0;
}

static void a_timer_may_stop_itself(void **state)
{
	struct tally *tally = *state;

	tally->stop_after = 5;
	assert_int_equal(
		loop_add_timer(tally->loop, 1, timer_stop_itself, tally, &tally->other_timer), 0);
	assert_int_equal(loop_add_timer(tally->loop, TICK_MS, count_up, tally, NULL), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->other_count, 1);
}

static void a_stopped_timer_is_silent_and_its_number_is_not_reused(void **state)
{
	struct tally *tally = *state;
	int first = 0;
	int second = 0;

	tally->stop_after = 3;
	assert_int_equal(loop_add_timer(tally->loop, 1, other_count_up, tally, &first), 0);
	loop_remove_timer(tally->loop, first);
	assert_int_equal(loop_add_timer(tally->loop, TICK_MS, count_up, tally, &second), 0);
	assert_int_not_equal(first, second);
	loop_remove_timer(tally->loop, first);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->count, 3);
	assert_int_equal(tally->other_count, 0);
}

static void timers_end_at_the_limit(void **state)
{
	struct tally *tally = *state;
	int added = 0;

	while (loop_add_timer(tally->loop, SLOW_MS, count_up, tally, NULL) == 0)
		added++;
	assert_int_equal(added, LOOP_ENTRIES_MAX - 1);
	assert_int_equal(loop_add_timer(tally->loop, SLOW_MS, count_up, tally, NULL), -ENOSPC);
	loop_remove_timer(tally->loop, tally->deadline);
	assert_int_equal(loop_add_timer(tally->loop, SLOW_MS, count_up, tally, NULL), 0);
}

static int later_again(void *context)
{
	struct tally *tally = context;

	if (++tally->count == tally->stop_after)
		loop_stop(tally->loop);
	return loop_later(tally->loop, later_again, tally);
}

static void work_put_off_runs_once_per_call(void **state)
{
	struct tally *tally = *state;

	tally->stop_after = 3;
	assert_int_equal(loop_later(tally->loop, other_count_up, tally), 0);
	assert_int_equal(loop_later(tally->loop, other_count_up, tally), 0);
	assert_int_equal(tally->other_count, 0);
	assert_int_equal(loop_later(tally->loop, later_again, tally), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->other_count, 2);
	assert_int_equal(tally->count, 3);
}

static int pipe_read(void *context)
{
	struct tally *tally = context;
	char byte;

	assert_int_equal(read(tally->pipe[0], &byte, 1), 1);
	return count_up(context);
}

static void a_descriptor_is_handled_as_long_as_there_is_something(void **state)
{
	struct tally *tally = *state;

	tally->stop_after = 3;
	assert_int_equal(write(tally->pipe[1], "abc", 3), 3);
	assert_int_equal(loop_add_fd(tally->loop, tally->pipe[0], pipe_read, tally), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->count, 3);
}

/* Takes away the neighbour that is ready in the same turn. */
static int neighbour_remove(void *context)
{
	struct tally *tally = context;

	loop_remove_fd(tally->loop, tally->other_pipe[0]);
	return pipe_read(context);
}

static void what_is_removed_in_a_handler_is_not_called_any_more(void **state)
{
	struct tally *tally = *state;

	tally->stop_after = 2;
	assert_int_equal(write(tally->pipe[1], "ab", 2), 2);
	assert_int_equal(write(tally->other_pipe[1], "a", 1), 1);
	assert_int_equal(loop_add_fd(tally->loop, tally->pipe[0], neighbour_remove, tally), 0);
	assert_int_equal(loop_add_fd(tally->loop, tally->other_pipe[0], other_count_up, tally), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->count, 2);
	assert_int_equal(tally->other_count, 0);
}

/* Removes itself and comes back with another handler. */
static int self_replace(void *context)
{
	struct tally *tally = context;

	tally->other_count++;
	loop_remove_fd(tally->loop, tally->pipe[0]);
	return loop_add_fd(tally->loop, tally->pipe[0], pipe_read, tally);
}

static void a_handler_may_replace_itself(void **state)
{
	struct tally *tally = *state;

	tally->stop_after = 2;
	assert_int_equal(write(tally->pipe[1], "ab", 2), 2);
	assert_int_equal(loop_add_fd(tally->loop, tally->pipe[0], self_replace, tally), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	assert_int_equal(tally->other_count, 1);
	assert_int_equal(tally->count, 2);
}

static void a_hung_up_pipe_is_told_to_its_handler(void **state)
{
	struct tally *tally = *state;

	tally->stop_after = 1;
	close(tally->pipe[1]);
	assert_int_equal(loop_add_fd(tally->loop, tally->pipe[0], count_up, tally), 0);
	assert_int_equal(loop_run(tally->loop), 0);
	tally->pipe[1] = dup(tally->pipe[0]);
}

static int overflow(void *context)
{
	(void)context;
	return -EOVERFLOW;
}

static void an_error_of_a_handler_ends_the_loop_with_it(void **state)
{
	struct tally *tally = *state;

	assert_int_equal(loop_later(tally->loop, overflow, tally), 0);
	assert_int_equal(loop_run(tally->loop), -EOVERFLOW);
	assert_int_equal(loop_add_timer(tally->loop, 1, overflow, tally, NULL), 0);
	assert_int_equal(loop_run(tally->loop), -EOVERFLOW);
}

static int signal_raise(void *context)
{
	const int *number = context;

	return raise(*number) == 0 ? 0 : -EIO;
}

static void termination_and_interruption_end_the_loop(void **state)
{
	int signals[] = {SIGTERM, SIGINT};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct loop *loop = NULL;

		assert_int_equal(loop_new(&loop), 0);
		assert_int_equal(loop_add_timer(loop, DEADLINE_MS, too_late, NULL, NULL), 0);
		assert_int_equal(loop_later(loop, signal_raise, &signals[i]), 0);
		assert_int_equal(loop_run(loop), 0);
		loop_destroy(&loop);
	}
}

static void a_broken_pipe_does_not_kill(void **state)
{
	struct tally *tally = *state;

	close(tally->pipe[0]);
	assert_int_equal(write(tally->pipe[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	tally->pipe[0] = dup(tally->pipe[1]);
}

static void descriptors_end_at_the_limit(void **state)
{
	struct tally *tally = *state;
	int r = 0;

	for (int i = 0; i < LOOP_ENTRIES_MAX && r == 0; i++)
		r = loop_add_fd(tally->loop, tally->pipe[0], count_up, tally);
	assert_int_equal(r, -ENOSPC);
}

#define loop_test(test) cmocka_unit_test_setup_teardown(test, tally_setup, tally_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		loop_test(a_timer_comes_again_and_again),
		loop_test(a_timer_may_stop_itself),
		loop_test(a_stopped_timer_is_silent_and_its_number_is_not_reused),
		loop_test(timers_end_at_the_limit),
		loop_test(work_put_off_runs_once_per_call),
		loop_test(a_descriptor_is_handled_as_long_as_there_is_something),
		loop_test(what_is_removed_in_a_handler_is_not_called_any_more),
		loop_test(a_handler_may_replace_itself),
		loop_test(a_hung_up_pipe_is_told_to_its_handler),
		loop_test(an_error_of_a_handler_ends_the_loop_with_it),
		cmocka_unit_test(termination_and_interruption_end_the_loop),
		loop_test(a_broken_pipe_does_not_kill),
		loop_test(descriptors_end_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
