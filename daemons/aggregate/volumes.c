/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/volumes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/place.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/service/service.h"

enum { VOLUME_LAYERS = 2, ENTRIES_MAX = 65536 };

/* The months of one mått, outcome and budget. */
struct volume_year {
	struct money amounts[VOLUME_LAYERS][MONTHS]; /* thousandths */
	bool has[VOLUME_LAYERS][MONTHS];
};

struct entry {
	int area;
	int measure;
	struct volume_year year;
};

struct volumes {
	const struct ledger *ledger;
	struct entry *entries;
	size_t count;
	size_t capacity;
	enum layer layer; /* of what is being read */
	int month;
};

static void measure_refuse(const char *name, struct batch_findings *findings)
{
	if (*name)
		findings_add(findings, FINDING_LEDGER_MEASURE, FINDING_ERROR, 0,
			     "ett mått som står i volymer.csv; lägg till det där eller rätta filen",
			     "måttet ”%.100s” finns inte i volymer.csv", name);
	else
		findings_add(findings, FINDING_LEDGER_MEASURE, FINDING_ERROR, 0,
			     "en kolumn med måttets namn, fylld på varje rad",
			     "en volym utan mått");
}

static void sheet_check(const struct ledger *ledger, const struct staging *staging,
			const struct sheet *sheet, struct batch_findings *findings)
{
	uint32_t told = UINT32_MAX;

	for (uint32_t i = 0; i < sheet_size(sheet); i++) {
		struct group group;
		const char *name;

		staging_group(staging, sheet, i, &group);
		name = staging_code(staging, DIMENSION_LINE, group.ids[DIMENSION_LINE]);
		if (group.ids[DIMENSION_LINE] == told || measure_find(ledger->measures, name) >= 0)
			continue;
		told = group.ids[DIMENSION_LINE];
		measure_refuse(name, findings);
	}
}

void volumes_check(const struct ledger *ledger, const struct staging *staging,
		   struct batch_findings *findings)
{
	size_t count;
	struct sheet *const *sheets = staging_sheets(staging, &count);

	for (size_t i = 0; i < count; i++) {
		if (!layer_is_money(sheets[i]->layer))
			sheet_check(ledger, staging, sheets[i], findings);
	}
}

static int entry_find(struct volumes *volumes, int area, int measure, struct entry **entry_out)
{
	size_t capacity = volumes->capacity * 2 + 64;

	for (size_t i = 0; i < volumes->count; i++) {
		*entry_out = &volumes->entries[i];
		if ((*entry_out)->area == area && (*entry_out)->measure == measure)
			return 0;
	}
	if (volumes->count == ENTRIES_MAX)
		return ERROR_LIMIT;
	if (volumes->count == volumes->capacity) {
		struct entry *entries =
			reallocarray(volumes->entries, capacity, sizeof *volumes->entries);

		if (!entries)
			return -ENOMEM;
		volumes->entries = entries;
		volumes->capacity = capacity;
	}
	*entry_out = &volumes->entries[volumes->count++];
	**entry_out = (struct entry){.area = area, .measure = measure};
	return 0;
}

/* A mått that has left the table since is not shown. */
static int row_add(void *context, const struct block_row *row)
{
	struct volumes *volumes = context;
	const struct ledger *ledger = volumes->ledger;
	int measure = measure_find(ledger->measures, row_code(ledger, row, DIMENSION_LINE));
	size_t layer = volumes->layer == LAYER_VOLUME ? 0 : 1;
	struct entry *entry;
	int r;

	if (measure < 0)
		return 0;
	r = entry_find(volumes, place_area(ledger, row), measure, &entry);
	if (r < 0)
		return r;
	entry->year.has[layer][volumes->month] = true;
	return money_add(&entry->year.amounts[layer][volumes->month], (struct money){row->ore})
		       ? 0
		       : -EOVERFLOW;
}

static int block_read(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	(void)key;
	(void)key_size;
	return block_each(value.bytes, value.size, row_add, context);
}

static int year_read(struct volumes *volumes, struct store_txn *txn, int year)
{
	static const enum layer layers[VOLUME_LAYERS] = {LAYER_VOLUME, LAYER_VOLUME_BUDGET};
	int r = 0;

	for (size_t i = 0; i < VOLUME_LAYERS; i++) {
		volumes->layer = layers[i];
		for (volumes->month = 0; volumes->month < MONTHS && r == 0; volumes->month++) {
			struct key prefix =
				period_key(layers[i], period_of(year, volumes->month + 1));

			r = store_each(txn, TABLE_BLOCK, &prefix, NULL, block_read, volumes);
		}
	}
	return r;
}

/* One mått of an area and all below it; false when there is nothing.  Areas are added,
 * also of stocks: two schools have the places of both. */
static bool year_sum(const struct volumes *volumes, int area, int measure,
		     struct volume_year *year_out)
{
	bool found = false;

	*year_out = (struct volume_year){.has = {{false}}};
	for (size_t i = 0; i < volumes->count; i++) {
		const struct entry *entry = &volumes->entries[i];

		if (entry->measure != measure ||
		    !area_is_within(volumes->ledger->areas, entry->area, area))
			continue;
		found = true;
		for (size_t l = 0; l < VOLUME_LAYERS; l++) {
			for (int m = 0; m < MONTHS; m++) {
				struct money *sum = &year_out->amounts[l][m];

				*sum = money_sum(*sum, entry->year.amounts[l][m]);
				year_out->has[l][m] |= entry->year.has[l][m];
			}
		}
	}
	return found;
}

enum volume_column {
	VOLUME_AREA,
	VOLUME_LEVEL,
	VOLUME_NAME,
	VOLUME_UNIT_NAME,
	VOLUME_KIND,
	VOLUME_MONTH,
	VOLUME_TO_DATE,
	VOLUME_MEAN,
	VOLUME_BUDGET_MONTH,
	VOLUME_BUDGET_TO_DATE,
	VOLUME_BUDGET_YEAR,
};

static void volume_columns(struct table *table)
{
	table_column(table, "omrade", "Område", COLUMN_TEXT);
	table_column(table, "niva", "Nivå", COLUMN_COUNT);
	table_column(table, "matt", "Mått", COLUMN_TEXT);
	table_column(table, "enhet", "Enhet", COLUMN_TEXT);
	table_column(table, "slag", "Slag", COLUMN_TEXT);
	table_column(table, "manad", "Månaden", COLUMN_THOUSANDTHS);
	table_column(table, "ackumulerat", "Hittills", COLUMN_THOUSANDTHS);
	table_column(table, "medel", "Medel hittills", COLUMN_THOUSANDTHS);
	table_column(table, "budget_manad", "Budget månaden", COLUMN_THOUSANDTHS);
	table_column(table, "budget_ackumulerat", "Budget hittills", COLUMN_THOUSANDTHS);
	table_column(table, "budget_ar", "Budget helår", COLUMN_THOUSANDTHS);
}

/* The sum of the first @months, or with @is_mean the mean of those of them that have any. */
static void months_show(const struct volume_year *year, size_t layer, int months, bool is_mean,
			size_t column, struct table *table)
{
	struct money sum = {0};
	int count = 0;

	for (int m = 0; m < months; m++) {
		sum = money_sum(sum, year->amounts[layer][m]);
		count += year->has[layer][m];
	}
	if (count > 0)
		table_money(table, column, is_mean ? money_scale(sum, 1, count) : sum);
}

static void month_show(const struct volume_year *year, size_t layer, int month, size_t column,
		       struct table *table)
{
	if (year->has[layer][month])
		table_money(table, column, year->amounts[layer][month]);
}

static int volume_row(const struct area *area, const struct measure *measure,
		      const struct volume_year *year, int months, struct table *table)
{
	bool is_stock = measure->kind == MEASURE_STOCK;

	if (table_row(table) < 0)
		return -ENOMEM;
	table_text(table, VOLUME_AREA, area->name);
	table_number(table, VOLUME_LEVEL, area->level);
	table_text(table, VOLUME_NAME, measure->name);
	table_text(table, VOLUME_UNIT_NAME, measure->unit);
	table_text(table, VOLUME_KIND, is_stock ? "bestånd" : "flöde");
	month_show(year, 0, months - 1, VOLUME_MONTH, table);
	month_show(year, 1, months - 1, VOLUME_BUDGET_MONTH, table);
	if (is_stock) {
		month_show(year, 0, months - 1, VOLUME_TO_DATE, table);
		month_show(year, 1, months - 1, VOLUME_BUDGET_TO_DATE, table);
		months_show(year, 0, months, true, VOLUME_MEAN, table);
	} else {
		months_show(year, 0, months, false, VOLUME_TO_DATE, table);
		months_show(year, 1, months, false, VOLUME_BUDGET_TO_DATE, table);
	}
	months_show(year, 1, MONTHS, is_stock, VOLUME_BUDGET_YEAR, table);
	return 0;
}

static int volumes_show(const struct volumes *volumes, int within, int months, struct table *table)
{
	const struct ledger *ledger = volumes->ledger;
	struct volume_year year;
	int r = 0;

	for (int a = 0; a < ledger->areas->count; a++) {
		if (within >= 0 && !area_is_within(ledger->areas, a, within))
			continue;
		for (size_t m = 0; m < ledger->measures->count && r == 0; m++) {
			if (year_sum(volumes, a, (int)m, &year))
				r = volume_row(&ledger->areas->areas[a],
					       &ledger->measures->measures[m], &year, months,
					       table);
		}
	}
	table_note(table, "Bestånd läggs aldrig ihop över månader: hittills är månadens värde, "
			  "medel står för sig, och helårsbudgeten är årets medel.");
	return r;
}

int volumes_answer(struct ledger *ledger, const struct request *request, struct arena *arena,
		   struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct volumes volumes = {.ledger = ledger};
	struct table *table = table_new(arena);
	int area = *request->area ? area_find(ledger->areas, request->area) : -1;
	int r;

	if (!table)
		return -ENOMEM;
	if (!period_is_valid(request->period))
		return answer_with(answer, ANSWER_INVALID, "Perioden ska vara ÅÅÅÅ-MM.");
	if (*request->area && area < 0)
		return answer_with(answer, ANSWER_NOT_FOUND,
				   "Området finns inte; namnen skrivs som i omraden.csv.");
	volume_columns(table);
	r = store_begin(ledger->store, STORE_READ, &txn);
	if (r == 0)
		r = year_read(&volumes, txn, period_year(request->period));
	if (r == 0)
		r = volumes_show(&volumes, area, period_month(request->period), table);
	free(volumes.entries);
	answer->table = table;
	return r;
}
