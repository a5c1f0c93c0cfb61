/* SPDX-License-Identifier: Apache-2.0 */
/* Envelopes: size limits, allocation from an arena, canonical bytes, dispatch by kind. */
#include "lib/wire/codec_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"

/* While packing: pointer arrays and small structs; rows themselves are borrowed. */
enum { PACK_ARENA_BYTES = 64 * 1024 * 1024 };

static void *arena_allocate(void *context, size_t size)
{
	return arena_take(context, size);
}

static void arena_forget(void *context, void *memory)
{
	(void)context;
	(void)memory;
}

int codec_read_fixed(ProtobufCBinaryData data, void *target, size_t size)
{
	memset(target, 0, size);
	if (data.len == 0)
		return 0;
	if (data.len != size)
		return CODEC_MALFORMED;
	memcpy(target, data.data, size);
	return 0;
}

static bool text_is_valid(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

static bool strings_are_valid(const ProtobufCMessage *message);

static bool field_is_valid(const ProtobufCFieldDescriptor *field, const void *value)
{
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return text_is_valid(*(char *const *)value);
	if (field->type != PROTOBUF_C_TYPE_MESSAGE)
		return true;
	return !*(ProtobufCMessage *const *)value ||
	       strings_are_valid(*(ProtobufCMessage *const *)value);
}

static bool repeated_is_valid(const ProtobufCFieldDescriptor *field, const void *value,
			      size_t count)
{
	void *const *elements = *(void *const *const *)value;

	if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
		return true;
	for (size_t i = 0; i < count; i++) {
		if (!field_is_valid(field, &elements[i]))
			return false;
	}
	return true;
}

/* protobuf-c does not look at the text in strings.  No message is recursive. */
static bool strings_are_valid(const ProtobufCMessage *message)
{
	const char *base = (const char *)message;

	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		const void *value = base + field->offset;
		uint32_t chosen = field->id;
		size_t count;

		if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
			memcpy(&chosen, base + field->quantifier_offset, sizeof chosen);
		if (chosen != field->id)
			continue;
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			memcpy(&count, base + field->quantifier_offset, sizeof count);
			if (!repeated_is_valid(field, value, count))
				return false;
		} else if (!field_is_valid(field, value)) {
			return false;
		}
	}
	return true;
}

static bool bytes_are_canonical(const ProtobufCMessage *message, const uint8_t *bytes, size_t size)
{
	cleanup(free_bytes) uint8_t *again = NULL;
	size_t again_size = 0;

	if (codec_pack(message, &again, &again_size) < 0)
		return false;
	return again_size == size && memcmp(again, bytes, size) == 0;
}

ProtobufCMessage *codec_unpack(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
			       size_t size, struct arena *arena)
{
	ProtobufCAllocator allocator = {
		.alloc = arena_allocate, .free = arena_forget, .allocator_data = arena};
	ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, &allocator, size, bytes);

	if (!message || !strings_are_valid(message) || !bytes_are_canonical(message, bytes, size))
		return NULL;
	return message;
}

int codec_pack(const ProtobufCMessage *message, uint8_t **bytes_out, size_t *size_out)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes;

	if (size > MESSAGE_SIZE_MAX)
		return ERROR_LIMIT;
	bytes = malloc(size + 1); /* an empty message is no message, but malloc(0) is a trap */
	if (!bytes)
		return -ENOMEM;
	protobuf_c_message_pack(message, bytes);
	*bytes_out = bytes;
	*size_out = size;
	return 0;
}

static int request_fill(const struct message *message, struct arena *arena,
			Budgetvakt__Envelope *envelope)
{
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_REQUEST;
	envelope->request = arena_take(arena, sizeof *envelope->request);
	return envelope->request ? codec_fill_request(&message->request, envelope->request)
				 : -ENOMEM;
}

static int answer_fill(const struct message *message, struct arena *arena,
		       Budgetvakt__Envelope *envelope)
{
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_ANSWER;
	envelope->answer = arena_take(arena, sizeof *envelope->answer);
	return envelope->answer ? codec_fill_answer(&message->answer, arena, envelope->answer)
				: -ENOMEM;
}

static int bell_fill(const struct message *message, struct arena *arena,
		     Budgetvakt__Envelope *envelope)
{
	Budgetvakt__Bell *bell = arena_take(arena, sizeof *bell);

	if (!bell)
		return -ENOMEM;
	budgetvakt__bell__init(bell);
	bell->stream_id = codec_bytes(message->bell.stream_id, STREAM_ID_SIZE);
	bell->last_seq = message->bell.last_seq;
	envelope->body_case = BUDGETVAKT__ENVELOPE__BODY_BELL;
	envelope->bell = bell;
	return 0;
}

static int envelope_fill(const struct message *message, struct arena *arena,
			 Budgetvakt__Envelope *envelope)
{
	switch (message->kind) {
	case MESSAGE_BATCH_BEGIN:
	case MESSAGE_ROWS:
	case MESSAGE_BATCH_END:
	case MESSAGE_BATCH_ABORT:
	case MESSAGE_BATCH_ANSWER:
	case MESSAGE_VOUCHERS:
		return codec_fill_batch(message, arena, envelope);
	case MESSAGE_REQUEST:
		return request_fill(message, arena, envelope);
	case MESSAGE_ANSWER:
		return answer_fill(message, arena, envelope);
	case MESSAGE_BELL:
		return bell_fill(message, arena, envelope);
	case MESSAGE_PARSE_JOB:
	case MESSAGE_FINDINGS:
		return codec_fill_parse(message, arena, envelope);
	}
	return -EINVAL;
}

int message_pack(const struct message *message, uint8_t **bytes_out, size_t *size_out)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	Budgetvakt__Envelope envelope = BUDGETVAKT__ENVELOPE__INIT;
	int r = arena_new(&arena, PACK_ARENA_BYTES);

	if (r < 0)
		return r;
	r = envelope_fill(message, arena, &envelope);
	return r < 0 ? r : codec_pack(&envelope.base, bytes_out, size_out);
}

static int bell_read(const Budgetvakt__Bell *bell, struct message *message)
{
	message->kind = MESSAGE_BELL;
	message->bell.last_seq = bell->last_seq;
	return codec_read_fixed(bell->stream_id, message->bell.stream_id, STREAM_ID_SIZE);
}

static int envelope_read(const Budgetvakt__Envelope *envelope, struct arena *arena,
			 struct message *message)
{
	/* The generated enum has a hidden member, so this switch cannot be exhaustive:
	 * every kind of ours is named in envelope_fill, where the compiler counts them. */
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_REQUEST) {
		message->kind = MESSAGE_REQUEST;
		return codec_read_request(envelope->request, &message->request);
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_ANSWER) {
		message->kind = MESSAGE_ANSWER;
		return codec_read_answer(envelope->answer, arena, &message->answer);
	}
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_BELL)
		return bell_read(envelope->bell, message);
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_PARSE_JOB ||
	    envelope->body_case == BUDGETVAKT__ENVELOPE__BODY_FINDINGS)
		return codec_read_parse(envelope, arena, message);
	if (envelope->body_case == BUDGETVAKT__ENVELOPE__BODY__NOT_SET)
		return CODEC_UNKNOWN;
	return codec_read_batch(envelope, arena, message);
}

int message_unpack(const uint8_t *bytes, size_t size, struct arena *arena,
		   struct message *message_out)
{
	ProtobufCMessage *envelope;

	if (size > MESSAGE_SIZE_MAX)
		return CODEC_TOO_LARGE;
	envelope = codec_unpack(&budgetvakt__envelope__descriptor, bytes, size, arena);
	if (!envelope)
		return CODEC_MALFORMED;
	memset(message_out, 0, sizeof *message_out);
	return envelope_read((const Budgetvakt__Envelope *)envelope, arena, message_out);
}
