/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by books.c, books_lines.c and books_journal.c only. */
#pragma once

#include "lib/base/hash.h"
#include "lib/books/books.h"

struct books {
	const struct books_options *options;
	struct hasher *state;
	char *before; /* all of stdin */
	/* The rule under way. */
	const char *key;
	const char *title;
	uint64_t count;
	uint64_t fault_count;
	/* Of all rules. */
	uint64_t faults;
};

/* Ends the rule under way. */
void books_rule_end(struct books *books);
int books_before_read(struct books *books);

/* The chain of the journal, and those who follow it. */
int books_journal(struct books *books, struct store_txn *txn);
int books_cursors(struct books *books, struct store_txn *txn);
