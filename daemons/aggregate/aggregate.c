/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/aggregate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregate/batches.h"
#include "aggregate/budget.h"
#include "aggregate/import.h"
#include "aggregate/ledger.h"
#include "aggregate/questions.h"
#include "aggregate/restate.h"
#include "aggregate/session.h"
#include "aggregate/verify.h"
#include "aggregate/volumes.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/conf/tables.h"
#include "lib/feed/journal.h"
#include "lib/stage/fill.h"
#include "lib/stage/pruning.h"

struct aggregate {
	struct ledger ledger;
	struct fill *fill;
	struct journal *journal;
	struct pruning *pruning;
	struct session *session;
};

/* The figures in cells are 16-bit indexes. */
enum { TREE_SIZE_MAX = 65535 };

static int mapping_load(const struct conf *conf, struct ledger *ledger)
{
	int r = areas_load(conf, &ledger->areas);

	if (r == 0)
		r = lines_load(conf, &ledger->lines);
	if (r == 0)
		r = spread_keys_load(conf, &ledger->spread_keys);
	if (r == 0)
		r = measures_load(conf, &ledger->measures);
	if (r == 0)
		r = mapping_hash(conf, &ledger->mapping);
	if (r == 0 &&
	    (ledger->areas->count > TREE_SIZE_MAX || ledger->lines->count > TREE_SIZE_MAX))
		return ERROR_CONFIGURATION;
	return r;
}

static int books(const struct conf *conf, const char *copy_dir)
{
	struct ledger ledger = {.store = NULL};
	int r = mapping_load(conf, &ledger);

	if (r == 0)
		r = ledger_verify(&ledger, conf, copy_dir);
	ledger_close(&ledger);
	return r > 0 ? ERROR_CONFIGURATION : r;
}

static int check(const struct conf *conf)
{
	struct ledger ledger = {.store = NULL};
	int r = mapping_load(conf, &ledger);

	ledger_close(&ledger);
	return r;
}

static void stop(void **daemon)
{
	struct aggregate *aggregate = *daemon;

	if (!aggregate)
		return;
	session_destroy(&aggregate->session);
	pruning_destroy(&aggregate->pruning);
	journal_close(&aggregate->journal);
	fill_destroy(&aggregate->fill);
	ledger_close(&aggregate->ledger);
	free(aggregate);
	*daemon = NULL;
}

static int ledger_start(struct aggregate *aggregate, struct service *service)
{
	const struct conf *conf = service_conf(service);
	char directory[PATH_SIZE];
	int r = mapping_load(conf, &aggregate->ledger);

	if (r != 0)
		return r < 0 ? r : ERROR_CONFIGURATION;
	r = conf_state_path(conf, "ledger", directory);
	if (r == 0)
		r = ledger_open(&aggregate->ledger, directory, conf->store_size_mib);
	if (r == STORE_HELD) {
		log_error("another budgetvakt-aggregate owns the ledger store");
		return -EBUSY;
	}
	if (r == ERROR_VERSION) {
		log_error("the ledger store was written by another version of budgetvakt: run "
			  "that version, or move the store away and import its files anew");
		return r;
	}
	if (r == 0)
		r = fill_watch(&aggregate->fill, service, aggregate->ledger.store);
	return r < 0 ? log_failure(r, "cannot open the ledger store") : 0;
}

static int tell_all(void *context, struct store_txn *txn)
{
	struct aggregate *aggregate = context;

	return ledger_tell(&aggregate->ledger, aggregate->journal, txn, clock_wall_ms());
}

static int feed_start(struct aggregate *aggregate, struct service *service)
{
	char endpoint[PATH_SIZE];
	bool restated = false;
	int r = conf_endpoint(service_conf(service), "aggregate", "bell", endpoint);

	if (r == 0)
		r = journal_open(&aggregate->journal, aggregate->ledger.store, TABLE_JOURNAL,
				 TABLE_META, service_wire(service), service_loop(service),
				 endpoint);
	if (r == -EBUSY) {
		log_error("another process has the socket %s", endpoint);
		return r;
	}
	if (r == 0)
		r = ledger_restate(&aggregate->ledger, aggregate->journal, clock_wall_ms(),
				   &restated);
	if (r == 0)
		r = pruning_start(&aggregate->pruning, service, aggregate->journal, tell_all,
				  aggregate);
	if (r < 0)
		return log_failure(r, "cannot open the journal");
	if (restated)
		log_info("the mapping tables have changed: history was restated");
	return 0;
}

static int session_start(struct aggregate *aggregate, struct service *service)
{
	char endpoint[PATH_SIZE];
	int r = conf_endpoint(service_conf(service), "aggregate", "batch", endpoint);

	if (r == 0)
		r = session_new(&aggregate->session, &aggregate->ledger, aggregate->journal,
				service_wire(service), service_loop(service), endpoint);
	if (r == SOCKET_TAKEN) {
		log_error("another process answers on the batch socket");
		return -EBUSY;
	}
	return r < 0 ? log_failure(r, "cannot open the batch socket") : 0;
}

static int start(struct service *service, void **daemon_out)
{
	cleanup(stop) void *daemon = calloc(1, sizeof(struct aggregate));
	struct aggregate *aggregate = daemon;
	int r;

	if (!aggregate)
		return -ENOMEM;
	r = ledger_start(aggregate, service);
	if (r == 0)
		r = feed_start(aggregate, service);
	if (r == 0)
		r = session_start(aggregate, service);
	if (r < 0)
		return r;
	*daemon_out = daemon;
	daemon = NULL;
	return 0;
}

static int on_cube(void *daemon, const struct request *request, const struct peer *peer,
		   struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return cube_answer(&aggregate->ledger, request, arena, answer);
}

static int on_batches(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return batches_answer(&aggregate->ledger, request, arena, answer);
}

static int on_import(void *daemon, const struct request *request, const struct peer *peer,
		     struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return import_answer(&aggregate->ledger, request, arena, answer);
}

static int on_volumes(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return volumes_answer(&aggregate->ledger, request, arena, answer);
}

static int on_budget(void *daemon, const struct request *request, const struct peer *peer,
		     struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return budget_answer(&aggregate->ledger, request, arena, answer);
}

static int on_explain(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return explain_answer(&aggregate->ledger, request, arena, answer);
}

static int on_periods(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return periods_answer(&aggregate->ledger, request, arena, answer);
}

static int on_period_order(void *daemon, const struct request *request, const struct peer *peer,
			   struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	return period_order(&aggregate->ledger, aggregate->journal, request, peer->uid,
			    clock_wall_ms(), arena, answer);
}

static int on_journal(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	struct aggregate *aggregate = daemon;

	(void)peer;
	return journal_answer(aggregate->journal, request, arena, answer);
}

static int batch_count(struct ledger *ledger, uint64_t *count_out, int64_t *time_ms_out)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct batch batch = {.time_ms = 0};
	uint64_t next = 1;
	int r = store_begin(ledger->store, STORE_READ, &txn);

	if (r == 0)
		r = batch_number_next(txn, &next);
	if (r == 0 && next > 1)
		r = batch_load(txn, next - 1, &batch);
	*count_out = next - 1;
	*time_ms_out = batch.time_ms;
	return r < 0 ? r : 0;
}

static int status(void *daemon, struct table *table)
{
	struct aggregate *aggregate = daemon;
	struct session_counts counts = session_counts(aggregate->session);
	uint64_t batches;
	int64_t time_ms;
	int r = batch_count(&aggregate->ledger, &batches, &time_ms);

	service_status_number(table, "seq", "Journalpost", journal_last_seq(aggregate->journal));
	pruning_status(aggregate->journal, table);
	service_status_number(table, "inlasta", "Inlästa filer", batches);
	service_status_time(table, "senaste_inlasning", "Senaste inläsning", time_ms);
	service_status_number(table, "nekade", "Nekade filer sedan start", counts.refused);
	service_status_number(table, "redan_inlasta", "Redan inlästa sedan start",
			      counts.already_had);
	fill_status(aggregate->fill, table);
	return r;
}

static const struct service_route routes[] = {
	{REQUEST_JOURNAL, on_journal},
	{REQUEST_CUBE, on_cube},
	{REQUEST_BATCHES, on_batches},
	{REQUEST_PERIODS, on_periods},
	{REQUEST_BATCH, on_import},
	{REQUEST_EXPLAIN, on_explain},
	{REQUEST_BUDGET, on_budget},
	{REQUEST_VOLUMES, on_volumes},
	{REQUEST_CODES, on_explain},
	{REQUEST_SELECTION, on_explain},
	{REQUEST_PERIOD_CLOSE, on_period_order},
	{REQUEST_PERIOD_OPEN, on_period_order},
};

const struct service_program aggregate_program = {
	.name = "aggregate",
	.summary = "Adds up ledger rows per area, line and month; the only place where money is "
		   "summed.",
	.check = check,
	.start = start,
	.stop = stop,
	.routes = routes,
	.route_count = sizeof routes / sizeof routes[0],
	.books = books,
	.status = status,
};
