/* SPDX-License-Identifier: Apache-2.0 */
/* The options every daemon has. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "lib/service/service_private.h"

#define CONFIG_PATH_DEFAULT "/etc/budgetvakt/budgetvakt.conf"

static void help_print(const struct service_program *program)
{
	printf("Usage: budgetvakt-%s [--config FILE] [-n]\n"
	       "%s\n\n"
	       "  -c, --config FILE   configuration (default: $BUDGETVAKT_CONFIG or\n"
	       "                      " CONFIG_PATH_DEFAULT ")\n"
	       "  -n, --check         check the configuration and exit: 0 good, 78 bad\n"
	       "      --verify        look through the store, tell on stdout, exit 0 or 65\n"
	       "      --copy DIR      copy the store into DIR\n"
	       "      --state DIR     with these: where the store lies, if not as configured\n"
	       "      --rebuild DIR   live the past again in DIR, for `budgetvakt rebuild`\n"
	       "      --help          this text\n"
	       "      --version       name, version and licence\n\n"
	       "Runs in the foreground, logs to stderr, stops on SIGTERM.\n"
	       "See budgetvakt-daemons(8).\n",
	       program->name, program->summary);
}

static void version_print(const struct service_program *program)
{
	printf("budgetvakt-%s " BUDGETVAKT_VERSION "\nLicence: Apache-2.0\n", program->name);
}

static const char *config_path_default(void)
{
	const char *path = getenv("BUDGETVAKT_CONFIG");

	return path && *path ? path : CONFIG_PATH_DEFAULT;
}

int options_parse(int argc, char **argv, const struct service_program *program,
		  struct options *options)
{
	static const struct option known[] = {
		{"config", required_argument, NULL, 'c'},
		{"check", no_argument, NULL, 'n'},
		{"verify", no_argument, NULL, 'v'},
		{"copy", required_argument, NULL, 'C'},
		{"state", required_argument, NULL, 'S'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{"rebuild", required_argument, NULL, 'R'},
		{NULL, 0, NULL, 0},
	};
	int choice;

	*options = (struct options){.config_path = config_path_default()};
	while ((choice = getopt_long(argc, argv, "c:n", known, NULL)) != -1) {
		switch (choice) {
		case 'c':
			options->config_path = optarg;
			break;
		case 'n':
			options->check_only = true;
			break;
		case 'v':
			options->verify_only = true;
			break;
		case 'C':
			options->copy_dir = optarg;
			break;
		case 'S':
			options->state_dir = optarg;
			break;
		case 'R':
			options->rebuild_dir = optarg;
			break;
		case 'h':
			help_print(program);
			return EX_OK;
		case 'V':
			version_print(program);
			return EX_OK;
		default:
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "budgetvakt-%s: unexpected argument: %s\n", program->name,
			argv[optind]);
		return EX_USAGE;
	}
	if (options->state_dir && !options->verify_only && !options->copy_dir) {
		fprintf(stderr, "budgetvakt-%s: --state goes with --verify or --copy\n",
			program->name);
		return EX_USAGE;
	}
	return OPTIONS_RUN;
}
