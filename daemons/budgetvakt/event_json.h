/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event of the alert feed as one JSON object on one line, for programs; the
 * same keys as the lines budgetvakt-notify delivers, with "seq" in front:
 *
 *	{"seq":7,"id":"alert-7","typ":"larm","larm":3,"läge":"larm",...}
 *
 * Money is whole öre under KEY_ore, times, months and dates are ISO 8601.
 */
#pragma once

#include <stdint.h>

#include "lib/model/event.h"

/* The line with its line end, in new memory; NULL when that is gone. */
char *event_json(uint64_t seq, const struct event *event);
