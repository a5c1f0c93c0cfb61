/* SPDX-License-Identifier: Apache-2.0 */
/*
 * #KSUMMA: CRC-32 over the labels and the fields between its first and its last row,
 * without blanks, quotes and braces, as CP437 bytes whatever the file is stored in.
 */
#include <string.h>
#include <zlib.h>

#include "parse/field_text.h"
#include "parse/reader_sie.h"

enum { PIECE_SIZE = 1024 };

struct piece {
	uint8_t bytes[PIECE_SIZE];
	size_t length;
	uint32_t value;
};

static void piece_flush(struct piece *piece)
{
	piece->value = (uint32_t)crc32(piece->value, piece->bytes, (uInt)piece->length);
	piece->length = 0;
}

static void piece_add(struct piece *piece, uint8_t byte)
{
	if (piece->length == PIECE_SIZE)
		piece_flush(piece);
	piece->bytes[piece->length++] = byte;
}

/* One character's CP437 byte; @at moves past it. */
static uint8_t character_byte(enum text_encoding encoding, const uint8_t **at, const uint8_t *end)
{
	uint8_t byte = *(*at)++;
	uint32_t character = byte;

	if (byte < 0x80 || encoding == ENCODING_CP437)
		return byte;
	if (encoding != ENCODING_UTF8)
		return cp437_byte(byte_character(encoding, byte));
	character = byte >= 0xF0 ? byte & 7U : byte >= 0xE0 ? byte & 15U : byte & 31U;
	while (*at < end && (**at & 0xC0) == 0x80)
		character = character << 6 | (*(*at)++ & 0x3FU);
	return cp437_byte(character);
}

void sie_checksum_line(struct reader *reader, struct sie_cursor cursor)
{
	struct sie *sie = reader->format_state;
	struct piece piece = {.value = sie->checksum.value};
	bool is_quoted = false;

	while (cursor.at < cursor.end) {
		uint8_t byte = *cursor.at;

		if (byte == '\\' && cursor.at + 1 < cursor.end && cursor.at[1] == '"') {
			piece_add(&piece, '"');
			cursor.at += 2;
			continue;
		}
		if (byte == '"')
			is_quoted = !is_quoted;
		if (byte == '"' ||
		    (!is_quoted && (byte == ' ' || byte == '\t' || byte == '{' || byte == '}')))
			cursor.at++;
		else
			piece_add(&piece, character_byte(reader->encoding, &cursor.at, cursor.end));
	}
	piece_flush(&piece);
	sie->checksum.value = piece.value;
}

/* A sum is a whole number of 32 bits; some write it as a signed one. */
static bool sum_read(const struct field *field, uint32_t *sum_out)
{
	size_t i = field->length > 0 && field->bytes[0] == '-';
	uint64_t sum = 0;

	if (field->length == i || field->length > 11)
		return false;
	for (; i < field->length; i++) {
		if (field->bytes[i] < '0' || field->bytes[i] > '9')
			return false;
		sum = sum * 10 + (field->bytes[i] - '0');
	}
	*sum_out = (uint32_t)(field->bytes[0] == '-' ? -sum : sum);
	return sum <= UINT32_MAX;
}

int sie_checksum_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct sie_checksum *checksum = &sie->checksum;
	struct field field;

	if (sie_field(cursor, &field) != 0) {
		*checksum = (struct sie_checksum){.is_open = true, .line = reader->line_number};
		return 0;
	}
	if (!checksum->is_open)
		return reader_judge(reader, FINDING_SIE_CHECKSUM, reader->line_number, 0,
				    "en första rad #KSUMMA utan tal där kontrollen börjar; gör om "
				    "exporten",
				    "kontrollsumman har ingen början");
	checksum->is_open = false;
	checksum->has_ended = true;
	checksum->line = reader->line_number;
	if (sum_read(&field, &checksum->stated))
		return 0;
	checksum->has_ended = false;
	return reader_bad_field(reader, FINDING_SIE_CHECKSUM, &field, "kontrollsumman är inget tal",
				"ett tal om högst tio siffror");
}

/* Whatever else is wrong changes the sum too: it speaks when nothing else does. */
int sie_checksum_end(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	const struct sie_checksum *checksum = &sie->checksum;

	if (!checksum->has_ended || checksum->value == checksum->stated || reader->error_count > 0)
		return 0;
	return reader_judge(reader, FINDING_SIE_CHECKSUM, checksum->line, 0,
			    "filen som programmet skrev den; gör om exporten",
			    "filens innehåll ger kontrollsumman %u men raden säger %u",
			    checksum->value, checksum->stated);
}
