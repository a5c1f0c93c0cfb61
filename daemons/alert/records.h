/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store of alerts holds, and how it is read and written.  Facts can be
 * derived again from forecast's journal; what people decided cannot.
 */
#pragma once

#include "alert/node.h"
#include "lib/store/store.h"
#include "lib/wire/message.h"

enum alert_table {
	TABLE_META,
	TABLE_JOURNAL,
	TABLE_CURSOR,
	TABLE_FACT,	 /* year, leaf -> its newest fact */
	TABLE_ALERT,	 /* id -> alert */
	TABLE_ALERT_KEY, /* rule, area, year -> id of the alert */
	TABLE_PLAN,	 /* id -> plan */
	TABLE_REQUESTS,	 /* see lib/stage/order.h */
	TABLE_CASE,	 /* source, hash -> the last event about the refused file */
};

enum {
	ALERT_TABLE_COUNT = TABLE_CASE + 1,
	WHO_SIZE = 32,
	COMMENT_SIZE = 2048,
	REFERENCE_SIZE = 256,
};

extern const char *const alert_table_names[ALERT_TABLE_COUNT];

/* One per rule, area and year, for ever; deviation, budget and month follow the
 * newest fact while the alert is up. */
struct alert {
	uint64_t id;
	enum alert_state state;
	char rule[RULE_NAME_SIZE];
	enum rule_measure measure;
	char area[CODE_SIZE];
	int year;
	int month;
	struct money deviation;
	struct money budget;
	int64_t time_ms;  /* when it came into its state */
	uint64_t plan_id; /* the latest plan it demanded, 0 for none */
	char who[WHO_SIZE];
	char comment[COMMENT_SIZE];
};

struct plan {
	uint64_t id;
	uint64_t alert_id;
	enum plan_state state;
	char area[CODE_SIZE];
	int year;
	uint32_t deadline;
	int64_t time_ms;
	char reference[REFERENCE_SIZE];
	char who[WHO_SIZE];
	char comment[COMMENT_SIZE];
};

/* Readers: 0, STORE_MISSING or a negative errno. */
int fact_write(struct store_txn *txn, const char *area, int year, const struct fact *fact);
/* Every fact of year_facts->year. */
int facts_read(struct store_txn *txn, const struct area_tree *areas, struct year_facts *year_facts);

/* A new alert gets the next id (its id is 0 before). */
int alert_write(struct store_txn *txn, struct alert *alert);
int alert_read(struct store_txn *txn, uint64_t id, struct alert *alert_out);
int alert_find(struct store_txn *txn, const char *rule, const char *area, int year,
	       struct alert *alert_out);
int alert_unpack(struct store_value value, struct alert *alert_out);

int plan_write(struct store_txn *txn, struct plan *plan);
int plan_read(struct store_txn *txn, uint64_t id, struct plan *plan_out);
int plan_unpack(struct store_value value, struct plan *plan_out);
