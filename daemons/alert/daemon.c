/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the daemon: what it opens, closes and tells about itself. */
#include "alert/daemon.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/stage/space.h"

static int tables_load(const struct conf *conf, struct area_tree **areas, struct rules **rules)
{
	int r = areas_load(conf, areas);

	return r != 0 ? r : rules_load(conf, *areas, rules);
}

int alert_check(const struct conf *conf)
{
	cleanup(area_tree_destroy) struct area_tree *areas = NULL;
	cleanup(rules_destroy) struct rules *rules = NULL;

	return tables_load(conf, &areas, &rules);
}

static int committed(void *context)
{
	struct alert_daemon *daemon = context;

	return journal_ring(daemon->stage.journal);
}

static const struct stage_options stage_options = {
	.name = "alert",
	.tables = alert_table_names,
	.table_count = ALERT_TABLE_COUNT,
	.has_journal = true,
	.journal_table = TABLE_JOURNAL,
	.meta_table = TABLE_META,
};

static void daemon_destroy(struct alert_daemon **daemon)
{
	if (!*daemon)
		return;
	alert_room_stop(*daemon);
	stage_close(&(*daemon)->stage);
	rules_destroy(&(*daemon)->rules);
	area_tree_destroy(&(*daemon)->areas);
	free(*daemon);
	*daemon = NULL;
}

int alert_start(struct service *service, void **daemon_out)
{
	cleanup(daemon_destroy) struct alert_daemon *daemon = calloc(1, sizeof *daemon);
	int r;

	if (!daemon)
		return -ENOMEM;
	daemon->conf = service_conf(service);
	r = tables_load(service_conf(service), &daemon->areas, &daemon->rules);
	if (r != 0)
		return r < 0 ? r : ERROR_CONFIGURATION;
	r = stage_open(&daemon->stage, service, &stage_options);
	if (r == 0)
		r = alert_reconcile(daemon, clock_wall_ms());
	if (r == 0)
		r = stage_follow(&daemon->stage, service, "forecast", TABLE_CURSOR, alert_apply,
				 committed, daemon);
	if (r == 0)
		r = stage_follow(&daemon->stage, service, "ingest", TABLE_CURSOR, alert_apply_case,
				 committed, daemon);
	if (r == 0)
		r = alert_room_start(daemon, service_loop(service));
	if (r < 0)
		return r;
	*daemon_out = daemon;
	daemon = NULL;
	return 0;
}

void alert_stop(void **daemon)
{
	struct alert_daemon *ours = *daemon;

	daemon_destroy(&ours);
	*daemon = NULL;
}

struct open_count {
	uint64_t raised;
	uint64_t acknowledged;
	uint64_t plans_demanded;
	uint64_t plans_decided;
	uint64_t cases;
};

static int alert_count(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct open_count *count = context;
	struct alert alert;
	int r = alert_unpack(value, &alert);

	(void)key;
	(void)key_size;
	count->raised += r == 0 && alert.state == ALERT_RAISED;
	count->acknowledged += r == 0 && alert.state == ALERT_ACKNOWLEDGED;
	return r;
}

static int plan_count(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct open_count *count = context;
	struct plan plan;
	int r = plan_unpack(value, &plan);

	(void)key;
	(void)key_size;
	count->plans_demanded += r == 0 && plan.state == PLAN_DEMANDED;
	count->plans_decided += r == 0 && plan.state == PLAN_DECIDED;
	return r;
}

static int open_find(struct alert_daemon *daemon, struct open_count *count)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key all = key_empty();
	int r = store_begin(daemon->stage.store, STORE_READ, &txn);

	if (r == 0)
		r = store_each(txn, TABLE_ALERT, &all, NULL, alert_count, count);
	if (r == 0)
		r = store_each(txn, TABLE_PLAN, &all, NULL, plan_count, count);
	return r == 0 ? alert_cases_count(txn, &count->cases) : r;
}

int alert_status(void *context, struct table *table)
{
	struct alert_daemon *daemon = context;
	struct open_count count = {0};
	int r = open_find(daemon, &count);

	service_status_number(table, "larm", "Larm", count.raised);
	service_status_number(table, "kvitterade", "Kvitterade larm", count.acknowledged);
	service_status_number(table, "filer", "Larm om filer i karantän", count.cases);
	service_status_number(table, "planer_kravs", "Åtgärdsplaner som krävs",
			      count.plans_demanded);
	service_status_number(table, "planer_beslutade", "Beslutade åtgärdsplaner",
			      count.plans_decided);
	alert_room_status(daemon, table);
	stage_status(&daemon->stage, table);
	return r;
}

int alert_answer_journal(void *context, const struct request *request, const struct peer *peer,
			 struct arena *arena, struct answer *answer)
{
	struct alert_daemon *daemon = context;

	(void)peer;
	return journal_answer(daemon->stage.journal, request, arena, answer);
}

static const struct service_route routes[] = {
	{REQUEST_JOURNAL, alert_answer_journal},      {REQUEST_ALERTS, alert_answer_alerts},
	{REQUEST_ALERT_ACK, alert_order_acknowledge}, {REQUEST_PLANS, alert_answer_plans},
	{REQUEST_PLAN_DECIDE, alert_order_decide},    {REQUEST_PLAN_CLOSE, alert_order_close},
};

const struct service_program alert_program = {
	.name = "alert",
	.summary = "Raises alerts, and follows the plans that they demand.",
	.check = alert_check,
	.start = alert_start,
	.stop = alert_stop,
	.failed = ballast_release,
	.routes = routes,
	.route_count = sizeof routes / sizeof routes[0],
	.books = alert_books,
	.status = alert_status,
};
