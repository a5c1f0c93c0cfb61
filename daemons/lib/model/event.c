/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for states, as people read them in tables, mails and files.
 */
#include "lib/model/event.h"

const char *alert_state_name(enum alert_state state)
{
	switch (state) {
	case ALERT_RAISED:
		return "larm";
	case ALERT_ACKNOWLEDGED:
		return "kvitterat";
	case ALERT_CLEARED:
		return "återställt";
	}
	return "";
}

const char *plan_state_name(enum plan_state state)
{
	switch (state) {
	case PLAN_DEMANDED:
		return "Krävs";
	case PLAN_DECIDED:
		return "Beslutad";
	case PLAN_CLOSED:
		return "Avslutad";
	}
	return "";
}

const char *case_state_name(enum case_state state)
{
	switch (state) {
	case CASE_OPENED:
		return "i karantän";
	case CASE_REPLACED:
		return "ersatt";
	case CASE_ACCEPTED:
		return "inläst";
	case CASE_RETRIED:
		return "prövas på nytt";
	case CASE_DISCARDED:
		return "slängd";
	}
	return "";
}

int64_t event_time_ms(const struct event *event)
{
	switch (event->kind) {
	case EVENT_LEDGER:
		return event->ledger.time_ms;
	case EVENT_FORECAST:
		return event->forecast.time_ms;
	case EVENT_ALERT:
		return event->alert.time_ms;
	case EVENT_PLAN:
		return event->plan.time_ms;
	case EVENT_DECISION:
		return event->decision.time_ms;
	case EVENT_CASE:
		return event->file_case.time_ms;
	case EVENT_ROOM:
		return event->room.time_ms;
	}
	return 0;
}
