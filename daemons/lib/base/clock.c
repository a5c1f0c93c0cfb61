/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/clock.h"

#include <time.h>

#include "lib/base/replay.h"

static int64_t clock_read_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
	int64_t time_ms;
	uint32_t uid;

	if (replay_now(&time_ms, &uid))
		return time_ms;
	return clock_read_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	return clock_read_ms(CLOCK_BOOTTIME);
}
