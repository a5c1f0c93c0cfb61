/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event of the alert feed as one JSON object on one line, for programs: what
 * `budgetvakt subscribe` prints and what a recipient of kind fil is given.
 *
 *	{"seq":7,"id":"alert-7","typ":"larm","larm":3,"lage":"larm",...}
 *
 * "typ" is larm, åtgärdsplan or fil (a refused file).
 *
 * Money is whole öre under KEY_ore in report sign; times, months and dates are
 * ISO 8601.  "id" is the same however often a line is sent.
 */
#pragma once

#include <stdint.h>

#include "lib/model/event.h"

enum { EVENT_LINE_NONE = 1 }; /* nothing that a subscriber is told of */

/* The line, with its newline, in new memory.  0, EVENT_LINE_NONE or -ENOMEM. */
int event_line(uint64_t seq, const struct event *event, char **line_out);
