/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"

enum { BLOCK_SIZE_MIN = 64 * 1024, ALIGNMENT = 16 };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(ALIGNMENT) unsigned char bytes[];
};

struct arena {
	struct block *blocks; /* newest first */
	size_t budget_bytes;
	size_t used_bytes;
};

int arena_new(struct arena **arena_out, size_t budget_bytes)
{
	struct arena *arena = calloc(1, sizeof *arena);

	if (!arena)
		return -ENOMEM;
	arena->budget_bytes = budget_bytes;
	*arena_out = arena;
	return 0;
}

void arena_destroy(struct arena **arena)
{
	if (!*arena)
		return;
	while ((*arena)->blocks) {
		struct block *next = (*arena)->blocks->next;

		free((*arena)->blocks);
		(*arena)->blocks = next;
	}
	free(*arena);
	*arena = NULL;
}

void arena_reset(struct arena *arena)
{
	while (arena->blocks && arena->blocks->next) {
		struct block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	if (arena->blocks)
		arena->blocks->used = 0;
	arena->used_bytes = 0;
}

static struct block *block_add(struct arena *arena, size_t size)
{
	size_t block_size = size > BLOCK_SIZE_MIN ? size : BLOCK_SIZE_MIN;
	struct block *block = malloc(sizeof *block + block_size);

	if (!block)
		return NULL;
	block->next = arena->blocks;
	block->size = block_size;
	block->used = 0;
	arena->blocks = block;
	return block;
}

void *arena_take(struct arena *arena, size_t size)
{
	size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct block *block = arena->blocks;
	void *memory;

	if (rounded < size || rounded > arena->budget_bytes - arena->used_bytes)
		return NULL;
	if (!block || block->size - block->used < rounded)
		block = block_add(arena, rounded);
	if (!block)
		return NULL;
	memory = block->bytes + block->used;
	block->used += rounded;
	arena->used_bytes += rounded;
	return memory;
}

void *arena_take_zeroed(struct arena *arena, size_t count, size_t size)
{
	size_t total;
	void *memory;

	if (__builtin_mul_overflow(count, size, &total))
		return NULL;
	memory = arena_take(arena, total);
	if (memory)
		memset(memory, 0, total);
	return memory;
}

char *arena_copy_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_take(arena, length + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	int length;
	cleanup(free_bytes) char *text = NULL;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0) {
		text = NULL;
		return NULL;
	}
	return arena_copy_text(arena, text, (size_t)length);
}

size_t arena_used_bytes(const struct arena *arena)
{
	return arena->used_bytes;
}
