/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect: what a file is and how it is to be read.  The file is foreign, so the
 * program that reads files for ingest does it, in our place.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "lib/base/file.h"

/* Beside us as built, or where an installation puts it. */
static int parser_find(char path[static PATH_SIZE])
{
	static const char *const places[] = {"", "/../libexec/budgetvakt"};
	char self[PATH_SIZE];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (length < 0 || length == (ssize_t)sizeof self - 1)
		return complain(EX_OSERR, "det egna programmets plats kan inte läsas ur /proc");
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (path_print(path, "%s%s/budgetvakt-parse", self, places[i]) == 0 &&
		    access(path, X_OK) == 0)
			return EX_OK;
	return complain(EX_OSFILE, "budgetvakt-parse finns inte; installera delarna tillsammans");
}

static int inspect_run(struct context *context)
{
	const struct options *options = &context->options;
	char path[PATH_SIZE];
	const char *arguments[8] = {path, "--inspect"};
	size_t count = 2;
	int status;

	if (access(context->operands[0], F_OK) != 0)
		return complain(EX_NOINPUT, "%s finns inte", context->operands[0]);
	status = parser_find(path);
	if (status != EX_OK)
		return status;
	if (options->format == VIEW_JSON)
		arguments[count++] = "--json";
	if (options_has(options, OPTION_SHEET)) {
		arguments[count++] = "--sheet";
		arguments[count++] = options->sheet;
	}
	arguments[count++] = "--";
	arguments[count++] = context->operands[0];
	execv(path, (char *const *)arguments);
	return complain(EX_OSERR, "%s kan inte startas", path);
}

const struct command inspect_commands[] = {
	{
		.name = "inspect",
		.summary = "visar vad en fil är och hur den ska läsas",
		.operands = "FIL",
		.help = "Avgör format, teckenkodning, avgränsare, rubrikrad, kolumner och "
			"skrivsätt "
			"av filen\n"
			"själv, läser den så och visar varför, de första raderna, kontrollsummor "
			"och fynd,\n"
			"och ett avsnitt att lägga i budgetvakt.conf. Behöver varken inställningar "
			"eller att\n"
			"delarna är igång. Slutar med 65 om filen inte går att läsa.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt inspect huvudbok.csv\n"
			"  budgetvakt inspect --sheet Utfall uppfoljning.xlsx\n",
		.options = OPTION_BIT(OPTION_SHEET),
		.operand_min = 1,
		.operand_max = 1,
		.run = inspect_run,
	},
	{.name = NULL},
};
