/* SPDX-License-Identifier: Apache-2.0 */
/* REQUEST_FORECAST: what is in force for every leaf as of a month. */
#include <errno.h>
#include <string.h>

#include "forecast/answer_tree.h"
#include "forecast/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

struct answering {
	struct store_txn *txn;
	struct table *table;
	struct answer_tree *tree; /* NULL: leaves only, as they come */
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
	if (answering->tree)
		return answer_tree_add(answering->tree, &change, method, comment);
	return answer_row(answering->table, 0, &change, method, comment);
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
	struct answering answering = {.table = answer_table(arena)};
	struct period period = request->period;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r;

	(void)peer;
	if (!answering.table)
		return -ENOMEM;
	r = store_begin(daemon->stage.store, STORE_READ, &txn);
	if (r == 0 && !period.yyyymm)
		r = forecast_newest(txn, &period);
	if (r < 0)
		return r;
	if (request->period.yyyymm && !period_is_askable(period))
		return answer_with(answer, ANSWER_INVALID, "Perioden är ingen månad: ÅÅÅÅ-MM.");
	answering.txn = txn;
	answering.year = period_year(period);
	answering.month = period_month(period);
	if (request->max == 1)
		answering.tree = answer_tree_new(arena, daemon->areas);
	r = table_fill(&answering);
	if (r == 0 && answering.tree)
		r = answer_tree_rows(answering.tree, answering.table);
	answer->table = answering.table;
	return r;
}
