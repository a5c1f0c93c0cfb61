/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two clocks.  Deciding code never calls these: it is given the time.
 */
#pragma once

#include <stdint.h>

/* Milliseconds since 1970 in UTC: for people, never for durations. */
int64_t clock_wall_ms(void);
/* Milliseconds that only go forward, suspend included: for durations. */
int64_t clock_monotonic_ms(void);
