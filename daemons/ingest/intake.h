/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file at a time from the inbox to its verdict:
 *
 *	taken    moved to the spool (and copied, when others can reach it)
 *	read     its SHA-256 is taken here while a parser without rights (parser.h) turns
 *	         it into rows, which go on to aggregate as fast as that gives credit
 *	decided  moved to the archive or to quarantine
 *
 * Every step can be repeated, so after a crash a file found in the spool starts
 * over; aggregate knows by the hash what it already has.  Work is cut in slices of
 * one loop turn each.  When the disk fails, the file stays where it is and is
 * tried again at the next tick.  A file on which aggregate is lost time after time is
 * quarantined, so that others get their turn.
 */
#pragma once

#include "ingest/inbox.h"
#include "ingest/verdict.h"
#include "lib/conf/conf.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"

struct intake;

typedef int intake_decided(void *context, const struct verdict *verdict);

struct intake_options {
	const struct conf *conf;
	struct inbox *inbox;
	struct loop *loop;
	struct wire *wire;
	const char *batch_endpoint;
	const char *parser_program; /* path of budgetvakt-parse */
	intake_decided *decided;
	void *context;
};

/* Starts with what the last process left in the spool. */
int intake_new(struct intake **intake_out, const struct intake_options *options);
void intake_destroy(struct intake **intake);

/* There may be something to do: a handler for the doorbell. */
int intake_wake(void *context);
/* The same, and what failed is tried again: a handler for the rescan timer. */
int intake_tick(void *context);

/* The file at work as shown, NULL when there is none. */
const char *intake_file_name(const struct intake *intake);
/* Why nothing moves, for people; NULL when it does. */
const char *intake_obstacle(const struct intake *intake);
