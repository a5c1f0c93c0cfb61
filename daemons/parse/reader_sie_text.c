/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that are cut: nothing is read in them, but a quote without its end may be a line
 * without its end.
 */
#include "parse/reader_sie.h"

static int text_judge(struct reader *reader, uint32_t line, size_t column)
{
	return reader_judge(reader, FINDING_SIE_TEXT, line, column,
			    "ett citattecken efter texten; filen kan vara skadad, gör om exporten",
			    "citattecknet stängs inte på raden");
}

int sie_text_open(struct reader *reader, const struct sie_cursor *cursor, size_t column)
{
	struct sie *sie = reader->format_state;
	struct sie_texts *texts = &sie->texts;
	size_t length = (size_t)(cursor->end - cursor->start);

	if (texts->count == SIE_TEXTS_MAX)
		return text_judge(reader, reader->line_number, column);
	if (texts->count == 0)
		texts->length = length;
	texts->differs = texts->differs || length != texts->length;
	texts->lines[texts->count] = reader->line_number;
	texts->columns[texts->count++] = column;
	return 0;
}

/* A file that ends inside a text inside a voucher is told of as cut off. */
void sie_texts_end(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	const struct sie_texts *texts = &sie->texts;

	if (texts->count > 1 && !texts->differs && reader->source->policy[FINDING_SIE_TEXT] == 0) {
		(void)reader_warn(reader, FINDING_SIE_TEXT, texts->lines[0],
				  "ett citattecken efter texten",
				  "%zu rader är avkortade vid %zu tecken, mitt i en text som inte "
				  "läses",
				  texts->count, texts->length);
		return;
	}
	for (size_t i = 0; i < texts->count; i++)
		if (texts->lines[i] != reader->line_number || sie->voucher.block == SIE_OUTSIDE)
			(void)text_judge(reader, texts->lines[i], texts->columns[i]);
}
