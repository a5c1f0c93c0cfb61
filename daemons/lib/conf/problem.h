/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration problems, for people: one line each on stderr, in Swedish, as
 * "FILE:LINE:COLUMN: what was found; what to do".  One thread at a time.
 */
#pragma once

#include <stdio.h>

/* Where problems go; NULL for stderr, where they go from the start. */
void problem_stream_set(FILE *stream);

/* @line, @column: 1-based; 0 leaves them out. */
void problem_print(const char *file, unsigned line, unsigned column, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Room for the longest text of a problem, the parts before it not counted. */
enum { PROBLEM_SIZE = 4096 };
