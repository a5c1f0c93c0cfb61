/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerts and plans: what has crossed a limit, or was refused, and what is being done about it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "budgetvakt/selection.h"

static const char *const alerts_narrow[] = {
	"id", "lage", "omrade", "regel", "period", "avvikelse", "procent", "atgardsplan",
};

static const char *const plans_narrow[] = {
	"id", "larm", "larmlage", "lage", "omrade", "ar", "frist", "beslut", "kommentar",
};

static const char *const alerts_wide[] = {
	"id",	     "lage",   "regel",	  "matt", "omrade",	 "ar",	"period",
	"avvikelse", "budget", "procent", "nar",  "atgardsplan", "vem", "kommentar",
};

/* The last: only of those that are over. */
static const char *const files_narrow[] = {
	"lage", "kalla", "fil", "nar", "kod", "rad", "text", "orsak",
};

static const char *const files_wide[] = {
	"lage", "orsak",     "kalla", "fil",  "sha256",	 "nar",
	"kod",	"antal_fel", "rad",   "text", "rapport",
};

/* Programs get one table of both. */
static const struct listing alerts_listing = {
	.daemon = "alert",
	.kind = REQUEST_ALERTS,
	.title = "Larm",
};

static const struct listing plans_listing = {
	.daemon = "alert",
	.kind = REQUEST_PLANS,
	.title = "Åtgärdsplaner",
	.narrow = plans_narrow,
	.narrow_count = sizeof plans_narrow / sizeof *plans_narrow,
};

static bool row_is_of_file(const struct table *table, size_t row, const void *context)
{
	const struct table_column *files = table_find(table, "fil");
	bool wanted = *(const bool *)context;

	return (files && files->texts[row]) == wanted;
}

static struct table *limits_make(const struct context *context, const struct table *table)
{
	static const bool no = false;
	bool is_wide = options_has(&context->options, OPTION_WIDE);

	return selection_make(context->arena, table, is_wide ? alerts_wide : alerts_narrow,
			      is_wide ? sizeof alerts_wide / sizeof *alerts_wide
				      : sizeof alerts_narrow / sizeof *alerts_narrow,
			      row_is_of_file, &no);
}

static struct table *files_make(const struct context *context, const struct table *table)
{
	static const bool yes = true;
	bool is_wide = options_has(&context->options, OPTION_WIDE);
	bool is_all = options_has(&context->options, OPTION_ALL);

	return selection_make(context->arena, table, is_wide ? files_wide : files_narrow,
			      is_wide ? sizeof files_wide / sizeof *files_wide
				      : sizeof files_narrow / sizeof *files_narrow - !is_all,
			      row_is_of_file, &yes);
}

/* The alerts of limits; those of files follow when there are any. */
static int alerts_print(struct context *context, const struct table *table)
{
	struct table *limits = limits_make(context, table);
	struct table *files = files_make(context, table);

	if (!limits || !files)
		return context_failure("att ställa upp", -ENOMEM);
	table_title(limits, "Larm");
	table_title(files, "Filer i karantän");
	if (limits->row_count == 0)
		table_note(limits, "Inget att visa.");
	return files->row_count > 0 ? context_show_pair(context, limits, files)
				    : context_show(context, limits);
}

static int alerts_list(struct context *context)
{
	bool is_all = options_has(&context->options, OPTION_ALL);
	struct request request = {.kind = REQUEST_ALERTS, .max = is_all};
	const struct table *table;
	int status;

	if (context->options.format != VIEW_TEXT)
		return context_list(context, &alerts_listing, is_all);
	status = context_connect(context);
	if (status == EX_OK)
		status = context_table(context, "alert", &request, &table);
	return status == EX_OK ? alerts_print(context, table) : status;
}

static int plans_list(struct context *context)
{
	return context_list(context, &plans_listing, options_has(&context->options, OPTION_ALL));
}

static int text_require(const struct context *context, enum option_id id, const char *value)
{
	if (value && *value)
		return EX_OK;
	return complain(EX_USAGE, "”%s” behöver %s TEXT; se ”budgetvakt help %s”",
			context->command->name, option_name(id), context->command->name);
}

/* @what and @done frame the number: "Larm 3 är kvitterat." */
static int numbered_order(struct context *context, enum request_kind kind, const char *what,
			  const char *done)
{
	struct request request = {
		.kind = kind,
		.text = context->options.comment,
		.reference = context->options.reference,
	};
	char text[96];
	int status = context_number(context->operands[0], &request.number);

	if (status != EX_OK)
		return status;
	snprintf(text, sizeof text, "%s %" PRIu64 " är %s.", what, request.number, done);
	return context_order(context, "alert", &request, text);
}

static int alerts_ack(struct context *context)
{
	int status = text_require(context, OPTION_COMMENT, context->options.comment);

	return status != EX_OK ? status
			       : numbered_order(context, REQUEST_ALERT_ACK, "Larm", "kvitterat");
}

static int plans_decide(struct context *context)
{
	int status = text_require(context, OPTION_REFERENCE, context->options.reference);

	return status != EX_OK
		       ? status
		       : numbered_order(context, REQUEST_PLAN_DECIDE, "Åtgärdsplan", "beslutad");
}

static int plans_close(struct context *context)
{
	int status = text_require(context, OPTION_COMMENT, context->options.comment);

	return status != EX_OK
		       ? status
		       : numbered_order(context, REQUEST_PLAN_CLOSE, "Åtgärdsplan", "avslutad");
}

const struct command alerts_commands[] = {
	{
		.name = "alerts",
		.summary = "visar larmen",
		.operands = "",
		.help = "Larm om gränser som har passerats, och filer i karantän. Larm som är "
			"återställda\n"
			"visas med --all.\n",
		.options = OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_WIDE),
		.run = alerts_list,
	},
	{
		.name = "alerts ack",
		.summary = "kvitterar ett larm",
		.operands = "NUMMER --comment TEXT",
		.help = "Att kvittera är att säga att någon har sett larmet. Det står kvar tills\n"
			"avvikelsen är under återställningsgränsen.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt alerts ack 3 --comment \"Placeringarna gås igenom i "
			"oktober\"\n",
		.options = OPTION_BIT(OPTION_COMMENT),
		.operand_min = 1,
		.operand_max = 1,
		.run = alerts_ack,
	},
	{
		.name = "plans",
		.summary = "visar åtgärdsplanerna",
		.operands = "",
		.help = "En plan krävs av ett larm, beslutas och avslutas. Avslutade planer visas\n"
			"med --all.\n",
		.options = OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_WIDE),
		.run = plans_list,
	},
	{
		.name = "plans decide",
		.summary = "noterar att nämnden har beslutat en åtgärdsplan",
		.operands = "NUMMER --reference TEXT [--comment TEXT]",
		.help = "Exempel:\n"
			"  budgetvakt plans decide 1 --reference \"SN 2020/118 § 92\"\n",
		.options = OPTION_BIT(OPTION_REFERENCE) | OPTION_BIT(OPTION_COMMENT),
		.operand_min = 1,
		.operand_max = 1,
		.run = plans_decide,
	},
	{
		.name = "plans close",
		.summary = "avslutar en åtgärdsplan",
		.operands = "NUMMER --comment TEXT",
		.help = "Exempel:\n"
			"  budgetvakt plans close 1 --comment \"Effekten nådd i november\"\n",
		.options = OPTION_BIT(OPTION_COMMENT),
		.operand_min = 1,
		.operand_max = 1,
		.run = plans_close,
	},
	{.name = NULL},
};
