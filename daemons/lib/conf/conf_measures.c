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

#define MEASURES_FILE "volymer.csv"
#define NAME	      "mått"
#define UNIT	      "enhet"
#define KIND	      "slag"

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

static void rows_read(struct sheet *sheet, struct measures *measures)
{
	for (size_t row = 0; row < sheet_row_count(sheet); row++) {
		struct measure *measure;

		if (row == MEASURES_MAX) {
			sheet_problem(sheet, sheet_row_line(sheet, row), 0,
				      "filen har fler än %d mått; ta bort några", MEASURES_MAX);
			return;
		}
		measure = &measures->measures[measures->count++];
		name_read(sheet, row, measure);
		kind_read(sheet, row, measure);
		if (table_name_check(sheet, row, UNIT, UNIT_SIZE))
			text_copy(measure->unit, sizeof measure->unit,
				  sheet_cell(sheet, row, UNIT));
	}
}

int measures_load(const struct conf *conf, struct measures **measures_out)
{
	cleanup(measures_destroy) struct measures *measures = calloc(1, sizeof *measures);
	cleanup(sheet_destroy) struct sheet *sheet = NULL;
	int r;

	if (!measures)
		return -ENOMEM;
	r = table_open(conf, MEASURES_FILE, TABLE_OPTIONAL, columns,
		       sizeof columns / sizeof columns[0], &sheet);
	if (r != 0)
		return r;
	if (sheet)
		rows_read(sheet, measures);
	if (sheet && sheet_problem_count(sheet) > 0)
		return CONF_BAD;
	*measures_out = measures;
	measures = NULL;
	return 0;
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
