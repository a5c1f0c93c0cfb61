/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the daemon: what it opens, closes and tells about itself. */
#include "notify/daemon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
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

static int store_start(struct notify_daemon *daemon, const struct conf *conf)
{
	char directory[PATH_SIZE];
	int r = conf_state_path(conf, "notify", directory);

	if (r < 0)
		return r;
	r = store_open(&daemon->store, directory, outbox_table_names, OUTBOX_TABLE_COUNT,
		       conf->store_size_mib);
	if (r == STORE_HELD) {
		log_error("another process owns the store %s", directory);
		return -EBUSY;
	}
	return r;
}

/* Tells of rows whose recipient is no longer in the table: they wait for it to come back. */
static int strays_tell(struct notify_daemon *daemon)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	uint64_t strays = 0;
	int r = store_begin(daemon->store, STORE_READ, &txn);

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
			.store = daemon->store,
		};
	}
	daemon->loop = loop;
	r = loop_add_timer(loop, RETRY_INTERVAL_MS, deliveries_run, daemon, &daemon->timer);
	return r < 0 ? r : loop_later(loop, deliveries_run, daemon);
}

static int follower_start(struct notify_daemon *daemon, struct service *service)
{
	const struct conf *conf = service_conf(service);
	char bell[PATH_SIZE];
	char control[PATH_SIZE];
	struct follower_options options = {
		.name = "alert",
		.bell_endpoint = bell,
		.control_endpoint = control,
		.store = daemon->store,
		.cursor_table = TABLE_CURSOR,
		.wire = service_wire(service),
		.loop = service_loop(service),
		.apply = notify_apply,
		.committed = deliveries_run,
		.context = daemon,
	};
	int r = conf_endpoint(conf, "alert", "bell", bell);

	if (r == 0)
		r = conf_endpoint(conf, "alert", "control", control);
	return r < 0 ? r : follower_new(&daemon->follower, &options);
}

static void daemon_destroy(struct notify_daemon **daemon)
{
	if (!*daemon)
		return;
	follower_destroy(&(*daemon)->follower);
	if ((*daemon)->timer)
		loop_remove_timer((*daemon)->loop, (*daemon)->timer);
	store_close(&(*daemon)->store);
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
		return r < 0 ? r : -EINVAL;
	r = store_start(daemon, service_conf(service));
	if (r == 0)
		r = follower_start(daemon, service);
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
	uint64_t cursor = follower_cursor(daemon->follower);
	uint64_t producer = follower_producer_seq(daemon->follower);
	uint64_t pending = 0;
	uint64_t delivered = 0;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(daemon->store, STORE_READ, &txn);

	if (r == 0)
		r = outbox_count(txn, NULL, &pending);
	if (r == 0)
		r = outbox_delivered_count(txn, &delivered);
	service_status_number(table, "mottagare", "Mottagare", daemon->recipients->count);
	service_status_number(table, "vantar", "Väntar på leverans", pending);
	service_status_number(table, "levererade", "Levererade", delivered);
	service_status_number(table, "last_till", "Läst till i alerts journal", cursor);
	service_status_number(table, "kallans_journal", "Alerts journal till", producer);
	service_status_number(table, "efter", "Händelser efter",
			      producer > cursor ? producer - cursor : 0);
	return r;
}
