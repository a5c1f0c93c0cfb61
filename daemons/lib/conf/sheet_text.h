/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a table as UTF-8 text, whatever program saved them.
 */
#pragma once

#include <stddef.h>

/* Outcomes of sheet_text_decode. */
enum {
	SHEET_TEXT_UTF16 = 1, /* "Unicode text" of a spreadsheet */
	SHEET_TEXT_BINARY,    /* holds NUL bytes: no text file */
	SHEET_TEXT_UNKNOWN,   /* neither UTF-8 nor Windows-1252 */
};

/* Without BOM, with a final NUL, in new memory.  @problem_line: where the first
 * byte stands that cannot be decoded, on SHEET_TEXT_UNKNOWN. */
int sheet_text_decode(const char *bytes, size_t length, char **text_out, unsigned *problem_line);
