/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open-addressed table of numbers with the high half of each code's hash
 * beside it, so that a look-up touches one cache line before the code itself.
 * Codes lie in blocks that never move.
 */
#include "lib/model/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/hash.h"

enum { SLOTS_MIN = 64, TEXT_BLOCK_SIZE = 16 * 1024 };

struct slot {
	uint32_t id; /* 0 = free */
	uint32_t tag;
};

struct entry {
	const char *text;
	size_t length;
};

struct text_block {
	struct text_block *next;
	size_t size;
	size_t used;
	char bytes[];
};

struct dictionary {
	struct slot *slots; /* a power of two, at most half of them taken */
	uint32_t slot_mask;
	uint32_t size;
	uint32_t size_max;
	uint32_t entry_capacity;
	struct entry *entries;
	struct text_block *blocks; /* newest first */
};

int dictionary_new(struct dictionary **dictionary_out, uint32_t size_max)
{
	cleanup(dictionary_destroy) struct dictionary *dictionary = calloc(1, sizeof *dictionary);

	if (!dictionary)
		return -ENOMEM;
	dictionary->slots = calloc(SLOTS_MIN, sizeof *dictionary->slots);
	if (!dictionary->slots)
		return -ENOMEM;
	dictionary->slot_mask = SLOTS_MIN - 1;
	dictionary->size_max = size_max;
	*dictionary_out = dictionary;
	dictionary = NULL;
	return 0;
}

static void blocks_free(struct dictionary *dictionary)
{
	while (dictionary->blocks) {
		struct text_block *next = dictionary->blocks->next;

		free(dictionary->blocks);
		dictionary->blocks = next;
	}
}

void dictionary_destroy(struct dictionary **dictionary)
{
	if (!*dictionary)
		return;
	blocks_free(*dictionary);
	free((*dictionary)->entries);
	free((*dictionary)->slots);
	free(*dictionary);
	*dictionary = NULL;
}

/* The slot that holds @code, or the free one where it belongs. */
static struct slot *slot_find(const struct dictionary *dictionary, const char *code, size_t length,
			      uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	uint32_t position = (uint32_t)hash & dictionary->slot_mask;

	for (;; position = (position + 1) & dictionary->slot_mask) {
		struct slot *slot = &dictionary->slots[position];
		const struct entry *entry;

		if (slot->id == 0)
			return slot;
		if (slot->tag != tag)
			continue;
		entry = &dictionary->entries[slot->id - 1];
		if (entry->length == length && memcmp(entry->text, code, length) == 0)
			return slot;
	}
}

static int slots_double(struct dictionary *dictionary)
{
	uint64_t count = ((uint64_t)dictionary->slot_mask + 1) * 2;
	struct slot *slots;

	if (count > (uint64_t)UINT32_MAX + 1)
		return -ENOMEM;
	slots = calloc(count, sizeof *slots);
	if (!slots)
		return -ENOMEM;
	free(dictionary->slots);
	dictionary->slots = slots;
	dictionary->slot_mask = (uint32_t)(count - 1);
	for (uint32_t i = 0; i < dictionary->size; i++) {
		const struct entry *entry = &dictionary->entries[i];
		uint64_t hash = checksum(entry->text, entry->length);

		*slot_find(dictionary, entry->text, entry->length, hash) =
			(struct slot){i + 1, (uint32_t)(hash >> 32)};
	}
	return 0;
}

static int entries_grow(struct dictionary *dictionary)
{
	uint32_t capacity = dictionary->entry_capacity * 2 + SLOTS_MIN;
	struct entry *entries;

	if (dictionary->size < dictionary->entry_capacity)
		return 0;
	entries = reallocarray(dictionary->entries, capacity, sizeof *entries);
	if (!entries)
		return -ENOMEM;
	dictionary->entries = entries;
	dictionary->entry_capacity = capacity;
	return 0;
}

static const char *text_keep(struct dictionary *dictionary, const char *code, size_t length)
{
	struct text_block *block = dictionary->blocks;
	char *text;

	if (!block || block->size - block->used <= length) {
		size_t size = length >= TEXT_BLOCK_SIZE ? length + 1 : TEXT_BLOCK_SIZE;

		block = malloc(sizeof *block + size);
		if (!block)
			return NULL;
		*block = (struct text_block){.next = dictionary->blocks, .size = size};
		dictionary->blocks = block;
	}
	text = block->bytes + block->used;
	memcpy(text, code, length);
	text[length] = '\0';
	block->used += length + 1;
	return text;
}

static int entry_add(struct dictionary *dictionary, const char *code, size_t length, uint64_t hash,
		     uint32_t *id_out)
{
	const char *text;
	int r;

	if (dictionary->size >= dictionary->size_max)
		return DICTIONARY_FULL;
	r = entries_grow(dictionary);
	if (r == 0 && dictionary->size >= dictionary->slot_mask / 2)
		r = slots_double(dictionary);
	if (r < 0)
		return r;
	text = text_keep(dictionary, code, length);
	if (!text)
		return -ENOMEM;
	dictionary->entries[dictionary->size] = (struct entry){text, length};
	*id_out = dictionary->size + 1;
	*slot_find(dictionary, code, length, hash) = (struct slot){*id_out, (uint32_t)(hash >> 32)};
	dictionary->size++;
	return 0;
}

int dictionary_add(struct dictionary *dictionary, const char *code, size_t length, uint32_t *id_out)
{
	uint64_t hash;
	const struct slot *slot;

	if (length == 0) {
		*id_out = 0;
		return 0;
	}
	hash = checksum(code, length);
	slot = slot_find(dictionary, code, length, hash);
	if (slot->id == 0)
		return entry_add(dictionary, code, length, hash, id_out);
	*id_out = slot->id;
	return 0;
}

uint32_t dictionary_find(const struct dictionary *dictionary, const char *code, size_t length)
{
	return length == 0 ? 0 : slot_find(dictionary, code, length, checksum(code, length))->id;
}

uint32_t dictionary_size(const struct dictionary *dictionary)
{
	return dictionary->size;
}

const char *dictionary_text(const struct dictionary *dictionary, uint32_t id)
{
	return id > 0 && id <= dictionary->size ? dictionary->entries[id - 1].text : "";
}
