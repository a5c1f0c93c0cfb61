/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a recipient reads: one JSON object on one line per change of an alert or
 * an åtgärdsplan.  Money is whole öre in report sign; "id" is the same however
 * often a line is sent.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/model/event.h"

enum { PAYLOAD_NONE = 1 }; /* nothing that recipients are told of */

/* The line, with its newline, in new memory.  0, PAYLOAD_NONE or -ENOMEM. */
int payload_print(uint64_t seq, const struct event *event, char **line_out);
