/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guesses the encoding of a file from all of its bytes, seen chunk by chunk.
 */
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "parse/reader.h"

enum { BLOCK_SIZE = 64 };

/* What is compiled once more for newer processors, which count bits at once. */
#define PER_PROCESSOR static inline __attribute__((always_inline))

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
	uint64_t lead; /* 0xC3, before every Swedish letter in UTF-8 */
	bool has_nul;
	bool has_other; /* 0xC0 or more, and not a lead */
	bool has_low;	/* 0x80 to 0x9F */
};

#ifdef __SSE2__

PER_PROCESSOR struct block_look block_look(const uint8_t *block)
{
	struct block_look look = {0};
	__m128i least = _mm_set1_epi8((char)0xFF);
	__m128i other = _mm_setzero_si128();
	__m128i low = _mm_setzero_si128();

	for (int i = 0; i < BLOCK_SIZE / 16; i++) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * i));
		__m128i lead = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xC3));
		__m128i following = _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0));

		look.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << 16 * i;
		look.lead |= (uint64_t)(uint32_t)_mm_movemask_epi8(lead) << 16 * i;
		least = _mm_min_epu8(least, bytes);
		other = _mm_or_si128(other, _mm_andnot_si128(_mm_or_si128(lead, following), bytes));
		low = _mm_or_si128(low, _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xA0)));
	}
	look.has_nul = _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
	look.has_other = _mm_movemask_epi8(other) != 0;
	look.has_low = _mm_movemask_epi8(low) != 0;
	return look;
}

#else

PER_PROCESSOR struct block_look block_look(const uint8_t *block)
{
	struct block_look look = {0};

	for (int i = 0; i < BLOCK_SIZE; i++) {
		uint8_t byte = block[i];

		look.high |= (uint64_t)(byte >> 7) << i;
		look.lead |= (uint64_t)(byte == 0xC3) << i;
		look.has_nul |= byte == 0;
		look.has_other |= byte >= 0xC0 && byte != 0xC3;
		look.has_low |= byte >= 0x80 && byte < 0xA0;
	}
	return look;
}

#endif

/* What nearly every block of UTF-8 has: Swedish letters in pairs, and none that could be a
 * letter of a code page.  False for any other. */
PER_PROCESSOR bool pairs_add(struct encoding_evidence *evidence, const struct block_look *look)
{
	if (evidence->utf8_state > 0 || look->has_other || look->has_low ||
	    look->high != (look->lead | look->lead << 1) || (look->lead & look->lead << 1) ||
	    look->lead >> (BLOCK_SIZE - 1))
		return false;
	evidence->high_count += (uint64_t)__builtin_popcountll(look->high);
	evidence->utf8_count += (uint64_t)__builtin_popcountll(look->lead);
	return true;
}

/* ASCII has come where a character of several bytes was to go on. */
static void utf8_break(struct encoding_evidence *evidence)
{
	evidence->is_broken_utf8 = true;
	evidence->utf8_broken_count++;
	evidence->utf8_state = 0;
}

/* @position: of the block's first byte in the file. */
PER_PROCESSOR void block_add(struct encoding_evidence *evidence, const uint8_t *block,
			     uint64_t position)
{
	struct block_look look = block_look(block);

	evidence->has_nul |= look.has_nul;
	if (look.high == 0 || pairs_add(evidence, &look))
		return;
	for (uint64_t high = look.high; high; high &= high - 1) {
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

static void tail_add(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length,
		     uint64_t position)
{
	uint8_t padded[BLOCK_SIZE];

	memset(padded, ' ', sizeof(padded));
	memcpy(padded, bytes, length);
	block_add(evidence, padded, position);
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
				size_t length, size_t first)
{
	size_t i = first;

	for (; length - i >= BLOCK_SIZE; i += BLOCK_SIZE)
		block_add(evidence, bytes + i, evidence->byte_count + i);
	return i;
}

#ifdef __x86_64__

__attribute__((target("avx2,bmi,popcnt"))) static size_t
blocks_add_avx2(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length,
		size_t first)
{
	return blocks_add(evidence, bytes, length, first);
}

#endif

static size_t blocks_add_fast(struct encoding_evidence *evidence, const uint8_t *bytes,
			      size_t length, size_t first)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
	    __builtin_cpu_supports("popcnt"))
		return blocks_add_avx2(evidence, bytes, length, first);
#endif
	return blocks_add(evidence, bytes, length, first);
}

void evidence_add(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length)
{
	size_t i =
		blocks_add_fast(evidence, bytes, length, head_bytes_add(evidence, bytes, length));

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
