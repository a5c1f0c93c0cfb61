/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/scan.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { WORD_SIZE = 8, WRITTEN_AT_ONCE = 12 };

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lowest bit is the first byte");

/* A bit for each byte of a block: the first byte's is the lowest. */
struct masks {
	uint64_t delimiters;
	uint64_t stops;
};

/* Of no bits at all, any place. */
static inline uint32_t first_bit(uint64_t mask)
{
	return (uint32_t)__builtin_ctzll(mask | UINT64_C(1) << 63);
}

/* The offsets of the bits of @mask.  Hardly any block has more than are written without
 * asking how many there are, which no processor foretells; what is too many is written
 * over. */
static inline uint32_t offsets_write(uint64_t mask, uint32_t base, uint32_t *offsets)
{
	uint32_t count = (uint32_t)__builtin_popcountll(mask);

	for (uint32_t done = 0; done < count; done += WRITTEN_AT_ONCE)
		for (uint32_t i = 0; i < WRITTEN_AT_ONCE; i++) {
			offsets[done + i] = base + first_bit(mask);
			mask &= mask - 1;
		}
	return count;
}

/* Which of all the marks each stop is; most blocks have none or one. */
static inline void stops_write(uint64_t stops, uint64_t all, struct scan_marks *marks)
{
	do {
		uint64_t before = all & ((stops & -stops) - 1);

		marks->stops[marks->stop_count] =
			marks->count + (uint32_t)__builtin_popcountll(before);
		marks->stop_count += stops != 0;
		stops &= stops - 1;
	} while (stops);
}

static inline void masks_write(struct masks masks, uint32_t base, struct scan_marks *marks)
{
	uint64_t all = masks.delimiters | masks.stops;

	stops_write(masks.stops, all, marks);
	marks->count += offsets_write(all, base, marks->offsets + marks->count);
}

/* Written once and made into one function for each way of comparing. */
#define SCAN_TEXT_BODY(masks_of)                                                                   \
	uint8_t tail[SCAN_BLOCK_SIZE] = {0};                                                       \
	size_t at = 0;                                                                             \
                                                                                                   \
	assert(length <= SCAN_SIZE_MAX);                                                           \
	marks->count = 0;                                                                          \
	marks->stop_count = 0;                                                                     \
	for (; length - at >= SCAN_BLOCK_SIZE; at += SCAN_BLOCK_SIZE)                              \
		masks_write(masks_of(text + at, delimiter), (uint32_t)at, marks);                  \
	if (at == length)                                                                          \
		return;                                                                            \
	memcpy(tail, text + at, length - at);                                                      \
	masks_write(masks_of(tail, delimiter), (uint32_t)at, marks)

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

	for (unsigned i = 0; i < SCAN_BLOCK_SIZE; i += WORD_SIZE) {
		uint64_t word;

		memcpy(&word, block + i, WORD_SIZE);
		masks.delimiters |= word_mask(word, delimiter) << i;
		masks.stops |= (word_mask(word, '"') | word_mask(word, '\n')) << i;
	}
	return masks;
}

void scan_text_portable(const uint8_t *text, size_t length, uint8_t delimiter,
			struct scan_marks *marks)
{
	SCAN_TEXT_BODY(masks_portable);
}

#ifdef __x86_64__

#define AVX2_TARGET __attribute__((target("avx2,bmi,popcnt")))

AVX2_TARGET static inline uint64_t bits_avx2(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
							     << 32;
}

AVX2_TARGET static inline struct masks masks_avx2(const uint8_t *block, uint8_t delimiter)
{
	const __m256i sought = _mm256_set1_epi8((char)delimiter);
	const __m256i quote = _mm256_set1_epi8('"');
	const __m256i line_end = _mm256_set1_epi8('\n');
	__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)block);
	__m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(block + 32));

	return (struct masks){
		.delimiters =
			bits_avx2(_mm256_cmpeq_epi8(low, sought), _mm256_cmpeq_epi8(high, sought)),
		.stops = bits_avx2(_mm256_or_si256(_mm256_cmpeq_epi8(low, quote),
						   _mm256_cmpeq_epi8(low, line_end)),
				   _mm256_or_si256(_mm256_cmpeq_epi8(high, quote),
						   _mm256_cmpeq_epi8(high, line_end))),
	};
}

AVX2_TARGET static void scan_text_avx2(const uint8_t *text, size_t length, uint8_t delimiter,
				       struct scan_marks *marks)
{
	SCAN_TEXT_BODY(masks_avx2);
}

#endif

static const char *wished = "";

void scan_text_wish(const char *name)
{
	wished = name ? name : "";
}

bool scan_has_avx2(void)
{
#ifdef __x86_64__
	return strcmp(wished, "portable") != 0 && __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
#else
	return false;
#endif
}

scan_text *scan_text_choose(void)
{
	if (strcmp(wished, "none") == 0)
		return NULL;
#ifdef __x86_64__
	if (scan_has_avx2())
		return scan_text_avx2;
#endif
	return scan_text_portable;
}
