/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgetvakt-notify: tells recipients of every change of an alert or a plan.
 *
 * It follows alert's journal into an outbox in its store, and empties that; it
 * decides nothing.  What the recipients of today are told begins today: one who
 * is added later does not get what was before.
 */
#pragma once

#include "lib/conf/tables.h"
#include "lib/stage/stage.h"
#include "notify/delivery.h"

struct notify_daemon {
	struct recipients *recipients;
	struct stage stage;
	struct delivery deliveries[RECIPIENTS_MAX]; /* one per recipient */
	struct loop *loop;			    /* borrowed */
	int timer;
};

extern const struct service_program notify_program;

/* For service_program; they work on a struct notify_daemon. */
int notify_check(const struct conf *conf);
int notify_start(struct service *service, void **daemon_out);
void notify_stop(void **daemon);
int notify_books(const struct conf *conf, const char *copy_dir);
int notify_status(void *daemon, struct table *table);

/* follower_apply: a row in the outbox for every recipient. */
int notify_apply(void *daemon, struct store_txn *txn, uint64_t seq, const struct event *event);
