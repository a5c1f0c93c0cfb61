/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a field as UTF-8.
 */
#pragma once

#include "parse/field.h"

enum {
	FIELD_TOO_LONG = 1, /* more than @size bytes with the final NUL */
	FIELD_NOT_TEXT,	    /* a byte the encoding has no character for */
};

/* A byte of a single-byte encoding as a character, 0 when it means none, and back ('?'
 * when CP437 has none for it). */
uint32_t byte_character(enum text_encoding encoding, uint8_t byte);
uint8_t cp437_byte(uint32_t character);

/* As much of the field as there is room for, for people to look at: one line that steers no
 * terminal (text_tame), without blanks at its ends. */
enum { FIELD_SHOWN_SIZE = 256 };
void field_show(const struct field *field, enum text_encoding encoding,
		char text[static FIELD_SHOWN_SIZE]);

/* Resolves escapes and converts, with a final NUL; nothing is trimmed. */
int field_decode(const struct field *field, enum text_encoding encoding, char *text, size_t size,
		 size_t *length_out);
