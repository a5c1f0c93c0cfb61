/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a file, and who waits to hear it.  Verdicts are remembered for a
 * while with their figures; older ones are read from archive and quarantine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingest/report.h"
#include "lib/base/arena.h"
#include "lib/conf/conf.h"
#include "lib/model/period.h"
#include "lib/wire/message.h"
#include "lib/wire/socket.h"

enum verdict_kind {
	VERDICT_ACCEPTED = 1, /* inläst */
	VERDICT_KNOWN,	      /* redan inläst */
	VERDICT_REFUSED,      /* karantän */
};

enum { WARNINGS_SIZE = 1024, REST_SIZE = 4096 };

struct verdict {
	enum verdict_kind kind;
	struct report file; /* file name, source and hash; with the finding when refused */
	bool has_rows;
	uint64_t row_count;
	struct period first; /* none when not known */
	struct period last;
	uint64_t seq;		      /* of the batch in aggregate; 0 when not known */
	char rest[REST_SIZE];	      /* the errors after the first, each after a line break */
	char warnings[WARNINGS_SIZE]; /* what aggregate warns of, one a line; cut when longer */
};

/* The figures of the batch that was sent to its end. */
void verdict_note(struct verdict *verdict, const struct batch_end *end);

/* Somebody who asked and is answered later. */
struct question {
	struct peer peer;
	uint8_t id[REQUEST_ID_SIZE];
	char source[SOURCE_NAME_SIZE];
	struct hash hash;
};

enum {
	QUESTIONS_MAX = 256, /* the oldest gives way */
	VERDICTS_KEPT = 64,
};

struct verdict_desk;

int verdict_desk_new(struct verdict_desk **desk_out, const struct conf *conf);
void verdict_desk_destroy(struct verdict_desk **desk);

void verdict_keep(struct verdict_desk *desk, const struct verdict *verdict);

/* The newest verdict on the file: 0, VERDICT_NONE or a negative errno. */
enum { VERDICT_NONE = 1 };
int verdict_find(const struct verdict_desk *desk, const char *source, const struct hash *hash,
		 struct verdict *verdict_out);

void verdict_wait(struct verdict_desk *desk, const struct question *question);
size_t verdict_waiting_count(const struct verdict_desk *desk);
const struct question *verdict_waiting(const struct verdict_desk *desk, size_t index);
void verdict_waiting_remove(struct verdict_desk *desk, size_t index);

/* Fills the answer with the verdict as a table of one row; everything in @arena. */
int verdict_answer(const struct verdict *verdict, struct arena *arena, struct answer *answer);
