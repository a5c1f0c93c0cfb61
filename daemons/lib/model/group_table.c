/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open addressing over 32-bit slots: the number of a group, and some bits of its
 * key's hash, so that few wrong groups are looked at.
 */
#include "lib/model/group_table.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"

enum { SLOTS_MIN = 256, NUMBER_BITS = 22, NUMBER_MASK = (1 << NUMBER_BITS) - 1 };

struct group_table {
	uint32_t *slots; /* number of a group + 1, under a tag; 0: free */
	uint8_t *bytes;	 /* the records */
	size_t record_size;
	uint32_t slot_mask; /* a power of two less one; at most half are taken */
	uint32_t key_size;
	uint32_t count;
	uint32_t count_max;
};

static uint32_t capacity_of(const struct group_table *table)
{
	return (table->slot_mask + 1) / 2;
}

/* Room for as many groups as half of the slots; those there are keep their places. */
static int table_resize(struct group_table *table, uint32_t slot_count)
{
	uint32_t *slots = calloc(slot_count, sizeof *slots);
	uint8_t *bytes = realloc(table->bytes, slot_count / 2 * table->record_size);

	if (bytes)
		table->bytes = bytes;
	if (!slots || !bytes) {
		free(slots);
		return -ENOMEM;
	}
	free(table->slots);
	table->slots = slots;
	table->slot_mask = slot_count - 1;
	return 0;
}

int group_table_new(struct group_table **table_out, uint32_t key_size, uint32_t count_max)
{
	cleanup(group_table_destroy) struct group_table *table = calloc(1, sizeof *table);
	size_t size = sizeof(struct group_record) + key_size * sizeof(uint32_t);
	int r;

	static_assert((int)GROUP_COUNT_MAX <= (int)NUMBER_MASK,
		      "a group's number + 1 fits in a slot");
	if (!table)
		return -ENOMEM;
	table->key_size = key_size;
	table->count_max = count_max;
	table->record_size = (size + sizeof(int64_t) - 1) / sizeof(int64_t) * sizeof(int64_t);
	r = table_resize(table, SLOTS_MIN);
	if (r < 0)
		return r;
	*table_out = table;
	table = NULL;
	return 0;
}

void group_table_destroy(struct group_table **table)
{
	if (!*table)
		return;
	free((*table)->slots);
	free((*table)->bytes);
	free(*table);
	*table = NULL;
}

void group_table_clear(struct group_table *table)
{
	memset(table->slots, 0, (table->slot_mask + (size_t)1) * sizeof *table->slots);
	table->count = 0;
}

uint32_t group_table_count(const struct group_table *table)
{
	return table->count;
}

uint32_t group_table_key_size(const struct group_table *table)
{
	return table->key_size;
}

static struct group_record *record_at(const struct group_table *table, uint32_t index)
{
	return (struct group_record *)(void *)(table->bytes + index * table->record_size);
}

const struct group_record *group_table_at(const struct group_table *table, uint32_t index)
{
	return record_at(table, index);
}

static uint64_t word_pair(const uint32_t *words)
{
	uint64_t pair;

	memcpy(&pair, words, sizeof pair);
	return pair;
}

static uint64_t hash_mix(uint64_t hash, uint64_t words)
{
	hash = (hash ^ words) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

static uint64_t key_hash(const uint32_t *key, uint32_t key_size)
{
	uint64_t hash = 0;
	uint32_t i = 0;

	for (; i + 2 <= key_size; i += 2)
		hash = hash_mix(hash, word_pair(key + i));
	return i < key_size ? hash_mix(hash, key[i]) : hash;
}

static bool key_equal(const uint32_t *left, const uint32_t *right, uint32_t key_size)
{
	uint64_t differs = 0;
	uint32_t i = 0;

	for (; i + 2 <= key_size; i += 2)
		differs |= word_pair(left + i) ^ word_pair(right + i);
	return differs == 0 && (i == key_size || left[i] == right[i]);
}

/* The slot of @key's group, or the free one where it is to be. */
static uint32_t *slot_find(const struct group_table *table, const uint32_t *key, uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32) & ~(uint32_t)NUMBER_MASK;
	uint32_t position = (uint32_t)hash & table->slot_mask;

	for (;; position = (position + 1) & table->slot_mask) {
		uint32_t *slot = &table->slots[position];

		if (*slot == 0)
			return slot;
		if ((*slot & ~(uint32_t)NUMBER_MASK) == tag &&
		    key_equal(record_at(table, (*slot & NUMBER_MASK) - 1)->key, key,
			      table->key_size))
			return slot;
	}
}

static uint32_t slot_value(uint64_t hash, uint32_t index)
{
	return ((uint32_t)(hash >> 32) & ~(uint32_t)NUMBER_MASK) | (index + 1);
}

static int table_double(struct group_table *table)
{
	int r = table_resize(table, (table->slot_mask + 1) * 2);

	for (uint32_t i = 0; i < table->count && r == 0; i++) {
		const uint32_t *key = record_at(table, i)->key;
		uint64_t hash = key_hash(key, table->key_size);

		*slot_find(table, key, hash) = slot_value(hash, i);
	}
	return r;
}

static int group_append(struct group_table *table, const uint32_t *key, uint64_t hash,
			uint32_t *slot, int64_t ore, uint32_t row_count)
{
	struct group_record *record;

	if (table->count >= table->count_max)
		return GROUP_TABLE_FULL;
	if (table->count == capacity_of(table)) {
		int r = table_double(table);

		if (r < 0)
			return r;
		slot = slot_find(table, key, hash);
	}
	record = record_at(table, table->count);
	record->ore = ore;
	record->row_count = row_count;
	memcpy(record->key, key, table->key_size * sizeof *key);
	*slot = slot_value(hash, table->count++);
	return 0;
}

static int hashed_add(struct group_table *table, const uint32_t *key, uint64_t hash, int64_t ore,
		      uint32_t row_count)
{
	uint32_t *slot = slot_find(table, key, hash);
	struct group_record *record;
	int64_t sum;
	uint32_t rows;

	if (*slot == 0)
		return group_append(table, key, hash, slot, ore, row_count);
	record = record_at(table, (*slot & NUMBER_MASK) - 1);
	if (__builtin_add_overflow(record->ore, ore, &sum) ||
	    __builtin_add_overflow(record->row_count, row_count, &rows))
		return GROUP_TABLE_OVERFLOW;
	record->ore = sum;
	record->row_count = rows;
	return 0;
}

int group_table_add(struct group_table *table, const uint32_t *key, int64_t ore, uint32_t row_count)
{
	return hashed_add(table, key, key_hash(key, table->key_size), ore, row_count);
}

int group_table_add_rows(struct group_table *table, const struct group_row *rows, uint32_t count,
			 uint32_t *done_out)
{
	uint64_t hashes[GROUP_ROWS_MAX];
	int r = 0;

	for (uint32_t i = 0; i < count; i++) {
		hashes[i] = key_hash(rows[i].key, table->key_size);
		__builtin_prefetch(&table->slots[hashes[i] & table->slot_mask]);
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t slot = table->slots[hashes[i] & table->slot_mask];

		if (slot != 0)
			__builtin_prefetch(record_at(table, (slot & NUMBER_MASK) - 1));
	}
	for (*done_out = 0; *done_out < count && r == 0; *done_out += r == 0)
		r = hashed_add(table, rows[*done_out].key, hashes[*done_out], rows[*done_out].ore,
			       rows[*done_out].row_count);
	return r;
}

const struct group_record *group_table_find(const struct group_table *table, const uint32_t *key)
{
	uint32_t slot = *slot_find(table, key, key_hash(key, table->key_size));

	return slot == 0 ? NULL : record_at(table, (slot & NUMBER_MASK) - 1);
}

int group_table_reorder(struct group_table *table, const uint32_t *order)
{
	uint8_t *bytes = malloc(table->count * table->record_size + 1);

	if (!bytes)
		return -ENOMEM;
	for (uint32_t i = 0; i < table->count; i++)
		memcpy(bytes + i * table->record_size, record_at(table, order[i]),
		       table->record_size);
	free(table->bytes);
	free(table->slots);
	table->slots = NULL;
	table->bytes = bytes;
	return 0;
}
