/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies the chosen cells; texts are copied by the table itself.
 */
#include "budgetvakt/selection.h"

#include <string.h>

static void cell_copy(struct table *target, size_t column, const struct table_column *source,
		      size_t row)
{
	if (source->kind == COLUMN_TEXT)
		table_text(target, column, source->texts[row]);
	else
		table_number(target, column, source->numbers[row]);
}

static size_t columns_choose(const struct table *source, const char *const *keys, size_t key_count,
			     const struct table_column *chosen[static TABLE_COLUMNS_MAX])
{
	size_t count = 0;

	if (!keys) {
		for (size_t i = 0; i < source->column_count; i++)
			chosen[count++] = &source->columns[i];
		return count;
	}
	for (size_t i = 0; i < key_count && count < TABLE_COLUMNS_MAX; i++) {
		const struct table_column *column = table_find(source, keys[i]);

		if (column)
			chosen[count++] = column;
	}
	return count;
}

struct table *selection_make(struct arena *arena, const struct table *source,
			     const char *const *keys, size_t key_count, selection_filter *filter,
			     const void *context)
{
	const struct table_column *chosen[TABLE_COLUMNS_MAX];
	size_t count = columns_choose(source, keys, key_count, chosen);
	struct table *target = table_new(arena);

	if (!target)
		return NULL;
	for (size_t i = 0; i < count; i++)
		table_column(target, chosen[i]->key, chosen[i]->title, chosen[i]->kind);
	for (size_t row = 0; row < source->row_count; row++) {
		if (filter && !filter(source, row, context))
			continue;
		if (table_row(target) < 0)
			return NULL;
		for (size_t i = 0; i < count; i++)
			cell_copy(target, i, chosen[i], row);
	}
	if (source->title)
		table_title(target, source->title);
	for (size_t i = 0; i < source->note_count; i++)
		table_note(target, source->notes[i]);
	return target;
}

bool selection_area(const struct table *table, const char *area, struct selection_range *range_out)
{
	const struct table_column *names = table_find(table, "omrade");
	const struct table_column *levels = table_find(table, "niva");
	size_t first = 0, end;

	if (!names || !levels)
		return false;
	while (first < table->row_count &&
	       !(names->texts[first] && strcmp(names->texts[first], area) == 0))
		first++;
	if (first == table->row_count)
		return false;
	for (end = first + 1; end < table->row_count; end++)
		if (levels->numbers[end] <= levels->numbers[first])
			break;
	*range_out = (struct selection_range){.first = first, .count = end - first};
	return true;
}

bool selection_in_range(const struct table *table, size_t row, const void *context)
{
	const struct selection_range *range = context;

	(void)table;
	return row >= range->first && row - range->first < range->count;
}
