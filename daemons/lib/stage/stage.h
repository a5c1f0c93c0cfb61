/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage of the pipeline: a store of its own, a journal that the next stage
 * follows (or none), and the journals of the stages before that it follows itself.
 * What is opened, in which order, and what status tells of it, is the same for all.
 */
#pragma once

#include "lib/feed/follower.h"
#include "lib/feed/journal.h"
#include "lib/service/service.h"
#include "lib/stage/fill.h"
#include "lib/store/store.h"

enum { STAGE_PRODUCERS_MAX = 2 };

struct stage {
	const char *name;
	struct store *store;
	struct fill *fill;
	struct journal *journal; /* NULL for the last stage */
	/* Whom it follows; none for the first stage. */
	const char *producers[STAGE_PRODUCERS_MAX];
	struct follower *followers[STAGE_PRODUCERS_MAX];
	size_t follower_count;
};

struct stage_options {
	const char *name; /* of the daemon: its store's folder and its sockets */
	const char *const *tables;
	size_t table_count;
	bool has_journal;
	unsigned journal_table; /* with meta_table: when it has a journal */
	unsigned meta_table;
};

/* Opens store and journal.  What goes wrong is logged; -EBUSY when another process
 * has them. */
int stage_open(struct stage *stage, struct service *service, const struct stage_options *options);

/* Follows @producer from then on; @committed may be NULL. */
int stage_follow(struct stage *stage, struct service *service, const char *producer,
		 unsigned cursor_table, follower_apply *apply, follower_committed *committed,
		 void *context);

/* Accepts a zeroed stage. */
void stage_close(struct stage *stage);

/* Rows about store, journal and cursors for the status table.  The keys of a second producer
 * begin with its name. */
void stage_status(const struct stage *stage, struct table *table);
