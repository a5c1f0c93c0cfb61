/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program says to people outside of tables: complaints on stderr,
 * texts from elsewhere made harmless for a terminal, and the last check that
 * stdout really took everything.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Prints "budgetvakt: MESSAGE" on stderr and returns @status. */
int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Control characters, which could reprogram a terminal, become "?"; UTF-8 stays. */
void output_text(FILE *stream, const char *text);
/* The same for several lines: the first as it is, the others on lines of their own. */
void output_lines(FILE *stream, const char *text, const char *indentation);

/* What a negative errno means to somebody who works with files, in Swedish. */
const char *output_reason(int error);

/* Says that stdout could not be written: EX_IOERR. */
int output_failed(void);
/* @status, or EX_IOERR when stdout could not be written and nothing else was wrong. */
int output_finish(int status);

/* Whether colours and moving cursors may be used on @stream, by NO_COLOR and TERM. */
bool output_takes_color(FILE *stream);
/* Whether a line on @stream may be overwritten: a terminal, and not a dumb one. */
bool output_takes_motion(FILE *stream);
