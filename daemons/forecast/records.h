/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store of forecasts holds, and how it is read and written.  All of it
 * but the manual forecasts can be derived again from aggregate's journal.
 */
#pragma once

#include "forecast/leaf.h"
#include "forecast/manual.h"
#include "lib/store/store.h"
#include "lib/wire/message.h"

enum forecast_table {
	TABLE_META,
	TABLE_JOURNAL,
	TABLE_CURSOR,
	TABLE_SERIES,	/* area, year, line -> months */
	TABLE_FORECAST, /* year, month, area -> what the model said */
	TABLE_MANUAL,	/* year, month, area -> what a controller said */
	TABLE_REQUESTS, /* see lib/stage/order.h */
};

enum { FORECAST_TABLE_COUNT = TABLE_REQUESTS + 1, METHOD_NAME_SIZE = 32 };

extern const char *const forecast_table_names[FORECAST_TABLE_COUNT];

int series_write(struct store_txn *txn, const struct series *series);
/* All lines of one area and year, in order; none is an empty year. */
int leaf_year_read(struct store_txn *txn, const char *area, int year, struct leaf_year *leaf_year);
/* @year and the two before it. */
int leaf_read(struct store_txn *txn, const char *area, int year, struct leaf *leaf);

/* Begins every key of forecasts as of @year and @month. */
struct key forecast_prefix(int year, int month);
enum { FORECAST_PREFIX_SIZE = 3 }; /* bytes before the area's name */
struct key forecast_key(int year, int month, const char *area);

/* What the model said; change->area is borrowed from the caller. */
int forecast_write(struct store_txn *txn, const struct forecast_change *change, const char *method);
/* Withdraws what the model said of later months of the year than @month: 0 when it
 * had said nothing. */
enum { FORECAST_WITHDRAWN = 1 };
int forecast_withdraw(struct store_txn *txn, const char *area, int year, int month);
/* 0, STORE_MISSING or a negative errno; @method may be NULL. */
int forecast_read(struct store_txn *txn, const char *area, int year, int month,
		  struct forecast_change *change_out, char method[METHOD_NAME_SIZE]);
int forecast_unpack(struct store_value value, struct forecast_change *change_out,
		    char method[static METHOD_NAME_SIZE]);
/* The newest month, 1..12, that the model has a forecast of; 0 in the year for none. */
int forecast_newest(struct store_txn *txn, struct period *period_out);

int manual_write(struct store_txn *txn, const char *area, int year, int month,
		 const struct manual *manual);
int manual_read(struct store_txn *txn, const char *area, int year, int month,
		struct manual *manual_out);
