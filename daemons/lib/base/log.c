/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRIORITY_ERROR = 3, PRIORITY_WARNING = 4, PRIORITY_INFO = 6, LINE_LENGTH_MAX = 1024 };

static const char *program_name = "budgetvakt";

void log_open(const char *name)
{
	program_name = name;
}

/* One write per line, so that lines of several daemons on one stderr never mix. */
static void line_write(int priority, const char *text)
{
	char line[LINE_LENGTH_MAX + 64];

	if (getenv("JOURNAL_STREAM"))
		snprintf(line, sizeof line, "<%d>%s\n", priority, text);
	else
		snprintf(line, sizeof line, "%s: %s%s\n", program_name,
			 priority == PRIORITY_ERROR	? "error: "
			 : priority == PRIORITY_WARNING ? "warning: "
							: "",
			 text);
	fputs(line, stderr);
	fflush(stderr);
}

static void text_write(int priority, const char *format, va_list arguments)
{
	char text[LINE_LENGTH_MAX];

	vsnprintf(text, sizeof text, format, arguments);
	line_write(priority, text);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_write(PRIORITY_ERROR, format, arguments);
	va_end(arguments);
}

void log_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_write(PRIORITY_WARNING, format, arguments);
	va_end(arguments);
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	text_write(PRIORITY_INFO, format, arguments);
	va_end(arguments);
}

int log_failure(int error, const char *format, ...)
{
	char text[LINE_LENGTH_MAX];
	char line[LINE_LENGTH_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	snprintf(line, sizeof line, "%.800s: %s", text, strerror(-error));
	line_write(PRIORITY_ERROR, line);
	return error;
}
