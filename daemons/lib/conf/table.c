/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a table and the checks that every table needs.
 */
#include "lib/conf/table.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/conf/problem.h"

int table_unreadable(const struct conf *conf, const char *file, int error)
{
	if (error_passes(error))
		return error;
	if (error == -ENOENT)
		problem_print(file, 0, 0,
			      "filen finns inte i mappen %s; lägg den där eller ändra tables i %s",
			      conf->tables_dir, conf->path);
	else
		problem_print(
			file, 0, 0,
			"filen i mappen %s kan inte läsas (%s); kontrollera att den är en fil "
			"och att Budgetvakt får läsa den",
			conf->tables_dir, strerror(-error));
	return CONF_BAD;
}

int table_open(const struct conf *conf, const char *file, enum table_need need,
	       const struct sheet_column *columns, size_t column_count, struct sheet **sheet_out)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/%s", conf->tables_dir, file);

	*sheet_out = NULL;
	if (r == 0)
		r = sheet_read(sheet_out, path, columns, column_count);
	if (r == -ENOENT && need == TABLE_OPTIONAL)
		return 0;
	if (r < 0)
		return table_unreadable(conf, file, r);
	return r == SHEET_BAD ? CONF_BAD : 0;
}

static size_t entries_read(const struct table_list *list, const void *context, struct sheet *sheet,
			   char *entries)
{
	size_t count = sheet_row_count(sheet);
	bool is_too_long = count > list->entries_max;

	if (is_too_long)
		count = list->entries_max;
	for (size_t row = 0; row < count; row++)
		list->entry_read(context, sheet, row, entries + row * list->entry_size);
	if (is_too_long)
		sheet_problem(sheet, sheet_row_line(sheet, count), 0,
			      "filen har fler än %zu %s; ta bort några", count, list->entries);
	return count;
}

int table_list_load(const struct conf *conf, const struct table_list *list, const void *context,
		    void *entries, size_t *count_out)
{
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	int r = table_open(conf, list->file, TABLE_OPTIONAL, list->columns, list->column_count,
			   &sheet);

	*count_out = r == 0 && sheet ? entries_read(list, context, sheet, entries) : 0;
	return r == 0 && sheet && sheet_problem_count(sheet) > 0 ? CONF_BAD : r;
}

bool table_length_check(struct sheet *sheet, size_t row, const char *column, size_t size)
{
	if (strlen(sheet_cell(sheet, row, column)) < size)
		return true;
	sheet_cell_problem(sheet, row, column,
			   "texten i kolumnen %s är längre än %zu byte; korta den", column,
			   size - 1);
	return false;
}

bool table_name_check(struct sheet *sheet, size_t row, const char *column, size_t size)
{
	if (*sheet_cell(sheet, row, column))
		return table_length_check(sheet, row, column, size);
	sheet_cell_problem(sheet, row, column, "kolumnen %s är tom; fyll i den eller ta bort raden",
			   column);
	return false;
}

size_t table_row_same(const struct sheet *sheet, size_t row, const char *column)
{
	const char *name = sheet_cell(sheet, row, column);

	for (size_t i = 0; i < row; i++) {
		if (text_equal_folded(sheet_cell(sheet, i, column), name))
			return i;
	}
	return row;
}
