/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/records.h"

#include <errno.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"

const char *const alert_table_names[ALERT_TABLE_COUNT] = {
	"meta", "journal", "cursor", "fact", "alert", "alert_key", "plan", "requests", "case",
};

static struct key id_key(uint64_t id)
{
	struct key key = key_empty();

	key_u64(&key, id);
	return key;
}

/* Ids are given out in order and never again: nothing is ever deleted. */
static int id_next(struct store_txn *txn, unsigned table, uint64_t *id_out)
{
	struct key all = key_empty();
	struct store_value value;
	struct key last;
	int r = store_last(txn, table, &all, &last, &value);

	*id_out = r == 0 ? key_read_u64(last.bytes) + 1 : 1;
	return r < 0 ? r : 0;
}

static struct key fact_key(const char *area, int year)
{
	struct key key = key_empty();

	key_u16(&key, (uint16_t)year);
	if (area)
		key_text(&key, area);
	return key;
}

int fact_write(struct store_txn *txn, const char *area, int year, const struct fact *fact)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = fact_key(area, year);

	pack_u8(&packer, (uint8_t)fact->month);
	pack_u8(&packer, fact->has_budget);
	pack_money(&packer, fact->net);
	pack_money(&packer, fact->budget_year);
	pack_money(&packer, fact->outcome_to_date);
	pack_money(&packer, fact->budget_to_date);
	return store_put_packed(txn, TABLE_FACT, &key, &packer);
}

static int fact_unpack(struct store_value value, struct fact *fact_out)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	fact_out->is_known = true;
	fact_out->month = unpack_u8(&unpacker);
	fact_out->has_budget = unpack_u8(&unpacker) != 0;
	fact_out->net = unpack_money(&unpacker);
	fact_out->budget_year = unpack_money(&unpacker);
	fact_out->outcome_to_date = unpack_money(&unpacker);
	fact_out->budget_to_date = unpack_money(&unpacker);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

struct facts_reading {
	const struct area_tree *areas;
	struct year_facts *year_facts;
};

static int fact_visit(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct facts_reading *reading = context;
	struct fact fact;
	int r = fact_unpack(value, &fact);

	if (r < 0 || key_size < sizeof(uint16_t) + 1 || key[key_size - 1] != '\0')
		return ERROR_CORRUPT;
	fact_add(&reading->year_facts->facts[area_of_fact(reading->areas,
							  (const char *)key + sizeof(uint16_t))],
		 &fact);
	return 0;
}

int facts_read(struct store_txn *txn, const struct area_tree *areas, struct year_facts *year_facts)
{
	struct facts_reading reading = {.areas = areas, .year_facts = year_facts};
	struct key prefix = fact_key(NULL, year_facts->year);

	return store_each(txn, TABLE_FACT, &prefix, NULL, fact_visit, &reading);
}

static struct key alert_key(const char *rule, const char *area, int year)
{
	struct key key = key_empty();

	key_text(&key, rule);
	key_text(&key, area);
	key_u16(&key, (uint16_t)year);
	return key;
}

static int alert_name(struct store_txn *txn, struct alert *alert)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = alert_key(alert->rule, alert->area, alert->year);
	int r = id_next(txn, TABLE_ALERT, &alert->id);

	pack_u64(&packer, alert->id);
	return r < 0 ? r : store_put_packed(txn, TABLE_ALERT_KEY, &key, &packer);
}

int alert_write(struct store_txn *txn, struct alert *alert)
{
	cleanup(packer_finish) struct packer packer = {0};
	int r = alert->id ? 0 : alert_name(txn, alert);
	struct key key = id_key(alert->id);

	if (r < 0)
		return r;
	pack_u64(&packer, alert->id);
	pack_u8(&packer, (uint8_t)alert->state);
	pack_text(&packer, alert->rule);
	pack_u8(&packer, (uint8_t)alert->measure);
	pack_text(&packer, alert->area);
	pack_u16(&packer, (uint16_t)alert->year);
	pack_u8(&packer, (uint8_t)alert->month);
	pack_money(&packer, alert->deviation);
	pack_money(&packer, alert->budget);
	pack_i64(&packer, alert->time_ms);
	pack_u64(&packer, alert->plan_id);
	pack_text(&packer, alert->who);
	pack_text(&packer, alert->comment);
	return store_put_packed(txn, TABLE_ALERT, &key, &packer);
}

int alert_unpack(struct store_value value, struct alert *alert_out)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	alert_out->id = unpack_u64(&unpacker);
	alert_out->state = (enum alert_state)unpack_u8(&unpacker);
	unpack_text(&unpacker, alert_out->rule, sizeof alert_out->rule);
	alert_out->measure = (enum rule_measure)unpack_u8(&unpacker);
	unpack_text(&unpacker, alert_out->area, sizeof alert_out->area);
	alert_out->year = unpack_u16(&unpacker);
	alert_out->month = unpack_u8(&unpacker);
	alert_out->deviation = unpack_money(&unpacker);
	alert_out->budget = unpack_money(&unpacker);
	alert_out->time_ms = unpack_i64(&unpacker);
	alert_out->plan_id = unpack_u64(&unpacker);
	unpack_text(&unpacker, alert_out->who, sizeof alert_out->who);
	unpack_text(&unpacker, alert_out->comment, sizeof alert_out->comment);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

int alert_read(struct store_txn *txn, uint64_t id, struct alert *alert_out)
{
	struct key key = id_key(id);
	struct store_value value;
	int r = store_get(txn, TABLE_ALERT, &key, &value);

	return r != 0 ? r : alert_unpack(value, alert_out);
}

int alert_find(struct store_txn *txn, const char *rule, const char *area, int year,
	       struct alert *alert_out)
{
	struct key key = alert_key(rule, area, year);
	struct store_value value;
	struct unpacker unpacker;
	uint64_t id;
	int r = store_get(txn, TABLE_ALERT_KEY, &key, &value);

	if (r != 0)
		return r;
	unpacker = unpacker_over(value.bytes, value.size);
	id = unpack_u64(&unpacker);
	r = unpack_is_complete(&unpacker) ? alert_read(txn, id, alert_out) : ERROR_CORRUPT;
	return r == STORE_MISSING ? ERROR_CORRUPT : r;
}

int plan_write(struct store_txn *txn, struct plan *plan)
{
	cleanup(packer_finish) struct packer packer = {0};
	int r = plan->id ? 0 : id_next(txn, TABLE_PLAN, &plan->id);
	struct key key = id_key(plan->id);

	if (r < 0)
		return r;
	pack_u64(&packer, plan->id);
	pack_u64(&packer, plan->alert_id);
	pack_u8(&packer, (uint8_t)plan->state);
	pack_text(&packer, plan->area);
	pack_u16(&packer, (uint16_t)plan->year);
	pack_u32(&packer, plan->deadline);
	pack_i64(&packer, plan->time_ms);
	pack_text(&packer, plan->reference);
	pack_text(&packer, plan->who);
	pack_text(&packer, plan->comment);
	return store_put_packed(txn, TABLE_PLAN, &key, &packer);
}

int plan_unpack(struct store_value value, struct plan *plan_out)
{
	struct unpacker unpacker = unpacker_over(value.bytes, value.size);

	plan_out->id = unpack_u64(&unpacker);
	plan_out->alert_id = unpack_u64(&unpacker);
	plan_out->state = (enum plan_state)unpack_u8(&unpacker);
	unpack_text(&unpacker, plan_out->area, sizeof plan_out->area);
	plan_out->year = unpack_u16(&unpacker);
	plan_out->deadline = unpack_u32(&unpacker);
	plan_out->time_ms = unpack_i64(&unpacker);
	unpack_text(&unpacker, plan_out->reference, sizeof plan_out->reference);
	unpack_text(&unpacker, plan_out->who, sizeof plan_out->who);
	unpack_text(&unpacker, plan_out->comment, sizeof plan_out->comment);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

int plan_read(struct store_txn *txn, uint64_t id, struct plan *plan_out)
{
	struct key key = id_key(id);
	struct store_value value;
	int r = store_get(txn, TABLE_PLAN, &key, &value);

	return r != 0 ? r : plan_unpack(value, plan_out);
}
