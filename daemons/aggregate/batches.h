/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is remembered of every batch, so that the same file is known again and a
 * figure can be followed back to its file.
 */
#pragma once

#include "aggregate/ledger.h"
#include "lib/conf/conf.h"
#include "lib/model/period.h"
#include "lib/wire/message.h"

enum { BATCH_NAME_SIZE = 256, BATCH_FORMAT_SIZE = 16, BATCH_WARNINGS_SIZE = 1024 };

struct batch {
	uint64_t number; /* 1, 2, 3 … in the order of commits */
	struct hash file;
	char source[SOURCE_NAME_SIZE];
	char file_name[BATCH_NAME_SIZE];
	char format[BATCH_FORMAT_SIZE];
	int64_t time_ms;
	uint64_t row_count;
	struct money sum;
	enum layer layer;    /* outcome, or the first of the others that it has any of */
	struct period first; /* of that layer */
	struct period last;
	uint32_t exported_date;
	uint32_t control_count;		    /* totals that the file stated about itself */
	uint32_t warning_count;		    /* all, also those that @warnings has no room for */
	char warnings[BATCH_WARNINGS_SIZE]; /* Swedish, one a line */
	uint32_t month_count;		    /* that it spoke for, of all layers */
	uint32_t replaced_count;	    /* of them, for which a later snapshot speaks now */
	uint64_t replaced_by;		    /* the last of those; 0: none */
};

int batch_save(struct store_txn *txn, const struct batch *batch);
/* 0 or STORE_MISSING. */
int batch_load(struct store_txn *txn, uint64_t number, struct batch *batch_out);
/* The batch that this file of this source became; 0 or STORE_MISSING. */
int batch_find(struct store_txn *txn, const char *source, const struct hash *file,
	       struct batch *batch_out);
/* The number the next batch gets. */
int batch_number_next(struct store_txn *txn, uint64_t *number_out);

/* The batch @by speaks for one of its months now. */
int batch_replace(struct store_txn *txn, uint64_t number, uint64_t by);

/* "inläst", "ersatt av import 7", "delvis ersatt av import 7"; and how many warnings. */
enum { BATCH_VERDICT_SIZE = 96 };
void batch_verdict(const struct batch *batch, char text[static BATCH_VERDICT_SIZE]);

/* Which export speaks for a period of a source and layer. */
struct coverage {
	struct period last;    /* the last period that export covered */
	struct period through; /* the last one it says is complete */
	uint32_t exported_date;
	uint64_t batch;
};

int coverage_save(struct store_txn *txn, const char *source, enum layer layer, struct period period,
		  const struct coverage *coverage);
/* 0 or STORE_MISSING. */
int coverage_load(struct store_txn *txn, const char *source, enum layer layer, struct period period,
		  struct coverage *coverage_out);
int coverage_unpack(struct store_value value, struct coverage *coverage_out);
/* Whether @candidate says an earlier word than @present: covers less far, or as far
 * but was exported before. */
bool coverage_is_older(const struct coverage *candidate, const struct coverage *present);
