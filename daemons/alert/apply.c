/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forecast event becomes alerts: the facts of its leaves are stored, and then,
 * when all of them stand, every area of the years it is about is held against
 * every rule.
 */
#include <errno.h>
#include <string.h>

#include "alert/daemon.h"
#include "alert/decide.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

int alert_tell(struct alert_daemon *daemon, struct store_txn *txn, struct alert *alert)
{
	struct event event = {.kind = EVENT_ALERT};
	int r = alert_write(txn, alert);

	if (r < 0)
		return r;
	event.alert = (struct alert_event){
		.id = alert->id,
		.time_ms = alert->time_ms,
		.state = alert->state,
		.rule = alert->rule,
		.measure = rule_measure_name(alert->measure),
		.area = alert->area,
		.year = alert->year,
		.month = alert->month,
		.deviation = alert->deviation,
		.budget = alert->budget,
		.who = alert->who,
		.comment = alert->comment,
	};
	return journal_append(daemon->stage.journal, txn, &event, NULL);
}

int plan_tell(struct alert_daemon *daemon, struct store_txn *txn, struct plan *plan)
{
	struct event event = {.kind = EVENT_PLAN};
	int r = plan_write(txn, plan);

	if (r < 0)
		return r;
	event.plan = (struct plan_event){
		.id = plan->id,
		.alert_id = plan->alert_id,
		.time_ms = plan->time_ms,
		.state = plan->state,
		.area = plan->area,
		.year = plan->year,
		.deadline = plan->deadline,
		.reference = plan->reference,
		.who = plan->who,
		.comment = plan->comment,
	};
	return journal_append(daemon->stage.journal, txn, &event, NULL);
}

/* An alert that comes back while its plan is still followed demands no second one. */
static int plan_demand(struct alert_daemon *daemon, struct store_txn *txn, const struct rule *rule,
		       struct alert *alert)
{
	struct plan plan = {
		.alert_id = alert->id,
		.state = PLAN_DEMANDED,
		.year = alert->year,
		.time_ms = alert->time_ms,
		.deadline = deadline_date(alert->time_ms, rule->plan_days),
	};
	struct plan latest;
	int r = alert->plan_id ? plan_read(txn, alert->plan_id, &latest) : STORE_MISSING;

	if (r < 0 || (r == 0 && latest.state != PLAN_CLOSED))
		return r;
	text_copy(plan.area, sizeof plan.area, alert->area);
	r = plan_tell(daemon, txn, &plan);
	if (r < 0)
		return r;
	alert->plan_id = plan.id;
	return alert_write(txn, alert);
}

static int alert_raise(struct alert_daemon *daemon, struct store_txn *txn, const struct rule *rule,
		       struct alert *alert)
{
	int r;

	alert->state = ALERT_RAISED;
	alert->who[0] = alert->comment[0] = '\0';
	r = alert_tell(daemon, txn, alert);
	return r < 0 || !rule->demands_plan ? r : plan_demand(daemon, txn, rule, alert);
}

int alert_clear(struct alert_daemon *daemon, struct store_txn *txn, struct alert *alert)
{
	alert->state = ALERT_CLEARED;
	alert->who[0] = alert->comment[0] = '\0';
	return alert_tell(daemon, txn, alert);
}

static struct alert alert_blank(const struct rule *rule, const struct area *area, int year)
{
	struct alert alert = {.year = year, .measure = rule->measure};

	text_copy(alert.rule, sizeof alert.rule, rule->name);
	text_copy(alert.area, sizeof alert.area, area->name);
	return alert;
}

static int rule_evaluate(struct alert_daemon *daemon, struct store_txn *txn,
			 const struct rule *rule, const struct area *area, int year,
			 const struct fact *fact, int64_t time_ms)
{
	struct alert alert;
	int r = alert_find(txn, rule->name, area->name, year, &alert);
	bool is_up = r == 0 && alert.state != ALERT_CLEARED;
	struct money deviation = fact_deviation(fact, rule->measure);
	struct money budget = fact_budget(fact, rule->measure);
	enum verdict verdict;

	if (r < 0)
		return r;
	verdict = rule_decide(rule, deviation, budget, is_up);
	if (verdict == VERDICT_NOTHING && !is_up)
		return 0;
	if (r == STORE_MISSING)
		alert = alert_blank(rule, area, year);
	alert.measure = rule->measure;
	alert.month = fact->month;
	alert.deviation = deviation;
	alert.budget = budget;
	if (verdict == VERDICT_NOTHING)
		return alert_write(txn, &alert);
	alert.time_ms = time_ms;
	return verdict == VERDICT_RAISE ? alert_raise(daemon, txn, rule, &alert)
					: alert_clear(daemon, txn, &alert);
}

static int node_evaluate(struct alert_daemon *daemon, struct store_txn *txn,
			 const struct year_facts *year_facts, int node, int64_t time_ms)
{
	const struct area *area = &daemon->areas->areas[node];

	for (size_t i = 0; i < daemon->rules->count; i++) {
		const struct rule *rule = &daemon->rules->rules[i];
		int r = 0;

		if (rule_covers(rule, area))
			r = rule_evaluate(daemon, txn, rule, area, year_facts->year,
					  &year_facts->facts[node], time_ms);
		if (r < 0)
			return r;
	}
	return 0;
}

int year_evaluate(struct alert_daemon *daemon, struct store_txn *txn, int year, int64_t time_ms)
{
	cleanup(year_facts_finish) struct year_facts year_facts = {0};
	int r = year_facts_init(&year_facts, year, daemon->areas);

	if (r == 0)
		r = facts_read(txn, daemon->areas, &year_facts);
	if (r < 0)
		return r;
	year_facts_sum(&year_facts, daemon->areas);
	if (!year_has_budget(&year_facts, daemon->areas))
		return 0;
	for (int node = 0; node < daemon->areas->count && r == 0; node++) {
		if (year_facts.facts[node].is_known)
			r = node_evaluate(daemon, txn, &year_facts, node, time_ms);
	}
	return r;
}

/* A controller's forecast of a month that has passed says nothing new. */
static int facts_store(struct store_txn *txn, const struct forecast_event *forecast)
{
	for (size_t i = 0; i < forecast->change_count; i++) {
		const struct forecast_change *change = &forecast->changes[i];
		struct fact fact = fact_of(change);
		int r = 0;

		if (change->is_current)
			r = fact_write(txn, change->area, change->year, &fact);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool year_is_first(const struct forecast_event *forecast, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (forecast->changes[i].year == forecast->changes[index].year)
			return false;
	}
	return true;
}

int alert_apply(void *context, struct store_txn *txn, uint64_t seq, const struct event *event)
{
	struct alert_daemon *daemon = context;
	int r;

	(void)seq;
	if (event->kind != EVENT_FORECAST)
		return 0;
	r = facts_store(txn, &event->forecast);
	for (size_t i = 0; i < event->forecast.change_count && r == 0; i++) {
		if (year_is_first(&event->forecast, i))
			r = year_evaluate(daemon, txn, event->forecast.changes[i].year,
					  event->forecast.time_ms);
	}
	return r;
}
