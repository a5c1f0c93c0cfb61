/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a daemon that died must wait before it is started again.
 */
#pragma once

#include <stdint.h>

enum {
	BACKOFF_FIRST_MS = 50,
	BACKOFF_MAX_MS = 2000,
	BACKOFF_FORGIVEN_MS = 10000, /* a life this long makes it count as well again */
};

/* @before_ms: the wait before, 0 for none. */
int backoff_next_ms(int before_ms, int64_t lived_ms);
