/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive against the ledger, for `budgetvakt verify` (lib/books): what aggregate has told
 * of before stands on stdin.
 *
 *   I1  every batch's file is read once more by the locked-in parser: as many rows, the same sum;
 *       of an extract its own rows are counted
 *   I6  every batch has its file in the archive, or in the spool, and its bytes are what its name
 *       says; of every file that lay in the archive before aggregate was asked there is a batch
 *       (lines "archived SOURCE HASH"); a file in quarantine is what its name says
 */
#pragma once

#include "lib/conf/conf.h"

/* See books_run. */
int ingest_verify(const struct conf *conf, const char *copy_dir);
