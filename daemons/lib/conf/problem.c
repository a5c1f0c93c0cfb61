/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place that writes configuration problems.
 */
#include "lib/conf/problem.h"

#include <stdarg.h>
#include <stddef.h>

static FILE *chosen_stream;

void problem_stream_set(FILE *stream)
{
	chosen_stream = stream;
}

void problem_print(const char *file, unsigned line, unsigned column, const char *format, ...)
{
	FILE *stream = chosen_stream ? chosen_stream : stderr;
	va_list arguments;

	fprintf(stream, "%s:", file);
	if (line > 0)
		fprintf(stream, "%u:", line);
	if (line > 0 && column > 0)
		fprintf(stream, "%u:", column);
	fputc(' ', stream);
	va_start(arguments, format);
	vfprintf(stream, format, arguments);
	va_end(arguments);
	fputc('\n', stream);
}
