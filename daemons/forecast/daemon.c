/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the daemon: what it opens, closes and tells about itself. */
#include "forecast/daemon.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/log.h"
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

	return journal_ring(daemon->journal);
}

static int store_start(struct forecast_daemon *daemon, const struct conf *conf)
{
	char directory[PATH_SIZE];
	int r = conf_state_path(conf, "forecast", directory);

	if (r < 0)
		return r;
	r = store_open(&daemon->store, directory, forecast_table_names, FORECAST_TABLE_COUNT,
		       conf->store_size_mib);
	if (r == STORE_HELD) {
		log_error("another process owns the store %s", directory);
		return -EBUSY;
	}
	return r;
}

static int journal_start(struct forecast_daemon *daemon, struct service *service)
{
	char endpoint[PATH_SIZE];
	int r = conf_endpoint(service_conf(service), "forecast", "bell", endpoint);

	if (r < 0)
		return r;
	r = journal_open(&daemon->journal, daemon->store, TABLE_JOURNAL, TABLE_META,
			 service_wire(service), service_loop(service), endpoint);
	if (r == -EBUSY)
		log_error("another process answers on %s", endpoint);
	return r;
}

static int follower_start(struct forecast_daemon *daemon, struct service *service)
{
	const struct conf *conf = service_conf(service);
	char bell[PATH_SIZE];
	char control[PATH_SIZE];
	struct follower_options options = {
		.name = "aggregate",
		.bell_endpoint = bell,
		.control_endpoint = control,
		.store = daemon->store,
		.cursor_table = TABLE_CURSOR,
		.wire = service_wire(service),
		.loop = service_loop(service),
		.apply = forecast_apply,
		.committed = committed,
		.context = daemon,
	};
	int r = conf_endpoint(conf, "aggregate", "bell", bell);

	if (r == 0)
		r = conf_endpoint(conf, "aggregate", "control", control);
	return r < 0 ? r : follower_new(&daemon->follower, &options);
}

static void daemon_destroy(struct forecast_daemon **daemon)
{
	if (!*daemon)
		return;
	follower_destroy(&(*daemon)->follower);
	journal_close(&(*daemon)->journal);
	store_close(&(*daemon)->store);
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
		return r < 0 ? r : -EINVAL;
	r = store_start(daemon, service_conf(service));
	if (r == 0)
		r = journal_start(daemon, service);
	if (r == 0)
		r = follower_start(daemon, service);
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

static int row_count(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	(void)key;
	(void)key_size;
	(void)value;
	++*(uint64_t *)context;
	return 0;
}

static int rows_count(struct store_txn *txn, unsigned table, uint64_t *count_out)
{
	struct key all = key_empty();

	*count_out = 0;
	return store_each(txn, table, &all, NULL, row_count, count_out);
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
	uint64_t cursor = follower_cursor(daemon->follower);
	uint64_t producer = follower_producer_seq(daemon->follower);
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(daemon->store, STORE_READ, &txn);

	for (size_t i = 0; r == 0 && i < sizeof counted / sizeof counted[0]; i++) {
		uint64_t count;

		r = rows_count(txn, counted[i].table, &count);
		service_status_number(table, counted[i].key, counted[i].title, count);
	}
	service_status_number(table, "journal", "Egen journal till",
			      journal_last_seq(daemon->journal));
	service_status_number(table, "last_till", "Läst till i aggregates journal", cursor);
	service_status_number(table, "kallans_journal", "Aggregates journal till", producer);
	service_status_number(table, "efter", "Händelser efter",
			      producer > cursor ? producer - cursor : 0);
	return r;
}

int forecast_answer_journal(void *context, const struct request *request, const struct peer *peer,
			    struct arena *arena, struct answer *answer)
{
	struct forecast_daemon *daemon = context;

	(void)peer;
	return journal_answer(daemon->journal, request, arena, answer);
}
