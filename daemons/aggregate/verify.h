/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must always be true of the ledger, looked through by whoever asks (lib/books):
 *
 *   I1  a batch's blocks sum to what the batch says, unless a later export speaks for some
 *       of its months; of volumes and of years that were spread, only what can be told
 *   I2  cells are what their blocks make of them through the tables of today; coverage names
 *       the batch that it is from
 *   I3  batches are numbered without gaps, and each file of a source is one batch
 */
#pragma once

#include "aggregate/ledger.h"

/* @ledger has its tables, and no store. */
int ledger_verify(struct ledger *ledger, const struct conf *conf, const char *copy_dir);
