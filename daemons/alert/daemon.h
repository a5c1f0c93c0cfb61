/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgetvakt-alert: which areas cross a limit, who has seen it, and which
 * åtgärdsplaner that demands.
 *
 * It follows forecast's journal, keeps the newest fact of every leaf, and holds
 * every node of the tree against the rules.  Whatever changes an alert or a
 * plan, a fact or a person's order, is told of in its own journal, once.
 *
 * It follows ingest's journal as well: a refused file is an alert by itself.  Nobody
 * acknowledges it, for what can be done about it is done to the file
 * (`budgetvakt quarantine`), and that clears it.
 */
#pragma once

#include "alert/records.h"
#include "lib/conf/tables.h"
#include "lib/stage/stage.h"

struct alert_daemon {
	struct area_tree *areas;
	struct rules *rules;
	struct stage stage;
	const struct conf *conf;
	enum alert_state room_state; /* what was told last of the disk's room */
	struct loop *loop;
	int room_timer;
};

extern const struct service_program alert_program;

/* For service_program; they work on a struct alert_daemon. */
int alert_check(const struct conf *conf);
int alert_start(struct service *service, void **daemon_out);
void alert_stop(void **daemon);
int alert_books(const struct conf *conf, const char *copy_dir);
int alert_status(void *daemon, struct table *table);

/* follower_apply: new forecasts. */
int alert_apply(void *daemon, struct store_txn *txn, uint64_t seq, const struct event *event);

/* follower_apply of ingest's journal: a file was refused, or left quarantine. */
int alert_apply_case(void *daemon, struct store_txn *txn, uint64_t seq, const struct event *event);
/* A row of the alerts' table for every refused file that is in quarantine, or with @is_all
 * that has been there. */
int alert_cases_list(struct store_txn *txn, struct table *table, bool is_all);
int alert_cases_count(struct store_txn *txn, uint64_t *count_out);

/* Watches how much room the disk has, and tells when it is short and when it is not. */
int alert_room_start(struct alert_daemon *daemon, struct loop *loop);
void alert_room_stop(struct alert_daemon *daemon);
/* A row of the alerts' table when it is short. */
int alert_room_list(struct store_txn *txn, struct table *table);
void alert_room_status(const struct alert_daemon *daemon, struct table *table);

/* Holds every area of @year against every rule; what changes is told of as at @time_ms. */
int year_evaluate(struct alert_daemon *daemon, struct store_txn *txn, int year, int64_t time_ms);

/* Other rules or areas than last time: evaluates every year again, and clears the
 * alerts whose rule or area is gone.  At start; changes nothing when nothing changed. */
int alert_reconcile(struct alert_daemon *daemon, int64_t now_ms);

/* The alert is over: stored and told of. */
int alert_clear(struct alert_daemon *daemon, struct store_txn *txn, struct alert *alert);

/* Store the record and tell of its state in the journal. */
int alert_tell(struct alert_daemon *daemon, struct store_txn *txn, struct alert *alert);
int plan_tell(struct alert_daemon *daemon, struct store_txn *txn, struct plan *plan);

/* Requests: see service_handler. */
int alert_answer_journal(void *daemon, const struct request *request, const struct peer *peer,
			 struct arena *arena, struct answer *answer);
int alert_answer_alerts(void *daemon, const struct request *request, const struct peer *peer,
			struct arena *arena, struct answer *answer);
int alert_answer_plans(void *daemon, const struct request *request, const struct peer *peer,
		       struct arena *arena, struct answer *answer);
int alert_order_acknowledge(void *daemon, const struct request *request, const struct peer *peer,
			    struct arena *arena, struct answer *answer);
int alert_order_decide(void *daemon, const struct request *request, const struct peer *peer,
		       struct arena *arena, struct answer *answer);
int alert_order_close(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer);
