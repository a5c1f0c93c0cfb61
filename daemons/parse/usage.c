/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/usage.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "parse/inspect.h"

int usage_print(void)
{
	fputs("Usage: budgetvakt-parse --config FILE --source NAME FILE\n"
	      "       budgetvakt-parse --config FILE --job FD\n"
	      "       budgetvakt-parse --inspect [--json] [--sheet NAME] -- FILE\n",
	      stderr);
	return EX_USAGE;
}

int inspect_words(char **words)
{
	struct inspect_options options = {0};

	if (*words && strcmp(*words, "--json") == 0) {
		options.is_json = true;
		words++;
	}
	if (*words && strcmp(*words, "--sheet") == 0 && words[1]) {
		options.sheet = words[1];
		words += 2;
	}
	if (!*words || strcmp(*words, "--") != 0 || !words[1])
		return usage_print();
	options.path = words[1];
	return inspect_file(&options);
}
