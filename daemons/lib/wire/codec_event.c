/* SPDX-License-Identifier: Apache-2.0 */
/* What the journals hold. */
#include "lib/wire/codec_private.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"

/* A ledger event carries every changed series of an import: 8 000 of them are 2 MB. */
enum { EVENT_ARENA_BYTES = 64 * 1024 * 1024 };

static int series_fill(const struct series *ours, Budgetvakt__Series *series)
{
	budgetvakt__series__init(series);
	series->area = codec_text(ours->area);
	series->line = codec_text(ours->line);
	series->year = (uint32_t)ours->year;
	series->through_month = (uint32_t)ours->through_month;
	/* struct money is one int64_t, so an array of them is an array of öre. */
	series->outcome_ore = (int64_t *)(uintptr_t)ours->outcome;
	series->budget_ore = (int64_t *)(uintptr_t)ours->budget;
	series->n_outcome_ore = series->n_budget_ore = MONTHS;
	return 0;
}

static int ledger_fill(const struct ledger_event *ours, struct arena *arena,
		       Budgetvakt__Event *event)
{
	Budgetvakt__LedgerEvent *ledger = arena_take(arena, sizeof *ledger);
	Budgetvakt__Series *series = arena_take_zeroed(arena, ours->series_count, sizeof *series);

	if (!ledger || !series)
		return -ENOMEM;
	budgetvakt__ledger_event__init(ledger);
	ledger->time_ms = ours->time_ms;
	ledger->batch_id = codec_bytes(ours->batch_id.bytes, HASH_SIZE);
	ledger->source = codec_text(ours->source);
	ledger->series = arena_take_zeroed(arena, ours->series_count, sizeof(void *));
	if (!ledger->series)
		return -ENOMEM;
	for (size_t i = 0; i < ours->series_count; i++) {
		series_fill(&ours->series[i], &series[i]);
		ledger->series[i] = &series[i];
	}
	ledger->n_series = ours->series_count;
	event->body_case = BUDGETVAKT__EVENT__BODY_LEDGER;
	event->ledger = ledger;
	return 0;
}

static void change_fill(const struct forecast_change *ours, Budgetvakt__ForecastChange *change)
{
	budgetvakt__forecast_change__init(change);
	change->area = codec_text(ours->area);
	change->year = (uint32_t)ours->year;
	change->month = (uint32_t)ours->month;
	change->income_ore = ours->income.ore;
	change->cost_ore = ours->cost.ore;
	change->net_ore = ours->net.ore;
	change->low_ore = ours->low.ore;
	change->high_ore = ours->high.ore;
	change->is_manual = ours->is_manual;
	change->has_budget = ours->has_budget;
	change->is_current = ours->is_current;
	change->budget_year_ore = ours->budget_year.ore;
	change->outcome_to_date_ore = ours->outcome_to_date.ore;
	change->budget_to_date_ore = ours->budget_to_date.ore;
}

static int forecast_fill(const struct forecast_event *ours, struct arena *arena,
			 Budgetvakt__Event *event)
{
	Budgetvakt__ForecastEvent *forecast = arena_take(arena, sizeof *forecast);
	Budgetvakt__ForecastChange *changes =
		arena_take_zeroed(arena, ours->change_count, sizeof *changes);

	if (!forecast || !changes)
		return -ENOMEM;
	budgetvakt__forecast_event__init(forecast);
	forecast->time_ms = ours->time_ms;
	forecast->method = codec_text(ours->method);
	forecast->changes = arena_take_zeroed(arena, ours->change_count, sizeof(void *));
	if (!forecast->changes)
		return -ENOMEM;
	for (size_t i = 0; i < ours->change_count; i++) {
		change_fill(&ours->changes[i], &changes[i]);
		forecast->changes[i] = &changes[i];
	}
	forecast->n_changes = ours->change_count;
	event->body_case = BUDGETVAKT__EVENT__BODY_FORECAST;
	event->forecast = forecast;
	return 0;
}

static int alert_fill(const struct alert_event *ours, struct arena *arena, Budgetvakt__Event *event)
{
	Budgetvakt__AlertEvent *alert = arena_take(arena, sizeof *alert);

	if (!alert)
		return -ENOMEM;
	budgetvakt__alert_event__init(alert);
	alert->id = ours->id;
	alert->time_ms = ours->time_ms;
	alert->state = ours->state;
	alert->rule = codec_text(ours->rule);
	alert->measure = codec_text(ours->measure);
	alert->area = codec_text(ours->area);
	alert->year = (uint32_t)ours->year;
	alert->month = (uint32_t)ours->month;
	alert->deviation_ore = ours->deviation.ore;
	alert->budget_ore = ours->budget.ore;
	alert->who = codec_text(ours->who);
	alert->comment = codec_text(ours->comment);
	event->body_case = BUDGETVAKT__EVENT__BODY_ALERT;
	event->alert = alert;
	return 0;
}

static int plan_fill(const struct plan_event *ours, struct arena *arena, Budgetvakt__Event *event)
{
	Budgetvakt__PlanEvent *plan = arena_take(arena, sizeof *plan);

	if (!plan)
		return -ENOMEM;
	budgetvakt__plan_event__init(plan);
	plan->id = ours->id;
	plan->alert_id = ours->alert_id;
	plan->time_ms = ours->time_ms;
	plan->state = ours->state;
	plan->area = codec_text(ours->area);
	plan->year = (uint32_t)ours->year;
	plan->deadline = ours->deadline;
	plan->reference = codec_text(ours->reference);
	plan->who = codec_text(ours->who);
	plan->comment = codec_text(ours->comment);
	event->body_case = BUDGETVAKT__EVENT__BODY_PLAN;
	event->plan = plan;
	return 0;
}

static int decision_fill(const struct decision_event *ours, struct arena *arena,
			 Budgetvakt__Event *event)
{
	Budgetvakt__DecisionEvent *decision = arena_take(arena, sizeof *decision);

	if (!decision)
		return -ENOMEM;
	budgetvakt__decision_event__init(decision);
	decision->kind = ours->kind;
	decision->time_ms = ours->time_ms;
	decision->who = codec_text(ours->who);
	decision->period = ours->period.yyyymm;
	decision->area = codec_text(ours->area);
	decision->has_split = ours->has_split;
	decision->income_ore = ours->income.ore;
	decision->cost_ore = ours->cost.ore;
	decision->net_ore = ours->net.ore;
	decision->comment = codec_text(ours->comment);
	event->body_case = BUDGETVAKT__EVENT__BODY_DECISION;
	event->decision = decision;
	return 0;
}

static int case_fill(const struct case_event *ours, struct arena *arena, Budgetvakt__Event *event)
{
	Budgetvakt__CaseEvent *file_case = arena_take(arena, sizeof *file_case);

	if (!file_case)
		return -ENOMEM;
	budgetvakt__case_event__init(file_case);
	file_case->time_ms = ours->time_ms;
	file_case->state = ours->state;
	file_case->source = codec_text(ours->source);
	file_case->file_name = codec_text(ours->file_name);
	file_case->file = codec_bytes(ours->file.bytes, HASH_SIZE);
	file_case->received_ms = ours->received_ms;
	file_case->code = codec_text(ours->code);
	file_case->line = ours->line;
	file_case->column = ours->column;
	file_case->text = codec_text(ours->text);
	file_case->error_count = ours->error_count;
	file_case->report = codec_text(ours->report);
	event->body_case = BUDGETVAKT__EVENT__BODY_FILE_CASE;
	event->file_case = file_case;
	return 0;
}

static int room_fill(const struct room_event *ours, struct arena *arena, Budgetvakt__Event *event)
{
	Budgetvakt__RoomEvent *room = arena_take(arena, sizeof *room);

	if (!room)
		return -ENOMEM;
	budgetvakt__room_event__init(room);
	room->time_ms = ours->time_ms;
	room->state = ours->state;
	room->free_mib = ours->free_mib;
	room->limit_mib = ours->limit_mib;
	event->body_case = BUDGETVAKT__EVENT__BODY_ROOM;
	event->room = room;
	return 0;
}

static int event_fill(const struct event *ours, struct arena *arena, Budgetvakt__Event *event)
{
	switch (ours->kind) {
	case EVENT_LEDGER:
		return ledger_fill(&ours->ledger, arena, event);
	case EVENT_FORECAST:
		return forecast_fill(&ours->forecast, arena, event);
	case EVENT_ALERT:
		return alert_fill(&ours->alert, arena, event);
	case EVENT_PLAN:
		return plan_fill(&ours->plan, arena, event);
	case EVENT_DECISION:
		return decision_fill(&ours->decision, arena, event);
	case EVENT_CASE:
		return case_fill(&ours->file_case, arena, event);
	case EVENT_ROOM:
		return room_fill(&ours->room, arena, event);
	}
	return -EINVAL;
}

int event_pack(const struct event *event, uint8_t **bytes_out, size_t *size_out)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	Budgetvakt__Event theirs = BUDGETVAKT__EVENT__INIT;
	int r = arena_new(&arena, EVENT_ARENA_BYTES);

	if (r < 0)
		return r;
	r = event_fill(event, arena, &theirs);
	return r < 0 ? r : codec_pack(&theirs.base, bytes_out, size_out);
}

static int ledger_read(const Budgetvakt__LedgerEvent *theirs, struct arena *arena,
		       struct ledger_event *ours)
{
	struct series *series = arena_take_zeroed(arena, theirs->n_series, sizeof *series);

	if (!series)
		return CODEC_MALFORMED;
	*ours = (struct ledger_event){
		.time_ms = theirs->time_ms, .source = theirs->source, .series = series};
	for (size_t i = 0; i < theirs->n_series; i++) {
		const Budgetvakt__Series *one = theirs->series[i];

		if (one->n_outcome_ore != MONTHS || one->n_budget_ore != MONTHS ||
		    one->through_month > MONTHS || one->year > YEAR_MAX)
			return CODEC_MALFORMED;
		series[i].area = one->area;
		series[i].line = one->line;
		series[i].year = (int)one->year;
		series[i].through_month = (int)one->through_month;
		memcpy(series[i].outcome, one->outcome_ore, sizeof series[i].outcome);
		memcpy(series[i].budget, one->budget_ore, sizeof series[i].budget);
	}
	ours->series_count = theirs->n_series;
	return codec_read_fixed(theirs->batch_id, ours->batch_id.bytes, HASH_SIZE);
}

static struct forecast_change change_read(const Budgetvakt__ForecastChange *change)
{
	return (struct forecast_change){
		.area = change->area,
		.year = (int)change->year,
		.month = (int)change->month,
		.income = {change->income_ore},
		.cost = {change->cost_ore},
		.net = {change->net_ore},
		.low = {change->low_ore},
		.high = {change->high_ore},
		.is_manual = change->is_manual,
		.has_budget = change->has_budget,
		.is_current = change->is_current,
		.budget_year = {change->budget_year_ore},
		.outcome_to_date = {change->outcome_to_date_ore},
		.budget_to_date = {change->budget_to_date_ore},
	};
}

static int forecast_read(const Budgetvakt__ForecastEvent *theirs, struct arena *arena,
			 struct forecast_event *ours)
{
	struct forecast_change *changes =
		arena_take_zeroed(arena, theirs->n_changes, sizeof *changes);

	if (!changes)
		return CODEC_MALFORMED;
	for (size_t i = 0; i < theirs->n_changes; i++) {
		if (theirs->changes[i]->month > MONTHS || theirs->changes[i]->year > YEAR_MAX)
			return CODEC_MALFORMED;
		changes[i] = change_read(theirs->changes[i]);
	}
	*ours = (struct forecast_event){
		.time_ms = theirs->time_ms,
		.method = theirs->method,
		.changes = changes,
		.change_count = theirs->n_changes,
	};
	return 0;
}

static int alert_read(const Budgetvakt__AlertEvent *theirs, struct alert_event *ours)
{
	*ours = (struct alert_event){
		.id = theirs->id,
		.time_ms = theirs->time_ms,
		.state = (enum alert_state)theirs->state,
		.rule = theirs->rule,
		.measure = theirs->measure,
		.area = theirs->area,
		.year = (int)theirs->year,
		.month = (int)theirs->month,
		.deviation = {theirs->deviation_ore},
		.budget = {theirs->budget_ore},
		.who = theirs->who,
		.comment = theirs->comment,
	};
	return theirs->state < ALERT_RAISED || theirs->state > ALERT_CLEARED ? CODEC_MALFORMED : 0;
}

static int plan_read(const Budgetvakt__PlanEvent *theirs, struct plan_event *ours)
{
	*ours = (struct plan_event){
		.id = theirs->id,
		.alert_id = theirs->alert_id,
		.time_ms = theirs->time_ms,
		.state = (enum plan_state)theirs->state,
		.area = theirs->area,
		.year = (int)theirs->year,
		.deadline = theirs->deadline,
		.reference = theirs->reference,
		.who = theirs->who,
		.comment = theirs->comment,
	};
	return theirs->state < PLAN_DEMANDED || theirs->state > PLAN_CLOSED ? CODEC_MALFORMED : 0;
}

static int decision_read(const Budgetvakt__DecisionEvent *theirs, struct decision_event *ours)
{
	*ours = (struct decision_event){
		.kind = (enum decision_kind)theirs->kind,
		.time_ms = theirs->time_ms,
		.who = theirs->who,
		.period = {theirs->period},
		.area = theirs->area,
		.has_split = theirs->has_split,
		.income = {theirs->income_ore},
		.cost = {theirs->cost_ore},
		.net = {theirs->net_ore},
		.comment = theirs->comment,
	};
	return theirs->kind < DECISION_PERIOD_CLOSED || theirs->kind > DECISION_FORECAST_SET
		       ? CODEC_MALFORMED
		       : 0;
}

static int case_read(const Budgetvakt__CaseEvent *theirs, struct case_event *ours)
{
	*ours = (struct case_event){
		.time_ms = theirs->time_ms,
		.state = (enum case_state)theirs->state,
		.source = theirs->source,
		.file_name = theirs->file_name,
		.received_ms = theirs->received_ms,
		.code = theirs->code,
		.line = theirs->line,
		.column = theirs->column,
		.text = theirs->text,
		.error_count = theirs->error_count,
		.report = theirs->report,
	};
	if (theirs->state < CASE_OPENED || theirs->state > CASE_DISCARDED)
		return CODEC_MALFORMED;
	return codec_read_fixed(theirs->file, ours->file.bytes, HASH_SIZE);
}

static int room_read(const Budgetvakt__RoomEvent *theirs, struct room_event *ours)
{
	*ours = (struct room_event){
		.time_ms = theirs->time_ms,
		.state = (enum alert_state)theirs->state,
		.free_mib = theirs->free_mib,
		.limit_mib = theirs->limit_mib,
	};
	return theirs->state == ALERT_RAISED || theirs->state == ALERT_CLEARED ? 0
									       : CODEC_MALFORMED;
}

static int event_read(const Budgetvakt__Event *theirs, struct arena *arena, struct event *ours)
{
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_LEDGER) {
		ours->kind = EVENT_LEDGER;
		return ledger_read(theirs->ledger, arena, &ours->ledger);
	}
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_FORECAST) {
		ours->kind = EVENT_FORECAST;
		return forecast_read(theirs->forecast, arena, &ours->forecast);
	}
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_ALERT) {
		ours->kind = EVENT_ALERT;
		return alert_read(theirs->alert, &ours->alert);
	}
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_PLAN) {
		ours->kind = EVENT_PLAN;
		return plan_read(theirs->plan, &ours->plan);
	}
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_DECISION) {
		ours->kind = EVENT_DECISION;
		return decision_read(theirs->decision, &ours->decision);
	}
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_FILE_CASE) {
		ours->kind = EVENT_CASE;
		return case_read(theirs->file_case, &ours->file_case);
	}
	if (theirs->body_case == BUDGETVAKT__EVENT__BODY_ROOM) {
		ours->kind = EVENT_ROOM;
		return room_read(theirs->room, &ours->room);
	}
	return CODEC_UNKNOWN;
}

int event_unpack(const uint8_t *bytes, size_t size, struct arena *arena, struct event *event_out)
{
	ProtobufCMessage *event;

	if (size > MESSAGE_SIZE_MAX)
		return CODEC_TOO_LARGE;
	event = codec_unpack(&budgetvakt__event__descriptor, bytes, size, arena);
	if (!event)
		return CODEC_MALFORMED;
	memset(event_out, 0, sizeof *event_out);
	return event_read((const Budgetvakt__Event *)event, arena, event_out);
}
