/* SPDX-License-Identifier: Apache-2.0 */
/* Questions and orders about one quarantined file, named by the beginning of its hash. */
#pragma once

#include "lib/base/arena.h"
#include "lib/conf/conf.h"
#include "lib/wire/message.h"

/* REQUEST_QUARANTINE_SHOW */
int case_show(const struct conf *conf, const struct request *request, struct arena *arena,
	      struct answer *answer);
/* REQUEST_QUARANTINE_RETRY and _DISCARD, asked by @uid.  Afterwards the spool may hold
 * a file more. */
int case_order(const struct conf *conf, const struct request *request, int uid,
	       struct answer *answer);
