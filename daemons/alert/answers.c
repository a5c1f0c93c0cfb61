/* SPDX-License-Identifier: Apache-2.0 */
/* REQUEST_ALERTS and REQUEST_PLANS: those that are open, or with max = 1 all of them. */
#include <errno.h>

#include "alert/daemon.h"
#include "alert/decide.h"
#include "alert/listing.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

static const struct table_column alerts_columns[ALERTS_COLUMN_COUNT] = {
	[ALERTS_ID] = {"id", "Larm", COLUMN_COUNT, NULL, NULL},
	[ALERTS_STATE] = {"lage", "Läge", COLUMN_TEXT, NULL, NULL},
	[ALERTS_RULE] = {"regel", "Regel", COLUMN_TEXT, NULL, NULL},
	[ALERTS_MEASURE] = {"matt", "Mått", COLUMN_TEXT, NULL, NULL},
	[ALERTS_AREA] = {"omrade", "Verksamhetsområde", COLUMN_TEXT, NULL, NULL},
	[ALERTS_YEAR] = {"ar", "År", COLUMN_COUNT, NULL, NULL},
	[ALERTS_PERIOD] = {"period", "Period", COLUMN_PERIOD, NULL, NULL},
	[ALERTS_DEVIATION] = {"avvikelse", "Avvikelse", COLUMN_MONEY, NULL, NULL},
	[ALERTS_BUDGET] = {"budget", "Budget", COLUMN_MONEY, NULL, NULL},
	[ALERTS_PERCENT] = {"procent", "Procent", COLUMN_PERCENT, NULL, NULL},
	[ALERTS_TIME] = {"nar", "När", COLUMN_TIME, NULL, NULL},
	[ALERTS_PLAN] = {"atgardsplan", "Åtgärdsplan", COLUMN_COUNT, NULL, NULL},
	[ALERTS_WHO] = {"vem", "Vem", COLUMN_TEXT, NULL, NULL},
	[ALERTS_COMMENT] = {"kommentar", "Kommentar", COLUMN_TEXT, NULL, NULL},
	[ALERTS_SOURCE] = {"kalla", "Källa", COLUMN_TEXT, NULL, NULL},
	[ALERTS_FILE] = {"fil", "Fil", COLUMN_TEXT, NULL, NULL},
	[ALERTS_HASH] = {"sha256", "SHA-256", COLUMN_TEXT, NULL, NULL},
	[ALERTS_ERRORS] = {"antal_fel", "Antal fel", COLUMN_COUNT, NULL, NULL},
	[ALERTS_CODE] = {"kod", "Kod", COLUMN_TEXT, NULL, NULL},
	[ALERTS_LINE] = {"rad", "Rad", COLUMN_COUNT, NULL, NULL},
	[ALERTS_FINDING] = {"text", "Text", COLUMN_TEXT, NULL, NULL},
	[ALERTS_REPORT] = {"rapport", "Rapport", COLUMN_TEXT, NULL, NULL},
	[ALERTS_REASON] = {"orsak", "Orsak", COLUMN_TEXT, NULL, NULL},
};

enum plans_column {
	PLANS_ID,
	PLANS_ALERT,
	PLANS_ALERT_STATE,
	PLANS_STATE,
	PLANS_AREA,
	PLANS_YEAR,
	PLANS_DEADLINE,
	PLANS_REFERENCE,
	PLANS_WHO,
	PLANS_COMMENT,
	PLANS_TIME,
	PLANS_COLUMN_COUNT,
};

static const struct table_column plans_columns[PLANS_COLUMN_COUNT] = {
	[PLANS_ID] = {"id", "Åtgärdsplan", COLUMN_COUNT, NULL, NULL},
	[PLANS_ALERT] = {"larm", "Larm", COLUMN_COUNT, NULL, NULL},
	[PLANS_ALERT_STATE] = {"larmlage", "Larmets läge", COLUMN_TEXT, NULL, NULL},
	[PLANS_STATE] = {"lage", "Läge", COLUMN_TEXT, NULL, NULL},
	[PLANS_AREA] = {"omrade", "Verksamhetsområde", COLUMN_TEXT, NULL, NULL},
	[PLANS_YEAR] = {"ar", "År", COLUMN_COUNT, NULL, NULL},
	[PLANS_DEADLINE] = {"frist", "Frist", COLUMN_DATE, NULL, NULL},
	[PLANS_REFERENCE] = {"beslut", "Beslut", COLUMN_TEXT, NULL, NULL},
	[PLANS_WHO] = {"vem", "Vem", COLUMN_TEXT, NULL, NULL},
	[PLANS_COMMENT] = {"kommentar", "Kommentar", COLUMN_TEXT, NULL, NULL},
	[PLANS_TIME] = {"nar", "När", COLUMN_TIME, NULL, NULL},
};

struct listing {
	struct table *table;
	bool is_all;
	bool has_cases; /* files that were refused follow */
	struct store_txn *txn;
};

static int alert_row(struct table *table, const struct alert *alert)
{
	int64_t percent;

	if (table_row(table) < 0)
		return -ENOBUFS;
	table_number(table, ALERTS_ID, (int64_t)alert->id);
	table_text(table, ALERTS_STATE, alert_state_name(alert->state));
	table_text(table, ALERTS_RULE, alert->rule);
	table_text(table, ALERTS_MEASURE, rule_measure_name(alert->measure));
	table_text(table, ALERTS_AREA, alert->area);
	table_number(table, ALERTS_YEAR, alert->year);
	if (alert->month > 0)
		table_number(table, ALERTS_PERIOD, period_of(alert->year, alert->month).yyyymm);
	table_money(table, ALERTS_DEVIATION, alert->deviation);
	table_money(table, ALERTS_BUDGET, alert->budget);
	if (percent_of(alert->deviation, alert->budget, &percent))
		table_number(table, ALERTS_PERCENT, percent);
	table_number(table, ALERTS_TIME, alert->time_ms);
	if (alert->plan_id)
		table_number(table, ALERTS_PLAN, (int64_t)alert->plan_id);
	listing_text(table, ALERTS_WHO, alert->who);
	listing_text(table, ALERTS_COMMENT, alert->comment);
	return 0;
}

static int alert_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct listing *listing = context;
	struct alert alert;
	int r = alert_unpack(value, &alert);

	(void)key;
	(void)key_size;
	if (r < 0 || (alert.state == ALERT_CLEARED && !listing->is_all))
		return r;
	return alert_row(listing->table, &alert);
}

static int plan_row(struct table *table, const struct plan *plan, const struct alert *alert)
{
	if (table_row(table) < 0)
		return -ENOBUFS;
	table_number(table, PLANS_ID, (int64_t)plan->id);
	table_number(table, PLANS_ALERT, (int64_t)plan->alert_id);
	table_text(table, PLANS_ALERT_STATE, alert_state_name(alert->state));
	table_text(table, PLANS_STATE, plan_state_name(plan->state));
	table_text(table, PLANS_AREA, plan->area);
	table_number(table, PLANS_YEAR, plan->year);
	table_number(table, PLANS_DEADLINE, plan->deadline);
	listing_text(table, PLANS_REFERENCE, plan->reference);
	listing_text(table, PLANS_WHO, plan->who);
	listing_text(table, PLANS_COMMENT, plan->comment);
	table_number(table, PLANS_TIME, plan->time_ms);
	return 0;
}

static int plan_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct listing *listing = context;
	struct plan plan;
	struct alert alert;
	int r = plan_unpack(value, &plan);

	(void)key;
	(void)key_size;
	if (r < 0 || (plan.state == PLAN_CLOSED && !listing->is_all))
		return r;
	r = alert_read(listing->txn, plan.alert_id, &alert);
	if (r != 0)
		return r < 0 ? r : ERROR_CORRUPT; /* a plan without the alert that demanded it */
	return plan_row(listing->table, &plan, &alert);
}

static int list_answer(struct alert_daemon *daemon, unsigned store_table, struct listing *listing,
		       store_visitor *visit, struct answer *answer)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct key all = key_empty();
	int r = store_begin(daemon->stage.store, STORE_READ, &txn);

	listing->txn = txn;
	if (r == 0 && listing->table)
		r = store_each(txn, store_table, &all, NULL, visit, listing);
	if (r == 0 && listing->table && listing->has_cases)
		r = alert_cases_list(txn, listing->table, listing->is_all);
	if (r == 0 && listing->table && listing->has_cases)
		r = alert_room_list(txn, listing->table);
	if (r == -ENOBUFS || !listing->table)
		return answer_with(answer, ANSWER_FAILED, "Svaret får inte plats.");
	answer->table = listing->table;
	return r;
}

static struct table *table_make(struct arena *arena, const struct table_column *columns,
				size_t count)
{
	struct table *table = table_new(arena);

	for (size_t i = 0; table && i < count; i++)
		table_column(table, columns[i].key, columns[i].title, columns[i].kind);
	return table;
}

int alert_answer_alerts(void *daemon, const struct request *request, const struct peer *peer,
			struct arena *arena, struct answer *answer)
{
	struct listing listing = {.table = table_make(arena, alerts_columns, ALERTS_COLUMN_COUNT),
				  .is_all = request->max == 1,
				  .has_cases = true};

	(void)peer;
	return list_answer(daemon, TABLE_ALERT, &listing, alert_visit, answer);
}

int alert_answer_plans(void *daemon, const struct request *request, const struct peer *peer,
		       struct arena *arena, struct answer *answer)
{
	struct listing listing = {.table = table_make(arena, plans_columns, PLANS_COLUMN_COUNT),
				  .is_all = request->max == 1};

	(void)peer;
	return list_answer(daemon, TABLE_PLAN, &listing, plan_visit, answer);
}
