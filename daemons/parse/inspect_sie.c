/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of a SIE file, for people: what it is, and its dimensions by name.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "parse/field_text.h"
#include "parse/inspect.h"

enum { LINE_TEXT_SIZE = 512, WORDS_MAX = 6 };

/* Words of a line, quoted or bare, in place. */
static size_t words_split(char *line, char *words[static WORDS_MAX])
{
	size_t count = 0;

	while (count < WORDS_MAX) {
		char stop = ' ';

		while (*line == ' ' || *line == '\t')
			line++;
		if (*line == '\0')
			break;
		if (*line == '"') {
			stop = '"';
			line++;
		}
		words[count++] = line;
		while (*line && *line != stop && (stop == '"' || *line != '\t'))
			line++;
		if (*line)
			*line++ = '\0';
	}
	return count;
}

static void dimension_note(struct inspect_sie *sie, const char *number, const char *name)
{
	if (sie->dimension_count == sizeof(sie->dimensions) / sizeof(sie->dimensions[0]))
		return;
	snprintf(sie->dimensions[sie->dimension_count].number, sizeof(sie->dimensions[0].number),
		 "%s", number);
	snprintf(sie->dimensions[sie->dimension_count++].name, CODE_SIZE, "%s", name);
}

static void label_note(struct inspect_sie *sie, char *words[static WORDS_MAX], size_t count)
{
	const char *first = count > 1 ? words[1] : "";
	const char *second = count > 2 ? words[2] : "";

	if (strcasecmp(words[0], "#SIETYP") == 0)
		snprintf(sie->type, sizeof(sie->type), "%s", first);
	else if (strcasecmp(words[0], "#PROGRAM") == 0)
		snprintf(sie->program, sizeof(sie->program), "%s %s", first, second);
	else if (strcasecmp(words[0], "#RAR") == 0 && strcmp(first, "0") == 0)
		snprintf(sie->year, sizeof(sie->year), "%s–%s", second, count > 3 ? words[3] : "");
	else if (strcasecmp(words[0], "#KSUMMA") == 0 && count > 1)
		snprintf(sie->checksum, sizeof(sie->checksum), "%s", first);
	else if (strcasecmp(words[0], "#DIM") == 0 || strcasecmp(words[0], "#UNDERDIM") == 0)
		dimension_note(sie, first, second);
}

static void line_note(struct inspect_sie *sie, const uint8_t *line, size_t length,
		      enum text_encoding encoding)
{
	struct field field = {.bytes = line, .length = length};
	char text[LINE_TEXT_SIZE];
	char *words[WORDS_MAX];
	size_t text_length;
	size_t count;

	field_trim(&field, encoding);
	if (field.length < 4 || field.bytes[0] != '#' ||
	    !strchr("SPRKDU", toupper(field.bytes[1])) ||
	    field_decode(&field, encoding, text, sizeof(text), &text_length) != 0)
		return;
	count = words_split(text, words);
	if (count > 0)
		label_note(sie, words, count);
}

void inspect_sie_read(const uint8_t *bytes, size_t length, enum text_encoding encoding,
		      struct inspect_sie *sie)
{
	const uint8_t *end = bytes + length;
	int byte = memchr(bytes, '\n', length) ? '\n' : '\r';

	while (bytes < end) {
		const uint8_t *stop = memchr(bytes, byte, (size_t)(end - bytes));

		if (!stop)
			stop = end;
		line_note(sie, bytes, (size_t)(stop - bytes), encoding);
		bytes = stop < end ? stop + 1 : end;
	}
}
