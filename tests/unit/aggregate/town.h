/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger with its journal in a scratch folder, two mappings of a small
 * nämnd, and batches made of rows written down in the test.
 */
#pragma once

#include <errno.h>
#include <string.h>

#include "aggregate/commit.h"
#include "aggregate/cube.h"
#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/wire/codec.h"
#include "support/scratch.h"

enum { TOWN_STORE_MIB = 64, TOWN_ARENA_BYTES = 64 * 1024 * 1024, TOWN_ROWS_MAX = 64 };

/* 2020-09-13 08:00 UTC */
#define TOWN_TIME_MS INT64_C(1599984000000)

struct town {
	struct scratch scratch;
	struct loop *loop;
	struct wire *wire;
	struct arena *arena;
	struct ledger ledger;
	struct journal *journal;
};

/* One row as a test writes it; NULL is no code. */
struct town_row {
	uint32_t period;
	const char *account;
	const char *activity;
	int64_t ore;
	const char *unit;
	const char *project;
};

/* One of a budget or of volumes. */
struct town_entry {
	struct town_row row;
	const char *line;
	const char *decision;
	const char *spread;
};

struct town_area {
	const char *name;
	const char *parent;
	const char *activities;
	const char *units;
	const char *accounts;
};

/* Ends with a nameless one. */
static const struct town_area town_areas[] = {
	{"Nämnden", "", NULL, NULL, NULL},
	{"Familjehem", "Nämnden", "51*", NULL, NULL},
	{"Ledning", "Nämnden", "50*", NULL, NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

/* Another order, another border, another name. */
static const struct town_area town_areas_new[] = {
	{"Nämnden", "", NULL, NULL, NULL},
	{"Administration", "Nämnden", "50*|515", NULL, NULL},
	{"Familjehem", "Nämnden", "510-514|516-519", NULL, NULL},
	{"Nytt", "Nämnden", "52*", NULL, NULL},
	{NULL, NULL, NULL, NULL, NULL},
};

static inline struct code_set *town_codes(const char *text)
{
	struct code_set *set = NULL;
	size_t offset;

	if (text)
		assert_int_equal(code_set_parse(text, &set, &offset), 0);
	return set;
}

static inline struct area_tree *town_area_tree(const struct town_area *areas)
{
	struct area_tree *tree = NULL;
	struct area_problem problem;

	assert_int_equal(area_tree_new(&tree), 0);
	for (unsigned i = 0; areas[i].name; i++) {
		struct code_set *claims[DIMENSION_COUNT] = {
			[DIMENSION_ACTIVITY] = town_codes(areas[i].activities),
			[DIMENSION_UNIT] = town_codes(areas[i].units),
			[DIMENSION_ACCOUNT] = town_codes(areas[i].accounts),
		};

		assert_int_equal(area_tree_add(tree, areas[i].name, areas[i].parent, claims, i + 2),
				 0);
	}
	assert_int_equal(area_tree_finish(tree, &problem), 0);
	return tree;
}

/* @staff: which konton are Personal; the rest of 5 to 7 is Övrigt. */
static inline struct line_tree *town_line_tree(const char *staff, const char *other)
{
	struct line_tree *tree = NULL;
	struct line_problem problem;
	struct code_set *none = NULL;
	struct code_set *income = town_codes("3*");
	struct code_set *staff_codes = town_codes(staff);
	struct code_set *other_codes = town_codes(other);

	assert_int_equal(line_tree_new(&tree), 0);
	assert_int_equal(line_tree_add(tree, "Netto", "", LINE_NET, 0, &none, 2), 0);
	assert_int_equal(line_tree_add(tree, "Taxor", "Netto", LINE_POST, 0, &income, 3), 0);
	assert_int_equal(line_tree_add(tree, "Personal", "Netto", LINE_POST, 0, &staff_codes, 4),
			 0);
	assert_int_equal(line_tree_add(tree, "Övrigt", "Netto", LINE_POST, 0, &other_codes, 5), 0);
	assert_int_equal(line_tree_finish(tree, &problem), 0);
	return tree;
}

/* Opens the ledger in FOLDER/ledger by the trees, which it takes over. */
static inline void town_open(struct town *town, struct area_tree *areas, struct line_tree *lines,
			     uint8_t mapping)
{
	char path[PATH_SIZE];

	town->ledger =
		(struct ledger){.areas = areas, .lines = lines, .mapping = {.bytes = {mapping}}};
	scratch_path(&town->scratch, "ledger", path);
	assert_int_equal(ledger_open(&town->ledger, path, TOWN_STORE_MIB), 0);
	scratch_endpoint(&town->scratch, "bell", path);
	assert_int_equal(journal_open(&town->journal, town->ledger.store, TABLE_JOURNAL, TABLE_META,
				      town->wire, town->loop, path),
			 0);
}

static inline void town_close(struct town *town)
{
	journal_close(&town->journal);
	ledger_close(&town->ledger);
}

static inline struct town *town_new(const struct town_area *areas, const char *staff,
				    const char *other)
{
	struct town *town = calloc(1, sizeof *town);

	assert_non_null(town);
	scratch_make(&town->scratch);
	assert_int_equal(loop_new(&town->loop), 0);
	assert_int_equal(wire_new(&town->wire, town->loop, NULL, 0), 0);
	assert_int_equal(arena_new(&town->arena, TOWN_ARENA_BYTES), 0);
	town_open(town, town_area_tree(areas), town_line_tree(staff, other), 1);
	return town;
}

static inline void town_destroy(struct town *town)
{
	town_close(town);
	arena_destroy(&town->arena);
	wire_destroy(&town->wire);
	loop_destroy(&town->loop);
	scratch_remove(&town->scratch);
	free(town);
}

static inline int town_setup(void **state)
{
	*state = town_new(town_areas, "50*", "6*|7*");
	return 0;
}

static inline int town_teardown(void **state)
{
	town_destroy(*state);
	return 0;
}

/* Rows with a dictionary built as a reader would: new codes first, in order. */
struct town_columns {
	uint32_t ids[DIMENSION_COUNT][TOWN_ROWS_MAX];
	const char *codes[DIMENSION_COUNT][TOWN_ROWS_MAX];
	uint32_t periods[TOWN_ROWS_MAX];
	int64_t amounts_ore[TOWN_ROWS_MAX];
};

static inline const char *town_row_code(const struct town_entry *entry, size_t dimension)
{
	const struct town_row *row = &entry->row;
	const char *const codes[DIMENSION_COUNT] = {
		[DIMENSION_ACCOUNT] = row->account, [DIMENSION_ACTIVITY] = row->activity,
		[DIMENSION_UNIT] = row->unit,	    [DIMENSION_PROJECT] = row->project,
		[DIMENSION_LINE] = entry->line,	    [DIMENSION_DECISION] = entry->decision,
		[DIMENSION_SPREAD] = entry->spread,
	};

	return codes[dimension];
}

/* The number of @code in this batch, given out when new. */
static inline uint32_t town_code_id(struct staging *staging, struct rows *rows,
				    struct town_columns *columns, size_t dimension,
				    const char *code)
{
	uint32_t known = 0;
	uint32_t id = staging_code_id(staging, (enum dimension)dimension, code);

	if (id != 0)
		return id;
	while (staging_code(staging, (enum dimension)dimension, known + 1)[0] != '\0')
		known++;
	for (uint32_t i = 0; i < rows->new_codes_count[dimension]; i++) {
		if (strcmp(columns->codes[dimension][i], code) == 0)
			return known + i + 1;
	}
	columns->codes[dimension][rows->new_codes_count[dimension]++] = code;
	return known + rows->new_codes_count[dimension];
}

static inline int town_entries_stage(struct staging *staging, enum layer layer,
				     const struct town_entry *rows, uint32_t count)
{
	struct town_columns columns = {0};
	struct rows sent = {.layer = layer,
			    .count = count,
			    .periods = columns.periods,
			    .amounts_ore = columns.amounts_ore};

	assert_true(count <= TOWN_ROWS_MAX);
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		for (uint32_t i = 0; i < count; i++) {
			const char *code = town_row_code(&rows[i], d);

			if (code)
				columns.ids[d][i] = town_code_id(staging, &sent, &columns, d, code);
			if (code)
				sent.ids[d] = columns.ids[d];
		}
		sent.new_codes[d] = columns.codes[d];
	}
	for (uint32_t i = 0; i < count; i++) {
		columns.periods[i] = rows[i].row.period;
		columns.amounts_ore[i] = rows[i].row.ore;
	}
	return staging_add(staging, &sent);
}

static inline int town_stage(struct staging *staging, enum layer layer, const struct town_row *rows,
			     uint32_t count)
{
	struct town_entry entries[TOWN_ROWS_MAX] = {{.line = NULL}};

	assert_true(count <= TOWN_ROWS_MAX);
	for (uint32_t i = 0; i < count; i++)
		entries[i].row = rows[i];
	return town_entries_stage(staging, layer, entries, count);
}

/* A batch as a test describes it. */
struct town_batch {
	uint8_t file; /* first byte of its hash */
	const char *source;
	enum replace_mode mode;
	bool may_replace_newer;
	enum layer layer;
	uint32_t first;
	uint32_t last;
	uint32_t through; /* 0: as last */
	uint32_t exported_date;
	const struct town_row *rows;
	uint32_t row_count;
	const struct town_entry *entries;
	uint32_t entry_count;
	const struct voucher *vouchers;
	size_t voucher_count;
};

static inline void town_vouchers_stage(struct staging *staging, const struct town_batch *what)
{
	for (size_t i = 0; i < what->voucher_count; i++) {
		struct batch_vouchers one = {.layer = what->layer,
					     .count = 1,
					     .periods = &what->vouchers[i].period,
					     .identities = &what->vouchers[i].identity,
					     .lines = &what->vouchers[i].line};

		assert_int_equal(vouchers_add(staging_vouchers(staging), &one), 0);
	}
}

struct town_outcome {
	int r;
	struct batch batch;
	struct batch_findings findings;
};

static inline struct town_outcome town_commit(struct town *town, const struct town_batch *what)
{
	struct town_outcome outcome = {.r = 0};
	struct staging *staging = NULL;
	struct batch_coverage coverage = {
		.layer = what->layer,
		.first = {what->first},
		.last = {what->last},
		.through = {what->through ? what->through : what->last},
	};
	struct batch_begin begin = {
		.source = what->source,
		.file_name = "export.se",
		.format = "sie4",
		.mode = what->mode,
	};
	struct batch_end end = {
		.exported_date = what->exported_date,
		.coverages = &coverage,
		.coverage_count = 1,
		.file = {.bytes = {what->file, 0xAB}},
		.may_replace_newer = what->may_replace_newer,
	};

	assert_int_equal(staging_new(&staging), 0);
	if (what->row_count > 0)
		assert_int_equal(town_stage(staging, what->layer, what->rows, what->row_count), 0);
	if (what->entry_count > 0)
		assert_int_equal(
			town_entries_stage(staging, what->layer, what->entries, what->entry_count),
			0);
	town_vouchers_stage(staging, what);
	end.row_count = staging_row_count(staging);
	end.voucher_count = what->voucher_count;
	end.sum = staging_sum(staging);
	outcome.r = commit_batch(&town->ledger, town->journal, &begin, staging, &end, TOWN_TIME_MS,
				 &outcome.batch, &outcome.findings);
	staging_destroy(&staging);
	return outcome;
}

static inline struct cube *town_cube(struct town *town, int year)
{
	struct cube *cube = NULL;
	struct store_txn *txn = NULL;

	assert_int_equal(
		cube_new(&cube, year, town->ledger.areas->count, town->ledger.lines->count), 0);
	assert_int_equal(store_begin(town->ledger.store, STORE_READ, &txn), 0);
	assert_int_equal(cube_load(cube, txn), 0);
	store_abort(&txn);
	return cube;
}

/* A number of an answer's table. */
static inline int64_t town_number(const struct answer *answer, const char *key, size_t row)
{
	const struct table_column *column = table_find(answer->table, key);

	assert_non_null(column);
	assert_true(row < answer->table->row_count);
	return column->numbers[row];
}

static inline const char *town_text(const struct answer *answer, const char *key, size_t row)
{
	const struct table_column *column = table_find(answer->table, key);

	assert_non_null(column);
	assert_true(row < answer->table->row_count);
	return column->texts[row];
}

/* Öre of one area × line × layer in a month (1..12) of 2020. */
static inline int64_t town_ore(struct town *town, const char *area, const char *line,
			       enum layer layer, int month)
{
	cleanup(cube_destroy) struct cube *cube = town_cube(town, 2020);
	int a = area_find(town->ledger.areas, area);
	int l = line_find(town->ledger.lines, line);

	assert_true(a >= 0 && l >= 0);
	return cube_amount(cube, a, l, layer, month - 1).ore;
}

/* The event with number @seq of the journal. */
static inline struct event town_event(struct town *town, uint64_t seq)
{
	struct request request = {.kind = REQUEST_JOURNAL, .from = seq, .max = 1};
	struct answer answer = {.code = ANSWER_OK};
	struct event event;

	assert_int_equal(journal_answer(town->journal, &request, town->arena, &answer), 0);
	assert_int_equal(answer.record_count, 1);
	assert_int_equal(answer.records[0].seq, seq);
	assert_int_equal(event_unpack(answer.records[0].payload, answer.records[0].payload_size,
				      town->arena, &event),
			 0);
	assert_int_equal(event.kind, EVENT_LEDGER);
	return event;
}

/* The series of @area and @line in an event, NULL when it is not there. */
static inline const struct series *town_series(const struct event *event, const char *area,
					       const char *line)
{
	for (size_t i = 0; i < event->ledger.series_count; i++) {
		const struct series *series = &event->ledger.series[i];

		if (strcmp(series->area, area) == 0 && strcmp(series->line, line) == 0)
			return series;
	}
	return NULL;
}
