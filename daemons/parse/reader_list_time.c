/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which months a row of a list is about, and how it is spread over them.
 */
#include <strings.h>

#include "parse/field_time.h"
#include "parse/reader_list.h"

/* The year that the row or the source says, or 0. */
static int year_read(struct reader *reader, uint32_t *year_out)
{
	const struct list *list = reader->format_state;
	struct field field;

	*year_out = reader->source->year;
	if (!list_field(reader, list->roles[ROLE_YEAR], &field) || field_year(&field, year_out))
		return 0;
	return reader_bad_field(reader, FINDING_LIST_YEAR, &field, "året går inte att läsa",
				"ett år ÅÅÅÅ");
}

static int period_missing(struct reader *reader)
{
	const struct list *list = reader->format_state;
	int wanted = list->roles[ROLE_PERIOD];

	if (wanted == LIST_NONE)
		wanted = list->roles[ROLE_DATE];
	if (wanted == LIST_NONE)
		wanted = list->roles[ROLE_YEAR];
	return reader_bad(reader, FINDING_LIST_PERIOD_MISSING, reader->line_number,
			  wanted == LIST_NONE ? 0 : list->wanted[wanted].column,
			  "en period ÅÅÅÅMM, ett datum eller ett år på varje rad",
			  "raden har ingen period");
}

static int period_bad(struct reader *reader, const struct field *field, int problem)
{
	if (problem == TIME_NO_YEAR)
		return reader_bad_field(reader, FINDING_LIST_PERIOD, field, "perioden har inget år",
					"en kolumn med rollen år, eller källans inställning year");
	return reader_bad_field(reader, FINDING_LIST_PERIOD, field, "perioden går inte att läsa",
				"en period ÅÅÅÅMM eller ÅÅÅÅ-MM");
}

static int date_bad(struct reader *reader, const struct field *field, int problem)
{
	if (problem == TIME_AMBIGUOUS)
		return reader_bad_field(reader, FINDING_LIST_DATE, field,
					"datumet kan vara ÅÅÅÅMM lika väl som ÅÅMMDD",
					"rollen period för ÅÅÅÅMM, eller dates = \"ååmmdd\" i "
					"källans inställningar");
	return reader_bad_field(reader, FINDING_LIST_DATE, field, "datumet går inte att läsa",
				"ett datum ÅÅÅÅ-MM-DD eller ÅÅÅÅMMDD");
}

/* The row's month, or 0 when it is about the whole of @year. */
static int period_read(struct reader *reader, uint32_t year, uint32_t *yyyymm_out)
{
	const struct list *list = reader->format_state;
	struct field field;
	int problem;

	*yyyymm_out = 0;
	if (list_field(reader, list->roles[ROLE_PERIOD], &field)) {
		problem = field_list_period(&field, year, yyyymm_out);
		if (problem != 0)
			return period_bad(reader, &field, problem);
	} else if (list_field(reader, list->roles[ROLE_DATE], &field)) {
		problem = field_list_date(&field, reader->source->date_form, yyyymm_out);
		if (problem != 0)
			return date_bad(reader, &field, problem);
	} else {
		return year == 0 ? period_missing(reader) : 0;
	}
	if (year == 0 || year == *yyyymm_out / 100)
		return 0;
	return reader_bad_field(reader, FINDING_LIST_PERIOD_YEAR, &field,
				"perioden hör inte till radens år",
				"samma år i kolumnerna för år och period");
}

void reader_spread_keys_set(struct reader *reader, const struct spread_keys *keys)
{
	reader->spread_keys = keys;
}

static int spread_check(struct reader *reader, const struct field *field)
{
	char name[CODE_SIZE];
	size_t length;
	int result = reader_text(reader, field, name, &length);

	if (result != 0 || !reader->spread_keys || spread_is_known(reader->spread_keys, name))
		return result;
	return reader_bad(reader, FINDING_LIST_SPREAD, reader->line_number, field->column,
			  "rak, föregående år, egen budget eller en nyckel i periodisering.csv",
			  "periodiseringsnyckeln ”%.100s” finns inte", name);
}

/* rak is done here; aggregate spreads by the others, for it has last year and the budget. */
static int spread_read(struct reader *reader, struct row *row)
{
	const struct list *list = reader->format_state;
	struct field field;
	int result;

	if (!list_field(reader, list->roles[ROLE_SPREAD], &field))
		return 0;
	if (field.length == 3 && strncasecmp((const char *)field.bytes, "rak", 3) == 0)
		return 0;
	if (row->layer != LAYER_BUDGET)
		return reader_bad(reader, FINDING_LIST_SPREAD, reader->line_number, field.column,
				  "rak, eller tomt; andra nycklar är för budget",
				  "en periodiseringsnyckel som inte går här");
	if (row->yyyymm != 0)
		return 0;
	result = reader_code_add(reader, DIMENSION_SPREAD, &field, &row->ids[DIMENSION_SPREAD]);
	return result == 0 ? spread_check(reader, &field) : result;
}

int list_month_add(struct reader *reader, const struct row *row)
{
	struct list *list = reader->format_state;

	if (row->yyyymm != list->month_marked) {
		uint32_t *line =
			&list->month_lines[row->yyyymm / 100 - YEAR_MIN][row->yyyymm % 100 - 1];

		list->month_marked = row->yyyymm;
		if (*line == 0)
			*line = reader->line_number;
	}
	return reader_row_add(reader, row);
}

/* A whole year straight over its months, to the öre. */
static int year_add(struct reader *reader, struct row *row, uint32_t year)
{
	struct money amount = {row->ore};
	int result = 0;

	/* Whether a mått is a stock, aggregate knows. */
	if (row->ids[DIMENSION_SPREAD] != 0 || row->layer == LAYER_VOLUME_BUDGET) {
		row->yyyymm = year * 100;
		return reader_row_add(reader, row);
	}
	for (int month = 1; result == 0 && month <= MONTHS; month++) {
		row->yyyymm = period_of((int)year, month).yyyymm;
		row->ore = money_part(amount, month - 1, MONTHS).ore;
		result = list_month_add(reader, row);
	}
	return result;
}

/* The amount of one of the months that stand side by side; an empty one is none. */
static int side_month_add(struct reader *reader, struct row *row, size_t wanted, uint32_t year)
{
	uint32_t yyyymm = reader->source->columns[wanted].yyyymm;
	struct field field;
	int64_t amount;
	int result;

	if (!list_field(reader, (int)wanted, &field))
		return 0;
	if (yyyymm < YEAR_MIN * 100 && year == 0)
		return period_missing(reader);
	result = list_amount(reader, wanted, &amount);
	if (result != 0)
		return result;
	row->yyyymm = yyyymm < YEAR_MIN * 100 ? year * 100 + yyyymm : yyyymm;
	row->ore = list_report_sign(reader, amount);
	return list_month_add(reader, row);
}

static int side_months_add(struct reader *reader, struct row *row)
{
	const struct source *source = reader->source;
	uint32_t year;
	int result = year_read(reader, &year);

	for (size_t i = 0; result == 0 && i < source->column_count; i++)
		if (source->columns[i].role == ROLE_MONTH)
			result = side_month_add(reader, row, i, year);
	return result;
}

int list_times_add(struct reader *reader, struct row *row)
{
	const struct list *list = reader->format_state;
	uint32_t year;
	int result;

	if (list->has_months)
		return side_months_add(reader, row);
	result = list_row_amount(reader, &row->ore);
	if (result == 0)
		result = year_read(reader, &year);
	if (result == 0)
		result = period_read(reader, year, &row->yyyymm);
	if (result == 0)
		result = spread_read(reader, row);
	if (result != 0)
		return result;
	return row->yyyymm != 0 ? list_month_add(reader, row) : year_add(reader, row, year);
}
