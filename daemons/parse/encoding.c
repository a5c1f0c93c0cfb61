/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guesses the encoding of a file from all of its bytes, seen chunk by chunk.
 */
#include <string.h>

#include "parse/reader.h"

enum { WORD_SIZE = 8, BLOCK_SIZE = 64 };

#define HIGH_BITS UINT64_C(0x8080808080808080)

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
	if (byte >= 0x80)
		utf8_lead(evidence, byte);
}

static void byte_add(struct encoding_evidence *evidence, uint8_t byte)
{
	enum letter letter = byte_letter(byte);

	evidence->high_count += byte >= 0x80;
	evidence->cp437_letter_count += letter == LETTER_CP437;
	evidence->latin1_letter_count += letter == LETTER_LATIN1;
	utf8_add(evidence, byte);
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

/* How many bytes from here on are ASCII, in whole blocks: most of a ledger is, and
 * blocks are looked at with the widest registers there are. */
static size_t ascii_run(const uint8_t *bytes, size_t length)
{
	size_t run = 0;

	while (length - run >= BLOCK_SIZE) {
		uint64_t all = 0;

		for (size_t i = 0; i < BLOCK_SIZE; i += WORD_SIZE) {
			uint64_t word;

			memcpy(&word, bytes + run + i, WORD_SIZE);
			all |= word;
		}
		if (all & HIGH_BITS)
			break;
		run += BLOCK_SIZE;
	}
	return run;
}

void evidence_add(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length)
{
	size_t i = 0;

	if (length > 0 && !evidence->has_nul)
		evidence->has_nul = memchr(bytes, 0, length) != NULL;
	while (i < length) {
		bool is_head = !evidence->has_text || evidence->byte_count + i < 3;
		uint64_t word = UINT64_MAX;

		if (!is_head && evidence->utf8_state == 0) {
			i += ascii_run(bytes + i, length - i);
			if (length - i >= WORD_SIZE)
				memcpy(&word, bytes + i, WORD_SIZE);
		}
		if (i == length)
			break;
		if ((word & HIGH_BITS) == 0) {
			i += WORD_SIZE;
			continue;
		}
		/* The ASCII bytes in front of the first that is not. */
		i += (size_t)__builtin_ctzll(word & HIGH_BITS) / 8;
		if (is_head)
			head_add(evidence, evidence->byte_count + i, bytes[i]);
		byte_add(evidence, bytes[i++]);
	}
	evidence->byte_count += length;
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
