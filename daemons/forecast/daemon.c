/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the daemon: what it opens, closes and tells about itself. */
#include "forecast/daemon.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/conf/tables.h"

static int tables_load(const struct conf *conf, struct area_tree **areas, struct line_tree **lines)
{
	int areas_result = areas_load(conf, areas);
	int lines_result = lines_load(conf, lines);

	return areas_result ? areas_result : lines_result;
}

int forecast_check(const struct conf *conf)
{
	cleanup(area_tree_destroy) struct area_tree *areas = NULL;
	cleanup(line_tree_destroy) struct line_tree *lines = NULL;

	return tables_load(conf, &areas, &lines);
}

static int committed(void *context)
{
	struct forecast_daemon *daemon = context;

	return journal_ring(daemon->stage.journal);
}

static const struct stage_options stage_options = {
	.name = "forecast",
	.tables = forecast_table_names,
	.table_count = FORECAST_TABLE_COUNT,
	.has_journal = true,
	.journal_table = TABLE_JOURNAL,
	.meta_table = TABLE_META,
};

static void daemon_destroy(struct forecast_daemon **daemon)
{
	if (!*daemon)
		return;
	pruning_destroy(&(*daemon)->pruning);
	stage_close(&(*daemon)->stage);
	line_tree_destroy(&(*daemon)->lines);
	area_tree_destroy(&(*daemon)->areas);
	free(*daemon);
	*daemon = NULL;
}

int forecast_start(struct service *service, void **daemon_out)
{
	cleanup(daemon_destroy) struct forecast_daemon *daemon = calloc(1, sizeof *daemon);
	int r;

	if (!daemon)
		return -ENOMEM;
	daemon->method = &method_profile;
	r = tables_load(service_conf(service), &daemon->areas, &daemon->lines);
	if (r != 0)
		return r < 0 ? r : ERROR_CONFIGURATION;
	r = stage_open(&daemon->stage, service, &stage_options);
	if (r == 0)
		r = stage_follow(&daemon->stage, service, "aggregate", TABLE_CURSOR, forecast_apply,
				 committed, daemon);
	if (r == 0)
		r = pruning_start(&daemon->pruning, service, daemon->stage.journal, forecast_tell,
				  daemon);
	if (r < 0)
		return r;
	*daemon_out = daemon;
	daemon = NULL;
	return 0;
}

void forecast_stop(void **daemon)
{
	struct forecast_daemon *ours = *daemon;

	daemon_destroy(&ours);
	*daemon = NULL;
}

int forecast_status(void *context, struct table *table)
{
	static const struct {
		unsigned table;
		const char *key;
		const char *title;
	} counted[] = {
		{TABLE_SERIES, "serier", "Serier"},
		{TABLE_FORECAST, "prognoser", "Prognoser"},
		{TABLE_MANUAL, "manuella_prognoser", "Manuella prognoser"},
	};
	struct forecast_daemon *daemon = context;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(daemon->stage.store, STORE_READ, &txn);

	for (size_t i = 0; r == 0 && i < sizeof counted / sizeof counted[0]; i++) {
		uint64_t count;

		r = store_count(txn, counted[i].table, &count);
		service_status_number(table, counted[i].key, counted[i].title, count);
	}
	stage_status(&daemon->stage, table);
	return r;
}

int forecast_answer_journal(void *context, const struct request *request, const struct peer *peer,
			    struct arena *arena, struct answer *answer)
{
	struct forecast_daemon *daemon = context;

	(void)peer;
	return journal_answer(daemon->stage.journal, request, arena, answer);
}

static const struct service_route routes[] = {
	{REQUEST_JOURNAL, forecast_answer_journal},
	{REQUEST_FORECAST, forecast_answer_table},
	{REQUEST_FORECAST_SET, forecast_order_set},
};

const struct service_program forecast_program = {
	.name = "forecast",
	.summary = "Forecasts what the year of every area will end at.",
	.check = forecast_check,
	.start = forecast_start,
	.stop = forecast_stop,
	.routes = routes,
	.route_count = sizeof routes / sizeof routes[0],
	.books = forecast_books,
	.status = forecast_status,
};
