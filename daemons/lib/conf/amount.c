/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number is read in three steps: the sign and the percent sign come off, the
 * blanks between thousands go, and what is left must be digits with at most one
 * decimal sign.
 */
#include "lib/conf/amount.h"

#include <stddef.h>
#include <string.h>

#include "lib/base/text.h"

enum { NUMBER_SIZE = 64 };

static const char *const blanks[] = {" ", "\u00a0", "\u202f", "\u2009"};
static const char *const minuses[] = {"-", "\u2212"};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes of the blank that @text begins with, 0 for none. */
static size_t blank_length(const char *text)
{
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		size_t length = strlen(blanks[i]);

		if (strncmp(text, blanks[i], length) == 0)
			return length;
	}
	return 0;
}

/* Every blank as one ASCII blank, none at the ends. */
static bool blanks_unify(const char *text, char *out, size_t size)
{
	size_t length = 0;

	while (*text) {
		size_t blank = blank_length(text);

		if (length + 1 >= size)
			return false;
		out[length++] = blank > 0 ? ' ' : *text;
		text += blank > 0 ? blank : 1;
	}
	while (length > 0 && out[length - 1] == ' ')
		length--;
	out[length] = '\0';
	memmove(out, out + strspn(out, " "), length + 1 - strspn(out, " "));
	return true;
}

/* Takes a minus off the front or the end; the rest starts at the result. */
static char *sign_take(char *text, bool *is_negative)
{
	for (size_t i = 0; i < sizeof(minuses) / sizeof(minuses[0]); i++) {
		size_t minus = strlen(minuses[i]);
		size_t length = strlen(text);

		if (strncmp(text, minuses[i], minus) == 0) {
			*is_negative = true;
			return text_trim(text + minus);
		}
		if (length > minus && strcmp(text + length - minus, minuses[i]) == 0) {
			*is_negative = true;
			text[length - minus] = '\0';
			return text_trim(text);
		}
	}
	return *text == '+' ? text + 1 : text;
}

/* Whether exactly three digits come first. */
static bool thousand_follows(const char *text)
{
	return is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]) && !is_digit(text[3]);
}

/* Removes blanks that stand between thousands; false for a blank elsewhere. */
static bool thousands_join(char *text)
{
	bool is_fraction = false;
	char *out = text;

	for (const char *in = text; *in; in++) {
		is_fraction |= *in == ',' || *in == '.';
		if (*in != ' ')
			*out++ = *in;
		else if (is_fraction || in == text || !thousand_follows(in + 1))
			return false;
	}
	*out = '\0';
	return true;
}

/* Digits with at most one decimal sign, times @scale, without rounding. */
static bool digits_scale(const char *text, int64_t scale, int64_t *value_out)
{
	int64_t value = 0;
	bool is_fraction = false;

	if (!is_digit(*text))
		return false;
	for (; *text; text++) {
		if ((*text == ',' || *text == '.') && !is_fraction && is_digit(text[1])) {
			is_fraction = true;
			continue;
		}
		if (!is_digit(*text))
			return false;
		if (is_fraction && scale == 1) {
			if (*text != '0')
				return false;
			continue;
		}
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *text - '0', &value))
			return false;
		if (is_fraction)
			scale /= 10;
	}
	return !__builtin_mul_overflow(value, scale, value_out);
}

bool amount_parse(const char *text, int64_t unit_ore, struct money *amount_out)
{
	char number[NUMBER_SIZE];
	bool is_negative = false;
	int64_t ore;
	char *rest;

	if (!blanks_unify(text, number, sizeof(number)))
		return false;
	rest = sign_take(number, &is_negative);
	if (!thousands_join(rest) || !digits_scale(rest, unit_ore, &ore))
		return false;
	amount_out->ore = is_negative ? -ore : ore;
	return true;
}

bool percent_parse(const char *text, int64_t *hundredths_out)
{
	char number[NUMBER_SIZE];
	struct money hundredths;
	size_t length;

	if (!blanks_unify(text, number, sizeof(number)))
		return false;
	length = strlen(number);
	if (length > 0 && number[length - 1] == '%')
		number[length - 1] = '\0';
	if (!amount_parse(number, 100, &hundredths))
		return false;
	*hundredths_out = hundredths.ore;
	return true;
}
