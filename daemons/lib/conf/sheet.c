/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sheet is one buffer of text that sheet_scan.c has cut into cells in place;
 * this file finds the columns and answers questions about cells.
 */
#include "lib/conf/sheet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/conf/amount.h"
#include "lib/conf/problem.h"
#include "lib/conf/sheet_private.h"
#include "lib/conf/sheet_text.h"

enum { NAME_LIST_SIZE = 512, FOLDED_SIZE = 128 };

void sheet_destroy(struct sheet **sheet)
{
	if (!*sheet)
		return;
	free((*sheet)->text);
	free((*sheet)->cells);
	free((*sheet)->rows);
	free((*sheet)->file);
	free(*sheet);
	*sheet = NULL;
}

void sheet_problem(struct sheet *sheet, unsigned line, unsigned cell, const char *format, ...)
{
	char text[PROBLEM_SIZE];
	va_list arguments;

	sheet->problem_count++;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	problem_print(sheet->file, line, cell, "%s", text);
}

size_t sheet_problem_count(const struct sheet *sheet)
{
	return sheet->problem_count;
}

/* The number that @column was declared with. */
static size_t column_index(const struct sheet *sheet, const char *column)
{
	size_t i = 0;

	while (i < sheet->column_count && strcmp(sheet->columns[i].name, column) != 0)
		i++;
	return i;
}

/* The cell of the header row that holds @column, 1-based; 0 for none. */
static unsigned column_cell(const struct sheet *sheet, const char *column)
{
	size_t index = column_index(sheet, column);

	return index < sheet->column_count ? sheet->cell_of_column[index] : 0;
}

size_t sheet_row_count(const struct sheet *sheet)
{
	return sheet->row_count;
}

unsigned sheet_row_line(const struct sheet *sheet, size_t row)
{
	return sheet->rows[row].line;
}

const char *sheet_cell(const struct sheet *sheet, size_t row, const char *column)
{
	const struct sheet_row *cells = &sheet->rows[row];
	unsigned cell = column_cell(sheet, column);

	if (cell == 0 || cell > cells->cell_count)
		return "";
	return sheet->cells[cells->cell_first + cell - 1];
}

void sheet_cell_problem(struct sheet *sheet, size_t row, const char *column, const char *format,
			...)
{
	char text[PROBLEM_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sheet_problem(sheet, sheet->rows[row].line, column_cell(sheet, column), "%s", text);
}

bool sheet_amount(struct sheet *sheet, size_t row, const char *column, int64_t unit_ore,
		  struct money *amount_out)
{
	const char *text = sheet_cell(sheet, row, column);

	if (*text == '\0')
		return false;
	if (amount_parse(text, unit_ore, amount_out))
		return true;
	sheet_cell_problem(sheet, row, column,
			   "”%s” i kolumnen %s är inget belopp; skriv siffror, högst ett "
			   "decimaltecken och inga delar av öre, till exempel 1250,5",
			   text, column);
	return false;
}

/* What a letter of a name becomes: *length_out is how many bytes it has. */
static char letter_fold(const char *text, size_t *length_out)
{
	static const struct {
		const char *letter;
		char folded; /* 0: a combining mark, left out */
	} letters[] = {
		{"å", 'a'}, {"Å", 'a'},	   {"ä", 'a'},	  {"Ä", 'a'}, {"ö", 'o'},
		{"Ö", 'o'}, {"é", 'e'},	   {"É", 'e'},	  {" ", '_'}, {"\u00a0", '_'},
		{"-", '_'}, {"\u0308", 0}, {"\u030a", 0},
	};

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		*length_out = strlen(letters[i].letter);
		if (strncmp(text, letters[i].letter, *length_out) == 0)
			return letters[i].folded;
	}
	*length_out = 1;
	return *text >= 'A' && *text <= 'Z' ? (char)(*text + 0x20) : *text;
}

static void name_fold(const char *name, char folded[static FOLDED_SIZE])
{
	size_t count = 0;
	size_t length;

	for (; *name && count + 1 < FOLDED_SIZE; name += length) {
		char letter = letter_fold(name, &length);

		if (letter)
			folded[count++] = letter;
	}
	folded[count] = '\0';
}

static bool names_equal(const char *left, const char *right)
{
	char left_folded[FOLDED_SIZE];
	char right_folded[FOLDED_SIZE];

	name_fold(left, left_folded);
	name_fold(right, right_folded);
	return strcmp(left_folded, right_folded) == 0;
}

/* "område, överordnat, konto" */
static const char *column_list(const struct sheet *sheet, const char *separator,
			       char list[static NAME_LIST_SIZE])
{
	size_t length = 0;

	list[0] = '\0';
	for (size_t i = 0; i < sheet->column_count && length < NAME_LIST_SIZE; i++) {
		int n = snprintf(list + length, NAME_LIST_SIZE - length, "%s%s",
				 i > 0 ? separator : "", sheet->columns[i].name);

		length += n > 0 ? (size_t)n : 0;
	}
	return list;
}

/* Gives the header's cell number @cell its column. */
static void header_cell_match(struct sheet *sheet, unsigned cell)
{
	const char *name = sheet->cells[sheet->header.cell_first + cell - 1];
	char list[NAME_LIST_SIZE];

	if (*name == '\0')
		return;
	for (size_t i = 0; i < sheet->column_count; i++) {
		if (!names_equal(name, sheet->columns[i].name))
			continue;
		if (sheet->cell_of_column[i] > 0) {
			sheet_problem(sheet, sheet->header.line, cell,
				      "kolumnen %s finns redan som kolumn %u; ta bort en av dem",
				      sheet->columns[i].name, sheet->cell_of_column[i]);
			return;
		}
		sheet->cell_of_column[i] = cell;
		return;
	}
	sheet_problem(sheet, sheet->header.line, cell,
		      "okänd kolumn ”%s”; ta bort den eller rätta rubriken till någon av: %s", name,
		      column_list(sheet, ", ", list));
}

/* Every row has a semicolon; a header without one was saved another way. */
static bool header_is_separated(struct sheet *sheet)
{
	const char *name;

	if (sheet->header.cell_count > 1)
		return true;
	name = sheet->cells[sheet->header.cell_first];
	if (!strpbrk(name, ",\t"))
		return true;
	sheet_problem(sheet, sheet->header.line, 0,
		      "kolumnerna är inte åtskilda med semikolon; spara tabellen som "
		      "semikolonavgränsad CSV");
	return false;
}

static int header_match(struct sheet *sheet)
{
	bool is_complete = true;

	if (!header_is_separated(sheet))
		return SHEET_BAD;
	for (unsigned cell = 1; cell <= sheet->header.cell_count; cell++)
		header_cell_match(sheet, cell);
	for (size_t i = 0; i < sheet->column_count; i++) {
		if (!sheet->columns[i].is_required || sheet->cell_of_column[i] > 0)
			continue;
		is_complete = false;
		sheet_problem(sheet, sheet->header.line, 0,
			      "kolumnen %s saknas; lägg till den i rubrikraden",
			      sheet->columns[i].name);
	}
	return is_complete ? 0 : SHEET_BAD;
}

/* A figure right of the last heading would otherwise be lost without a word. */
static void unnamed_cells_check(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->row_count; i++) {
		const struct sheet_row *row = &sheet->rows[i];

		for (unsigned cell = 1; cell <= row->cell_count; cell++) {
			bool has_name = cell <= sheet->header.cell_count &&
					*sheet->cells[sheet->header.cell_first + cell - 1];

			if (!has_name && *sheet->cells[row->cell_first + cell - 1])
				sheet_problem(sheet, row->line, cell,
					      "cellen står i en kolumn utan rubrik; ta bort den "
					      "eller ge kolumnen en rubrik");
		}
	}
}

static int text_decode(struct sheet *sheet, const char *bytes, size_t length)
{
	unsigned line = 0;
	int r = sheet_text_decode(bytes, length, &sheet->text, &line);

	if (r == SHEET_TEXT_UTF16)
		sheet_problem(sheet, 0, 0,
			      "filen är sparad som Unicode-text (UTF-16); spara den som "
			      "semikolonavgränsad CSV");
	else if (r == SHEET_TEXT_BINARY)
		sheet_problem(sheet, 0, 0,
			      "filen är ingen textfil; spara tabellen som semikolonavgränsad CSV");
	else if (r == SHEET_TEXT_UNKNOWN)
		sheet_problem(sheet, line, 0,
			      "tecknen är varken UTF-8 eller Windows-1252; spara tabellen som CSV "
			      "UTF-8");
	return r > 0 ? SHEET_BAD : r;
}

static int sheet_fill(struct sheet *sheet, const char *path)
{
	cleanup(free_bytes) char *bytes = NULL;
	char list[NAME_LIST_SIZE];
	size_t length;
	int r = file_read(path, SHEET_FILE_BYTES_MAX, &bytes, &length);

	if (r == ERROR_LIMIT) {
		sheet_problem(sheet, 0, 0, "filen är större än 16 MiB; är det rätt fil?");
		return SHEET_BAD;
	}
	if (r < 0)
		return r;
	r = text_decode(sheet, bytes, length);
	if (r != 0)
		return r;
	r = sheet_scan(sheet);
	if (r != 0)
		return r;
	if (sheet->header.cell_count == 0) {
		sheet_problem(sheet, 0, 0, "filen är tom; skriv kolumnernas rubriker först: %s",
			      column_list(sheet, ";", list));
		return SHEET_BAD;
	}
	r = header_match(sheet);
	unnamed_cells_check(sheet);
	return r;
}

int sheet_read(struct sheet **sheet_out, const char *path, const struct sheet_column *columns,
	       size_t column_count)
{
	cleanup(sheet_destroy) struct sheet *sheet = calloc(1, sizeof(*sheet));
	const char *slash = strrchr(path, '/');
	int r;

	if (!sheet)
		return -ENOMEM;
	sheet->file = strdup(slash ? slash + 1 : path);
	if (!sheet->file)
		return -ENOMEM;
	sheet->columns = columns;
	sheet->column_count = column_count;
	r = sheet_fill(sheet, path);
	if (r != 0)
		return r;
	*sheet_out = sheet;
	sheet = NULL;
	return 0;
}
