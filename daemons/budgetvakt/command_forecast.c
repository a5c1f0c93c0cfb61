/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forecast and forecast set: the model's forecast of every leaf, and the
 * controllers' own.
 */
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/forecast_file.h"
#include "budgetvakt/output.h"
#include "budgetvakt/periods.h"
#include "budgetvakt/selection.h"
#include "lib/base/cleanup.h"
#include "lib/conf/amount.h"
#include "lib/conf/tables.h"

/* --wide adds method, month and comment. */
static const char *const narrow_keys[] = {
	"omrade", "niva", "intakter", "kostnader", "netto",
	"lag",	  "hog",  "underlag", "budget_ar", "avvikelse",
};

static int forecast_show(struct context *context)
{
	struct request request = {.kind = REQUEST_FORECAST, .max = 1};
	const struct table *answered;
	struct table *table;
	char span[PERIODS_SPAN_SIZE];
	char *title;
	int status = context_month_table(context, "forecast", &request, &answered);

	if (status != EX_OK)
		return status;
	periods_span(request.period, span);
	title = arena_print(context->arena, "Prognos för helåret · %s · efter %s",
			    context->conf->instance, span);
	table = context_narrow(context, answered, narrow_keys,
			       sizeof narrow_keys / sizeof *narrow_keys, NULL);
	if (table && title)
		table_title(table, title);
	return context_show(context, table);
}

static int amount_read(const struct context *context, enum option_id id, const char *text,
		       struct money *amount_out)
{
	int64_t unit_ore = context->options.unit_ore ? context->options.unit_ore : VIEW_UNIT_KR;

	if (amount_parse(text, unit_ore, amount_out))
		return EX_OK;
	return complain(EX_USAGE,
			"%s: ”%s” är inget belopp i hela ören; skriv till exempel -1234,50",
			option_name(id), text);
}

static int amounts_read(const struct context *context, struct request *request)
{
	const struct options *options = &context->options;
	bool has_split = options->income && options->cost;
	int status;

	if (has_split ? options->net != NULL : (!options->net || options->income || options->cost))
		return complain(EX_USAGE,
				"ange antingen --income och --cost tillsammans, eller --net");
	request->has_split = has_split;
	if (!has_split)
		return amount_read(context, OPTION_NET, options->net, &request->net);
	status = amount_read(context, OPTION_INCOME, options->income, &request->income);
	if (status == EX_OK)
		status = amount_read(context, OPTION_COST, options->cost, &request->cost);
	if (status == EX_OK && request->cost.ore > 0)
		fputs("budgetvakt: observera att kostnaden är positiv; kostnader skrivs med "
		      "minus\n",
		      stderr);
	return status;
}

static int one_set(struct context *context)
{
	const struct options *options = &context->options;
	struct request request = {
		.kind = REQUEST_FORECAST_SET,
		.period = options->period,
		.area = options->area,
		.text = options->comment,
	};
	int status;

	if (!options->area || !*options->area || !options_has(options, OPTION_PERIOD))
		return complain(EX_USAGE,
				"ange --area OMRÅDE och --period ÅÅÅÅ-MM, eller --file FIL");
	if (!options->comment || !*options->comment)
		return complain(EX_USAGE,
				"en egen prognos behöver --comment TEXT som förklarar den");
	status = amounts_read(context, &request);
	return status != EX_OK
		       ? status
		       : context_order(context, "forecast", &request, "Prognosen är sparad.");
}

static int rows_send(struct context *context, const struct forecast_file *file)
{
	for (size_t i = 0; i < file->row_count; i++) {
		const struct forecast_row *row = &file->rows[i];
		struct request request = {
			.kind = REQUEST_FORECAST_SET,
			.period = row->period,
			.area = row->area,
			.text = row->comment,
			.has_split = row->has_split,
			.income = row->income,
			.cost = row->cost,
			.net = row->net,
		};
		struct answer answer;
		int status = context_ask(context, "forecast", &request, &answer);

		if (status != EX_OK)
			return complain(status,
					"%s rad %u sparades inte; raderna före den är sparade, och "
					"filen kan läsas in igen",
					context->options.file, row->line);
	}
	printf("%zu prognoser är sparade.\n", file->row_count);
	return EX_OK;
}

static int file_set(struct context *context)
{
	const struct options *options = &context->options;
	cleanup(area_tree_destroy) struct area_tree *areas = NULL;
	cleanup(forecast_file_destroy) struct forecast_file *file = NULL;
	int status, r;

	if (options->area || options->income || options->cost || options->net || options->comment ||
	    options_has(options, OPTION_PERIOD))
		return complain(EX_USAGE,
				"--file ersätter --area, --period, beloppen och --comment");
	status = context_connect(context);
	if (status != EX_OK)
		return status;
	r = areas_load(context->conf, &areas);
	if (r != 0)
		return r == CONF_BAD ? EX_CONFIG : context_failure("att läsa områdena", r);
	r = forecast_file_read(&file, options->file, areas);
	if (r == FORECAST_FILE_BAD)
		return complain(EX_DATAERR, "ingen prognos är sparad; rätta %s först",
				options->file);
	if (r < 0)
		return complain(r == -EACCES ? EX_NOPERM : EX_NOINPUT, "%s kan inte läsas: %s",
				options->file, output_reason(r));
	return rows_send(context, file);
}

static int forecast_set(struct context *context)
{
	return options_has(&context->options, OPTION_FILE) ? file_set(context) : one_set(context);
}

const struct command forecast_commands[] = {
	{
		.name = "forecast",
		.summary = "visar prognosen för helåret, område för område",
		.operands = "",
		.help = "Låg och hög är ett 80-procentigt intervall. En prognos som en controller "
			"har satt\n"
			"gäller framför beräkningen. Utan --period visas den senaste månaden med "
			"utfall.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt forecast --period 2020-08 --unit mnkr\n",
		.options = OPTION_BIT(OPTION_PERIOD) | OPTION_BIT(OPTION_WIDE),
		.run = forecast_show,
	},
	{
		.name = "forecast set",
		.summary = "sätter en egen prognos, en i taget eller från en lista",
		.operands = "--area OMRÅDE --period ÅÅÅÅ-MM (--income BELOPP --cost BELOPP | --net "
			    "BELOPP) --comment TEXT | --file FIL",
		.help = "Beloppen gäller hela året, i kronor om inte --unit säger annat; kostnader "
			"skrivs\n"
			"med minus. Listan är semikolonseparerad med kolumnerna år, prognosmånad,\n"
			"område, intäkter_tkr och kostnader_tkr (eller netto_tkr) och kommentar. "
			"Hela\n"
			"listan prövas innan något sparas.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt forecast set --area Familjehem --period 2020-08 --unit tkr "
			"\\\n"
			"      --income 1200 --cost -24500 --comment \"Två nya placeringar\"\n"
			"  budgetvakt forecast set --file prognos-2020-08.csv\n",
		.options = OPTION_BIT(OPTION_AREA) | OPTION_BIT(OPTION_PERIOD) |
			   OPTION_BIT(OPTION_INCOME) | OPTION_BIT(OPTION_COST) |
			   OPTION_BIT(OPTION_NET) | OPTION_BIT(OPTION_COMMENT) |
			   OPTION_BIT(OPTION_FILE),
		.run = forecast_set,
	},
	{.name = NULL},
};
