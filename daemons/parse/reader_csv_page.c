/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists that were made to be printed repeat titles, rules and page numbers.
 */
#include <string.h>
#include <strings.h>

#include "parse/reader_csv.h"

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* Of its letters: numbers of pages, times and widths are not the same on every page.
 * 0: the line has none. */
static uint64_t line_hash(const uint8_t *line, size_t length)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < length; i++)
		if ((line[i] | 0x20) >= 'a')
			hash = (hash ^ line[i]) * UINT64_C(0x100000001B3) + 1;
	return hash;
}

void csv_title_add(struct csv *csv, const uint8_t *line, size_t length)
{
	if (csv->title_count < TITLES_MAX)
		csv->titles[csv->title_count++] = line_hash(line, length);
}

static bool is_title(const struct csv *csv, const uint8_t *line, size_t length)
{
	uint64_t hash = line_hash(line, length);

	for (size_t i = 0; hash != 0 && i < csv->title_count; i++)
		if (csv->titles[i] == hash)
			return true;
	return false;
}

/* "Sida 2", "Sid: 2 (14)" */
static bool is_page_number(const uint8_t *line, size_t length)
{
	static const char *const words[] = {"sida", "sid", "page"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = strlen(words[i]);

		if (length <= at || strncasecmp((const char *)line, words[i], at) != 0)
			continue;
		while (at < length && (line[at] == ' ' || line[at] == ':' || line[at] == '.'))
			at++;
		return at < length && is_digit(line[at]);
	}
	return false;
}

/* "-----;-----" */
static bool is_rule(const uint8_t *line, size_t length, uint8_t delimiter)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		if (line[i] == '-' || line[i] == '=' || line[i] == '_')
			count++;
		else if (line[i] != delimiter && line[i] != ' ' && line[i] != '+' && line[i] != '|')
			return false;
	}
	return count >= 3;
}

bool csv_is_printed(const struct csv *csv, const uint8_t *line, size_t length, uint8_t delimiter)
{
	return is_title(csv, line, length) || is_page_number(line, length) ||
	       is_rule(line, length, delimiter);
}
