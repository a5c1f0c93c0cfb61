/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the delimiters, quotes and line ends of a stretch of text stand, found 64 bytes at
 * a time.  Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SCAN_SIZE_MAX = 8 * 1024, /* of one stretch: its marks stay in the nearest cache */
	SCAN_BLOCK_SIZE = 64,
};

struct scan_marks {
	uint32_t count;
	uint32_t stop_count;
	uint32_t offsets[SCAN_SIZE_MAX + SCAN_BLOCK_SIZE]; /* of all of them, in order */
	uint32_t stops[SCAN_SIZE_MAX + SCAN_BLOCK_SIZE];   /* which of those are quotes or '\n' */
};

/* Of at most SCAN_SIZE_MAX bytes, none outside which is read; @delimiter is neither '"'
 * nor '\n'. */
typedef void scan_text(const uint8_t *text, size_t length, uint8_t delimiter,
		       struct scan_marks *marks);

scan_text scan_text_portable;

/* The fastest that this processor has; all of them say the same.  NULL: none is wished. */
scan_text *scan_text_choose(void);
/* Whether the processor has what the fastest takes, and nothing else is wished. */
bool scan_has_avx2(void);
/* For tests, and to measure what each is worth: "portable", the one that every processor
 * has, or "none"; anything else, NULL too: the fastest. */
void scan_text_wish(const char *name);
