/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bump allocator with a byte budget: allocate while one message or one
 * question is handled, then reset everything at once.  Nothing taken from an
 * arena is ever freed by hand.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

/* @budget_bytes: the most that may be in use between two resets. */
int arena_new(struct arena **arena_out, size_t budget_bytes);
void arena_destroy(struct arena **arena);

/* Gives back everything at once; keeps the first block for the next round. */
void arena_reset(struct arena *arena);

/* 16-byte aligned, not zeroed.  NULL when the budget or memory is used up. */
void *arena_take(struct arena *arena, size_t size);
/* The same, zeroed, for @count things of @size bytes. */
void *arena_take_zeroed(struct arena *arena, size_t count, size_t size);
/* A copy with a final NUL; NULL as above. */
char *arena_copy_text(struct arena *arena, const char *text, size_t length);
/* printf into the arena. */
char *arena_print(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

size_t arena_used_bytes(const struct arena *arena);
