/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers of the controller's four tables share.
 */
#pragma once

#include "lib/conf/conf.h"
#include "lib/conf/sheet.h"

enum table_need { TABLE_REQUIRED = 1, TABLE_OPTIONAL };

/* After so many problems of one table nobody reads on. */
enum { TABLE_PROBLEMS_MAX = 50 };

/* Reads FILE of the folder of tables.  0 (and *sheet_out NULL when an optional
 * file does not exist), CONF_BAD (printed) or a negative errno. */
int table_open(const struct conf *conf, const char *file, enum table_need need,
	       const struct sheet_column *columns, size_t column_count, struct sheet **sheet_out);

/* A table that need not exist, and of which every row is an entry of one kind. */
struct table_list {
	const char *file;
	const struct sheet_column *columns;
	size_t column_count;
	const char *entries; /* in Swedish, for people: "mått" */
	size_t entry_size;
	size_t entries_max;
	/* What is wrong with the row is told of the sheet. */
	void (*entry_read)(const void *context, struct sheet *sheet, size_t row, void *entry);
};

/* Fills @entries, zeroed and with room for entries_max.  0, CONF_BAD (printed) or a
 * negative errno. */
int table_list_load(const struct conf *conf, const struct table_list *list, const void *context,
		    void *entries, size_t *count_out);

/* Prints why @file of the folder of tables cannot be read; CONF_BAD, or @error
 * when it is no fault of the file. */
int table_unreadable(const struct conf *conf, const char *file, int error);

/* Whether the cell of @column has less than @size bytes, and for a name also at
 * least one; printed when it does not. */
bool table_length_check(struct sheet *sheet, size_t row, const char *column, size_t size);
bool table_name_check(struct sheet *sheet, size_t row, const char *column, size_t size);

/* The row before @row with the same text in @column, by folded case; @row itself
 * for none. */
size_t table_row_same(const struct sheet *sheet, size_t row, const char *column);
