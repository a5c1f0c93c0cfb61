/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgetvakt-forecast: monthly series in, what the year will end at out.
 *
 * It follows aggregate's journal, keeps the series and every forecast made of
 * them, and tells in its own journal which leaves got another forecast.
 * Controllers' own forecasts come as orders over the control socket.
 */
#pragma once

#include "forecast/method.h"
#include "forecast/records.h"
#include "lib/model/area.h"
#include "lib/model/line.h"
#include "lib/stage/pruning.h"
#include "lib/stage/stage.h"

struct forecast_daemon {
	struct area_tree *areas;
	struct line_tree *lines;
	const struct method *method;
	struct stage stage;
	struct pruning *pruning;
};

extern const struct service_program forecast_program;

/* For service_program; they work on a struct forecast_daemon. */
int forecast_check(const struct conf *conf);
int forecast_start(struct service *service, void **daemon_out);
void forecast_stop(void **daemon);
int forecast_books(const struct conf *conf, const char *copy_dir);
int forecast_status(void *daemon, struct table *table);

/* follower_apply: new values of series. */
int forecast_apply(void *daemon, struct store_txn *txn, uint64_t seq, const struct event *event);
/* For pruning: appends every forecast that is current to the journal. */
int forecast_tell(void *daemon, struct store_txn *txn);
/* What is in force for the leaf as of @month: a controller's forecast or the
 * model's.  0, STORE_MISSING when there is neither, or a negative errno.
 * @method_out (may be NULL) and @comment_out (may be NULL) tell where it is from. */
int forecast_in_force(struct store_txn *txn, const char *area, int year, int month,
		      struct forecast_change *change_out, char method_out[METHOD_NAME_SIZE],
		      char comment_out[MANUAL_COMMENT_SIZE]);

/* Requests: see service_handler. */
int forecast_answer_table(void *daemon, const struct request *request, const struct peer *peer,
			  struct arena *arena, struct answer *answer);
int forecast_order_set(void *daemon, const struct request *request, const struct peer *peer,
		       struct arena *arena, struct answer *answer);
int forecast_answer_journal(void *daemon, const struct request *request, const struct peer *peer,
			    struct arena *arena, struct answer *answer);
