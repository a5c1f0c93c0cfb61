/* SPDX-License-Identifier: Apache-2.0 */
/*
 * period: which months are final.
 */
#include <stdio.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"

static int period_list(struct context *context)
{
	static const struct listing listing = {
		.daemon = "aggregate",
		.kind = REQUEST_PERIODS,
		.title = "Månader",
	};

	return context_list(context, &listing, 0);
}

static int period_order(struct context *context, enum request_kind kind, const char *state)
{
	struct request request = {.kind = kind};
	char month[PERIOD_TEXT_SIZE];
	char done[64];

	if (!period_parse(context->operands[0], &request.period))
		return complain(EX_USAGE,
				"”%s” är ingen månad; skriv ÅÅÅÅ-MM, till exempel 2020-08",
				context->operands[0]);
	period_text(request.period, month);
	snprintf(done, sizeof done, "%s är %s.", month, state);
	return context_order(context, "aggregate", &request, done);
}

static int period_close(struct context *context)
{
	return period_order(context, REQUEST_PERIOD_CLOSE, "definitiv");
}

static int period_open(struct context *context)
{
	return period_order(context, REQUEST_PERIOD_OPEN, "preliminär igen");
}

const struct command period_commands[] = {
	{
		.name = "period",
		.summary = "visar månaderna och om de är preliminära eller definitiva",
		.operands = "",
		.help = "En månad är preliminär tills den stängs med ”budgetvakt period close”.\n",
		.run = period_list,
	},
	{
		.name = "period close",
		.summary = "gör en månad definitiv",
		.operands = "ÅÅÅÅ-MM",
		.help = "En definitiv månad ändras inte av nya exporter förrän den öppnas igen.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt period close 2020-08\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = period_close,
	},
	{
		.name = "period open",
		.summary = "gör en definitiv månad preliminär igen",
		.operands = "ÅÅÅÅ-MM",
		.help = "Exempel:\n"
			"  budgetvakt period open 2020-08\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = period_open,
	},
	{.name = NULL},
};
