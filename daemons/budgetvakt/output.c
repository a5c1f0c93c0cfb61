/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain stdio; everything that comes from a file name, a file or a daemon
 * passes through output_text.
 */
#include "budgetvakt/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { COMPLAINT_LENGTH_MAX = 4096 };

/* Length of the control character at @text: C0 and DEL, or C1 as two bytes of UTF-8. */
static size_t control_length(const char *text)
{
	unsigned char first = (unsigned char)text[0];

	if (first < 0x20 || first == 0x7f)
		return 1;
	return first == 0xc2 && (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xa0 ? 2
												: 0;
}

void output_text(FILE *stream, const char *text)
{
	while (*text) {
		size_t length = control_length(text);

		putc(length > 0 ? '?' : *text, stream);
		text += length > 0 ? length : 1;
	}
}

void output_lines(FILE *stream, const char *text, const char *indentation)
{
	char line[COMPLAINT_LENGTH_MAX];
	bool is_first = true;

	while (*text) {
		size_t length = strcspn(text, "\n");

		snprintf(line, sizeof line, "%.*s",
			 (int)(length < sizeof line ? length : sizeof line - 1), text);
		text += length;
		text += *text == '\n' ? 1 : 0;
		if (length == 0)
			continue;
		if (!is_first)
			fputs(indentation, stream);
		is_first = false;
		output_text(stream, line);
		putc('\n', stream);
	}
	if (is_first)
		putc('\n', stream);
}

int complain(int status, const char *format, ...)
{
	char message[COMPLAINT_LENGTH_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	fputs("budgetvakt: ", stderr);
	output_lines(stderr, message, "  ");
	return status;
}

const char *output_reason(int error)
{
	static const struct {
		int number;
		const char *text;
	} reasons[] = {
		{ENOENT, "den finns inte"},
		{ENOTDIR, "en del av sökvägen är ingen mapp"},
		{EISDIR, "det är en mapp"},
		{EACCES, "behörighet saknas"},
		{EPERM, "behörighet saknas"},
		{EROFS, "disken är skrivskyddad"},
		{ENOSPC, "disken är full"},
		{EDQUOT, "diskutrymmet för användaren är slut"},
		{ENAMETOOLONG, "namnet är för långt"},
		{EIO, "disken svarar med fel"},
		{ENOMEM, "minnet är slut"},
		{EMSGSIZE, "den är för stor"},
	};

	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].number == -error)
			return reasons[i].text;
	return strerror(-error);
}

int output_failed(void)
{
	return complain(EX_IOERR, "utskriften kunde inte skrivas; är disken full?");
}

int output_finish(int status)
{
	bool failed = fflush(stdout) != 0 || ferror(stdout);

	return failed && status == EX_OK ? output_failed() : status;
}

bool output_takes_motion(FILE *stream)
{
	const char *terminal = getenv("TERM");

	return isatty(fileno(stream)) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

bool output_takes_color(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR");

	return !(no_color && *no_color) && output_takes_motion(stream);
}
