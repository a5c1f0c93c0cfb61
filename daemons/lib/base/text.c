/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/text.h"

#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

bool text_copy(char *target, size_t size, const char *source)
{
	size_t length = strlen(source);

	if (length >= size) {
		target[0] = '\0';
		return false;
	}
	memcpy(target, source, length + 1);
	return true;
}

bool text_read_u64(const char *text, uint64_t value_max, uint64_t *value_out)
{
	uint64_t value = 0;

	if (*text == '\0')
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(value, 10U, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}
	if (value > value_max)
		return false;
	*value_out = value;
	return true;
}

char *text_trim(char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		text[--length] = '\0';
	return text;
}

bool text_is_utf8(const char *text, size_t length)
{
	return u8_check((const uint8_t *)text, length) == NULL;
}

static bool character_is_wild(ucs4_t character)
{
	return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x061C ||
	       (character >= 0x200E && character <= 0x200F) ||
	       (character >= 0x2028 && character <= 0x202E) ||
	       (character >= 0x2066 && character <= 0x2069);
}

static ucs4_t character_tame(ucs4_t character)
{
	if (character == '\t' || character == '\n' || character == '\r')
		return ' ';
	return character_is_wild(character) ? 0xFFFD : character;
}

void text_tame(char *target, size_t size, const char *text, size_t length)
{
	static const char ellipsis[] = "…";
	const uint8_t *at = (const uint8_t *)text;
	const uint8_t *end = at + length;
	size_t used = 0;
	size_t kept = 0; /* of them, when the ellipsis must have room too */

	while (at < end) {
		ucs4_t character;
		int taken = u8_mbtouc(&character, at, (size_t)(end - at));
		int put = u8_uctomb((uint8_t *)target + used, character_tame(character),
				    (ptrdiff_t)(size - 1 - used));

		if (put < 0) {
			memcpy(target + kept, ellipsis, sizeof ellipsis);
			return;
		}
		used += (size_t)put;
		if (used + sizeof ellipsis <= size)
			kept = used;
		at += taken;
	}
	target[used] = '\0';
}

/* The second byte of Å Ä Ö É å ä ö é after 0xC3 differs by 0x20 in case. */
static unsigned char byte_fold(unsigned char byte, unsigned char previous)
{
	if (byte >= 'A' && byte <= 'Z')
		return (unsigned char)(byte + 0x20);
	if (previous == 0xC3 && byte >= 0x80 && byte <= 0x9E)
		return (unsigned char)(byte + 0x20);
	return byte;
}

bool text_equal_folded(const char *left, const char *right)
{
	unsigned char left_before = 0;
	unsigned char right_before = 0;

	for (; *left && *right; left++, right++) {
		unsigned char l = (unsigned char)*left;
		unsigned char r = (unsigned char)*right;

		if (byte_fold(l, left_before) != byte_fold(r, right_before))
			return false;
		left_before = l;
		right_before = r;
	}
	return *left == *right;
}

size_t text_width(const char *text)
{
	size_t length = strlen(text);
	int width;

	if (!text_is_utf8(text, length))
		return length;
	width = u8_width((const uint8_t *)text, length, "UTF-8");
	return width < 0 ? length : (size_t)width;
}
