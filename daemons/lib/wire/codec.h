/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages and events to bytes and back.  Bytes from outside are refused
 * unless they are the canonical encoding of a message we know: size limits
 * first, then unpacking into @arena, then packing again and comparing.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/wire/message.h"

enum { MESSAGE_SIZE_MAX = 32 * 1024 * 1024 };

/* Outcomes of the readers. */
enum {
	CODEC_MALFORMED = 1, /* not a message, or not canonical */
	CODEC_UNKNOWN,	     /* well-formed, of a kind we do not know */
	CODEC_TOO_LARGE,
};

/* Into new memory owned by the caller: 0, -ENOMEM, or ERROR_LIMIT. */
int message_pack(const struct message *message, uint8_t **bytes_out, size_t *size_out);
int message_unpack(const uint8_t *bytes, size_t size, struct arena *arena,
		   struct message *message_out);

int event_pack(const struct event *event, uint8_t **bytes_out, size_t *size_out);
int event_unpack(const uint8_t *bytes, size_t size, struct arena *arena, struct event *event_out);
