/* SPDX-License-Identifier: Apache-2.0 */
#include "forecast/records.h"

#include <errno.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"

const char *const forecast_table_names[FORECAST_TABLE_COUNT] = {
	"meta", "journal", "cursor", "series", "forecast", "manual", "requests",
};

static struct key series_prefix(const char *area, int year)
{
	struct key key = key_empty();

	key_text(&key, area);
	key_u16(&key, (uint16_t)year);
	return key;
}

int series_write(struct store_txn *txn, const struct series *series)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = series_prefix(series->area, series->year);

	key_text(&key, series->line);
	pack_u8(&packer, (uint8_t)series->through_month);
	for (int i = 0; i < MONTHS; i++)
		pack_money(&packer, series->outcome[i]);
	for (int i = 0; i < MONTHS; i++)
		pack_money(&packer, series->budget[i]);
	return store_put_packed(txn, TABLE_SERIES, &key, &packer);
}

struct year_reading {
	struct leaf_year *leaf_year;
	size_t prefix_size;
};

static int line_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct year_reading *reading = context;
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);
	size_t name_size = key_size - reading->prefix_size;
	struct leaf_line line;

	if (name_size == 0 || name_size > sizeof line.line || key[key_size - 1] != '\0')
		return ERROR_CORRUPT;
	memcpy(line.line, key + reading->prefix_size, name_size);
	line.through_month = unpack_u8(&unpacker);
	for (int i = 0; i < MONTHS; i++)
		line.outcome[i] = unpack_money(&unpacker);
	for (int i = 0; i < MONTHS; i++)
		line.budget[i] = unpack_money(&unpacker);
	if (!unpack_is_complete(&unpacker) || line.through_month > MONTHS)
		return ERROR_CORRUPT;
	return leaf_year_add(reading->leaf_year, &line);
}

int leaf_year_read(struct store_txn *txn, const char *area, int year, struct leaf_year *leaf_year)
{
	struct key prefix = series_prefix(area, year);
	struct year_reading reading = {.leaf_year = leaf_year, .prefix_size = prefix.size};

	return store_each(txn, TABLE_SERIES, &prefix, NULL, line_visit, &reading);
}

int leaf_read(struct store_txn *txn, const char *area, int year, struct leaf *leaf)
{
	for (int i = 0; i < LEAF_YEARS; i++) {
		int r = leaf_year_read(txn, area, year - i, &leaf->years[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

struct key forecast_prefix(int year, int month)
{
	struct key key = key_empty();

	key_u16(&key, (uint16_t)year);
	key_u8(&key, (uint8_t)month);
	return key;
}

struct key forecast_key(int year, int month, const char *area)
{
	struct key key = forecast_prefix(year, month);

	key_text(&key, area);
	return key;
}

int forecast_write(struct store_txn *txn, const struct forecast_change *change, const char *method)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = forecast_key(change->year, change->month, change->area);

	pack_money(&packer, change->income);
	pack_money(&packer, change->cost);
	pack_money(&packer, change->net);
	pack_money(&packer, change->low);
	pack_money(&packer, change->high);
	pack_u8(&packer, change->has_budget);
	pack_money(&packer, change->budget_year);
	pack_money(&packer, change->outcome_to_date);
	pack_money(&packer, change->budget_to_date);
	pack_text(&packer, method);
	return store_put_packed(txn, TABLE_FORECAST, &key, &packer);
}

int forecast_withdraw(struct store_txn *txn, const char *area, int year, int month)
{
	int outcome = 0;

	for (int later = month + 1; later <= MONTHS; later++) {
		struct key key = forecast_key(year, later, area);
		int r = store_delete(txn, TABLE_FORECAST, &key);

		if (r < 0)
			return r;
		if (r == 0)
			outcome = FORECAST_WITHDRAWN;
	}
	return outcome;
}

int forecast_unpack(struct store_value value, struct forecast_change *change_out,
		    char method[static METHOD_NAME_SIZE])
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	change_out->income = unpack_money(&unpacker);
	change_out->cost = unpack_money(&unpacker);
	change_out->net = unpack_money(&unpacker);
	change_out->low = unpack_money(&unpacker);
	change_out->high = unpack_money(&unpacker);
	change_out->has_budget = unpack_u8(&unpacker) != 0;
	change_out->budget_year = unpack_money(&unpacker);
	change_out->outcome_to_date = unpack_money(&unpacker);
	change_out->budget_to_date = unpack_money(&unpacker);
	change_out->is_manual = false;
	unpack_text(&unpacker, method, METHOD_NAME_SIZE);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

int forecast_read(struct store_txn *txn, const char *area, int year, int month,
		  struct forecast_change *change_out, char method[METHOD_NAME_SIZE])
{
	struct key key = forecast_key(year, month, area);
	char ignored[METHOD_NAME_SIZE];
	struct store_value value;
	int r = store_get(txn, TABLE_FORECAST, &key, &value);

	if (r != 0)
		return r;
	*change_out = (struct forecast_change){.area = area, .year = year, .month = month};
	return forecast_unpack(value, change_out, method ? method : ignored);
}

int forecast_newest(struct store_txn *txn, struct period *period_out)
{
	struct key prefix = key_empty();
	struct store_value value;
	struct key last;
	int r = store_last(txn, TABLE_FORECAST, &prefix, &last, &value);

	/* A year that only has a budget gives way to the one before it. */
	while (r == 0 && last.bytes[2] == 0) {
		prefix = key_empty();
		key_u16(&prefix, (uint16_t)(key_read_u16(last.bytes) - 1));
		r = store_last(txn, TABLE_FORECAST, &prefix, &last, &value);
	}
	*period_out = (struct period){0};
	if (r == 0)
		*period_out = period_of(key_read_u16(last.bytes), last.bytes[2]);
	return r < 0 ? r : 0;
}

static void manual_pack(struct packer *packer, const struct manual *manual)
{
	pack_u8(packer, manual->has_split);
	pack_money(packer, manual->income);
	pack_money(packer, manual->cost);
	pack_money(packer, manual->net);
	pack_i64(packer, manual->time_ms);
	pack_text(packer, manual->who);
	pack_text(packer, manual->comment);
}

int manual_write(struct store_txn *txn, const char *area, int year, int month,
		 const struct manual *manual)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = forecast_key(year, month, area);

	manual_pack(&packer, manual);
	return store_put_packed(txn, TABLE_MANUAL, &key, &packer);
}

int manual_read(struct store_txn *txn, const char *area, int year, int month,
		struct manual *manual_out)
{
	struct key key = forecast_key(year, month, area);
	struct store_value value;
	struct unpacker unpacker;
	int r = store_get(txn, TABLE_MANUAL, &key, &value);

	if (r != 0)
		return r;
	unpacker = unpacker_over(value.bytes, value.size);
	manual_out->has_split = unpack_u8(&unpacker);
	manual_out->income = unpack_money(&unpacker);
	manual_out->cost = unpack_money(&unpacker);
	manual_out->net = unpack_money(&unpacker);
	manual_out->time_ms = unpack_i64(&unpacker);
	unpack_text(&unpacker, manual_out->who, sizeof manual_out->who);
	unpack_text(&unpacker, manual_out->comment, sizeof manual_out->comment);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}
