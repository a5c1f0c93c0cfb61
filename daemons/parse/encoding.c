/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guesses the encoding of a file from all of its bytes, seen chunk by chunk.
 */
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "parse/reader.h"
#include "parse/scan.h"
#include "parse/word.h"

enum { BLOCK_SIZE = 64, UTF8_LEAD = 0xC3 };

/* What is compiled once for every way of looking at a block. */
#define PER_PROCESSOR static inline __attribute__((always_inline))
#define AVX2_TARGET   __attribute__((target("avx2,bmi,popcnt")))

typedef struct block_look look_at_block(const uint8_t *block);

enum letter { LETTER_NONE, LETTER_CP437, LETTER_LATIN1 };

/* Which code page has a Swedish letter at this byte. */
static enum letter byte_letter(uint8_t byte)
{
	static const uint8_t letters[256] = {
		[0x81] = LETTER_CP437,	[0x82] = LETTER_CP437,	[0x84] = LETTER_CP437,
		[0x86] = LETTER_CP437,	[0x8E] = LETTER_CP437,	[0x8F] = LETTER_CP437,
		[0x90] = LETTER_CP437,	[0x94] = LETTER_CP437,	[0x99] = LETTER_CP437,
		[0x9A] = LETTER_CP437,	[0xC4] = LETTER_LATIN1, [0xC5] = LETTER_LATIN1,
		[0xC9] = LETTER_LATIN1, [0xD6] = LETTER_LATIN1, [0xE4] = LETTER_LATIN1,
		[0xE5] = LETTER_LATIN1, [0xE9] = LETTER_LATIN1, [0xF6] = LETTER_LATIN1,
	};

	return (enum letter)letters[byte];
}

/* A lead byte says how many follow and narrows the first of them, which is what
 * shuts out overlong forms, surrogates and characters beyond U+10FFFF. */
static void utf8_lead(struct encoding_evidence *evidence, uint8_t byte)
{
	evidence->utf8_min = 0x80;
	evidence->utf8_max = 0xBF;
	if (byte >= 0xC2 && byte <= 0xDF) {
		evidence->utf8_state = 1;
	} else if (byte >= 0xE0 && byte <= 0xEF) {
		evidence->utf8_state = 2;
		if (byte == 0xE0)
			evidence->utf8_min = 0xA0;
		if (byte == 0xED)
			evidence->utf8_max = 0x9F;
	} else if (byte >= 0xF0 && byte <= 0xF4) {
		evidence->utf8_state = 3;
		if (byte == 0xF0)
			evidence->utf8_min = 0x90;
		if (byte == 0xF4)
			evidence->utf8_max = 0x8F;
	} else {
		evidence->is_broken_utf8 = true;
		evidence->utf8_broken_count++;
	}
}

static void utf8_add(struct encoding_evidence *evidence, uint8_t byte)
{
	if (evidence->utf8_state > 0 && byte >= evidence->utf8_min && byte <= evidence->utf8_max) {
		evidence->utf8_min = 0x80;
		evidence->utf8_max = 0xBF;
		evidence->utf8_state--;
		evidence->utf8_count += evidence->utf8_state == 0;
		return;
	}
	if (evidence->utf8_state > 0) {
		evidence->is_broken_utf8 = true;
		evidence->utf8_broken_count++;
		evidence->utf8_state = 0;
	}
	utf8_lead(evidence, byte);
}

static void letter_count(struct encoding_evidence *evidence, uint8_t byte)
{
	enum letter letter = byte_letter(byte);

	evidence->high_count++;
	evidence->cp437_letter_count += letter == LETTER_CP437;
	evidence->latin1_letter_count += letter == LETTER_LATIN1;
}

/* A whole character of two bytes, as all Swedish letters are in UTF-8. */
static bool is_pair(const uint8_t *bytes)
{
	return bytes[0] >= 0xC2 && bytes[0] <= 0xDF && (bytes[1] & 0xC0) == 0x80;
}

/* Byte order marks and markup: both are told by how the file begins. */
static void head_add(struct encoding_evidence *evidence, uint64_t position, uint8_t byte)
{
	const uint8_t *head = evidence->head;
	bool is_mark = false;

	if (position < sizeof(evidence->head))
		evidence->head[position] = byte;
	if (position == 1)
		evidence->has_utf16_bom = (head[0] == 0xFF && head[1] == 0xFE) ||
					  (head[0] == 0xFE && head[1] == 0xFF);
	if (position == 2)
		evidence->has_utf8_bom = head[0] == 0xEF && head[1] == 0xBB && head[2] == 0xBF;
	if (position < 3 && head[0] == 0xEF)
		is_mark = true;
	if (evidence->has_text || is_mark || byte == ' ' || (byte >= '\t' && byte <= '\r'))
		return;
	evidence->has_text = true;
	evidence->looks_like_markup = byte == '<';
}

/* What a block's bytes are; in a mask the first byte's bit is the lowest. */
struct block_look {
	uint64_t high; /* those that are not ASCII */
	uint64_t lead; /* UTF8_LEAD, before every Swedish letter in UTF-8 */
	bool has_nul;
	bool has_other; /* 0xC0 or more, and not a lead */
	bool has_low;	/* 0x80 to 0x9F */
};

/* A bit for each byte of the word that has its high bit set. */
static inline uint64_t high_bits(uint64_t word)
{
	return (word >> 7 & WORD_ONES) * UINT64_C(0x0102040810204080) >> 56;
}

PER_PROCESSOR struct block_look look_portable(const uint8_t *block)
{
	struct block_look look = {0};

	for (unsigned i = 0; i < BLOCK_SIZE; i += WORD_SIZE) {
		uint64_t word = word_load(block + i);

		look.high |= high_bits(word) << i;
		look.has_nul |= word_find(word, 0) < WORD_SIZE;
	}
	for (uint64_t left = look.high; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzll(left);

		look.lead |= (uint64_t)(block[i] == UTF8_LEAD) << i;
		look.has_other |= block[i] >= 0xC0 && block[i] != UTF8_LEAD;
		look.has_low |= block[i] < 0xA0;
	}
	return look;
}

#ifdef __x86_64__

AVX2_TARGET static inline uint64_t bits_join(__m256i first, __m256i last)
{
	return (uint32_t)_mm256_movemask_epi8(first) |
	       (uint64_t)(uint32_t)_mm256_movemask_epi8(last) << 32;
}

/* 0xC0 or more, and not a lead. */
AVX2_TARGET static inline __m256i others_of(__m256i bytes, __m256i lead)
{
	__m256i following = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)0xC0), bytes);

	return _mm256_andnot_si256(_mm256_or_si256(lead, following), bytes);
}

AVX2_TARGET static inline struct block_look look_avx2(const uint8_t *block)
{
	const __m256i low = _mm256_set1_epi8((char)0xA0);
	__m256i first = _mm256_loadu_si256((const __m256i *)(const void *)block);
	__m256i last = _mm256_loadu_si256((const __m256i *)(const void *)(block + 32));
	__m256i first_lead = _mm256_cmpeq_epi8(first, _mm256_set1_epi8((char)UTF8_LEAD));
	__m256i last_lead = _mm256_cmpeq_epi8(last, _mm256_set1_epi8((char)UTF8_LEAD));
	__m256i nul = _mm256_cmpeq_epi8(_mm256_min_epu8(first, last), _mm256_setzero_si256());
	__m256i others = _mm256_or_si256(others_of(first, first_lead), others_of(last, last_lead));

	return (struct block_look){
		.high = bits_join(first, last),
		.lead = bits_join(first_lead, last_lead),
		.has_nul = _mm256_movemask_epi8(nul) != 0,
		.has_other = _mm256_movemask_epi8(others) != 0,
		.has_low = _mm256_movemask_epi8(
				   _mm256_cmpgt_epi8(low, _mm256_min_epi8(first, last))) != 0,
	};
}

#endif

/* What nearly every block of UTF-8 has: Swedish letters in pairs, of whose bytes only low ones
 * could be letters of a code page.  False for any other. */
PER_PROCESSOR bool pairs_add(struct encoding_evidence *evidence, const uint8_t *block,
			     const struct block_look *look)
{
	if (evidence->utf8_state > 0 || look->has_other ||
	    look->high != (look->lead | look->lead << 1) || (look->lead & look->lead << 1) ||
	    look->lead >> (BLOCK_SIZE - 1))
		return false;
	evidence->high_count += (uint64_t)__builtin_popcountll(look->high);
	evidence->utf8_count += (uint64_t)__builtin_popcountll(look->lead);
	for (uint64_t left = look->has_low ? look->high & ~look->lead : 0; left; left &= left - 1)
		evidence->cp437_letter_count +=
			byte_letter(block[__builtin_ctzll(left)]) == LETTER_CP437;
	return true;
}

/* ASCII has come where a character of several bytes was to go on. */
static void utf8_break(struct encoding_evidence *evidence)
{
	evidence->is_broken_utf8 = true;
	evidence->utf8_broken_count++;
	evidence->utf8_state = 0;
}

/* Those of a block that are not ASCII; @position: of its first byte in the file. */
static void bytes_add(struct encoding_evidence *evidence, const uint8_t *block, uint64_t position,
		      uint64_t high)
{
	for (; high; high &= high - 1) {
		unsigned i = (unsigned)__builtin_ctzll(high);

		letter_count(evidence, block[i]);
		if (evidence->utf8_state == 0 && i + 1 < BLOCK_SIZE && is_pair(block + i)) {
			letter_count(evidence, block[i + 1]);
			evidence->utf8_count++;
			high &= high - 1;
			continue;
		}
		if (evidence->utf8_state > 0 && position + i != evidence->utf8_next)
			utf8_break(evidence);
		utf8_add(evidence, block[i]);
		evidence->utf8_next = position + i + 1;
	}
}

PER_PROCESSOR void block_add(struct encoding_evidence *evidence, const uint8_t *block,
			     uint64_t position, look_at_block *look_at)
{
	struct block_look look = look_at(block);

	evidence->has_nul |= look.has_nul;
	if (look.high != 0 && !pairs_add(evidence, block, &look))
		bytes_add(evidence, block, position, look.high);
}

static void tail_add(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length,
		     uint64_t position)
{
	uint8_t padded[BLOCK_SIZE];

	memset(padded, ' ', sizeof(padded));
	memcpy(padded, bytes, length);
	block_add(evidence, padded, position, look_portable);
}

/* One at a time, until the file's first text has been seen. */
static size_t head_bytes_add(struct encoding_evidence *evidence, const uint8_t *bytes,
			     size_t length)
{
	size_t i = 0;

	for (; i < length && (!evidence->has_text || evidence->byte_count + i < 3); i++) {
		head_add(evidence, evidence->byte_count + i, bytes[i]);
		if (bytes[i] >= 0x80 || bytes[i] == 0)
			tail_add(evidence, bytes + i, 1, evidence->byte_count + i);
	}
	return i;
}

/* From @first on; where they end. */
PER_PROCESSOR size_t blocks_add(struct encoding_evidence *evidence, const uint8_t *bytes,
				size_t length, size_t first, look_at_block *look_at)
{
	size_t i = first;

	for (; length - i >= BLOCK_SIZE; i += BLOCK_SIZE)
		block_add(evidence, bytes + i, evidence->byte_count + i, look_at);
	return i;
}

typedef size_t blocks_adder(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length,
			    size_t first);

static size_t blocks_add_portable(struct encoding_evidence *evidence, const uint8_t *bytes,
				  size_t length, size_t first)
{
	return blocks_add(evidence, bytes, length, first, look_portable);
}

#ifdef __x86_64__

AVX2_TARGET static size_t blocks_add_avx2(struct encoding_evidence *evidence, const uint8_t *bytes,
					  size_t length, size_t first)
{
	return blocks_add(evidence, bytes, length, first, look_avx2);
}

#endif

static blocks_adder *adder_choose(void)
{
#ifdef __x86_64__
	if (scan_has_avx2())
		return blocks_add_avx2;
#endif
	return blocks_add_portable;
}

void evidence_add(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length)
{
	size_t i = head_bytes_add(evidence, bytes, length);

	i = adder_choose()(evidence, bytes, length, i);

	if (i < length)
		tail_add(evidence, bytes + i, length - i, evidence->byte_count + i);
	evidence->byte_count += length;
	if (evidence->utf8_state > 0 && evidence->utf8_next != evidence->byte_count)
		utf8_break(evidence);
	if (evidence->utf8_state == 0)
		evidence->utf8_next = 0;
}

enum text_encoding evidence_decide(const struct encoding_evidence *evidence)
{
	bool is_utf8 = !evidence->is_broken_utf8 && evidence->utf8_state == 0;
	/* Letters of the code pages hardly ever make a character of UTF-8. */
	bool is_damaged_utf8 = evidence->utf8_count > evidence->utf8_broken_count;

	if (evidence->has_utf8_bom || is_utf8 || is_damaged_utf8)
		return ENCODING_UTF8;
	if (evidence->cp437_letter_count > evidence->latin1_letter_count)
		return ENCODING_CP437;
	return ENCODING_WINDOWS_1252;
}
