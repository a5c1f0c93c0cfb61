/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemons, in the order figures flow through them.
 */
#pragma once

enum { DAEMON_COUNT = 5 };

extern const char *const daemon_names[DAEMON_COUNT];
