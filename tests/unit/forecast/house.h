/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forecast daemon without its process: a real store and journal in a scratch
 * folder, two leaves, and ledger events handed to it directly.
 */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "forecast/daemon.h"
#include "lib/base/file.h"
#include "support/folder.h"

struct house {
	char folder[FOLDER_SIZE];
	struct loop *loop;
	struct wire *wire;
	struct arena *arena;
	struct forecast_daemon daemon;
};

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

static inline void house_lines(struct line_tree **lines)
{
	struct line_problem problem;
	struct code_set *none = NULL;
	struct code_set *income = NULL;
	struct code_set *cost = NULL;
	size_t offset;

	assert_int_equal(code_set_parse("3*", &income, &offset), 0);
	assert_int_equal(code_set_parse("5*", &cost, &offset), 0);
	assert_int_equal(line_tree_new(lines), 0);
	assert_int_equal(line_tree_add(*lines, "Netto", "", LINE_NET, 0, &none, 2), 0);
	assert_int_equal(line_tree_add(*lines, "Taxor", "Netto", LINE_POST, 0, &income, 3), 0);
	assert_int_equal(line_tree_add(*lines, "Personal", "Netto", LINE_POST, 0, &cost, 4), 0);
	assert_int_equal(line_tree_finish(*lines, &problem), 0);
}

static inline void house_open(struct house *house)
{
	char path[PATH_SIZE];
	struct forecast_daemon *daemon = &house->daemon;

	assert_int_equal(path_print(path, "%s/store", house->folder), 0);
	assert_int_equal(store_open(&daemon->stage.store, path, forecast_table_names,
				    FORECAST_TABLE_COUNT, 16),
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
	house->daemon.method = &method_profile;
	house_areas(&house->daemon.areas);
	house_lines(&house->daemon.lines);
	assert_int_equal(arena_new(&house->arena, 16 * 1024 * 1024), 0);
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
	line_tree_destroy(&house->daemon.lines);
	folder_remove(house->folder);
	free(house);
	return 0;
}

/* The same amount in every month until @through, and a budget of @budget a month. */
static inline struct series house_series(const char *area, const char *line, int year, int through,
					 int64_t outcome, int64_t budget)
{
	struct series series = {.area = area, .line = line, .year = year, .through_month = through};

	for (int month = 0; month < MONTHS; month++) {
		series.outcome[month].ore = month < through ? outcome : 0;
		series.budget[month].ore = budget;
	}
	return series;
}

static inline void house_tell(struct house *house, const struct series *series, size_t count)
{
	struct store_txn *txn = NULL;
	struct event event = {
		.kind = EVENT_LEDGER,
		.ledger = {.time_ms = 1599984000000,
			   .source = "bok",
			   .series = series,
			   .series_count = count},
	};

	assert_int_equal(store_begin(house->daemon.stage.store, STORE_WRITE, &txn), 0);
	assert_int_equal(forecast_apply(&house->daemon, txn, 1, &event), 0);
	assert_int_equal(store_commit(&txn), 0);
	assert_int_equal(journal_ring(house->daemon.stage.journal), 0);
}
