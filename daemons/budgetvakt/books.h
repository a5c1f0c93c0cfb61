/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the daemons' programs tell of their own stores (lib/books/books.h), gathered: notify first
 * and ingest last, for whoever is read before another can never be ahead of it, while all of them
 * run or none.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "budgetvakt/command.h"
#include "lib/base/facts.h"
#include "lib/base/hash.h"

struct books {
	char *text; /* facts */
	uint64_t fault_count;
	/* Of aggregate, forecast and alert together; "" unless all told. */
	char state[HASH_TEXT_SIZE];
};

/* From the consumers to the producers. */
enum { BOOKS_PROGRAM_COUNT = 5 };
extern const char *const books_programs[BOOKS_PROGRAM_COUNT];

void books_finish(struct books *books);
/* Of the stores in @state_dir.  A status; what is wrong in the books is counted and is none. */
int books_gather(struct context *context, const char *state_dir, struct books *books);
/* The same, of one program alone: nothing is held against another. */
int books_ask(struct context *context, const char *state_dir, const char *program,
	      struct books *books);
/* Every fault, a line each, on stdout or stderr. */
void books_faults_print(const struct books *books, FILE *stream);
