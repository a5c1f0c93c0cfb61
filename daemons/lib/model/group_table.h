/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of equal keys added up.  A key is a fixed number of words; a group's key, sum
 * and number of rows lie together, so that a row touches one place and no more.
 * Pure.  Memory follows the groups, from small.
 */
#pragma once

#include <stdint.h>

struct group_table;

struct group_record {
	int64_t ore;
	uint32_t row_count;
	uint32_t key[];
};

enum { GROUP_COUNT_MAX = (1 << 22) - 2, GROUP_KEY_MAX = 12, GROUP_ROWS_MAX = 16 };

/* A row to be added. */
struct group_row {
	int64_t ore;
	uint32_t row_count;
	uint32_t key[GROUP_KEY_MAX];
};

/* Outcomes of group_table_add, which then has added nothing. */
enum {
	GROUP_TABLE_FULL = 1,
	GROUP_TABLE_OVERFLOW, /* the group's sum or number of rows does not hold it */
};

/* Of keys of @key_size words and at most @count_max groups, GROUP_COUNT_MAX or less. */
int group_table_new(struct group_table **table_out, uint32_t key_size, uint32_t count_max);
void group_table_destroy(struct group_table **table);
/* Takes out all groups and keeps the memory. */
void group_table_clear(struct group_table *table);

/* 0, an outcome, or -ENOMEM. */
int group_table_add(struct group_table *table, const uint32_t *key, int64_t ore,
		    uint32_t row_count);

/* Adds up to GROUP_ROWS_MAX rows, in order: their places in memory are asked for all at
 * once, so that rows in no order at all wait for memory once and not each.  @done_out: how
 * many were added before one that was not. */
int group_table_add_rows(struct group_table *table, const struct group_row *rows, uint32_t count,
			 uint32_t *done_out);

/* The group of @key, NULL when there is none. */
const struct group_record *group_table_find(const struct group_table *table, const uint32_t *key);

uint32_t group_table_count(const struct group_table *table);
uint32_t group_table_key_size(const struct group_table *table);
/* In the order of their first rows; valid until the next add. */
const struct group_record *group_table_at(const struct group_table *table, uint32_t index);

/* Puts group @order[i] at i, for every group; nothing may be added or found after.
 * 0 or -ENOMEM. */
int group_table_reorder(struct group_table *table, const uint32_t *order);
