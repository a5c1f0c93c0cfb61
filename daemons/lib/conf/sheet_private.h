/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sheet.c and sheet_scan.c share: the cells of a table in one buffer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/conf/sheet.h"

struct sheet_row {
	unsigned line;
	size_t cell_first; /* in the sheet's cells */
	unsigned cell_count;
};

struct sheet {
	char *file; /* the name in messages */
	char *text; /* cells point into it */
	const char **cells;
	size_t cell_count;
	size_t cell_capacity;
	struct sheet_row *rows; /* without the header */
	size_t row_count;
	size_t row_capacity;
	struct sheet_row header; /* no cells: there is none */
	const struct sheet_column *columns;
	size_t column_count;
	unsigned cell_of_column[SHEET_COLUMNS_MAX]; /* 1-based; 0: not in the file */
	size_t problem_count;
};

/* Cuts the text into rows and cells in place and prints what is wrong with them.
 * 0, SHEET_BAD (too many rows) or -ENOMEM. */
int sheet_scan(struct sheet *sheet);
