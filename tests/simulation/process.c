/* SPDX-License-Identifier: Apache-2.0 */
/* The daemons as processes of the simulated machine: started, killed, started again. */
#include "simulation/world.h"

#include <stdlib.h>

enum { CALLS_TO_LIVE_MAX = 60, REST_MAX_MS = 2000 };

bool process_call(void)
{
	struct process *process = world.current;

	if (!process)
		return true;
	if (process->is_killed)
		return false;
	if (process->calls_left == 0 || --process->calls_left > 0)
		return true;
	process->is_killed = true;
	world.counts.kills++;
	return false;
}

/* What it holds is given back; whatever it still does is not done. */
static void process_bury(struct process *process)
{
	process->is_killed = true;
	world.current = process;
	service_destroy(&process->service);
	world.current = NULL;
	process->is_up = false;
	process->start_ms = world.now_ms + 50 + chance_below(REST_MAX_MS);
}

static void process_judge(struct process *process, int r)
{
	if (r >= 0 && !process->is_killed)
		return;
	if (!process->is_killed) {
		world.counts.alarms++;
		world_bad("%s ended by itself: %d", process->program->name, r);
	}
	process_bury(process);
}

static void kill_draw(struct process *process)
{
	if (process->calls_left == 0 && chance_per_mille(world.faults.kills_per_mille))
		process->calls_left = 1 + chance_below(CALLS_TO_LIVE_MAX);
}

void process_run(struct process *process, loop_handler *handler, void *context)
{
	int r;

	kill_draw(process);
	world.counts.handled++;
	world.current = process;
	r = handler(context);
	world.current = NULL;
	process_judge(process, r);
}

static void process_start(struct process *process)
{
	int r;

	process->is_killed = false;
	process->calls_left = 0;
	kill_draw(process);
	process->is_up = true;
	world.current = process;
	r = service_new(&process->service, process->program, world.conf);
	world.current = NULL;
	process_judge(process, r);
}

void processes_run_due(void)
{
	for (int i = 0; i < PROCESS_COUNT; i++) {
		struct process *process = &world.processes[i];

		if (!process->is_up && process->start_ms <= world.now_ms)
			process_start(process);
		if (process->is_up)
			loop_run_due(process);
	}
}

int64_t processes_next_ms(void)
{
	int64_t next_ms = INT64_MAX;

	for (int i = 0; i < PROCESS_COUNT; i++) {
		const struct process *process = &world.processes[i];
		int64_t due_ms = process->is_up ? loop_next_ms(service_loop(process->service))
						: process->start_ms;

		if (due_ms < next_ms)
			next_ms = due_ms;
	}
	return next_ms;
}

bool processes_are_up(void)
{
	for (int i = 0; i < PROCESS_COUNT; i++) {
		if (!world.processes[i].is_up)
			return false;
	}
	return true;
}

void processes_boot(void)
{
	static const struct service_program *const programs[PROCESS_COUNT] = {
		[PROCESS_INGEST] = &ingest_program,	[PROCESS_AGGREGATE] = &aggregate_program,
		[PROCESS_FORECAST] = &forecast_program, [PROCESS_ALERT] = &alert_program,
		[PROCESS_NOTIFY] = &notify_program,
	};

	for (int i = 0; i < PROCESS_COUNT; i++)
		world.processes[i] =
			(struct process){.program = programs[i],
					 .start_ms = world.now_ms + chance_below(REST_MAX_MS)};
}

void processes_halt(void)
{
	for (int i = 0; i < PROCESS_COUNT; i++) {
		if (world.processes[i].is_up)
			process_bury(&world.processes[i]);
	}
}
