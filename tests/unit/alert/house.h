/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert daemon without its process: a real store and journal in a scratch
 * folder, a nämnd with two leaves, and forecast events handed to it directly.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "alert/daemon.h"
#include "lib/base/file.h"
#include "lib/wire/codec.h"
#include "support/folder.h"

struct house {
	char folder[FOLDER_SIZE];
	struct loop *loop;
	struct wire *wire;
	struct arena *arena;
	struct rules rules;
	struct alert_daemon daemon;
};

/* 2020-09-13 08:00 UTC */
#define HOUSE_TIME_MS INT64_C(1599984000000)

static inline void house_areas(struct area_tree **areas)
{
	struct code_set *none[DIMENSION_COUNT] = {NULL};
	struct area_problem problem;

	assert_int_equal(area_tree_new(areas), 0);
	assert_int_equal(area_tree_add(*areas, "Nämnden", "", none, 2), 0);
	assert_int_equal(area_tree_add(*areas, "Familjehem", "Nämnden", none, 3), 0);
	assert_int_equal(area_tree_add(*areas, "Ledning", "Nämnden", none, 4), 0);
	assert_int_equal(area_tree_finish(*areas, &problem), 0);
}

/* Leaves: a forecast deficit of at least 1 000, cleared below 800.  The nämnd: of at
 * least 1 %, with a plan in 30 days.  Outcome of leaves: at least 500. */
static inline void house_rules(struct rules *rules)
{
	rules->rules[0] = (struct rule){.name = "verksamhet",
					.measure = MEASURE_FORECAST,
					.level = 1,
					.has_amount = true,
					.amount = {1000},
					.clear_amount = {800}};
	rules->rules[1] = (struct rule){.name = "nämnd",
					.measure = MEASURE_FORECAST,
					.level = RULE_LEVEL_ANY,
					.area = "Nämnden",
					.has_percent = true,
					.percent_hundredths = 100,
					.clear_percent_hundredths = 50,
					.demands_plan = true,
					.plan_days = 30};
	rules->rules[2] = (struct rule){.name = "hittills",
					.measure = MEASURE_OUTCOME,
					.level = 1,
					.has_amount = true,
					.amount = {500},
					.clear_amount = {500}};
	rules->count = 3;
}

static inline void house_open(struct house *house)
{
	char path[PATH_SIZE];
	struct alert_daemon *daemon = &house->daemon;

	assert_int_equal(path_print(path, "%s/store", house->folder), 0);
	assert_int_equal(
		store_open(&daemon->stage.store, path, alert_table_names, ALERT_TABLE_COUNT, 16),
		0);
	assert_int_equal(path_print(path, "ipc://%s/bell", house->folder), 0);
	assert_int_equal(journal_open(&daemon->stage.journal, daemon->stage.store, TABLE_JOURNAL,
				      TABLE_META, house->wire, house->loop, path),
			 0);
}

static inline int house_setup(void **state)
{
	struct house *house = calloc(1, sizeof *house);

	assert_non_null(house);
	folder_make(house->folder);
	house_areas(&house->daemon.areas);
	house_rules(&house->rules);
	house->daemon.rules = &house->rules;
	assert_int_equal(arena_new(&house->arena, 64 * 1024 * 1024), 0);
	assert_int_equal(loop_new(&house->loop), 0);
	assert_int_equal(wire_new(&house->wire, house->loop, NULL, 0), 0);
	house_open(house);
	*state = house;
	return 0;
}

static inline int house_teardown(void **state)
{
	struct house *house = *state;

	journal_close(&house->daemon.stage.journal);
	store_close(&house->daemon.stage.store);
	wire_destroy(&house->wire);
	loop_destroy(&house->loop);
	arena_destroy(&house->arena);
	area_tree_destroy(&house->daemon.areas);
	folder_remove(house->folder);
	free(house);
	return 0;
}

/* A forecast that deviates so much from a budget of -100 000 for the year. */
static inline struct forecast_change house_change(const char *area, int month, int64_t deviation)
{
	return (struct forecast_change){
		.area = area,
		.year = 2020,
		.month = month,
		.net = {deviation - 100000},
		.is_current = true,
		.has_budget = true,
		.budget_year = {-100000},
		.outcome_to_date = {-50000},
		.budget_to_date = {-50000},
	};
}

static inline void house_apply(struct house *house, const struct forecast_change *changes,
			       size_t count)
{
	struct store_txn *txn = NULL;
	struct event event = {
		.kind = EVENT_FORECAST,
		.forecast = {.time_ms = HOUSE_TIME_MS,
			     .method = "profil-1",
			     .changes = changes,
			     .change_count = count},
	};

	assert_int_equal(store_begin(house->daemon.stage.store, STORE_WRITE, &txn), 0);
	assert_int_equal(alert_apply(&house->daemon, txn, 1, &event), 0);
	assert_int_equal(store_commit(&txn), 0);
	assert_int_equal(journal_ring(house->daemon.stage.journal), 0);
}

static inline void house_tell(struct house *house, const char *area, int month, int64_t deviation)
{
	struct forecast_change change = house_change(area, month, deviation);

	house_apply(house, &change, 1);
}

/* The event with number @seq of the journal. */
static inline struct event house_event(struct house *house, uint64_t seq)
{
	struct request request = {.kind = REQUEST_JOURNAL, .from = seq, .max = 1};
	struct answer answer = {0};
	struct event event;

	assert_int_equal(
		journal_answer(house->daemon.stage.journal, &request, house->arena, &answer), 0);
	assert_int_equal(answer.record_count, 1);
	assert_int_equal(answer.records[0].seq, seq);
	assert_int_equal(event_unpack(answer.records[0].payload, answer.records[0].payload_size,
				      house->arena, &event),
			 0);
	return event;
}

static inline uint64_t house_last_seq(const struct house *house)
{
	return journal_last_seq(house->daemon.stage.journal);
}

/* Runs an order with this id; the text is a comment, the reference a decision. */
static inline struct answer house_order(struct house *house, service_handler *handler, uint8_t id,
					uint64_t number, const char *reference)
{
	struct request request = {
		.id = {id}, .number = number, .text = "sett", .reference = reference};
	struct peer peer = {.uid = 1001};
	struct answer answer = {.code = ANSWER_OK, .text = ""};

	assert_int_equal(handler(&house->daemon, &request, &peer, house->arena, &answer), 0);
	return answer;
}

static inline const struct table *house_table(struct house *house, service_handler *handler,
					      uint32_t max)
{
	struct request request = {.max = max};
	struct peer peer = {0};
	struct answer answer = {.code = ANSWER_OK};

	assert_int_equal(handler(&house->daemon, &request, &peer, house->arena, &answer), 0);
	assert_non_null(answer.table);
	return answer.table;
}

static inline const char *house_text(const struct table *table, const char *key)
{
	const struct table_column *column = table_find(table, key);

	assert_non_null(column);
	assert_true(table->row_count > 0);
	return column->texts[table->row_count - 1];
}
