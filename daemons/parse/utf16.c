/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/utf16.h"

static size_t broken_write(struct utf16 *state, uint8_t *utf8)
{
	state->is_broken = true;
	*utf8 = 0xFF;
	return 1;
}

static size_t character_write(uint32_t character, uint8_t *utf8)
{
	if (character < 0x80) {
		utf8[0] = (uint8_t)character;
		return 1;
	}
	if (character < 0x800) {
		utf8[0] = (uint8_t)(0xC0 | character >> 6);
		utf8[1] = (uint8_t)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		utf8[0] = (uint8_t)(0xE0 | character >> 12);
		utf8[1] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
		utf8[2] = (uint8_t)(0x80 | (character & 0x3F));
		return 3;
	}
	utf8[0] = (uint8_t)(0xF0 | character >> 18);
	utf8[1] = (uint8_t)(0x80 | (character >> 12 & 0x3F));
	utf8[2] = (uint8_t)(0x80 | (character >> 6 & 0x3F));
	utf8[3] = (uint8_t)(0x80 | (character & 0x3F));
	return 4;
}

static size_t unit_write(struct utf16 *state, uint16_t unit, uint8_t *utf8)
{
	size_t length = 0;
	uint16_t high = state->high;

	state->high = 0;
	if (high != 0 && unit >= 0xDC00 && unit <= 0xDFFF)
		return character_write(
			0x10000 + ((uint32_t)(high - 0xD800) << 10) + (unit - 0xDC00U), utf8);
	if (high != 0)
		length = broken_write(state, utf8);
	if (unit >= 0xD800 && unit <= 0xDBFF) {
		state->high = unit;
		return length;
	}
	if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
		return length + broken_write(state, utf8 + length);
	return length + character_write(unit, utf8 + length);
}

size_t utf16_decode(struct utf16 *state, const uint8_t *bytes, size_t length, bool is_last,
		    uint8_t *utf8)
{
	size_t written = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t first = state->byte;

		if (!state->has_byte) {
			state->byte = bytes[i];
			state->has_byte = true;
			continue;
		}
		state->has_byte = false;
		written += unit_write(
			state,
			(uint16_t)(state->is_big ? first << 8 | bytes[i] : bytes[i] << 8 | first),
			utf8 + written);
	}
	if (is_last && (state->has_byte || state->high != 0))
		written += broken_write(state, utf8 + written);
	return written;
}
