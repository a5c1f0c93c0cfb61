/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by journal.c and journal_prune.c only. */
#pragma once

#include "lib/base/hash.h"
#include "lib/feed/journal.h"

enum { CONSUMERS_MAX = 8, CONSUMER_NAME_SIZE = 32 };

/* Who follows the journal, and how far it has told that it has come. */
struct consumer {
	char name[CONSUMER_NAME_SIZE];
	uint64_t seq;
};

struct journal {
	struct store *store;
	unsigned records_table;
	unsigned meta_table;
	struct loop *loop;
	struct socket *bell;
	int heartbeat;
	uint8_t stream_id[STREAM_ID_SIZE];
	uint64_t last_seq;	/* in the store or in the transaction under way */
	struct hash last_hash;	/* of the record with that number */
	uint64_t committed_seq; /* what may be told */
	struct consumer consumers[CONSUMERS_MAX];
	size_t consumer_count;
	char doubted[CONSUMER_NAME_SIZE]; /* who follows another history; "" for nobody */
	uint64_t pruned_seq; /* of records until here only the chain and decisions are left */
	int64_t young_ms;    /* what is not older than this is kept */
	uint64_t floor;	     /* from here on the journal says all; 0: from 1 on */
};

struct key journal_record_key(uint64_t seq);

/* ---- journal_prune.c ---- */

/* Loads what is known of consumers and of what was pruned. */
int pruning_load(struct journal *journal, struct store_txn *txn);
/* It has another history than we. */
void consumer_doubt(struct journal *journal, const char *name);
/* A consumer asks for what comes after @seq: all until there is committed on its side. */
int consumer_hear(struct journal *journal, const char *name, uint64_t seq);
