/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight bytes of a line at once, as a number whose lowest byte is the first.  Pure.
 */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { WORD_SIZE = sizeof(uint64_t) };

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lowest byte is the first one");

#define WORD_ONES UINT64_C(0x0101010101010101)

static inline uint64_t word_load(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The bytes from @at on, and 0 from @end on, before which there are eight at least. */
static inline uint64_t word_load_until(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *last = end - WORD_SIZE;
	const uint8_t *from = at < last ? at : last;
	size_t beyond = (size_t)(at - from);

	/* In two steps, as all of them may be. */
	return word_load(from) >> beyond * 4 >> beyond * 4;
}

/* The place of the first byte that has its high bit set in @flags; WORD_SIZE: none has. */
static inline size_t word_first(uint64_t flags)
{
	return flags ? (size_t)__builtin_ctzll(flags) / 8 : WORD_SIZE;
}

/* How many bytes come before the first @byte. */
static inline size_t word_find(uint64_t word, uint8_t byte)
{
	uint64_t differs = word ^ byte * WORD_ONES;

	return word_first((differs - WORD_ONES) & ~differs & 0x80 * WORD_ONES);
}

/* How many come before the first quote or control character. */
static inline size_t word_quote(uint64_t word)
{
	uint64_t differs = word ^ '"' * WORD_ONES;

	return word_first(
		(((differs - WORD_ONES) & ~differs) | ((word - ' ' * WORD_ONES) & ~word)) &
		0x80 * WORD_ONES);
}

/* How many come before the first blank or control character. */
static inline size_t word_blank(uint64_t word)
{
	return word_first((word - '!' * WORD_ONES) & ~word & 0x80 * WORD_ONES);
}

/* How many digits the word begins with. */
static inline size_t word_digits(uint64_t word)
{
	uint64_t digits = word ^ '0' * WORD_ONES;

	return word_first((digits | (digits + 0x76 * WORD_ONES)) & 0x80 * WORD_ONES);
}

/* The number that the first @count of them are, one to eight: pairs, then fours, then all
 * eight are added up side by side. */
static inline uint32_t word_number(uint64_t word, size_t count)
{
	uint64_t digits = (word ^ '0' * WORD_ONES) << (WORD_SIZE - count) * 8;

	digits = digits * 10 + (digits >> 8);
	return (uint32_t)(((digits & UINT64_C(0x000000FF000000FF)) *
				   (100 + (UINT64_C(1000000) << 32)) +
			   (digits >> 16 & UINT64_C(0x000000FF000000FF)) *
				   (1 + (UINT64_C(10000) << 32))) >>
			  32);
}
