/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers to questions are tables: typed columns of equal length.  Daemons
 * answer with them, wire carries them, view prints them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/model/money.h"

enum column_kind {
	COLUMN_TEXT = 1,
	COLUMN_MONEY,	    /* öre */
	COLUMN_COUNT,	    /* a whole number */
	COLUMN_PERCENT,	    /* hundredths of a percent */
	COLUMN_PERIOD,	    /* YYYYMM */
	COLUMN_TIME,	    /* milliseconds since 1970, UTC */
	COLUMN_DATE,	    /* YYYYMMDD */
	COLUMN_THOUSANDTHS, /* of some unit: volumes */
};

enum { TABLE_COLUMNS_MAX = 32 };
/* A cell that holds nothing. */
#define TABLE_MISSING INT64_MIN

struct table_column {
	const char *key;   /* for CSV and JSON: ascii, "utfall_netto" */
	const char *title; /* for people: "Utfall netto" */
	enum column_kind kind;
	int64_t *numbers;   /* all kinds but TEXT */
	const char **texts; /* TEXT; NULL = missing */
};

struct table {
	struct arena *arena; /* borrowed: owns every byte below */
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t column_count;
	size_t row_count;
	size_t row_capacity;
	const char *title;    /* may be NULL */
	const char *notes[8]; /* lines below the table, for people */
	size_t note_count;
	/* Something did not fit: table_row and view_write refuse the table. */
	bool failed;
};

/* All of it lives in @arena; NULL when that is full. */
struct table *table_new(struct arena *arena);
/* Before the first row.  @key and @title are borrowed and must outlive the table
 * (literals, or text in its arena).  Returns the column's number. */
size_t table_column(struct table *table, const char *key, const char *title, enum column_kind kind);
/* A new row with every cell missing: 0, or -ENOMEM when the arena is full or
 * the table has failed. */
int table_row(struct table *table);
/* Cells of the last row.  Text is copied. */
void table_number(struct table *table, size_t column, int64_t value);
void table_money(struct table *table, size_t column, struct money value);
void table_text(struct table *table, size_t column, const char *value);
void table_note(struct table *table, const char *note);
void table_title(struct table *table, const char *title);

/* The column with this key, or NULL. */
const struct table_column *table_find(const struct table *table, const char *key);
