/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people order: an alert acknowledged, a plan decided, a plan closed.  An
 * order that was done is not done again, and one that does not fit the state is
 * refused with a text that says why.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "alert/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/stage/order.h"

/* One order while it is handled. */
struct order {
	struct alert_daemon *daemon;
	struct store_txn *txn;
	const struct request *request;
	const struct peer *peer;
	struct arena *arena;
	struct answer *answer;
};

/* Does the order, or answers why not.  ORDER_DECLINED: the answer is given, and nothing was
 * written. */
typedef int order_handler(const struct order *order);
enum { ORDER_DECLINED = 1 };

static int order_decline(const struct order *order, enum answer_code code, const char *text)
{
	int r = answer_with(order->answer, code, text ? text : "Ordern kan inte utföras.");

	return r < 0 ? r : ORDER_DECLINED;
}

static int order_run(void *daemon, const struct request *request, const struct peer *peer,
		     struct arena *arena, struct answer *answer, order_handler *handle)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct order order = {.daemon = daemon,
			      .request = request,
			      .peer = peer,
			      .arena = arena,
			      .answer = answer};
	int r;

	if (strlen(request->text) >= COMMENT_SIZE)
		return answer_with(answer, ANSWER_INVALID,
				   "Kommentaren är för lång: högst 2 000 tecken.");
	r = store_begin(order.daemon->stage.store, STORE_WRITE, &txn);
	if (r < 0)
		return r;
	order.txn = txn;
	r = order_begin(txn, TABLE_REQUESTS, request, arena, answer);
	if (r != 0)
		return r < 0 ? r : 0;
	r = handle(&order);
	if (r == ORDER_DECLINED)
		return order_refuse(&txn, TABLE_REQUESTS, request, answer);
	if (r == 0)
		r = store_commit(&txn);
	return r < 0 ? r : journal_ring(order.daemon->stage.journal);
}

static void order_sign(const struct order *order, char who[static WHO_SIZE],
		       char comment[static COMMENT_SIZE])
{
	snprintf(who, WHO_SIZE, "uid %u", (unsigned)order->peer->uid);
	text_copy(comment, COMMENT_SIZE, order->request->text);
}

static int acknowledge(const struct order *order)
{
	struct alert alert;
	unsigned long long id = order->request->number;
	int r = alert_read(order->txn, id, &alert);

	if (r == STORE_MISSING)
		return order_decline(order, ANSWER_NOT_FOUND,
				     arena_print(order->arena, "Det finns inget larm %llu.", id));
	if (r < 0)
		return r;
	if (alert.state != ALERT_RAISED)
		return order_decline(order, ANSWER_REFUSED,
				     arena_print(order->arena, "Larm %llu är redan %s.", id,
						 alert_state_name(alert.state)));
	alert.state = ALERT_ACKNOWLEDGED;
	alert.time_ms = clock_wall_ms();
	order_sign(order, alert.who, alert.comment);
	r = alert_tell(order->daemon, order->txn, &alert);
	return r < 0 ? r
		     : answer_with(order->answer, ANSWER_OK,
				   arena_print(order->arena, "Larm %llu är kvitterat.", id));
}

/* 0, or ORDER_DECLINED with the answer given. */
static int plan_take(const struct order *order, struct plan *plan)
{
	unsigned long long id = order->request->number;
	int r = plan_read(order->txn, id, plan);

	if (r == STORE_MISSING)
		return order_decline(
			order, ANSWER_NOT_FOUND,
			arena_print(order->arena, "Det finns ingen åtgärdsplan %llu.", id));
	return r;
}

static int plan_change(const struct order *order, struct plan *plan, enum plan_state state,
		       const char *done)
{
	int r;

	plan->state = state;
	plan->time_ms = clock_wall_ms();
	order_sign(order, plan->who, plan->comment);
	r = plan_tell(order->daemon, order->txn, plan);
	return r < 0 ? r
		     : answer_with(order->answer, ANSWER_OK,
				   arena_print(order->arena, "Åtgärdsplan %llu är %s.",
					       (unsigned long long)plan->id, done));
}

static int decide(const struct order *order)
{
	const char *reference = order->request->reference;
	struct plan plan;
	int r;

	if (!reference[0] || strlen(reference) >= REFERENCE_SIZE)
		return order_decline(order, ANSWER_INVALID,
				     "Ange beslutet, till exempel protokoll och paragraf "
				     "(högst 250 tecken).");
	r = plan_take(order, &plan);
	if (r != 0)
		return r;
	if (plan.state != PLAN_DEMANDED)
		return order_decline(
			order, ANSWER_REFUSED,
			arena_print(order->arena, "Åtgärdsplan %llu är redan %s.",
				    (unsigned long long)plan.id,
				    plan.state == PLAN_DECIDED ? "beslutad" : "avslutad"));
	text_copy(plan.reference, sizeof plan.reference, reference);
	return plan_change(order, &plan, PLAN_DECIDED, "beslutad");
}

/* A plan may be closed undecided only when what demanded it is over. */
static int close_problem(const struct order *order, const struct plan *plan,
			 const char **problem_out)
{
	struct alert alert;
	int r;

	*problem_out = NULL;
	if (plan->state == PLAN_CLOSED)
		*problem_out = "redan avslutad";
	if (plan->state != PLAN_DEMANDED)
		return 0;
	r = alert_read(order->txn, plan->alert_id, &alert);
	if (r != 0)
		return r < 0 ? r : -EIO; /* a plan without its alert */
	if (alert.state != ALERT_CLEARED)
		*problem_out = "inte beslutad än, och larmet är inte återställt";
	return 0;
}

static int close_plan(const struct order *order)
{
	const char *problem;
	struct plan plan;
	int r = plan_take(order, &plan);

	if (r != 0)
		return r;
	r = close_problem(order, &plan, &problem);
	if (r < 0)
		return r;
	if (problem)
		return order_decline(order, ANSWER_REFUSED,
				     arena_print(order->arena, "Åtgärdsplan %llu är %s.",
						 (unsigned long long)plan.id, problem));
	return plan_change(order, &plan, PLAN_CLOSED, "avslutad");
}

int alert_order_acknowledge(void *daemon, const struct request *request, const struct peer *peer,
			    struct arena *arena, struct answer *answer)
{
	return order_run(daemon, request, peer, arena, answer, acknowledge);
}

int alert_order_decide(void *daemon, const struct request *request, const struct peer *peer,
		       struct arena *arena, struct answer *answer)
{
	return order_run(daemon, request, peer, arena, answer, decide);
}

int alert_order_close(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	return order_run(daemon, request, peer, arena, answer, close_plan);
}
