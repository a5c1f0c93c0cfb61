/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "values are stored little-endian");

void packer_finish(struct packer *packer)
{
	free(packer->bytes);
	*packer = (struct packer){0};
}

static uint8_t *room_take(struct packer *packer, size_t length)
{
	uint8_t *room;

	if (packer->failed)
		return NULL;
	if (packer->capacity - packer->length < length) {
		size_t capacity = (packer->length + length) * 2 + 64;
		uint8_t *bytes = realloc(packer->bytes, capacity);

		if (!bytes) {
			packer->failed = true;
			return NULL;
		}
		packer->bytes = bytes;
		packer->capacity = capacity;
	}
	room = packer->bytes + packer->length;
	packer->length += length;
	return room;
}

void pack_bytes(struct packer *packer, const void *bytes, size_t length)
{
	uint8_t *room = room_take(packer, length);

	if (room && length)
		memcpy(room, bytes, length);
}

void pack_u8(struct packer *packer, uint8_t value)
{
	pack_bytes(packer, &value, sizeof value);
}

void pack_u16(struct packer *packer, uint16_t value)
{
	pack_bytes(packer, &value, sizeof value);
}

void pack_u32(struct packer *packer, uint32_t value)
{
	pack_bytes(packer, &value, sizeof value);
}

void pack_u64(struct packer *packer, uint64_t value)
{
	pack_bytes(packer, &value, sizeof value);
}

void pack_i64(struct packer *packer, int64_t value)
{
	pack_bytes(packer, &value, sizeof value);
}

enum { VARINT_SIZE_MAX = 10, VARINT_BITS = 7, VARINT_MORE = 0x80 };

void pack_varint(struct packer *packer, uint64_t value)
{
	uint8_t *room = room_take(packer, VARINT_SIZE_MAX);
	size_t length = 0;

	if (!room)
		return;
	for (; value >= VARINT_MORE; value >>= VARINT_BITS)
		room[length++] = (uint8_t)(value | VARINT_MORE);
	room[length++] = (uint8_t)value;
	packer->length -= VARINT_SIZE_MAX - length;
}

void pack_varint_signed(struct packer *packer, int64_t value)
{
	pack_varint(packer, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

void pack_text(struct packer *packer, const char *text)
{
	size_t length = text ? strlen(text) : 0;

	pack_u32(packer, (uint32_t)length);
	pack_bytes(packer, text, length);
}

struct unpacker unpacker_over(const void *bytes, size_t length)
{
	return (struct unpacker){.bytes = bytes, .length = length};
}

const uint8_t *unpack_bytes(struct unpacker *unpacker, size_t length)
{
	const uint8_t *bytes = unpacker->bytes + unpacker->position;

	if (unpacker->failed || unpacker->length - unpacker->position < length) {
		unpacker->failed = true;
		return NULL;
	}
	unpacker->position += length;
	return bytes;
}

static void value_read(struct unpacker *unpacker, void *value, size_t size)
{
	const uint8_t *bytes = unpack_bytes(unpacker, size);

	if (bytes)
		memcpy(value, bytes, size);
}

uint8_t unpack_u8(struct unpacker *unpacker)
{
	uint8_t value = 0;

	value_read(unpacker, &value, sizeof value);
	return value;
}

uint16_t unpack_u16(struct unpacker *unpacker)
{
	uint16_t value = 0;

	value_read(unpacker, &value, sizeof value);
	return value;
}

uint32_t unpack_u32(struct unpacker *unpacker)
{
	uint32_t value = 0;

	value_read(unpacker, &value, sizeof value);
	return value;
}

uint64_t unpack_u64(struct unpacker *unpacker)
{
	uint64_t value = 0;

	value_read(unpacker, &value, sizeof value);
	return value;
}

int64_t unpack_i64(struct unpacker *unpacker)
{
	int64_t value = 0;

	value_read(unpacker, &value, sizeof value);
	return value;
}

void unpack_text(struct unpacker *unpacker, char *text, size_t size)
{
	uint32_t length = unpack_u32(unpacker);
	const uint8_t *bytes;

	text[0] = '\0';
	if (length >= size)
		unpacker->failed = true;
	bytes = unpack_bytes(unpacker, length);
	if (!bytes)
		return;
	memcpy(text, bytes, length);
	text[length] = '\0';
}

bool unpack_is_complete(const struct unpacker *unpacker)
{
	return !unpacker->failed && unpacker->position == unpacker->length;
}

uint64_t unpack_varint(struct unpacker *unpacker)
{
	uint64_t value = 0;
	unsigned shift = 0;
	uint8_t byte;

	do {
		byte = unpack_u8(unpacker);
		/* The tenth byte has room for the highest bit only. */
		if (shift == VARINT_BITS * (VARINT_SIZE_MAX - 1) && byte > 1)
			unpacker->failed = true;
		if (shift > 0 && byte == 0)
			unpacker->failed = true;
		if (unpacker->failed)
			return 0;
		value |= (uint64_t)(byte & (VARINT_MORE - 1)) << shift;
		shift += VARINT_BITS;
	} while (byte & VARINT_MORE);
	return value;
}

int64_t unpack_varint_signed(struct unpacker *unpacker)
{
	uint64_t value = unpack_varint(unpacker);

	return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}
