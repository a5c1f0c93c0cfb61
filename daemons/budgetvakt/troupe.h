/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The five daemons, started to live the past again in a folder of their own (--rebuild), and
 * spoken to through their ordinary sockets.
 */
#pragma once

#include "budgetvakt/command.h"
#include "budgetvakt/daemons.h"

struct troupe {
	struct context *context; /* its configuration is the rebuild's */
	int pids[DAEMON_COUNT];
};

/* Statuses.  @folder is where the moment lived is said, and the log goes. */
int troupe_start(struct troupe *troupe, struct context *context, const char *state_dir);
/* Says what time it is, and who orders. */
int troupe_moment(const struct troupe *troupe, int64_t time_ms, uint32_t uid);
/* Until everybody has followed his producer to the end. */
int troupe_settle(struct troupe *troupe);
int troupe_stop(struct troupe *troupe);
