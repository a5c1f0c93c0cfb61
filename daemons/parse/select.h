/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows that a figure is made of, as a table for somebody who asks.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/model/table.h"
#include "parse/single.h"

/* Which rows of outcome are wanted, by code_string_hash; the first so many are shown. */
struct selection {
	const uint64_t *keys;
	size_t count;
	uint32_t rows_max;
	bool has_texts; /* a column says what the rows say in words */
};

struct selecting;

/* Its table is made in @arena. */
int selecting_new(struct selecting **selecting_out, const struct selection *selection,
		  struct arena *arena);
void selecting_destroy(struct selecting **selecting);
/* A single_taker over a struct selecting. */
single_taker selecting_take;
/* As REQUEST_ROWS says, once; NULL when the arena was too small. */
const struct table *selecting_end(struct selecting *selecting);
