/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon looks through its own books, for `budgetvakt verify`: its store is opened for
 * reading, beside the daemon that runs or without one, and all is checked in one transaction,
 * so that what is told is about one moment.
 *
 * It is told on stdout (lib/base/facts.h); what went before is given on stdin, so that consumers,
 * asked first, are held against their producers:
 *
 *	program NAME                                   what follows is of NAME
 *	check KEY COUNT FAULTS TITLE                   looked at, of them wrong (Swedish title)
 *	fault KEY TEXT                                 one of those that are wrong, in Swedish
 *	note TEXT                                      what could not be looked at, and why
 *	cursor PRODUCER STREAM SEQ HASH                how far NAME has followed PRODUCER
 *	journal STREAM SEQ HASH                        how far NAME has told itself
 *	batch NUMBER TIME ROWS ORE SOURCE HASH FILE    an accepted file
 *	decision SEQ TIME EVENT                        a record that a person caused, in hex
 *	state HASH
 *	end                                            missing when the program broke off
 *
 * The state's hash is the SHA-256 of what is true, in the order of keys: names of tables, keys
 * and values, each after its length.  Left out is what no rebuilding repeats: stream ids and
 * journals (their numbers are chance), ids of orders, cursors, and what is said of files in
 * quarantine.  Codes are told by their names, for their numbers may be others.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/facts.h"
#include "lib/conf/conf.h"
#include "lib/model/event.h"
#include "lib/store/store.h"

struct books;

enum { BOOKS_NO_TABLE = -1, BOOKS_FAULTS_TOLD_MAX = 20 };

/* The daemon's own rules.  A negative errno ends the looking; of ERROR_CORRUPT the rest is
 * told as not looked at. */
typedef int books_checker(void *context, struct books *books, struct store_txn *txn);

struct books_options {
	const char *name;   /* of the daemon */
	const char *folder; /* STATE/folder is its store */
	const char *const *tables;
	size_t table_count;
	/* BOOKS_NO_TABLE: it has none. */
	int journal_table;
	int meta_table;
	int cursor_table;
	books_checker *check; /* may be NULL */
	void *context;
	/* Whose values are state as they are; after what @check has added. */
	const unsigned *state_tables;
	size_t state_table_count;
};

/* 0, ERROR_CORRUPT when something is wrong, or another negative errno.  With @copy_dir the
 * store is copied to COPY_DIR/folder instead. */
int books_run(const struct conf *conf, const struct books_options *options, const char *copy_dir);

/* ---- for checkers ----------------------------------------------------------- */

/* Begins a rule (I1 to I9 of docs/reliability.md); what is counted and faulted is its. */
void books_rule(struct books *books, const char *key, const char *title);
void books_count(struct books *books);
void books_fault(struct books *books, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A line of another kind. */
void books_tell(struct books *books, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Every event of the journal in order, but those that are pruned or, as is told with the chain,
 * cannot be read.  A negative errno of @visit ends it. */
typedef int books_event_visitor(void *context, uint64_t seq, const struct event *event);
int books_event_each(struct books *books, struct store_txn *txn, books_event_visitor *visit,
		     void *context);

/* A part of the state, beside the tables. */
int books_state_add(struct books *books, const void *bytes, size_t size);

/* What came on stdin. */
int books_before_each(struct books *books, const char *kind, facts_visitor *visit, void *context);
