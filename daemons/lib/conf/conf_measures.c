/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volymer.csv: what is counted, in which unit, and whether months may be added.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

#define NAME "mått"
#define UNIT "enhet"
#define KIND "slag"

static const struct sheet_column columns[] = {{NAME, true}, {UNIT, true}, {KIND, true}};

static void name_read(struct sheet *sheet, size_t row, struct measure *measure)
{
	const char *name = sheet_cell(sheet, row, NAME);
	size_t same = table_row_same(sheet, row, NAME);

	if (!table_name_check(sheet, row, NAME, CODE_SIZE))
		return;
	if (same < row)
		sheet_cell_problem(sheet, row, NAME,
				   "måttet ”%s” finns redan på rad %u; ge det ena ett annat namn",
				   name, sheet_row_line(sheet, same));
	text_copy(measure->name, sizeof measure->name, name);
}

static void kind_read(struct sheet *sheet, size_t row, struct measure *measure)
{
	const char *word = sheet_cell(sheet, row, KIND);

	if (text_equal_folded(word, "flöde"))
		measure->kind = MEASURE_FLOW;
	else if (text_equal_folded(word, "bestånd"))
		measure->kind = MEASURE_STOCK;
	else
		sheet_cell_problem(sheet, row, KIND,
				   "okänt slag ”%s”; skriv flöde om månaderna kan läggas ihop "
				   "(timmar), bestånd om de inte kan det (årsplatser)",
				   word);
}

static void measure_read(const void *context, struct sheet *sheet, size_t row, void *entry)
{
	struct measure *measure = entry;

	(void)context;
	name_read(sheet, row, measure);
	kind_read(sheet, row, measure);
	if (table_name_check(sheet, row, UNIT, UNIT_SIZE))
		text_copy(measure->unit, sizeof measure->unit, sheet_cell(sheet, row, UNIT));
}

int measures_load(const struct conf *conf, struct measures **measures_out)
{
	static const struct table_list list = {
		.file = "volymer.csv",
		.columns = columns,
		.column_count = sizeof columns / sizeof columns[0],
		.entries = "mått",
		.entry_size = sizeof(struct measure),
		.entries_max = MEASURES_MAX,
		.entry_read = measure_read,
	};
	cleanup(measures_destroy) struct measures *measures = calloc(1, sizeof *measures);
	int r = measures ? table_list_load(conf, &list, NULL, measures->measures, &measures->count)
			 : -ENOMEM;

	if (r == 0) {
		*measures_out = measures;
		measures = NULL;
	}
	return r;
}

void measures_destroy(struct measures **measures)
{
	free(*measures);
	*measures = NULL;
}

int measure_find(const struct measures *measures, const char *name)
{
	for (size_t i = 0; i < measures->count; i++) {
		if (text_equal_folded(measures->measures[i].name, name))
			return (int)i;
	}
	return -1;
}
