/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A controller's table: semicolon-separated text saved by a spreadsheet.  UTF-8
 * with or without BOM, or Windows-1252; any line ends; a header row whose names
 * are matched by folded name (case, å ä ö, blanks); blank rows and rows that
 * begin with '#' do not count.
 *
 * Every problem is printed by lib/conf/problem.h as "omraden.csv:12:3: ...",
 * where 12 is the line of the file and 3 the cell in it, as a spreadsheet
 * numbers rows and columns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/model/money.h"

enum {
	SHEET_ROWS_MAX = 10000,
	SHEET_ROW_BYTES_MAX = 65536,
	SHEET_FILE_BYTES_MAX = 16 * 1024 * 1024,
	SHEET_COLUMNS_MAX = 64,
};

enum { SHEET_BAD = 1 }; /* problems were printed */

struct sheet_column {
	const char *name; /* as it is written in messages: "gräns_tkr" */
	bool is_required;
};

struct sheet;

/* Reads the file and finds @columns in its header row.  All that is wrong with
 * the file as such, unknown and missing columns included, is printed.
 * @columns must live as long as the sheet.
 * 0, SHEET_BAD, or a negative errno (-ENOENT when there is no such file). */
int sheet_read(struct sheet **sheet_out, const char *path, const struct sheet_column *columns,
	       size_t column_count);
void sheet_destroy(struct sheet **sheet);

size_t sheet_row_count(const struct sheet *sheet);
/* The line the row begins on. */
unsigned sheet_row_line(const struct sheet *sheet, size_t row);

/* The cell without blanks at the ends, "" for none; belongs to the sheet. */
const char *sheet_cell(const struct sheet *sheet, size_t row, const char *column);

/* An amount as amount_parse() reads it.  false: the cell is empty
 * (*amount_out untouched) or no amount (printed). */
bool sheet_amount(struct sheet *sheet, size_t row, const char *column, int64_t unit_ore,
		  struct money *amount_out);

/* @line 0: about the whole file; @cell 0: about the whole line. */
void sheet_problem(struct sheet *sheet, unsigned line, unsigned cell, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* About one cell. */
void sheet_cell_problem(struct sheet *sheet, size_t row, const char *column, const char *format,
			...) __attribute__((format(printf, 4, 5)));
/* How many were printed for this sheet. */
size_t sheet_problem_count(const struct sheet *sheet);
