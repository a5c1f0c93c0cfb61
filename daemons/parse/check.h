/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one file as a source's and says what is wrong with it, without any daemon. */
#pragma once

#include <stdio.h>

#include "lib/conf/tables.h"

/* One JSON object a line on @stream: each finding, then {"rader":N,"summa_ore":N,...}.
 * EX_OK, EX_DATAERR, EX_NOINPUT or EX_OSERR. */
int check_file(const struct source *source, const struct spread_keys *keys, const char *path,
	       FILE *stream);
