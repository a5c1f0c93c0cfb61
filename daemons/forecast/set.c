/* SPDX-License-Identifier: Apache-2.0 */
/* REQUEST_FORECAST_SET: a controller's own forecast of a leaf. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "forecast/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/stage/order.h"

/* NULL, or what is wrong, for the controller. */
static const char *order_problem(const struct forecast_daemon *daemon,
				 const struct request *request)
{
	int area = area_find(daemon->areas, request->area);

	if (area < 0)
		return "Området finns inte i omraden.csv.";
	if (!daemon->areas->areas[area].is_leaf)
		return "Området är en summa: ange prognosen för områdena under det.";
	if (!period_is_valid(request->period))
		return "Prognosmånaden är ingen månad: ÅÅÅÅ-MM.";
	if (strlen(request->text) >= MANUAL_COMMENT_SIZE)
		return "Kommentaren är för lång: högst 2 000 tecken.";
	return NULL;
}

static struct manual manual_of(const struct request *request, const struct peer *peer)
{
	struct manual manual = {
		.has_split = request->has_split,
		.income = request->has_split ? request->income : (struct money){0},
		.cost = request->has_split ? request->cost : (struct money){0},
		.net = request->has_split ? money_sum(request->income, request->cost)
					  : request->net,
		.time_ms = clock_wall_ms(),
	};

	snprintf(manual.who, sizeof manual.who, "uid %u", (unsigned)peer->uid);
	text_copy(manual.comment, sizeof manual.comment, request->text);
	return manual;
}

static int change_tell(struct forecast_daemon *daemon, struct store_txn *txn,
		       const struct request *request, int64_t time_ms)
{
	struct forecast_change change;
	struct event event = {.kind = EVENT_FORECAST};
	int r = forecast_in_force(txn, request->area, period_year(request->period),
				  period_month(request->period), &change, NULL, NULL);

	if (r != 0)
		return r < 0 ? r : -EIO; /* it was written just now */
	event.forecast = (struct forecast_event){
		.time_ms = time_ms,
		.method = daemon->method->name,
		.changes = &change,
		.change_count = 1,
	};
	return journal_append(daemon->stage.journal, txn, &event, NULL);
}

/* The figures reach alert by the forecast event; who decided them and why is kept here. */
static int decision_tell(struct forecast_daemon *daemon, struct store_txn *txn,
			 const struct request *request, const struct manual *manual)
{
	struct event event = {
		.kind = EVENT_DECISION,
		.decision = {.kind = DECISION_FORECAST_SET,
			     .time_ms = manual->time_ms,
			     .who = manual->who,
			     .period = request->period,
			     .area = request->area,
			     .has_split = manual->has_split,
			     .income = manual->income,
			     .cost = manual->cost,
			     .net = manual->net,
			     .comment = manual->comment},
	};

	return journal_append(daemon->stage.journal, txn, &event, NULL);
}

static int order_do(struct forecast_daemon *daemon, struct store_txn *txn,
		    const struct request *request, const struct manual *manual)
{
	int r = manual_write(txn, request->area, period_year(request->period),
			     period_month(request->period), manual);

	if (r == 0)
		r = decision_tell(daemon, txn, request, manual);
	return r < 0 ? r : change_tell(daemon, txn, request, manual->time_ms);
}

int forecast_order_set(void *context, const struct request *request, const struct peer *peer,
		       struct arena *arena, struct answer *answer)
{
	struct forecast_daemon *daemon = context;
	const char *problem = order_problem(daemon, request);
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct manual manual;
	int r;

	if (problem)
		return answer_with(answer, ANSWER_INVALID, problem);
	r = store_begin(daemon->stage.store, STORE_WRITE, &txn);
	if (r < 0)
		return r;
	r = order_begin(txn, TABLE_REQUESTS, request, arena, answer);
	if (r != 0)
		return r < 0 ? r : 0;
	manual = manual_of(request, peer);
	r = order_do(daemon, txn, request, &manual);
	if (r == 0)
		r = store_commit(&txn);
	if (r == 0)
		r = journal_ring(daemon->stage.journal);
	return r < 0 ? r : answer_with(answer, ANSWER_OK, "Prognosen är sparad.");
}
