/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-parse: reads one file for ingest, or says what is wrong with an export. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/base/cleanup.h"
#include "parse/check.h"
#include "parse/job.h"
#include "parse/scan.h"
#include "parse/usage.h"

int main(int argc, char **argv)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;
	bool is_job = argc == 5 && strcmp(argv[3], "--job") == 0;
	bool is_check = argc == 6 && strcmp(argv[3], "--source") == 0;
	const struct source *source;

	if (argc > 1 && strcmp(argv[1], "--inspect") == 0)
		return inspect_words(argv + 2);
	if ((!is_job && !is_check) || strcmp(argv[1], "--config") != 0)
		return usage_print();
	if (conf_load(&conf, argv[2]) != 0 || spread_keys_load(conf, &keys) != 0)
		return EX_CONFIG;
	scan_text_wish(getenv("BUDGETVAKT_SCAN"));
	if (is_job)
		/* No clean-up: locked in, a process can do no more than end. */
		_exit(job_run(conf, keys, (int)strtol(argv[4], NULL, 10)));
	source = conf_source(conf, argv[4]);
	return source ? check_file(source, keys, argv[5], stdout) : EX_USAGE;
}
