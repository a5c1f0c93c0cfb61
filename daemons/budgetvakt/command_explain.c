/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imports and explain: what was read in, what it changed, and what a figure is made of.
 */
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "budgetvakt/periods.h"
#include "budgetvakt/selection.h"
#include "budgetvakt/voucher_rows.h"

static const char *const imports_narrow[] = {
	"nummer", "tid", "kalla", "fil", "fran", "till", "rader", "summa", "besked", "varningar",
};

static const char *const refused_narrow[] = {
	"nar", "kalla", "fil", "besked", "kod", "rad", "text",
};

static const struct listing imports_listing = {
	.daemon = "aggregate",
	.kind = REQUEST_BATCHES,
	.title = "Inlästa filer",
	.narrow = imports_narrow,
	.narrow_count = sizeof imports_narrow / sizeof *imports_narrow,
};

static const struct listing refused_listing = {
	.daemon = "ingest",
	.kind = REQUEST_QUARANTINE,
	.title = "Filer som inte godtogs",
	.narrow = refused_narrow,
	.narrow_count = sizeof refused_narrow / sizeof *refused_narrow,
};

static int imports_list(struct context *context)
{
	bool is_refused = options_has(&context->options, OPTION_REFUSED);

	return context_list(context, is_refused ? &refused_listing : &imports_listing, 0);
}

static bool row_is_difference(const struct table *table, size_t row, const void *context)
{
	const struct table_column *keys = table_find(table, "nyckel");
	bool wanted = *(const bool *)context;

	return (keys && keys->texts[row] && strcmp(keys->texts[row], "skillnad") == 0) == wanted;
}

/* For people in two parts: what the import was, and what it changed. */
static int import_print(struct context *context, const struct table *table)
{
	static const char *const facts[] = {"rubrik", "varde"};
	static const char *const moved[] = {"lager", "omrade", "resultatrad", "period",
					    "fore",  "efter",  "skillnad"};
	static const bool no = false, yes = true;
	struct table *first =
		selection_make(context->arena, table, facts, 2, row_is_difference, &no);
	struct table *second =
		selection_make(context->arena, table, moved, sizeof moved / sizeof *moved,
			       row_is_difference, &yes);

	if (!first || !second)
		return context_failure("att ställa upp", -ENOMEM);
	first->note_count = 0;
	table_title(first, "Import");
	table_title(second, "Ändrade belopp");
	return context_show_pair(context, first, second);
}

static int imports_show(struct context *context)
{
	struct request request = {.kind = REQUEST_BATCH, .text = context->operands[0]};
	const struct table *table;
	int status = context_connect(context);

	if (status == EX_OK)
		status = context_table(context, "aggregate", &request, &table);
	if (status != EX_OK)
		return status;
	return context->options.format == VIEW_TEXT ? import_print(context, table)
						    : context_show(context, table);
}

static const char *explain_title(struct context *context, const struct request *request)
{
	char span[PERIODS_SPAN_SIZE];

	periods_span(request->period, span);
	return arena_print(context->arena, "%s %s · %s · %s", *request->text ? "Budget" : "Utfall",
			   *request->area ? request->area : "alla områden",
			   *request->line ? request->line : "alla resultatrader", span);
}

static int vouchers_run(struct context *context)
{
	const struct options *options = &context->options;
	struct request request = {
		.area = options->area ? options->area : "",
		.line = options->line ? options->line : "",
		.text = "",
	};
	struct table *table = NULL;
	int status;

	if (options_has(options, OPTION_CODES) || options_has(options, OPTION_BUDGET))
		return complain(EX_USAGE, "--vouchers visar utfallets rader; skriv det utan "
					  "--codes och --budget");
	status = context_connect(context);
	if (status == EX_OK)
		status = context_period(context, &request.period);
	if (status == EX_OK)
		status = voucher_rows_find(context, &request, &table);
	if (status != EX_OK)
		return status;
	table_title(table, explain_title(context, &request));
	return voucher_rows_show(context, table);
}

static int explain_run(struct context *context)
{
	static const char *const narrow[] = {
		"nummer",    "kalla",	"fil",	  "konto",	 "ansvar", "verksamhet",
		"aktivitet", "projekt", "objekt", "motpart",	 "omrade", "resultatrad",
		"beslut",    "rader",	"manad",  "ackumulerat", "helar",
	};
	const struct options *options = &context->options;
	struct request request = {
		.kind = options_has(options, OPTION_CODES) ? REQUEST_CODES : REQUEST_EXPLAIN,
		.area = options->area ? options->area : "",
		.line = options->line ? options->line : "",
		.text = options_has(options, OPTION_BUDGET) ? "budget" : "",
	};
	const struct table *answered;
	struct table *table;
	int status;

	if (options_has(options, OPTION_VOUCHERS))
		return vouchers_run(context);
	if (options_has(options, OPTION_TEXTS))
		return complain(EX_USAGE, "--texts visar texter på filernas rader; skriv också "
					  "--vouchers");
	status = context_month_table(context, "aggregate", &request, &answered);
	if (status != EX_OK)
		return status;
	table = context_narrow(context, answered, narrow, sizeof narrow / sizeof *narrow, NULL);
	if (table)
		table_title(table, explain_title(context, &request));
	return context_show(context, table);
}

const struct command explain_commands[] = {
	{
		.name = "imports",
		.summary = "visar vilka filer som har lästs in",
		.operands = "",
		.help = "En rad per fil: när, källa, månader, rader, summa, besked och varningar.\n"
			"Beskedet är inläst, eller vilken import som har ersatt den. Filer som\n"
			"ligger i karantän visas med --refused, filens SHA-256 med --wide.\n",
		.options = OPTION_BIT(OPTION_REFUSED) | OPTION_BIT(OPTION_WIDE),
		.run = imports_list,
	},
	{
		.name = "imports show",
		.summary = "visar allt om en import och vad den ändrade",
		.operands = "NUMMER|SHA-256",
		.help = "Numret står i ”budgetvakt imports”; början av filens SHA-256 går också.\n"
			"När källan redan hade berättat om filens månader visas varje belopp som\n"
			"ändrades: område, resultatrad, månad, före, efter och skillnad.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt imports show 12\n"
			"  budgetvakt imports show 12 --format csv --unit kr > skillnad.csv\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = imports_show,
	},
	{
		.name = "explain",
		.summary = "visar vilka filer och koder en siffra består av",
		.operands = "",
		.help = "Utfallet från januari till och med månaden, eller budgeten med --budget,\n"
			"för ett område och en resultatrad (utelämnad: alla), per import eller "
			"med\n"
			"--codes per kodsträng. Sist står om delarna är rapportens siffra på "
			"öret.\n"
			"Med --vouchers läses filerna i arkivet en gång till, och varje rad visas "
			"med\n"
			"sin verifikation; högst 1000, om --max inte säger annat. Med --texts "
			"visas\n"
			"också radens text, eller verifikationens, för den som text_readers i\n"
			"inställningsfilen nämner; vem som har sett vad står i loggen.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt explain --area Äldreomsorg --line Personal --period 2020-08\n"
			"  budgetvakt explain --area Äldreomsorg --period 2020-08 --codes --unit "
			"kr\n"
			"  budgetvakt explain --area Äldreomsorg --line Personal --vouchers --unit "
			"kr\n",
		.options = OPTION_BIT(OPTION_AREA) | OPTION_BIT(OPTION_LINE) |
			   OPTION_BIT(OPTION_PERIOD) | OPTION_BIT(OPTION_BUDGET) |
			   OPTION_BIT(OPTION_CODES) | OPTION_BIT(OPTION_VOUCHERS) |
			   OPTION_BIT(OPTION_TEXTS) | OPTION_BIT(OPTION_MAX) |
			   OPTION_BIT(OPTION_WIDE),
		.run = explain_run,
	},
	{.name = NULL},
};
