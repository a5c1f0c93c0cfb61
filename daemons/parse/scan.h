/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the delimiters of a line stand, found 64 bytes at a time.  Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The line has a quote, or more delimiters than there is room for. */
#define SCAN_NOT_PLAIN SIZE_MAX

/* The offsets of all of them, in order, or SCAN_NOT_PLAIN.  Reads no byte outside the
 * line; writes at most @ends_max offsets. */
typedef size_t scan_line(const uint8_t *line, size_t length, uint8_t delimiter, uint32_t *ends,
			 size_t ends_max);

scan_line scan_line_portable;

/* The fastest that this processor has; all of them say the same. */
scan_line *scan_line_choose(void);
/* For tests, and to measure what each is worth: "portable", the one that every processor
 * has, or "none", one that calls no line plain; anything else, NULL too: the fastest. */
void scan_line_wish(const char *name);
