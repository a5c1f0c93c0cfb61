/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has happened, in order: the batches that were accepted and what people decided, as the
 * daemons' programs tell of it (lib/books/books.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "budgetvakt/books.h"
#include "lib/conf/conf.h"
#include "lib/model/event.h"

struct step {
	int64_t time_ms;
	uint64_t number; /* of the batch, or of the record */
	/* Of a batch: */
	char source[SOURCE_NAME_SIZE];
	char hash[HASH_TEXT_SIZE];
	char file_name[PATH_SIZE];
	/* Of a decision, NULL for a batch: who carried it out, and the record. */
	const char *daemon;
	uint8_t *record; /* owned */
	size_t record_size;
};

struct past {
	struct step *steps;
	size_t count;
	size_t capacity;
};

void past_finish(struct past *past);
/* Each store's own order is kept; between stores the time of day decides. */
int past_read(const struct books *books, struct past *past_out);
