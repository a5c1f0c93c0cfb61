/* SPDX-License-Identifier: Apache-2.0 */
/* Every forecast that alert needs, told anew: an event a year and month. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "forecast/daemon.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"

struct telling {
	struct forecast_daemon *daemon;
	struct store_txn *txn;
	int year;
	int month;
	struct forecast_change *changes; /* owned, their areas too */
	size_t count;
	size_t capacity;
};

static void telling_finish(struct telling *telling)
{
	for (size_t i = 0; i < telling->count; i++)
		free((void *)(uintptr_t)telling->changes[i].area);
	free(telling->changes);
	telling->changes = NULL;
	telling->count = telling->capacity = 0;
}

static bool area_is_told(const struct telling *telling, const char *area)
{
	for (size_t i = 0; i < telling->count; i++) {
		if (strcmp(telling->changes[i].area, area) == 0)
			return true;
	}
	return false;
}

static int telling_reserve(struct telling *telling)
{
	size_t capacity = telling->capacity ? telling->capacity * 2 : 64;
	struct forecast_change *changes;

	if (telling->count < telling->capacity)
		return 0;
	changes = reallocarray(telling->changes, capacity, sizeof *changes);
	if (!changes)
		return -ENOMEM;
	telling->changes = changes;
	telling->capacity = capacity;
	return 0;
}

static int change_add(struct telling *telling, const char *area)
{
	struct forecast_change *change;
	char *name = NULL;
	int r = telling_reserve(telling);

	if (r == 0)
		name = strdup(area);
	if (!name)
		return -ENOMEM;
	change = &telling->changes[telling->count];
	r = forecast_in_force(telling->txn, name, telling->year, telling->month, change, NULL,
			      NULL);
	/* A forecast of an earlier month than the outcome is at is history. */
	if (r == 0 && change->is_current)
		telling->count++;
	else
		free(name);
	return r < 0 ? r : 0;
}

static int key_tell(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct telling *telling = context;

	(void)value;
	if (key_size < FORECAST_PREFIX_SIZE + 1 || key[key_size - 1] != '\0')
		return ERROR_CORRUPT;
	return area_is_told(telling, (const char *)key + FORECAST_PREFIX_SIZE)
		       ? 0
		       : change_add(telling, (const char *)key + FORECAST_PREFIX_SIZE);
}

/* What the model and what controllers said. */
static int month_tell(struct telling *telling)
{
	struct key prefix = forecast_prefix(telling->year, telling->month);
	struct event event = {.kind = EVENT_FORECAST};
	int r = store_each(telling->txn, TABLE_MANUAL, &prefix, NULL, key_tell, telling);

	if (r == 0)
		r = store_each(telling->txn, TABLE_FORECAST, &prefix, NULL, key_tell, telling);
	event.forecast = (struct forecast_event){
		.time_ms = clock_wall_ms(),
		.method = telling->daemon->method->name,
		.changes = telling->changes,
		.change_count = telling->count,
	};
	if (r == 0 && telling->count > 0)
		r = journal_append(telling->daemon->stage.journal, telling->txn, &event, NULL);
	telling_finish(telling);
	return r;
}

int forecast_tell(void *context, struct store_txn *txn)
{
	struct telling telling = {.daemon = context, .txn = txn};
	int r = 0;

	for (telling.year = YEAR_MIN; telling.year <= YEAR_MAX && r == 0; telling.year++) {
		for (telling.month = 0; telling.month <= MONTHS && r == 0; telling.month++)
			r = month_tell(&telling);
	}
	return r;
}
