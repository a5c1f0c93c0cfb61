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

/* Resolves escapes and converts, with a final NUL; nothing is trimmed. */
int field_decode(const struct field *field, enum text_encoding encoding, char *text, size_t size,
		 size_t *length_out);
