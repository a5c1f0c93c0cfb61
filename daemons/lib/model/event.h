/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the journals record: facts that a later stage derives its own from.
 * Every text is borrowed from the arena the event was read into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/hash.h"
#include "lib/model/money.h"
#include "lib/model/period.h"

enum event_kind {
	EVENT_LEDGER = 1, /* aggregate -> forecast: series changed */
	EVENT_FORECAST,	  /* forecast -> alert */
	EVENT_ALERT,	  /* alert -> notify, subscribers: an alert changed state */
	EVENT_PLAN,	  /* alert -> notify, subscribers: an åtgärdsplan changed state */
	EVENT_DECISION,	  /* aggregate, forecast: what a person decided there; precious */
	EVENT_CASE,	  /* ingest -> alert -> notify, subscribers: of a refused file */
	EVENT_ROOM,	  /* alert -> notify, subscribers: the disk is nearly full, or not */
};

enum { EVENT_KIND_MAX = EVENT_ROOM };

/* One leaf area × leaf line × year, the whole year's values after the change. */
struct series {
	const char *area;
	const char *line;
	int year;
	int through_month; /* outcome is complete through this month; 0 = none */
	struct money outcome[MONTHS];
	struct money budget[MONTHS];
};

struct ledger_event {
	int64_t time_ms;      /* when aggregate committed it */
	struct hash batch_id; /* zero when no batch caused it (a new mapping) */
	const char *source;   /* "" likewise */
	const struct series *series;
	size_t series_count;
};

/* The year of one leaf area as seen after a month. */
struct forecast_change {
	const char *area;
	int year;
	int month; /* forecast made after this month's outcome; 0 = before any */
	struct money income;
	struct money cost;
	struct money net;
	struct money low; /* net, 80 % interval */
	struct money high;
	bool is_manual;
	bool is_current;	  /* not made after an earlier month than the outcome is at */
	bool has_budget;	  /* of any line: without one a deviation says nothing */
	struct money budget_year; /* net */
	struct money outcome_to_date;
	struct money budget_to_date;
};

struct forecast_event {
	int64_t time_ms;    /* of the ledger event or command behind it */
	const char *method; /* "profil-1": name and version */
	const struct forecast_change *changes;
	size_t change_count;
};

enum alert_state {
	ALERT_RAISED = 1,   /* larm */
	ALERT_ACKNOWLEDGED, /* kvitterat */
	ALERT_CLEARED,	    /* återställt */
};

const char *alert_state_name(enum alert_state state);

struct alert_event {
	uint64_t id;
	int64_t time_ms;
	enum alert_state state;
	const char *rule;
	const char *measure; /* "prognos" or "utfall" */
	const char *area;
	int year;
	int month;
	struct money deviation;
	struct money budget;
	const char *who;     /* of an acknowledgement, else "" */
	const char *comment; /* likewise */
};

enum plan_state {
	PLAN_DEMANDED = 1, /* Krävs */
	PLAN_DECIDED,	   /* Beslutad */
	PLAN_CLOSED,	   /* Avslutad */
};

const char *plan_state_name(enum plan_state state);

struct plan_event {
	uint64_t id;
	uint64_t alert_id;
	int64_t time_ms;
	enum plan_state state;
	const char *area;
	int year;
	uint32_t deadline;     /* YYYYMMDD */
	const char *reference; /* of the decision, "" before */
	const char *who;
	const char *comment;
};

enum decision_kind {
	DECISION_PERIOD_CLOSED = 1, /* a month became definitiv */
	DECISION_PERIOD_OPENED,	    /* and preliminär again */
	DECISION_FORECAST_SET,	    /* a controller's own forecast */
};

/* Cannot be derived from any file: the journal is where it is kept. */
struct decision_event {
	enum decision_kind kind;
	int64_t time_ms;
	const char *who;
	struct period period;
	const char *area; /* of a forecast, else "" */
	bool has_split;	  /* income and cost are set; otherwise net is */
	struct money income;
	struct money cost;
	struct money net;
	const char *comment;
};

enum case_state {
	CASE_OPENED = 1, /* i karantän */
	CASE_REPLACED,	 /* ersatt: a file of its name was accepted */
	CASE_ACCEPTED,	 /* inläst: it was accepted itself */
	CASE_RETRIED,	 /* prövas på nytt */
	CASE_DISCARDED,	 /* slängd */
};

const char *case_state_name(enum case_state state);

/* A file that is refused is a case, until it leaves quarantine.  What is wrong with it is
 * told again when the case closes. */
struct case_event {
	int64_t time_ms;
	enum case_state state;
	const char *source;
	const char *file_name;
	struct hash file;
	int64_t received_ms;  /* 0 when not known */
	const char *code;     /* of the first error: "F121", "" when it has none */
	uint32_t line;	      /* 0: the whole file */
	uint32_t column;      /* 0: the whole line */
	const char *text;     /* Swedish: found; expected */
	uint64_t error_count; /* 0 when not known */
	const char *report;   /* path, "" when it is gone */
};

/* Under @limit_mib no files are taken in. */
struct room_event {
	int64_t time_ms;
	enum alert_state state; /* raised or cleared */
	uint64_t free_mib;	/* of the state folder's file system */
	uint64_t limit_mib;
};

struct event {
	enum event_kind kind;
	union {
		struct ledger_event ledger;
		struct forecast_event forecast;
		struct alert_event alert;
		struct plan_event plan;
		struct decision_event decision;
		struct case_event file_case;
		struct room_event room;
	};
};

/* When it was made, by the wall clock. */
int64_t event_time_ms(const struct event *event);
