/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables in an arena.  Columns grow together by doubling; what they outgrow is
 * given back when the arena is reset.
 */
#include "lib/model/table.h"

#include <errno.h>
#include <string.h>

enum { ROWS_FIRST = 32 };

struct table *table_new(struct arena *arena)
{
	struct table *table = arena_take_zeroed(arena, 1, sizeof *table);

	if (table)
		table->arena = arena;
	return table;
}

size_t table_column(struct table *table, const char *key, const char *title, enum column_kind kind)
{
	if (table->column_count == TABLE_COLUMNS_MAX || table->row_capacity > 0) {
		table->failed = true;
		return TABLE_COLUMNS_MAX;
	}
	table->columns[table->column_count] =
		(struct table_column){.key = key, .title = title, .kind = kind};
	return table->column_count++;
}

/* Texts and numbers are equally wide: one piece of code grows both. */
_Static_assert(sizeof(const char *) == sizeof(int64_t), "cells are 64 bits");

static void *cells_grow(struct table *table, const void *cells, size_t capacity)
{
	void *grown = arena_take_zeroed(table->arena, capacity, sizeof(int64_t));

	if (grown && cells)
		memcpy(grown, cells, table->row_count * sizeof(int64_t));
	return grown;
}

static int rows_grow(struct table *table)
{
	size_t capacity = table->row_capacity ? table->row_capacity * 2 : ROWS_FIRST;

	for (size_t i = 0; i < table->column_count; i++) {
		struct table_column *column = &table->columns[i];

		if (column->kind == COLUMN_TEXT) {
			column->texts = cells_grow(table, column->texts, capacity);
			table->failed |= !column->texts;
		} else {
			column->numbers = cells_grow(table, column->numbers, capacity);
			table->failed |= !column->numbers;
		}
	}
	if (table->failed)
		return -ENOMEM;
	table->row_capacity = capacity;
	return 0;
}

int table_row(struct table *table)
{
	if (table->failed)
		return -ENOMEM;
	if (table->row_count == table->row_capacity && rows_grow(table) < 0) {
		table->row_count = 0;
		return -ENOMEM;
	}
	for (size_t i = 0; i < table->column_count; i++) {
		if (table->columns[i].kind == COLUMN_TEXT)
			table->columns[i].texts[table->row_count] = NULL;
		else
			table->columns[i].numbers[table->row_count] = TABLE_MISSING;
	}
	table->row_count++;
	return 0;
}

/* The column, unless the table has no row yet or the column another kind of cells. */
static struct table_column *column_take(struct table *table, size_t column, bool is_text)
{
	if (table->failed || table->row_count == 0 || column >= table->column_count ||
	    (table->columns[column].kind == COLUMN_TEXT) != is_text) {
		table->failed = true;
		return NULL;
	}
	return &table->columns[column];
}

void table_number(struct table *table, size_t column, int64_t value)
{
	struct table_column *target = column_take(table, column, false);

	if (target)
		target->numbers[table->row_count - 1] = value;
}

void table_money(struct table *table, size_t column, struct money value)
{
	table_number(table, column, value.ore);
}

static const char *text_keep(struct table *table, const char *text)
{
	const char *copy = arena_copy_text(table->arena, text, strlen(text));

	table->failed |= !copy;
	return copy;
}

void table_text(struct table *table, size_t column, const char *value)
{
	struct table_column *target = column_take(table, column, true);

	if (target)
		target->texts[table->row_count - 1] = value ? text_keep(table, value) : NULL;
}

void table_note(struct table *table, const char *note)
{
	if (table->note_count == sizeof table->notes / sizeof table->notes[0]) {
		table->failed = true;
		return;
	}
	table->notes[table->note_count] = text_keep(table, note);
	if (table->notes[table->note_count])
		table->note_count++;
}

void table_title(struct table *table, const char *title)
{
	table->title = text_keep(table, title);
}

const struct table_column *table_find(const struct table *table, const char *key)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (strcmp(table->columns[i].key, key) == 0)
			return &table->columns[i];
	}
	return NULL;
}
