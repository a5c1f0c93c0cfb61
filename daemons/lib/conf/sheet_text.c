/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict UTF-8 first; what is not UTF-8 was saved as "CSV" on Windows.
 */
#include "lib/conf/sheet_text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

/* Windows-1252 from 0x80 to 0x9F; 0 where it has no character. */
static const uint16_t windows_1252[32] = {
	0x20AC, 0,	0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,	0x017D, 0,	0,	0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,	0x017E, 0x0178,
};

static uint32_t byte_decode(uint8_t byte)
{
	return byte >= 0x80 && byte <= 0x9F ? windows_1252[byte - 0x80] : byte;
}

/* Writes @character, below U+10000, as UTF-8; returns the number of bytes. */
static size_t character_encode(uint32_t character, char *out)
{
	if (character < 0x80) {
		out[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (char)(0xC0 | (character >> 6));
		out[1] = (char)(0x80 | (character & 0x3F));
		return 2;
	}
	out[0] = (char)(0xE0 | (character >> 12));
	out[1] = (char)(0x80 | ((character >> 6) & 0x3F));
	out[2] = (char)(0x80 | (character & 0x3F));
	return 3;
}

static int windows_decode(const char *bytes, size_t length, char *text, unsigned *problem_line)
{
	unsigned line = 1;

	for (size_t i = 0; i < length; i++) {
		uint32_t character = byte_decode((uint8_t)bytes[i]);

		if (character == 0) {
			*problem_line = line;
			return SHEET_TEXT_UNKNOWN;
		}
		if (character == '\n')
			line++;
		text += character_encode(character, text);
	}
	*text = '\0';
	return 0;
}

int sheet_text_decode(const char *bytes, size_t length, char **text_out, unsigned *problem_line)
{
	char *text;
	int r = 0;

	if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
		return SHEET_TEXT_UTF16;
	if (memchr(bytes, '\0', length))
		return SHEET_TEXT_BINARY;
	if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
		bytes += 3;
		length -= 3;
	}
	text = malloc(3 * length + 1);
	if (!text)
		return -ENOMEM;
	if (text_is_utf8(bytes, length)) {
		memcpy(text, bytes, length);
		text[length] = '\0';
	} else {
		r = windows_decode(bytes, length, text, problem_line);
	}
	if (r != 0) {
		free(text);
		return r;
	}
	*text_out = text;
	return 0;
}
