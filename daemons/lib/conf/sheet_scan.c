/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows end with CR LF, LF or CR; a cell in quotes may hold semicolons, doubled
 * quotes and line breaks.  Control characters inside a cell become blanks: they
 * come from line breaks in a spreadsheet's cell.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/conf/sheet_private.h"

struct scanner {
	struct sheet *sheet;
	char *position;
	unsigned line; /* of position */
	unsigned cell; /* of position, 1-based */
	bool row_is_broken;
};

/* Doubles @items when they are full. */
static int array_reserve(void *items, size_t item_size, size_t count, size_t *capacity)
{
	void **array = items;
	size_t wanted = *capacity ? 2 * *capacity : 64;
	void *larger;

	if (count < *capacity)
		return 0;
	larger = reallocarray(*array, wanted, item_size);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*capacity = wanted;
	return 0;
}

static int cell_add(struct sheet *sheet, const char *cell)
{
	int r = array_reserve(&sheet->cells, sizeof(*sheet->cells), sheet->cell_count,
			      &sheet->cell_capacity);

	if (r < 0)
		return r;
	sheet->cells[sheet->cell_count++] = cell;
	return 0;
}

/* Steps over CR LF, LF or CR; nothing at the end of the text. */
static void line_end_skip(struct scanner *scanner)
{
	if (*scanner->position == '\0')
		return;
	if (scanner->position[0] == '\r' && scanner->position[1] == '\n')
		scanner->position++;
	scanner->position++;
	scanner->line++;
}

/* Steps over what ends a cell: true when another cell of the row follows. */
static bool cell_end_skip(struct scanner *scanner)
{
	if (*scanner->position == ';') {
		scanner->position++;
		return true;
	}
	line_end_skip(scanner);
	return false;
}

static void row_break(struct scanner *scanner, const char *what)
{
	if (!scanner->row_is_broken)
		sheet_problem(scanner->sheet, scanner->line, scanner->cell, "%s", what);
	scanner->row_is_broken = true;
}

/* The inside of a cell in quotes; returns where its text ends. */
static char *quoted_scan(struct scanner *scanner)
{
	char *out = scanner->position;
	char *in = out + 1;

	for (; *in; in++) {
		if (*in == '"' && in[1] != '"')
			break;
		if (*in == '"')
			in++;
		if (*in == '\n')
			scanner->line++;
		*out++ = *in == '\n' || *in == '\r' ? ' ' : *in;
	}
	if (*in == '\0')
		row_break(scanner, "citattecknet som börjar cellen avslutas aldrig; ta bort det "
				   "eller avsluta cellen med ett till");
	scanner->position = *in ? in + 1 : in;
	scanner->position += strspn(scanner->position, " \t");
	if (!strchr(";\r\n", *scanner->position))
		row_break(scanner, "det står text efter cellens avslutande citattecken; skriv "
				   "citattecken inne i en cell som två");
	scanner->position += strcspn(scanner->position, ";\r\n");
	return out;
}

/* One cell into the sheet; *more_out: whether another one follows in the row. */
static int cell_scan(struct scanner *scanner, bool *more_out)
{
	char *cell = scanner->position += strspn(scanner->position, " \t");
	char *end;

	scanner->cell++;
	if (*cell == '"') {
		end = quoted_scan(scanner);
	} else {
		end = cell + strcspn(cell, ";\r\n");
		scanner->position = end;
	}
	/* The end is stepped over before the NUL may take its place. */
	*more_out = cell_end_skip(scanner);
	*end = '\0';
	return cell_add(scanner->sheet, text_trim(cell));
}

/* Whether the row says nothing: a comment, or no cell with text. */
static bool row_is_void(const struct sheet *sheet, const struct sheet_row *row)
{
	if (*sheet->cells[row->cell_first] == '#')
		return true;
	for (unsigned i = 0; i < row->cell_count; i++) {
		if (*sheet->cells[row->cell_first + i])
			return false;
	}
	return true;
}

/* The first row that says something is the header. */
static int row_keep(struct sheet *sheet, const struct sheet_row *row)
{
	int r;

	if (sheet->header.cell_count == 0) {
		sheet->header = *row;
		return 0;
	}
	if (sheet->row_count == SHEET_ROWS_MAX) {
		sheet_problem(sheet, row->line, 0,
			      "tabellen har fler än %d rader; är det rätt fil?", SHEET_ROWS_MAX);
		return SHEET_BAD;
	}
	r = array_reserve(&sheet->rows, sizeof(*sheet->rows), sheet->row_count,
			  &sheet->row_capacity);
	if (r < 0)
		return r;
	sheet->rows[sheet->row_count++] = *row;
	return 0;
}

static int row_scan(struct scanner *scanner)
{
	struct sheet_row row = {scanner->line, scanner->sheet->cell_count, 0};
	const char *start = scanner->position;
	bool more = true;
	int r;

	scanner->cell = 0;
	scanner->row_is_broken = false;
	while (more) {
		r = cell_scan(scanner, &more);
		if (r < 0)
			return r;
		row.cell_count++;
	}
	if (scanner->position - start > SHEET_ROW_BYTES_MAX) {
		sheet_problem(scanner->sheet, row.line, 0,
			      "raden är längre än %d byte; är det rätt fil?", SHEET_ROW_BYTES_MAX);
		return SHEET_BAD;
	}
	if (scanner->row_is_broken || row_is_void(scanner->sheet, &row)) {
		scanner->sheet->cell_count = row.cell_first;
		return 0;
	}
	return row_keep(scanner->sheet, &row);
}

int sheet_scan(struct sheet *sheet)
{
	struct scanner scanner = {.sheet = sheet, .position = sheet->text, .line = 1};

	while (*scanner.position) {
		int r;

		/* A comment is no table: its quotes need not match. */
		if (*scanner.position == '#') {
			scanner.position += strcspn(scanner.position, "\r\n");
			line_end_skip(&scanner);
			continue;
		}
		r = row_scan(&scanner);
		if (r != 0)
			return r;
	}
	return 0;
}
