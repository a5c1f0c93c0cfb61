/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated machine in one process: a clock that is a number, stores in memory, a
 * network that loses, doubles and reorders, and processes that are killed at any call
 * they make.  The daemons' own code runs in it, down to their journals, followers and
 * sockets' handlers; what lib/store, lib/wire's sockets and loop, the clock, the log and
 * notify's files are replaced by stands beside this file.
 *
 * Everything that happens is drawn from one seed, and told as lines on stdout, which an
 * oracle in another language follows.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/conf/conf.h"
#include "lib/service/service.h"

/* ---- chance -------------------------------------------------------------- */

uint64_t chance_next(void);
/* 0 .. @limit - 1 */
uint32_t chance_below(uint32_t limit);
bool chance_per_mille(uint32_t count);

/* ---- the machine ---------------------------------------------------------- */

enum process_id {
	PROCESS_INGEST,
	PROCESS_AGGREGATE,
	PROCESS_FORECAST,
	PROCESS_ALERT,
	PROCESS_NOTIFY,
	PROCESS_COUNT,
};

struct process {
	const struct service_program *program;
	struct service *service; /* NULL: not up */
	bool is_up;
	bool is_killed;	     /* nothing that it still does counts */
	int64_t start_ms;    /* when it is started again */
	uint64_t calls_left; /* until it is killed; 0: not now */
};

/* Drawn for each episode. */
struct faults {
	uint32_t lost_per_mille;
	uint32_t doubled_per_mille;
	uint32_t delay_max_ms;
	uint32_t kills_per_mille; /* of handlers: that one of the calls to come is the last */
	uint32_t disk_per_mille;  /* of appends to a recipient's file: no room */
};

enum control { CONTROL_NONE, CONTROL_CURSOR, CONTROL_COMMIT };

struct counts {
	uint64_t kills, lost, doubled, delayed, jumps, full, handled, bad, alarms;
};

struct world {
	uint64_t random;
	int64_t now_ms;
	int64_t wall_ms; /* what the wall clock shows when now_ms is 0 */
	struct conf *conf;
	struct faults faults;
	enum control control;
	bool is_verbose;
	struct process processes[PROCESS_COUNT];
	struct process *current; /* NULL: the world itself */
	struct counts counts;
};

extern struct world world;

/* Something that must never be: told to the oracle, and counted. */
void world_bad(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- processes (process.c) ------------------------------------------------- */

/* A call out of the running process.  false: it has been killed there, or before, and
 * the call has not happened. */
bool process_call(void);
/* Runs one handler of a process, and buries it when that was its end. */
void process_run(struct process *process, loop_handler *handler, void *context);
void processes_run_due(void);
int64_t processes_next_ms(void);
void processes_boot(void);
void processes_halt(void);
bool processes_are_up(void);

/* ---- stores (fake_store.c) -------------------------------------------------- */

/* Every store has been lost: the next episode. */
void disks_forget(void);
/* The store in the folder @name as it is now, to be closed; NULL: there is none yet. */
struct store *store_look(const char *name);
/* The number of the table so called; none that a store has, when it has none. */
unsigned store_table(const struct store *store, const char *name);
/* After every commit of the store in the folder @name. */
void observer_committed(const char *name, struct store *store);

/* ---- network and loops (fake_wire.c, fake_loop.c) --------------------------- */

/* When the next message arrives or timer is due; INT64_MAX: never. */
int64_t wire_next_ms(void);
void wire_deliver_due(void);
void wire_forget(void);
bool wire_is_quiet(void);
int64_t loop_next_ms(const struct loop *loop);
/* Runs what is due in the loop of @process. */
void loop_run_due(struct process *process);
/* The handler that was added for the socket; NULL: none. */
loop_handler *loop_handler_of(struct loop *loop, const struct socket *socket, void **context_out);

/* ---- recipients' files (fake_file.c) ---------------------------------------- */

void files_forget(void);
/* Prints the lines that have come since it was called last. */
void files_tell(void);

/* ---- actors ------------------------------------------------------------------ */

extern const struct service_program ingest_program; /* ingest.c */
extern const struct service_program aggregate_program;
extern const struct service_program forecast_program;
extern const struct service_program alert_program;
extern const struct service_program notify_program;

/* Whether every hop has nothing left to bring, and prints what must be true then. */
bool observer_is_drained(void);
void observer_tell_cube(int year);
void observer_forget(void);
