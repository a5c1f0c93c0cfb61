/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jansson keeps the keys in the order they are set.
 */
#include "budgetvakt/event_json.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"

enum { VALUE_SIZE = 48 };

/* jansson refuses what is not UTF-8; a strange name must not hide an alert. */
static json_t *text_take(const char *text)
{
	size_t length = strlen(text);
	cleanup(free_bytes) char *copy = NULL;

	if (text_is_utf8(text, length))
		return json_stringn(text, length);
	copy = strdup(text);
	for (size_t i = 0; copy && i < length; i++)
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	return copy ? json_stringn(copy, length) : NULL;
}

static void text_set(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, text_take(text ? text : ""));
}

static void number_set(json_t *object, const char *key, int64_t number)
{
	json_object_set_new(object, key, json_integer(number));
}

static void time_set(json_t *object, const char *key, int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	char text[VALUE_SIZE] = "";
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
	text_set(object, key, text);
}

static void date_set(json_t *object, const char *key, uint32_t yyyymmdd)
{
	char text[VALUE_SIZE];

	snprintf(text, sizeof text, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32, yyyymmdd / 10000,
		 yyyymmdd / 100 % 100, yyyymmdd % 100);
	text_set(object, key, text);
}

/* null before the first month of a year. */
static void period_set(json_t *object, const char *key, int year, int month)
{
	char text[PERIOD_TEXT_SIZE];

	if (month == 0) {
		json_object_set_new(object, key, json_null());
		return;
	}
	period_text(period_of(year, month), text);
	text_set(object, key, text);
}

static void alert_set(json_t *object, const struct alert_event *alert)
{
	text_set(object, "typ", "larm");
	number_set(object, "larm", (int64_t)alert->id);
	text_set(object, "läge", alert_state_name(alert->state));
	text_set(object, "regel", alert->rule);
	text_set(object, "mått", alert->measure);
	text_set(object, "område", alert->area);
	number_set(object, "år", alert->year);
	period_set(object, "period", alert->year, alert->month);
	number_set(object, "avvikelse_ore", alert->deviation.ore);
	number_set(object, "budget_ore", alert->budget.ore);
	time_set(object, "tid", alert->time_ms);
	text_set(object, "vem", alert->who);
	text_set(object, "kommentar", alert->comment);
}

static void plan_set(json_t *object, const struct plan_event *plan)
{
	text_set(object, "typ", "åtgärdsplan");
	number_set(object, "åtgärdsplan", (int64_t)plan->id);
	number_set(object, "larm", (int64_t)plan->alert_id);
	text_set(object, "läge", plan_state_name(plan->state));
	text_set(object, "område", plan->area);
	number_set(object, "år", plan->year);
	date_set(object, "frist", plan->deadline);
	text_set(object, "beslut", plan->reference);
	time_set(object, "tid", plan->time_ms);
	text_set(object, "vem", plan->who);
	text_set(object, "kommentar", plan->comment);
}

static void event_set(json_t *object, const struct event *event)
{
	switch (event->kind) {
	case EVENT_ALERT:
		alert_set(object, &event->alert);
		break;
	case EVENT_PLAN:
		plan_set(object, &event->plan);
		break;
	/* Not of this feed; a reader sees that the number is taken. */
	case EVENT_LEDGER:
		text_set(object, "typ", "huvudbok");
		break;
	case EVENT_FORECAST:
		text_set(object, "typ", "prognos");
		break;
	}
}

static char *line_end_add(char *text)
{
	size_t length = text ? strlen(text) : 0;
	char *line = text ? realloc(text, length + 2) : NULL;

	if (!line) {
		free(text);
		return NULL;
	}
	memcpy(line + length, "\n", 2);
	return line;
}

char *event_json(uint64_t seq, const struct event *event)
{
	json_t *object = json_object();
	char id[VALUE_SIZE];
	char *text;

	snprintf(id, sizeof id, "alert-%" PRIu64, seq);
	number_set(object, "seq", (int64_t)seq);
	text_set(object, "id", id);
	event_set(object, event);
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return line_end_add(text);
}
