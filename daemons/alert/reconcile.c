/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What start does for rules and areas that were changed while we were down: the
 * facts are held against the rules of today.
 */
#include <errno.h>
#include <string.h>

#include "alert/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

enum { YEARS_MAX = 128, STRANDED_MAX = 4096 };

struct years {
	int years[YEARS_MAX];
	size_t count;
};

/* Keys begin with the year, so equal years stand together. */
static int year_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct years *years = context;
	int year;

	(void)value;
	if (key_size < sizeof(uint16_t))
		return ERROR_CORRUPT;
	year = key_read_u16(key);
	if (years->count > 0 && years->years[years->count - 1] == year)
		return 0;
	if (years->count == YEARS_MAX)
		return ERROR_LIMIT;
	years->years[years->count++] = year;
	return 0;
}

static int years_evaluate(struct alert_daemon *daemon, struct store_txn *txn, int64_t now_ms)
{
	struct years years = {.count = 0};
	struct key all = key_empty();
	int r = store_each(txn, TABLE_FACT, &all, NULL, year_visit, &years);

	for (size_t i = 0; i < years.count && r == 0; i++)
		r = year_evaluate(daemon, txn, years.years[i], now_ms);
	return r;
}

struct stranded {
	const struct alert_daemon *daemon;
	uint64_t ids[STRANDED_MAX];
	size_t count;
};

static bool alert_is_stranded(const struct alert_daemon *daemon, const struct alert *alert)
{
	int area = area_find(daemon->areas, alert->area);

	if (alert->state == ALERT_CLEARED)
		return false;
	for (size_t i = 0; i < daemon->rules->count && area >= 0; i++) {
		const struct rule *rule = &daemon->rules->rules[i];

		if (strcmp(rule->name, alert->rule) == 0 &&
		    rule_covers(rule, &daemon->areas->areas[area]))
			return false;
	}
	return true;
}

static int alert_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct stranded *stranded = context;
	struct alert alert;
	int r = alert_unpack(value, &alert);

	(void)key;
	(void)key_size;
	if (r < 0 || !alert_is_stranded(stranded->daemon, &alert))
		return r;
	/* The rest is for the next start. */
	if (stranded->count == STRANDED_MAX)
		return STORE_STOP;
	stranded->ids[stranded->count++] = alert.id;
	return 0;
}

static int stranded_clear(struct alert_daemon *daemon, struct store_txn *txn, int64_t now_ms)
{
	struct stranded stranded = {.daemon = daemon};
	struct key all = key_empty();
	int r = store_each(txn, TABLE_ALERT, &all, NULL, alert_visit, &stranded);

	for (size_t i = 0; i < stranded.count && r == 0; i++) {
		struct alert alert;

		r = alert_read(txn, stranded.ids[i], &alert);
		alert.time_ms = now_ms;
		if (r == 0)
			r = alert_clear(daemon, txn, &alert);
	}
	return r;
}

int alert_reconcile(struct alert_daemon *daemon, int64_t now_ms)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(daemon->stage.store, STORE_WRITE, &txn);

	if (r == 0)
		r = years_evaluate(daemon, txn, now_ms);
	if (r == 0)
		r = stranded_clear(daemon, txn, now_ms);
	if (r == 0)
		r = store_commit(&txn);
	return r == 0 ? journal_ring(daemon->stage.journal) : r;
}
