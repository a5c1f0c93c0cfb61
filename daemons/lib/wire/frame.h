/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packed messages over a stream between two processes of ours, each with its length in
 * front (four bytes, little-endian).  A frame without bytes is a greeting.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A frame on its way in; zeroed before the first. */
struct frame {
	uint8_t head[4];
	size_t head_length;
	uint8_t *bytes; /* owned */
	size_t size;
	size_t length; /* of @size bytes */
};

/* Outcomes. */
enum {
	FRAME_MORE = 1, /* nothing more to read now */
	FRAME_END,	/* the other side has closed, or is gone */
	FRAME_BAD,	/* larger than any message */
};

/* Reads on until the frame is whole: 0, an outcome or a negative errno. */
int frame_read(int fd, struct frame *frame);
void frame_finish(struct frame *frame);

/* Waits as long as it takes; -EPIPE when nobody reads. */
int frame_write(int fd, const uint8_t *bytes, size_t size);
