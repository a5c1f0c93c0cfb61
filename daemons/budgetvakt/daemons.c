/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names only; a binary is budgetvakt-NAME.
 */
#include "budgetvakt/daemons.h"

const char *const daemon_names[DAEMON_COUNT] = {"ingest", "aggregate", "forecast", "alert",
						"notify"};
