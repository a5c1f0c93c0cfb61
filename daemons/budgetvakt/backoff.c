/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Doubles up to a limit.
 */
#include "budgetvakt/backoff.h"

int backoff_next_ms(int before_ms, int64_t lived_ms)
{
	if (before_ms == 0 || lived_ms >= BACKOFF_FORGIVEN_MS)
		return BACKOFF_FIRST_MS;
	return before_ms < BACKOFF_MAX_MS / 2 ? before_ms * 2 : BACKOFF_MAX_MS;
}
