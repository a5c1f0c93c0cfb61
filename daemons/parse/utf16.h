/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-16 as UTF-8, chunk by chunk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct utf16 {
	bool is_big;	/* the first byte of a unit is its upper half */
	bool has_byte;	/* half of a unit waits for the next chunk */
	uint8_t byte;	/* that half */
	uint16_t high;	/* the first of a pair waits for the second; 0: none */
	bool is_broken; /* something was no character and became the byte FF */
};

/* The room that utf16_decode may need. */
#define UTF16_ROOM(length) ((length)*2 + 8)
/* How many bytes were written.  After the last chunk, call it with @is_last. */
size_t utf16_decode(struct utf16 *state, const uint8_t *bytes, size_t length, bool is_last,
		    uint8_t *utf8);
