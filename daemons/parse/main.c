/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-parse: reads one file for ingest, or says what is wrong with an export. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/base/cleanup.h"
#include "parse/check.h"
#include "parse/inspect.h"
#include "parse/job.h"
#include "parse/scan.h"

static int usage(void)
{
	fputs("Usage: budgetvakt-parse --config FILE --source NAME FILE\n"
	      "       budgetvakt-parse --config FILE --job FD\n"
	      "       budgetvakt-parse --inspect [--json] [--sheet NAME] -- FILE\n",
	      stderr);
	return EX_USAGE;
}

/* --inspect [--json] [--sheet NAME] -- FILE */
static int inspect(char **argv)
{
	struct inspect_options options = {0};

	if (*argv && strcmp(*argv, "--json") == 0) {
		options.is_json = true;
		argv++;
	}
	if (*argv && strcmp(*argv, "--sheet") == 0 && argv[1]) {
		options.sheet = argv[1];
		argv += 2;
	}
	if (!*argv || strcmp(*argv, "--") != 0 || !argv[1])
		return usage();
	options.path = argv[1];
	return inspect_file(&options);
}

int main(int argc, char **argv)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	bool is_job = argc == 5 && strcmp(argv[3], "--job") == 0;
	bool is_check = argc == 6 && strcmp(argv[3], "--source") == 0;
	const struct source *source;

	if (argc > 1 && strcmp(argv[1], "--inspect") == 0)
		return inspect(argv + 2);
	if ((!is_job && !is_check) || strcmp(argv[1], "--config") != 0)
		return usage();
	if (conf_load(&conf, argv[2]) != 0)
		return EX_CONFIG;
	scan_line_wish(getenv("BUDGETVAKT_SCAN"));
	if (is_job)
		/* No clean-up: locked in, a process can do no more than end. */
		_exit(job_run(conf, (int)strtol(argv[4], NULL, 10)));
	source = conf_source(conf, argv[4]);
	return source ? check_file(source, argv[5], stdout) : EX_USAGE;
}
