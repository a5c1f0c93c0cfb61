/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser as ingest uses it: locked in before it has seen a byte of a file, it gets one
 * file as an open descriptor and answers with messages (proto/README.md).
 */
#pragma once

#include "lib/conf/tables.h"

/* Locks the process in, greets, waits for the job on @fd and does it.  An exit code. */
int job_run(const struct conf *conf, const struct spread_keys *keys, int fd);
