/* SPDX-License-Identifier: Apache-2.0 */
/* Keys whose byte order is their sort order. */
#include <string.h>

#include "lib/store/store.h"

struct key key_empty(void)
{
	return (struct key){.size = 0};
}

void key_bytes(struct key *key, const void *bytes, size_t size)
{
	if (key->invalid || KEY_SIZE_MAX - key->size < size) {
		key->invalid = true;
		return;
	}
	memcpy(key->bytes + key->size, bytes, size);
	key->size += size;
}

static void number_add(struct key *key, uint64_t value, size_t size)
{
	uint8_t bytes[sizeof value];

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
	key_bytes(key, bytes, size);
}

void key_u8(struct key *key, uint8_t value)
{
	number_add(key, value, sizeof value);
}

void key_u16(struct key *key, uint16_t value)
{
	number_add(key, value, sizeof value);
}

void key_u32(struct key *key, uint32_t value)
{
	number_add(key, value, sizeof value);
}

void key_u64(struct key *key, uint64_t value)
{
	number_add(key, value, sizeof value);
}

void key_text(struct key *key, const char *text)
{
	key_bytes(key, text, strlen(text) + 1);
}

static uint64_t number_read(const uint8_t *bytes, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

uint16_t key_read_u16(const uint8_t *bytes)
{
	return (uint16_t)number_read(bytes, 2);
}

uint32_t key_read_u32(const uint8_t *bytes)
{
	return (uint32_t)number_read(bytes, 4);
}

uint64_t key_read_u64(const uint8_t *bytes)
{
	return number_read(bytes, 8);
}
