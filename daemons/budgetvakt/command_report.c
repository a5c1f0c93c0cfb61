/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report: the two tables of a follow-up, from aggregate's cube and forecast's
 * leaves, added up by lib/view.
 */
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "budgetvakt/periods.h"
#include "budgetvakt/selection.h"
#include "lib/conf/tables.h"
#include "lib/view/report.h"

enum { FORECAST_PATIENCE_MS = 5000 };

struct sources {
	struct period period;
	const struct table *cube;
	const struct table *forecast; /* NULL when there is none */
	const char *missing;	      /* why not */
	const char *gap;	      /* in the outcome, NULL: none */
	const char *status;	      /* of the month, "" when unknown */
	struct area_tree *areas;
	struct line_tree *lines;
};

/* What fits on a terminal; --wide gives the rest. */
static const char *const narrow_keys[] = {
	"omrade",
	"niva",
	"utfall_fg_ar_netto",
	"utfall_netto",
	"budget_period_netto",
	"avvikelse_period",
	"prognos_netto",
	"budget_ar_netto",
	"avvikelse_ar",
};

static int trees_load(struct context *context, struct sources *sources)
{
	int r = areas_load(context->conf, &sources->areas);

	if (r == 0)
		r = lines_load(context->conf, &sources->lines);
	if (r == CONF_BAD)
		return EX_CONFIG;
	return r < 0 ? context_failure("att läsa kodplanen", r) : EX_OK;
}

static int cube_ask(struct context *context, struct sources *sources)
{
	struct request request = {.kind = REQUEST_CUBE,
				  .period = sources->period,
				  .as_of_date = (uint32_t)context->options.budget_as_of};

	return context_table(context, "aggregate", &request, &sources->cube);
}

/* A month without outcome looks like a surplus: say that it is none.  NULL when there
 * is nothing to say. */
static const char *gap_describe(struct context *context, const struct table *periods,
				struct period period)
{
	struct period latest = periods_latest_until(periods, period);

	if (latest.yyyymm == period.yyyymm)
		return NULL;
	if (latest.yyyymm == 0)
		return arena_print(context->arena, "Utfall saknas för %d.", period_year(period));
	return arena_print(context->arena, "Utfall finns t.o.m. %s %d; därefter saknas det.",
			   period_month_name(latest), period_year(latest));
}

static int status_ask(struct context *context, struct sources *sources)
{
	struct request request = {.kind = REQUEST_PERIODS};
	struct answer answer;
	int status = context_ask(context, "aggregate", &request, &answer);

	if (status != EX_OK || !answer.table)
		return status;
	sources->status = periods_status(answer.table, sources->period);
	sources->gap = gap_describe(context, answer.table, sources->period);
	return EX_OK;
}

/* A report without forecast is still a report. */
static int forecast_ask(struct context *context, struct sources *sources)
{
	struct request request = {.kind = REQUEST_FORECAST, .period = sources->period};
	struct answer answer;
	int r = context_try(context, "forecast", &request, &answer, FORECAST_PATIENCE_MS);

	if (r < 0)
		return context_failure("att fråga efter prognosen", r);
	if (r == CONTEXT_NO_ANSWER)
		sources->missing = "Prognosen saknas: budgetvakt-forecast svarar inte.";
	else if (answer.code != ANSWER_OK || !answer.table)
		sources->missing = "Prognosen saknas för månaden.";
	else
		sources->forecast = answer.table;
	return EX_OK;
}

static const char *as_of_note(struct context *context)
{
	unsigned date = (unsigned)context->options.budget_as_of;

	return arena_print(context->arena, "Budgeten är den som var beslutad %04u-%02u-%02u.",
			   date / 10000, date / 100 % 100, date % 100);
}

static void table_finish(struct context *context, struct table *table, const char *what,
			 const struct sources *sources)
{
	const char *area = context->options.area;
	char span[PERIODS_SPAN_SIZE];
	char *title;

	periods_span(sources->period, span);
	title = arena_print(context->arena, "%s · %s%s%s · %s%s%s", what, context->conf->instance,
			    area ? " · " : "", area ? area : "", span,
			    *sources->status ? " · " : "", sources->status);
	if (title)
		table_title(table, title);
	for (size_t i = 0; i < sources->cube->note_count; i++)
		table_note(table, sources->cube->notes[i]);
	for (size_t i = 0; sources->forecast && i < sources->forecast->note_count; i++)
		table_note(table, sources->forecast->notes[i]);
	if (context->options.budget_as_of)
		table_note(table, as_of_note(context));
	if (sources->missing)
		table_note(table, sources->missing);
	if (sources->gap)
		table_note(table, sources->gap);
}

static int area_unknown(const char *area)
{
	return complain(EX_USAGE,
			"området ”%s” finns inte i rapporten; namnen skrivs som i omraden.csv",
			area);
}

static int areas_show(struct context *context, const struct sources *sources)
{
	const struct options *options = &context->options;
	struct selection_range range = {.first = 0, .count = SIZE_MAX};
	struct table *table = report_areas(context->arena, sources->areas, sources->lines,
					   sources->cube, sources->forecast, sources->period);

	if (!table)
		return context_failure("att räkna samman", -ENOMEM);
	if (options->area && !selection_area(table, options->area, &range))
		return area_unknown(options->area);
	table = context_narrow(context, table, narrow_keys,
			       sizeof narrow_keys / sizeof *narrow_keys, &range);
	if (table)
		table_finish(context, table, "Uppföljning per verksamhetsområde", sources);
	return context_show(context, table);
}

static int lines_show(struct context *context, const struct sources *sources)
{
	const char *name = context->options.area;
	int area = name ? area_find(sources->areas, name) : -1;
	struct table *table;

	if (name && area < 0)
		return area_unknown(name);
	table = report_lines(context->arena, sources->areas, sources->lines, sources->cube, area,
			     sources->period);
	if (table)
		table_finish(context, table, "Resultatrapport", sources);
	return context_show(context, table);
}

static int sources_show(struct context *context, struct sources *sources, bool is_areas)
{
	int status = context_period(context, &sources->period);

	if (status == EX_OK)
		status = trees_load(context, sources);
	if (status == EX_OK)
		status = cube_ask(context, sources);
	if (status == EX_OK)
		status = status_ask(context, sources);
	if (status == EX_OK && is_areas)
		status = forecast_ask(context, sources);
	if (status != EX_OK)
		return status;
	return is_areas ? areas_show(context, sources) : lines_show(context, sources);
}

/* Volumes are counted and not money: a report of their own. */
static int volumes_show(struct context *context)
{
	static const char *const narrow[] = {
		"omrade",   "niva",	   "matt",  "enhet",
		"manad",    "ackumulerat", "medel", "budget_ackumulerat",
		"budget_ar"};
	struct request request = {.kind = REQUEST_VOLUMES,
				  .area = context->options.area ? context->options.area : ""};
	char span[PERIODS_SPAN_SIZE];
	const struct table *answered;
	struct table *table;
	int status = context_month_table(context, "aggregate", &request, &answered);

	if (status != EX_OK)
		return status;
	periods_span(request.period, span);
	table = context_narrow(context, answered, narrow, sizeof narrow / sizeof *narrow, NULL);
	if (table)
		table_title(table, arena_print(context->arena, "Volymer · %s · %s",
					       context->conf->instance, span));
	return context_show(context, table);
}

static int report_run(struct context *context)
{
	struct sources sources = {.status = ""};
	bool is_areas = strcmp(context->operands[0], "verksamheter") == 0;
	bool is_volumes = strcmp(context->operands[0], "volymer") == 0;
	int status;

	if (!is_areas && !is_volumes && strcmp(context->operands[0], "resultat") != 0)
		return complain(
			EX_USAGE,
			"rapporten ”%s” finns inte; det finns verksamheter, resultat och volymer",
			context->operands[0]);
	if (is_volumes)
		return volumes_show(context);
	status = context_connect(context);
	if (status == EX_OK)
		status = sources_show(context, &sources, is_areas);
	area_tree_destroy(&sources.areas);
	line_tree_destroy(&sources.lines);
	return status;
}

static int budget_run(struct context *context)
{
	struct request request = {.kind = REQUEST_BUDGET,
				  .area = context->options.area ? context->options.area : ""};
	const struct table *answered;
	struct table *table;
	int status = context_month_table(context, "aggregate", &request, &answered);

	if (status != EX_OK)
		return status;
	table = selection_make(context->arena, answered, NULL, 0, NULL, NULL);
	if (table)
		table_title(table, arena_print(context->arena, "Budgetbeslut %d%s%s",
					       period_year(request.period),
					       *request.area ? " · " : "", request.area));
	return context_show(context, table);
}

const struct command report_commands[] = {
	{
		.name = "report",
		.summary = "visar uppföljningen för en månad",
		.operands = "verksamheter|resultat|volymer",
		.help = "verksamheter  utfall, budget, prognos och avvikelse för varje område\n"
			"resultat      resultaträkningen rad för rad, för allt eller ett område\n"
			"volymer       verksamhetsmått: månaden, hittills och budget\n"
			"\n"
			"Intäkter är plus och kostnader minus; en avvikelse med minus är ett\n"
			"underskott. Utan --period visas den senaste månaden med utfall. CSV och\n"
			"JSON har alltid alla kolumner.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt report verksamheter --period 2020-08\n"
			"  budgetvakt report resultat --period 2020-08 --area Äldreomsorg\n"
			"  budgetvakt report verksamheter --format csv --unit kr > augusti.csv\n",
		.options = OPTION_BIT(OPTION_PERIOD) | OPTION_BIT(OPTION_AREA) |
			   OPTION_BIT(OPTION_WIDE) | OPTION_BIT(OPTION_BUDGET_AS_OF),
		.operand_min = 1,
		.operand_max = 1,
		.run = report_run,
	},
	{
		.name = "budget",
		.summary = "visar de beslut som årets budget består av",
		.operands = "",
		.help = "Ett beslut per rad med datum, referens, summa och den budget som gällde\n"
			"därefter; först det som inte har något beslut. Året är det som --period "
			"ligger i.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt budget --period 2020-08 --area Äldreomsorg\n",
		.options = OPTION_BIT(OPTION_PERIOD) | OPTION_BIT(OPTION_AREA),
		.run = budget_run,
	},
	{.name = NULL},
};
