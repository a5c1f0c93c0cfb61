/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows from cells; lib/conf/sheet.h knows about files, and says where problems are.
 */
#include "budgetvakt/forecast_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/sheet.h"
#include "lib/view/view.h"

static const struct sheet_column columns[] = {
	{"år", true},
	{"prognosmånad", true},
	{"område", true},
	{"intäkter_tkr", false},
	{"kostnader_tkr", false},
	{"netto_tkr", false},
	{"intäkter_kr", false},
	{"kostnader_kr", false},
	{"netto_kr", false},
	{"intäkter_mnkr", false},
	{"kostnader_mnkr", false},
	{"netto_mnkr", false},
	{"kommentar", false},
};

/* The same amount in each unit. */
struct amount_columns {
	const char *names[3];
};

static const struct amount_columns income_columns = {
	{"intäkter_kr", "intäkter_tkr", "intäkter_mnkr"}};
static const struct amount_columns cost_columns = {
	{"kostnader_kr", "kostnader_tkr", "kostnader_mnkr"}};
static const struct amount_columns net_columns = {{"netto_kr", "netto_tkr", "netto_mnkr"}};
static const int64_t units_ore[] = {VIEW_UNIT_KR, VIEW_UNIT_TKR, VIEW_UNIT_MNKR};

/* The first of the units whose cell says something. */
static bool amount_cell(struct sheet *sheet, size_t row, const struct amount_columns *names,
			struct money *amount_out)
{
	for (size_t i = 0; i < sizeof units_ore / sizeof *units_ore; i++)
		if (*sheet_cell(sheet, row, names->names[i]))
			return sheet_amount(sheet, row, names->names[i], units_ore[i], amount_out);
	return false;
}

static void amounts_fill(struct sheet *sheet, size_t row, struct forecast_row *forecast)
{
	size_t problems_before = sheet_problem_count(sheet);
	bool has_income = amount_cell(sheet, row, &income_columns, &forecast->income);
	bool has_cost = amount_cell(sheet, row, &cost_columns, &forecast->cost);
	bool has_net =
		!has_income && !has_cost && amount_cell(sheet, row, &net_columns, &forecast->net);

	forecast->has_split = has_income && has_cost;
	if (sheet_problem_count(sheet) == problems_before && !forecast->has_split && !has_net)
		sheet_problem(sheet, forecast->line, 0,
			      "belopp saknas; ange både intäkter och kostnader, eller netto");
}

static void period_fill(struct sheet *sheet, size_t row, struct forecast_row *forecast)
{
	const char *month = sheet_cell(sheet, row, "prognosmånad");
	const char *year = sheet_cell(sheet, row, "år");
	uint64_t number = 0;

	if (!text_read_u64(year, YEAR_MAX, &number))
		sheet_cell_problem(sheet, row, "år", "”%s” är inget år; skriv till exempel 2020",
				   year);
	else if (!period_parse(month, &forecast->period))
		sheet_cell_problem(sheet, row, "prognosmånad",
				   "”%s” är ingen månad; skriv ÅÅÅÅMM, till exempel 202008", month);
	else if (period_year(forecast->period) != (int)number)
		sheet_cell_problem(sheet, row, "prognosmånad",
				   "%s är inte en månad i %s; prognosen gäller månadens eget år",
				   month, year);
}

static void area_fill(struct sheet *sheet, size_t row, const struct area_tree *areas,
		      struct forecast_row *forecast)
{
	int area;

	forecast->area = sheet_cell(sheet, row, "område");
	area = area_find(areas, forecast->area);
	if (area < 0)
		sheet_cell_problem(sheet, row, "område",
				   "”%s” finns inte; skriv namnet som i omraden.csv",
				   forecast->area);
	else if (!areas->areas[area].is_leaf)
		sheet_cell_problem(sheet, row, "område",
				   "”%s” är en summa; ange prognosen för områdena under det",
				   forecast->area);
}

static int rows_fill(struct forecast_file *file, const struct area_tree *areas)
{
	file->row_count = sheet_row_count(file->sheet);
	file->rows = calloc(file->row_count + 1, sizeof *file->rows);
	if (!file->rows)
		return -ENOMEM;
	for (size_t i = 0; i < file->row_count; i++) {
		file->rows[i].line = sheet_row_line(file->sheet, i);
		file->rows[i].comment = sheet_cell(file->sheet, i, "kommentar");
		period_fill(file->sheet, i, &file->rows[i]);
		area_fill(file->sheet, i, areas, &file->rows[i]);
		amounts_fill(file->sheet, i, &file->rows[i]);
	}
	if (file->row_count == 0)
		sheet_problem(file->sheet, 0, 0, "listan har inga rader");
	return sheet_problem_count(file->sheet) > 0 ? FORECAST_FILE_BAD : 0;
}

int forecast_file_read(struct forecast_file **file_out, const char *path,
		       const struct area_tree *areas)
{
	cleanup(forecast_file_destroy) struct forecast_file *file = calloc(1, sizeof *file);
	int r;

	if (!file)
		return -ENOMEM;
	r = sheet_read(&file->sheet, path, columns, sizeof columns / sizeof *columns);
	if (r == 0)
		r = rows_fill(file, areas);
	if (r != 0)
		return r < 0 ? r : FORECAST_FILE_BAD;
	*file_out = file;
	file = NULL;
	return 0;
}

void forecast_file_destroy(struct forecast_file **file)
{
	if (!*file)
		return;
	sheet_destroy(&(*file)->sheet);
	free((*file)->rows);
	free(*file);
	*file = NULL;
}
