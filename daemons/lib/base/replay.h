/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Past moments lived again, for `budgetvakt rebuild`: what time it is, and who orders, is what a
 * file says, so that what is derived once more is what it was to the millisecond.  Only a daemon
 * that was started with --rebuild ever begins it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* @path: a line "MILLISECONDS UID", replaced whenever another moment comes. */
int replay_begin(const char *path);
/* False: the present is lived. */
bool replay_now(int64_t *time_ms_out, uint32_t *uid_out);
