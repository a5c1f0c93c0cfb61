/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/heading.h"

#include <string.h>

#include "lib/model/period.h"

/* Longest first where one begins another. */
static const char *const dropped[] = {
	"_x000d_", "\xEF\xBB\xBF", "\xE2\x80\xAF", "\xC2\xA0", "\xC2\xAD", " ",
	"\t",	   "\r",	   "\n",	   ".",	       ":",	   "\"",
	"'",
};

static size_t dropped_length(const char *text)
{
	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++) {
		size_t length = strlen(dropped[i]);

		if (strncmp(text, dropped[i], length) == 0)
			return length;
		/* The one with letters, in capitals. */
		if (i == 0 && strncmp(text, "_x000D_", length) == 0)
			return length;
	}
	return 0;
}

/* Å is C3 85 and å C3 A5; so are all letters of that block. */
static char byte_lower(unsigned char byte, unsigned char before)
{
	if (byte >= 'A' && byte <= 'Z')
		return (char)(byte + ('a' - 'A'));
	if (before == 0xC3 && byte >= 0x80 && byte <= 0x9E && byte != 0x97)
		return (char)(byte + 0x20);
	return (char)byte;
}

void heading_fold(const char *text, char folded[static CODE_SIZE])
{
	unsigned char before = 0;
	size_t length = 0;

	while (*text && length + 1 < CODE_SIZE) {
		size_t count = dropped_length(text);

		if (count > 0) {
			text += count;
			continue;
		}
		folded[length++] = byte_lower((unsigned char)*text, before);
		before = (unsigned char)*text++;
	}
	folded[length] = '\0';
}

bool heading_equal(const char *left, const char *right)
{
	char folded_left[CODE_SIZE];
	char folded_right[CODE_SIZE];

	heading_fold(left, folded_left);
	heading_fold(right, folded_right);
	return strcmp(folded_left, folded_right) == 0;
}

int month_named(const char *text, size_t length)
{
	static const char *const names[][MONTHS] = {
		{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
		 "september", "oktober", "november", "december"},
		{"january", "february", "march", "april", "may", "june", "july", "august",
		 "september", "october", "november", "december"},
	};

	if (length < 3)
		return 0;
	if (length == 4 && memcmp(text, "sept", 4) == 0)
		return 9;
	for (size_t language = 0; language < 2; language++)
		for (int i = 0; i < MONTHS; i++) {
			const char *name = names[language][i];

			if ((length == 3 || length == strlen(name)) &&
			    strncmp(text, name, length) == 0)
				return i + 1;
		}
	return 0;
}

static bool digits_read(const char **at, size_t count, uint32_t *value)
{
	*value = 0;
	for (size_t i = 0; i < count; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*value = *value * 10 + (uint32_t)(**at - '0');
	}
	return true;
}

/* "", "20", "-20", "2020": 0 when none; false when it is something else. */
static bool year_after(const char *at, uint32_t *year)
{
	size_t length;

	at += *at == '-' || *at == '/';
	length = strlen(at);
	*year = 0;
	if (length == 0)
		return true;
	if ((length != 2 && length != 4) || !digits_read(&at, length, year))
		return false;
	if (length == 2)
		*year += 2000;
	return *year >= YEAR_MIN && *year <= YEAR_MAX;
}

static uint32_t month_by_name(const char *folded)
{
	size_t length = 0;
	uint32_t year;
	int month;

	while (folded[length] >= 'a' && folded[length] <= 'z')
		length++;
	month = month_named(folded, length);
	return month != 0 && year_after(folded + length, &year) ? year * 100 + (uint32_t)month : 0;
}

static uint32_t month_of(uint32_t year, uint32_t month)
{
	return month >= 1 && month <= MONTHS ? year * 100 + month : 0;
}

/* "202008", "2020-08", "2020m08", "2020/08" */
static uint32_t month_by_number(const char *at)
{
	uint32_t year;
	uint32_t month;

	if (!digits_read(&at, 4, &year) || year < YEAR_MIN || year > YEAR_MAX)
		return 0;
	at += *at == '-' || *at == '/' || *at == 'm' || *at == 'p';
	if (!digits_read(&at, 2, &month) || *at)
		return 0;
	return month_of(year, month);
}

uint32_t heading_month(const char *text)
{
	char folded[CODE_SIZE];
	const char *at = folded + 1;
	uint32_t month;
	size_t length;

	heading_fold(text, folded);
	if (*folded >= '0' && *folded <= '9')
		return month_by_number(folded);
	length = *folded ? strlen(at) : 0;
	if ((*folded == 'p' || *folded == 'm') && (length == 1 || length == 2) &&
	    digits_read(&at, length, &month))
		return month_of(0, month);
	return month_by_name(folded);
}
