/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Period status: a month is preliminär until somebody makes it definitiv; from
 * then on no import may change its outcome until it is opened again.
 */
#pragma once

#include <sys/types.h>

#include "aggregate/ledger.h"

struct period_closing {
	uid_t who;
	int64_t time_ms;
};

/* 0 when @period is definitiv, STORE_MISSING when it is preliminär. */
int period_closing_load(struct store_txn *txn, struct period period,
			struct period_closing *closing_out);
int period_close(struct store_txn *txn, struct period period, const struct period_closing *closing);
/* 0 or STORE_MISSING when it was not definitiv. */
int period_open(struct store_txn *txn, struct period period);
