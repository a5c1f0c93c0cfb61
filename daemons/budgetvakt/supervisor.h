/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps one process per daemon running until told to stop, and leaves none
 * behind: not even when the supervisor itself is killed.
 *
 *     stopped --start--> running --dies--> waiting --back-off over--> running
 */
#pragma once

#include <stdbool.h>

/* Whether the daemon answers: 1, 0 for not yet, or a negative errno. */
typedef int supervisor_probe(void *context, const char *daemon);

struct supervisor_options {
	const char *folder; /* where budgetvakt-NAME are */
	const char *config;
	supervisor_probe *probe; /* called until every daemon has answered once */
	void *probe_context;
	int (*ready)(void *probe_context); /* then, once; a negative errno stops everything */
};

/* Runs `budgetvakt-NAME --config CONFIG -n` for each daemon: 0 when every
 * configuration is good, the first other exit code, or a negative errno. */
int supervisor_check(const char *folder, const char *config);

/* Until SIGTERM or SIGINT: 0.  Otherwise the exit code (64, 78) of the daemon
 * that cannot run at all, or a negative errno.  All children are gone on return. */
int supervisor_run(const struct supervisor_options *options);
