/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status: how the parts of the system are.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "budgetvakt/command.h"
#include "budgetvakt/daemons.h"
#include "budgetvakt/output.h"
#include "budgetvakt/selection.h"

enum { TIME_TEXT_SIZE = 32 };

struct status_columns {
	size_t daemon;
	size_t key;
	size_t title;
	size_t number;
	size_t text;
	size_t time;
	size_t value; /* one of them, for people */
};

static struct status_columns columns_add(struct table *table)
{
	return (struct status_columns){
		.daemon = table_column(table, "daemon", "Del", COLUMN_TEXT),
		.key = table_column(table, "nyckel", "Nyckel", COLUMN_TEXT),
		.title = table_column(table, "rubrik", "Uppgift", COLUMN_TEXT),
		.number = table_column(table, "tal", "Tal", COLUMN_COUNT),
		.text = table_column(table, "text", "Text", COLUMN_TEXT),
		.time = table_column(table, "tid", "Tid", COLUMN_TIME),
		.value = table_column(table, "varde", "Värde", COLUMN_TEXT),
	};
}

static int fact_add(struct table *table, const struct status_columns *columns, const char *daemon,
		    const char *key, const char *title)
{
	int r = table_row(table);

	if (r < 0)
		return r;
	table_text(table, columns->daemon, daemon);
	table_text(table, columns->key, key);
	table_text(table, columns->title, title);
	return 0;
}

static void text_set(struct table *table, const struct status_columns *columns, const char *text)
{
	table_text(table, columns->text, text);
	table_text(table, columns->value, text);
}

static void time_set(struct table *table, const struct status_columns *columns, int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	char text[TIME_TEXT_SIZE] = "";
	struct tm parts;

	if (localtime_r(&seconds, &parts))
		strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
	table_number(table, columns->time, time_ms);
	table_text(table, columns->value, text);
}

static void number_set(struct table *table, const struct status_columns *columns, int64_t number)
{
	char text[TIME_TEXT_SIZE];

	snprintf(text, sizeof text, "%" PRId64, number);
	table_number(table, columns->number, number);
	table_text(table, columns->value, text);
}

/* Every row of the daemon's own answer. */
static int facts_add(struct table *table, const struct status_columns *columns, const char *daemon,
		     const struct table *facts)
{
	const struct table_column *keys = table_find(facts, "nyckel");
	const struct table_column *titles = table_find(facts, "rubrik");
	const struct table_column *numbers = table_find(facts, "tal");
	const struct table_column *texts = table_find(facts, "text");
	const struct table_column *times = table_find(facts, "tid");

	if (!keys || !titles || !numbers || !texts || !times)
		return 0;
	for (size_t i = 0; i < facts->row_count; i++) {
		int r = fact_add(table, columns, daemon, keys->texts[i], titles->texts[i]);

		if (r < 0)
			return r;
		if (numbers->numbers[i] != TABLE_MISSING)
			number_set(table, columns, numbers->numbers[i]);
		else if (times->numbers[i] != TABLE_MISSING)
			time_set(table, columns, times->numbers[i]);
		else
			text_set(table, columns, texts->texts[i] ? texts->texts[i] : "");
	}
	return 0;
}

static int daemon_add(struct context *context, struct table *table,
		      const struct status_columns *columns, const char *daemon, bool *is_up)
{
	struct request request = {.kind = REQUEST_STATUS};
	struct answer answer;
	int r = context_try(context, daemon, &request, &answer, ASK_BRIEF_MS);

	if (r < 0)
		return r;
	*is_up = r == 0;
	r = fact_add(table, columns, daemon, "lage", "Läge");
	if (r < 0)
		return r;
	text_set(table, columns, *is_up ? "uppe" : "nere");
	return *is_up && answer.table ? facts_add(table, columns, daemon, answer.table) : 0;
}

static int status_show(struct context *context, struct table *table)
{
	static const char *const for_people[] = {"daemon", "rubrik", "varde"};
	static const char *const for_programs[] = {"daemon", "nyckel", "rubrik",
						   "tal",    "text",   "tid"};
	bool is_text = context->options.format == VIEW_TEXT;

	return context_show(
		context, selection_make(context->arena, table, is_text ? for_people : for_programs,
					is_text ? sizeof for_people / sizeof *for_people
						: sizeof for_programs / sizeof *for_programs,
					NULL, NULL));
}

static int status_run(struct context *context)
{
	int status = context_connect(context);
	struct table *table = status == EX_OK ? table_new(context->arena) : NULL;
	struct status_columns columns;
	size_t down_count = 0;

	if (!table)
		return status != EX_OK ? status : context_failure("att ställa upp", -ENOMEM);
	columns = columns_add(table);
	table_title(table, "Läget");
	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		bool is_up = false;
		int r = daemon_add(context, table, &columns, daemon_names[i], &is_up);

		if (r < 0)
			return context_failure("att fråga", r);
		down_count += is_up ? 0 : 1;
	}
	status = status_show(context, table);
	return status == EX_OK && down_count > 0 ? EX_UNAVAILABLE : status;
}

const struct command status_commands[] = {
	{
		.name = "status",
		.summary = "visar hur varje del av systemet mår",
		.operands = "",
		.help = "Slutkoden är 69 när någon del är nere, annars 0.\n",
		.run = status_run,
	},
	{.name = NULL},
};
