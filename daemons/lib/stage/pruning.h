/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps a journal from growing for ever: what all who follow have committed is pruned when
 * it is older than journal_keep_days.
 */
#pragma once

#include "lib/feed/journal.h"
#include "lib/service/service.h"

struct pruning;

/* @tell_all, @context: see struct journal_pruning. */
int pruning_start(struct pruning **pruning_out, struct service *service, struct journal *journal,
		  int (*tell_all)(void *context, struct store_txn *txn), void *context);
/* Rows of the status table about who follows @journal, and what is left of it. */
void pruning_status(const struct journal *journal, struct table *table);
/* Accepts NULL; before the journal is closed. */
void pruning_destroy(struct pruning **pruning);
