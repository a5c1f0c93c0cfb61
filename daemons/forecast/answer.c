/* SPDX-License-Identifier: Apache-2.0 */
/* REQUEST_FORECAST: what is in force for every leaf as of a month. */
#include <errno.h>
#include <string.h>

#include "forecast/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

enum forecast_column {
	COLUMN_AREA,
	COLUMN_AS_OF,
	COLUMN_INCOME,
	COLUMN_COST,
	COLUMN_NET,
	COLUMN_LOW,
	COLUMN_HIGH,
	COLUMN_MANUAL,
	COLUMN_BUDGET,
	COLUMN_DEVIATION,
	COLUMN_METHOD,
	COLUMN_COMMENT,
};

static struct table *table_make(struct arena *arena)
{
	static const struct table_column columns[] = {
		[COLUMN_AREA] = {"område", "Verksamhetsområde", COLUMN_TEXT, NULL, NULL},
		[COLUMN_AS_OF] = {"period", "Prognosmånad", COLUMN_PERIOD, NULL, NULL},
		[COLUMN_INCOME] = {"intakter", "Intäkter", COLUMN_MONEY, NULL, NULL},
		[COLUMN_COST] = {"kostnader", "Kostnader", COLUMN_MONEY, NULL, NULL},
		[COLUMN_NET] = {"netto", "Netto", COLUMN_MONEY, NULL, NULL},
		[COLUMN_LOW] = {"lag", "Låg (80 %)", COLUMN_MONEY, NULL, NULL},
		[COLUMN_HIGH] = {"hog", "Hög (80 %)", COLUMN_MONEY, NULL, NULL},
		[COLUMN_MANUAL] = {"manuell", "Manuell", COLUMN_COUNT, NULL, NULL},
		[COLUMN_BUDGET] = {"budget_ar", "Budget helår", COLUMN_MONEY, NULL, NULL},
		[COLUMN_DEVIATION] = {"avvikelse", "Avvikelse", COLUMN_MONEY, NULL, NULL},
		[COLUMN_METHOD] = {"metod", "Metod", COLUMN_TEXT, NULL, NULL},
		[COLUMN_COMMENT] = {"kommentar", "Kommentar", COLUMN_TEXT, NULL, NULL},
	};
	struct table *table = table_new(arena);

	for (size_t i = 0; table && i < sizeof columns / sizeof columns[0]; i++)
		table_column(table, columns[i].key, columns[i].title, columns[i].kind);
	return table;
}

static int row_add(struct table *table, const struct forecast_change *change, const char *method,
		   const char *comment)
{
	if (table_row(table) < 0)
		return -ENOBUFS;
	table_text(table, COLUMN_AREA, change->area);
	if (change->month > 0)
		table_number(table, COLUMN_AS_OF, period_of(change->year, change->month).yyyymm);
	table_money(table, COLUMN_INCOME, change->income);
	table_money(table, COLUMN_COST, change->cost);
	table_money(table, COLUMN_NET, change->net);
	table_money(table, COLUMN_LOW, change->low);
	table_money(table, COLUMN_HIGH, change->high);
	table_number(table, COLUMN_MANUAL, change->is_manual);
	table_money(table, COLUMN_BUDGET, change->budget_year);
	table_money(table, COLUMN_DEVIATION, money_difference(change->net, change->budget_year));
	table_text(table, COLUMN_METHOD, method);
	table_text(table, COLUMN_COMMENT, comment[0] ? comment : NULL);
	return 0;
}

struct answering {
	struct store_txn *txn;
	struct table *table;
	int year;
	int month;
	bool only_without_model; /* the second round: leaves that have a manual forecast alone */
};

/* One leaf of TABLE_FORECAST, and then of TABLE_MANUAL: their keys are alike. */
static int leaf_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct answering *answering = context;
	const char *area = (const char *)key + FORECAST_PREFIX_SIZE;
	char method[METHOD_NAME_SIZE] = "";
	char comment[MANUAL_COMMENT_SIZE] = "";
	struct forecast_change change;
	int r;

	(void)value;
	if (key_size <= FORECAST_PREFIX_SIZE || key[key_size - 1] != '\0')
		return ERROR_CORRUPT;
	if (answering->only_without_model) {
		r = forecast_read(answering->txn, area, answering->year, answering->month, &change,
				  NULL);
		if (r != STORE_MISSING)
			return r;
	}
	r = forecast_in_force(answering->txn, area, answering->year, answering->month, &change,
			      method, comment);
	if (r != 0)
		return r < 0 ? r : ERROR_CORRUPT;
	return row_add(answering->table, &change, method, comment);
}

static int table_fill(struct answering *answering)
{
	struct key prefix = forecast_prefix(answering->year, answering->month);
	int r = store_each(answering->txn, TABLE_FORECAST, &prefix, NULL, leaf_visit, answering);

	if (r < 0)
		return r;
	answering->only_without_model = true;
	return store_each(answering->txn, TABLE_MANUAL, &prefix, NULL, leaf_visit, answering);
}

static bool period_is_askable(struct period period)
{
	int year = period_year(period);

	/* Month 0 asks for the forecasts made before the year's first month. */
	return year >= YEAR_MIN && year <= YEAR_MAX && period_month(period) <= MONTHS;
}

int forecast_answer_table(void *context, const struct request *request, const struct peer *peer,
			  struct arena *arena, struct answer *answer)
{
	struct forecast_daemon *daemon = context;
	struct answering answering = {.table = table_make(arena)};
	struct period period = request->period;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r;

	(void)peer;
	if (!answering.table)
		return answer_with(answer, ANSWER_FAILED, "Svaret får inte plats.");
	r = store_begin(daemon->store, STORE_READ, &txn);
	if (r == 0 && !period.yyyymm)
		r = forecast_newest(txn, &period);
	if (r < 0)
		return r;
	if (request->period.yyyymm && !period_is_askable(period))
		return answer_with(answer, ANSWER_INVALID, "Perioden är ingen månad: ÅÅÅÅ-MM.");
	answering.txn = txn;
	answering.year = period_year(period);
	answering.month = period_month(period);
	r = table_fill(&answering);
	if (r == -ENOBUFS)
		return answer_with(answer, ANSWER_FAILED, "Svaret får inte plats.");
	answer->table = answering.table;
	return r;
}
