/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-parse --config FILE --source NAME FILE: what is wrong with an export. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/base/cleanup.h"
#include "parse/check.h"

int main(int argc, char **argv)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	const struct source *source;

	if (argc != 6 || strcmp(argv[1], "--config") != 0 || strcmp(argv[3], "--source") != 0) {
		fputs("Usage: budgetvakt-parse --config FILE --source NAME FILE\n", stderr);
		return EX_USAGE;
	}
	if (conf_load(&conf, argv[2]) != 0)
		return EX_CONFIG;
	source = conf_source(conf, argv[4]);
	return source ? check_file(source, argv[5], stdout) : EX_USAGE;
}
