/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict reading of words and numbers, and bounded copies.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies with a final NUL; false (and nothing but "" written) when it does not fit. */
bool text_copy(char *target, size_t size, const char *source);

/* Decimal digits only, the whole text, at most @value_max. */
bool text_read_u64(const char *text, uint64_t value_max, uint64_t *value_out);

/* Removes blanks, tabs and line ends at both ends, in place; returns the start. */
char *text_trim(char *text);

/* Well-formed UTF-8 (no surrogates, no overlong forms). */
bool text_is_utf8(const char *text, size_t length);

/* Copies text that anybody may have written so that it is one line and steers no terminal:
 * tabs and line ends are blanks; other control characters, those that turn the direction of
 * writing, and what is no UTF-8 are U+FFFD.  What does not fit is cut, with "…" at its end;
 * @size is at least 4. */
void text_tame(char *target, size_t size, const char *text, size_t length);

/* Equal but for case, in ASCII and in Å Ä Ö É written in UTF-8. */
bool text_equal_folded(const char *left, const char *right);

/* Columns on a terminal; bytes when the text is not UTF-8. */
size_t text_width(const char *text);
