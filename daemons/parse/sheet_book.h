/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workbook (XLSX): a zip of XML parts, of which one sheet is read row by row.  Nothing is
 * believed about sizes: what a part becomes is counted while it is unpacked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHEET_COLUMNS_MAX = 1024 };

/* Why a workbook could not be read. */
enum sheet_outcome {
	SHEET_NO_ZIP = 32,
	SHEET_LOCKED, /* with a password, or an old .xls */
	SHEET_NO_SHEET,
	SHEET_BAD_XML,
	SHEET_TOO_BIG, /* becomes more than a workbook of rows does */
};

struct sheet_cell {
	const char
		*text; /* UTF-8; of a number as it is written in the file, of a date YYYY-MM-DD */
	size_t length;
	size_t column; /* 0-based */
	bool is_number;
	bool is_error; /* what a formula came to instead of a value: #SAKNAS! */
};

/* Cells in the order of their columns; what it returns but 0 ends the reading. */
typedef int sheet_row_handler(void *context, uint32_t row, const struct sheet_cell *cells,
			      size_t count);

/* @name: of the sheet, "" for the first.  0, what the handler returned, an enum
 * sheet_outcome or a negative errno.  @row_out: the row it ended in, 0 before the first. */
int sheet_book_read(const uint8_t *bytes, size_t length, const char *name,
		    sheet_row_handler *handle, void *context, uint32_t *row_out);

enum { SHEET_NUMBER_SIZE = 64 };
/* A number of the file, also 1.2345E+5, rounded half away from zero to @decimals at most and
 * written with @decimal; false when it is none. */
bool sheet_number_text(const char *text, size_t length, int decimals, char decimal,
		       char number[static SHEET_NUMBER_SIZE]);
/* The day of a serial number, as YYYY-MM-DD; false when it is none. */
bool sheet_date_text(const char *text, size_t length, bool is_1904,
		     char date[static SHEET_NUMBER_SIZE]);
