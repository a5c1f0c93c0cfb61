/* SPDX-License-Identifier: Apache-2.0 */
/* One thread, many files: told of once each, and never of one that was waited for. */
#include "support/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/syncing.h"

enum { DEADLINE_MS = 10000, NO_RESULT = 1 };

static const char template[] = "/tmp/budgetvakt-test-XXXXXX";

struct world {
	struct loop *loop;
	struct syncing *syncing;
	char path[32];
	int fd;
	int deadline;
	int result;
	unsigned told_count;
};

static int too_late(void *context)
{
	(void)context;
	return -ETIMEDOUT;
}

static int told(void *context, int result)
{
	struct world *world = context;

	world->result = result;
	world->told_count++;
	loop_stop(world->loop);
	return 0;
}

static int world_setup(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	assert_non_null(world);
	memcpy(world->path, template, sizeof template);
	world->fd = mkstemp(world->path);
	world->result = NO_RESULT;
	assert_true(world->fd >= 0);
	assert_int_equal(loop_new(&world->loop), 0);
	assert_int_equal(
		loop_add_timer(world->loop, DEADLINE_MS, too_late, world, &world->deadline), 0);
	assert_int_equal(syncing_new(&world->syncing, world->loop, told, world), 0);
	*state = world;
	return 0;
}

static int world_teardown(void **state)
{
	struct world *world = *state;

	syncing_destroy(&world->syncing);
	assert_null(world->syncing);
	syncing_destroy(&world->syncing);
	loop_destroy(&world->loop);
	close(world->fd);
	unlink(world->path);
	free(world);
	return 0;
}

static void a_file_on_disk_is_told_of(void **state)
{
	struct world *world = *state;

	assert_int_equal(write(world->fd, "x", 1), 1);
	syncing_start(world->syncing, world->fd);
	assert_true(syncing_is_under_way(world->syncing));
	assert_int_equal(loop_run(world->loop), 0);
	assert_false(syncing_is_under_way(world->syncing));
	assert_int_equal(world->result, 0);
	assert_int_equal(world->told_count, 1);
}

static void a_failure_is_told_of_as_itself(void **state)
{
	struct world *world = *state;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	syncing_start(world->syncing, ends[0]);
	assert_int_equal(loop_run(world->loop), 0);
	assert_int_equal(world->result, -EINVAL);
	close(ends[0]);
	close(ends[1]);
}

static int stop(void *context)
{
	struct world *world = context;

	loop_stop(world->loop);
	return 0;
}

static void what_was_waited_for_is_not_told_of(void **state)
{
	struct world *world = *state;

	syncing_start(world->syncing, world->fd);
	syncing_finish(world->syncing);
	assert_false(syncing_is_under_way(world->syncing));
	assert_int_equal(loop_later(world->loop, stop, world), 0);
	assert_int_equal(loop_run(world->loop), 0);
	assert_int_equal(world->told_count, 0);
}

static void the_next_file_has_its_own_answer(void **state)
{
	struct world *world = *state;

	syncing_start(world->syncing, -2);
	syncing_finish(world->syncing);
	syncing_start(world->syncing, world->fd);
	assert_int_equal(loop_run(world->loop), 0);
	assert_int_equal(world->result, 0);
	assert_int_equal(world->told_count, 1);
}

static void one_under_way_may_be_destroyed(void **state)
{
	struct world *world = *state;

	syncing_start(world->syncing, world->fd);
	syncing_destroy(&world->syncing);
	assert_int_equal(world->told_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_on_disk_is_told_of, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_failure_is_told_of_as_itself, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(what_was_waited_for_is_not_told_of, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(the_next_file_has_its_own_answer, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(one_under_way_may_be_destroyed, world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
