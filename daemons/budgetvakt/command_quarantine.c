/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quarantine: the files that were refused, why, and what becomes of them.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"

static int quarantine_list(struct context *context)
{
	static const char *const narrow[] = {"kalla", "fil", "nar", "kod", "rad", "kolumn", "text"};
	static const struct listing listing = {
		.daemon = "ingest",
		.kind = REQUEST_QUARANTINE,
		.title = "Filer i karantän",
		.narrow = narrow,
		.narrow_count = sizeof narrow / sizeof *narrow,
	};

	return context_list(context, &listing, 0);
}

static int case_ask(struct context *context, enum request_kind kind, struct answer *answer)
{
	struct request request = {
		.kind = kind,
		.text = context->operands[0],
		.max = context->options.format == VIEW_JSON,
	};
	int status = context_connect(context);

	return status != EX_OK ? status : context_ask(context, "ingest", &request, answer);
}

static int quarantine_show(struct context *context)
{
	struct answer answer;
	int status = case_ask(context, REQUEST_QUARANTINE_SHOW, &answer);

	if (status == EX_OK && answer.text)
		fputs(answer.text, stdout);
	return status;
}

static int quarantine_retry(struct context *context)
{
	struct request request = {.kind = REQUEST_QUARANTINE_RETRY, .text = context->operands[0]};

	return context_order(context, "ingest", &request, "Filen läses en gång till.");
}

/* Nothing else holds the file: a script must say that it means it. */
static int discard_confirm(const struct context *context)
{
	char line[16] = "";

	if (options_has(&context->options, OPTION_YES))
		return EX_OK;
	if (!isatty(STDIN_FILENO))
		return complain(EX_USAGE, "”quarantine discard” slänger filen för gott; lägg till "
					  "--yes");
	fprintf(stderr, "Slänga filen %s för gott? Skriv ja: ", context->operands[0]);
	if (!fgets(line, sizeof line, stdin) || strncmp(line, "ja", 2) != 0)
		return complain(EX_TEMPFAIL, "filen ligger kvar i karantän");
	return EX_OK;
}

static int quarantine_discard(struct context *context)
{
	struct request request = {.kind = REQUEST_QUARANTINE_DISCARD, .text = context->operands[0]};
	int status = discard_confirm(context);

	return status != EX_OK ? status
			       : context_order(context, "ingest", &request, "Filen är slängd.");
}

static const char list_help[] =
	"Rätta filen och läs in den igen; den som ligger i karantän räknas inte. När en fil\n"
	"med samma namn har lästs in är saken avslutad. Filens SHA-256 visas med --wide.\n";

const struct command quarantine_commands[] = {
	{
		.name = "quarantine",
		.summary = "visar filer som inte godtogs, och varför",
		.operands = "",
		.help = list_help,
		.options = OPTION_BIT(OPTION_WIDE),
		.run = quarantine_list,
	},
	{
		.name = "quarantine list",
		.summary = "samma sak",
		.operands = "",
		.help = list_help,
		.options = OPTION_BIT(OPTION_WIDE),
		.run = quarantine_list,
	},
	{
		.name = "quarantine show",
		.summary = "visar allt som hittades i en fil i karantän",
		.operands = "SHA-256",
		.help = "Början av filens SHA-256 räcker. Koderna förklaras i docs/findings.md.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt quarantine show 9f86d0\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = quarantine_show,
	},
	{
		.name = "quarantine retry",
		.summary = "läser en fil i karantän en gång till",
		.operands = "SHA-256",
		.help = "När inställningarna är ändrade: samma fil, samma källa.\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = quarantine_retry,
	},
	{
		.name = "quarantine discard",
		.summary = "slänger en fil i karantän",
		.operands = "SHA-256 [--yes]",
		.help = "Filen och dess rapport tas bort. Frågar först; skript skriver --yes.\n",
		.options = OPTION_BIT(OPTION_YES),
		.operand_min = 1,
		.operand_max = 1,
		.run = quarantine_discard,
	},
	{.name = NULL},
};
