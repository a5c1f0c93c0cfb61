/* SPDX-License-Identifier: Apache-2.0 */
/* What intake.c (which file, when) and reading.c (one file to its verdict) share. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "ingest/extract_file.h"
#include "ingest/inbox.h"
#include "ingest/intake.h"
#include "ingest/parser.h"
#include "ingest/session.h"
#include "ingest/spool.h"
#include "ingest/syncing.h"
#include "ingest/verdict.h"
#include "lib/base/hash.h"

enum intake_state {
	STATE_IDLE,
	STATE_COPYING,
	STATE_READING,
	STATE_STALLED, /* until the next tick */
};

/* What a slice of work says about the next one. */
enum { SLICE_AGAIN = 0, SLICE_WAIT = 1 };

/* The file at work. */
struct job {
	struct inbox_file file;
	char path[PATH_SIZE]; /* in the spool */
	int fd;
	struct stat before;    /* as it was when its hash was begun */
	struct hasher *hasher; /* NULL when its hash is known */
	off_t hashed_size;
	struct batch_begin begin;
	bool has_sent;		     /* some of its rows, in this session */
	const struct batch_end *end; /* the parser's, NULL until it has read all */
	bool is_refused;
	struct findings findings; /* of a refused file; items are owned, NULL when the report
				     says all */
	bool is_ended;		  /* all rows and the end are sent */
	unsigned death_count;
	bool weighs_first; /* the parser has asked for that */
	unsigned loss_count;
	struct verdict so_far;
	/* Of a redacted source's file, once it is counted. */
	uint64_t counted_rows;
	struct money counted_sum;
	enum verdict_kind decided;
	struct extract_file *extract; /* NULL: not yet, or not at all */
};

struct intake {
	struct intake_options options;
	struct session *session;
	struct parser *parser;
	enum intake_state state;
	bool is_scheduled;
	struct job job;
	struct spool_copy copy;
	struct syncing *syncing; /* of what was taken */
	uint8_t *slice;
	int stall;	/* the last one's reason, 0 since something moved */
	int stall_told; /* logged, of ... */
	char stall_told_name[FILE_NAME_SIZE];
};

/* Runs the next slice in the next turn of the loop. */
int intake_schedule(struct intake *intake);
/* Nothing is at work any more. */
void intake_rest(struct intake *intake, enum intake_state state);
/* The file stays where it is. */
int intake_stall(struct intake *intake, int stall);
/* A failure in a handler stalls the file, never the daemon. */
int intake_handled(struct intake *intake, int r);
void intake_stall_forget(struct intake *intake);

/* ---- redacting.c: the file is counted and its extract to be kept ------------- */

bool redacting_is_due(const struct intake *intake, enum verdict_kind kind);
int redacting_start(struct intake *intake, enum verdict_kind kind);
/* What the parser says of it. */
int redacting_heard(struct intake *intake, const struct message *message);

/* ---- reading.c: the file is open in the spool ------------------------------- */

int reading_start(struct intake *intake);
int reading_slice(struct intake *intake);
/* Whether it is on disk now. */
int reading_synced(void *context, int result);
/* Moves the file to where it belongs and says so. */
int reading_decide(struct intake *intake, enum verdict_kind kind);
int reading_parser_heard(void *context, const struct parser_news *news);
int reading_session_heard(void *context, enum session_event event,
			  const struct batch_answer *answer);
