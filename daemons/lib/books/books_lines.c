/* SPDX-License-Identifier: Apache-2.0 */
/* What is told, and what was told before. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/books/books_private.h"

static void __attribute__((format(printf, 1, 0))) line_print(const char *format, va_list arguments)
{
	vprintf(format, arguments);
	putchar('\n');
}

void books_tell(struct books *books, const char *format, ...)
{
	va_list arguments;

	(void)books;
	va_start(arguments, format);
	line_print(format, arguments);
	va_end(arguments);
}

void books_rule_end(struct books *books)
{
	if (books->key)
		printf("check\t%s\t%" PRIu64 "\t%" PRIu64 "\t%s\n", books->key, books->count,
		       books->fault_count, books->title);
	books->faults += books->fault_count;
	books->key = NULL;
	books->count = books->fault_count = 0;
}

void books_rule(struct books *books, const char *key, const char *title)
{
	books_rule_end(books);
	books->key = key;
	books->title = title;
}

void books_count(struct books *books)
{
	books->count++;
}

void books_fault(struct books *books, const char *format, ...)
{
	va_list arguments;

	if (++books->fault_count > BOOKS_FAULTS_TOLD_MAX)
		return;
	printf("fault\t%s\t", books->key);
	va_start(arguments, format);
	line_print(format, arguments);
	va_end(arguments);
}

/* Nobody types lines of ours. */
int books_before_read(struct books *books)
{
	size_t capacity = 0;
	size_t length = 0;

	if (isatty(STDIN_FILENO)) {
		books->before = calloc(1, 1);
		return books->before ? 0 : -ENOMEM;
	}
	for (;;) {
		ssize_t got;

		if (length + 1 >= capacity) {
			char *more = realloc(books->before, capacity = 2 * capacity + 65536);

			if (!more)
				return -ENOMEM;
			books->before = more;
		}
		got = read(STDIN_FILENO, books->before + length, capacity - length - 1);
		if (got < 0 && errno != EINTR)
			return -errno;
		length += got > 0 ? (size_t)got : 0;
		books->before[length] = '\0';
		if (got == 0)
			return 0;
	}
}

int books_before_each(struct books *books, const char *kind, facts_visitor *visit, void *context)
{
	return facts_each(books->before, kind, visit, context);
}
