/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aligned columns for a terminal.  Every cell is made text first, because a
 * column is as wide as its widest cell; titles are broken between words, so
 * that a column of small numbers stays narrow under a long title.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/view/cell.h"
#include "lib/view/writer.h"

enum { INDENT_WIDTH = 2, LINE_SIZE = 256, SHEET_SIZE_MAX = 1 << 30 };

#define COLUMN_GAP	"  "
#define OF_WHICH_PREFIX "- varav "
#define COLOR_DEFICIT	"\x1b[31m"
#define COLOR_NONE	"\x1b[0m"

struct shown_column {
	const struct table_column *source;
	const char **cells; /* one text a row */
	size_t width;
	bool is_right; /* numbers stand to the right */
	bool is_deviation;
};

struct sheet {
	struct arena *arena;
	const struct table *table;
	const struct view_options *options;
	const struct table_column *levels; /* niva, or NULL */
	const struct table_column *kinds;  /* radtyp, or NULL */
	struct shown_column columns[TABLE_COLUMNS_MAX];
	size_t column_count;
	const struct table_column *first_text; /* carries the indent, or NULL */
};

static const struct table_column *column_of_kind(const struct table *table, const char *key,
						 bool is_text)
{
	const struct table_column *column = table_find(table, key);

	return column && (column->kind == COLUMN_TEXT) == is_text ? column : NULL;
}

/* Names come from files: no byte of theirs may steer the terminal. */
static void controls_blank(char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte == 0x7F)
			*text = '?';
		if (byte == 0xC2 && (unsigned char)text[1] >= 0x80 && (unsigned char)text[1] < 0xA0)
			text[0] = text[1] = '?';
	}
}

static char *clean_copy(struct arena *arena, const char *text)
{
	char *copy = arena_copy_text(arena, text, strlen(text));

	if (copy)
		controls_blank(copy);
	return copy;
}

/* "Statsbidrag" reads "statsbidrag" after "varav"; "LSS" stays as it is. */
static void first_letter_lower(char *text)
{
	unsigned char first = (unsigned char)text[0];
	unsigned char second = (unsigned char)text[1];

	if (first >= 'A' && first <= 'Z' && !(second >= 'A' && second <= 'Z'))
		text[0] = (char)(first + 0x20);
	if (first == 0xC3 && second >= 0x80 && second <= 0x9E &&
	    !(text[2] >= 'A' && text[2] <= 'Z'))
		text[1] = (char)(second + 0x20);
}

static int row_indent(const struct sheet *sheet, size_t row)
{
	int64_t level = sheet->levels ? sheet->levels->numbers[row] : 0;

	return level > 0 && level < LINE_SIZE ? (int)level * INDENT_WIDTH : 0;
}

static bool row_is_of_which(const struct sheet *sheet, size_t row)
{
	const char *kind = sheet->kinds ? sheet->kinds->texts[row] : NULL;

	return kind && strcmp(kind, "varav") == 0;
}

static char *text_cell(const struct sheet *sheet, const struct table_column *column, size_t row)
{
	const char *text = column->texts[row] ? column->texts[row] : "";
	bool is_first = column == sheet->first_text;
	bool is_of_which = is_first && row_is_of_which(sheet, row);
	char *name = clean_copy(sheet->arena, text);

	if (!name)
		return NULL;
	if (is_of_which)
		first_letter_lower(name);
	return arena_print(sheet->arena, "%*s%s%s", is_first ? row_indent(sheet, row) : 0, "",
			   is_of_which ? OF_WHICH_PREFIX : "", name);
}

static char *cell_take(const struct sheet *sheet, const struct table_column *column, size_t row)
{
	char text[CELL_SIZE];

	if (column->kind == COLUMN_TEXT)
		return text_cell(sheet, column, row);
	cell_print(column, row, CELL_FOR_PEOPLE, sheet->options->unit_ore, text);
	return arena_copy_text(sheet->arena, text, strlen(text));
}

/* Takes the words that fit into @width, always at least one, from *@rest. */
static void title_line_take(const char **rest, size_t width, char line[static LINE_SIZE])
{
	size_t used = 0;

	line[0] = '\0';
	while (**rest) {
		size_t word = strcspn(*rest, " ");
		size_t gap = used > 0;

		if (used + gap + word + 1 > LINE_SIZE)
			word = LINE_SIZE - 1 - used - gap;
		memcpy(line + used, " ", gap);
		memcpy(line + used + gap, *rest, word);
		line[used + gap + word] = '\0';
		if (gap && text_width(line) > width) {
			line[used] = '\0';
			return;
		}
		used += gap + word;
		*rest += word;
		*rest += strspn(*rest, " ");
		if (used == LINE_SIZE - 1)
			return;
	}
}

static size_t title_word_width(const char *title)
{
	size_t width = 0;
	char line[LINE_SIZE];

	while (*title) {
		title_line_take(&title, 0, line);
		if (text_width(line) > width)
			width = text_width(line);
	}
	return width;
}

static size_t title_line_count(const struct shown_column *column)
{
	const char *rest = column->source->title;
	char line[LINE_SIZE];
	size_t count = 0;

	for (; *rest; count++)
		title_line_take(&rest, column->width, line);
	return count;
}

static int column_fill(const struct sheet *sheet, struct shown_column *column)
{
	const struct table_column *source = column->source;

	column->is_right = source->kind == COLUMN_MONEY || source->kind == COLUMN_COUNT ||
			   source->kind == COLUMN_PERCENT || source->kind == COLUMN_THOUSANDTHS;
	column->is_deviation = column->is_right && strncmp(source->key, "avvikelse", 9) == 0;
	column->width = title_word_width(source->title);
	column->cells =
		arena_take_zeroed(sheet->arena, sheet->table->row_count + 1, sizeof *column->cells);
	if (!column->cells)
		return -ENOMEM;
	for (size_t row = 0; row < sheet->table->row_count; row++) {
		column->cells[row] = cell_take(sheet, source, row);
		if (!column->cells[row])
			return -ENOMEM;
		if (text_width(column->cells[row]) > column->width)
			column->width = text_width(column->cells[row]);
	}
	return 0;
}

static int sheet_fill(struct sheet *sheet)
{
	const struct table *table = sheet->table;

	sheet->levels = column_of_kind(table, "niva", false);
	sheet->kinds = column_of_kind(table, "radtyp", true);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct table_column *source = &table->columns[i];
		struct shown_column *column = &sheet->columns[sheet->column_count];
		int r;

		if (source == sheet->levels || source == sheet->kinds)
			continue;
		if (source->kind == COLUMN_TEXT && !sheet->first_text)
			sheet->first_text = source;
		column->source = source;
		r = column_fill(sheet, column);
		if (r < 0)
			return r;
		sheet->column_count++;
	}
	return 0;
}

static void blanks_write(FILE *stream, size_t count)
{
	fprintf(stream, "%*s", (int)count, "");
}

/* Blanks are held back until something follows them: no line ends in blanks. */
static void padded_write(FILE *stream, const struct shown_column *column, const char *text,
			 const char *color, size_t *held_back)
{
	size_t width = text_width(text);
	size_t padding = width < column->width ? column->width - width : 0;

	if (text[0] == '\0') {
		*held_back += column->width;
		return;
	}
	blanks_write(stream, *held_back + (column->is_right ? padding : 0));
	fprintf(stream, "%s%s%s", color, text, color[0] ? COLOR_NONE : "");
	*held_back = column->is_right ? 0 : padding;
}

static void titles_write(FILE *stream, const struct sheet *sheet)
{
	const char *rests[TABLE_COLUMNS_MAX];
	size_t line_counts[TABLE_COLUMNS_MAX];
	size_t line_count = 0;

	for (size_t i = 0; i < sheet->column_count; i++) {
		rests[i] = sheet->columns[i].source->title;
		line_counts[i] = title_line_count(&sheet->columns[i]);
		if (line_counts[i] > line_count)
			line_count = line_counts[i];
	}
	for (size_t left = line_count; left > 0; left--) {
		size_t held_back = 0;

		for (size_t i = 0; i < sheet->column_count; i++) {
			char line[LINE_SIZE] = "";

			if (left <= line_counts[i])
				title_line_take(&rests[i], sheet->columns[i].width, line);
			held_back += i > 0 ? strlen(COLUMN_GAP) : 0;
			padded_write(stream, &sheet->columns[i], line, "", &held_back);
		}
		fputc('\n', stream);
	}
}

static void rule_write(FILE *stream, const struct sheet *sheet)
{
	size_t width = 0;

	for (size_t i = 0; i < sheet->column_count; i++)
		width += sheet->columns[i].width + (i > 0 ? strlen(COLUMN_GAP) : 0);
	for (size_t i = 0; i < width; i++)
		fputs("─", stream);
	fputc('\n', stream);
}

static const char *cell_color(const struct sheet *sheet, const struct shown_column *column,
			      size_t row)
{
	bool is_deficit = column->is_deviation && !cell_is_missing(column->source, row) &&
			  column->source->numbers[row] < 0;

	return sheet->options->color && is_deficit ? COLOR_DEFICIT : "";
}

static void rows_write(FILE *stream, const struct sheet *sheet)
{
	for (size_t row = 0; row < sheet->table->row_count; row++) {
		size_t held_back = 0;

		for (size_t i = 0; i < sheet->column_count; i++) {
			const struct shown_column *column = &sheet->columns[i];

			held_back += i > 0 ? strlen(COLUMN_GAP) : 0;
			padded_write(stream, column, column->cells[row],
				     cell_color(sheet, column, row), &held_back);
		}
		fputc('\n', stream);
	}
}

static bool table_has_money(const struct table *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		if (table->columns[i].kind == COLUMN_MONEY)
			return true;
	}
	return false;
}

static int heading_write(FILE *stream, const struct sheet *sheet)
{
	const struct table *table = sheet->table;
	const char *title = clean_copy(sheet->arena, table->title ? table->title : "Belopp");

	if (!title)
		return -ENOMEM;
	if (table_has_money(table))
		fprintf(stream, "%s (%s)\n\n", title, view_unit_name(sheet->options->unit_ore));
	else if (table->title)
		fprintf(stream, "%s\n\n", title);
	return 0;
}

static int notes_write(FILE *stream, const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->table->note_count; i++) {
		const char *note = clean_copy(sheet->arena, sheet->table->notes[i]);

		if (!note)
			return -ENOMEM;
		fprintf(stream, "%s%s\n", i == 0 ? "\n" : "", note);
	}
	return 0;
}

static int text_write(FILE *stream, const struct table *table, const struct view_options *options)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	int r = arena_new(&arena, SHEET_SIZE_MAX);
	struct sheet sheet = {.table = table, .options = options};

	sheet.arena = arena;
	if (r == 0)
		r = sheet_fill(&sheet);
	if (r == 0)
		r = heading_write(stream, &sheet);
	if (r < 0)
		return r;
	titles_write(stream, &sheet);
	rule_write(stream, &sheet);
	rows_write(stream, &sheet);
	return notes_write(stream, &sheet);
}

const struct writer writer_text = {.name = "text", .write = text_write};
