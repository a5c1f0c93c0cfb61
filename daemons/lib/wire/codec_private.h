/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shared by the codec_*.c files only: the one place where generated types and
 * ours meet.  "fill" goes from ours to theirs (borrowing), "read" from theirs to
 * ours and checks what protobuf does not.
 */
#pragma once

#include "envelope.pb-c.h"
#include "event.pb-c.h"

#include "lib/wire/codec.h"

/* Text and bytes are never written through: protobuf-c merely lacks const. */
static inline char *codec_text(const char *text)
{
	return text ? (char *)(uintptr_t)text : (char *)(uintptr_t) "";
}

static inline ProtobufCBinaryData codec_bytes(const void *bytes, size_t size)
{
	return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)bytes};
}

/* 0 or CODEC_MALFORMED: exactly @size bytes, or none (then zeroes). */
int codec_read_fixed(ProtobufCBinaryData data, void *target, size_t size);

/* All return 0, -ENOMEM (fill) or CODEC_MALFORMED (read). */
int codec_fill_batch(const struct message *message, struct arena *arena,
		     Budgetvakt__Envelope *envelope);
int codec_read_batch(const Budgetvakt__Envelope *envelope, struct arena *arena,
		     struct message *message);
int codec_fill_parse(const struct message *message, struct arena *arena,
		     Budgetvakt__Envelope *envelope);
int codec_read_parse(const Budgetvakt__Envelope *envelope, struct arena *arena,
		     struct message *message);
int codec_fill_rows(const struct batch_rows *ours, struct arena *arena, Budgetvakt__Rows *rows);
int codec_read_rows(const Budgetvakt__Rows *theirs, struct arena *arena, struct batch_rows *ours);
int codec_fill_request(const struct request *ours, Budgetvakt__Request *request);
int codec_read_request(const Budgetvakt__Request *theirs, struct request *ours);
int codec_fill_answer(const struct answer *ours, struct arena *arena, Budgetvakt__Answer *answer);
int codec_read_answer(const Budgetvakt__Answer *theirs, struct arena *arena, struct answer *ours);

/* Unpacks and insists on the canonical encoding and valid UTF-8; the result lives in
 * @arena.  NULL when it is not so. */
ProtobufCMessage *codec_unpack(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
			       size_t size, struct arena *arena);
int codec_pack(const ProtobufCMessage *message, uint8_t **bytes_out, size_t *size_out);
