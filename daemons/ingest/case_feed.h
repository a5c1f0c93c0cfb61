/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is told of refused files, each change once: ingest's journal, which alert follows.
 *
 * The quarantine folder is the truth.  The store, STATE/ingest, remembers which of the files
 * there have been told of; a review compares the two, and writes an event for every file that
 * has come (a case is opened) or gone (it is closed, and how) together with what it remembers, in
 * one transaction.  A review follows every change of the folder and every start, so that a
 * kill between the change and the transaction loses nothing, and one after it doubles nothing.
 *
 * A file that is accepted and replaces nothing in quarantine costs no review.
 */
#pragma once

#include <stdbool.h>

#include "lib/service/service.h"

enum case_feed_table {
	CASE_FEED_META,
	CASE_FEED_JOURNAL,
	CASE_FEED_CASE,
	CASE_FEED_TABLE_COUNT,
};

extern const char *const case_feed_table_names[CASE_FEED_TABLE_COUNT];

struct case_feed;

/* Opens the store, which no other ingest has then, and reviews.  What goes wrong is logged;
 * -EBUSY when another process has it. */
int case_feed_new(struct case_feed **feed_out, struct service *service);
void case_feed_destroy(struct case_feed **feed);

/* The folder may have changed: a review in the next turn of the loop.  When that fails the
 * process ends; the next start reviews. */
int case_feed_touch(struct case_feed *feed);
/* Whether any case has been opened and not closed. */
bool case_feed_is_open(const struct case_feed *feed);

/* REQUEST_JOURNAL */
int case_feed_answer(struct case_feed *feed, const struct request *request, struct arena *arena,
		     struct answer *answer);
/* Rows of the status table. */
void case_feed_status(const struct case_feed *feed, struct table *table);
