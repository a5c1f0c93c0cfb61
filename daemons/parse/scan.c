/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/scan.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { BLOCK_SIZE = 64, WORD_SIZE = 8 };

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lowest bit is the first byte");

/* A bit for each byte of a block: the first byte's is the lowest. */
struct masks {
	uint64_t delimiters;
	uint64_t quotes;
};

/* Positions of the bits of @mask, @base added. */
static inline size_t bits_write(uint64_t mask, size_t base, uint32_t *ends)
{
	size_t count = 0;

	for (; mask; mask &= mask - 1)
		ends[count++] = (uint32_t)(base + (size_t)__builtin_ctzll(mask));
	return count;
}

/* The block at @at of the line, whose last is moved back to end with the line, or
 * copied when the whole line is shorter than one. */
static inline const uint8_t *block_at(const uint8_t *line, size_t length, size_t at,
				      uint8_t padded[static BLOCK_SIZE], size_t *skip)
{
	*skip = 0;
	if (length - at >= BLOCK_SIZE)
		return line + at;
	if (length >= BLOCK_SIZE) {
		*skip = BLOCK_SIZE - (length - at);
		return line + length - BLOCK_SIZE;
	}
	memset(padded, 0, BLOCK_SIZE);
	memcpy(padded, line, length);
	return padded;
}

/* Written once and made into one function for each way of comparing. */
#define SCAN_LINE_BODY(masks_of)                                                                   \
	uint8_t padded[BLOCK_SIZE];                                                                \
	uint64_t quotes = 0;                                                                       \
	size_t count = 0;                                                                          \
                                                                                                   \
	for (size_t at = 0; at < length; at += BLOCK_SIZE) {                                       \
		size_t skip;                                                                       \
		const uint8_t *block = block_at(line, length, at, padded, &skip);                  \
		struct masks masks = masks_of(block, delimiter);                                   \
		uint64_t delimiters = masks.delimiters >> skip;                                    \
                                                                                                   \
		quotes |= masks.quotes >> skip;                                                    \
		if (quotes || count + (size_t)__builtin_popcountll(delimiters) > ends_max)         \
			return SCAN_NOT_PLAIN;                                                     \
		count += bits_write(delimiters, at, ends + count);                                 \
	}                                                                                          \
	return count

#define LOW_BITS  UINT64_C(0x7F7F7F7F7F7F7F7F)
#define ONES	  UINT64_C(0x0101010101010101)
#define GATHERING UINT64_C(0x0102040810204080)

/* A bit for each byte of the word that is @byte. */
static inline uint64_t word_mask(uint64_t word, uint8_t byte)
{
	uint64_t differs = word ^ byte * ONES;
	uint64_t is_equal = ~(((differs & LOW_BITS) + LOW_BITS) | differs | LOW_BITS);

	return (is_equal >> 7) * GATHERING >> 56;
}

static inline struct masks masks_portable(const uint8_t *block, uint8_t delimiter)
{
	struct masks masks = {0};

	for (unsigned i = 0; i < BLOCK_SIZE; i += WORD_SIZE) {
		uint64_t word;

		memcpy(&word, block + i, WORD_SIZE);
		masks.delimiters |= word_mask(word, delimiter) << i;
		masks.quotes |= word_mask(word, '"') << i;
	}
	return masks;
}

size_t scan_line_portable(const uint8_t *line, size_t length, uint8_t delimiter, uint32_t *ends,
			  size_t ends_max)
{
	SCAN_LINE_BODY(masks_portable);
}

#ifdef __x86_64__

__attribute__((target("avx2"))) static inline uint64_t equal_avx2(__m256i low, __m256i high,
								  uint8_t byte)
{
	__m256i sought = _mm256_set1_epi8((char)byte);
	uint32_t low_mask = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, sought));
	uint32_t high_mask = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, sought));

	return low_mask | (uint64_t)high_mask << 32;
}

__attribute__((target("avx2"))) static inline struct masks masks_avx2(const uint8_t *block,
								      uint8_t delimiter)
{
	__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)block);
	__m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(block + 32));

	return (struct masks){equal_avx2(low, high, delimiter), equal_avx2(low, high, '"')};
}

__attribute__((target("avx2,bmi,popcnt"))) static size_t
scan_line_avx2(const uint8_t *line, size_t length, uint8_t delimiter, uint32_t *ends,
	       size_t ends_max)
{
	SCAN_LINE_BODY(masks_avx2);
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("popcnt");
}

#endif

static size_t scan_line_none(const uint8_t *line, size_t length, uint8_t delimiter, uint32_t *ends,
			     size_t ends_max)
{
	(void)line, (void)length, (void)delimiter, (void)ends, (void)ends_max;
	return SCAN_NOT_PLAIN;
}

static scan_line *wished;

void scan_line_wish(const char *name)
{
	wished = NULL;
	if (name && strcmp(name, "none") == 0)
		wished = scan_line_none;
	if (name && strcmp(name, "portable") == 0)
		wished = scan_line_portable;
}

scan_line *scan_line_choose(void)
{
	if (wished)
		return wished;
#ifdef __x86_64__
	if (has_avx2())
		return scan_line_avx2;
#endif
	return scan_line_portable;
}
