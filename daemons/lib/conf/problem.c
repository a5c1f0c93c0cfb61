/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place that writes configuration problems.
 */
#include "lib/conf/problem.h"

#include <stddef.h>

static FILE *chosen_stream;

void problem_stream_set(FILE *stream)
{
	chosen_stream = stream;
}

void problem_print_list(const char *file, unsigned line, unsigned column, const char *format,
			va_list arguments)
{
	FILE *stream = chosen_stream ? chosen_stream : stderr;

	fprintf(stream, "%s:", file);
	if (line > 0)
		fprintf(stream, "%u:", line);
	if (line > 0 && column > 0)
		fprintf(stream, "%u:", column);
	fputc(' ', stream);
	vfprintf(stream, format, arguments);
	fputc('\n', stream);
}

void problem_print(const char *file, unsigned line, unsigned column, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	problem_print_list(file, line, column, format, arguments);
	va_end(arguments);
}
