/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/facts.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"

static size_t fields_split(char *line, char *fields[FACTS_FIELDS_MAX + 1])
{
	size_t count = 0;

	while (line && count <= FACTS_FIELDS_MAX)
		fields[count++] = strsep(&line, "\t");
	return count;
}

int facts_each(const char *text, const char *kind, facts_visitor *visit, void *context)
{
	cleanup(free_bytes) char *copy = strdup(text);
	char *rest = copy;
	const char *program = "";
	int r = copy ? 0 : -ENOMEM;

	for (char *line; r == 0 && (line = strsep(&rest, "\n"));) {
		char *fields[FACTS_FIELDS_MAX + 1] = {NULL};
		size_t count = fields_split(line, fields);

		if (count < 2)
			continue;
		if (strcmp(fields[0], "program") == 0)
			program = fields[1];
		if (strcmp(fields[0], kind) == 0)
			r = visit(context, program, fields + 1, count - 1);
	}
	return r;
}
