/* SPDX-License-Identifier: Apache-2.0 */
/* jansson keeps the keys in the order they are set. */
#include "lib/view/event_line.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"

enum { VALUE_SIZE = 48 };

static void json_release(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

/* jansson refuses what is not UTF-8; a strange name must not hold up an alert. */
static json_t *text_take(const char *text)
{
	size_t length = strlen(text);
	cleanup(free_bytes) char *copy = NULL;

	if (text_is_utf8(text, length))
		return json_stringn(text, length);
	copy = strdup(text);
	for (size_t i = 0; copy && i < length; i++) {
		if ((unsigned char)copy[i] >= 0x80)
			copy[i] = '?';
	}
	return copy ? json_stringn(copy, length) : NULL;
}

/* Each returns whether it worked; json_object_set_new takes over and checks the value. */
static bool text_set(json_t *object, const char *key, const char *text)
{
	return json_object_set_new(object, key, text_take(text)) == 0;
}

static bool number_set(json_t *object, const char *key, int64_t number)
{
	return json_object_set_new(object, key, json_integer(number)) == 0;
}

static bool time_set(json_t *object, const char *key, int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	char text[VALUE_SIZE] = "";
	struct tm parts;

	if (gmtime_r(&seconds, &parts))
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
	return text_set(object, key, text);
}

/* "2020-08"; null before the first month of a year. */
static bool period_set(json_t *object, const char *key, int year, int month)
{
	char text[PERIOD_TEXT_SIZE];

	if (month == 0)
		return json_object_set_new(object, key, json_null()) == 0;
	period_text(period_of(year, month), text);
	return text_set(object, key, text);
}

static bool date_set(json_t *object, const char *key, uint32_t date)
{
	char text[VALUE_SIZE];

	snprintf(text, sizeof text, "%04u-%02u-%02u", date / 10000, date / 100 % 100, date % 100);
	return text_set(object, key, text);
}

static bool id_set(json_t *object, uint64_t seq)
{
	char text[VALUE_SIZE];

	snprintf(text, sizeof text, "alert-%" PRIu64, seq);
	return number_set(object, "seq", (int64_t)seq) && text_set(object, "id", text);
}

static bool alert_fill(json_t *object, uint64_t seq, const struct alert_event *alert)
{
	return id_set(object, seq) && text_set(object, "typ", "larm") &&
	       number_set(object, "larm", (int64_t)alert->id) &&
	       text_set(object, "lage", alert_state_name(alert->state)) &&
	       text_set(object, "regel", alert->rule) && text_set(object, "matt", alert->measure) &&
	       text_set(object, "omrade", alert->area) && number_set(object, "ar", alert->year) &&
	       period_set(object, "period", alert->year, alert->month) &&
	       number_set(object, "avvikelse_ore", alert->deviation.ore) &&
	       number_set(object, "budget_ore", alert->budget.ore) &&
	       time_set(object, "tid", alert->time_ms) && text_set(object, "vem", alert->who) &&
	       text_set(object, "kommentar", alert->comment);
}

static bool plan_fill(json_t *object, uint64_t seq, const struct plan_event *plan)
{
	return id_set(object, seq) && text_set(object, "typ", "åtgärdsplan") &&
	       number_set(object, "atgardsplan", (int64_t)plan->id) &&
	       number_set(object, "larm", (int64_t)plan->alert_id) &&
	       text_set(object, "lage", plan_state_name(plan->state)) &&
	       text_set(object, "omrade", plan->area) && number_set(object, "ar", plan->year) &&
	       date_set(object, "frist", plan->deadline) &&
	       text_set(object, "beslut", plan->reference) &&
	       time_set(object, "tid", plan->time_ms) && text_set(object, "vem", plan->who) &&
	       text_set(object, "kommentar", plan->comment);
}

/* null for 0, which is none. */
static bool count_set(json_t *object, const char *key, uint64_t count)
{
	return count > 0 ? number_set(object, key, (int64_t)count)
			 : json_object_set_new(object, key, json_null()) == 0;
}

static bool case_fill(json_t *object, uint64_t seq, const struct case_event *file_case)
{
	bool is_open = file_case->state == CASE_OPENED;
	char hash[HASH_TEXT_SIZE];

	hash_text(&file_case->file, hash);
	return id_set(object, seq) && text_set(object, "typ", "fil") &&
	       text_set(object, "lage", alert_state_name(is_open ? ALERT_RAISED : ALERT_CLEARED)) &&
	       text_set(object, "orsak", case_state_name(file_case->state)) &&
	       text_set(object, "kalla", file_case->source) &&
	       text_set(object, "fil", file_case->file_name) && text_set(object, "sha256", hash) &&
	       time_set(object, "mottagen", file_case->received_ms) &&
	       count_set(object, "antal_fel", file_case->error_count) &&
	       text_set(object, "kod", file_case->code) &&
	       count_set(object, "rad", file_case->line) &&
	       count_set(object, "kolumn", file_case->column) &&
	       text_set(object, "text", file_case->text) &&
	       text_set(object, "rapport", file_case->report) &&
	       time_set(object, "tid", file_case->time_ms);
}

static bool room_fill(json_t *object, uint64_t seq, const struct room_event *room)
{
	bool is_short = room->state == ALERT_RAISED;

	return id_set(object, seq) && text_set(object, "typ", "utrymme") &&
	       text_set(object, "lage", alert_state_name(room->state)) &&
	       number_set(object, "kvar_mib", (int64_t)room->free_mib) &&
	       number_set(object, "grans_mib", (int64_t)room->limit_mib) &&
	       text_set(
		       object, "text",
		       is_short
			       ? "disken är nästan full: inga filer läses in förrän det finns plats"
			       : "det finns plats på disken igen") &&
	       time_set(object, "tid", room->time_ms);
}

static bool event_fill(json_t *object, uint64_t seq, const struct event *event)
{
	switch (event->kind) {
	case EVENT_ALERT:
		return alert_fill(object, seq, &event->alert);
	case EVENT_PLAN:
		return plan_fill(object, seq, &event->plan);
	case EVENT_CASE:
		return case_fill(object, seq, &event->file_case);
	case EVENT_ROOM:
		return room_fill(object, seq, &event->room);
	case EVENT_LEDGER:
	case EVENT_FORECAST:
	case EVENT_DECISION:
		break;
	}
	return false;
}

static bool event_has_line(enum event_kind kind)
{
	return kind == EVENT_ALERT || kind == EVENT_PLAN || kind == EVENT_CASE ||
	       kind == EVENT_ROOM;
}

int event_line(uint64_t seq, const struct event *event, char **line_out)
{
	cleanup(json_release) json_t *object = json_object();
	cleanup(free_bytes) char *text = NULL;

	if (!event_has_line(event->kind))
		return EVENT_LINE_NONE;
	if (object && event_fill(object, seq, event))
		text = json_dumps(object, JSON_COMPACT);
	if (!text || asprintf(line_out, "%s\n", text) < 0)
		return -ENOMEM;
	return 0;
}
