/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the daemon: what it opens, closes and tells about itself. */
#include "notify/daemon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/stage/space.h"
#include "lib/view/event_line.h"
#include "notify/outbox.h"

enum { RETRY_INTERVAL_MS = 1000 };

int notify_check(const struct conf *conf)
{
	cleanup(recipients_destroy) struct recipients *recipients = NULL;

	return recipients_load(conf, &recipients);
}

int notify_apply(void *context, struct store_txn *txn, uint64_t seq, const struct event *event)
{
	struct notify_daemon *daemon = context;
	cleanup(free_bytes) char *line = NULL;
	struct outbox_row row = {.seq = seq, .offset = OFFSET_NONE};
	int r = event_line(seq, event, &line);

	if (r != 0)
		return r < 0 ? r : 0;
	row.line = line;
	row.length = strlen(line);
	for (size_t i = 0; r == 0 && i < daemon->recipients->count; i++)
		r = outbox_put(txn, daemon->recipients->recipients[i].name, &row);
	return r;
}

static int deliveries_run(void *context)
{
	struct notify_daemon *daemon = context;
	int r = 0;

	for (size_t i = 0; r == 0 && i < daemon->recipients->count; i++)
		r = delivery_run(&daemon->deliveries[i], clock_monotonic_ms());
	return r;
}

/* Tells of rows whose recipient is no longer in the table: they wait for it to come back. */
static int strays_tell(struct notify_daemon *daemon)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	uint64_t strays = 0;
	int r = store_begin(daemon->stage.store, STORE_READ, &txn);

	if (r == 0)
		r = outbox_count(txn, NULL, &strays);
	for (size_t i = 0; r == 0 && i < daemon->recipients->count; i++) {
		uint64_t count;

		r = outbox_count(txn, daemon->recipients->recipients[i].name, &count);
		strays -= count;
	}
	if (r == 0 && strays > 0)
		log_warn("%llu deliveries wait for recipients that are no longer configured",
			 (unsigned long long)strays);
	return r;
}

static int deliveries_start(struct notify_daemon *daemon, struct loop *loop)
{
	int r = strays_tell(daemon);

	if (r < 0)
		return r;
	for (size_t i = 0; i < daemon->recipients->count; i++) {
		daemon->deliveries[i] = (struct delivery){
			.recipient = &daemon->recipients->recipients[i],
			.store = daemon->stage.store,
		};
	}
	daemon->loop = loop;
	r = loop_add_timer(loop, RETRY_INTERVAL_MS, deliveries_run, daemon, &daemon->timer);
	return r < 0 ? r : loop_later(loop, deliveries_run, daemon);
}

static const struct stage_options stage_options = {
	.name = "notify",
	.tables = outbox_table_names,
	.table_count = OUTBOX_TABLE_COUNT,
};

static void daemon_destroy(struct notify_daemon **daemon)
{
	if (!*daemon)
		return;
	if ((*daemon)->timer)
		loop_remove_timer((*daemon)->loop, (*daemon)->timer);
	stage_close(&(*daemon)->stage);
	recipients_destroy(&(*daemon)->recipients);
	free(*daemon);
	*daemon = NULL;
}

int notify_start(struct service *service, void **daemon_out)
{
	cleanup(daemon_destroy) struct notify_daemon *daemon = calloc(1, sizeof *daemon);
	int r;

	if (!daemon)
		return -ENOMEM;
	r = recipients_load(service_conf(service), &daemon->recipients);
	if (r != 0)
		return r < 0 ? r : ERROR_CONFIGURATION;
	/* Who was told then is not told again. */
	if (service_conf(service)->is_rebuild)
		daemon->recipients->count = 0;
	r = stage_open(&daemon->stage, service, &stage_options);
	if (r == 0)
		r = stage_follow(&daemon->stage, service, "alert", TABLE_CURSOR, notify_apply,
				 deliveries_run, daemon);
	if (r == 0)
		r = deliveries_start(daemon, service_loop(service));
	if (r < 0)
		return r;
	*daemon_out = daemon;
	daemon = NULL;
	return 0;
}

void notify_stop(void **daemon)
{
	struct notify_daemon *ours = *daemon;

	daemon_destroy(&ours);
	*daemon = NULL;
}

int notify_status(void *context, struct table *table)
{
	struct notify_daemon *daemon = context;
	uint64_t pending = 0;
	uint64_t delivered = 0;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(daemon->stage.store, STORE_READ, &txn);

	if (r == 0)
		r = outbox_count(txn, NULL, &pending);
	if (r == 0)
		r = outbox_delivered_count(txn, &delivered);
	service_status_number(table, "mottagare", "Mottagare", daemon->recipients->count);
	service_status_number(table, "vantar", "Väntar på leverans", pending);
	service_status_number(table, "levererade", "Levererade", delivered);
	stage_status(&daemon->stage, table);
	return r;
}

const struct service_program notify_program = {
	.name = "notify",
	.summary = "Tells recipients of alerts and plans.",
	.check = notify_check,
	.start = notify_start,
	.stop = notify_stop,
	.books = notify_books,
	.failed = ballast_release,
	.status = notify_status,
};
